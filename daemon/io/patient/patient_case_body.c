/* SPDX-License-Identifier: MIT */
/* Oddities of the patient: comes and goes, and does the repetitions in ways of its own. */
#include "daemon/io/patient/patient_case.h"

#define STOP_HELD_NS (150 * NS_PER_MS)
#define INTO_HOLD_NS (5 * NS_PER_S)
#define AWAY_NS      (12 * NS_PER_S)
#define AWAY_LONG_NS (40 * NS_PER_S)
#define AWAY_JUMP_NS (20 * NS_PER_S)

/* Goes on as long as it is cued, whatever it has counted itself. */
void case_keeps_on(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    (void)t_ns;
    if (turn == CASE_SET && !p->work.self)
        p->work.limit = INT32_MAX;
}

/* --- comes and goes ---------------------------------------------------------------------------------------------- */

/* Once: at that turn of that rep of the first set. */
static bool now_in(struct patient *p, enum case_turn turn, enum case_turn wanted, int rep)
{
    if (p->odd_done || turn != wanted || !case_first_set(p) || p->work.done != rep)
        return false;
    p->odd_done = true;
    return true;
}

static bool now_in_hold(struct patient *p, enum case_turn turn)
{
    if (p->odd_done || turn != CASE_HOLD)
        return false;
    p->odd_done = true;
    return true;
}

static void press_stop(struct patient *p, int64_t at_ns)
{
    hands_press(&p->hands, at_ns, STOP_HELD_NS, BUTTON_STOP);
}

/* On a step-up the whole weight is on the leg that leads, not on the foot that rests there. */
static void leave(struct patient *p, int64_t at_ns, int64_t for_ns)
{
    if (p->body.kind == BODY_STEP)
        axis_to(&p->body.shift, at_ns, 0.3, 0, PATIENT_EDGE_MIN_JERK);
    p->away_until_ns = at_ns + for_ns;
    truth_leave(&p->truth, at_ns);
    behave_dismount(p, at_ns);
}

void case_stops_midset(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    if (now_in(p, turn, CASE_TOP, 4))
        press_stop(p, t_ns + 100 * NS_PER_MS);
    else if (now_in_hold(p, turn))
        press_stop(p, t_ns + INTO_HOLD_NS);
}

static void leave_after_3(struct patient *p, enum case_turn turn, int64_t t_ns, int64_t for_ns)
{
    if (now_in(p, turn, CASE_BOTTOM, 3))
        leave(p, t_ns + 300 * NS_PER_MS, for_ns);
    else if (now_in_hold(p, turn))
        leave(p, t_ns + INTO_HOLD_NS, for_ns);
}

void case_leaves_box(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    leave_after_3(p, turn, t_ns, AWAY_NS);
}

void case_away_40(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    leave_after_3(p, turn, t_ns, AWAY_LONG_NS);
}

void case_leaves_in_ecc(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    if (now_in(p, turn, CASE_ECC, 3))
        leave(p, t_ns + (p->truth.rep.ecc_move_end_ns - t_ns) / 2, AWAY_JUMP_NS);
}

void case_jumps_off(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    if (!now_in(p, turn, CASE_TOP, 3) && !now_in_hold(p, turn))
        return;
    int64_t off_ns = t_ns + (turn == CASE_HOLD ? INTO_HOLD_NS : 500 * NS_PER_MS);
    world_pulse(&p->world, off_ns - 180 * NS_PER_MS, 180 * NS_PER_MS, 0.8 * p->body.weight_n, true);
    axis_to(&p->body.on, off_ns, 0.05, 0, PATIENT_EDGE_MIN_JERK);
    if (p->body.kind == BODY_STEP)
        axis_to(&p->body.shift, off_ns, 0.05, 0, PATIENT_EDGE_MIN_JERK);
    p->away_until_ns = off_ns + AWAY_JUMP_NS;
    truth_leave(&p->truth, off_ns);
}

void case_slow_mount(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    (void)t_ns;
    if (turn == CASE_WORLD)
        p->mount_s = 5;
}

/* Does not notice that the set is over. */
void case_twelve(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    if (turn != CASE_SET_OVER || p->work.done < p->work.limit)
        return;
    p->work.going = p->work.self = true;
    p->work.limit += 2;
    p->work.next_ns = t_ns + NS_PER_S;
}

void case_no_patient(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    if (turn != CASE_WORLD)
        return;
    p->begin_ns = NEVER;
    p->idle_since_ns = t_ns + 600 * NS_PER_S; /* the world goes on for as long */
}

