/* SPDX-License-Identifier: MIT */
/*
 * When the patient moves: after the cues of a paced set, or at an own tempo; and how a hold is pressed. Every movement
 * starts with a reaction and has an error of its own.
 */
#include "daemon/io/patient/patient_case.h"

#include <math.h>
#include <string.h>

#define REACTION_S    0.15 /* to a cue that is expected: the count-in gives the rhythm */
#define REACTION_SD_S 0.05
#define MOVE_MIN_S    0.3

/* Own tempo where none is prescribed (free) or none counts (asap), in ms. */
static const int32_t own_tempo_ms[PHASE_COUNT] = {1200, 600, 1800, 600};
static const int32_t asap_tempo_ms[PHASE_COUNT] = {500, 200, 500, 200};

static int64_t ns(double s)
{
    return (int64_t)floor(s * 1e9 + 0.5);
}

static double seconds(int64_t t_ns)
{
    return (double)t_ns / 1e9;
}

static int64_t reaction_ns(struct patient *p)
{
    double s = REACTION_S + REACTION_SD_S * rng_gauss(&p->mind_rng);
    return ns(s < 0.02 ? 0.02 : s);
}

/* How long the patient takes for what is prescribed: own error, and shorter as the set goes on. */
static double phase_s(struct patient *p, enum phase phase)
{
    int32_t ms = p->rx.dose.tempo_ms[phase];
    if (ms == TEMPO_FREE)
        ms = own_tempo_ms[phase];
    else if (ms == TEMPO_ASAP)
        ms = asap_tempo_ms[phase];
    double error = p->setup.skill_milli / 1000.0 * rng_gauss(&p->mind_rng);
    double tired = p->work.goal > 1 ? p->setup.fatigue_milli / 1000.0 * p->work.done / (p->work.goal - 1) : 0;
    double s = ms / 1000.0 * (1 + (error < -0.5 ? -0.5 : error)) * (1 - tired);
    return phase == PHASE_CON || phase == PHASE_ECC ? (s < MOVE_MIN_S ? MOVE_MIN_S : s) : (s < 0 ? 0 : s);
}

/* --- repetitions ------------------------------------------------------------------------------------------------- */

static struct patient_truth truth_of(const struct patient *p, enum patient_truth_kind kind, int n)
{
    struct patient_truth truth = {
        .kind = kind,
        .item = p->item,
        .set = p->set,
        .n = n,
        .side = p->side,
        .rest_mn = ns(body_rest_n(&p->body) / 1e6),
        .peak_mn = ns(body_reach_n(&p->body, kind == PATIENT_TRUTH_REP ? p->work.plan.depth : 1) / 1e6),
        .depth_milli = 1000,
        .con_move_ns = ABSENT,
        .con_move_end_ns = ABSENT,
        .ecc_move_ns = ABSENT,
        .ecc_move_end_ns = ABSENT,
    };
    memcpy(truth.exercise, p->exercise, sizeof truth.exercise);
    return truth;
}

#define TURN_NS (300 * NS_PER_MS)

static void rep_up(struct patient *p, int64_t t_ns)
{
    if (p->work.up || !case_moves(p))
        return;
    int64_t turn_ns = TURN_NS + rep_bounces_ns(p);
    if (p->truth.rep.kind == PATIENT_TRUTH_REP && p->work.done > 0 && p->truth.rep.ecc_move_end_ns != ABSENT &&
        t_ns < p->truth.rep.ecc_move_end_ns + turn_ns)
        t_ns = p->truth.rep.ecc_move_end_ns + turn_ns; /* late: goes down to the end first */
    p->work.up = true;
    p->work.done++;
    p->work.plan = rep_plan(p, phase_s(p, PHASE_CON));
    case_turn(p, CASE_REP, t_ns);
    struct patient_truth truth = truth_of(p, PATIENT_TRUTH_REP, p->work.done);
    truth.depth_milli = p->work.plan.press_only ? 0 : (int32_t)(p->work.plan.depth * 1000 + 0.5);
    truth.con_move_ns = rep_go_up(p, t_ns, &truth.con_move_end_ns);
    truth_begin(&p->truth, &truth, &p->body, 0);
    case_turn(p, CASE_TOP, truth.con_move_end_ns);
}

/* Not before the top has been reached: a patient who is late turns round and hurries. */
static void rep_down(struct patient *p, int64_t t_ns)
{
    if (!p->work.up)
        return;
    p->work.up = false;
    double s = phase_s(p, PHASE_ECC);
    if (p->work.plan.ecc_s > 0)
        s = p->work.plan.ecc_s;
    int64_t top_ns = p->truth.rep.con_move_end_ns;
    int64_t start_ns = p->truth.open && top_ns > t_ns ? top_ns : t_ns;
    int64_t end_ns = rep_go_down(p, start_ns, s * p->work.plan.ecc_share);
    p->truth.rep.ecc_move_ns = start_ns;
    p->truth.rep.ecc_move_end_ns = end_ns;
    case_turn(p, CASE_ECC, start_ns);
    case_turn(p, CASE_BOTTOM, end_ns);
}

/* So late that a whole rep is still to come, or not half-way down from the last one: nobody plans that far ahead. */
static bool far_behind(const struct patient *p, int64_t t_ns)
{
    const struct patient_truth *rep = &p->truth.rep;
    if (p->truth.before.open)
        return true;
    return p->truth.open && rep->kind == PATIENT_TRUTH_REP && rep->ecc_move_ns != ABSENT &&
           t_ns < rep->ecc_move_ns + (rep->ecc_move_end_ns - rep->ecc_move_ns) / 2;
}

