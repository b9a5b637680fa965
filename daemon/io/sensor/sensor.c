/* SPDX-License-Identifier: MIT */
/* From what a reader saw to inputs for the core; see sensor.h. */
#include "daemon/io/sensor/sensor.h"

#define RATE_BAD_PCT  20 /* hardware: 11.65 instead of 10 was measured on real boards, and is fine */
#define RATE_GOOD_PCT 18

static void add(struct sensor *sensor, enum sensor_counter counter, uint64_t n)
{
    atomic_fetch_add_explicit(&sensor->counters[counter], n, memory_order_relaxed);
}

static void set(struct sensor *sensor, enum sensor_counter counter, int64_t value)
{
    atomic_store_explicit(&sensor->counters[counter], (uint64_t)value, memory_order_relaxed);
}

void sensor_count(struct sensor *sensor, enum sensor_counter counter)
{
    add(sensor, counter, 1);
}

void sensor_init(struct sensor *sensor, int64_t nominal_ns, int64_t now_ns)
{
    sensor->nominal_ns = nominal_ns;
    sensor->given_ns = ABSENT;
    sensor->settled_ns = now_ns;
    sensor->reset_due = true; /* whatever the chip was doing before */
    converter_health_init(&sensor->health, nominal_ns, now_ns);
}

int64_t sensor_deadline_ns(const struct sensor *sensor)
{
    return converter_health_deadline_ns(&sensor->health);
}

/* ---- what is told ------------------------------------------------------------------------------------------------------ */

static void give_faults(struct sensor *sensor, unsigned faults, bool raised, int64_t now_ns)
{
    struct input input = {.kind = INPUT_FAULT, .t_ns = now_ns, .stamp_ns = now_ns, .u.fault.raised = raised};

    for (int fault = 0; fault < FAULT_COUNT; fault++) {
        input.u.fault.fault = (enum fault)fault;
        if (faults & (1u << fault))
            sensor->give(sensor->to, &input);
    }
}

static void give_trouble(struct sensor *sensor, enum trouble trouble, int64_t now_ns)
{
    const struct input input = {.kind = INPUT_TROUBLE, .t_ns = now_ns, .stamp_ns = now_ns, .u.trouble = trouble};

    sensor->give(sensor->to, &input);
}

static void step(struct sensor *sensor, enum sensor_event event, int32_t code, int64_t now_ns,
                 struct sensor_verdict *ret)
{
    enum sensor_state before = sensor->health.state;

    *ret = converter_health_step(&sensor->health, event, code, now_ns);
    sensor->reset_due |= ret->reset;
    give_faults(sensor, ret->cleared, false, now_ns);
    give_faults(sensor, ret->raised, true, now_ns);
    if (ret->trouble >= 0)
        give_trouble(sensor, (enum trouble)ret->trouble, now_ns);
    if (sensor->health.state == SENSOR_STATE_LATE && before != SENSOR_STATE_LATE)
        sensor_count(sensor, SENSOR_LATE);
    if (before == SENSOR_STATE_LATE && sensor->health.state == SENSOR_STATE_SETTLING && event != SENSOR_EVENT_RESET)
        sensor_count(sensor, SENSOR_RESETS_NOTICED);
}

static void give_number(struct sensor *sensor, int32_t raw, int64_t stamp_ns)
{
    struct input input = {.kind = INPUT_FORCE, .t_ns = stamp_ns, .stamp_ns = stamp_ns};
    int64_t gap_us = sensor->given_ns == ABSENT ? 0 : (stamp_ns - sensor->given_ns) / 1000;

    input.u.force.raw = raw;
    input.u.force.has_raw = true;
    sensor_count(sensor, SENSOR_GOOD);
    if (gap_us > (int64_t)atomic_load_explicit(&sensor->counters[SENSOR_GAP_MAX_US], memory_order_relaxed))
        set(sensor, SENSOR_GAP_MAX_US, gap_us);
    sensor->given_ns = stamp_ns;
    sensor->give(sensor->to, &input);
}

/* ---- what readers report ------------------------------------------------------------------------------------------------ */

void sensor_code(struct sensor *sensor, int32_t raw, int64_t stamp_ns, bool clean, int64_t now_ns)
{
    struct sensor_verdict verdict;
    bool settling = sensor->health.state == SENSOR_STATE_SETTLING;

    clean &= stamp_ns >= sensor->settled_ns;
    step(sensor, clean ? SENSOR_EVENT_CODE : SENSOR_EVENT_CODE_LATE, raw, now_ns, &verdict);
    if (verdict.take)
        give_number(sensor, raw, stamp_ns);
    else if (settling || sensor->health.state == SENSOR_STATE_SETTLING)
        sensor_count(sensor, SENSOR_SETTLING);
    else
        sensor_count(sensor, sensor->health.rails > 0 ? SENSOR_SATURATED : SENSOR_SAME);
}

