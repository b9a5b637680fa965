/* SPDX-License-Identifier: MIT */
/* The figures of a step-up; see step_look.h. */
#include <math.h>

#include "daemon/core/detect/step/step_load.h"
#include "daemon/core/detect/step/step_view.h"
#include "daemon/core/fixed.h"

#define PAUSE_FACTOR  1.4  /* both of its ends are extrapolated: without it half of the errors are within */
#define TOP_FACTOR    1.15 /* the top's drift has part in both of its ends */
#define SLOW_CROSSING 0.2  /* of the speed half-way up: minimum jerk has 0.38 there, a rear leg's push leaves 0.26 */
#define SLOWEST       0.25 /* of two phases in three that were far off beside a finger, and of one plain one in a hundred */

static struct phase_time phase_time(enum src src, int64_t dur_ns, int64_t sd_ns)
{
    return (struct phase_time){
        .src = src, .dur_ns = dur_ns, .sd_ns = sd_ns, .move_ns = ABSENT, .target_ns = ABSENT, .in_tolerance = -1};
}

static int64_t ns_of_s(double s)
{
    return (int64_t)floor(s * 1e9 + 0.5);
}

struct phase_time step_look_pause(int64_t from_ns, const struct step_point *landed, const struct step_found *next)
{
    struct phase_time pause = phase_time(SRC_LOAD, next->rep.start_ns - from_ns, ABSENT);

    if (landed->t_ns == ABSENT || next->begins.t_ns == ABSENT)
        return pause;
    double a = (double)landed->sd_ns, b = (double)next->begins.sd_ns, sd_ns = PAUSE_FACTOR * sqrt(a * a + b * b);
    if (sd_ns > STEP_MOVE_TOP_SD_S * 1e9 || (double)(next->begins.t_ns - landed->t_ns) < sd_ns)
        return pause;
    pause.move_ns = next->begins.t_ns - landed->t_ns;
    pause.sd_ns = (int64_t)floor(sd_ns + 0.5);
    return pause;
}

/* The way up: from where the lead leg takes the body over to the end of the rise. */
static void put_way_up(const struct step_view *view, const struct step_move *con, struct step_found *ret)
{
    struct phase_time *phase = &ret->rep.phases[PHASE_CON];
    int64_t end_ns = step_view_ns(view, view->span.full) + ns_of_s(con->end_s);
    struct step_point loads = step_load_begin(&view->span);
    double load_sd_s = (double)loads.sd_ns / 1e9, sd_s = sqrt(load_sd_s * load_sd_s + con->end_sd_s * con->end_sd_s);

    if (loads.t_ns == ABSENT)
        return;
    ret->begins = loads;
    if (phase->src == SRC_NONE || sd_s > STEP_MOVE_SD_PART * (double)(end_ns - loads.t_ns) / 1e9)
        return;
    phase->move_ns = end_ns - loads.t_ns;
    phase->sd_ns = fixed_max(phase->sd_ns, ns_of_s(sd_s)); /* one sd_s for both figures of the phase */
}

/* The movements between their own breakpoints: where they are credible. */
static void put_moves(const struct step_view *view, const struct step_motion *motion, struct step_found *ret)
{
    struct step_habit *habit = view->look->habit;
    struct rep_data *rep = &ret->rep;
    int64_t origin_ns = step_view_ns(view, view->span.full);
    struct step_move con, ecc;

    step_habit_take(habit, motion, false);
    step_habit_take(habit, motion, true);
    bool up = step_move_fit(habit, motion, false, &con), down = step_move_fit(habit, motion, true, &ecc);
    double top_sd = TOP_FACTOR * sqrt(con.end_sd_s * con.end_sd_s + ecc.begin_sd_s * ecc.begin_sd_s);

    if (up)
        put_way_up(view, &con, ret);
    if (down)
        ret->landed = (struct step_point){.t_ns = origin_ns + ns_of_s(ecc.end_s), .sd_ns = ns_of_s(ecc.end_sd_s)};
    if (down && rep->phases[PHASE_ECC].src != SRC_NONE) {
        rep->phases[PHASE_ECC].move_ns = ns_of_s(ecc.end_s - ecc.begin_s);
        rep->phases[PHASE_ECC].sd_ns = fixed_max(rep->phases[PHASE_ECC].sd_ns, ns_of_s(ecc.sd_s));
    }
    if (up && down && rep->phases[PHASE_TOP].src != SRC_NONE && ecc.begin_s - con.end_s > top_sd &&
        top_sd <= STEP_MOVE_TOP_SD_S) {
        rep->phases[PHASE_TOP].move_ns = ns_of_s(ecc.begin_s - con.end_s);
        rep->phases[PHASE_TOP].sd_ns = fixed_max(rep->phases[PHASE_TOP].sd_ns, ns_of_s(top_sd));
    }
}

