/* SPDX-License-Identifier: MIT */
/* A curve's value and slopes at a time; fit_view.h. */
#include "daemon/core/fit/fit_view.h"

#define TWO_PTS 0.577 /* two points so far out, of the half width, stand for a mean: exact for a cubic (Gauss) */

struct fit_view fit_view_of(const struct fit_curve *curve, double half)
{
    const double *p = curve->p;
    struct fit_view view = {.curve = curve,
                            .middle = 0.5 * (p[FIT_UP_E] + p[FIT_DOWN_S]),
                            .from = p[FIT_UP_E],
                            .to = p[FIT_DOWN_S],
                            .half = half,
                            .start = {p[FIT_UP_S], p[FIT_DOWN_S]},
                            .length = {p[FIT_UP_E] - p[FIT_UP_S], p[FIT_DOWN_E] - p[FIT_DOWN_S]}};

    view.per_s = view.to > view.from ? 1.0 / (view.to - view.from) : 0.0;
    for (int edge = 0; edge < 2; edge++)
        view.per_edge[edge] = 1.0 / view.length[edge];
    return view;
}

/* Where t lies on the curve. */
struct place {
    int edge;
    double u, tau, top; /* t as a share of the edge; place and level of the plateau */
};

static struct place place_of(const struct fit_view *view, double t)
{
    const double *p = view->curve->p;
    int edge = t < view->middle ? 0 : 1;
    double tau = t <= view->from ? -0.5 : t >= view->to ? 0.5 : (t - view->from) * view->per_s - 0.5;

    return (struct place){.edge = edge,
                          .u = (t - view->start[edge]) * view->per_edge[edge],
                          .tau = tau,
                          .top = p[FIT_A] + p[FIT_C] * tau};
}

double fit_view_value(const struct fit_view *view, double t)
{
    const struct fit_curve *curve = view->curve;
    struct fit_line line;
    if (view->half > 0.0) {
        fit_view_line(view, t, &line);
        return line.value;
    }
    const struct place at = place_of(view, t);
    double per = view->per_edge[at.edge];
    struct fit_load load =
        at.edge == 0 ? fit_edge_up(curve->shape, curve->slack, at.u) : fit_edge_down(curve->shape, curve->slack, at.u);

    return curve->p[FIT_B] + at.top * load.height + curve->p[FIT_K] * load.acc * per * per;
}

static inline void set_levels(struct fit_line *line, double height, double tau, double acc, int levels)
{
    line->level[FIT_B] = 1.0;
    line->level[FIT_A] = height;
    line->level[FIT_C] = height * tau;
    line->level[FIT_K] = acc;
    line->levels = levels;
}

/* Off the edges, at rest or on top, no breakpoint matters. What is not read is not set: this is asked most of all. */
static inline void line_at(const struct fit_view *view, double t, struct fit_line *ret)
{
    const struct fit_curve *curve = view->curve;
    const struct place at = place_of(view, t);
    const double *p = curve->p;

    ret->at = at.edge == 0 ? FIT_UP_S : FIT_DOWN_S;
    ret->edge = at.edge;
    ret->n = 0;
    if (at.u <= 0.0 || at.u >= 1.0) {
        bool top = (at.u >= 1.0) == (at.edge == 0);
        ret->value = top ? p[FIT_B] + at.top : p[FIT_B];
        set_levels(ret, top ? 1.0 : 0.0, top ? at.tau : 0.0, 0.0, top ? FIT_LEVELS_TOP : FIT_LEVELS_REST);
        return;
    }
    const struct fit_slope load = fit_edge_slope(curve->shape, curve->slack, at.edge == 1, at.u);
    double per = view->per_edge[at.edge], k = p[FIT_K], acc = load.acc * per * per;
    double slope = (at.top * load.speed + k * per * per * load.jerk) * per;
    double stretch = 2.0 * k * acc * per; /* u stays, the edge gets shorter */

    ret->value = p[FIT_B] + at.top * load.height + k * acc;
    set_levels(ret, load.height, at.tau, acc, FIT_UP_S);
    ret->n = 2;
    ret->moves[0] = slope * (at.u - 1.0) + stretch;
    ret->moves[1] = -slope * at.u - stretch;
}

/* Half of what is so at t, but for the limb's inertia. */
static void add_point(const struct fit_view *view, double t, struct fit_line *ret)
{
    const struct fit_curve *curve = view->curve;
    const struct place at = place_of(view, t);
    const struct fit_slope load = fit_edge_slope(curve->shape, curve->slack, at.edge == 1, at.u);
    double slope = at.top * load.speed * view->per_edge[at.edge];

    ret->value += 0.5 * (curve->p[FIT_B] + at.top * load.height);
    ret->level[FIT_A] += 0.5 * load.height;
    ret->level[FIT_C] += 0.5 * load.height * at.tau;
    ret->moves[2 * at.edge] += 0.5 * slope * (at.u - 1.0);
    ret->moves[2 * at.edge + 1] -= 0.5 * slope * at.u;
    ret->edge = at.edge > ret->edge ? at.edge : ret->edge;
}

/* The mean of an acceleration is what it has made faster by its end: corners of constant speed, too. */
static void add_inertia(const struct fit_view *view, double t, int edge, struct fit_line *ret)
{
    const struct fit_curve *curve = view->curve;
    double per = view->per_edge[edge], k = curve->p[FIT_K], half = view->half;
    double u0 = (t - half - view->start[edge]) * per, u1 = (t + half - view->start[edge]) * per;

    if (u1 <= 0.0 || u0 >= 1.0)
        return;
    const struct fit_slope from = fit_edge_slope(curve->shape, false, edge == 1, u0);
    const struct fit_slope to = fit_edge_slope(curve->shape, false, edge == 1, u1);
    double share = per / (2.0 * half), mean = share * (to.speed - from.speed);
    ret->edge = edge > ret->edge ? edge : ret->edge;
    ret->value += k * mean;
    ret->level[FIT_K] += mean;
    double begin = -k * share * per * (to.acc - from.acc);
    double longer = -k * (mean + share * (to.acc * u1 - from.acc * u0)) * per;
    ret->moves[2 * edge] += begin - longer;
    ret->moves[2 * edge + 1] += longer;
}

/* A bin of a slow converter: its mean may lie on both edges, so that all four breakpoints matter. */
static void mean_line(const struct fit_view *view, double t, struct fit_line *ret)
{
    *ret = (struct fit_line){.levels = FIT_UP_S, .at = FIT_UP_S, .n = FIT_PARAMS - FIT_UP_S, .level = {1.0}};
    add_point(view, t - TWO_PTS * view->half, ret);
    add_point(view, t + TWO_PTS * view->half, ret);
    add_inertia(view, t, 0, ret);
    add_inertia(view, t, 1, ret);
}

void fit_view_line(const struct fit_view *view, double t, struct fit_line *ret)
{
    if (view->half > 0.0)
        mean_line(view, t, ret);
    else
        line_at(view, t, ret);
}
