/* SPDX-License-Identifier: MIT */
/* Double integration of a step-up; step_motion.h says what it rests on. */
#include "daemon/core/step_motion.h"

#include <math.h>

#define G_M_S2     9.80665
#define SD_TOP     0.015  /* m/s */
#define LANDING    0.03   /* m/s, downward */
#define SD_LANDING 0.06   /* m/s */
#define CLIMBED    0.05   /* of the height, before the box carries everything */
#define SD_CLOSURE 0.03   /* m */
#define SD_WEIGHT  0.0015 /* of body weight */
#define WANDER     0.5    /* of what wanders is still there after the fit of b, doubly integrated from the top */
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
    double misfit;
    double wander; /* m/s2 */
};

struct top {
    double from_s, to_s;         /* the middle half of the time near the top */
    double half_s[2], half_v[2]; /* means over either half of it: of the time, and of the uncorrected speed */
    double half_h[2];            /* and of the corrected height: it may drift while the body stands still */
    double mid_s;
};

static double acceleration(const struct walk *walk)
{
    return ((double)rep_buffer_at(walk->buffer, walk->i)->force_mn / walk->bw_mn - 1.0) * G_M_S2;
}

static struct walk walk_begin(const struct step_stretch *stretch)
{
    struct walk walk = {
        .buffer = stretch->buffer, .bw_mn = (double)stretch->bw_mn, .i = stretch->from, .to = stretch->to};

    walk.t0_ns = rep_buffer_at(stretch->buffer, stretch->from)->t_ns;
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
    double a11, a12, a22, y1, y2, yy;
    int rows;
};

static void normal_add(struct normal *n, double c1, double c2, double y, double sd)
{
    double w = 1.0 / (sd * sd);

    n->a11 += w * c1 * c1;
    n->a12 += w * c1 * c2;
    n->a22 += w * c2 * c2;
    n->y1 += w * c1 * y;
    n->y2 += w * c2 * y;
    n->yy += w * y * y;
    n->rows++;
}

static struct fit normal_solve(const struct normal *n)
{
    double det = n->a11 * n->a22 - n->a12 * n->a12;
    struct fit fit = {.v0 = (n->a22 * n->y1 - n->a12 * n->y2) / det, .b = (n->a11 * n->y2 - n->a12 * n->y1) / det};
    double left = n->yy - fit.v0 * n->y1 - fit.b * n->y2;
    double factor = n->rows > 2 && left > 0.0 ? left / (double)(n->rows - 2) : 0.0, grown = factor > 1.0 ? factor : 1.0;

    fit.misfit = sqrt(factor);
    fit.cov_vv = grown * n->a22 / det;
    fit.cov_vb = -grown * n->a12 / det;
    fit.cov_bb = grown * n->a11 / det;
    return fit;
}

/* end: the walk at its end; top NULL: not found yet. */
static struct fit solve(const struct step_stretch *stretch, const struct walk *end, const struct top *top)
{
    struct normal n = {0};
    double t = end->t, height_m = (double)stretch->height_mm / 1000.0;

    normal_add(&n, 1.0, t, -LANDING - end->v, SD_LANDING);
    normal_add(&n, t, 0.5 * t * t, -CLIMBED * height_m - end->h, SD_CLOSURE);
    if (stretch->known_mn != ABSENT)
        normal_add(&n, 0.0, 1.0, G_M_S2 * (1.0 - (double)stretch->known_mn / (double)stretch->bw_mn),
                   G_M_S2 * SD_WEIGHT);
    for (int i = 0; top != NULL && i < 2; i++)
        normal_add(&n, 1.0, top->half_s[i], -top->half_v[i], SD_TOP);
    struct fit fit = normal_solve(&n);
    fit.wander = WANDER * G_M_S2 * (double)stretch->wander_mn / (double)stretch->bw_mn;
    return fit;
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
    double n[2] = {0.0, 0.0}, t[2] = {0.0, 0.0}, v[2] = {0.0, 0.0}, h[2] = {0.0, 0.0};

    ret->mid_s = 0.5 * (ret->from_s + ret->to_s);
    do {
        if (walk.t < ret->from_s || walk.t > ret->to_s)
            continue;
        int half = walk.t > ret->mid_s;
        n[half] += 1.0;
        t[half] += walk.t;
        v[half] += walk.v;
        h[half] += height_at(&walk, fit);
    } while (walk_on(&walk));
    if (n[0] < 1.0 || n[1] < 1.0)
        return false;
    for (int i = 0; i < 2; i++) {
        ret->half_s[i] = t[i] / n[i];
        ret->half_v[i] = v[i] / n[i];
        ret->half_h[i] = h[i] / n[i];
    }
    return true;
}

