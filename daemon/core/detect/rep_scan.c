/* SPDX-License-Identifier: MIT */
/* A rep's edges and figures; definitions in rep_scan.h. */
#include "daemon/core/detect/rep_scan.h"

#include "daemon/core/fixed.h"
#include "daemon/core/detect/live.h"
#include "daemon/core/detect/rep_even.h"
#include "daemon/core/detect/rep_spike.h"

#define PLATEAU_BINS  15 /* of 1 % of the peak, from 0.85 to 1.0 */
#define PLATEAU_CROWD 4
#define PEAK_BINS     100
#define SCAN_RANGE_MN 450000 /* CURL_AMP_MAX_MN and some more: what is beyond counts as so much */
#define SWAY_LEFT_PCT 38     /* sd of a mean over 0.22 s of sway, of the sample's: sqrt(0.0315 / 0.22), fit.h */

static int64_t at_ns(const struct rep_scan *scan, int i)
{
    return rep_buffer_at(scan->buffer, i)->t_ns;
}

int64_t rep_scan_at_mn(const struct rep_scan *scan, int i)
{
    if (scan->v != NULL)
        return scan->v[i];
    return fixed_force(rep_buffer_at(scan->buffer, i)->force_mn - scan->rest_mn);
}

/* Of what the shape is read from: a kick, a cough, a jump weigh no more than a rep can. */
static int64_t clipped_mn(const struct rep_scan *scan, int i)
{
    int64_t raw = rep_scan_at_mn(scan, i);

    return scan->clip_mn > 0 ? fixed_clamp(raw, -scan->clip_mn, scan->clip_mn) : raw;
}

static bool hole_before(const struct rep_scan *scan, int i)
{
    return at_ns(scan, i) - at_ns(scan, i - 1) > LIVE_GAP_NS;
}

void rep_scan_fill(struct rep_scan *scan, int64_t half_ns)
{
    int lo = scan->from, hi = scan->from;
    int64_t sum = 0;

    scan->half_ns = half_ns;
    for (int i = scan->from; i < scan->to; i++) {
        int64_t t_ns = at_ns(scan, i);
        while (hi < scan->to && at_ns(scan, hi) <= t_ns + half_ns)
            sum += clipped_mn(scan, hi++);
        while (at_ns(scan, lo) < t_ns - half_ns)
            sum -= clipped_mn(scan, lo++);
        scan->f[i] = (int32_t)fixed_div(sum, hi - lo);
    }
}

int64_t rep_scan_noise_mn(const struct rep_scan *scan, int from, int to)
{
    int64_t sum = 0;

    for (int i = from; i < to; i++)
        sum += fixed_abs(clipped_mn(scan, i) - scan->f[i]);
    return to > from ? sum * 5 / 4 / (to - from) : 0;
}

/* The samples of the PLATEAU_CROWD neighbouring bins that hold most of them. */
static int most_crowded(const int *bins)
{
    int best = 0, best_n = -1;

    for (int b = 0; b + PLATEAU_CROWD <= PLATEAU_BINS; b++) {
        int n = 0;
        for (int k = b; k < b + PLATEAU_CROWD; k++)
            n += bins[k];
        if (n >= best_n) {
            best = b;
            best_n = n;
        }
    }
    return best;
}

static int bin_of(int64_t f_mn, int64_t peak_mn)
{
    int64_t bin = (f_mn * 100 - peak_mn * (100 - PLATEAU_BINS)) / peak_mn;

    if (f_mn * 100 < peak_mn * (100 - PLATEAU_BINS) || f_mn > peak_mn)
        return -1;
    return (int)fixed_min(bin, PLATEAU_BINS - 1);
}

/*
 * The level that is reached for scan->peak_ns in all: a kick, a spike or a leg that is stopped is over sooner. Samples are
 * sorted into bins below the highest one, twice: a hundredth of the range, then a hundredth of that.
 */
