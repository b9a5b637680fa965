/* SPDX-License-Identifier: MIT */
/* The beginning of a step-up's way up; see step_load.h. */
#include "daemon/core/detect/step/step_load.h"

#include <math.h>

#include "daemon/core/detect/live.h"

#define LOW  30 /* per cent of body weight: above any resting foot */
#define HALF 50
#define HIGH 60 /* before anything rises, and so before a quick push-off adds to it */

/* The shares of T at which a minimum-jerk movement from 0.1 BW to all of it goes through them. */
#define U_LOW  0.342
#define U_HALF 0.470
#define U_HIGH 0.530

static double cross_s(const struct step_span *span, int i, int64_t per_cent, int64_t from_ns)
{
    return (double)(step_span_cross_ns(span, i, step_span_share_mn(span, per_cent)) - from_ns) / 1e9;
}

static bool hole(const struct step_span *span, int i)
{
    return i <= 0 || step_span_time_ns(span, i) - step_span_time_ns(span, i - 1) > LIVE_GAP_NS;
}

/* From the first sample above LOW to the first above HIGH; false where samples are missing. */
static bool find(const struct step_span *span, int *ret_low, int *ret_high)
{
    int low = span->begin, high = span->begin;

    while (!hole(span, low) && step_span_force_mn(span, low - 1) >= step_span_share_mn(span, LOW))
        low--;
    while (high < span->full && !hole(span, high) && step_span_force_mn(span, high) < step_span_share_mn(span, HIGH))
        high++;
    *ret_low = low;
    *ret_high = high;
    return !hole(span, low) && !hole(span, high);
}

struct step_point step_load_begin(const struct step_span *span)
{
    const struct step_point nowhere = {.t_ns = ABSENT, .sd_ns = ABSENT};
    int low, high;

    if (!find(span, &low, &high))
        return nowhere;
    int64_t from_ns = step_span_time_ns(span, span->begin);
    double low_s = cross_s(span, low, LOW, from_ns), half_s = cross_s(span, span->begin, HALF, from_ns);
    double t_s = (cross_s(span, high, HIGH, from_ns) - low_s) / (U_HIGH - U_LOW);
    double off_s = half_s - low_s - (U_HALF - U_LOW) * t_s;
    double sd_s = sqrt(STEP_LOAD_SD * t_s * STEP_LOAD_SD * t_s + off_s * off_s + STEP_LOAD_SD_S * STEP_LOAD_SD_S);
    int64_t begin_ns = from_ns + (int64_t)floor((half_s - U_HALF * t_s) * 1e9 + 0.5);

    if (!(t_s > 0.0) || (span->after_ns != ABSENT && begin_ns < span->after_ns))
        return nowhere;
    return (struct step_point){.t_ns = begin_ns, .sd_ns = (int64_t)floor(sd_s * 1e9 + 0.5)};
}
