/* SPDX-License-Identifier: MIT */
/* The second look over a step-up; see step_look.h. */
#include "daemon/core/step_look.h"

#include <math.h>

#include "daemon/core/fixed.h"
#include "daemon/core/live.h"
#include "daemon/core/step_motion.h"
#include "daemon/core/step_move.h"
#include "daemon/core/step_weight.h"

/* Per cent of body weight above which the box is said to carry everything; while the weight is provisional: */
#define ALL              97
#define ALL_ROUGHLY      90
#define WEIGHT_ROUNDS    4
#define WEIGHT_PART      5 /* a fit that wants more than a fifth of BW is none */
#define OWN_PER_CENT     3 /* a level that far from the set's weight is another weight */
#define OWN_LEAST        45
#define AGREES_PER_MILLE 10
#define DOWN_WHOLE       0.3
#define BROKEN_SD        2.5
#define HEIGHT_SD        4.0
#define MISFIT_BROKEN    2.1  /* it does not end as a rep does: then the way down decides */
#define MISFIT_TAKEN     2.5  /* standard deviations; of a rep that may teach the weight */
#define TOP_FACTOR       1.15 /* the top's drift has part in both of its ends */
#define MISFIT_HAND      5.0
#define HAND_PART        1000 /* a wander of more than a thousandth of BW beside what sway does */

/* A rep as it is being looked at. */
struct view {
    const struct step_look *look;
    int64_t bw_mn, all; /* that is tried; per cent of it that count as everything */
    /* Samples: begin is the first at 0.5 BW; full..last carry everything; end is the first below end_mn for good. */
    int begin, full, last, end;
    int64_t end_mn; /* 0.9 BW, or 0.5 BW where 0.9 was never reached */
    bool hole, slow;
};

static int64_t share_mn(const struct view *view, int64_t per_cent)
{
    return view->bw_mn * per_cent / 100;
}

static int64_t force_at(const struct view *view, int i)
{
    return rep_buffer_at(view->look->buffer, i)->force_mn;
}

static int64_t time_at(const struct view *view, int i)
{
    return rep_buffer_at(view->look->buffer, i)->t_ns;
}

/* ---- where it began and ended ---------------------------------------------------------------------------------- */

/* The last sample not before `first` that carries at least the given share; first when there is none. */
static int last_at_least(const struct view *view, int first, int64_t per_cent)
{
    int i = view->look->buffer->n - 1;

    while (i > first && force_at(view, i) < share_mn(view, per_cent))
        i--;
    return i;
}

static void find_holes(struct view *view)
{
    int from = view->begin > 0 ? view->begin : 1, n = view->end < view->look->buffer->n ? view->end : view->end - 1;

    view->hole = false;
    for (int i = from; i <= n; i++)
        view->hole = view->hole || time_at(view, i) - time_at(view, i - 1) > LIVE_GAP_NS;
    view->slow = time_at(view, n) - time_at(view, view->begin) > (n - view->begin) * STEP_INTERVAL_MAX_NS;
}

static void find_span(struct view *view, int64_t bw_mn, int64_t all_per_cent)
{
    const struct step_look *look = view->look;
    int n = look->buffer->n, first = look->after_ns != ABSENT ? rep_buffer_find(look->buffer, look->after_ns) : 0;

    view->bw_mn = bw_mn;
    view->all = all_per_cent;
    view->begin = rep_buffer_find(look->buffer, look->up_ns);
    while (view->begin > first && force_at(view, view->begin - 1) >= share_mn(view, 50))
        view->begin--;
    while (view->begin < n - 1 && force_at(view, view->begin) < share_mn(view, 50))
        view->begin++;
    int stood = last_at_least(view, view->begin, 90), half = last_at_least(view, view->begin, 50);
    bool reached = force_at(view, stood) >= share_mn(view, 90);
    view->end = (reached ? stood : half) + 1;
    view->end_mn = share_mn(view, reached ? 90 : 50);
    view->last = last_at_least(view, view->begin, all_per_cent);
    view->full = view->begin;
    while (view->full < view->last && force_at(view, view->full) < share_mn(view, all_per_cent))
        view->full++;
    find_holes(view);
}

static int64_t crossing_ns(const struct view *view, int i, int64_t level_mn)
{
    int n = view->look->buffer->n;

    if (i <= 0 || i >= n || time_at(view, i) - time_at(view, i - 1) > LIVE_GAP_NS)
        return time_at(view, i < n ? i : n - 1);
    bool before = force_at(view, i - 1) < level_mn, after = force_at(view, i) < level_mn;
    if (before == after)
        return time_at(view, i);
    return fixed_cross_ns(time_at(view, i - 1), force_at(view, i - 1), time_at(view, i), force_at(view, i), level_mn);
}

