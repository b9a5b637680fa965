/* SPDX-License-Identifier: MIT */
/*
 * The converter's health; see converter_health.h. Complete table: tests/transitions/converter_health.txt.
 *
 *   1. power-up: SETTLING, four clean conversions -> GOOD
 *   2. DOUT is cut in mid-set: GOOD -2.5 periods-> LATE -1 s since the last-> DEAD (fault, reset) -1 s-> reset -1 s-> reset
 *      -1 s-> FAILED (reset every 10 s); the lead is plugged in again: a code -> SETTLING -> GOOD (cleared)
 *   3. brown-out: GOOD -> LATE, and then it is ready again after its own settling -> SETTLING -> GOOD
 *   4. no chip, or the line floats: a reject -> SETTLING, rejects -1.25 s-> ABSENT (dead); a chip appears: a code
 *      -> SETTLING -> GOOD
 *   5. a chip that hangs: three equal codes are held back, six -> STUCK (fault, reset every second), another code -> SETTLING
 *   6. somebody jumps: rails are told one by one, three -> SATURATED; a second of it is no jump -> STUCK
 *   7. a plug that flaps: LATE -a code-> SETTLING -> GOOD -> LATE .., no pause of a second: under half of the conversions of
 *      2 s -> FLAPPING (dead) -2 s with 90 %-> SETTLING -> GOOD (cleared); nothing in 2 s -> DEAD
 *
 *                  .----- RESET, REJECT, LATE's CODE ------.
 *                  v                                       |
 *     init -> SETTLING --4 clean--> GOOD <-RATE-> WRONG_RATE -- 2.5 periods --> LATE
 *                ^ |                  |  \________ rails ___ SATURATED --1 s--.   |
 *                | '--1.25 s--.       '-- 6 equal --> STUCK <-----------------'   | 1 s
 *                |            v                         |                         v
 *                '---CODE-- ABSENT/DEAD <---------------+------------------------ DEAD --3 resets--> FAILED
 *
 *     SETTLING, GOOD, WRONG_RATE, LATE, SATURATED --2 s with under half--> FLAPPING --2 s with 90 %--> SETTLING
 */
#include "daemon/io/sensor/converter_health.h"

#include "daemon/io/sensor/converter_states.h"

#define SETTLE_CONVERSIONS 4 /* HX711 datasheet V2.0: 400 ms at 10 SPS, 50 ms at 80 */
#define RESETS_MAX         3

/*
 * With 40-45 counts rms of noise three equal codes come every few minutes at 80 SPS by chance, six once in years: three
 * are held back, six are a fault. 0 and -1, which a shorted line gives, need no such patience.
 */
#define SAME_HELD   3
#define SAME_STUCK  6
#define SAME_WIRING 3
#define RAILS_MAX   3

#define RAIL_HIGH 0x7FFFFF
#define RAIL_LOW  (-0x800000)

static void begin_share(struct converter_health *health, int64_t now_ns)
{
    health->share_ns = now_ns;
    health->share_codes = 0;
}

/* The only writer of state and deadline. */
static void enter(struct converter_health *health, enum sensor_state state, int64_t now_ns,
                  struct sensor_verdict *verdict)
{
    unsigned faults = converter_faults_in(health, state);

    verdict->raised |= faults & ~health->faults;
    verdict->cleared |= health->faults & ~faults;
    health->faults = faults;
    health->state = state;
    health->entered_ns = now_ns;
    health->deadline_ns = converter_deadline_in(health, state, now_ns);
    if (state == SENSOR_STATE_SETTLING)
        health->settle = SETTLE_CONVERSIONS;
    if (state == SENSOR_STATE_FLAPPING)
        begin_share(health, now_ns);
    if (state == SENSOR_STATE_GOOD || state == SENSOR_STATE_WRONG_RATE) {
        health->resets = 0;
        health->doubted = false;
    }
}

/* A reset that was seen: the chip only has to settle, unless there is doubt whether it is the chip that answers. */
static void settle_again(struct converter_health *health, int64_t now_ns, struct sensor_verdict *verdict)
{
    verdict->trouble = TROUBLE_RESET;
    enter(health, SENSOR_STATE_SETTLING, now_ns, verdict);
    if (!health->doubted)
        health->settle = health->after_reset;
}

static void go_on(struct converter_health *health, int64_t now_ns, struct sensor_verdict *verdict)
{
    enter(health, health->rate_bad ? SENSOR_STATE_WRONG_RATE : SENSOR_STATE_GOOD, now_ns, verdict);
}

/* ---- codes ----------------------------------------------------------------------------------------------------------- */

