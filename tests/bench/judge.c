/* SPDX-License-Identifier: MIT */
/*
 * What the station published against what really happened. A repetition is compared with the true one that it overlaps
 * most, so that a miscount spoils the count and not the times. Counts are compared within a set.
 */
#include "tests/bench/bench.h"

#include <stdlib.h>
#include <string.h>

static double seconds(int64_t ns)
{
    return (double)ns / 1e9;
}

static bool observed(const struct phase_time *phase)
{
    return phase->src == SRC_LOAD || phase->src == SRC_MODEL;
}

#define PARTIAL_MILLI 700               /* what reaches no more of the way is a partial rep */
#define ENDING_NS     (600 * NS_PER_MS) /* a set that ends by its last rep may do so a little before the rep does */

static bool in_set(const struct watch *watch, int64_t from_ns, int64_t to_ns)
{
    for (int i = 0; i < watch->sets; i++)
        if (from_ns >= watch->set_from_ns[i] && to_ns - ENDING_NS <= watch->set_to_ns[i])
            return true;
    return false;
}

/* The set is over with this rep: no phase of it begins after that. */
static bool ends_set(const struct watch *watch, int64_t end_ns)
{
    for (int i = 0; i < watch->sets; i++)
        if (watch->set_to_ns[i] != NEVER && llabs(watch->set_to_ns[i] - end_ns) < NS_PER_S)
            return true;
    return false;
}

/* The feet carry a bridge as soon as the pelvis has left the floor: how far it rises makes 1-3 % BW. */
static bool low_bridge(const struct patient_truth *truth)
{
    return strcmp(truth->exercise, "glute_bridge") == 0 && truth->depth_milli > 0 &&
           truth->depth_milli <= PARTIAL_MILLI;
}

/* A stop in the moment of its end: whether the load had told that yet is a matter of milliseconds. */
static bool cut_by_stop(const struct watch *watch, const struct patient_truth *truth)
{
    for (int i = 0; i < watch->sets; i++)
        if (watch->set_to_ns[i] != NEVER && watch->done[i].ended_by == ENDED_BY_STOP &&
            llabs(watch->set_to_ns[i] - truth->end_ns) <= ENDING_NS)
            return true;
    return false;
}

bool truth_either(const struct watch *watch, const struct patient_truth *truth)
{
    return truth_complete(watch, truth) && truth->kind == PATIENT_TRUTH_REP &&
           (low_bridge(truth) || cut_by_stop(watch, truth));
}

/* A curl or step-up that did not come up far enough has no top; the others have only their two ends. */
bool truth_complete(const struct watch *watch, const struct patient_truth *truth)
{
    bool crosses = strcmp(truth->exercise, "banded_curl") == 0 || strcmp(truth->exercise, "step_up") == 0;
    bool ends = truth->visible && truth->con_ns != ABSENT && truth->end_ns != ABSENT;
    if (!ends || truth->kind == PATIENT_TRUTH_HOLD)
        return ends;
    if (truth->depth_milli <= PARTIAL_MILLI && !low_bridge(truth))
        return false;
    return in_set(watch, truth->con_ns, truth->end_ns) &&
           (!crosses || (truth->top_ns != ABSENT && truth->ecc_ns != ABSENT));
}

/* --- what should have been measured ------------------------------------------------------------------------------ */

struct expected {
    int64_t con_ns, top_ns, ecc_ns, end_ns; /* crossings; ABSENT where there is no true one */
};

/* A thrust's phases are crossings of what the load rises by after lift-off; its rep is from pelvis off to pelvis down. */
static struct expected expect(const struct patient_truth *truth)
{
    struct expected e = {truth->con_ns, truth->top_ns, truth->ecc_ns, truth->end_ns};
    if (strcmp(truth->exercise, "hip_thrust") == 0) {
        e.con_ns = truth->rise_ns;
        e.end_ns = truth->sunk_ns;
    }
    return e;
}

/* --- repetitions ------------------------------------------------------------------------------------------------- */

static int64_t overlap_ns(const struct rep_data *rep, const struct patient_truth *truth)
{
    if (truth->kind != PATIENT_TRUTH_REP || truth->con_move_ns == ABSENT || truth->ecc_move_end_ns == ABSENT)
        return 0;
    int64_t from = rep->start_ns > truth->con_move_ns ? rep->start_ns : truth->con_move_ns;
    int64_t to = rep->end_ns < truth->ecc_move_end_ns ? rep->end_ns : truth->ecc_move_end_ns;
    return to - from;
}