void work_phase(struct patient *p, enum phase phase, int64_t t_ns)
{
    if (!p->work.going || p->work.self)
        return;
    switch (phase) {
    case PHASE_CON:
        if (!far_behind(p, t_ns)) /* else this one is left out */
            rep_up(p, t_ns + reaction_ns(p));
        break;
    case PHASE_ECC: rep_down(p, t_ns + reaction_ns(p)); break;
    case PHASE_TOP:
    case PHASE_BOTTOM:
    case PHASE_COUNT: break;
    }
}

#define FADE_PACED_REPS 2 /* contract: the first two reps of each set are paced */

/* Own tempo: a whole rep is planned when its time has come. */
static void own_rep(struct patient *p)
{
    int64_t t_ns = p->work.next_ns;
    p->work.next_ns = NEVER;
    rep_up(p, t_ns);
    if (!p->work.up)
        return;
    rep_down(p, p->truth.rep.con_move_end_ns + ns(phase_s(p, PHASE_TOP)));
    p->work.next_ns = p->truth.rep.ecc_move_end_ns + ns(phase_s(p, PHASE_BOTTOM) + 0.1);
}

void work_step(struct patient *p, int64_t t_ns)
{
    struct work *work = &p->work;
    if (!work->going || work->holding)
        return;
    if (p->rx.dose.pacing == PACING_FADE && !work->self && work->done >= FADE_PACED_REPS && !work->up) {
        work->self = true;
        work->next_ns = p->truth.rep.ecc_move_end_ns + ns(phase_s(p, PHASE_BOTTOM) + 0.1);
    }
    while (work->self && work->next_ns <= t_ns)
        own_rep(p);
}

void work_begin(struct patient *p, int64_t t_ns, int done, int goal)
{
    p->work = (struct work){.going = true, .done = done, .goal = goal, .next_ns = NEVER};
    p->work.self = p->rx.dose.pacing == PACING_SELF;
    p->work.limit = goal;
    if (p->work.self)
        p->work.next_ns = t_ns + reaction_ns(p);
    case_turn(p, CASE_SET, t_ns);
}

/* --- holds ------------------------------------------------------------------------------------------------------- */

#define RELEASE_MIN_S 0.2
#define RELEASE_MAX_S 0.5

static void hold_begin_at(struct patient *p, int64_t t_ns, int64_t target_mn)
{
    if (target_mn != ABSENT)
        p->body.amp_n = seconds(target_mn) * 1e6;
    double ramp_s = p->rx.dose.ramp_ms / 1000.0;
    if (ramp_s < MOVE_MIN_S)
        ramp_s = rng_uniform(&p->mind_rng, 0.5, 1.0);
    int64_t start_ns = t_ns + reaction_ns(p);
    p->work.holding = true;
    p->work.done++;
    struct patient_truth truth = truth_of(p, PATIENT_TRUTH_HOLD, p->work.done);
    truth.con_move_ns = start_ns;
    truth.con_move_end_ns = start_ns + ns(ramp_s);
    axis_to(&p->body.lift, start_ns, ramp_s, 1, PATIENT_EDGE_MIN_JERK);
    axis_to(&p->body.lift, truth.con_move_end_ns, p->rx.dose.hold_ms / 1000.0 + 1, 1 - p->body.sag,
            PATIENT_EDGE_CONSTANT);
    /* Without a target there is no band to enter: the p-crossing, as for a movement. */
    const struct target *target = &p->rx.dose.target;
    double low = target->kind != TARGET_NONE ? 1 - target->band_pct_milli / 100000.0 : 0.1;
    truth_begin(&p->truth, &truth, &p->body, low);
    case_turn(p, CASE_HOLD, start_ns);
}

static void hold_release(struct patient *p, int64_t t_ns)
{
    if (!p->work.holding)
        return;
    p->work.holding = false;
    double s = rng_uniform(&p->mind_rng, RELEASE_MIN_S, RELEASE_MAX_S);
    int64_t start_ns = t_ns + reaction_ns(p);
    axis_to(&p->body.lift, start_ns, s, 0, PATIENT_EDGE_MIN_JERK);
    p->truth.rep.ecc_move_ns = start_ns;
    p->truth.rep.ecc_move_end_ns = start_ns + ns(s);
}

void work_hold(struct patient *p, bool resting, int64_t target_mn, int64_t t_ns)
{
    if (resting)
        hold_release(p, t_ns);
    else if (!p->work.holding && case_moves(p))
        hold_begin_at(p, t_ns, target_mn);
}

void work_resume(struct patient *p, int64_t t_ns)
{
    if (p->work.going && p->work.self)
        p->work.next_ns = t_ns + reaction_ns(p);
}

/* What has been planned but not begun is dropped. */
static void drop_plans(struct patient *p, int64_t t_ns)
{
    axis_cancel(&p->body.lift, t_ns);
    axis_cancel(&p->body.shift, t_ns);
    p->body.tap_ns = ABSENT;
    p->work.up = false;
    truth_cancel(&p->truth);
}

/* The set is over: a movement under way is finished gently. */
void work_end(struct patient *p, int64_t t_ns)
{
    if (!p->work.going)
        return;
    hold_release(p, t_ns);
    p->work.going = false;
    if (p->truth.open && p->truth.rep.kind == PATIENT_TRUTH_REP && p->truth.rep.con_move_ns > t_ns)
        drop_plans(p, t_ns);
    rep_down(p, t_ns + reaction_ns(p));
    rep_settle(p, t_ns);
    case_turn(p, CASE_SET_OVER, t_ns);
}
