/* SPDX-License-Identifier: MIT */
/* The converter's states: their faults, deadlines and names; see converter_health.h. */
#include "daemon/io/sensor/converter_states.h"

#include <stddef.h>

#define SETTLE_NS         (1250 * NS_PER_MS) /* reset, settling and four more at 10 SPS take 0.91 s */
#define RETRY_NS          (1 * NS_PER_S)     /* a reset has helped by then, at 10 SPS too */
#define LONG_RETRY_NS     (10 * NS_PER_S)    /* for ever: leads are plugged in again */
#define WIRING_NS         (1 * NS_PER_S)     /* nobody jumps this long */
#define RESET_CONVERSIONS 5                  /* four in which the chip is silent, and the one that is dropped */

unsigned converter_faults_in(const struct converter_health *health, enum sensor_state state)
{
    switch (state) {
    case SENSOR_STATE_SETTLING:
    case SENSOR_STATE_LATE: return health->faults;
    case SENSOR_STATE_SATURATED: return health->faults & RATE_BIT;
    case SENSOR_STATE_GOOD: return 0;
    case SENSOR_STATE_WRONG_RATE: return RATE_BIT;
    case SENSOR_STATE_DEAD:
    case SENSOR_STATE_FAILED:
    case SENSOR_STATE_FLAPPING:
    case SENSOR_STATE_ABSENT: return DEAD_BIT;
    case SENSOR_STATE_STUCK: return STUCK_BIT;
    case SENSOR_STATE_COUNT: break;
    }
    return 0;
}

int64_t converter_deadline_in(const struct converter_health *health, enum sensor_state state, int64_t now_ns)
{
    switch (state) {
    case SENSOR_STATE_SETTLING: return now_ns + SETTLE_NS;
    case SENSOR_STATE_GOOD:
    case SENSOR_STATE_WRONG_RATE: return now_ns + health->period_ns * 5 / 2;
    case SENSOR_STATE_LATE: return health->good_ns + DEAD_NS > now_ns ? health->good_ns + DEAD_NS : now_ns;
    case SENSOR_STATE_SATURATED: return now_ns + WIRING_NS;
    case SENSOR_STATE_DEAD:
    case SENSOR_STATE_STUCK: return now_ns + RETRY_NS;
    case SENSOR_STATE_FAILED:
    case SENSOR_STATE_ABSENT: return now_ns + LONG_RETRY_NS;
    case SENSOR_STATE_FLAPPING: return now_ns + SHARE_NS;
    case SENSOR_STATE_COUNT: break;
    }
    return NEVER;
}

int64_t converter_answers(enum sensor_event event, bool flows)
{
    switch (event) {
    case SENSOR_EVENT_CODE:
    case SENSOR_EVENT_CODE_LATE: return flows;
    case SENSOR_EVENT_SLOW: return 1;
    case SENSOR_EVENT_RESET: return RESET_CONVERSIONS;
    case SENSOR_EVENT_REJECT:
    case SENSOR_EVENT_RATE_BAD:
    case SENSOR_EVENT_RATE_GOOD:
    case SENSOR_EVENT_DEADLINE:
    case SENSOR_EVENT_COUNT: break;
    }
    return 0;
}

const char *sensor_state_str(enum sensor_state state)
{
    switch (state) {
    case SENSOR_STATE_SETTLING: return "settling";
    case SENSOR_STATE_GOOD: return "good";
    case SENSOR_STATE_WRONG_RATE: return "wrong_rate";
    case SENSOR_STATE_LATE: return "late";
    case SENSOR_STATE_DEAD: return "dead";
    case SENSOR_STATE_FAILED: return "failed";
    case SENSOR_STATE_STUCK: return "stuck";
    case SENSOR_STATE_SATURATED: return "saturated";
    case SENSOR_STATE_ABSENT: return "absent";
    case SENSOR_STATE_FLAPPING: return "flapping";
    case SENSOR_STATE_COUNT: break;
    }
    return NULL;
}

const char *sensor_event_str(enum sensor_event event)
{
    switch (event) {
    case SENSOR_EVENT_CODE: return "code";
    case SENSOR_EVENT_CODE_LATE: return "code_late";
    case SENSOR_EVENT_REJECT: return "reject";
    case SENSOR_EVENT_SLOW: return "slow";
    case SENSOR_EVENT_RESET: return "reset";
    case SENSOR_EVENT_RATE_BAD: return "rate_bad";
    case SENSOR_EVENT_RATE_GOOD: return "rate_good";
    case SENSOR_EVENT_DEADLINE: return "deadline";
    case SENSOR_EVENT_COUNT: break;
    }
    return NULL;
}