/* Index of the true repetition, or -1. */
static int match(const struct watch *watch, const struct rep_data *rep)
{
    int best = -1;
    int64_t most = 0;
    for (int i = 0; i < watch->truths; i++) {
        int64_t ns = overlap_ns(rep, &watch->truth[i]);
        if (ns > most) {
            most = ns;
            best = i;
        }
    }
    return best;
}

/* When a phase truly began and ended: crossings, and the ends of the movement; ABSENT where there is no such time. */
struct span {
    int64_t from_ns, to_ns, move_from_ns, move_to_ns;
};

/* Published less true, or ABSENT. */
static int64_t error_ns(int64_t published_ns, int64_t from_ns, int64_t to_ns)
{
    bool known = published_ns != ABSENT && from_ns != ABSENT && to_ns != ABSENT;
    return known ? published_ns - (to_ns - from_ns) : ABSENT;
}

/* sd_s speaks of the movement where there is one, else of the crossing time. */
static void judge_sd(struct row *row, const struct phase_time *phase, int64_t dur_error_ns, int64_t move_error_ns)
{
    int64_t error = phase->move_ns != ABSENT ? move_error_ns : dur_error_ns;
    if (phase->sd_ns == ABSENT || dur_error_ns == ABSENT || error == ABSENT)
        return;
    row->with_sd++;
    row->within_sd += llabs(error) <= phase->sd_ns;
}

#define WRONG_SDS    3
#define WRONG_MIN_NS (300 * NS_PER_MS) /* what the live stream may be late by, too */
#define BARE_SD_NS   (50 * NS_PER_MS)  /* of a crossing that carries no sd_s */

static bool is_wrong(const struct phase_time *phase, int64_t error)
{
    int64_t sd_ns = phase->sd_ns != ABSENT ? phase->sd_ns : BARE_SD_NS;
    return error != ABSENT && llabs(error) > WRONG_SDS * sd_ns && llabs(error) > WRONG_MIN_NS;
}

static void judge_phase(struct row *row, const struct rep_data *rep, enum phase which, const struct span *span)
{
    const struct phase_time *phase = &rep->phases[which];
    if (!observed(phase))
        return;
    int64_t dur_ns = error_ns(phase->dur_ns, span->from_ns, span->to_ns);
    int64_t move_ns = error_ns(phase->move_ns, span->move_from_ns, span->move_to_ns);
    bool wrong = is_wrong(phase, dur_ns) || is_wrong(phase, move_ns);
    if (dur_ns != ABSENT)
        row_add(row, (enum figure_kind)(FIGURE_CON + which), seconds(dur_ns));
    if (move_ns != ABSENT)
        row_add(row, (enum figure_kind)(FIGURE_CON_MOVE + which), seconds(move_ns));
    judge_sd(row, phase, dur_ns, move_ns);
    row->phases++;
    row->wrong += wrong;
    row->wrong_unsaid += wrong && rep->flags == 0;
}

static void judge_phases(struct row *row, const struct rep_data *rep, const struct patient_truth *truth,
                         const struct patient_truth *before)
{
    struct expected e = expect(truth);
    judge_phase(row, rep, PHASE_CON, &(struct span){e.con_ns, e.top_ns, truth->con_move_ns, truth->con_move_end_ns});
    judge_phase(row, rep, PHASE_TOP, &(struct span){e.top_ns, e.ecc_ns, truth->con_move_end_ns, truth->ecc_move_ns});
    judge_phase(row, rep, PHASE_ECC, &(struct span){e.ecc_ns, e.end_ns, truth->ecc_move_ns, truth->ecc_move_end_ns});
    /* The pause before: between pelvis down and off where it lies, between crossings elsewhere. */
    if (before != NULL && before->set == truth->set && before->end_ns != ABSENT)
        judge_phase(row, rep, PHASE_BOTTOM,
                    &(struct span){before->end_ns, truth->con_ns, before->ecc_move_end_ns, truth->con_move_ns});
}

