/* SPDX-License-Identifier: MIT */
/* Double integration of a step-up; step_motion.h says what it rests on. */
#include "daemon/core/detect/step/step_motion.h"

#include <math.h>

#include "daemon/core/detect/step/step_climb.h"
#include "daemon/core/detect/step/step_normal.h"
#include "daemon/core/detect/step/step_path.h"
#include "daemon/core/detect/step/step_turn.h"
#include "daemon/core/detect/step/step_weight.h"

#define G_M_S2        9.80665
#define SD_TOP        0.015  /* m/s */
#define LANDING       0.03   /* m/s, downward */
#define SD_LANDING    0.06   /* m/s */
#define SD_OWN_WEIGHT 0.004  /* of body weight: the one that is tried, where the landing says nothing */
#define SD_CLOSURE    0.04   /* m */
#define LEFT          0.01   /* of the height, when the trailing foot lands */
#define SD_HEIGHT     0.05   /* of it: where the body's mass is when it begins, and the foot that pushed */
#define WHOLE         0.25   /* a rep that went this near to the step's height did all of it */
#define SD_WEIGHT     0.0015 /* of body weight */
#define WANDER        0.5    /* of what wanders is still there after the fit of b, doubly integrated from the top */
#define SD_FACTOR     0.6    /* of all of these: the rows are given wide, so that two thirds of the errors lie within */
#define SWAY_REACH    0.04   /* sqrt(s): an acceleration of 1 m/s2 at 4.5 Hz over s^1.5, held at both ends; free: 0.1 */
#define SD_LEVEL      0.0025 /* m: sway, and a tenth of the 5 % of the height */
#define SD_SWAY       0.0012 /* m / s^1.5: scatter of simulated heights with sway of 0.3-0.6 % BW around 4.5 Hz */
#define SD_SWAY_FIRST 0.002  /* while the weight is only the rep's own */
#define MISFIT_USUAL  0.5
#define MISFIT_GROWS  2.5
#define NEAR          0.03 /* of the height: the top, in the end */
#define TURNS_S       0.2  /* who turns round does so at 0.3 m/s2 and more; a hand on a rail that feigns it, at 0.25 */
#define STANDS_S      0.25
#define TURN_PART     0.5 /* both halves together: as far as turning round is not even */
#define ROUNDS        3   /* top and correction depend on each other; it settles at once */

const double STEP_BELOW[STEP_LEVELS] = {0.05, 0.20, 0.35, 0.50, 0.65};

struct top {
    double from_s, to_s;         /* the middle half of the time near the top */
    double half_s[2], half_v[2]; /* means over either half of it: of the time, and of the uncorrected speed */
    double half_h[2];            /* and of the corrected height: it may drift while the body stands still */
    double half_raw[2];          /* and of the uncorrected one */
    double mid_s;
    double sway;    /* sd of the acceleration, m/s2 */
    double climbed; /* share of the height, before the box carried everything */
    double turn;    /* m/s downward when it lands, where the way down was at one speed, or 0 */
};

static double height_at(const struct step_place *at, const struct step_fit *fit)
{
    return at->h + (fit->v0 + 0.5 * fit->b * at->t) * at->t;
}

static const struct step_place *end_of(const struct step_path *path)
{
    return &path->v[path->n - 1];
}

/*
 * Standing still on top: over all of it, and in its second half as in its first. Who turns round at once does not: within
 * NEAR of the height for T the speed changes by 2 NEAR height / T between the halves, the one way or the other. Who stays
 * there for 2 STANDS_S stands. near_m 0: everybody does.
 */
static void add_still(struct step_normal *n, const struct top *top, double near_m)
{
    double s = top->to_s - top->from_s, part = (STANDS_S - s) / (STANDS_S - TURNS_S);
    double turn = near_m / s * (part < 0.0 ? 0.0 : part < 1.0 ? part : 1.0), drift = TURN_PART * turn;

    step_normal_add(n, 1.0, 0.5 * (top->half_s[0] + top->half_s[1]), -0.5 * (top->half_v[0] + top->half_v[1]),
                    sqrt(0.5 * SD_TOP * SD_TOP + drift * drift));
    step_normal_add(n, 0.0, top->half_s[1] - top->half_s[0], top->half_v[0] - top->half_v[1],
                    sqrt(2.0 * SD_TOP * SD_TOP + turn * turn));
}

