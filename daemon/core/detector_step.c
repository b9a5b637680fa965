/* SPDX-License-Identifier: MIT */
/*
 * Step-up; detector_step.h has the rules. Timelines (BW 800 N, tempo 1.5-1-3-1):
 *
 * 1. Lead foot on the box (80 N). F passes 400 N: UP, con. Push-off to 900 N, then 800 N: top. A tap of 40 N for 65 ms:
 *    nothing. F sinks to 785 N: ecc. 720 N, 400 N: the trailing foot has landed; 150 ms later MARK_REP, bottom.
 * 2. First rep off the box: BW is not known until the patient has stood still for 0.5 s on top; the rep's beginning is
 *    then looked up in the buffer.
 * 3. The patient stands on the box at go and steps off: no beginning, no rep.
 */
#include "daemon/core/detector_step.h"

#include <math.h>

#include "daemon/core/fixed.h"
#include "daemon/core/step_motion.h"

/* Per cent of body weight above which the box is said to carry everything; while the weight is provisional: */
#define ALL           97
#define ALL_ROUGHLY   90
#define WEIGHT_ROUNDS 4
#define WEIGHT_PART   5 /* a fit that wants more than a fifth of BW is none */

static int64_t share_mn(const struct step_detector *step, int64_t per_cent)
{
    return step->bw_mn * per_cent / 100;
}

static int64_t force_at(const struct step_detector *step, int i)
{
    return rep_buffer_at(&step->buffer, i)->force_mn;
}

static int64_t time_at(const struct step_detector *step, int i)
{
    return rep_buffer_at(&step->buffer, i)->t_ns;
}

static void enter(struct step_detector *step, enum step_state state, int64_t t_ns)
{
    step->state = state;
    step->low_ns = ABSENT;
    if (state == STEP_STATE_UP)
        step->up_ns = t_ns;
}

static void step_begin(void *self, const struct detector_setup *setup)
{
    struct step_detector *step = self;

    step->start_ns = setup->start_ns;
    step->height_mm = setup->dose->step_height_mm;
    step->bw_mn = setup->refs.bw_mn;
    step->n_reps = 0;
    step->from_floor = false;
    step->prev_end_ns = step->phase_ns = ABSENT;
    step->phase = PHASE_BOTTOM;
    step->median = (struct live_median){0};
    step->move = (struct live_move){.level_mn = ABSENT};
    step->still_n = 0;
    rep_buffer_clear(&step->buffer);
    enter(step, step->bw_mn == ABSENT ? STEP_STATE_NO_WEIGHT : STEP_STATE_LOW, setup->start_ns);
}

static int64_t step_ref_amp_mn(const void *self)
{
    (void)self;
    return ABSENT; /* a step-up's amplitude is the body weight, measured anew in each set */
}

/* ---- body weight ---- */

/* Standing still for STEP_STILL_NS with at least STEP_BW_MIN_MN: its level, else ABSENT. */
static int64_t still_level_mn(struct step_detector *step, int64_t t_ns, int64_t f_mn)
{
    if (step->still_n == 0 || fixed_abs(f_mn - step->still_mn) * 100 > step->still_mn * STEP_STILL_PER_CENT) {
        step->still_ns = t_ns;
        step->still_sum = step->still_n = 0;
    }
    step->still_sum += f_mn;
    step->still_n++;
    step->still_mn = fixed_div(step->still_sum, step->still_n);
    return t_ns - step->still_ns < STEP_STILL_NS || step->still_mn < STEP_BW_MIN_MN ? ABSENT : step->still_mn;
}

/* Where F last rose above half of body weight, after at least STEP_DWELL_NS below: a hard push-off dips for less. */
static int find_rise(const struct step_detector *step)
{
    int rise = step->buffer.n - 1;

    for (int i = rise; i >= 0; i--) {
        if (force_at(step, i) >= share_mn(step, 50))
            rise = i;
        else if (time_at(step, rise) - time_at(step, i) > STEP_DWELL_NS)
            return rise;
    }
    return rise;
}

/* The first level of a set, or one so much higher that the first was a leaning foot. The rep is under way. */
static void learn_weight(struct step_detector *step, int64_t level_mn)
{
    step->bw_mn = level_mn;
    int rise = find_rise(step);
    step->from_floor = rise > 0;
    enter(step, STEP_STATE_UP, time_at(step, rise));
}

