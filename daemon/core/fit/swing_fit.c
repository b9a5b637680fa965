/* SPDX-License-Identifier: MIT */
/* One curve for each shape, from where the search says; swing_fit.h. */
#include "daemon/core/fit/swing_fit.h"

#include <math.h>
#include <string.h>

#include "daemon/core/fit/fit_settle.h"
#include "daemon/core/fit/swing_phases.h"
#include "daemon/core/fit/swing_seek.h"
#include "daemon/core/fixed.h"

#define ITERATIONS    8
#define VAIN          0.01   /* of a sample's variance: who gains no more in a step has arrived */
#define STEP_MAX      0.2    /* of an edge */
#define LEAST_S       0.15   /* a limb takes so long at least */
#define NUDGE_S       0.002  /* for slopes */
#define SWAY_S        0.0315 /* fit_curve.c */
#define FLOOR_PART    0.01   /* of A: what no shape explains */
#define REST_SD       0.5    /* N */
#define AMP_SD_PART   0.3    /* of A as the plateau shows it, where nothing is known: half of that is inertia's */
#define AMP_FLOOR     0.03   /* of A: what a set's reps leave */
#define INERTIA       1.9    /* fit_curve.c */
#define INERTIA_SD    0.7
#define INERTIA_FLOOR 0.1
#define HALF_PERIODS  2.0 /* a sample is a mean over four */

static double seconds(int64_t ns)
{
    return (double)ns / 1e9;
}

static int64_t nanoseconds(double s)
{
    return (int64_t)floor(s * 1e9 + 0.5);
}

void swing_begin(struct swing_set *set)
{
    *set = (struct swing_set){.inertia = {INERTIA, INERTIA_SD}, .free_ns = ABSENT};
    swing_skip(set);
}

void swing_skip(struct swing_set *set)
{
    set->end = (struct fit_time){ABSENT, ABSENT};
}

/* ---- what is fitted ---- */

struct swing_data {
    struct fit_bins bins;
    double q;      /* variance of one sample's worth of slow noise, N2 */
    double half_s; /* of what a bin's mean averages */
    struct swing_prior prior;
    double rest_prec;
};

static void fill(const struct rep_scan *scan, int from, int64_t origin_ns, struct fit_bins *ret)
{
    int64_t from_ns = rep_buffer_at(scan->buffer, from)->t_ns;
    int64_t span_ns = rep_buffer_at(scan->buffer, scan->to - 1)->t_ns - from_ns, width_ns = span_ns / FIT_BINS + 1;
    int64_t at = -1;

    memset(ret, 0, sizeof(*ret));
    for (int i = from; i < scan->to; i++) {
        const struct sample *sample = rep_buffer_at(scan->buffer, i);
        int64_t bin = (sample->t_ns - from_ns) / width_ns;
        ret->n += bin > at;
        at = bin;
        ret->t[ret->n - 1] += seconds(sample->t_ns - origin_ns);
        ret->f[ret->n - 1] += (double)(sample->force_mn - scan->rest_mn) / 1000.0;
        ret->w[ret->n - 1] += 1.0;
    }
    for (int n = 0; n < ret->n; n++) {
        ret->t[n] /= ret->w[n];
        ret->f[n] /= ret->w[n];
    }
    ret->count = (double)(scan->to - from);
    ret->dt = seconds(span_ns) / (ret->count - 1.0);
}

static void prepare(struct swing_data *data, const struct swing_set *set, double amp, double sigma)
{
    const struct fit_bins *bins = &data->bins;
    double mean = set->amp.sd > 0.0 ? set->amp.mean : amp, sd = set->amp.sd > 0.0 ? set->amp.sd : AMP_SD_PART * amp;
    double slow = bins->dt < SWAY_S ? SWAY_S / bins->dt : 1.0, width = (bins->t[bins->n - 1] - bins->t[0]) / bins->n;

    data->q = (sigma * sigma + FLOOR_PART * FLOOR_PART * amp * amp) * slow;
    data->half_s = 0.5 * sqrt(width * width + 4.0 * HALF_PERIODS * HALF_PERIODS * bins->dt * bins->dt);
    data->rest_prec = data->q / (REST_SD * REST_SD + 0.04 * sigma * sigma);
    data->prior = (struct swing_prior){.amp = mean,
                                       .amp_prec = data->q / (sd * sd),
                                       .inertia = set->inertia.mean,
                                       .inertia_prec = data->q / (set->inertia.sd * set->inertia.sd)};
}