static void count_code(struct converter_health *health, int32_t code)
{
    bool rail = code == RAIL_HIGH || code == RAIL_LOW;
    bool same = health->has_code && code == health->code;

    health->rails = !rail ? 0 : health->rails < RAILS_MAX ? health->rails + 1 : RAILS_MAX;
    health->same = !same ? 1 : health->same < SAME_STUCK ? health->same + 1 : SAME_STUCK;
    health->code = code;
    health->has_code = true;
}

static bool is_stuck(const struct converter_health *health)
{
    bool wiring = health->code == 0 || health->code == -1;

    return health->rails == 0 && health->same >= (wiring ? SAME_WIRING : SAME_STUCK);
}

/* While samples flow: GOOD and WRONG_RATE. */
static void take_code(struct converter_health *health, int64_t now_ns, struct sensor_verdict *verdict)
{
    health->deadline_ns = converter_deadline_in(health, health->state, now_ns);
    if (health->rails > 0) {
        verdict->trouble = TROUBLE_SATURATED;
        if (health->rails == RAILS_MAX)
            enter(health, SENSOR_STATE_SATURATED, now_ns, verdict);
    } else if (is_stuck(health)) {
        verdict->trouble = TROUBLE_STUCK;
        enter(health, SENSOR_STATE_STUCK, now_ns, verdict);
    } else {
        verdict->take = health->same < SAME_HELD;
    }
}

/* STUCK: another code is the way back, the same one and rails of either side are more of it. */
static void code_in_trouble(struct converter_health *health, int64_t now_ns, struct sensor_verdict *verdict)
{
    if (health->rails > 0 || health->same > 1)
        verdict->trouble = TROUBLE_STUCK;
    else
        enter(health, SENSOR_STATE_SETTLING, now_ns, verdict);
}

/* A rail is no reason to go on settling: it would hide an overload, and a wiring fault, for ever. */
static void settle(struct converter_health *health, bool clean, int64_t now_ns, struct sensor_verdict *verdict)
{
    health->settle -= clean && health->settle > 0;
    if (health->settle == 0)
        go_on(health, now_ns, verdict);
}

static bool share_below(const struct converter_health *health, int64_t pct, int64_t now_ns)
{
    return health->share_codes * health->period_ns * 100 < (now_ns - health->share_ns) * pct;
}

static void do_reset(struct converter_health *health, struct sensor_verdict *verdict)
{
    health->resets++;
    verdict->reset = true;
}

/* ---- the states -------------------------------------------------------------------------------------------------------- */

static void in_settling(struct converter_health *health, enum sensor_event event, int64_t now_ns,
                        struct sensor_verdict *verdict)
{
    switch (event) {
    case SENSOR_EVENT_CODE: settle(health, true, now_ns, verdict); break;
    case SENSOR_EVENT_CODE_LATE: settle(health, false, now_ns, verdict); break;
    case SENSOR_EVENT_REJECT: health->settle = SETTLE_CONVERSIONS; break;
    case SENSOR_EVENT_RESET:
        if (health->settle < health->after_reset)
            health->settle = health->after_reset;
        break;
    case SENSOR_EVENT_SLOW: break;
    case SENSOR_EVENT_RATE_BAD:
    case SENSOR_EVENT_RATE_GOOD: break; /* remembered */
    case SENSOR_EVENT_DEADLINE:
        enter(health, health->doubted ? SENSOR_STATE_ABSENT : SENSOR_STATE_DEAD, now_ns, verdict);
        do_reset(health, verdict);
        break;
    case SENSOR_EVENT_COUNT: break;
    }
}

/* GOOD and WRONG_RATE */
static void in_flow(struct converter_health *health, enum sensor_event event, int64_t now_ns,
                    struct sensor_verdict *verdict)
{
    switch (event) {
    case SENSOR_EVENT_CODE:
    case SENSOR_EVENT_CODE_LATE: take_code(health, now_ns, verdict); break;
    case SENSOR_EVENT_SLOW: health->deadline_ns = converter_deadline_in(health, health->state, now_ns); break;
    case SENSOR_EVENT_REJECT: /* a chip that is well never gives one: whoever answers now has to prove it is the chip */
        verdict->trouble = TROUBLE_RESET;
        enter(health, SENSOR_STATE_SETTLING, now_ns, verdict);
        break;
    case SENSOR_EVENT_RESET: settle_again(health, now_ns, verdict); break;
    case SENSOR_EVENT_RATE_BAD:
    case SENSOR_EVENT_RATE_GOOD: go_on(health, now_ns, verdict); break;
    case SENSOR_EVENT_DEADLINE:
        verdict->trouble = TROUBLE_NOT_READY;
        enter(health, SENSOR_STATE_LATE, now_ns, verdict);
        break;
    case SENSOR_EVENT_COUNT: break;
    }
}