static void watch_weight(struct step_detector *step, int64_t t_ns, int64_t f_mn)
{
    int64_t level_mn = still_level_mn(step, t_ns, f_mn);

    if (level_mn != ABSENT && (step->bw_mn == ABSENT || level_mn > share_mn(step, 130)))
        learn_weight(step, level_mn);
}

/* ---- the second look ---- */

/*
 * Samples of a rep: begin is the first at 0.5 BW; full..last carry everything; end is the first below end_mn for good
 * (0.9 BW, or 0.5 BW where 0.9 was never reached).
 */
struct span {
    int begin, full, last, end;
    int64_t end_mn;
    bool hole;
};

/* The last sample not before `first` that carries at least the given share; first when there is none. */
static int last_at_least(const struct step_detector *step, int first, int64_t per_cent)
{
    int i = step->buffer.n - 1;

    while (i > first && force_at(step, i) < share_mn(step, per_cent))
        i--;
    return i;
}

static struct span find_span(const struct step_detector *step, int64_t all_per_cent)
{
    struct span span = {.begin = rep_buffer_find(&step->buffer, step->up_ns)};

    while (span.begin > 0 && force_at(step, span.begin - 1) >= share_mn(step, 50))
        span.begin--;
    while (span.begin < step->buffer.n - 1 && force_at(step, span.begin) < share_mn(step, 50))
        span.begin++;
    int stood = last_at_least(step, span.begin, 90), half = last_at_least(step, span.begin, 50);
    bool reached = force_at(step, stood) >= share_mn(step, 90);
    span.end = (reached ? stood : half) + 1;
    span.end_mn = share_mn(step, reached ? 90 : 50);
    span.last = last_at_least(step, span.begin, all_per_cent);
    span.full = span.begin;
    while (span.full < span.last && force_at(step, span.full) < share_mn(step, all_per_cent))
        span.full++;
    for (int i = span.begin > 0 ? span.begin : 1; i <= span.end && i < step->buffer.n; i++)
        span.hole = span.hole || time_at(step, i) - time_at(step, i - 1) > LIVE_GAP_NS;
    return span;
}

static int64_t crossing_ns(const struct step_detector *step, int i, int64_t level_mn)
{
    if (i <= 0 || i >= step->buffer.n || time_at(step, i) - time_at(step, i - 1) > LIVE_GAP_NS)
        return time_at(step, i < step->buffer.n ? i : step->buffer.n - 1);
    bool before = force_at(step, i - 1) < level_mn, after = force_at(step, i) < level_mn;
    if (before == after)
        return time_at(step, i);
    return fixed_cross_ns(time_at(step, i - 1), force_at(step, i - 1), time_at(step, i), force_at(step, i), level_mn);
}

static struct phase_time phase_time(enum src src, int64_t dur_ns, int64_t sd_ns)
{
    return (struct phase_time){
        .src = src, .dur_ns = dur_ns, .sd_ns = sd_ns, .move_ns = ABSENT, .target_ns = ABSENT, .in_tolerance = -1};
}

static int64_t ns_of_s(double s)
{
    return (int64_t)floor(s * 1e9 + 0.5);
}

static void model_phases(const struct step_detector *step, const struct span *span, const struct step_motion *motion,
                         struct rep_data *rep)
{
    int64_t origin_ns = time_at(step, span->full);
    int64_t top_ns = origin_ns + ns_of_s(motion->con_end_s), ecc_ns = origin_ns + ns_of_s(motion->ecc_start_s);
    double both = sqrt(motion->con_sd_s * motion->con_sd_s + motion->ecc_sd_s * motion->ecc_sd_s);

    if (top_ns <= rep->start_ns || ecc_ns < top_ns || rep->end_ns <= ecc_ns)
        return;
    rep->phases[PHASE_CON] = phase_time(SRC_MODEL, top_ns - rep->start_ns, ns_of_s(motion->con_sd_s));
    rep->phases[PHASE_TOP] = phase_time(SRC_MODEL, ecc_ns - top_ns, ns_of_s(both));
    rep->phases[PHASE_ECC] = phase_time(SRC_MODEL, rep->end_ns - ecc_ns, ns_of_s(motion->ecc_sd_s));
}

/*
 * A slow push-off also looks like standing still, a few per cent above body weight: the fit knows the weight better, and
 * with it the span is found anew.
 */
