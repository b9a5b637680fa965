/* SPDX-License-Identifier: MIT */
/* What the tests of detectors share: a run that collects marks. Times in s from go, forces in N. */
#ifndef GYMSTATION_TESTS_REP_RUN_H
#define GYMSTATION_TESTS_REP_RUN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "daemon/core/detect/detector_memory.h"
#include "signals.h"

#define REPS_MAX   64
#define PHASES_MAX 512

struct rep_run {
    const struct detector_ops *ops;
    union detector_memory memory;
    int n, full, partial; /* reps */
    struct rep_data reps[REPS_MAX];
    int64_t told_ns[REPS_MAX]; /* when each was told */
    bool doubtful[REPS_MAX];   /* its phases are not claimed */
    int n_phases;
    struct {
        enum phase phase;
        int64_t t_ns;
    } phases[PHASES_MAX];
    int moving, not_seen;
    unsigned not_seen_flags;
    int64_t not_seen_since_ns;
    int64_t last_moving_ns;
};

static inline void rep_run_begin(struct rep_run *run, enum detector_kind kind, const struct dose *dose, double rest_n,
                                 double noise_n, double amp_n)
{
    struct detector_setup setup = {.dose = dose,
                                   .refs = {.rest_mn = rest_n >= 0.0 ? ns_of(rest_n) / 1000000 : ABSENT,
                                            .noise_mn = noise_n >= 0.0 ? ns_of(noise_n) / 1000000 : ABSENT,
                                            .bw_mn = ABSENT},
                                   .ref_amp_mn = amp_n > 0.0 ? ns_of(amp_n) / 1000000 : ABSENT};

    memset(run, 0, sizeof(*run));
    run->ops = detector_ops(kind);
    assert_non_null(run->ops);
    run->ops->begin(&run->memory, &setup);
}

static inline void rep_run_take(struct rep_run *run, const struct mark *mark)
{
    switch (mark->kind) {
    case MARK_PHASE:
        if (run->n_phases == PHASES_MAX)
            break; /* noise makes more of them than anybody asks for */
        run->phases[run->n_phases].phase = mark->phase;
        run->phases[run->n_phases++].t_ns = mark->t_ns;
        break;
    case MARK_REP:
        assert_true(run->n < REPS_MAX);
        run->told_ns[run->n] = mark->t_ns;
        run->doubtful[run->n] = mark->doubtful;
        run->reps[run->n++] = mark->rep;
        run->full += mark->rep.outcome == REP_FULL;
        run->partial += mark->rep.outcome == REP_PARTIAL;
        break;
    case MARK_MOVING:
        assert_true(run->moving == 0 || mark->t_ns - run->last_moving_ns >= NS_PER_S);
        run->last_moving_ns = mark->t_ns;
        run->moving++;
        break;
    case MARK_NOT_SEEN:
        run->not_seen++;
        run->not_seen_flags = mark->flags;
        run->not_seen_since_ns = mark->since_ns;
        break;
    }
}

static inline void rep_run_sample(struct rep_run *run, const struct sample *sample)
{
    struct mark marks[MARK_MAX];
    int n = run->ops->step(&run->memory, sample, marks);

    assert_in_range(n, 0, MARK_MAX);
    for (int i = 0; i < n; i++)
        rep_run_take(run, &marks[i]);
}

/* Feeds corners (min-jerk between them) plus sway from from_s to to_s. */
static inline void rep_run_shape(struct rep_run *run, const struct corner *corners, int n, double rate, double from_s,
                                 double to_s, struct sway *sway)
{
    for (int i = (int)ceil(from_s * rate - 1e-9); i / rate < to_s; i++) {
        struct sample s = sample_of(i / rate, shape_at(corners, n, i / rate) + (sway != NULL ? sway_next(sway) : 0.0));
        rep_run_sample(run, &s);
    }
}

/* Con-top-ecc-bottom in s. */
struct tempo {
    double con, top, ecc, bottom;
};

/* Appends one rep of amplitude a on rest level b, beginning at *t; returns how many corners there are now. */
static inline int add_rep(struct corner *corners, int n, double *t, double b, double a, struct tempo tempo)
{
    corners[n++] = (struct corner){*t, b};
    *t += tempo.con;
    corners[n++] = (struct corner){*t, b + a};
    *t += tempo.top;
    corners[n++] = (struct corner){*t, b + a};
    *t += tempo.ecc;
    corners[n++] = (struct corner){*t, b};
    *t += tempo.bottom;
    return n;
}

static inline double s_of(int64_t ns)
{
    return (double)ns / 1e9;
}

#define assert_near(a, b, tol)                                                                                         \
    do {                                                                                                               \
        double a_ = (a), b_ = (b), tol_ = (tol);                                                                       \
        if (!(fabs(a_ - b_) <= tol_))                                                                                  \
            fail_msg("%s is %.4f, should be %.4f within %.4f", #a, a_, b_, tol_);                                      \
    } while (0)

#endif