static void in_late(struct converter_health *health, enum sensor_event event, int64_t now_ns,
                    struct sensor_verdict *verdict)
{
    switch (event) {
    case SENSOR_EVENT_CODE: /* so long a pause is a reset of its own: it settles from here */
    case SENSOR_EVENT_CODE_LATE:
        verdict->trouble = TROUBLE_RESET;
        enter(health, SENSOR_STATE_SETTLING, now_ns, verdict);
        break;
    case SENSOR_EVENT_RESET: settle_again(health, now_ns, verdict); break;
    case SENSOR_EVENT_REJECT:
    case SENSOR_EVENT_SLOW: break;
    case SENSOR_EVENT_RATE_BAD:
    case SENSOR_EVENT_RATE_GOOD: break; /* remembered */
    case SENSOR_EVENT_DEADLINE:
        enter(health, SENSOR_STATE_DEAD, now_ns, verdict);
        do_reset(health, verdict);
        break;
    case SENSOR_EVENT_COUNT: break;
    }
}

/* DEAD, FAILED and ABSENT: whoever answers may settle; until then a reset now and then. */
static void in_dead(struct converter_health *health, enum sensor_event event, int64_t now_ns,
                    struct sensor_verdict *verdict)
{
    bool gives_up = health->state == SENSOR_STATE_DEAD && health->resets >= RESETS_MAX;

    switch (event) {
    case SENSOR_EVENT_CODE:
    case SENSOR_EVENT_CODE_LATE: enter(health, SENSOR_STATE_SETTLING, now_ns, verdict); break;
    case SENSOR_EVENT_REJECT:
    case SENSOR_EVENT_SLOW:
    case SENSOR_EVENT_RESET: break;
    case SENSOR_EVENT_RATE_BAD:
    case SENSOR_EVENT_RATE_GOOD: break; /* remembered */
    case SENSOR_EVENT_DEADLINE:
        enter(health, gives_up ? SENSOR_STATE_FAILED : health->state, now_ns, verdict);
        if (!gives_up)
            do_reset(health, verdict);
        break;
    case SENSOR_EVENT_COUNT: break;
    }
}

static void in_stuck(struct converter_health *health, enum sensor_event event, int64_t now_ns,
                     struct sensor_verdict *verdict)
{
    switch (event) {
    case SENSOR_EVENT_CODE:
    case SENSOR_EVENT_CODE_LATE: code_in_trouble(health, now_ns, verdict); break;
    case SENSOR_EVENT_REJECT:
    case SENSOR_EVENT_SLOW:
    case SENSOR_EVENT_RESET: break; /* ours, most likely; it shows whether that helped */
    case SENSOR_EVENT_RATE_BAD:
    case SENSOR_EVENT_RATE_GOOD: break; /* remembered */
    case SENSOR_EVENT_DEADLINE:
        if (now_ns - health->good_ns >= DEAD_NS)
            enter(health, SENSOR_STATE_DEAD, now_ns, verdict);
        else
            health->deadline_ns = converter_deadline_in(health, health->state, now_ns);
        do_reset(health, verdict);
        break;
    case SENSOR_EVENT_COUNT: break;
    }
}

static void in_saturated(struct converter_health *health, enum sensor_event event, int64_t now_ns,
                         struct sensor_verdict *verdict)
{
    switch (event) {
    case SENSOR_EVENT_CODE:
    case SENSOR_EVENT_CODE_LATE:
        if (health->rails > 0)
            verdict->trouble = TROUBLE_SATURATED;
        else
            go_on(health, now_ns, verdict); /* the load was lifted: nothing has to settle */
        break;
    case SENSOR_EVENT_REJECT:
    case SENSOR_EVENT_SLOW: break;
    case SENSOR_EVENT_RESET: settle_again(health, now_ns, verdict); break;
    case SENSOR_EVENT_RATE_BAD:
    case SENSOR_EVENT_RATE_GOOD: break; /* remembered */
    case SENSOR_EVENT_DEADLINE:
        verdict->trouble = TROUBLE_STUCK;
        enter(health, SENSOR_STATE_STUCK, now_ns, verdict);
        break;
    case SENSOR_EVENT_COUNT: break;
    }
}