static int64_t peak_mn(const struct rep_scan *scan, int from)
{
    int64_t top = 0, low = 0, span_ns = at_ns(scan, scan->to - 1) - at_ns(scan, from);
    int64_t least = span_ns > 0 ? fixed_max(1, (scan->to - 1 - from) * scan->peak_ns / span_ns) : 1;

    for (int i = from; i < scan->to; i++)
        top = fixed_max(top, scan->f[i]);
    for (int pass = 0; pass < 2 && scan->peak_ns > 0 && top > low + PEAK_BINS; pass++) {
        int bins[PEAK_BINS] = {0}, b = PEAK_BINS - 1;
        int64_t width = (top - low) / PEAK_BINS + 1, seen = 0;
        for (int i = from; i < scan->to; i++)
            if (scan->f[i] >= low)
                bins[fixed_min((scan->f[i] - low) / width, PEAK_BINS - 1)]++;
        for (; b > 0 && seen + bins[b] < least; b--)
            seen += bins[b];
        least -= seen;
        top = low + (b + 1) * width;
        low += b * width;
    }
    return top;
}

int64_t rep_scan_plateau_mn(const struct rep_scan *scan, int from)
{
    int bins[PLATEAU_BINS] = {0};
    int64_t sum = 0, n = 0;

    if (from >= scan->to)
        return 0;
    int64_t peak = peak_mn(scan, from);
    if (peak <= 0)
        return 0;
    for (int i = from; i < scan->to; i++)
        if (bin_of(scan->f[i], peak) >= 0)
            bins[bin_of(scan->f[i], peak)]++;
    int crowd = most_crowded(bins);
    for (int i = from; i < scan->to; i++) {
        int bin = bin_of(scan->f[i], peak);
        if (bin >= crowd && bin < crowd + PLATEAU_CROWD) {
            sum += scan->f[i];
            n++;
        }
    }
    return n > 0 ? fixed_div(sum, n) : 0;
}

static int64_t amp_mn(const struct rep_scan *scan, int reached)
{
    return scan->amp_mn > 0 ? scan->amp_mn : rep_scan_plateau_mn(scan, reached);
}

/* The crossing of level between samples i - 1 and i; i is the first on the far side. */
static struct scan_crossing crossing(const struct rep_scan *scan, int i, int64_t level)
{
    struct scan_crossing cross = {.index = i, .t_ns = at_ns(scan, i), .sd_ns = ABSENT};

    if (i <= scan->from || hole_before(scan, i) || (scan->f[i - 1] < level) == (scan->f[i] < level))
        return cross;
    cross.known = true;
    cross.t_ns = fixed_cross_ns(at_ns(scan, i - 1), scan->f[i - 1], at_ns(scan, i), scan->f[i], level);
    return cross;
}

static int first_reaching(const struct rep_scan *scan, int i, int64_t level)
{
    while (i < scan->to && scan->f[i] < level)
        i++;
    return i;
}

/* The end of ecc; where F never falls below low, its lowest sample, not known. */
static struct scan_crossing find_end(const struct rep_scan *scan, int i, int64_t low)
{
    int lowest = i;

    for (; i < scan->to; i++) {
        if (scan->f[i] < low) {
            struct scan_crossing end = crossing(scan, i, low);
            if (!end.known)
                end.t_ns = at_ns(scan, i - 1); /* the last that is known to be inside */
            return end;
        }
        if (scan->f[i] < scan->f[lowest])
            lowest = i;
    }
    return (struct scan_crossing){.index = lowest, .t_ns = at_ns(scan, lowest), .sd_ns = ABSENT};
}

/* The four crossings about sample mid, which lies at A/2 on the way up. */
static bool read_edges(const struct rep_scan *scan, int mid, int64_t low, int64_t high, struct scan_edges *ret)
{
    int begin = mid, last = scan->to - 1;
    int top = first_reaching(scan, mid, high);

    if (top >= scan->to)
        return false;
    while (begin > scan->from && scan->f[begin - 1] >= low)
        begin--;
    while (scan->f[last] < high)
        last--;
    if (last + 1 >= scan->to)
        return false;
    ret->con = crossing(scan, begin, low);
    ret->top = crossing(scan, top, high);
    ret->ecc = crossing(scan, last + 1, high);
    ret->end = find_end(scan, last + 1, low);
    ret->ended = scan->f[ret->end.index] < low;
    return true;
}

static int64_t half_way_ns(const struct scan_crossing *a, const struct scan_crossing *b)
{
    return fixed_abs(b->t_ns - a->t_ns) / 2;
}

/*
 * How far the crossings move when the levels do: by sd_mn each way, but not down to the rest level or up to A. Where a
 * crossing lies within the converter's mean over four periods is known to a period or so.
 */
