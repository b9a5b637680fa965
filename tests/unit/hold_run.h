/* SPDX-License-Identifier: MIT */
/* What the tests of holds share: the usual dose, and the core's way of feeding. Times in s from go. */
#ifndef GYMSTATION_TESTS_HOLD_RUN_H
#define GYMSTATION_TESTS_HOLD_RUN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "daemon/core/set/hold.h"
#include "signals.h"

#define RATE   80.0
#define REST_N 20.0

static inline struct dose dose_10s(void)
{
    return (struct dose){.hold_ms = 10000,
                         .ramp_ms = 2000,
                         .settle_ms = 1000,
                         .grace_ms = 2000,
                         .fail_frac_milli = 150,
                         .hold_clock = HOLD_CLOCK_TOTAL,
                         .target = {.kind = TARGET_N, .band_pct_milli = 10000}};
}

static inline struct hold begun(const struct dose *dose, double target_n)
{
    struct hold hold;
    struct hold_setup setup = {.dose = dose,
                               .refs = {.rest_mn = (int64_t)(REST_N * 1000), .noise_mn = 100, .bw_mn = ABSENT},
                               .target_mn = target_n > 0.0 ? (int64_t)(target_n * 1000) : ABSENT,
                               .measured = true};

    hold_begin(&hold, &setup);
    return hold;
}

/* As the core does: what is due up to t_ns, then the sample. */
static inline void feed(struct hold *hold, const struct sample *sample)
{
    while (hold_deadline_ns(hold) <= sample->t_ns)
        hold_fire(hold);
    hold_sample(hold, sample);
}

/* Follows the corners (force above rest) from from_s to to_s at rate. */
static inline void run(struct hold *hold, const struct corner *corners, int n, double rate, double from_s, double to_s)
{
    for (int i = (int)ceil(from_s * rate); i / rate < to_s; i++) {
        struct sample s = sample_of(i / rate, REST_N + shape_at(corners, n, i / rate));
        feed(hold, &s);
    }
}

/* After the last sample the last force stands. */
static inline void run_out(struct hold *hold)
{
    while (hold_deadline_ns(hold) != NEVER)
        hold_fire(hold);
}

static inline struct hold_data result(const struct hold *hold)
{
    struct hold_data data;

    assert_true(hold_result(hold, &data));
    return data;
}

static inline bool same(const struct hold_data *a, const struct hold_data *b)
{
    return a->outcome == b->outcome && a->start_ns == b->start_ns && a->end_ns == b->end_ns &&
           a->held_ns == b->held_ns && a->in_band_ns == b->in_band_ns && a->dips == b->dips &&
           a->longest_dip_ns == b->longest_dip_ns && a->mean_mn == b->mean_mn && a->cv_milli_pct == b->cv_milli_pct &&
           a->target_mn == b->target_mn && a->flags == b->flags;
}

#define assert_near_ns(a, b, tol_s) assert_true(llabs((a)-ns_of(b)) <= ns_of(tol_s))

#endif