/* That, and the weight where it is known. */
static void add_top(struct step_normal *n, const struct step_stretch *stretch, const struct top *top, double near_m)
{
    if (stretch->known_mn != ABSENT)
        step_normal_add(n, 0.0, 1.0, G_M_S2 * (1.0 - (double)stretch->known_mn / (double)stretch->bw_mn),
                        G_M_S2 * SD_WEIGHT);
    if (top != NULL)
        add_still(n, top, near_m);
}

/*
 * The box is as high as it is: once the rep has been found to be a whole one, both ways are the step's height, less what
 * was climbed before the box carried everything and what is left when the other foot lands.
 */
static void add_heights(struct step_normal *n, const struct step_place *end, const struct top *top, double height_m)
{
    double up = top->half_s[0], down = top->half_s[1], t = end->t;

    step_normal_add(n, up, 0.5 * up * up, (1.0 - top->climbed) * height_m - top->half_raw[0], SD_HEIGHT * height_m);
    step_normal_add(n, t - down, 0.5 * (t * t - down * down), -(1.0 - LEFT) * height_m - end->h + top->half_raw[1],
                    SD_HEIGHT * height_m);
}

/* top NULL: not found yet; turns: whoever turns round at once on top may. */
static struct step_fit solve(const struct step_stretch *stretch, const struct top *top, bool whole, bool turns)
{
    const struct step_place *end = end_of(stretch->path);
    struct step_normal n = {0};
    double t = end->t, height_m = (double)stretch->height_mm / 1000.0;

    if (stretch->lands)
        step_normal_add(&n, 0.0, 1.0, 0.0, G_M_S2 * SD_OWN_WEIGHT);
    else
        step_normal_add(&n, 1.0, t, -(top != NULL && top->turn > 0.0 ? top->turn : LANDING) - end->v, SD_LANDING);
    step_normal_add(&n, t, 0.5 * t * t, -(top != NULL ? top->climbed : STEP_CLIMBED) * height_m - end->h, SD_CLOSURE);
    add_top(&n, stretch, top, turns ? NEAR * height_m : 0.0);
    if (whole || (stretch->lands && top != NULL))
        add_heights(&n, end, top, height_m);
    struct step_fit fit = step_normal_solve(&n);
    fit.wander = WANDER * G_M_S2 * (double)stretch->wander_mn / (double)stretch->bw_mn;
    return fit;
}

static double highest(const struct step_path *path, const struct step_fit *fit)
{
    double best = height_at(&path->v[0], fit);

    for (int i = 1; i < path->n; i++) {
        double h = height_at(&path->v[i], fit);
        best = h > best ? h : best;
    }
    return best;
}

/* The time during which the body is near the highest point, without its first and last quarter. */
static void near_top(const struct step_stretch *stretch, const struct step_fit *fit, double level_m, struct top *ret)
{
    const struct step_path *path = stretch->path;
    double first = -1.0, last = -1.0;

    for (int i = 0; i < path->n; i++) {
        if (height_at(&path->v[i], fit) < level_m)
            continue;
        first = first < 0.0 ? path->v[i].t : first;
        last = path->v[i].t;
    }
    ret->from_s = first + 0.25 * (last - first);
    ret->to_s = last - 0.25 * (last - first);
    ret->climbed = stretch->shifted ? STEP_SHIFTED : step_climbed(stretch->loads_s / (stretch->loads_s + first));
}

static bool average_top(const struct step_path *path, const struct step_fit *fit, struct top *ret)
{
    double n[2] = {0.0, 0.0}, t[2] = {0.0, 0.0}, v[2] = {0.0, 0.0}, h[2] = {0.0, 0.0}, raw[2] = {0.0, 0.0};
    double sum = 0.0, squares = 0.0;

    ret->mid_s = 0.5 * (ret->from_s + ret->to_s);
    for (int i = 0; i < path->n; i++) {
        const struct step_place *at = &path->v[i];
        if (at->t < ret->from_s || at->t > ret->to_s)
            continue;
        int half = at->t > ret->mid_s;
        n[half] += 1.0;
        t[half] += at->t;
        v[half] += at->v;
        h[half] += height_at(at, fit);
        raw[half] += at->h;
        sum += at->a;
        squares += at->a * at->a;
    }
    if (n[0] < 1.0 || n[1] < 1.0)
        return false;
    double var = (squares - sum * sum / (n[0] + n[1])) / (n[0] + n[1]);
    ret->sway = var > 0.0 ? sqrt(var) : 0.0;
    for (int i = 0; i < 2; i++) {
        ret->half_s[i] = t[i] / n[i];
        ret->half_v[i] = v[i] / n[i];
        ret->half_h[i] = h[i] / n[i];
        ret->half_raw[i] = raw[i] / n[i];
    }
    return true;
}