static bool fit(struct step_detector *step, struct span *span, struct step_motion *motion)
{
    int64_t first_mn = step->bw_mn;

    for (int round = 0; round < WEIGHT_ROUNDS; round++) {
        if (!step_motion_fit(&step->buffer, span->full, span->last, step->bw_mn, step->height_mm, motion) ||
            fixed_abs(motion->bw_mn - first_mn) > first_mn / WEIGHT_PART) {
            step->bw_mn = first_mn;
            *span = find_span(step, ALL_ROUGHLY);
            return false;
        }
        if (fixed_abs(motion->bw_mn - step->bw_mn) * 1000 <= step->bw_mn)
            return true;
        step->bw_mn = motion->bw_mn;
        *span = find_span(step, ALL);
    }
    return true;
}

static void too_little(struct rep_data *rep)
{
    rep->outcome = REP_PARTIAL;
    rep->flags |= FLAG_HEIGHT;
}

/* Outside 0.6-1.4 of the step by more than its own uncertainty: a long rep is not taken for half of one. */
static bool wrong_height(const struct step_motion *motion, double height_m)
{
    return motion->height_m + motion->height_sd_m < 0.6 * height_m ||
           motion->height_m - motion->height_sd_m > 1.4 * height_m;
}

/* Outcome, ends and phases; body weight is kept as the rep has shown it only where the rep was one. */
static void judge(struct step_detector *step, struct span *span, struct rep_data *rep)
{
    struct step_motion motion;
    int64_t first_mn = step->bw_mn;
    bool stood = time_at(step, span->last) - time_at(step, span->full) >= STEP_FULL_MIN_NS;
    bool fitted = stood && !span->hole && fit(step, span, &motion);

    rep->outcome = REP_FULL;
    if (fitted && wrong_height(&motion, (double)step->height_mm / 1000.0)) {
        step->bw_mn = first_mn;
        *span = find_span(step, ALL);
        too_little(rep);
        fitted = false;
    }
    if (!stood && !span->hole)
        too_little(rep);
    if (span->hole)
        rep->flags |= FLAG_GAP; /* the count stands, integration does not */
    rep->start_ns = crossing_ns(step, span->begin, share_mn(step, 50));
    rep->end_ns = fixed_max(rep->start_ns, crossing_ns(step, span->end, span->end_mn));
    if (fitted)
        model_phases(step, span, &motion, rep);
}

static void sum_up(const struct step_detector *step, const struct span *span, struct rep_data *rep)
{
    int64_t peak = 0, integral = 0, dur_ns = rep->end_ns - rep->start_ns;

    for (int i = span->begin; i < span->end; i++) {
        peak = fixed_max(peak, force_at(step, i));
        if (i > span->begin)
            integral += (force_at(step, i - 1) + force_at(step, i)) / 2 * (time_at(step, i) - time_at(step, i - 1));
    }
    rep->peak_mn = peak;
    rep->tut_ns = rep->mean_mn = rep->impulse_mns = ABSENT;
    if (span->hole || dur_ns <= 0)
        return;
    /* The two ends, shorter than a sample, at the levels that bound them. */
    integral += share_mn(step, 50) * (time_at(step, span->begin) - rep->start_ns);
    integral += span->end_mn * (rep->end_ns - time_at(step, span->end - 1));
    rep->tut_ns = dur_ns;
    rep->mean_mn = fixed_div(integral, dur_ns);
    rep->impulse_mns = fixed_div(integral, NS_PER_S);
}

static int look(struct step_detector *step, int64_t t_ns, struct mark *mark)
{
    struct span span = find_span(step, step->n_reps > 0 ? ALL : ALL_ROUGHLY);
    struct rep_data rep = {0};

    if (!step->from_floor || t_ns - STEP_DWELL_NS - step->up_ns < STEP_TOUCH_NS)
        return 0;
    for (int p = 0; p < PHASE_COUNT; p++)
        rep.phases[p] = phase_time(SRC_NONE, 0, ABSENT);
    judge(step, &span, &rep);
    sum_up(step, &span, &rep);
    if (step->prev_end_ns != ABSENT && !span.hole)
        rep.phases[PHASE_BOTTOM] = phase_time(SRC_LOAD, rep.start_ns - step->prev_end_ns, ABSENT);
    step->prev_end_ns = span.hole ? ABSENT : rep.end_ns;
    step->n_reps++;
    *mark = (struct mark){.kind = MARK_REP, .t_ns = t_ns, .flags = rep.flags, .rep = rep};
    return 1;
}