/* ---- its weight and its way ------------------------------------------------------------------------------------ */

/* The span with the weight that this rep stands still at, where it is not the set's. */
static void find_own_span(struct view *view)
{
    const struct step_look *look = view->look;
    int all = look->proven ? ALL : ALL_ROUGHLY;

    find_span(view, look->bw_mn, all);
    int64_t level_mn = step_weight_level(look->buffer, view->begin, view->end - 1);
    if (level_mn == ABSENT || level_mn * 100 < look->bw_mn * OWN_LEAST)
        return;
    if (fixed_abs(level_mn - look->bw_mn) * 100 > look->bw_mn * OWN_PER_CENT)
        find_span(view, level_mn, ALL_ROUGHLY);
}

/*
 * A slow push-off also looks like standing still, a few per cent above body weight: the fit knows the weight better, and
 * with it the span is found anew.
 */
static bool fit_from(struct view *view, int64_t first_mn, int64_t known_mn, struct step_motion *motion)
{
    const struct step_look *look = view->look;

    for (int round = 0; round < WEIGHT_ROUNDS; round++) {
        const struct step_stretch stretch = {.buffer = look->buffer,
                                             .from = view->full,
                                             .to = view->last,
                                             .bw_mn = view->bw_mn,
                                             .known_mn = known_mn,
                                             .wander_mn = look->wander_mn,
                                             .height_mm = look->height_mm};
        if (!step_motion_fit(&stretch, motion) || fixed_abs(motion->bw_mn - first_mn) > first_mn / WEIGHT_PART) {
            find_span(view, first_mn, ALL_ROUGHLY);
            return false;
        }
        if (view->all == ALL && fixed_abs(motion->bw_mn - view->bw_mn) * 1000 <= view->bw_mn)
            return true;
        find_span(view, motion->bw_mn, ALL);
    }
    return true;
}

/* With the weight of the reps before where this one agrees with it: who leans on a rail weighs another in each. */
static bool fit(struct view *view, struct step_motion *motion)
{
    const struct step_look *look = view->look;
    int64_t first_mn = view->bw_mn;

    if (!fit_from(view, first_mn, ABSENT, motion)) { /* no weight makes a step-up of it: what does the set's? */
        if (!look->proven)
            return false;
        find_span(view, look->bw_mn, ALL);
        return fit_from(view, look->bw_mn, look->bw_mn, motion);
    }
    if (!look->proven || fixed_abs(motion->bw_mn - look->bw_mn) * 1000 > look->bw_mn * AGREES_PER_MILLE)
        return true;
    return fit_from(view, first_mn, look->bw_mn, motion);
}

/* Outside 0.6-1.4 of the step, or of what a whole rep may come out at by its own uncertainty, whichever is wider. */
static bool wrong_height(const struct step_look *look, const struct step_motion *motion, double height_m)
{
    double off = motion->height_m - height_m, sure = HEIGHT_SD * motion->height_sd_m;

    sure = sure > 0.4 * height_m ? sure : 0.4 * height_m;
    /* Whoever pushes with the rear leg has climbed much of it before: then the way down by itself is a whole one. */
    if (look->proven && fabs(motion->down_m - height_m) <= DOWN_WHOLE * height_m)
        return false;
    return -off > sure || off - motion->height_sd_m > sure; /* nobody climbs too high: that is the integral's doing */
}

/*
 * It does not end as a step-up does, and the way down by itself is a part of one: left half-way, jumped off the top. A
 * way down that cannot be (up, or more than the step) says that something else acts.
 */
static bool broken_off(const struct step_motion *motion, double height_m)
{
    double most = height_m - BROKEN_SD * motion->down_sd_m;

    most = most < 0.6 * height_m ? most : 0.6 * height_m;
    return motion->misfit > MISFIT_BROKEN && motion->down_m < most && motion->down_m > -0.4 * height_m;
}

/* Less than the weight of the set: a lean, unless it rose as far as a step-up does. */
static bool leans(const struct view *view, const struct step_motion *motion, bool fitted)
{
    const struct step_look *look = view->look;
    double least_m = 0.6 * (double)look->height_mm / 1000.0;

    if (!look->proven || view->bw_mn * 100 >= look->bw_mn * STEP_LEAN_PER_CENT)
        return false;
    return !fitted || motion->height_m < least_m;
}