static void spread(const struct rep_scan *scan, int mid, struct scan_edges *edges)
{
    int64_t low = edges->amp_mn / 10, high = edges->amp_mn - low, by = fixed_min(scan->sd_mn, low * 9 / 10);
    int64_t period_ns = scan->to - scan->from < 2
                            ? 0
                            : (at_ns(scan, scan->to - 1) - at_ns(scan, scan->from)) / (scan->to - scan->from - 1);
    struct scan_edges below, above;

    if (scan->sd_mn <= 0 || !read_edges(scan, mid, low - by, high - by, &below))
        return;
    if (!read_edges(scan, mid, low + by, high + by, &above))
        return;
    edges->con.sd_ns = fixed_root_of_squares(half_way_ns(&below.con, &above.con) * scan->sd_mn / by, period_ns);
    edges->top.sd_ns = fixed_root_of_squares(half_way_ns(&below.top, &above.top) * scan->sd_mn / by, period_ns);
    edges->ecc.sd_ns = fixed_root_of_squares(half_way_ns(&below.ecc, &above.ecc) * scan->sd_mn / by, period_ns);
    edges->end.sd_ns = fixed_root_of_squares(half_way_ns(&below.end, &above.end) * scan->sd_mn / by, period_ns);
}

bool rep_scan_edges(const struct rep_scan *scan, int reached, struct scan_edges *ret)
{
    int64_t amp = amp_mn(scan, reached);
    int mid = first_reaching(scan, reached, amp / 2);

    if (amp <= 0 || mid >= scan->to)
        return false;
    while (mid > scan->from && scan->f[mid - 1] >= amp / 2)
        mid--; /* `reached` can lie on top already */
    *ret = (struct scan_edges){.amp_mn = amp};
    if (!read_edges(scan, mid, amp / 10, amp - amp / 10, ret))
        return false;
    spread(scan, mid, ret);
    return true;
}

void rep_scan_clear(struct rep_scan *scan, int reached, int64_t noise_mn, int32_t *v)
{
    struct rep_scan medians = *scan;

    rep_spike_medians(scan->buffer, scan->from, scan->to, scan->rest_mn, SCAN_RANGE_MN, v);
    medians.f = v;
    int64_t amp = rep_scan_plateau_mn(&medians, reached);
    rep_spike_clear(scan->buffer, scan->from, scan->to, scan->rest_mn, amp / 2 + 3 * noise_mn, v);
    scan->v = v;
}

/* Noise is high: edges of slow movements are read again with twice the smoothing, which would blur fast ones. */
static bool smooth_slow(struct rep_scan *scan, int reached, struct scan_edges *edges)
{
    struct scan_edges first = *edges;
    int64_t noise_mn = edges->noise_mn;
    bool slow_con = first.top.t_ns - first.con.t_ns >= SCAN_SLOW_NS;
    bool slow_ecc = first.end.t_ns - first.ecc.t_ns >= SCAN_SLOW_NS;

    if (!slow_con && !slow_ecc)
        return true;
    rep_scan_fill(scan, 2 * SCAN_SMOOTH_NS);
    if (!rep_scan_edges(scan, reached, edges))
        return false;
    edges->noise_mn = noise_mn;
    if (!slow_con) {
        edges->con = first.con;
        edges->top = first.top;
    }
    if (!slow_ecc) {
        edges->ecc = first.ecc;
        edges->end = first.end;
        edges->ended = first.ended;
    }
    if (edges->con.t_ns > edges->top.t_ns || edges->top.t_ns > edges->ecc.t_ns || edges->ecc.t_ns > edges->end.t_ns)
        *edges = first; /* two readings that do not fit together */
    return true;
}

