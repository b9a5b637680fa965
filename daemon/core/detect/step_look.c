/* SPDX-License-Identifier: MIT */
/* The second look over a step-up; see step_look.h. */
#include "daemon/core/detect/step_look.h"

#include <math.h>

#include "daemon/core/fixed.h"
#include "daemon/core/detect/live.h"
#include "daemon/core/detect/step_motion.h"
#include "daemon/core/detect/step_move.h"
#include "daemon/core/detect/step_span.h"
#include "daemon/core/detect/step_weight.h"

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
#define MISFIT_TRUSTED   1.2  /* whole and partial steps stay below 0.8: with more, the height says nothing */
#define MISFIT_HAND      5.0
#define TOP_LEVEL_S      0.2  /* between the halves of the top: on a shorter one sway feigns another level */
#define MISFIT_PHASES    1.0  /* no plain rep reaches it, two thirds of those with a leaning hand do */
#define MISFIT_SURE      0.5  /* 95 of 100 plain reps stay below; from there on the crossings' sd grow with it */
#define HEIGHT_PHASES    0.25 /* of the step: a plain rep comes out within 0.12 of it; who leans, within 0.9 */
#define SLOW_CROSSING    0.2  /* of the speed half-way up: minimum jerk has 0.38 there, a rear leg's push leaves 0.26 */
#define HAND_PART        1000 /* a wander of more than a thousandth of BW beside what sway does */

/* A rep as it is being looked at. */
struct view {
    const struct step_look *look;
    struct step_span span;
};

static int64_t share_mn(const struct view *view, int64_t per_cent)
{
    return step_span_share_mn(&view->span, per_cent);
}

static int64_t force_at(const struct view *view, int i)
{
    return step_span_force_mn(&view->span, i);
}

static int64_t time_at(const struct view *view, int i)
{
    return step_span_time_ns(&view->span, i);
}

/* ---- its weight and its way ------------------------------------------------------------------------------------ */

/* The span with the weight that this rep stands still at, where it is not the set's. */
static void find_own_span(struct view *view)
{
    const struct step_look *look = view->look;
    int all = look->proven ? ALL : ALL_ROUGHLY;

    step_span_find(&view->span, look->bw_mn, all);
    int64_t level_mn = step_weight_level(look->buffer, view->span.begin, view->span.end - 1);
    if (level_mn == ABSENT || level_mn * 100 < look->bw_mn * OWN_LEAST)
        return;
    if (fixed_abs(level_mn - look->bw_mn) * 100 > look->bw_mn * OWN_PER_CENT)
        step_span_find(&view->span, level_mn, ALL_ROUGHLY);
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
                                             .from = view->span.full,
                                             .to = view->span.last,
                                             .bw_mn = view->span.bw_mn,
                                             .known_mn = known_mn,
                                             .wander_mn = look->wander_mn,
                                             .height_mm = look->height_mm};
        if (!step_motion_fit(&stretch, motion) || fixed_abs(motion->bw_mn - first_mn) > first_mn / WEIGHT_PART) {
            step_span_find(&view->span, first_mn, ALL_ROUGHLY);
            return false;
        }
        if (view->span.all == ALL && fixed_abs(motion->bw_mn - view->span.bw_mn) * 1000 <= view->span.bw_mn)
            return true;
        step_span_find(&view->span, motion->bw_mn, ALL);
    }
    return true;
}

