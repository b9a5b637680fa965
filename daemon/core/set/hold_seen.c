/* SPDX-License-Identifier: MIT */
/* Sums of a hold and the figures that come from them. */
#include "daemon/core/set/hold_seen.h"

#include <math.h>

#include "daemon/core/fixed.h"

void hold_seen_segment(struct hold_seen *seen, int64_t dt_ns, int64_t f0, int64_t f1, int64_t lo, int64_t hi)
{
    int64_t mean_ns = fixed_min(dt_ns, HOLD_OBSERVED_MAX_NS - seen->observed_ns);

    seen->observed_ns += mean_ns;
    seen->integral += (f0 + f1) / 2 * mean_ns;
    seen->in_band_ns += fixed_above_ns(f0, f1, dt_ns, lo) - fixed_above_ns(f0, f1, dt_ns, hi + 1);
}

static void sums_add(struct hold_sums *sums, int64_t t_ms, int64_t f_mn)
{
    if (sums->n == HOLD_SUMS_MAX)
        return;
    sums->n++;
    sums->t += t_ms;
    sums->tt += t_ms * t_ms;
    sums->f += f_mn;
    sums->ff += f_mn * f_mn;
    sums->tf += t_ms * f_mn;
}

void hold_trim_begin(struct hold_trim *trim, int64_t start_ns)
{
    trim->start_ns = start_ns;
    trim->origin_mn = 0;
    trim->first = trim->n = 0;
}

void hold_trim_commit(struct hold_trim *trim, struct hold_sums *sums, int64_t t_ns)
{
    while (trim->n > 0) {
        const struct sample *oldest = &trim->v[trim->first];
        if (oldest->t_ns > t_ns - HOLD_TRIM_NS && trim->n < HOLD_DELAY)
            return;
        sums_add(sums, (oldest->t_ns - trim->start_ns) / NS_PER_MS, oldest->force_mn - trim->origin_mn);
        trim->first = (trim->first + 1) % HOLD_DELAY;
        trim->n--;
    }
}

void hold_trim_push(struct hold_trim *trim, struct hold_sums *sums, int64_t t_ns, int64_t f_mn)
{
    if (t_ns < trim->start_ns + HOLD_TRIM_NS)
        return;
    if (trim->n == 0 && sums->n == 0)
        trim->origin_mn = f_mn;
    trim->v[(trim->first + trim->n) % HOLD_DELAY] = (struct sample){.t_ns = t_ns, .force_mn = (int32_t)f_mn};
    trim->n++;
    hold_trim_commit(trim, sums, t_ns);
}

int64_t hold_seen_mean_mn(const struct hold_seen *seen)
{
    return seen->observed_ns > 0 ? fixed_div(seen->integral, seen->observed_ns) : ABSENT;
}

int64_t hold_sums_cv_milli_pct(const struct hold_sums *sums, int64_t origin_mn)
{
    if (sums->n < HOLD_CV_SAMPLES_MIN)
        return ABSENT;
    double n = (double)sums->n, t = (double)sums->t, f = (double)sums->f;
    double mean = (double)origin_mn + f / n;
    double var_t = (double)sums->tt / n - t / n * (t / n);
    double var_f = (double)sums->ff / n - f / n * (f / n);
    double cov = (double)sums->tf / n - t / n * (f / n);
    if (mean < 1.0 || var_t < 1.0) /* below 1 mN, or all within a millisecond: nothing to relate to */
        return ABSENT;
    double rest = var_f - cov * cov / var_t;
    double sd = rest > 0.0 ? sqrt(rest) : 0.0;
    return (int64_t)floor(100000.0 * sd / mean + 0.5);
}