/* What a wandering weight leaves in the height at t_s. */
static double wander_m(const struct fit *fit, const struct top *top, double t_s)
{
    return 0.5 * fit->wander * (t_s - top->mid_s) * (t_s - top->mid_s);
}

/* How well the time of a crossing at t_s is known: the fit's uncertainty relative to the top, over the speed. */
static double crossing_sd_s(const struct fit *fit, const struct top *top, double t_s, double speed)
{
    double c1 = t_s - top->mid_s, c2 = 0.5 * (t_s - top->mid_s) * (t_s + top->mid_s);
    double var = c1 * c1 * fit->cov_vv + 2.0 * c1 * c2 * fit->cov_vb + c2 * c2 * fit->cov_bb;

    double wander = wander_m(fit, top, t_s);

    return sqrt((var > 0.0 ? var : 0.0) + wander * wander + SD_LEVEL * SD_LEVEL) /
           (fabs(speed) > 0.01 ? fabs(speed) : 0.01);
}

/*
 * The crossings of level upward before the middle of the top and downward after it. The top itself may drift across the
 * level when the weight is not yet well known: of several crossings the fastest is the movement.
 */
static bool cross(struct walk walk, const struct fit *fit, const struct top *top, double below_m,
                  struct step_motion *ret)
{
    double before = height_at(&walk, fit), before_s = 0.0, up = 0.0, down = 0.0;

    while (walk_on(&walk)) {
        double h = height_at(&walk, fit), speed = walk.v + fit->v0 + fit->b * walk.t;
        double level_m = top->half_h[walk.t > top->mid_s] - below_m;
        bool rises = before < level_m && h >= level_m, falls = before >= level_m && h < level_m;
        double t = rises || falls ? before_s + (level_m - before) / (h - before) * (walk.t - before_s) : 0.0;
        if (rises && walk.t <= top->mid_s && speed > up) {
            up = speed;
            ret->con_end_s = t;
            ret->con_sd_s = crossing_sd_s(fit, top, t, speed);
        } else if (falls && walk.t > top->mid_s && -speed > down) {
            down = -speed;
            ret->ecc_start_s = t;
            ret->ecc_sd_s = crossing_sd_s(fit, top, t, speed);
        }
        before = h;
        before_s = walk.t;
    }
    return up > 0.0 && down > 0.0;
}

bool step_motion_fit(const struct step_stretch *stretch, struct step_motion *ret)
{
    struct walk begin = walk_begin(stretch), end = begin;
    double height_m = (double)stretch->height_mm / 1000.0;
    static const double near[ROUNDS] = {0.08, 0.05, 0.03}; /* of the height: the top is looked for there */
    struct top top = {0};

    while (walk_on(&end))
        ;
    if (end.t < 0.2 || end.t > STEP_SPAN_MAX_S)
        return false;
    struct fit fit = solve(stretch, &end, NULL);
    for (int round = 0; round < ROUNDS; round++) {
        near_top(begin, &fit, highest(begin, &fit) - near[round] * height_m, &top);
        if (!average_top(begin, &fit, &top))
            return false;
        fit = solve(stretch, &end, &top);
    }
    if (!average_top(begin, &fit, &top))
        return false;
    ret->bw_mn = (int64_t)floor((double)stretch->bw_mn * (1.0 - fit.b / G_M_S2) + 0.5);
    double still = (top.half_v[1] - top.half_v[0]) / (top.half_s[1] - top.half_s[0]);
    ret->top_mn = (int64_t)floor((double)stretch->bw_mn * (1.0 + still / G_M_S2) + 0.5);
    ret->misfit = fit.misfit;
    ret->begin_m_s = fit.v0;
    ret->begin_h_m = height_m - top.half_h[0];
    ret->height_m = top.half_h[1] - height_at(&end, &fit);
    double sway = SD_SWAY * end.t * sqrt(end.t) * (fit.misfit > 1.0 ? fit.misfit : 1.0);
    double wander = wander_m(&fit, &top, end.t);
    ret->height_sd_m = sqrt(sway * sway + wander * wander);
    return cross(begin, &fit, &top, AT_TOP * height_m, ret);
}
