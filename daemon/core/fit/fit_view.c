/* SPDX-License-Identifier: MIT */
/* A curve's value and slopes at a time; fit_view.h. */
#include "daemon/core/fit/fit_view.h"

struct fit_view fit_view_of(const struct fit_curve *curve)
{
    const double *p = curve->p;
    struct fit_view view = {.curve = curve,
                            .middle = 0.5 * (p[FIT_UP_E] + p[FIT_DOWN_S]),
                            .from = p[FIT_UP_E],
                            .to = p[FIT_DOWN_S],
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
    const struct place at = place_of(view, t);
    double per = view->per_edge[at.edge];
    struct fit_load load =
        at.edge == 0 ? fit_edge_up(curve->shape, curve->slack, at.u) : fit_edge_down(curve->shape, curve->slack, at.u);

    return curve->p[FIT_B] + at.top * load.height + curve->p[FIT_K] * load.acc * per * per;
}

/* Off the edges: at rest or on top. */
static void level_line(const double *p, const struct place *at, bool top, struct fit_line *ret)
{
    *ret = (struct fit_line){.value = top ? p[FIT_B] + at->top : p[FIT_B],
                             .at = at->edge == 0 ? FIT_UP_S : FIT_DOWN_S,
                             .edge = at->edge,
                             .level = {1.0, top ? 1.0 : 0.0, top ? at->tau : 0.0, 0.0},
                             .levels = top ? FIT_LEVELS_TOP : FIT_LEVELS_REST};
}

void fit_view_line(const struct fit_view *view, double t, struct fit_line *ret)
{
    const struct fit_curve *curve = view->curve;
    const struct place at = place_of(view, t);
    if (at.u <= 0.0 || at.u >= 1.0) {
        level_line(curve->p, &at, (at.u >= 1.0) == (at.edge == 0), ret);
        return;
    }
    const struct fit_slope load = fit_edge_slope(curve->shape, curve->slack, at.edge == 1, at.u);
    double per = view->per_edge[at.edge], k = curve->p[FIT_K], acc = load.acc * per * per;

    *ret = (struct fit_line){.value = curve->p[FIT_B] + at.top * load.height + k * acc,
                             .at = at.edge == 0 ? FIT_UP_S : FIT_DOWN_S,
                             .edge = at.edge,
                             .level = {1.0, load.height, load.height * at.tau, acc},
                             .levels = FIT_UP_S};
    double slope = (at.top * load.speed + k * per * per * load.jerk) * per;
    double stretch = 2.0 * k * acc * per; /* u stays, the edge gets shorter */
    ret->n = 2;
    ret->moves[0] = slope * (at.u - 1.0) + stretch;
    ret->moves[1] = -slope * at.u - stretch;
}
