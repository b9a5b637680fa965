/* SPDX-License-Identifier: MIT */
/* Shapes weighed against each other, and whether the outcome can be believed; fit.h has the rules. */
#include "daemon/core/fit/fit.h"

#include <math.h>
#include <string.h>

#include "daemon/core/fit/fit_mix.h"
#include "daemon/core/fit/fit_shapes.h"
#include "daemon/core/fixed.h"

/* Variance of a mean of sway over FIT_BATCH_S, as a share of the variance: 0.0315 s / 0.3 s. */
#define SWAY_BATCH 0.105
/* The same at ten samples a second, of sway as such samples have it: three of them overlap by half and more. */
#define SLOW_BATCH 0.8

static double seconds(int64_t ns)
{
    return (double)ns / 1e9;
}

static double newtons(int64_t mn)
{
    return (double)mn / 1000.0;
}

/* ---- what is fitted ---- */

/* What of a rep is fitted: samples from..to, to not included, and which of the edges are in it. */
struct fit_part {
    int from, to;
    bool edges[2];
};

static void fill_bins(const struct rep_scan *scan, const struct fit_part *part, int64_t origin_ns, struct fit_bins *ret)
{
    int64_t from_ns = rep_buffer_at(scan->buffer, part->from)->t_ns;
    int64_t span_ns = rep_buffer_at(scan->buffer, part->to - 1)->t_ns - from_ns;
    int64_t width_ns = span_ns / FIT_BINS + 1, at = -1;

    memset(ret, 0, sizeof(*ret));
    for (int i = part->from; i < part->to; i++) {
        const struct sample *sample = rep_buffer_at(scan->buffer, i);
        double f = newtons(rep_scan_at_mn(scan, i));
        int64_t bin = (sample->t_ns - from_ns) / width_ns;
        if (bin > at)
            ret->n++;
        at = bin;
        ret->t[ret->n - 1] += seconds(sample->t_ns - origin_ns);
        ret->f[ret->n - 1] += f;
        ret->w[ret->n - 1] += 1.0;
        ret->within += f * f;
    }
    for (int n = 0; n < ret->n; n++) {
        ret->t[n] /= ret->w[n];
        ret->f[n] /= ret->w[n];
        ret->within -= ret->w[n] * ret->f[n] * ret->f[n];
    }
    ret->within = ret->within > 0.0 ? ret->within : 0.0;
    ret->count = (double)(part->to - part->from);
    ret->dt = seconds(span_ns) / (ret->count - 1.0);
    ret->half = rep_scan_slow(scan) ? 2.0 * ret->dt : 0.0;
}

/* First sample from `from` on at or above level, or below it; at most `to`. */
static double passes(const struct rep_scan *scan, int from, int to, int64_t level_mn, bool up, int64_t origin_ns)
{
    int i = from;

    while (i < to && (scan->f[i] >= level_mn) != up)
        i++;
    return seconds(rep_buffer_at(scan->buffer, i)->t_ns - origin_ns);
}

static void make_guess(const struct rep_scan *scan, const struct scan_edges *edges, const struct fit_noise *noise,
                       struct fit_guess *ret)
{
    const struct scan_crossing *from[2] = {&edges->con, &edges->ecc}, *to[2] = {&edges->top, &edges->end};
    int64_t origin_ns = edges->con.t_ns;

    ret->amp = newtons(edges->amp_mn);
    ret->sigma = newtons(noise->sway_mn);
    ret->hand = newtons(noise->hand_mn);
    for (int edge = 0; edge < 2; edge++) {
        bool up = edge == 0;
        ret->outer[edge][0] = seconds(from[edge]->t_ns - origin_ns);
        ret->outer[edge][1] = seconds(to[edge]->t_ns - origin_ns);
        for (int k = 0; k < 2; k++) {
            int64_t level = edges->amp_mn * ((k == 0) == up ? 3 : 7) / 10;
            ret->inner[edge][k] = passes(scan, from[edge]->index, to[edge]->index, level, up, origin_ns);
        }
    }
}

static bool enough(const struct scan_crossing *a, const struct scan_crossing *b, int least)
{
    return a->known && b->known && b->index - a->index >= least;
}

static int samples_of(const struct scan_edges *edges, int edge)
{
    return edge == 0 ? edges->top.index - edges->con.index : edges->end.index - edges->ecc.index;
}