/* ---- figures --------------------------------------------------------------------------------------------------- */

static struct phase_time phase_time(enum src src, int64_t dur_ns, int64_t sd_ns)
{
    return (struct phase_time){
        .src = src, .dur_ns = dur_ns, .sd_ns = sd_ns, .move_ns = ABSENT, .target_ns = ABSENT, .in_tolerance = -1};
}

static const struct step_point nowhere = {.t_ns = ABSENT, .sd_ns = ABSENT};

static int64_t ns_of_s(double s)
{
    return (int64_t)floor(s * 1e9 + 0.5);
}

struct phase_time step_look_pause(int64_t from_ns, const struct step_point *landed, const struct step_found *next)
{
    struct phase_time pause = phase_time(SRC_LOAD, next->rep.start_ns - from_ns, ABSENT);

    if (landed->t_ns == ABSENT || next->rises.t_ns == ABSENT)
        return pause;
    double a = (double)landed->sd_ns, b = (double)next->rises.sd_ns, sd_ns = sqrt(a * a + b * b);
    if (sd_ns > STEP_MOVE_TOP_SD_S * 1e9 || (double)(next->rises.t_ns - landed->t_ns) < sd_ns)
        return pause;
    pause.move_ns = next->rises.t_ns - landed->t_ns;
    pause.sd_ns = (int64_t)floor(sd_ns + 0.5);
    return pause;
}

/* The movements between their own breakpoints: where they are credible. */
static void put_moves(const struct view *view, const struct step_motion *motion, struct step_found *ret)
{
    struct step_habit *habit = view->look->habit;
    struct rep_data *rep = &ret->rep;
    int64_t origin_ns = time_at(view, view->full);
    struct step_move con, ecc;

    step_habit_take(habit, motion->up);
    step_habit_take(habit, motion->down);
    bool up = step_move_fit(habit, motion->up, false, &con), down = step_move_fit(habit, motion->down, true, &ecc);
    double top_sd = TOP_FACTOR * sqrt(con.end_sd_s * con.end_sd_s + ecc.begin_sd_s * ecc.begin_sd_s);

    if (up)
        ret->rises = (struct step_point){.t_ns = origin_ns + ns_of_s(con.begin_s), .sd_ns = ns_of_s(con.begin_sd_s)};
    if (down)
        ret->landed = (struct step_point){.t_ns = origin_ns + ns_of_s(ecc.end_s), .sd_ns = ns_of_s(ecc.end_sd_s)};
    if (up && rep->phases[PHASE_CON].src != SRC_NONE) {
        rep->phases[PHASE_CON].move_ns = ns_of_s(con.end_s - con.begin_s);
        rep->phases[PHASE_CON].sd_ns = ns_of_s(con.sd_s);
    }
    if (down && rep->phases[PHASE_ECC].src != SRC_NONE) {
        rep->phases[PHASE_ECC].move_ns = ns_of_s(ecc.end_s - ecc.begin_s);
        rep->phases[PHASE_ECC].sd_ns = ns_of_s(ecc.sd_s);
    }
    if (up && down && rep->phases[PHASE_TOP].src != SRC_NONE && ecc.begin_s - con.end_s > top_sd &&
        top_sd <= STEP_MOVE_TOP_SD_S) {
        rep->phases[PHASE_TOP].move_ns = ns_of_s(ecc.begin_s - con.end_s);
        rep->phases[PHASE_TOP].sd_ns = ns_of_s(top_sd);
    }
}

static void model_phases(const struct view *view, const struct step_motion *motion, struct rep_data *rep)
{
    const struct step_crossing *con = &motion->up[0], *ecc = &motion->down[0];
    int64_t origin_ns = time_at(view, view->full);
    int64_t top_ns = origin_ns + ns_of_s(con->s), ecc_ns = origin_ns + ns_of_s(ecc->s);
    double both = sqrt(con->sd_s * con->sd_s + ecc->sd_s * ecc->sd_s);

    if (!con->seen || !ecc->seen || top_ns <= rep->start_ns || ecc_ns < top_ns || rep->end_ns <= ecc_ns)
        return;
    if (con->sd_s <= STEP_SD_MAX_S)
        rep->phases[PHASE_CON] = phase_time(SRC_MODEL, top_ns - rep->start_ns, ns_of_s(con->sd_s));
    if (both <= STEP_SD_MAX_S)
        rep->phases[PHASE_TOP] = phase_time(SRC_MODEL, ecc_ns - top_ns, ns_of_s(both));
    if (ecc->sd_s <= STEP_SD_MAX_S)
        rep->phases[PHASE_ECC] = phase_time(SRC_MODEL, rep->end_ns - ecc_ns, ns_of_s(ecc->sd_s));
}