/* What a wandering weight leaves in the height at t_s. */
static double wander_m(const struct step_fit *fit, const struct top *top, double t_s)
{
    return 0.5 * fit->wander * (t_s - top->mid_s) * (t_s - top->mid_s);
}

/* How well the time of a crossing at t_s is known: the fit's uncertainty relative to the top, over the speed. */
static double crossing_sd_s(const struct step_fit *fit, const struct top *top, double t_s, double speed)
{
    double c1 = t_s - top->mid_s, c2 = 0.5 * (t_s - top->mid_s) * (t_s + top->mid_s);
    double var = c1 * c1 * fit->cov_vv + 2.0 * c1 * c2 * fit->cov_vb + c2 * c2 * fit->cov_bb;

    double wander = wander_m(fit, top, t_s), away_s = fabs(t_s - top->mid_s);
    double sway = SWAY_REACH * top->sway * away_s * sqrt(away_s);
    double rows = SD_FACTOR * SD_FACTOR * ((var > 0.0 ? var : 0.0) + wander * wander + SD_LEVEL * SD_LEVEL);
    double sd_m = sqrt(rows + sway * sway);

    return sd_m / (fabs(speed) > 0.01 ? fabs(speed) : 0.01);
}

static void take(struct step_crossing *crossing, double *fastest, double speed, double s, double sd_s)
{
    if (speed <= *fastest)
        return;
    *fastest = speed;
    *crossing = (struct step_crossing){.seen = true, .s = s, .sd_s = sd_s, .m_s = speed};
}

/*
 * The crossings of a level upward before the middle of the top and downward after it. The top itself may drift across the
 * level when the weight is not yet well known: of several crossings the fastest is the movement.
 */
static void cross(const struct step_path *path, const struct step_fit *fit, const struct top *top, double below_m,
                  struct step_crossing *ret_up, struct step_crossing *ret_down)
{
    double before = height_at(&path->v[0], fit), before_s = 0.0, up = 0.0, down = 0.0;

    ret_up->seen = ret_down->seen = false;
    for (int i = 1; i < path->n; i++) {
        const struct step_place *at = &path->v[i];
        double h = height_at(at, fit);
        bool after = at->t > top->mid_s;
        double level_m = top->half_h[after] - below_m;
        if ((before < level_m) != (h < level_m)) {
            double speed = at->v + fit->v0 + fit->b * at->t;
            double t = before_s + (level_m - before) / (h - before) * (at->t - before_s);
            double sd_s = crossing_sd_s(fit, top, t, speed);
            if (after)
                take(ret_down, &down, -speed, t, sd_s);
            else
                take(ret_up, &up, speed, t, sd_s);
        }
        before = h;
        before_s = at->t;
    }
}

/* The second fit of a whole rep: what the height adds. The verdict on the height is the first one's. */
static bool fit_whole(const struct step_stretch *stretch, struct top *top, struct step_fit *fit)
{
    for (int round = 0; round < ROUNDS; round++) {
        *fit = solve(stretch, top, true, true);
        if (!average_top(stretch->path, fit, top))
            return false;
    }
    return true;
}

/* Misfits are small because the rows are given wide: twice the usual one, and something slower than sway acts. */
static void put_heights(const struct step_stretch *stretch, const struct step_fit *fit, const struct top *top,
                        struct step_motion *ret)
{
    const struct step_place *end = end_of(stretch->path);
    double grown = fit->misfit < MISFIT_USUAL ? 1.0 : fit->misfit / MISFIT_USUAL;
    double sway = (stretch->known_mn != ABSENT ? SD_SWAY : SD_SWAY_FIRST) * end->t * sqrt(end->t);
    double wander = wander_m(fit, top, end->t);

    sway *= grown < MISFIT_GROWS ? grown : MISFIT_GROWS;
    ret->height_m = top->half_h[1] - height_at(end, fit);
    ret->height_sd_m = sqrt(sway * sway + wander * wander);
    ret->misfit = fit->misfit;
}