void sensor_reject(struct sensor *sensor, enum sensor_counter reason, int64_t now_ns)
{
    struct sensor_verdict verdict;
    bool slow = reason == SENSOR_REJECTED_SPAN || reason == SENSOR_FLIPPED; /* it is the chip that answers */

    sensor_count(sensor, reason);
    step(sensor, slow ? SENSOR_EVENT_SLOW : SENSOR_EVENT_REJECT, 0, now_ns, &verdict);
}

void sensor_noticed_reset(struct sensor *sensor, int64_t now_ns)
{
    struct sensor_verdict verdict;

    sensor_count(sensor, SENSOR_RESETS_NOTICED);
    step(sensor, SENSOR_EVENT_RESET, 0, now_ns, &verdict);
}

void sensor_settles(struct sensor *sensor, int64_t until_ns)
{
    sensor->settled_ns = until_ns;
    sensor->health.after_reset = 1;
}

void sensor_want_reset(struct sensor *sensor, int64_t now_ns)
{
    struct sensor_verdict verdict;

    sensor->reset_due = true;
    step(sensor, SENSOR_EVENT_RESET, 0, now_ns, &verdict);
}

void sensor_period(struct sensor *sensor, int64_t period_ns, int64_t now_ns)
{
    struct sensor_verdict verdict;
    int64_t off_ns = period_ns > sensor->nominal_ns ? period_ns - sensor->nominal_ns : sensor->nominal_ns - period_ns;
    bool was_bad = sensor->health.rate_bad;
    /* In rates, as the strap is labelled: 20 % off in rate is off / period. */
    bool bad = off_ns * 100 > (was_bad ? RATE_GOOD_PCT : RATE_BAD_PCT) * period_ns;

    sensor->health.period_ns = period_ns;
    set(sensor, SENSOR_PERIOD_US, period_ns / 1000);
    if (bad != was_bad)
        step(sensor, bad ? SENSOR_EVENT_RATE_BAD : SENSOR_EVENT_RATE_GOOD, 0, now_ns, &verdict);
}

void sensor_run(struct sensor *sensor, struct sensor_driver *driver)
{
    struct sensor_verdict verdict;
    int64_t now_ns;

    if (sensor->reset_due) {
        sensor->reset_due = false;
        sensor_count(sensor, SENSOR_RESETS_GIVEN);
        driver->ops->reset(driver, sensor);
    }
    now_ns = driver->ops->step(driver, sensor);
    while (sensor_deadline_ns(sensor) <= now_ns)
        step(sensor, SENSOR_EVENT_DEADLINE, 0, now_ns, &verdict);
}

const char *sensor_counter_str(enum sensor_counter counter)
{
    switch (counter) {
    case SENSOR_GOOD: return "sensor_good";
    case SENSOR_SUSPECT: return "sensor_suspect";
    case SENSOR_SUSPECT_TAKEN: return "sensor_suspect_taken";
    case SENSOR_REJECTED_TAIL: return "sensor_rejected_tail";
    case SENSOR_REJECTED_GAIN: return "sensor_rejected_gain";
    case SENSOR_REJECTED_SPAN: return "sensor_rejected_span";
    case SENSOR_REJECTED_IO: return "sensor_rejected_io";
    case SENSOR_UNPROVED: return "sensor_unproved";
    case SENSOR_FLIPPED: return "sensor_flipped";
    case SENSOR_SETTLING: return "sensor_settling";
    case SENSOR_SAME: return "sensor_same";
    case SENSOR_SATURATED: return "sensor_saturated";
    case SENSOR_LATE: return "sensor_late";
    case SENSOR_RESETS_NOTICED: return "sensor_resets_noticed";
    case SENSOR_RESETS_GIVEN: return "sensor_resets_given";
    case SENSOR_OVERSLEPT: return "sensor_overslept";
    case SENSOR_LOST: return "sensor_lost";
    case SENSOR_GAP_MAX_US: return "sensor_gap_max_us";
    case SENSOR_PERIOD_US: return "sensor_period_us";
    case SENSOR_CPU_US: return "sensor_cpu_us";
    case SENSOR_COUNTER_COUNT: break;
    }
    return NULL;
}
