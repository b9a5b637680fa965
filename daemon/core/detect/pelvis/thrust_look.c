/* SPDX-License-Identifier: MIT */
/* The second look at a thrust; thrust_look.h and detector_thrust.h have the rules. */
#include "daemon/core/detect/pelvis/thrust_look.h"

#include <math.h>

#include "daemon/core/fixed.h"

#define TOP_SD_SHARE 0.5      /* inner ends of movements are better known than outer ones: pre-tension hides those */
#define STOPPED_SD   0.3      /* of the crossing time, see read_crossings() */
#define TWO_TOPS_NS  NS_PER_S /* so long below 90 %, and there again: swinging of quick hips ends in half of it */
#define STRANGE_PCT  15       /* of the rise: fit and load may differ by on top */
#define CUT_S        0.1      /* two bins */
#define ROUNDS       2
#define MOST_BINS    100
#define MOST_NS      (300 * NS_PER_MS) /* smoothed, a kick of 50 ms takes 0.27 s */
/*
 * What a hand or a knock does to the times, as a share of them, for a share of the rise: what the fit leaves over, and how
 * far the levels at lift-off and touch-down lie apart. On simulated fingers, coughs and kicks 70-97 % lie within one sd.
 */
#define LEFT_SD     7.0
#define LEFT_PLAIN  0.010 /* without any of them, swaying */
#define APART_SD    3.0
#define APART_PLAIN 0.03
#define APART_SWAY  2.5  /* of the noise, without a hand */
#define APART_LEAN  0.18 /* half of the time is sd: nothing is told of the inside, it was a hand */
#define QUICK_S     1.2  /* quicker hips leave no level to be seen at lift-off */
#define RESTS_PCT   5    /* of A: 160 ms after 0.3 A the last of a slow unloading is still there */
#define SIGMA       1.48 /* of a median distance */
#define LOW_SIGMAS  3.0  /* a hand makes no partial of a full one */
#define PPM         1e6
#define RISE_SIGMAS 5
#define RISE_LEAST  0.024 /* of A, which is 21 % of body weight: 0.5 % of that, what the hips shifting sideways does */
#define SURE        2     /* reps after which what they had is what is usual */

static int64_t mn_of(double n)
{
    return (int64_t)floor(n * 1000.0 + 0.5);
}

static int64_t ns_of_s(double s)
{
    return (int64_t)floor(s * 1e9 + 0.5);
}

static int64_t at_ns(const struct rep_scan *scan, int i)
{
    return rep_buffer_at(scan->buffer, i)->t_ns;
}

/* What is reached for MOST_NS in all, to a hundredth: a knock on the box is shorter. */
static int64_t most_mn(const struct rep_scan *scan, int64_t level)
{
    int bins[MOST_BINS] = {0}, n = 0, at = MOST_BINS;
    int64_t peak = 0, dur_ns = at_ns(scan, scan->to - 1) - at_ns(scan, scan->from);

    for (int i = scan->from; i < scan->to; i++)
        peak = fixed_max(peak, scan->f[i]);
    if (peak <= level || dur_ns <= 0)
        return peak;
    for (int i = scan->from; i < scan->to; i++)
        bins[fixed_clamp((scan->f[i] - level) * MOST_BINS / (peak - level), 0, MOST_BINS - 1)]++;
    while (at > 1 && n * dur_ns < MOST_NS * (scan->to - scan->from))
        n += bins[--at];
    return level + (peak - level) * at / MOST_BINS + (peak - level) / MOST_BINS / 2;
}

/* The first and the last time that f is near the most that it rises to above the level at the edges. */
static void find_top(const struct rep_scan *scan, int64_t level, int64_t most, int *ret_first, int *ret_last)
{
    int64_t high = level + (most - level) * 9 / 10;
    int first = scan->from, last = scan->to - 1;

    while (first < last && scan->f[first] < high)
        first++;
    while (last > first && scan->f[last] < high)
        last--;
    *ret_first = first;
    *ret_last = last;
}

static int64_t middle_ns(const struct rep_scan *scan, int64_t level, int64_t most)
{
    int first, last;

    find_top(scan, level, most, &first, &last);
    return at_ns(scan, first) + (at_ns(scan, last) - at_ns(scan, first)) / 2;
}

