/* SPDX-License-Identifier: MIT */
/*
 * Is the sensor to be believed? Samples that cannot be true never become numbers; silence, a stuck code and overload
 * become faults. A fault never stops a session: the set at hand goes on by cue, and the events say so.
 */
#include "daemon/core/core_state.h"
#include "daemon/core/text.h"

#define SILENCE_NS        (1 * NS_PER_S)     /* no sample for this long: the sensor is dead */
#define START_SILENCE_NS  (1500 * NS_PER_MS) /* after start-up: HX711 settling, 400 ms at 10 SPS, and a first sample */
#define OVERLOAD_CLEAR_NS (1 * NS_PER_S)
#define NO_READING        (1u << FAULT_SENSOR_DEAD | 1u << FAULT_SENSOR_STUCK | 1u << FAULT_UNCALIBRATED)

/* Beyond this share of the capacity no load cell reads true: a single 2^23 code, a wiring fault. */
#define PLAUSIBLE_PCT 150

/* Zero: somebody on the box is not an offset. 1 kg, and 2 % of capacity in all (hardware: auto-zero limits). */
#define ZERO_STEP_MN   9807
#define ZERO_TOTAL_PCT 2

/*
 * By itself the zero follows what nothing alive does: steady within 50 g (sd; a cell's noise is 4 g, a resting foot sways more),
 * and only once it is 100 g off, so that drift makes a few events an hour and not a thousand.
 */
#define AUTO_ZERO_NOISE_MN 490
#define AUTO_ZERO_DEAD_MN  981

bool health_reads(const struct core *core)
{
    return core->calibrated && core->health.last_good_ns != ABSENT && (core->health.faults & NO_READING) == 0;
}

static bool has_fault_with(const struct core *core, enum fault_effect effect)
{
    for (int fault = 0; fault < FAULT_COUNT; fault++)
        if ((core->health.faults & (1u << fault)) && fault_effect((enum fault)fault) == effect)
            return true;
    return false;
}

bool health_at_fault(const struct core *core)
{
    return has_fault_with(core, EFFECT_PACED);
}

bool health_sees(const struct core *core)
{
    return health_reads(core) && !health_at_fault(core);
}

bool health_no_start(const struct core *core)
{
    return has_fault_with(core, EFFECT_NO_START);
}

static void lose_sight(struct core *core, int64_t t_ns)
{
    set_sensor_fault(core, t_ns);
    quiet_break(&core->quiet);
    wander_break(&core->wander);
    if (core->session.state == SESSION_STATE_PREP)
        session_event(core, SESSION_EVENT_CONTACT, t_ns);
}

void health_fault(struct core *core, enum fault fault, bool raised, int64_t t_ns)
{
    struct sensor_health *health = &core->health;
    unsigned bit = 1u << fault;
    struct event *event;

    if (((health->faults & bit) != 0) == raised)
        return;
    health->faults ^= bit;
    event = out_event(core, raised ? EVENT_FAULT_RAISED : EVENT_FAULT_CLEARED, SCOPE_STATION, t_ns);
    event->u.fault.fault = fault;
    event->u.fault.effect = fault_effect(fault);
    event->u.fault.lasted_ns = raised ? ABSENT : t_ns - health->fault_since_ns[fault];
    if (!raised && event->u.fault.lasted_ns < 0)
        event->u.fault.lasted_ns = 0; /* a sample that came late was stamped before the fault was raised */
    health->fault_since_ns[fault] = t_ns;
    if (raised)
        out_cue(core, CUE_FAULT, t_ns, (int)fault);
    if (raised && fault_effect(fault) == EFFECT_PACED)
        lose_sight(core, t_ns);
}

void health_begin(struct core *core)
{
    core->health.watch_ns = core->now_ns + START_SILENCE_NS;
    if (!core->calibrated)
        health_fault(core, FAULT_UNCALIBRATED, true, core->now_ns);
}

