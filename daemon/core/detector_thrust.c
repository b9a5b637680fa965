/* SPDX-License-Identifier: MIT */
/* Hip thrust; detector_thrust.h has the rules. */
#include "daemon/core/detector_thrust.h"

#include <math.h>

#include "daemon/core/fixed.h"

#define MEAN_NS        (150 * NS_PER_MS)
#define NOISE_PART     10               /* of R: more noise than that is smoothed in the live stream */
#define SD_MIN_NS      (30 * NS_PER_MS) /* two samples at 80 SPS: no fit is better than that */
#define SHAPE_SD_SHARE 0.12 /* of a fitted movement: how far its unknown shape moves a crossing, see set_phase() */

static void thrust_begin(void *self, const struct detector_setup *setup)
{
    static const struct pelvis_rules rules = {.rest_pct = THRUST_REST_PCT, .lifted_pct = THRUST_LIFTED_PCT};
    struct thrust_detector *thrust = self;

    pelvis_begin(&thrust->pelvis, setup, &rules);
    thrust->levels = thrust->rises = (struct pelvis_median){0};
    thrust->mean = (struct live_mean){0};
    live_phase_begin(&thrust->phase);
}

/* ---- the second look ---- */

static int64_t mn_of(double n)
{
    return (int64_t)floor(n * 1000.0 + 0.5);
}

static int64_t ns_of_s(double s)
{
    return (int64_t)floor(s * 1e9 + 0.5);
}

/* One side: the way up (dir +1, from lift-off) or the way down (dir -1, from touch-down, backwards in time). */
struct way {
    const struct rep_scan *scan;
    int dir;
    int edge;                /* index of the outermost sample */
    int64_t edge_ns;         /* lift-off or touch-down */
    int64_t low_ns, high_ns; /* crossings of 10 and 90 % */
    struct rise_fit fit;
};

static int64_t at_ns(const struct rep_scan *scan, int i)
{
    return rep_buffer_at(scan->buffer, i)->t_ns;
}

static bool inside(const struct rep_scan *scan, int i)
{
    return i >= scan->from && i < scan->to;
}

static int reaching(const struct way *way, int i, int64_t level)
{
    while (inside(way->scan, i) && way->scan->f[i] < level)
        i += way->dir;
    return i;
}

/* Where the sample i is the first of at least level, from outside. */
static int64_t crossed_ns(const struct way *way, int i, int64_t level)
{
    const struct rep_scan *scan = way->scan;
    int outer = i - way->dir;

    if (!inside(scan, outer) || scan->f[outer] >= level)
        return at_ns(scan, i);
    return fixed_cross_ns(at_ns(scan, outer), scan->f[outer], at_ns(scan, i), scan->f[i], level);
}

/* From the middle outwards to 10 %, inwards to 90 %: noise near the ends of the movement does not come first. */
static bool find_crossings(struct way *way)
{
    const struct rep_scan *scan = way->scan;
    int64_t level = mn_of(way->fit.level_n), rise = mn_of(way->fit.rise_n);
    int middle = reaching(way, way->edge, level + rise / 2);
    int high = reaching(way, middle, level + rise * 9 / 10), low = middle;

    if (!inside(scan, high))
        return false;
    while (inside(scan, low - way->dir) && scan->f[low - way->dir] >= level + rise / 10)
        low -= way->dir;
    way->low_ns = crossed_ns(way, low, level + rise / 10);
    way->high_ns = crossed_ns(way, high, level + rise * 9 / 10);
    return true;
}

/* Between the first and the last time that f is near its plateau. */
static int64_t middle_ns(const struct rep_scan *scan, int64_t level, int64_t amp)
{
    int64_t high = level + (amp - level) * 9 / 10;
    int first = scan->from, last = scan->to - 1;

    while (first < last && scan->f[first] < high)
        first++;
    while (last > first && scan->f[last] < high)
        last--;
    return at_ns(scan, first) + (at_ns(scan, last) - at_ns(scan, first)) / 2;
}

static bool fit_way(struct thrust_detector *thrust, struct way *way, int64_t mid_ns)
{
    return rise_bins_fill(&thrust->bins, way->scan, way->edge_ns, mid_ns) && rise_fit(&thrust->bins, &way->fit);
}

/*
 * Crossings only. With the moments of trunk, thighs and shanks about the shoulders the load flattens towards the top, so
 * where a movement ends is not in the signal (simulated patient: median error of a fitted 3 s movement 0.46 s), and
 * move_s is left out. The same uncertainty of shape, a share of the fitted movement, is in the crossings' sd.
 */
static void set_phase(struct phase_time *time, int64_t dur_ns, double sd_s)
{
    *time = (struct phase_time){.src = SRC_MODEL,
                                .dur_ns = fixed_max(0, dur_ns),
                                .sd_ns = fixed_max(SD_MIN_NS, ns_of_s(sd_s)),
                                .move_ns = ABSENT};
}