/* The two ways: [0] up, from lift-off, [1] down, from touch-down, backwards in time. */
struct ways {
    const struct rep_scan *scan;
    int64_t edge_ns[2];
    double noise_n;            /* sd of the load about its means */
    double least_n;            /* less is no rise of the hips */
    double after_apart_n;      /* of the load at rest before and after, 0: the feet leave, or means tell of the fall */
    double rests_apart_n;      /* of the load at rest, before and after */
    int64_t level_mn, most_mn; /* of the load, smoothed: at the edges, on top */
    bool two_tops;             /* which of them was the top is not told */
    bool cut[2];               /* the movement may go on to where it was looked for */
    struct rise_rough rough[2];
    struct rise_fit fit[2];
    struct rise_side side[2];
};

static bool look_ways(struct thrust_detector *thrust, struct ways *ways, int64_t mid_ns)
{
    for (int i = 0; i < 2; i++) {
        if (!rise_bins_fill(&thrust->bins, ways->scan, ways->edge_ns[i], mid_ns) ||
            !rise_rough(&thrust->habit, i == 1, &thrust->bins, &ways->rough[i]))
            return false;
        ways->cut[i] = rise_rough_most_s(&ways->rough[i], &thrust->bins) > thrust->bins.t_s[thrust->bins.n - 1] - CUT_S;
    }
    return true;
}

static bool fit_ways(struct thrust_detector *thrust, struct ways *ways, int64_t mid_ns)
{
    for (int i = 0; i < 2; i++)
        if (!rise_bins_fill(&thrust->bins, ways->scan, ways->edge_ns[i], mid_ns) ||
            !rise_fit(&thrust->habit, i == 1, &thrust->bins, &ways->rough[i], &ways->fit[i]))
            return false;
    return true;
}

/* The middle of the plateau lies inside the slower movement when the two differ much: then it moves away from that. */
static bool fit_both(struct thrust_detector *thrust, struct ways *ways, int64_t mid_ns)
{
    if (!look_ways(thrust, ways, mid_ns))
        return false;
    for (int round = 0; round < ROUNDS && ways->cut[0] != ways->cut[1]; round++) {
        int other = ways->cut[0] ? 1 : 0;
        int64_t end_ns = ns_of_s(rise_rough_end_s(&ways->rough[other]) + CUT_S);
        mid_ns = ways->edge_ns[other] + (other == 0 ? end_ns : -end_ns);
        if (!look_ways(thrust, ways, mid_ns))
            return false;
    }
    return fit_ways(thrust, ways, mid_ns);
}

/* No curve of the family: the movement stopped on its way, or what was taken for the top is not. */
static bool strange(const struct ways *ways, const struct rise_side *side)
{
    int64_t off = mn_of(side->level_n + side->rise_n) - ways->most_mn;

    return side->misfit > RISE_MISFIT || fixed_abs(off) * 100 > (ways->most_mn - ways->level_mn) * STRANGE_PCT;
}

/* How long the load lies below `high` between the two samples: the hips were down in the meantime. */
static int64_t below_ns(const struct rep_scan *scan, int from, int to, int64_t high)
{
    int64_t sum_ns = 0;

    for (int i = from + 1; i <= to; i++)
        sum_ns += scan->f[i] < high ? at_ns(scan, i) - at_ns(scan, i - 1) : 0;
    return sum_ns;
}

/*
 * Its crossings are those of the load itself, of 10 % first, of 90 % last before the middle of the plateau; where the
 * load is down in the middle, the outermost of 90 %; down for long, it had two tops, and what lies between them is not told.
 */