static void sum_up(const struct view *view, struct rep_data *rep)
{
    int64_t peak = 0, integral = 0, dur_ns = rep->end_ns - rep->start_ns;
    int64_t rest_mn = view->look->rest_mn == ABSENT ? 0 : view->look->rest_mn;

    for (int i = view->begin; i < view->end; i++) {
        peak = fixed_max(peak, force_at(view, i));
        if (i > view->begin)
            integral += (force_at(view, i - 1) + force_at(view, i)) / 2 * (time_at(view, i) - time_at(view, i - 1));
    }
    rep->peak_mn = peak - rest_mn;
    rep->flags |= view->look->rest_mn == ABSENT ? FLAG_NO_BASELINE : 0u;
    rep->tut_ns = rep->mean_mn = rep->impulse_mns = ABSENT;
    if (view->hole || dur_ns <= 0)
        return;
    /* The two ends, shorter than a sample, at the levels that bound them. */
    integral += share_mn(view, 50) * (time_at(view, view->begin) - rep->start_ns);
    integral += view->end_mn * (rep->end_ns - time_at(view, view->end - 1));
    integral -= rest_mn * dur_ns;
    rep->tut_ns = dur_ns;
    rep->mean_mn = fixed_div(integral, dur_ns);
    rep->impulse_mns = fixed_div(integral, NS_PER_S);
}

/* ---- the verdict ----------------------------------------------------------------------------------------------- */

static void ends(const struct view *view, struct rep_data *rep)
{
    /* Another weight has another half: what belonged to the rep before stays there. */
    rep->start_ns = fixed_max(crossing_ns(view, view->begin, share_mn(view, 50)), view->look->after_ns);
    rep->end_ns = fixed_max(rep->start_ns, crossing_ns(view, view->end, view->end_mn));
}

static void too_little(struct rep_data *rep)
{
    rep->outcome = REP_PARTIAL;
    rep->flags |= FLAG_HEIGHT;
}

static void learn(const struct view *view, const struct step_motion *motion, struct step_found *ret)
{
    if (motion->misfit > MISFIT_TAKEN)
        return;
    ret->bw_mn = view->bw_mn;
    ret->begin_m_s = motion->begin_m_s;
    ret->begin_h_m = motion->begin_h_m;
}

void step_look(const struct step_look *look, struct step_found *ret)
{
    struct view view = {.look = look};
    struct step_motion motion = {0};
    struct rep_data *rep = &ret->rep;

    *ret = (struct step_found){.rep = {.outcome = REP_FULL}, .bw_mn = ABSENT, .rises = nowhere, .landed = nowhere};
    for (int p = 0; p < PHASE_COUNT; p++)
        rep->phases[p] = phase_time(SRC_NONE, 0, ABSENT);
    find_own_span(&view);
    bool stood = time_at(&view, view.last) - time_at(&view, view.full) >= STEP_FULL_MIN_NS;
    bool fitted = stood && !view.hole && !view.slow && fit(&view, &motion);
    ret->level_mn = fitted ? motion.top_mn : ABSENT;
    double height_m = (double)look->height_mm / 1000.0;
    if (fitted && (wrong_height(look, &motion, height_m) || broken_off(&motion, height_m))) {
        find_own_span(&view);
        too_little(rep);
        fitted = false;
    } else if (!view.hole && (!stood || leans(&view, &motion, fitted))) {
        too_little(rep);
        fitted = false;
    }
    rep->flags |= view.hole ? FLAG_GAP : 0u;
    rep->flags |= view.slow ? FLAG_LOW_RATE : 0u;
    bool hand = look->wander_mn * HAND_PART > look->bw_mn || (fitted && motion.misfit > MISFIT_HAND);
    rep->flags |= stood && hand ? FLAG_HAND_SUPPORT : 0u;
    ends(&view, rep);
    if (fitted) {
        model_phases(&view, &motion, rep);
        put_moves(&view, &motion, ret);
        learn(&view, &motion, ret);
    } else if (view.slow && rep->outcome == REP_FULL) {
        ret->bw_mn = view.bw_mn;
    }
    sum_up(&view, rep);
    ret->hole = view.hole;
}
