/* SPDX-License-Identifier: MIT */
/* What a measured hold adds up while it lasts. Used by hold.c only; all sums are exact. */
#ifndef GYMSTATION_CORE_HOLD_SEEN_H
#define GYMSTATION_CORE_HOLD_SEEN_H

#include "daemon/core/detect/detector.h"

#define HOLD_CV_SAMPLES_MIN 10
#define HOLD_TRIM_NS        NS_PER_S
#define HOLD_DELAY          512 /* samples of the last second, up to 500 SPS */

/*
 * A hold whose clock stands while F is out of its band lasts as long as its set: an hour and more. What is beyond these is
 * not added up: a mean of half an hour, samples of 120 s at 1000 SPS. Forces of 4 kN, either way, fit until then.
 */
#define HOLD_OBSERVED_MAX_NS (1800 * NS_PER_S)
#define HOLD_SUMS_MAX        INT64_C(131072)

/* Sums for the regression of F on time: t in ms since the start, f in mN from the first sample. */
struct hold_sums {
    int64_t n, t, tt, f, ff, tf;
};

struct hold_seen {
    int64_t in_band_ns;
    int64_t observed_ns, integral; /* of F over the observed time, mN ns */
    struct hold_sums sums;         /* without the first and last second */
};

/* Keeps the last second of samples out of the sums: which second is the last is known only at the end. */
struct hold_trim {
    int64_t start_ns;  /* of the hold */
    int64_t origin_mn; /* sums.f counts from here */
    int first, n;      /* ring: oldest at first */
    struct sample v[HOLD_DELAY];
};

/* F ran straight from f0 to f1 (mN) for dt_ns; the band is lo..hi, both included. */
void hold_seen_segment(struct hold_seen *seen, int64_t dt_ns, int64_t f0, int64_t f1, int64_t lo, int64_t hi);
void hold_trim_begin(struct hold_trim *trim, int64_t start_ns);
/* A sample of the hold, in order of time; the first second is left out. */
void hold_trim_push(struct hold_trim *trim, struct hold_sums *sums, int64_t t_ns, int64_t f_mn);
/* If the hold ended at t_ns: samples before its last second enter the sums. */
void hold_trim_commit(struct hold_trim *trim, struct hold_sums *sums, int64_t t_ns);
/* Mean of F over the observed time, or ABSENT. */
int64_t hold_seen_mean_mn(const struct hold_seen *seen);
/*
 * Steadiness: 100 sd(F less its straight line over time) / mean(F), in thousandths of a per cent; origin_mn is the
 * force that f counts from. ABSENT below HOLD_CV_SAMPLES_MIN samples or where the mean is not positive.
 */
int64_t hold_sums_cv_milli_pct(const struct hold_sums *sums, int64_t origin_mn);

#endif