/* The way down a step is the harder to see the slower it is: what is wanted of it depends on that. */
static void judge_step_down(struct row *row, const struct phase_time *ecc, const struct patient_truth *truth)
{
    int64_t move_ns = truth->ecc_move_end_ns - truth->ecc_move_ns;
    bool quick = move_ns >= 1200 * NS_PER_MS && move_ns <= 2 * NS_PER_S;
    bool slow = move_ns >= 2500 * NS_PER_MS && move_ns <= 3500 * NS_PER_MS;
    enum figure_kind kind = quick ? FIGURE_ECC_QUICK : FIGURE_ECC_SLOW;
    if (strcmp(truth->exercise, "step_up") != 0 || truth->ecc_ns == ABSENT || (!quick && !slow))
        return;
    row->asked[kind]++;
    if (observed(ecc))
        row_add(row, kind, seconds(ecc->dur_ns - (truth->end_ns - truth->ecc_ns)));
}

/* It happened, on the box: who steps off on the way down has done no eccentric. */
static bool happened(const struct patient_truth *truth, enum phase which)
{
    return truth != NULL && truth->visible && (which != PHASE_ECC || truth->end_ns != ABSENT);
}

/*
 * A phase claimed load or model that physics, the set's own observability or what truly happened says cannot be seen:
 * of a repetition that nobody did, that never reached the box or was broken off; or a model without its uncertainty.
 */
static int violations(const struct bench_session *session, const struct watch *watch, const struct seen_rep *rep,
                      const struct patient_truth *truth)
{
    unsigned allowed = judge_allowed(session, watch, rep->data.start_ns, false);
    const enum grade grades[PHASE_COUNT] = {rep->sees.con, rep->sees.top, rep->sees.ecc, rep->sees.bottom};
    int n = 0;
    for (int i = 0; i < PHASE_COUNT; i++) {
        const struct phase_time *phase = &rep->data.phases[i];
        bool seen = (allowed & 1u << i) != 0 && grades[i] >= GRADE_B;
        bool bare = phase->src == SRC_MODEL && phase->sd_ns == ABSENT;
        n += observed(phase) && (!seen || bare || !happened(truth, (enum phase)i));
    }
    return n;
}

/* The rep before, or NULL. Who presses without lifting has the pelvis down all the while: that is a part of the pause. */
static const struct patient_truth *rep_before(const struct watch *watch, int i)
{
    while (--i >= 0)
        if (watch->truth[i].depth_milli > 0)
            return &watch->truth[i];
    return NULL;
}

static void judge_rep(struct row *row, const struct bench_session *session, const struct watch *watch,
                      const struct seen_rep *rep)
{
    int i = match(watch, &rep->data);
    const struct patient_truth *truth = i >= 0 ? &watch->truth[i] : NULL;
    row->src_violations += violations(session, watch, rep, truth);
    if (rep->data.outcome != REP_FULL || truth == NULL || !truth_complete(watch, truth))
        return;
    double length = seconds(truth->end_ns - truth->con_ns);
    row->truth = i;
    row->reps++;
    judge_phases(row, &rep->data, truth, rep_before(watch, i));
    judge_step_down(row, &rep->data.phases[PHASE_ECC], truth);
    row_add(row, FIGURE_REP, seconds(rep->data.end_ns - rep->data.start_ns) / length - 1);
    if (rep->data.tut_ns != ABSENT && truth->tut_ns != ABSENT)
        row_add(row, FIGURE_TUT, seconds(rep->data.tut_ns) / seconds(truth->tut_ns) - 1);
    if (rep->told_ns != ABSENT)
        row_add(row, FIGURE_TOLD, seconds(rep->told_ns - truth->end_ns));
}

/* --- the live stream --------------------------------------------------------------------------------------------- */

#define LIVE_FAR_NS (3 * NS_PER_S) /* what is further away belongs to something else */

static bool measured(const struct live_change *change, enum phase phase)
{
    return live_measured(change) && change->phase == phase;
}

/* The nearest change to that phase, early or late; one that never comes counts as the furthest that would have been. */
static void judge_change(struct row *row, const struct watch *watch, enum phase phase, int64_t true_ns)
{
    bool any = false;
    int64_t best_ns = LIVE_FAR_NS;
    for (int i = 0; i < watch->changes; i++) {
        int64_t late_ns = watch->change[i].at_ns - true_ns;
        if (!measured(&watch->change[i], phase))
            continue;
        any = true;
        if (llabs(late_ns) < llabs(best_ns))
            best_ns = late_ns;
    }
    if (any)
        row_add(row, (enum figure_kind)(FIGURE_LIVE_CON + phase), seconds(best_ns));
}

