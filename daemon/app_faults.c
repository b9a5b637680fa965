/* SPDX-License-Identifier: MIT */
/* Faults in the log, for whoever looks at a station that has no broker: what is wrong, what was measured, what to do. */
#include "daemon/app.h"
#include "gymstation/sensor.h"

/* Of the converter's clock, in thousandths of a sample a second; 0: not known. */
static int64_t measured_milli(const struct app *app)
{
    uint64_t counters[SENSOR_COUNTER_COUNT];

    if (!app->source_is_sensor)
        return 0;
    sensor_counters(app->source, counters);
    return counters[SENSOR_PERIOD_US] > 0 ? (int64_t)(1000000000 / counters[SENSOR_PERIOD_US]) : 0;
}

void app_say_fault(const struct app *app, const struct event *event)
{
    enum fault fault = event->u.fault.fault;
    int64_t rate_milli = fault == FAULT_SENSOR_RATE ? measured_milli(app) : 0;

    if (event->head.type == EVENT_FAULT_CLEARED)
        app_say("%s is over after %.1f s", fault_str(fault), (double)event->u.fault.lasted_ns / 1e9);
    else if (rate_milli > 0)
        app_say("%s: %.1f samples/s where sensor.rate_sps says %d: strap the converter's RATE pin for that, or set "
                "sensor.rate_sps to what is measured; sets go on paced",
                fault_str(fault), (double)rate_milli / 1000, app->config->sensor.rate_sps);
    else
        app_say("%s: %s", fault_str(fault), fault_text(fault));
}