/* With the weight of the reps before where this one agrees with it: who leans on a rail weighs another in each. */
static bool fit(struct view *view, struct step_motion *motion)
{
    const struct step_look *look = view->look;
    int64_t first_mn = view->span.bw_mn;

    if (!fit_from(view, first_mn, ABSENT, motion)) { /* no weight makes a step-up of it: what does the set's? */
        if (!look->proven)
            return false;
        step_span_find(&view->span, look->bw_mn, ALL);
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

/* Jumped off: neither the set's weight nor one of its own makes sense of it. */
static bool strange_weight(const struct view *view, const struct step_motion *motion)
{
    int64_t off_mn = fixed_abs(view->span.bw_mn - view->look->bw_mn);

    return view->look->proven && off_mn * 100 > view->look->bw_mn * OWN_PER_CENT && motion->misfit > MISFIT_TAKEN;
}

/* Less than the weight of the set: a lean, unless it rose as far as a step-up does. */
static bool leans(const struct view *view, const struct step_motion *motion, bool fitted)
{
    const struct step_look *look = view->look;
    double least_m = 0.6 * (double)look->height_mm / 1000.0;

    if (!look->proven || view->span.bw_mn * 100 >= look->bw_mn * STEP_LEAN_PER_CENT)
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

int64_t step_full_min_ns(const struct dose *dose)
{
    int64_t rep_ns = 0;

    for (int p = PHASE_CON; p <= PHASE_ECC; p++) {
        if (dose->tempo_ms[p] == TEMPO_FREE)
            return STEP_FULL_MIN_NS;
        rep_ns += dose->tempo_ms[p] == TEMPO_ASAP ? STEP_FULL_LEAST_NS / 2 : dose->tempo_ms[p] * NS_PER_MS;
    }
    return rep_ns == 0 ? STEP_FULL_MIN_NS : fixed_clamp(rep_ns / 2, STEP_FULL_LEAST_NS, STEP_FULL_MIN_NS);
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
    int64_t origin_ns = time_at(view, view->span.full);
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

/*
 * A hand, a kick: what is integrated is not the body alone, and the top drifts through the level that ends con. The
 * crossings' own sd is the fit's and knows nothing of that. A clean way of another height is another step's.
 */
static bool strained(const struct view *view, const struct step_motion *motion)
{
    double height_m = (double)view->look->height_mm / 1000.0;
    bool wrong = fabs(motion->height_m - height_m) > HEIGHT_PHASES * height_m;

    return motion->misfit > MISFIT_PHASES || (wrong && motion->misfit > MISFIT_SURE);
}

/* No movement fits the way up, and it is slower at 95 % than any, or the rest fits badly too: the top drifts there. */
static bool drifts(const struct view *view, const struct step_motion *motion)
{
    struct step_move con;

    return (motion->misfit > MISFIT_SURE || motion->up[0].m_s < SLOW_CROSSING * motion->up[3].m_s) &&
           !step_move_fit(view->look->habit, motion->up, false, &con);
}

static void model_phases(const struct view *view, const struct step_motion *motion, struct rep_data *rep)
{
    const struct step_crossing *con = &motion->up[0], *ecc = &motion->down[0];
    int64_t origin_ns = time_at(view, view->span.full);
    int64_t top_ns = origin_ns + ns_of_s(con->s), ecc_ns = origin_ns + ns_of_s(ecc->s);
    double grown = motion->misfit > MISFIT_SURE ? motion->misfit / MISFIT_SURE : 1.0;
    double con_sd = grown * con->sd_s, ecc_sd = grown * ecc->sd_s, both = sqrt(con_sd * con_sd + ecc_sd * ecc_sd);
    bool drift = drifts(view, motion);

    if (!con->seen || !ecc->seen || top_ns <= rep->start_ns || ecc_ns < top_ns || rep->end_ns <= ecc_ns)
        return;
    if (con_sd <= STEP_SD_MAX_S && !drift)
        rep->phases[PHASE_CON] = phase_time(SRC_MODEL, top_ns - rep->start_ns, ns_of_s(con_sd));
    if (both <= STEP_SD_MAX_S && !drift)
        rep->phases[PHASE_TOP] = phase_time(SRC_MODEL, ecc_ns - top_ns, ns_of_s(both));
    if (ecc_sd <= STEP_SD_MAX_S)
        rep->phases[PHASE_ECC] = phase_time(SRC_MODEL, rep->end_ns - ecc_ns, ns_of_s(ecc_sd));
}

static void sum_up(const struct view *view, struct rep_data *rep)
{
    int64_t peak = 0, integral = 0, dur_ns = rep->end_ns - rep->start_ns;
    int64_t rest_mn = view->look->rest_mn == ABSENT ? 0 : view->look->rest_mn;

    for (int i = view->span.begin; i < view->span.end; i++) {
        peak = fixed_max(peak, force_at(view, i));
        if (i > view->span.begin)
            integral += (force_at(view, i - 1) + force_at(view, i)) / 2 * (time_at(view, i) - time_at(view, i - 1));
    }
    rep->peak_mn = peak - rest_mn;
    rep->flags |= view->look->rest_mn == ABSENT ? FLAG_NO_BASELINE : 0u;
    rep->tut_ns = rep->mean_mn = rep->impulse_mns = ABSENT;
    if (view->span.hole || dur_ns <= 0)
        return;
    /* The two ends, shorter than a sample, at the levels that bound them. */
    integral += share_mn(view, 50) * (time_at(view, view->span.begin) - rep->start_ns);
    integral += view->span.end_mn * (rep->end_ns - time_at(view, view->span.end - 1));
    integral -= rest_mn * dur_ns;
    rep->tut_ns = dur_ns;
    rep->mean_mn = fixed_div(integral, dur_ns);
    rep->impulse_mns = fixed_div(integral, NS_PER_S);
}

/* ---- the verdict ----------------------------------------------------------------------------------------------- */

static void ends(const struct view *view, struct rep_data *rep)
{
    /* Another weight has another half: what belonged to the rep before stays there. */
    rep->start_ns =
        fixed_max(step_span_cross_ns(&view->span, view->span.begin, share_mn(view, 50)), view->look->after_ns);
    rep->end_ns = fixed_max(rep->start_ns, step_span_cross_ns(&view->span, view->span.end, view->span.end_mn));
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
    ret->bw_mn = view->span.bw_mn;
    ret->begin_m_s = motion->begin_m_s;
    ret->begin_h_m = motion->begin_h_m;
}

/* True: it is a whole rep, and motion says how it went. */
static bool judge(const struct view *view, const struct step_motion *motion, bool fitted, struct rep_data *rep)
{
    const struct step_look *look = view->look;
    bool stood = time_at(view, view->span.last) - time_at(view, view->span.full) >= look->full_min_ns;
    double height_m = (double)look->height_mm / 1000.0;
    bool wrong = fitted && wrong_height(look, motion, height_m);
    /* A hand on a chair: as good as not fitted. What jumps off fits far worse. */
    bool doubtful = wrong && look->proven && motion->misfit > MISFIT_TRUSTED && motion->misfit <= MISFIT_HAND;

    if (fitted && ((wrong && !doubtful) || broken_off(motion, height_m) || strange_weight(view, motion)))
        too_little(rep);
    else if (!view->span.hole && (!stood || step_span_leaps(&view->span) || leans(view, motion, fitted)))
        too_little(rep);
    else if (fitted && (doubtful || motion->misfit > MISFIT_HAND))
        rep->flags |= FLAG_HAND_SUPPORT;
    return fitted && !doubtful && rep->outcome == REP_FULL;
}

void step_look(const struct step_look *look, struct step_found *ret)
{
    struct view view = {.look = look,
                        .span = {.buffer = look->buffer, .after_ns = look->after_ns, .up_ns = look->up_ns}};
    struct step_motion motion = {0};
    struct rep_data *rep = &ret->rep;

    *ret = (struct step_found){.rep = {.outcome = REP_FULL}, .bw_mn = ABSENT, .rises = nowhere, .landed = nowhere};
    for (int p = 0; p < PHASE_COUNT; p++)
        rep->phases[p] = phase_time(SRC_NONE, 0, ABSENT);
    find_own_span(&view);
    bool stood = time_at(&view, view.span.last) - time_at(&view, view.span.full) >= look->full_min_ns;
    bool fitted = stood && !view.span.hole && !view.span.slow && fit(&view, &motion);
    ret->level_mn = fitted && motion.top_s >= TOP_LEVEL_S ? motion.top_mn : ABSENT;
    bool whole = judge(&view, &motion, fitted, rep);
    if (fitted && rep->outcome == REP_PARTIAL)
        find_own_span(&view);
    rep->flags |= view.span.hole ? FLAG_GAP : 0u;
    rep->flags |= view.span.slow ? FLAG_LOW_RATE : 0u;
    rep->flags |= stood && look->wander_mn * HAND_PART > look->bw_mn ? FLAG_HAND_SUPPORT : 0u;
    ends(&view, rep);
    bool alone = whole && !strained(&view, &motion);
    rep->flags |= whole && !alone ? FLAG_HAND_SUPPORT : 0u;
    if (alone) {
        model_phases(&view, &motion, rep);
        put_moves(&view, &motion, ret);
    }
    if (whole) {
        learn(&view, &motion, ret);
    } else if (view.span.slow && rep->outcome == REP_FULL) {
        ret->bw_mn = view.span.bw_mn;
    }
    sum_up(&view, rep);
    ret->hole = view.span.hole;
}