static bool plausible(const struct core *core, int32_t force_mn)
{
    int64_t limit_mn = (int64_t)core->station.capacity_mn * PLAUSIBLE_PCT / 100;

    return force_mn <= limit_mn && force_mn >= -limit_mn;
}

static int64_t magnitude(int64_t value)
{
    return value < 0 ? -value : value;
}

static bool zero_in_range(const struct core *core, int64_t zero_mn)
{
    return magnitude(zero_mn) <= (int64_t)core->station.capacity_mn * ZERO_TOTAL_PCT / 100;
}

/* What the converter reads at the working zero; ABSENT when forces arrive calibrated. */
static int64_t zero_counts(const struct core *core)
{
    const struct calibration *calibration = &core->calibration;

    if (!calibration->valid)
        return ABSENT;
    return calibration->zero_counts + core->zero_mn * calibration->counts_per_n_milli / 1000000;
}

static void move_zero(struct core *core, int64_t by_mn, const char *by, int64_t t_ns)
{
    struct event *event;

    core->zero_mn += (int32_t)by_mn;
    core->health.force_mn -= (int32_t)by_mn;
    quiet_shift(&core->quiet, by_mn);
    event = out_event(core, EVENT_TARED, SCOPE_STATION, t_ns);
    event->u.tared.zero_counts = zero_counts(core);
    event->u.tared.moved_g = by_mn * 1000000 / GRAVITY_UM_S2;
    text_copy(event->u.tared.by, sizeof(event->u.tared.by), by);
    health_fault(core, FAULT_ZERO_OUT_OF_RANGE, false, t_ns);
}

/*
 * The last 2 s were quiet, and nobody trains: is the empty box still at zero? More than 1 kg is somebody or something on it and
 * none of our business; less than that below zero is something that is gone, and no tare puts that right.
 */
static void watch_zero(struct core *core, int64_t t_ns)
{
    int64_t off_mn = core->quiet.level_mn;

    if (core->session.state != SESSION_STATE_IDLE || core->session.active ||
        core->quiet.noise_mn > AUTO_ZERO_NOISE_MN || off_mn > ZERO_STEP_MN)
        return;
    if (off_mn < -ZERO_STEP_MN || !zero_in_range(core, core->zero_mn + off_mn))
        health_fault(core, FAULT_ZERO_OUT_OF_RANGE, true, t_ns);
    else if (magnitude(off_mn) >= AUTO_ZERO_DEAD_MN)
        move_zero(core, off_mn, "auto", t_ns);
    else
        health_fault(core, FAULT_ZERO_OUT_OF_RANGE, false, t_ns);
}

static void overload(struct core *core, int64_t t_ns)
{
    core->health.overload_ns = t_ns;
    core->set.spoilt |= FLAG_OVERLOAD;
    health_fault(core, FAULT_OVERLOAD, true, t_ns);
}

static void watch_overload(struct core *core, int32_t force_mn, int64_t t_ns)
{
    bool in_set = core->set.mode != SET_MODE_NONE;

    if (force_mn > (in_set ? core->set.dose.load_limit_mn : core->station.capacity_mn))
        overload(core, t_ns);
    else if ((core->health.faults & (1u << FAULT_OVERLOAD)) && t_ns - core->health.overload_ns >= OVERLOAD_CLEAR_NS)
        health_fault(core, FAULT_OVERLOAD, false, t_ns);
}

/* Contact in prep: the countdown may begin. */
static void watch_contact(struct core *core, int64_t t_ns)
{
    if (core->session.state == SESSION_STATE_PREP && core->session.waits_contact && !set_waits_for_contact(core))
        session_event(core, SESSION_EVENT_CONTACT, t_ns);
}