/* The rest fits badly, and it goes through 95 % of the height so slowly that it is rather the top that drifts. */
static bool creeps(const struct step_motion *motion, const struct step_crossing *levels)
{
    return motion->misfit > STEP_MISFIT_SURE && levels[0].m_s < SLOWEST * levels[3].m_s;
}

/* No movement fits the way up, and it is slower at 95 % than any, or the rest fits badly too: the top drifts there. */
static bool drifts(const struct step_view *view, const struct step_motion *motion)
{
    struct step_move con;

    if (creeps(motion, motion->up))
        return true;
    return (motion->misfit > STEP_MISFIT_SURE || motion->up[0].m_s < SLOW_CROSSING * motion->up[3].m_s) &&
           !step_move_fit(view->look->habit, motion, false, &con);
}

static void model_phases(const struct step_view *view, const struct step_motion *motion, struct rep_data *rep)
{
    const struct step_crossing *con = &motion->up[0], *ecc = &motion->down[0];
    int64_t origin_ns = step_view_ns(view, view->span.full);
    int64_t top_ns = origin_ns + ns_of_s(con->s), ecc_ns = origin_ns + ns_of_s(ecc->s);
    double grown = motion->misfit > STEP_MISFIT_SURE ? motion->misfit / STEP_MISFIT_SURE : 1.0;
    double con_sd = grown * con->sd_s, ecc_sd = grown * ecc->sd_s, both = sqrt(con_sd * con_sd + ecc_sd * ecc_sd);
    bool drift = drifts(view, motion), sinks = creeps(motion, motion->down);

    if (!con->seen || !ecc->seen || top_ns <= rep->start_ns || ecc_ns < top_ns || rep->end_ns <= ecc_ns)
        return;
    if (con_sd <= STEP_SD_MAX_S && !drift)
        rep->phases[PHASE_CON] = phase_time(SRC_MODEL, top_ns - rep->start_ns, ns_of_s(con_sd));
    if (both <= STEP_SD_MAX_S && !drift && !sinks)
        rep->phases[PHASE_TOP] = phase_time(SRC_MODEL, ecc_ns - top_ns, ns_of_s(both));
    if (ecc_sd <= STEP_SD_MAX_S && !sinks)
        rep->phases[PHASE_ECC] = phase_time(SRC_MODEL, rep->end_ns - ecc_ns, ns_of_s(ecc_sd));
}

void step_figures_sum(const struct step_view *view, struct rep_data *rep)
{
    int64_t peak = 0, integral = 0, dur_ns = rep->end_ns - rep->start_ns;
    int64_t rest_mn = view->look->rest_mn == ABSENT ? 0 : view->look->rest_mn;

    for (int i = view->span.begin; i < view->span.end; i++) {
        peak = fixed_max(peak, step_span_force_mn(&view->span, i));
        if (i > view->span.begin)
            integral += (step_span_force_mn(&view->span, i - 1) + step_span_force_mn(&view->span, i)) / 2 *
                        (step_view_ns(view, i) - step_view_ns(view, i - 1));
    }
    rep->peak_mn = peak - rest_mn;
    rep->flags |= view->look->rest_mn == ABSENT ? FLAG_NO_BASELINE : 0u;
    rep->tut_ns = rep->mean_mn = rep->impulse_mns = ABSENT;
    if (view->span.hole || dur_ns <= 0)
        return;
    /* The two ends, shorter than a sample, at the levels that bound them. */
    integral += step_span_share_mn(&view->span, 50) * (step_view_ns(view, view->span.begin) - rep->start_ns);
    integral += view->span.end_mn * (rep->end_ns - step_view_ns(view, view->span.end - 1));
    integral -= rest_mn * dur_ns;
    rep->tut_ns = dur_ns;
    rep->mean_mn = fixed_div(integral, dur_ns);
    rep->impulse_mns = fixed_div(integral, NS_PER_S);
}

void step_figures_clear(struct step_found *ret)
{
    const struct step_point nowhere = {.t_ns = ABSENT, .sd_ns = ABSENT};

    ret->begins = ret->landed = nowhere;
    for (int p = 0; p < PHASE_COUNT; p++)
        ret->rep.phases[p] = phase_time(SRC_NONE, 0, ABSENT);
}

void step_figures_phases(const struct step_view *view, const struct step_motion *motion, struct step_found *ret)
{
    model_phases(view, motion, &ret->rep);
    put_moves(view, motion, ret);
}