/* Codes only count: a number would tell the core that all is well. */
static void in_flapping(struct converter_health *health, enum sensor_event event, int64_t now_ns,
                        struct sensor_verdict *verdict)
{
    switch (event) {
    case SENSOR_EVENT_CODE:
    case SENSOR_EVENT_CODE_LATE:
    case SENSOR_EVENT_REJECT:
    case SENSOR_EVENT_SLOW:
    case SENSOR_EVENT_RESET: health->share_codes += converter_answers(event, true); break;
    case SENSOR_EVENT_RATE_BAD:
    case SENSOR_EVENT_RATE_GOOD: begin_share(health, now_ns); break; /* remembered; the next share is of the new rate */
    case SENSOR_EVENT_DEADLINE:
        if (!share_below(health, SHARE_OK_PCT, now_ns)) {
            enter(health, SENSOR_STATE_SETTLING, now_ns, verdict);
        } else if (health->share_codes > 0) {
            enter(health, SENSOR_STATE_FLAPPING, now_ns, verdict);
        } else {
            enter(health, SENSOR_STATE_DEAD, now_ns, verdict);
            do_reset(health, verdict);
        }
        break;
    case SENSOR_EVENT_COUNT: break;
    }
}

/* ---- the share of the conversions that became numbers, or could have ---------------------------------------------------- */

static bool flows(enum sensor_state state)
{
    return state == SENSOR_STATE_GOOD || state == SENSOR_STATE_WRONG_RATE || state == SENSOR_STATE_SATURATED;
}

/* Before an event: has too little come for two seconds? From the first good one on, and not where a fault says it already. */
static bool flaps(struct converter_health *health, enum sensor_event event, int64_t now_ns)
{
    bool bad;

    if (health->state == SENSOR_STATE_FLAPPING || (health->share_ns == ABSENT && !flows(health->state)))
        return false;
    if (health->share_ns == ABSENT || (health->faults & (DEAD_BIT | STUCK_BIT)) || event == SENSOR_EVENT_RATE_BAD ||
        event == SENSOR_EVENT_RATE_GOOD)
        begin_share(health, now_ns);
    health->share_codes += converter_answers(event, flows(health->state));
    if (now_ns - health->share_ns < SHARE_NS)
        return false;
    bad = share_below(health, SHARE_BAD_PCT, now_ns);
    begin_share(health, now_ns);
    return bad;
}

/* ---- what others call -------------------------------------------------------------------------------------------------- */

void converter_health_init(struct converter_health *health, int64_t period_ns, int64_t now_ns)
{
    struct sensor_verdict nothing = {0};

    *health = (struct converter_health){
        .period_ns = period_ns, .good_ns = now_ns, .share_ns = ABSENT, .after_reset = SETTLE_CONVERSIONS};
    enter(health, SENSOR_STATE_SETTLING, now_ns, &nothing);
}

static void note(struct converter_health *health, enum sensor_event event, int32_t code, int64_t now_ns)
{
    switch (event) {
    case SENSOR_EVENT_CODE:
    case SENSOR_EVENT_CODE_LATE:
        count_code(health, code);
        health->good_ns = now_ns;
        break;
    case SENSOR_EVENT_REJECT: health->doubted = true; break;
    case SENSOR_EVENT_RATE_BAD: health->rate_bad = true; break;
    case SENSOR_EVENT_RATE_GOOD: health->rate_bad = false; break;
    case SENSOR_EVENT_SLOW:
    case SENSOR_EVENT_RESET:
    case SENSOR_EVENT_DEADLINE:
    case SENSOR_EVENT_COUNT: break;
    }
}

struct sensor_verdict converter_health_step(struct converter_health *health, enum sensor_event event, int32_t code,
                                            int64_t now_ns)
{
    struct sensor_verdict verdict = {.trouble = -1};

    note(health, event, code, now_ns);
    if (flaps(health, event, now_ns)) {
        verdict.trouble = TROUBLE_NOT_READY;
        enter(health, SENSOR_STATE_FLAPPING, now_ns, &verdict);
        return verdict;
    }
    switch (health->state) {
    case SENSOR_STATE_SETTLING: in_settling(health, event, now_ns, &verdict); break;
    case SENSOR_STATE_GOOD:
    case SENSOR_STATE_WRONG_RATE: in_flow(health, event, now_ns, &verdict); break;
    case SENSOR_STATE_LATE: in_late(health, event, now_ns, &verdict); break;
    case SENSOR_STATE_DEAD:
    case SENSOR_STATE_FAILED:
    case SENSOR_STATE_ABSENT: in_dead(health, event, now_ns, &verdict); break;
    case SENSOR_STATE_STUCK: in_stuck(health, event, now_ns, &verdict); break;
    case SENSOR_STATE_SATURATED: in_saturated(health, event, now_ns, &verdict); break;
    case SENSOR_STATE_FLAPPING: in_flapping(health, event, now_ns, &verdict); break;
    case SENSOR_STATE_COUNT: break;
    }
    return verdict;
}

int64_t converter_health_deadline_ns(const struct converter_health *health)
{
    return health->deadline_ns;
}