/* ---- one curve ---- */

static double line_of(const struct fit_curve *curve, const struct swing_data *data, double t, struct fit_line *ret)
{
    int edge = t < 0.5 * (curve->p[FIT_UP_E] + curve->p[FIT_DOWN_S]) ? 0 : 1;
    const struct swing_edge here = swing_edge_of(curve, edge);
    struct fit_load load = swing_mean(&here, t, data->half_s);
    double a = curve->p[FIT_A], k = curve->p[FIT_K], value = a * load.height + k * load.acc;

    *ret = (struct fit_line){.value = curve->p[FIT_B] + value,
                             .at = edge == 0 ? FIT_UP_S : FIT_DOWN_S,
                             .edge = edge,
                             .level = {1.0, load.height, 0.0, load.acc},
                             .levels = FIT_UP_S};
    if (t + data->half_s <= here.from || t - data->half_s >= here.to)
        return ret->value;
    ret->n = 2;
    for (int i = 0; i < 2; i++) {
        struct swing_edge moved = here;
        *(i == 0 ? &moved.from : &moved.to) += NUDGE_S;
        struct fit_load then = swing_mean(&moved, t, data->half_s);
        ret->moves[i] = (a * then.height + k * then.acc - value) / NUDGE_S;
    }
    return ret->value;
}

static void add_prior(struct fit_normal *normal, int i, double prec, double off, double *cost)
{
    normal->h[i][i] += prec;
    normal->g[i] += prec * off;
    *cost += prec * off * off;
}

