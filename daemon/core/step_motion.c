/* SPDX-License-Identifier: MIT */
/* Double integration of a step-up; step_motion.h says what it rests on. */
#include "daemon/core/step_motion.h"

#include <math.h>

#define G_M_S2     9.80665
#define SD_TOP     0.01   /* m/s */
#define SD_LANDING 0.05   /* m/s */
#define SD_CLOSURE 0.03   /* m */
#define CLIMBED    0.03   /* of the height, before the box carries everything */
#define NEAR_TOP   0.03   /* of the height: the top is looked for there */
#define AT_TOP     0.05   /* of the height: con ends and ecc begins there */
#define SD_LEVEL   0.0025 /* m: sway, and a tenth of the 5 % of the height */
#define SD_SWAY    0.002  /* m / s^1.5: scatter of simulated heights with sway of 0.6 % BW around 4.5 Hz */
#define ROUNDS     3      /* top and correction depend on each other; it settles at once */

/* Integrals of the uncorrected acceleration since the first sample. */
struct walk {
    const struct rep_buffer *buffer;
    double bw_mn;
    int i, to;
    int64_t t0_ns;
    double t, a, v, h; /* s, m/s2, m/s, m */
};

/* The correction: v + v0 + b t, h + v0 t + b t^2 / 2. cov is of (v0, b). */
struct fit {
    double v0, b;
    double cov_vv, cov_vb, cov_bb;
};

struct top {
    double from_s, to_s; /* the middle half of the time near the top */
    double mid_s, v;     /* means over it: of the time, and of the uncorrected speed */
    double level_m;      /* mean corrected height */
};

static double acceleration(const struct walk *walk)
{
    return ((double)rep_buffer_at(walk->buffer, walk->i)->force_mn / walk->bw_mn - 1.0) * G_M_S2;
}

static struct walk walk_begin(const struct rep_buffer *buffer, int from, int to, int64_t bw_mn)
{
    struct walk walk = {.buffer = buffer, .bw_mn = (double)bw_mn, .i = from, .to = to};

    walk.t0_ns = rep_buffer_at(buffer, from)->t_ns;
    walk.a = acceleration(&walk);
    return walk;
}

/* The acceleration runs straight between samples. */
static bool walk_on(struct walk *walk)
{
    if (walk->i >= walk->to)
        return false;
    walk->i++;
    double t = (double)(rep_buffer_at(walk->buffer, walk->i)->t_ns - walk->t0_ns) / 1e9;
    double dt = t - walk->t, a = acceleration(walk);
    walk->h += walk->v * dt + (2.0 * walk->a + a) * dt * dt / 6.0;
    walk->v += 0.5 * (walk->a + a) * dt;
    walk->a = a;
    walk->t = t;
    return true;
}

static double height_at(const struct walk *walk, const struct fit *fit)
{
    return walk->h + (fit->v0 + 0.5 * fit->b * walk->t) * walk->t;
}

/* Normal equations of rows c1 v0 + c2 b = y with standard deviation sd. */
struct normal {
    double a11, a12, a22, y1, y2;
};

static void normal_add(struct normal *n, double c1, double c2, double y, double sd)
{
    double w = 1.0 / (sd * sd);

    n->a11 += w * c1 * c1;
    n->a12 += w * c1 * c2;
    n->a22 += w * c2 * c2;
    n->y1 += w * c1 * y;
    n->y2 += w * c2 * y;
}

static struct fit normal_solve(const struct normal *n)
{
    double det = n->a11 * n->a22 - n->a12 * n->a12;

    return (struct fit){
        .v0 = (n->a22 * n->y1 - n->a12 * n->y2) / det,
        .b = (n->a11 * n->y2 - n->a12 * n->y1) / det,
        .cov_vv = n->a22 / det,
        .cov_vb = -n->a12 / det,
        .cov_bb = n->a11 / det,
    };
}

/* end: the walk at its end; top NULL: not found yet. */
static struct fit solve(const struct walk *end, const struct top *top, double height_m)
{
    struct normal n = {0};
    double t = end->t;

    normal_add(&n, 1.0, t, -end->v, SD_LANDING);
    normal_add(&n, t, 0.5 * t * t, -CLIMBED * height_m - end->h, SD_CLOSURE);
    if (top != NULL)
        normal_add(&n, 1.0, top->mid_s, -top->v, SD_TOP);
    return normal_solve(&n);
}

