/* SPDX-License-Identifier: MIT */
/* Phases of a quick rep from the curves of all shapes; swing_phases.h. */
#include "daemon/core/fit/swing_phases.h"

#include <math.h>

#include "daemon/core/fit/swing_curve.h"

#define NEGLIGIBLE 0.01 /* of the weight: not asked */
#define MOVING     6
#define ROOT       2.449489742783178 /* of MOVING: so many sd the points lie out */

static const enum fit_param moving[MOVING] = {FIT_A, FIT_K, FIT_UP_S, FIT_UP_E, FIT_DOWN_S, FIT_DOWN_E};

static bool spans_of(const struct fit_curve *curve, double ret[SWING_SPANS])
{
    struct swing_times times;

    if (curve->p[FIT_A] <= 0.0 || fit_curve_length(curve, 0) <= 0.0 || fit_curve_length(curve, 1) <= 0.0 ||
        !swing_times(curve, &times))
        return false;
    ret[SWING_START] = times.con;
    ret[SWING_END] = times.end;
    ret[SWING_CON] = times.top - times.con;
    ret[SWING_TOP] = times.ecc - times.top;
    ret[SWING_ECC] = times.end - times.ecc;
    ret[SWING_REP] = times.end - times.con;
    ret[SWING_TENSION] = times.tut;
    ret[SWING_UP] = fit_curve_length(curve, 0);
    ret[SWING_DOWN] = fit_curve_length(curve, 1);
    return true;
}

/* The movement that a span hangs on, s: half of both where it hangs on both. */
static double length_of(const double spans[SWING_SPANS], enum swing_span span)
{
    switch (span) {
    case SWING_START:
    case SWING_CON:
    case SWING_UP: return spans[SWING_UP];
    case SWING_END:
    case SWING_ECC:
    case SWING_DOWN: return spans[SWING_DOWN];
    case SWING_TOP:
    case SWING_REP:
    case SWING_TENSION:
    case SWING_SPANS: break;
    }
    return 0.5 * (spans[SWING_UP] + spans[SWING_DOWN]);
}

/* Lower triangle of the covariance's root. */
static bool factor(const struct fit_curve *curve, double l[MOVING][MOVING])
{
    for (int i = 0; i < MOVING; i++)
        for (int j = 0; j <= i; j++) {
            double sum = curve->cov[moving[i]][moving[j]];
            for (int k = 0; k < j; k++)
                sum -= l[i][k] * l[j][k];
            if (i == j && sum <= 0.0)
                return false;
            l[i][j] = i == j ? sqrt(sum) : sum / l[j][j];
        }
    return true;
}

/* What the curve that lies `by` sd out along column k adds to the variances. */
static bool add_point(const struct fit_curve *curve, double l[MOVING][MOVING], int k, double by,
                      const double here[SWING_SPANS], double ret[SWING_SPANS])
{
    struct fit_curve moved = *curve;
    double then[SWING_SPANS];

    for (int i = k; i < MOVING; i++)
        moved.p[moving[i]] += by * l[i][k];
    if (!spans_of(&moved, then))
        return false;
    for (int s = 0; s < SWING_SPANS; s++)
        ret[s] += (then[s] - here[s]) * (then[s] - here[s]) / (2.0 * MOVING);
    return true;
}

static bool variances(const struct fit_curve *curve, const double here[SWING_SPANS], double ret[SWING_SPANS])
{
    double l[MOVING][MOVING] = {{0.0}};

    for (int s = 0; s < SWING_SPANS; s++)
        ret[s] = 0.0;
    if (!factor(curve, l))
        return false;
    for (int k = 0; k < MOVING; k++)
        if (!add_point(curve, l, k, ROOT, here, ret) || !add_point(curve, l, k, -ROOT, here, ret))
            return false;
    return true;
}

bool swing_phases(const struct fit_curve *curves, const double *weights, double dt, struct swing_phases *ret)
{
    double sum = 0.0, here[SWING_SPANS], var[SWING_SPANS];

    *ret = (struct swing_phases){0};
    for (int i = 0; i < SWING_SHAPES; i++) {
        const struct fit_curve *curve = &curves[i];
        if (!curve->ok || weights[i] < NEGLIGIBLE || !spans_of(curve, here) || !variances(curve, here, var))
            continue;
        sum += weights[i];
        for (int s = 0; s < SWING_SPANS; s++) {
            double step = SWING_STEP * length_of(here, (enum swing_span)s);
            ret->mean[s] += weights[i] * here[s];
            ret->sd[s] += weights[i] * (var[s] + here[s] * here[s] + step * step);
        }
    }
    for (int s = 0; s < SWING_SPANS && sum > 0.0; s++) {
        ret->mean[s] /= sum;
        double between = ret->sd[s] / sum - ret->mean[s] * ret->mean[s];
        ret->sd[s] = sqrt((between > 0.0 ? between : 0.0) + SWING_PERIODS * SWING_PERIODS * dt * dt);
    }
    return sum > 0.0;
}