static double build(const struct fit_curve *curve, const void *of, struct fit_normal *ret)
{
    const struct swing_data *data = of;
    double cost = 0.0;

    memset(ret, 0, sizeof(*ret));
    add_prior(ret, FIT_B, data->rest_prec, -curve->p[FIT_B], &cost);
    add_prior(ret, FIT_A, data->prior.amp_prec, data->prior.amp - curve->p[FIT_A], &cost);
    add_prior(ret, FIT_C, 1.0, 0.0, &cost);
    add_prior(ret, FIT_K, data->prior.inertia_prec, data->prior.inertia - curve->p[FIT_K], &cost);
    for (int n = 0; n < data->bins.n; n++) {
        struct fit_line line;
        double value = line_of(curve, data, data->bins.t[n], &line);
        cost += fit_normal_add(ret, &line, data->bins.w[n], data->bins.f[n] - value);
    }
    for (int i = 0; i < FIT_PARAMS; i++)
        ret->h[i][i] = ret->h[i][i] * (1.0 + 1e-9) + 1e-9;
    return cost;
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

static double clamp(double v, double lo, double hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

static void in_order(double *p)
{
    for (int edge = 0; edge < 2; edge++) {
        double *s = &p[FIT_UP_S + 2 * edge];
        double least = 0.5 * (LEAST_S - (s[1] - s[0]));
        if (least > 0.0) {
            s[0] -= least;
            s[1] += least;
        }
    }
    if (p[FIT_UP_E] > p[FIT_DOWN_S])
        p[FIT_UP_E] = p[FIT_DOWN_S] = 0.5 * (p[FIT_UP_E] + p[FIT_DOWN_S]);
}

static bool move_on(struct fit_curve *curve, const struct fit_normal *at, double lambda)
{
    struct fit_normal normal = *at;

    for (int i = 0; i < FIT_PARAMS; i++)
        normal.h[i][i] *= 1.0 + lambda;
    if (!fit_normal_factor(&normal))
        return false;
    fit_normal_solve(&normal, normal.g);
    for (int i = 0; i < FIT_UP_S; i++)
        curve->p[i] += normal.g[i];
    for (int i = FIT_UP_S; i < FIT_PARAMS; i++) {
        double most = STEP_MAX * fit_curve_length(curve, i < FIT_DOWN_S ? 0 : 1);
        curve->p[i] += clamp(normal.g[i], -most, most);
    }
    in_order(curve->p);
    return curve->p[FIT_A] > 0.0;
}

static bool settled(const struct fit_curve *curve, const void *data, double gain, double cost)
{
    const struct swing_data *of = data;

    (void)curve;
    (void)cost;
    return fabs(gain) < VAIN * of->q;
}

static bool settle(struct fit_curve *curve, const struct swing_data *data)
{
    const struct fit_task task = {data, ITERATIONS, build, move_on, settled};
    struct fit_normal best;
    double least;

    if (!fit_settle(curve, &task, &best, &least))
        return false;
    curve->cost = least;
    curve->q = larger(least / data->bins.n, data->q); /* or what no shape explains */
    if (!fit_normal_factor(&best))
        return false;
    for (int i = 0; i < FIT_PARAMS; i++) {
        curve->cov[i][i] = curve->q;
        fit_normal_solve(&best, curve->cov[i]);
    }
    return true;
}

/* ---- all of them ---- */

/* Where the samples, smoothed, pass A/2: the middle of a movement stays where it is whatever the limb weighs. */
static double half_way(const struct rep_scan *scan, const struct scan_crossing *from, const struct scan_crossing *to,
                       int64_t amp_mn, int64_t origin_ns)
{
    int i = from->index;
    bool up = scan->f[i > scan->from ? i : scan->from] < amp_mn / 2;

    while (i < to->index && (scan->f[i] < amp_mn / 2) == up)
        i++;
    return seconds(rep_buffer_at(scan->buffer, i)->t_ns - origin_ns);
}

static const enum fit_shape sought_as[FIT_SHAPE_COUNT] = {FIT_MIN_JERK, FIT_BLENDED, FIT_BLENDED,
                                                          FIT_BLENDED,  FIT_EARLY,   FIT_LATE};

static void fit_all(const struct swing_habit *habit, const struct swing_data *data, const double middle[2],
                    struct fit_curve *curves)
{
    struct swing_guess guess[2][FIT_SHAPE_COUNT];
    int cut = 0;

    memset(curves, 0, SWING_SHAPES * sizeof(curves[0]));
    while (cut < data->bins.n && data->bins.t[cut] < 0.5 * (middle[0] + middle[1]))
        cut++;
    for (int s = 0; s < FIT_SHAPE_COUNT; s++)
        for (int edge = 0; edge < 2 && sought_as[s] == (enum fit_shape)s; edge++)
            guess[edge][s] = swing_seek(&data->bins, edge == 0 ? 0 : cut, edge == 0 ? cut : data->bins.n,
                                        (enum fit_shape)s, edge != 0, middle[edge], data->half_s, &data->prior);
    for (int i = 0; i < SWING_SHAPES; i++) {
        struct fit_curve *curve = &curves[i];
        curve->shape = (enum fit_shape)(i / 2);
        curve->slack = i % 2 == 0;
        if (swing_shapes_out(habit, i))
            continue;
        const struct swing_guess *up = &guess[0][sought_as[i / 2]], *down = &guess[1][sought_as[i / 2]];
        curve->tried = true;
        curve->p[FIT_A] = 0.5 * (up->amp + down->amp);
        curve->p[FIT_K] = 0.5 * (up->inertia + down->inertia);
        curve->p[FIT_UP_S] = up->from;
        curve->p[FIT_UP_E] = up->to;
        curve->p[FIT_DOWN_S] = down->from;
        curve->p[FIT_DOWN_E] = down->to;
        in_order(curve->p);
        curve->ok = curve->p[FIT_A] > 0.0 && settle(curve, data);
    }
}

static struct swing_known mix(const struct fit_curve *curves, const double *weights, enum fit_param param)
{
    double mean = 0.0, square = 0.0;

    for (int i = 0; i < SWING_SHAPES; i++)
        if (curves[i].ok)
            mean += weights[i] * curves[i].p[param];
    for (int i = 0; i < SWING_SHAPES; i++)
        if (curves[i].ok)
            square +=
                weights[i] * (curves[i].cov[param][param] + (curves[i].p[param] - mean) * (curves[i].p[param] - mean));
    return (struct swing_known){.mean = mean, .sd = sqrt(square)};
}

/* What this rep says goes with what is known already: both are in its fit. */
static void learn(struct swing_set *set, const struct fit_curve *curves, const double *weights)
{
    struct swing_known amp = mix(curves, weights, FIT_A), inertia = mix(curves, weights, FIT_K);

    set->amp = (struct swing_known){amp.mean, amp.sd + AMP_FLOOR * amp.mean};
    set->inertia = (struct swing_known){inertia.mean, inertia.sd + INERTIA_FLOOR};
}

static struct fit_time span(const struct swing_phases *phases, enum swing_span which, int64_t origin_ns)
{
    return (struct fit_time){origin_ns + nanoseconds(phases->mean[which]), nanoseconds(phases->sd[which])};
}

/* From the end of the rep before; their errors have nothing to do with each other. */
static struct fit_time pause(const struct fit_time *end, const struct fit_time *start)
{
    if (end->ns == ABSENT || start->ns <= end->ns)
        return (struct fit_time){ABSENT, ABSENT};
    return (struct fit_time){start->ns - end->ns, fixed_root_of_squares(start->sd_ns, end->sd_ns)};
}

static void put(const struct swing_set *set, const struct swing_phases *phases, const struct fit_curve *likeliest,
                int64_t origin_ns, struct swing_result *ret)
{
    *ret = (struct swing_result){.start = span(phases, SWING_START, origin_ns),
                                 .end = span(phases, SWING_END, origin_ns),
                                 .rep = span(phases, SWING_REP, 0),
                                 .tension = span(phases, SWING_TENSION, 0),
                                 .con = span(phases, SWING_CON, 0),
                                 .top = span(phases, SWING_TOP, 0),
                                 .ecc = span(phases, SWING_ECC, 0),
                                 .up = span(phases, SWING_UP, 0),
                                 .down = span(phases, SWING_DOWN, 0)};
    ret->bottom = pause(&set->end, &ret->start);
    for (int i = 0; i < 4; i++)
        ret->still_ns[i] = origin_ns + nanoseconds(likeliest->p[FIT_UP_S + i]);
}

/* A curve for each shape, and how likely each is; false: there is none. */
static bool fit_curves(struct swing_set *set, const struct rep_scan *scan, const struct scan_edges *edges, int from,
                       int64_t sway_mn, struct fit_curve *curves, double *weights, double *ret_dt)
{
    struct swing_data data;
    double middle[2];
    int64_t origin_ns = edges->con.t_ns;

    fill(scan, from, origin_ns, &data.bins);
    prepare(&data, set, (double)edges->amp_mn / 1000.0, (double)sway_mn / 1000.0);
    middle[0] = half_way(scan, &edges->con, &edges->top, edges->amp_mn, origin_ns);
    middle[1] = half_way(scan, &edges->ecc, &edges->end, edges->amp_mn, origin_ns);
    fit_all(&set->habit, &data, middle, curves);
    *ret_dt = data.bins.dt;
    return swing_shapes_weigh(&set->habit, curves, weights);
}

bool swing_fit(struct swing_set *set, const struct rep_scan *scan, const struct scan_edges *edges, int64_t from_ns,
               int64_t sway_mn, struct swing_result *ret)
{
    struct fit_curve curves[SWING_SHAPES];
    struct swing_phases phases;
    double weights[SWING_SHAPES], dt;
    int64_t origin_ns = edges->con.t_ns;
    int from = rep_buffer_find(scan->buffer, from_ns), best = 0;
    bool any = scan->to - from >= FIT_SAMPLES_MIN && fit_curves(set, scan, edges, from, sway_mn, curves, weights, &dt);

    if (!any) {
        swing_skip(set);
        return false;
    }
    for (int i = 0; i < SWING_SHAPES; i++)
        best = weights[i] > weights[best] ? i : best;
    learn(set, curves, weights);
    set->free_ns = origin_ns + nanoseconds(curves[best].p[FIT_DOWN_E]);
    any = swing_phases(curves, weights, dt, &phases);
    if (any)
        put(set, &phases, &curves[best], origin_ns, ret);
    swing_skip(set);
    if (any)
        set->end = ret->end;
    return any;
}
