/* SPDX-License-Identifier: MIT */
/* The integrals of a step-up; see step_path.h. */
#include "daemon/core/detect/step/step_path.h"

#define G_M_S2  9.80665
#define LEAST_S 0.2

static double acceleration(const struct step_stretch *stretch, int i, int *next_jolt)
{
    double f_mn = (double)step_jolts_free_mn(stretch->jolts, stretch->buffer, i, next_jolt);

    return (f_mn / (double)stretch->bw_mn - 1.0) * G_M_S2;
}

bool step_path_walk(struct step_path *ret, const struct step_stretch *stretch)
{
    int64_t t0_ns = rep_buffer_at(stretch->buffer, stretch->from)->t_ns;
    int next_jolt = 0;

    ret->n = 0;
    if (stretch->to - stretch->from >= STEP_PATH_MAX)
        return false;
    struct step_place at = {.a = acceleration(stretch, stretch->from, &next_jolt)};
    ret->v[ret->n++] = at;
    for (int i = stretch->from + 1; i <= stretch->to; i++) {
        double t = (double)(rep_buffer_at(stretch->buffer, i)->t_ns - t0_ns) / 1e9;
        double dt = t - at.t, a = acceleration(stretch, i, &next_jolt);
        at.h += at.v * dt + (2.0 * at.a + a) * dt * dt / 6.0;
        at.v += 0.5 * (at.a + a) * dt;
        at.a = a;
        at.t = t;
        ret->v[ret->n++] = at;
    }
    return at.t >= LEAST_S && at.t <= STEP_SPAN_MAX_S;
}