static double crossing_var(const struct way *way)
{
    double shape_s = SHAPE_SD_SHARE * way->fit.move_s;

    return way->fit.move_sd_s * way->fit.move_sd_s + shape_s * shape_s;
}

static void fill_phases(const struct way *up, const struct way *down, struct rep_data *rep)
{
    double up_var = crossing_var(up), down_var = crossing_var(down);

    set_phase(&rep->phases[PHASE_CON], up->high_ns - up->low_ns, sqrt(up_var));
    set_phase(&rep->phases[PHASE_TOP], down->high_ns - up->high_ns, sqrt(up_var + down_var));
    set_phase(&rep->phases[PHASE_ECC], down->low_ns - down->high_ns, sqrt(down_var));
}

static void learn(struct thrust_detector *thrust, const struct way *up, const struct way *down, struct rep_data *rep)
{
    int64_t rise = mn_of(up->fit.rise_n > down->fit.rise_n ? up->fit.rise_n : down->fit.rise_n),
            usual = pelvis_median(&thrust->rises);

    if (usual != ABSENT && rise * 100 < usual * THRUST_FULL_PCT) {
        rep->outcome = REP_PARTIAL;
        return;
    }
    pelvis_median_add(&thrust->rises, rise);
    pelvis_median_add(&thrust->levels, mn_of((up->fit.level_n + down->fit.level_n) / 2.0));
}

static void look_inside(struct thrust_detector *thrust, struct rep_data *rep)
{
    struct pelvis *pelvis = &thrust->pelvis;
    const struct pelvis_edges *edges = &pelvis->edges;
    struct rep_scan scan = {.buffer = &pelvis->buffer,
                            .rest_mn = pelvis->rest_mn,
                            .f = pelvis->f,
                            .from = edges->off.index,
                            .to = edges->down.index + 1};
    struct way up = {.scan = &scan, .dir = 1, .edge = scan.from, .edge_ns = edges->off.t_ns};
    struct way down = {.scan = &scan, .dir = -1, .edge = scan.to - 1, .edge_ns = edges->down.t_ns};

    if (rep->outcome != REP_FULL || (rep->flags & FLAG_GAP))
        return;
    rep_scan_fill(&scan, SCAN_SMOOTH_NS);
    int64_t level = fixed_min(edges->off.level_mn, edges->down.level_mn);
    int64_t mid_ns = middle_ns(&scan, level, rep_scan_plateau_mn(&scan, scan.from));
    rep_scan_fill(&scan, 0);
    if (!fit_way(thrust, &up, mid_ns) || !fit_way(thrust, &down, mid_ns))
        return;
    if (edges->noise_mn * NOISE_PART > mn_of(up.fit.rise_n) / 2)
        rep_scan_fill(&scan, SCAN_SMOOTH_NS);
    if (!find_crossings(&up) || !find_crossings(&down) || up.high_ns > down.high_ns)
        return;
    fill_phases(&up, &down, rep);
    learn(thrust, &up, &down, rep);
}

/* ---- live ---- */

/* Height above the usual level at lift-off; nothing is told before the first rep has shown it. */
static int live_marks(struct thrust_detector *thrust, int64_t t_ns, struct mark *mark)
{
    const struct pelvis *pelvis = &thrust->pelvis;
    int64_t rise = pelvis_median(&thrust->rises), level = pelvis_median(&thrust->levels);
    struct sample above = {.t_ns = t_ns};

    if (rise == ABSENT || pelvis->state == PELVIS_STATE_LEVEL || pelvis->state == PELVIS_STATE_LOST)
        return 0;
    above.force_mn = (int32_t)fixed_force(pelvis_u_mn(pelvis) - level);
    int64_t height = live_mean(&thrust->mean, &above, pelvis->noise_mn * NOISE_PART > rise ? MEAN_NS : 0);
    if (!live_phase(&thrust->phase, t_ns, height, rise, rise / 10))
        return 0;
    *mark = (struct mark){.kind = MARK_PHASE, .t_ns = t_ns, .phase = thrust->phase.phase};
    return 1;
}

static int thrust_step(void *self, const struct sample *sample, struct mark *marks)
{
    struct thrust_detector *thrust = self;
    int n = pelvis_step(&thrust->pelvis, sample, marks);

    for (int i = 0; i < n; i++)
        if (marks[i].kind == MARK_REP)
            look_inside(thrust, &marks[i].rep);
    return n + live_marks(thrust, sample->t_ns, marks + n);
}

static int64_t thrust_ref_amp_mn(const void *self)
{
    const struct thrust_detector *thrust = self;

    return pelvis_amp_mn(&thrust->pelvis);
}

const struct detector_ops thrust_detector_ops = {
    .name = "thrust",
    .begin = thrust_begin,
    .step = thrust_step,
    .ref_amp_mn = thrust_ref_amp_mn,
};