/* The part holds the edges that are wanted, and no hole. */
static bool usable(const struct rep_scan *scan, const struct scan_edges *edges, const struct fit_part *part)
{
    int least = rep_scan_slow(scan) ? FIT_SAMPLES_SLOW : FIT_SAMPLES_LOW;

    if (part->edges[0] && (part->from >= edges->con.index || !enough(&edges->con, &edges->top, least)))
        return false;
    if (part->edges[1] && (part->from >= edges->ecc.index || !enough(&edges->ecc, &edges->end, least)))
        return false;
    return edges->amp_mn > 0 && part->to - part->from > FIT_SAMPLES_MIN &&
           !rep_scan_hole(scan, rep_buffer_at(scan->buffer, part->from)->t_ns,
                          rep_buffer_at(scan->buffer, part->to - 1)->t_ns);
}

/* ---- may it be believed? ---- */

/* How far from a crossing a breakpoint may be: the further, the further the likely shapes have theirs. */
static double most_out(double own)
{
    return own + FIT_OUT_MORE > FIT_OUT_MAX ? own + FIT_OUT_MORE : FIT_OUT_MAX;
}

/* *ret_even: and what it leaves unexplained is no more than a single movement does. */
static bool edge_fits(const struct fit_mix *mix, int edge, double length, bool *ret_even)
{
    const struct fit_guess *guess = mix->guess;
    const double *weights = mix->weights;
    double sway = FIT_MISFIT_SWAY * (guess->slow ? SLOW_BATCH : SWAY_BATCH) * guess->sigma * guess->sigma;
    double most = sway + FIT_MISFIT_PART * FIT_MISFIT_PART * guess->amp * guess->amp;
    double start = 0.0, end = 0.0, misfit = 0.0, amp = 0.0, own[2] = {0.0, 0.0};
    int low = edge == 0 ? 0 : 1;

    *ret_even = false;
    if (guess->outer[edge][1] - guess->outer[edge][0] < seconds(FIT_CROSSING_MIN_NS))
        return false;
    for (int i = 0; i < FIT_SHAPES; i++) {
        const struct fit_curve *curve = &mix->curves[i];
        if (!curve->ok)
            continue;
        start += weights[i] * curve->p[FIT_UP_S + 2 * edge];
        end += weights[i] * curve->p[FIT_UP_E + 2 * edge];
        misfit += weights[i] * curve->misfit[edge];
        amp += weights[i] * curve->p[FIT_A];
        const struct fit_span *span = &mix->spans[i][edge];
        own[low] += weights[i] * span->low;
        own[1 - low] += weights[i] * (1.0 - span->high);
    }
    if (amp < FIT_AMP_MIN * guess->amp)
        return false;
    *ret_even = misfit <= FIT_MISFIT_EVEN * most;
    double before = guess->outer[edge][0] - start, after = end - guess->outer[edge][1];
    return before <= most_out(own[0]) * length && before >= -FIT_IN_MAX * length &&
           after <= most_out(own[1]) * length && after >= -FIT_IN_MAX * length &&
           before + after <= FIT_BOTH_MAX * length && misfit <= most;
}

static bool certain(const struct fit_time *time, double part)
{
    return (double)time->sd_ns <= part * (double)time->ns;
}

static const struct fit_time absent = {.ns = ABSENT, .sd_ns = ABSENT};

bool fit_pause_told(const struct fit_time *pause)
{
    return pause->ns > 0 && pause->sd_ns <= FIT_TOP_SD_NS && certain(pause, FIT_SD_PART);
}

/* What lies between or at the ends of movements is as good as they are: half of an edge's error is at either end. */
static void place(const struct fit_mix *mix, int64_t origin_ns, const bool *credible, struct fit_result *ret)
{
    double up_s = credible[0] ? seconds(ret->move[0].ns) : 0.0, down_s = credible[1] ? seconds(ret->move[1].ns) : 0.0;

    if (credible[0]) {
        ret->begin = fit_mix_points(mix, FIT_PARAMS, FIT_UP_S, 0.5 * up_s);
        ret->begin.ns += origin_ns;
    }
    if (credible[1]) {
        ret->end = fit_mix_points(mix, FIT_PARAMS, FIT_DOWN_E, 0.5 * down_s);
        ret->end.ns += origin_ns;
    }
    if (credible[0] && credible[1])
        ret->top = fit_mix_points(mix, FIT_UP_E, FIT_DOWN_S, 0.5 * (up_s + down_s));
    if (ret->top.ns != ABSENT && !fit_pause_told(&ret->top))
        ret->top = absent;
}