static void read_crossings(struct ways *ways, int i, int64_t mid_ns)
{
    const struct rep_scan *scan = ways->scan;
    struct rise_side *side = &ways->side[i];
    int dir = i == 0 ? 1 : -1, low = i == 0 ? scan->from : scan->to - 1;
    int high = rep_buffer_find(scan->buffer, mid_ns), outer[2];
    int64_t rise = ways->most_mn - ways->level_mn;

    find_top(scan, ways->level_mn, ways->most_mn, &outer[0], &outer[1]);
    if (scan->f[high] < ways->level_mn + rise * 9 / 10) {
        high = outer[i];
        ways->two_tops = below_ns(scan, outer[0], outer[1], ways->level_mn + rise * 9 / 10) > TWO_TOPS_NS;
    }
    while (low != high && scan->f[low] < ways->level_mn + rise / 10)
        low += dir;
    while (high != low && scan->f[high - dir] >= ways->level_mn + rise * 9 / 10)
        high -= dir;
    side->low_s = (double)fixed_abs(at_ns(scan, low) - ways->edge_ns[i]) / 1e9;
    side->high_s = (double)fixed_abs(at_ns(scan, high) - ways->edge_ns[i]) / 1e9;
    side->cross_sd_s = RISE_SD_MIN_S + STOPPED_SD * (side->high_s - side->low_s);
    side->top_sd_s = 0.0;
    side->credible = false;
    side->stopped = true;
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

static double beyond(double share, double plain)
{
    return share > plain ? sqrt(share * share - plain * plain) : 0.0;
}

/* The load at lift-off and at touch-down, told apart from the movements: what stops on its way, or is quick, hides it. */
static bool level_told(const struct rise_side *side)
{
    return side->misfit <= RISE_MISFIT && side->end_s - side->begin_s >= QUICK_S;
}

/*
 * The hips are where they were when the pelvis comes down, so the load is: unless a hand takes now more, now less of it.
 * Where the fits do not tell that level, so is the load at rest before this rep and before the last one. This rep's and,
 * for what its own cannot tell, that of the last five; as a share of the rise.
 */
static double levels_apart(struct thrust_detector *thrust, const struct ways *ways)
{
    const struct rise_side *up = &ways->side[0], *down = &ways->side[1];
    double rise_n = up->rise_n > down->rise_n ? up->rise_n : down->rise_n;
    bool told = level_told(up) && level_told(down), stopped = up->stopped || down->stopped;
    double rests_n = stopped ? larger(ways->after_apart_n, ways->rests_apart_n) : ways->rests_apart_n;
    double apart = fabs(told ? up->level_n - down->level_n : rests_n) / rise_n;

    pelvis_median_add(&thrust->apart, ns_of_s((apart < 1.0 ? apart : 1.0) * PPM / 1e9));
    double usual = SIGMA * (double)pelvis_median(&thrust->apart) / PPM;
    return beyond(sqrt((apart * apart + usual * usual) / 2.0),
                  larger(APART_PLAIN, APART_SWAY * ways->noise_n / rise_n));
}

/* More sd for what is no movement of the hips; what then is no longer known well enough is not credible. */
static void doubt(struct rise_side *side, double apart)
{
    double left = LEFT_SD * beyond(side->misfit, LEFT_PLAIN), share = APART_SD * apart;
    double more = larger(side->stopped ? 0.0 : left, share), move_s = side->end_s - side->begin_s;

    side->credible = side->credible && share <= RISE_SD_PART;
    side->cross_sd_s = larger(side->cross_sd_s, more * (side->high_s - side->low_s));
    side->move_sd_s = larger(side->move_sd_s, more * move_s);
}

/* No top is left between the two ways: where the hips hardly rest there, the curves of the fit run into each other. */
static bool overlap(const struct ways *ways)
{
    return ways->edge_ns[1] - ways->edge_ns[0] < ns_of_s(ways->side[0].high_s + ways->side[1].high_s) + PHASE_LEAST_NS;
}

static void set_phase(struct phase_time *time, double dur_s, double sd_s)
{
    *time = (struct phase_time){.src = SRC_MODEL,
                                .dur_ns = ns_of_s(dur_s),
                                .sd_ns = ns_of_s(sd_s),
                                .move_ns = ABSENT,
                                .target_ns = ABSENT,
                                .in_tolerance = -1};
}

/* A pause no longer than its own sd is not told from none. */
static void set_move(struct phase_time *time, double move_s, double sd_s)
{
    if (move_s <= sd_s)
        return;
    time->move_ns = ns_of_s(move_s);
    time->sd_ns = ns_of_s(sd_s);
}

static double top_sd_s(const struct ways *ways, double up_sd_s, double down_sd_s)
{
    const struct rise_side *up = &ways->side[0], *down = &ways->side[1];
    double share = up->stopped || down->stopped ? 1.0 : TOP_SD_SHARE;
    double which_s = sqrt(up->top_sd_s * up->top_sd_s + down->top_sd_s * down->top_sd_s);

    return larger(share * sqrt(up_sd_s * up_sd_s + down_sd_s * down_sd_s), which_s);
}

static void fill_phases(const struct ways *ways, struct rep_data *rep)
{
    const struct rise_side *up = &ways->side[0], *down = &ways->side[1];
    double edges_s = (double)(ways->edge_ns[1] - ways->edge_ns[0]) / 1e9;

    if (!ways->two_tops || !up->stopped)
        set_phase(&rep->phases[PHASE_CON], up->high_s - up->low_s, up->cross_sd_s);
    if (!ways->two_tops)
        set_phase(&rep->phases[PHASE_TOP], edges_s - up->high_s - down->high_s,
                  top_sd_s(ways, up->cross_sd_s, down->cross_sd_s));
    if (!ways->two_tops || !down->stopped)
        set_phase(&rep->phases[PHASE_ECC], down->high_s - down->low_s, down->cross_sd_s);
    if (up->credible)
        set_move(&rep->phases[PHASE_CON], up->end_s - up->begin_s, larger(up->move_sd_s, up->top_sd_s));
    if (down->credible)
        set_move(&rep->phases[PHASE_ECC], down->end_s - down->begin_s, larger(down->move_sd_s, down->top_sd_s));
    if (up->credible && down->credible)
        set_move(&rep->phases[PHASE_TOP], edges_s - up->end_s - down->end_s,
                 top_sd_s(ways, up->move_sd_s, down->move_sd_s));
}

/* The hips rose, by what the load shows and by the fit: of what noise alone makes of a level plateau nothing is told. */
static bool rises(const struct ways *ways)
{
    double fitted_n = larger(ways->side[0].rise_n, ways->side[1].rise_n);

    return fitted_n >= ways->least_n && (double)(ways->most_mn - ways->level_mn) / 1000.0 >= ways->least_n;
}

/*
 * What a hand does to the load, as a share of the rise, in a rep that may be a low one: by the load at rest around it and by
 * what was usual. Its own fits lay the levels at lift-off and touch-down apart, as hips that turn round early are on no curve.
 */
static double hand_share(const struct thrust_detector *thrust, const struct ways *ways, double rise_n, double apart)
{
    double rests = larger(ways->after_apart_n, ways->rests_apart_n) / rise_n;
    double usual = SIGMA * (double)pelvis_median_low(&thrust->apart) / PPM;
    double share = beyond(larger(rests, usual), APART_PLAIN);

    return share < apart ? share : apart;
}

/*
 * Lower than usual, beyond what a hand explains: the load on top, by itself and above that at rest, which alone would follow
 * a shifted foot, and the rise: the fitted one, or where hips that turn round below the top follow no curve what the load
 * shows of it, which 10 SPS (400 ms of averaging) hide.
 */
static bool stays_low(const struct thrust_detector *thrust, const struct ways *ways, int64_t rise, double apart)
{
    /* Of two the lesser: where one way is short it comes out too high. */
    int64_t usual = pelvis_median_low(&thrust->rises), shown = ways->most_mn - ways->level_mn;

    if (thrust->rises.n < SURE)
        return false;
    double hand = hand_share(thrust, ways, (double)usual / 1000.0, apart);
    int64_t sure = usual - mn_of(LOW_SIGMAS * hand * (double)usual / 1000.0);
    int64_t least = fixed_min(usual * THRUST_FULL_PCT / 100, sure);
    bool low_rise = rise < least || (!thrust->pelvis.input.slow && shown < least);
    int64_t top = pelvis_median_low(&thrust->tops) - ways->most_mn;
    int64_t above_rest = pelvis_median_low(&thrust->lifts) - (ways->most_mn - thrust->pelvis.before_mn);
    return low_rise && fixed_min(top, above_rest) > usual - least;
}

static void learn(struct thrust_detector *thrust, const struct ways *ways, double apart, struct rep_data *rep)
{
    const struct rise_side *up = &ways->side[0], *down = &ways->side[1];
    int64_t rise = mn_of(up->rise_n > down->rise_n ? up->rise_n : down->rise_n);

    if (stays_low(thrust, ways, rise, apart)) {
        rep->outcome = REP_PARTIAL;
        for (int i = PHASE_CON; i <= PHASE_ECC; i++)
            rep->phases[i].move_ns = ABSENT; /* hips that turn round below the top follow another curve */
        return;
    }
    if (!rises(ways))
        return; /* nothing to judge the next ones by */
    pelvis_median_add(&thrust->rises, rise);
    pelvis_median_add(&thrust->levels, mn_of((up->level_n + down->level_n) / 2.0));
    pelvis_median_add(&thrust->tops, ways->most_mn);
    pelvis_median_add(&thrust->lifts, ways->most_mn - thrust->pelvis.before_mn);
}

void thrust_look(struct thrust_detector *thrust, struct rep_data *rep)
{
    struct pelvis *pelvis = &thrust->pelvis;
    const struct pelvis_edges *edges = &pelvis->edges;
    struct rep_scan scan = {.buffer = &pelvis->buffer,
                            .rest_mn = pelvis->scan_rest_mn,
                            .f = pelvis->f,
                            .from = edges->off.index,
                            .to = edges->down.index + 1};
    int64_t apart = thrust->before_mn == ABSENT ? 0 : fixed_abs(pelvis->before_mn - thrust->before_mn);
    int64_t after = fixed_abs(pelvis->after_mn - pelvis->before_mn) - edges->amp_mn * RESTS_PCT / 100;
    struct ways ways = {
        .scan = &scan,
        .edge_ns = {edges->off.t_ns, edges->down.t_ns},
        .noise_n = (double)edges->noise_mn / 1000.0,
        .least_n = (RISE_SIGMAS * (double)edges->noise_mn + RISE_LEAST * (double)edges->amp_mn) / 1000.0,
        .rests_apart_n = (double)apart / 1000.0,
        .after_apart_n =
            !pelvis->input.slow && pelvis->after_mn * 2 > pelvis->before_mn ? (double)after / 1000.0 : 0.0};

    thrust->before_mn = pelvis->before_mn;
    if (rep->outcome != REP_FULL || rep->tut_ns == ABSENT)
        return;
    rep_scan_fill(&scan, SCAN_SMOOTH_NS);
    ways.level_mn = fixed_min(edges->off.level_mn, edges->down.level_mn);
    ways.most_mn = most_mn(&scan, ways.level_mn);
    int64_t mid_ns = middle_ns(&scan, ways.level_mn, ways.most_mn);
    rep_scan_fill(&scan, 0);
    if (!fit_both(thrust, &ways, mid_ns))
        return;
    rise_mix(&thrust->habit, ways.fit, ways.side);
    rep_scan_fill(&scan, SCAN_SMOOTH_NS);
    bool over = overlap(&ways);
    for (int i = 0; i < 2; i++) {
        ways.side[i].low_s = ways.side[i].low_s > 0.0 ? ways.side[i].low_s : 0.0; /* nothing rises before lift-off */
        if (over || strange(&ways, &ways.side[i]))
            read_crossings(&ways, i, mid_ns);
    }
    double share = levels_apart(thrust, &ways);
    doubt(&ways.side[0], share);
    doubt(&ways.side[1], share);
    if (overlap(&ways))
        return;
    bool told = rises(&ways);
    if (told && share <= APART_LEAN)
        fill_phases(&ways, rep);
    else if (told && !pelvis->input.slow && thrust->apart.n > SURE &&
             (double)pelvis_median_low(&thrust->apart) > APART_LEAN * PPM / SIGMA)
        rep->flags |= FLAG_HAND_SUPPORT; /* once is no hand: a cough, or feet that moved */
    learn(thrust, &ways, share, rep);
}