static bool without_phases(const struct seen_rep *rep)
{
    for (int p = 0; p < PHASE_COUNT; p++)
        if (observed(&rep->data.phases[p]))
            return false;
    return true;
}

/* Phases are held back while hands may be leaning on a chair: live, up to the end of the first rep that is claimed. */
static bool held_back(const struct watch *watch, int i)
{
    const struct seen_rep *rep = &watch->rep[i];
    return without_phases(rep) || (i > 0 && rep[-1].set == rep->set && without_phases(&rep[-1]));
}

/* Both sides of a set have its number. */
static bool rested_between(const struct watch *watch, int64_t end_ns, int64_t start_ns)
{
    for (int i = 0; i < watch->sets; i++)
        if (watch->set_from_ns[i] > end_ns && watch->set_from_ns[i] < start_ns)
            return true;
    return false;
}

/* Of the repetitions that were measured: those that are held back are asked, too, and tell nothing. */
static void judge_live_rep(struct row *row, const struct watch *watch, int i, int j)
{
    struct expected e = expect(&watch->truth[j]);
    const int64_t begins_ns[PHASE_COUNT] = {
        [PHASE_CON] = e.con_ns, [PHASE_TOP] = e.top_ns, [PHASE_ECC] = e.ecc_ns, [PHASE_BOTTOM] = e.end_ns};
    row->truth = j;
    for (int p = 0; p < PHASE_COUNT; p++) {
        if (begins_ns[p] == ABSENT || (p == PHASE_BOTTOM && ends_set(watch, watch->truth[j].end_ns)))
            continue;
        row->asked[FIGURE_LIVE_CON + p]++;
        if (!held_back(watch, i))
            judge_change(row, watch, (enum phase)p, begins_ns[p]);
    }
    if (held_back(watch, i) || i == 0 || rep_before(watch, j) == NULL)
        return;
    int64_t before_ns = expect(rep_before(watch, j)).end_ns;
    if (!rested_between(watch, before_ns, e.con_ns))
        judge_cycle(row, watch, (int64_t[]){before_ns, e.con_ns, e.top_ns, e.ecc_ns, e.end_ns});
}

static void judge_live(struct row *row, const struct bench_session *session, const struct watch *watch)
{
    for (int i = 0; i < watch->reps; i++) {
        int j = match(watch, &watch->rep[i].data);
        if (j >= 0 && watch->rep[i].data.outcome == REP_FULL && truth_complete(watch, &watch->truth[j]))
            judge_live_rep(row, watch, i, j);
    }
    for (int i = 0; i < watch->changes; i++)
        for (int phase = 0; phase < PHASE_COUNT; phase++)
            row->src_violations += measured(&watch->change[i], (enum phase)phase) &&
                                   (judge_allowed(session, watch, watch->change[i].at_ns, true) & 1u << phase) == 0;
}

/* --- holds ------------------------------------------------------------------------------------------------------- */

/* Held time by the station against the time that the force was in fact there until the station ended it. */
static void judge_hold(struct row *row, const struct watch *watch, const struct hold_data *hold)
{
    for (int i = 0; i < watch->truths; i++) {
        const struct patient_truth *truth = &watch->truth[i];
        if (!truth_complete(watch, truth) || truth->con_ns >= hold->end_ns || truth->end_ns <= hold->start_ns)
            continue;
        /* A hold survives dips: also one that lasts until the force is let go. */
        int64_t let_go_ns =
            truth->ecc_move_ns != ABSENT && truth->ecc_move_ns > truth->end_ns ? truth->ecc_move_ns : truth->end_ns;
        int64_t end_ns = hold->end_ns < let_go_ns ? hold->end_ns : let_go_ns;
        row_add(row, FIGURE_HOLD, seconds(hold->held_ns - (end_ns - truth->con_ns)));
        return;
    }
}

void judge_session(struct row *row, const struct bench_session *session, const struct watch *watch)
{
    row->unfinished += watch->error != 0;
    for (int i = 0; i < watch->reps; i++)
        judge_rep(row, session, watch, &watch->rep[i]);
    for (int i = 0; i < watch->holds; i++)
        judge_hold(row, watch, &watch->hold[i].data);
    judge_live(row, session, watch);
    judge_counts(row, session, watch);
}