/* How far c1 s + c2 s^2 reaches in the height: the fit's own, what wanders, and sway over `s`. */
static double way_sd_m(const struct step_fit *fit, const struct step_fit *whole, const struct top *top, double c1,
                       double c2, double t, double s)
{
    double var = c1 * c1 * fit->cov_vv + 2.0 * c1 * c2 * fit->cov_vb + c2 * c2 * fit->cov_bb;
    double wander = wander_m(whole, top, t), sway = SD_SWAY * s * sqrt(s);

    return sqrt(SD_FACTOR * SD_FACTOR * (var > 0.0 ? var : 0.0) + wander * wander + sway * sway);
}

/*
 * The ways up and down by themselves, from standing still and the weight of the reps before: they assume nothing of how
 * it begins or ends, and over a second or two each is sharp. Who leaves half-way down has not gone all of it.
 */
static void put_ways(const struct step_stretch *stretch, const struct step_fit *whole, const struct top *top,
                     struct step_motion *ret)
{
    const struct step_place *end = end_of(stretch->path);
    struct step_normal n = {0};
    double t = end->t, up = top->half_s[0], s = top->half_s[1], c1 = t - s, c2 = 0.5 * (t * t - s * s);

    ret->down_m = ret->height_m;
    ret->down_sd_m = ret->height_sd_m;
    add_top(&n, stretch, top, NEAR * (double)stretch->height_mm / 1000.0);
    struct step_fit fit = step_normal_solve(&n);
    ret->up_m =
        top->half_raw[0] + (fit.v0 + 0.5 * fit.b * up) * up + top->climbed * (double)stretch->height_mm / 1000.0;
    ret->up_sd_m = way_sd_m(&fit, whole, top, up, 0.5 * up * up, 0.0, up);
    if (stretch->known_mn == ABSENT)
        return;
    ret->down_m = top->half_raw[1] - end->h - fit.v0 * c1 - fit.b * c2;
    ret->down_sd_m = way_sd_m(&fit, whole, top, c1, c2, t, c1);
}

bool step_motion_fit(const struct step_stretch *stretch, struct step_motion *ret)
{
    static const double near[ROUNDS] = {0.08, 0.05, NEAR}; /* of the height: the top is looked for there */
    const struct step_path *path = stretch->path;
    const struct step_place *end = end_of(path);
    double height_m = (double)stretch->height_mm / 1000.0;
    struct top top = {0};

    struct step_fit fit = solve(stretch, NULL, false, true);
    for (int round = 0; round < ROUNDS; round++) {
        near_top(stretch, &fit, highest(path, &fit) - near[round] * height_m, &top);
        if (!average_top(path, &fit, &top))
            return false;
        top.turn = step_turn_m_s(stretch, top.mid_s);
        fit = solve(stretch, &top, false, true);
    }
    if (!average_top(path, &fit, &top))
        return false;
    ret->climbed = top.climbed;
    ret->unlike = solve(stretch, &top, false, false).misfit;
    put_heights(stretch, &fit, &top, ret);
    put_ways(stretch, &fit, &top, ret);
    if (fabs(ret->height_m - height_m) <= WHOLE * height_m && !fit_whole(stretch, &top, &fit))
        return false;
    double still = (top.half_v[1] - top.half_v[0]) / (top.half_s[1] - top.half_s[0]);
    ret->top_mn = (int64_t)floor((double)stretch->bw_mn * (1.0 + still / G_M_S2) + 0.5);
    ret->top_median_mn = step_weight_median(stretch->buffer, stretch->from, stretch->to, top.from_s, top.to_s);
    ret->top_s = top.half_s[1] - top.half_s[0];
    ret->landed_s = end->t;
    ret->lands = stretch->lands;
    ret->lands_m_s = -(end->v + fit.v0 + fit.b * end->t);
    ret->bw_mn = (int64_t)floor((double)stretch->bw_mn * (1.0 - fit.b / G_M_S2) + 0.5);
    ret->begin_m_s = fit.v0;
    ret->begin_h_m = height_m - top.half_h[0];
    for (int i = 0; i < STEP_LEVELS; i++)
        cross(path, &fit, &top, STEP_BELOW[i] * height_m, &ret->up[i], &ret->down[i]);
    return true;
}
