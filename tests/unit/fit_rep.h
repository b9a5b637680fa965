/* SPDX-License-Identifier: MIT */
/* One rep, sampled, read by the second look and fitted: what test_fit*.c share. No libm: the bits are the point. */
#ifndef GYMSTATION_TESTS_FIT_REP_H
#define GYMSTATION_TESTS_FIT_REP_H

#include <string.h>

#include "daemon/core/fit/fit.h"
#include "daemon/core/fit/fit_edge.h"

/* Times in s, forces in N. The rep begins at 3 s on a rest level of 800 N. */
struct fit_case {
    enum fit_shape shape;
    bool slack;
    double con, top, ecc, amp, inertia, rate;
    double after;              /* samples go on for so long after the movement */
    double hole_from, hole_to; /* samples in between are missing; 0: none */
    int64_t hand_mn;           /* sd of a hand's wander that the fit is told of */
    double mean_s;             /* a sample is the mean over so long about its time; 0: a point */
};

#define FIT_CASE_START 3.0
#define FIT_CASE_REST  800.0

struct fit_bench {
    struct rep_buffer buffer;
    int32_t f[REP_BUFFER_MAX];
    struct rep_scan scan;
    struct scan_edges edges;
    struct fit_habit habit;
    struct fit_result result;
};

static inline double fit_case_force(const struct fit_case *c, double t)
{
    double up = t - FIT_CASE_START, down = up - c->con - c->top;

    if (down < 0.0) {
        struct fit_load load = fit_edge_up(c->shape, c->slack, up / c->con);
        return c->amp * load.height + c->inertia * load.acc / (c->con * c->con);
    }
    struct fit_load load = fit_edge_down(c->shape, c->slack, down / c->ecc);
    return c->amp * load.height + c->inertia * load.acc / (c->ecc * c->ecc);
}

#define FIT_CASE_PARTS 32

static inline double fit_case_mean(const struct fit_case *c, double t)
{
    double sum = 0.0;

    for (int i = 0; i < FIT_CASE_PARTS; i++)
        sum += fit_case_force(c, t + c->mean_s * ((i + 0.5) / FIT_CASE_PARTS - 0.5));
    return sum / FIT_CASE_PARTS;
}

static inline void fit_bench_add(struct fit_bench *b, double t, double force_n)
{
    struct sample sample = {.t_ns = (int64_t)(t * 1e9 + 0.5), .force_mn = (int32_t)(force_n * 1000.0 + 0.5)};

    rep_buffer_push(&b->buffer, &sample);
}

/* Reads the buffer as the detector does; false when there is no rep in it. */
static inline bool fit_bench_read(struct fit_bench *b, int64_t smooth_ns)
{
    b->scan = (struct rep_scan){
        .buffer = &b->buffer, .rest_mn = (int64_t)(FIT_CASE_REST * 1000.0), .f = b->f, .from = 0, .to = b->buffer.n};
    rep_scan_fill(&b->scan, smooth_ns);
    return rep_scan_edges(&b->scan, 0, &b->edges);
}

/* noise(self) in N is added to each sample; NULL: none. */
static inline bool fit_bench_run(struct fit_bench *b, const struct fit_case *c, double (*noise)(void *), void *self,
                                 int64_t noise_mn)
{
    double end = FIT_CASE_START + c->con + c->top + c->ecc + c->after;

    rep_buffer_clear(&b->buffer);
    for (int i = 0; (double)i / c->rate < end; i++) {
        double t = (double)i / c->rate;
        double extra = noise != NULL ? noise(self) : 0.0;
        if (t > c->hole_from && t < c->hole_to)
            continue;
        fit_bench_add(b, t, FIT_CASE_REST + (c->mean_s > 0.0 ? fit_case_mean(c, t) : fit_case_force(c, t)) + extra);
    }
    memset(&b->result, 0, sizeof(b->result));
    if (!fit_bench_read(b, noise != NULL ? SCAN_SMOOTH_NS : 0))
        return false;
    struct fit_noise told = {.sway_mn = noise_mn, .hand_mn = c->hand_mn};
    return fit_rep(&b->habit, &b->scan, &b->edges, NS_PER_S, &told, &b->result);
}

#endif
