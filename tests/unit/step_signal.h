/* SPDX-License-Identifier: MIT */
/*
 * A step-up as physics describes it: F = M (g + a) s(t), s the share on the box; minimum-jerk rise and descent, a tap
 * of the trailing foot on top. Truth: crossings of the noise-free force and height.
 */
#ifndef GYMSTATION_TESTS_STEP_SIGNAL_H
#define GYMSTATION_TESTS_STEP_SIGNAL_H

#include "rep_run.h"

#define STEP_G  9.80665
#define STEP_BW 784.532 /* N: 80 kg */

static const struct dose step_dose = {.reps_max = 10, .step_height_mm = 300};

struct step_up {
    double start, con, top, ecc;     /* s; con from the first push of the lead leg */
    double height_m, weight_n, foot; /* foot: share of the resting lead foot (0: both feet off) */
    double tap;                      /* share of body weight, 65 ms, when the trailing foot lands on top */
};

static inline double step_rise_s(const struct step_up *up)
{
    return up->start + 0.2 * up->con; /* the body begins to rise */
}

static inline double step_end_s(const struct step_up *up)
{
    return up->start + up->con + up->top + up->ecc;
}

static inline double step_height(const struct step_up *up, double t)
{
    double down = up->start + up->con + up->top;

    return min_jerk((t - step_rise_s(up)) / (0.8 * up->con)) - min_jerk((t - down) / up->ecc);
}

static inline double step_force(const struct step_up *up, double t)
{
    double down = up->start + up->con + up->top, lands = down + 0.94 * up->ecc, rise = 0.8 * up->con;
    double a = up->height_m * (min_jerk_acc((t - step_rise_s(up)) / rise) / (rise * rise) -
                               min_jerk_acc((t - down) / up->ecc) / (up->ecc * up->ecc));
    double shift = min_jerk((t - up->start) / (0.35 * up->con)) - min_jerk((t - lands) / 0.25);
    double tap = (t - up->start - up->con) / 0.065;

    return up->weight_n * (1.0 + a / STEP_G) * (up->foot + (1.0 - up->foot) * shift) +
           (tap > 0.0 && tap < 1.0 ? up->tap * up->weight_n * 4.0 * tap * (1.0 - tap) : 0.0);
}

/* n alike, by 80 kg on 0.30 m, the first 2 s after go. */
static inline int step_make(struct step_up *ups, int n, struct tempo tempo, double foot)
{
    for (int k = 0; k < n; k++)
        ups[k] = (struct step_up){.start = 2.0 + k * (tempo.con + tempo.top + tempo.ecc + tempo.bottom),
                                  .con = tempo.con,
                                  .top = tempo.top,
                                  .ecc = tempo.ecc,
                                  .height_m = 0.3,
                                  .weight_n = STEP_BW,
                                  .foot = foot,
                                  .tap = 0.045};
    return n;
}

/* A foot rests on the box. */
static inline void step_begin(struct rep_run *run)
{
    rep_run_begin(run, DETECTOR_STEP, &step_dose, 0.1 * STEP_BW, -1.0, -1.0);
}

struct step_truth {
    double con, top, ecc, end; /* starts of con, top, ecc; end of ecc */
};

static inline struct step_truth step_truth_of(const struct step_up *up)
{
    struct step_truth truth = {0};
    double half_way = up->start + up->con + 0.5 * up->top;

    for (double t = up->start; t < step_end_s(up) + 0.5; t += 0.0005) {
        double h = step_height(up, t), f = step_force(up, t) / up->weight_n;
        if (truth.con < 1e-9 && f >= 0.5)
            truth.con = t;
        if (truth.top < 1e-9 && h >= 0.95)
            truth.top = t;
        if (t > half_way && truth.ecc < 1e-9 && h < 0.95)
            truth.ecc = t;
        if (t > half_way && f >= 0.9)
            truth.end = t;
    }
    return truth;
}

/* n step-ups one after the other with `bottom` s between them; sway acts as far as the box carries the body. */
static inline void step_run(struct rep_run *run, const struct step_up *ups, int n, double rate, double from_s,
                            double to_s, struct sway *sway)
{
    for (int i = (int)ceil(from_s * rate - 1e-9); i / rate < to_s; i++) {
        double t = i / rate, f = ups[0].foot * ups[0].weight_n;
        for (int k = 0; k < n; k++)
            if (t >= ups[k].start - 0.5 && t < step_end_s(&ups[k]) + 0.5)
                f = step_force(&ups[k], t);
        if (sway != NULL)
            f += sway_next(sway) * fmin(1.0, f / ups[0].weight_n);
        struct sample s = sample_of(t, fmax(f, 0.0));
        rep_run_sample(run, &s);
    }
}

static inline int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Sorts v. */
static inline double median_of(double *v, int n, double *ret_p90)
{
    qsort(v, (size_t)n, sizeof(double), by_value);
    *ret_p90 = v[n * 9 / 10];
    return v[n / 2];
}

#endif