/* --- repetitions ------------------------------------------------------------------------------------------------- */

#define SLACK (8.0 / 90.0) /* the band's pull begins there: depth counts from it */

void case_partial(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    case_keeps_on(p, turn, t_ns);
    if (turn != CASE_REP || p->work.done % 3 != 0)
        return;
    double share = rng_uniform(&p->odd_rng, 0.40, 0.60);
    p->work.plan.depth = p->body.kind == BODY_CURL_DEAD ? SLACK + share * (1 - SLACK) : share - 0.1;
}

void case_double_bounce(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    (void)t_ns;
    if (turn == CASE_REP)
        p->work.plan.bounces = 2;
}

void case_pause_in_ecc(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    (void)t_ns;
    if (turn == CASE_REP)
        p->work.plan.ecc_stop_s = 2;
}

void case_two_part_con(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    (void)t_ns;
    if (turn == CASE_REP)
        p->work.plan.con_stop_s = 0.6;
}

void case_dropped_ecc(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    if (turn == CASE_REP)
        p->work.plan.ecc_s = 0.3;
    else if (turn == CASE_BOTTOM && body_hips(p->body.kind)) /* the thump is the floor's; the feet feel its echo */
        world_pulse(&p->world, t_ns, 60 * NS_PER_MS, -0.05 * p->body.weight_n, true);
}

void case_tempo_doubles(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    (void)t_ns;
    if (turn != CASE_REP || p->work.done < 6)
        return;
    p->work.plan.con_s *= 0.5;
    p->work.plan.ecc_share = 0.5;
}

void case_no_touchdown(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    (void)t_ns;
    if (turn == CASE_REP)
        p->work.plan.stays_up = p->work.done < p->work.goal;
}

void case_press_no_lift(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    case_keeps_on(p, turn, t_ns);
    if (turn == CASE_REP)
        p->work.plan.press_only = body_hips(p->body.kind) && (p->work.done == 2 || p->work.done == 4);
}

void case_pretension(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    (void)t_ns;
    if (turn == CASE_REP)
        p->work.plan.pretension_s = 1;
}

void case_rear_push(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    (void)t_ns;
    if (turn == CASE_REP)
        p->work.plan.rear_push = true;
}

/* The box cannot see it; the truth says it. */
void case_lead_swapped(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    (void)t_ns;
    if (turn == CASE_REP && p->work.done == 4 && case_first_set(p))
        p->side = p->side == SIDE_LEFT ? SIDE_RIGHT : SIDE_LEFT;
}

void case_both_off(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    if (turn == CASE_REP)
        axis_to(&p->body.on, t_ns, 0.2, 1, PATIENT_EDGE_MIN_JERK);
    else if (turn == CASE_BOTTOM)
        axis_to(&p->body.on, t_ns + 300 * NS_PER_MS, 0.2, 0, PATIENT_EDGE_MIN_JERK);
}

void case_double_tap(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    (void)t_ns;
    if (turn == CASE_REP)
        p->work.plan.taps = 2;
}

/* A slow drift about the band's lower edge instead of the sag that was planned. */
void case_hovers(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    if (turn != CASE_HOLD)
        return;
    double edge = 1 - p->rx.dose.target.band_pct_milli / 100000.0;
    int64_t at_ns = p->truth.rep.con_move_end_ns;
    (void)t_ns;
    for (int i = 0; i < AXIS_QUEUE - 4; i++, at_ns += 2 * NS_PER_S)
        axis_to(&p->body.lift, at_ns, 2, edge + (i % 2 ? -0.01 : 0.01), PATIENT_EDGE_MIN_JERK);
}

/* --- the band ---------------------------------------------------------------------------------------------------- */

void case_band_slips(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    case_keeps_on(p, turn, t_ns);
    if (now_in(p, turn, CASE_ECC, 5)) {
        p->odd_n = p->body.amp_n;
        p->body.amp_n = 0;
    } else if (turn == CASE_SET_OVER && p->odd_done && p->odd_n > 0) {
        p->body.amp_n = p->odd_n; /* it is put on again */
    }
}

void case_band_swapped(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    (void)t_ns;
    if (turn == CASE_REP && p->work.done == 6 && case_first_set(p))
        p->body.amp_n *= 1.8;
}

void case_live_as_dead(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    (void)t_ns;
    if (turn == CASE_PREP && p->body.kind == BODY_CURL_DEAD)
        p->body.kind = BODY_CURL_LIVE;
}