static double highest(struct walk walk, const struct fit *fit)
{
    double best = height_at(&walk, fit);

    while (walk_on(&walk)) {
        double h = height_at(&walk, fit);
        best = h > best ? h : best;
    }
    return best;
}

/* The time during which the body is near the highest point, without its first and last quarter. */
static void near_top(struct walk walk, const struct fit *fit, double level_m, struct top *ret)
{
    double first = -1.0, last = -1.0;

    do {
        if (height_at(&walk, fit) < level_m)
            continue;
        first = first < 0.0 ? walk.t : first;
        last = walk.t;
    } while (walk_on(&walk));
    ret->from_s = first + 0.25 * (last - first);
    ret->to_s = last - 0.25 * (last - first);
}

static bool average_top(struct walk walk, const struct fit *fit, struct top *ret)
{
    double n = 0.0, t = 0.0, v = 0.0, h = 0.0;

    do {
        if (walk.t < ret->from_s || walk.t > ret->to_s)
            continue;
        n += 1.0;
        t += walk.t;
        v += walk.v;
        h += height_at(&walk, fit);
    } while (walk_on(&walk));
    if (n < 1.0)
        return false;
    ret->mid_s = t / n;
    ret->v = v / n;
    ret->level_m = h / n;
    return true;
}

/* How well the time of a crossing at t_s is known: the fit's uncertainty relative to the top, over the speed. */
static double crossing_sd_s(const struct fit *fit, const struct top *top, double t_s, double speed)
{
    double c1 = t_s - top->mid_s, c2 = 0.5 * (t_s - top->mid_s) * (t_s + top->mid_s);
    double var = c1 * c1 * fit->cov_vv + 2.0 * c1 * c2 * fit->cov_vb + c2 * c2 * fit->cov_bb;

    return sqrt((var > 0.0 ? var : 0.0) + SD_LEVEL * SD_LEVEL) / (fabs(speed) > 0.01 ? fabs(speed) : 0.01);
}

/* Last crossing of level upward before the top and first one downward after it. */
static bool cross(struct walk walk, const struct fit *fit, const struct top *top, double level_m,
                  struct step_motion *ret)
{
    double before = height_at(&walk, fit), before_s = 0.0;
    bool up = false, down = false;

    while (walk_on(&walk) && !down) {
        double h = height_at(&walk, fit), speed = walk.v + fit->v0 + fit->b * walk.t;
        bool rises = before < level_m && h >= level_m, falls = before >= level_m && h < level_m;
        double t = rises || falls ? before_s + (level_m - before) / (h - before) * (walk.t - before_s) : 0.0;
        if (rises && walk.t <= top->mid_s) {
            up = true;
            ret->con_end_s = t;
            ret->con_sd_s = crossing_sd_s(fit, top, t, speed);
        } else if (falls && walk.t > top->mid_s) {
            down = true;
            ret->ecc_start_s = t;
            ret->ecc_sd_s = crossing_sd_s(fit, top, t, speed);
        }
        before = h;
        before_s = walk.t;
    }
    return up && down;
}

bool step_motion_fit(const struct rep_buffer *buffer, int from, int to, int64_t bw_mn, int32_t height_mm,
                     struct step_motion *ret)
{
    struct walk begin = walk_begin(buffer, from, to, bw_mn), end = begin;
    double height_m = (double)height_mm / 1000.0;
    struct top top = {0};

    while (walk_on(&end))
        ;
    if (end.t < 0.2 || end.t > STEP_SPAN_MAX_S)
        return false;
    struct fit fit = solve(&end, NULL, height_m);
    for (int round = 0; round < ROUNDS; round++) {
        near_top(begin, &fit, highest(begin, &fit) - NEAR_TOP * height_m, &top);
        if (!average_top(begin, &fit, &top))
            return false;
        fit = solve(&end, &top, height_m);
    }
    if (!average_top(begin, &fit, &top))
        return false;
    ret->bw_mn = (int64_t)floor((double)bw_mn * (1.0 - fit.b / G_M_S2) + 0.5);
    ret->height_m = top.level_m - height_at(&end, &fit);
    ret->height_sd_m = SD_SWAY * end.t * sqrt(end.t);
    return cross(begin, &fit, &top, top.level_m - AT_TOP * height_m, ret);
}