static bool fit_part(struct fit_habit *habit, const struct rep_scan *scan, const struct scan_edges *edges,
                     const struct fit_part *part, const struct fit_noise *noise, bool ret_fits[2],
                     struct fit_result *ret)
{
    struct fit_curve curves[FIT_SHAPES];
    struct fit_data data;
    struct fit_guess guess;
    double weights[FIT_SHAPES];
    bool credible[2] = {false, false};

    *ret = (struct fit_result){.move = {absent, absent},
                               .top = absent,
                               .crossing = {absent, absent},
                               .begin = absent,
                               .end = absent,
                               .low = {absent, absent}};
    if (!usable(scan, edges, part))
        return false;
    fill_bins(scan, part, edges->con.t_ns, &data.bins);
    make_guess(scan, edges, noise, &guess);
    guess.dt = data.bins.dt;
    guess.slow = data.bins.half > 0.0;
    fit_curve_prepare(&data, &guess);
    fit_shapes_run(habit, curves, &data, &guess);
    if (!fit_shapes_weigh(habit, curves, fit_shapes_floor(&guess), part->edges[0] && part->edges[1], weights))
        return false;
    struct fit_mix mix = {.curves = curves, .weights = weights, .guess = &guess};
    for (int edge = 0; edge < 2; edge++) {
        if (!part->edges[edge])
            continue;
        fit_mix_edge(&mix, edge, ret);
        bool even, fits = edge_fits(&mix, edge, seconds(ret->move[edge].ns), &even);
        ret_fits[edge] = fits;
        if (fits) {
            ret->low[edge] = fit_mix_low(&mix, edge, 0.5 * seconds(ret->move[edge].ns));
            ret->low[edge].ns += edges->con.t_ns;
        }
        bool many = samples_of(edges, edge) >= (guess.slow ? FIT_SAMPLES_SLOW : FIT_SAMPLES_MIN);
        credible[edge] = fits && even && many && certain(&ret->move[edge], FIT_SD_PART);
        if (!fits || !many || !certain(&ret->crossing[edge], FIT_SD_CROSSING))
            ret->crossing[edge] = absent;
        if (!credible[edge])
            ret->move[edge] = absent;
    }
    place(&mix, edges->con.t_ns, credible, ret);
    return ret->crossing[0].ns != ABSENT || ret->crossing[1].ns != ABSENT;
}

bool fit_rep(struct fit_habit *habit, const struct rep_scan *scan, const struct scan_edges *edges, int64_t from_ns,
             const struct fit_noise *noise, struct fit_result *ret)
{
    const struct fit_part part = {
        .from = rep_buffer_find(scan->buffer, from_ns), .to = scan->to, .edges = {true, true}};
    const struct fit_habit before = *habit;
    bool fits[2] = {false, false};
    bool any = fit_part(habit, scan, edges, &part, noise, fits, ret);

    if (fits[0] && fits[1])
        return any;
    *habit = before; /* an edge of no shape bends the other one's: that is fitted alone */
    if (!fits[0] && !fits[1])
        return any;
    return fits[0] ? fit_up(habit, scan, edges, from_ns, noise, ret) : fit_down(habit, scan, edges, noise, ret);
}

/* The last quarter of the top already belongs to the way down: its beginning is rounded. */
bool fit_up(struct fit_habit *habit, const struct rep_scan *scan, const struct scan_edges *edges, int64_t from_ns,
            const struct fit_noise *noise, struct fit_result *ret)
{
    int64_t to_ns = edges->ecc.t_ns - (edges->ecc.t_ns - edges->top.t_ns) / 4;
    const struct fit_part part = {.from = rep_buffer_find(scan->buffer, from_ns),
                                  .to = rep_buffer_find(scan->buffer, to_ns),
                                  .edges = {true, false}};
    bool fits[2];

    return fit_part(habit, scan, edges, &part, noise, fits, ret);
}

/* The first quarter of the top still belongs to the way up: its end is rounded. */
bool fit_down(struct fit_habit *habit, const struct rep_scan *scan, const struct scan_edges *edges,
              const struct fit_noise *noise, struct fit_result *ret)
{
    int64_t from_ns = edges->top.t_ns + (edges->ecc.t_ns - edges->top.t_ns) / 4;
    const struct fit_part part = {
        .from = rep_buffer_find(scan->buffer, from_ns), .to = scan->to, .edges = {false, true}};
    bool fits[2];

    return fit_part(habit, scan, edges, &part, noise, fits, ret);
}
