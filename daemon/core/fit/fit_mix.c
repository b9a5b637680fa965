/* SPDX-License-Identifier: MIT */
/* Means over the shapes of a rep's movements; fit_mix.h. */
#include "daemon/core/fit/fit_mix.h"

#include <math.h>

#include "daemon/core/fit/fit_shapes.h"

static double mean_of(const double *weights, const double *values)
{
    double mean = 0.0;

    for (int i = 0; i < FIT_SHAPES; i++)
        mean += weights[i] * values[i];
    return mean;
}

static double square_of(double x)
{
    return x * x;
}

static int64_t nanoseconds(double s)
{
    return (int64_t)floor(s * 1e9 + 0.5);
}

/* What is averaged over the shapes, and the length of the movement that it is about, s. */
struct about {
    double length, floor; /* variance that no fit explains, s2 */
};

static struct about about_crossing(const struct fit_guess *guess, double length)
{
    double quick = FIT_SD_QUICK / (square_of(length) + 0.01),
           slow = (guess->slow ? FIT_SD_SLOW : FIT_SD_PERIODS) * guess->dt;

    return (struct about){length, square_of(FIT_SD_FLOOR * length) + square_of(quick) + square_of(slow)};
}

static struct about about_move(const struct fit_guess *guess, double length)
{
    struct about about = about_crossing(guess, length);

    about.floor += square_of(FIT_SD_HAND * guess->hand / FIT_HAND_N * length);
    return about;
}

/* Mean over the shapes and its sd. */
static struct fit_time mean(const double *weights, const double *values, const double *variances, struct about about)
{
    double at = mean_of(weights, values), square = about.floor;

    for (int i = 0; i < FIT_SHAPES; i++) {
        double step = fit_shapes_step(i) * about.length;
        square += weights[i] * (variances[i] + square_of(step) + square_of(values[i] - at));
    }
    return (struct fit_time){.ns = nanoseconds(at), .sd_ns = nanoseconds(sqrt(square))};
}

void fit_mix_edge(struct fit_mix *mix, int edge, struct fit_result *ret)
{
    const double *weights = mix->weights;
    double move[FIT_SHAPES] = {0}, move_var[FIT_SHAPES] = {0}, cross[FIT_SHAPES] = {0}, cross_var[FIT_SHAPES] = {0};

    for (int i = 0; i < FIT_SHAPES; i++) {
        const struct fit_curve *curve = &mix->curves[i];
        if (!curve->ok)
            continue;
        struct fit_span span = mix->spans[i][edge] = fit_span_of(curve, edge);
        double way = span.high - span.low;
        move[i] = fit_curve_length(curve, edge);
        move_var[i] = fit_curve_length_var(curve, edge);
        cross[i] = move[i] * way;
        cross_var[i] = move_var[i] * square_of(way) + square_of(move[i]) * span.way_var;
    }
    ret->move[edge] = mean(weights, move, move_var, about_move(mix->guess, mean_of(weights, move)));
    ret->crossing[edge] = mean(weights, cross, cross_var, about_crossing(mix->guess, mean_of(weights, cross)));
}

struct fit_time fit_mix_points(const struct fit_mix *mix, enum fit_param from, enum fit_param to, double length_s)
{
    double at[FIT_SHAPES] = {0}, var[FIT_SHAPES] = {0};

    for (int i = 0; i < FIT_SHAPES; i++) {
        const struct fit_curve *curve = &mix->curves[i];
        if (!curve->ok)
            continue;
        at[i] = curve->p[to];
        var[i] = curve->cov[to][to];
        if (from == FIT_PARAMS)
            continue;
        at[i] -= curve->p[from];
        var[i] += curve->cov[from][from] - 2.0 * curve->cov[from][to];
    }
    return mean(mix->weights, at, var, about_move(mix->guess, length_s));
}

/* Its lower breakpoint, and a share of the way to the upper one. */
struct fit_time fit_mix_low(const struct fit_mix *mix, int edge, double length_s)
{
    enum fit_param lower = edge == 0 ? FIT_UP_S : FIT_DOWN_E, upper = edge == 0 ? FIT_UP_E : FIT_DOWN_S;
    double at[FIT_SHAPES] = {0}, var[FIT_SHAPES] = {0};

    for (int i = 0; i < FIT_SHAPES; i++) {
        const struct fit_curve *curve = &mix->curves[i];
        if (!curve->ok)
            continue;
        const struct fit_span *span = &mix->spans[i][edge];
        double u = span->low, v = 1.0 - u;
        at[i] = v * curve->p[lower] + u * curve->p[upper];
        var[i] = v * v * curve->cov[lower][lower] + u * u * curve->cov[upper][upper] +
                 2.0 * u * v * curve->cov[lower][upper] + square_of(fit_curve_length(curve, edge)) * span->low_var;
    }
    return mean(mix->weights, at, var, about_crossing(mix->guess, length_s));
}