bool rep_scan_read(struct rep_scan *scan, int reached, int64_t noise_mn, struct scan_edges *ret)
{
    rep_scan_fill(scan, SCAN_SMOOTH_NS);
    int64_t noise = scan->amp_mn > 0 ? noise_mn : rep_scan_noise_mn(scan, reached, scan->to);
    int64_t amp = amp_mn(scan, reached);

    if (amp < SCAN_SIGMAS * noise && (scan->like_mn == 0 || amp < scan->like_mn || amp * 2 < SCAN_LIKE_HALVES * noise))
        return false;
    int64_t sigma = fixed_max(noise, noise_mn);
    scan->sd_mn =
        fixed_sqrt(scan->rest_sd_mn * scan->rest_sd_mn + (sigma * SWAY_LEFT_PCT / 100) * (sigma * SWAY_LEFT_PCT / 100));
    /* About fast edges the mean itself leaves up to 4 % of A: half of the noise found there may be that. */
    if (noise_mn * SCAN_CLEAR_PART < amp && noise * SCAN_CLEAR_PART / 2 < amp)
        rep_scan_fill(scan, 0);
    if (!rep_scan_edges(scan, reached, ret))
        return false;
    ret->noise_mn = noise;
    return noise * SCAN_LOUD_PART < amp || smooth_slow(scan, reached, ret);
}

bool rep_scan_hole(const struct rep_scan *scan, int64_t from_ns, int64_t to_ns)
{
    int i = rep_buffer_find(scan->buffer, from_ns);

    for (i = i > 0 ? i : 1; i < scan->buffer->n && at_ns(scan, i - 1) < to_ns; i++)
        if (hole_before(scan, i))
            return true;
    return false;
}

bool rep_scan_slow(const struct rep_scan *scan)
{
    return scan->to > scan->from &&
           at_ns(scan, scan->to - 1) - at_ns(scan, scan->from) > (scan->to - 1 - scan->from) * SCAN_FAR_NS;
}

static void set_phase(struct rep_data *rep, enum phase phase, const struct scan_crossing *a,
                      const struct scan_crossing *b)
{
    rep->phases[phase] = (struct phase_time){
        .src = SRC_NONE, .sd_ns = ABSENT, .move_ns = ABSENT, .target_ns = ABSENT, .in_tolerance = -1};
    if (a == NULL || !a->known || !b->known)
        return;
    rep->phases[phase].src = SRC_LOAD;
    rep->phases[phase].dur_ns = b->t_ns - a->t_ns;
    if (a->sd_ns != ABSENT && b->sd_ns != ABSENT)
        rep->phases[phase].sd_ns = fixed_root_of_squares(a->sd_ns, b->sd_ns);
}

/* Sums from the start of con to the end of ecc; a hole in between leaves tut, mean and impulse unknown. */
static void sum_up(const struct rep_scan *scan, const struct scan_edges *edges, struct rep_data *ret)
{
    int64_t low = edges->amp_mn / 10, integral = 0, tut = 0, peak = 0;
    int64_t dur = ret->end_ns - ret->start_ns;

    for (int i = edges->con.index; i < edges->end.index; i++)
        peak = fixed_max(peak, rep_scan_at_mn(scan, i));
    ret->peak_mn = peak;
    ret->tut_ns = ret->mean_mn = ret->impulse_mns = ABSENT;
    if (!edges->con.known || !edges->end.known || (ret->flags & FLAG_GAP) || dur <= 0)
        return;
    int64_t t0 = ret->start_ns, f0 = low;
    for (int i = edges->con.index; i <= edges->end.index; i++) {
        bool last = i == edges->end.index;
        int64_t t1 = last ? ret->end_ns : at_ns(scan, i), f1 = last ? low : scan->f[i];
        integral += (f0 + f1) * (t1 - t0) / 2;
        tut += fixed_above_ns(f0, f1, t1 - t0, low);
        t0 = t1;
        f0 = f1;
    }
    ret->tut_ns = tut;
    ret->mean_mn = fixed_div(integral, dur);
    ret->impulse_mns = fixed_div(integral, NS_PER_S);
}

void rep_scan_figures(const struct rep_scan *scan, const struct scan_edges *edges, struct rep_data *ret)
{
    ret->start_ns = edges->con.t_ns;
    ret->end_ns = edges->end.t_ns;
    ret->flags = rep_scan_hole(scan, ret->start_ns, ret->end_ns) ? FLAG_GAP : 0;
    set_phase(ret, PHASE_CON, &edges->con, &edges->top);
    set_phase(ret, PHASE_TOP, &edges->top, &edges->ecc);
    set_phase(ret, PHASE_ECC, &edges->ecc, &edges->end);
    set_phase(ret, PHASE_BOTTOM, NULL, NULL);
    ret->flags |= rep_even_flags(scan, edges);
    sum_up(scan, edges, ret);
}