/* ---- states ---- */

static int step_state(struct step_detector *step, int64_t t_ns, int64_t f_mn, struct mark *mark)
{
    int n;

    switch (step->state) {
    case STEP_STATE_NO_WEIGHT:
    case STEP_STATE_LOST: return 0;
    case STEP_STATE_LOW:
        if (f_mn >= share_mn(step, 50)) {
            step->from_floor = step->buffer.n > 1;
            enter(step, STEP_STATE_UP, t_ns);
        }
        return 0;
    case STEP_STATE_UP:
        if (!live_dwell(&step->low_ns, f_mn < share_mn(step, 50), t_ns, STEP_DWELL_NS))
            return 0;
        n = look(step, t_ns, mark);
        enter(step, STEP_STATE_LOW, t_ns);
        return n;
    }
    return 0;
}

/* What the force tells at once: a slow descent begins with 2 % of BW, which sway hides; it is told when it can be. */
static enum phase live_next(const struct step_detector *step, int64_t t_ns, int64_t f_mn)
{
    if (step->state != STEP_STATE_UP)
        return PHASE_BOTTOM;
    switch (step->phase) {
    case PHASE_BOTTOM: return PHASE_CON;
    case PHASE_CON:
        return step->still_mn >= share_mn(step, 95) && t_ns - step->still_ns >= 2 * STEP_DWELL_NS ? PHASE_TOP
                                                                                                  : PHASE_CON;
    case PHASE_TOP: return f_mn < share_mn(step, 97) ? PHASE_ECC : PHASE_TOP;
    case PHASE_ECC:
    case PHASE_COUNT: break;
    }
    return step->phase;
}

static int live_marks(struct step_detector *step, int64_t t_ns, int64_t f_mn, struct mark *marks)
{
    int64_t moved = step->bw_mn == ABSENT ? STEP_BW_MIN_MN / 4 : share_mn(step, 20);
    int n = 0;

    if (step->bw_mn != ABSENT && step->state != STEP_STATE_LOST) {
        enum phase next = live_next(step, t_ns, f_mn);
        bool ecc = next == PHASE_ECC;
        if (live_dwell(&step->phase_ns, next != step->phase, t_ns, ecc ? STEP_DWELL_NS : 0)) {
            step->phase = next;
            step->phase_ns = ABSENT;
            marks[n++] = (struct mark){.kind = MARK_PHASE, .t_ns = t_ns, .phase = next};
        }
    }
    if (live_move(&step->move, t_ns, f_mn, moved))
        marks[n++] = (struct mark){.kind = MARK_MOVING, .t_ns = t_ns};
    return n;
}

static bool not_seen(struct step_detector *step, int64_t t_ns)
{
    if (step->n_reps > 0 || step->state == STEP_STATE_LOST || t_ns - step->start_ns < STEP_NOT_SEEN_NS)
        return false;
    if (step->state == STEP_STATE_UP && step->from_floor && t_ns - step->up_ns < STEP_NOT_SEEN_NS)
        return false; /* the first rep is under way */
    enter(step, STEP_STATE_LOST, t_ns);
    return true;
}

static int step_step(void *self, const struct sample *sample, struct mark *marks)
{
    struct step_detector *step = self;
    struct sample middle;
    int n = 0;

    if (!live_median(&step->median, sample, &middle))
        return 0;
    middle.force_mn = (int32_t)fixed_force(middle.force_mn);
    rep_buffer_push(&step->buffer, &middle);
    if (step->state != STEP_STATE_LOST)
        watch_weight(step, middle.t_ns, middle.force_mn);
    n += step_state(step, middle.t_ns, middle.force_mn, marks);
    n += live_marks(step, middle.t_ns, middle.force_mn, marks + n);
    if (not_seen(step, middle.t_ns))
        marks[n++] = (struct mark){.kind = MARK_NOT_SEEN, .t_ns = middle.t_ns};
    return n;
}

const struct detector_ops step_detector_ops = {
    .name = "step",
    .begin = step_begin,
    .step = step_step,
    .ref_amp_mn = step_ref_amp_mn,
};