void health_sample(struct core *core, const struct input *input)
{
    struct sensor_health *health = &core->health;
    struct sample sample = {.t_ns = input->stamp_ns};
    int64_t quiet_ns = core->quiet.level_t_ns;

    core->counters.samples++;
    health->watch_ns = health->ended ? NEVER : core->now_ns + SILENCE_NS;
    if (!core->calibrated || !input->u.force.has_force)
        return;
    /* A stamp that does not advance is a duplicate: no time has passed in which it could have been measured. */
    if ((health->last_good_ns != ABSENT && sample.t_ns <= health->last_good_ns) ||
        !plausible(core, input->u.force.force_mn)) {
        core->counters.samples_bad++;
        return;
    }
    sample.force_mn = input->u.force.force_mn - core->zero_mn;
    health->last_good_ns = sample.t_ns;
    health->force_mn = sample.force_mn;
    if (health->faults) {
        health_fault(core, FAULT_SENSOR_DEAD, false, input->stamp_ns);
        health_fault(core, FAULT_SENSOR_STUCK, false, input->stamp_ns);
    }
    watch_overload(core, input->u.force.force_mn, sample.t_ns);
    quiet_step(&core->quiet, &sample);
    wander_step(&core->wander, &sample);
    if (core->set.mode != SET_MODE_NONE)
        set_sample(core, &sample);
    else
        watch_contact(core, sample.t_ns);
    if (core->quiet.level_t_ns != quiet_ns)
        watch_zero(core, sample.t_ns);
}

void health_trouble(struct core *core, enum trouble trouble, int64_t t_ns)
{
    core->counters.samples_bad++;
    switch (trouble) {
    case TROUBLE_NOT_READY: /* silence will tell */
    case TROUBLE_RESET:
        quiet_break(&core->quiet);
        wander_break(&core->wander);
        break;
    case TROUBLE_SATURATED:
        core->health.watch_ns = core->health.ended ? NEVER : core->now_ns + SILENCE_NS;
        overload(core, t_ns);
        break;
    case TROUBLE_STUCK: /* it speaks, though always of the same */
        core->health.watch_ns = core->health.ended ? NEVER : core->now_ns + SILENCE_NS;
        health_fault(core, FAULT_SENSOR_STUCK, true, t_ns);
        break;
    case TROUBLE_COUNT: break;
    }
}

int64_t health_deadline_ns(const struct core *core)
{
    return core->health.watch_ns;
}

void health_fire(struct core *core)
{
    int64_t t_ns = core->health.watch_ns;

    core->health.watch_ns = NEVER;
    health_fault(core, FAULT_SENSOR_DEAD, true, t_ns);
}

static void refuse_tare(struct core *core, enum reply_code code, const char *reason, int64_t t_ns)
{
    if (core->command)
        out_reply(core, code, "", reason);
    out_cue(core, CUE_REFUSED, t_ns, 0);
}

void health_tare(struct core *core, const char *by, int64_t t_ns)
{
    struct references refs;

    if (!core->calibrated)
        refuse_tare(core, REPLY_UNSUPPORTED, "the load cell is not calibrated: run gymstationctl calibrate", t_ns);
    else if (!health_reads(core))
        refuse_tare(core, REPLY_BUSY, "the load cell gives no readings", t_ns);
    else if (!quiet_references(&core->quiet, core->now_ns, 2 * NS_PER_S, &refs))
        refuse_tare(core, REPLY_BUSY, "the reading is not steady: leave the box alone for 3 s", t_ns);
    else if (magnitude(refs.rest_mn) > ZERO_STEP_MN)
        refuse_tare(core, REPLY_INVALID, "more than 1 kg from zero: is something or somebody on the box?", t_ns);
    else if (!zero_in_range(core, core->zero_mn + refs.rest_mn))
        refuse_tare(core, REPLY_INVALID, "more than 2 % of capacity from the calibration's zero: calibrate again",
                    t_ns);
    else {
        move_zero(core, refs.rest_mn, by, t_ns);
        out_cue(core, CUE_PRESS, t_ns, 0);
    }
}
