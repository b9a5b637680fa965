/* SPDX-License-Identifier: MIT */
/* The second look at a thrust; thrust_look.h and detector_thrust.h have the rules. */
#include "daemon/core/detect/pelvis/thrust_look.h"

#include <math.h>

#include "daemon/core/fixed.h"
#include "daemon/core/detect/pelvis/thrust_ways.h"

#define TOP_SD_SHARE 0.5 /* inner ends of movements are better known than outer ones: pre-tension hides those */
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
static double levels_apart(struct thrust_detector *thrust, const struct thrust_ways *ways)
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

static double top_sd_s(const struct thrust_ways *ways, double up_sd_s, double down_sd_s)
{
    const struct rise_side *up = &ways->side[0], *down = &ways->side[1];
    double share = up->stopped || down->stopped ? 1.0 : TOP_SD_SHARE;
    double which_s = sqrt(up->top_sd_s * up->top_sd_s + down->top_sd_s * down->top_sd_s);

    return larger(share * sqrt(up_sd_s * up_sd_s + down_sd_s * down_sd_s), which_s);
}

/* A time that is known no better than this is none: told without, it would pass for a measurement. */
static void tell(struct phase_time *time, double dur_s, double sd_s)
{
    if (sd_s <= THRUST_VAGUE_S)
        set_phase(time, dur_s, sd_s);
}

static void tell_move(struct phase_time *time, double move_s, double sd_s)
{
    if (time->src != SRC_NONE)
        set_move(time, move_s, sd_s);
}

static void fill_phases(const struct thrust_ways *ways, struct rep_data *rep)
{
    const struct rise_side *up = &ways->side[0], *down = &ways->side[1];
    double edges_s = (double)(ways->edge_ns[1] - ways->edge_ns[0]) / 1e9;
    double top_move_sd_s = top_sd_s(ways, up->move_sd_s, down->move_sd_s);

    if (!ways->two_tops || !up->stopped)
        tell(&rep->phases[PHASE_CON], up->high_s - up->low_s, up->cross_sd_s);
    if (!ways->two_tops)
        tell(&rep->phases[PHASE_TOP], edges_s - up->high_s - down->high_s,
             top_sd_s(ways, up->cross_sd_s, down->cross_sd_s));
    if (!ways->two_tops || !down->stopped)
        tell(&rep->phases[PHASE_ECC], down->high_s - down->low_s, down->cross_sd_s);
    if (up->credible)
        tell_move(&rep->phases[PHASE_CON], up->end_s - up->begin_s, larger(up->move_sd_s, up->top_sd_s));
    if (down->credible)
        tell_move(&rep->phases[PHASE_ECC], down->end_s - down->begin_s, larger(down->move_sd_s, down->top_sd_s));
    if (up->credible && down->credible && top_move_sd_s <= THRUST_VAGUE_S)
        tell_move(&rep->phases[PHASE_TOP], edges_s - up->end_s - down->end_s, top_move_sd_s);
}

/* The hips rose, by what the load shows and by the fit: of what noise alone makes of a level plateau nothing is told. */
static bool rises(const struct thrust_ways *ways)
{
    double fitted_n = larger(ways->side[0].rise_n, ways->side[1].rise_n);

    return fitted_n >= ways->least_n && (double)(ways->most_mn - ways->level_mn) / 1000.0 >= ways->least_n;
}

/*
 * What a hand does to the load, as a share of the rise, in a rep that may be a low one: by the load at rest around it and by
 * what was usual. Its own fits lay the levels at lift-off and touch-down apart, as hips that turn round early are on no curve.
 */
static double hand_share(const struct thrust_detector *thrust, const struct thrust_ways *ways, double rise_n,
                         double apart)
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
static bool stays_low(const struct thrust_detector *thrust, const struct thrust_ways *ways, int64_t rise, double apart)
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

static void learn(struct thrust_detector *thrust, const struct thrust_ways *ways, double apart, struct rep_data *rep)
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
    struct thrust_ways ways = {
        .scan = &scan,
        .edge_ns = {edges->off.t_ns, edges->down.t_ns},
        .level_mn = fixed_min(edges->off.level_mn, edges->down.level_mn),
        .noise_n = (double)edges->noise_mn / 1000.0,
        .least_n = (RISE_SIGMAS * (double)edges->noise_mn + RISE_LEAST * (double)edges->amp_mn) / 1000.0,
        .rests_apart_n = (double)apart / 1000.0,
        .after_apart_n =
            !pelvis->input.slow && pelvis->after_mn * 2 > pelvis->before_mn ? (double)after / 1000.0 : 0.0};

    thrust->before_mn = pelvis->before_mn;
    if (rep->outcome != REP_FULL || rep->tut_ns == ABSENT)
        return;
    if (!thrust_ways_look(thrust, &ways))
        return;
    double share = levels_apart(thrust, &ways);
    doubt(&ways.side[0], share);
    doubt(&ways.side[1], share);
    if (thrust_ways_overlap(&ways))
        return;
    bool told = rises(&ways);
    if (told && share <= APART_LEAN)
        fill_phases(&ways, rep);
    else if (told && !pelvis->input.slow && thrust->apart.n > SURE &&
             (double)pelvis_median_low(&thrust->apart) > APART_LEAN * PPM / SIGMA)
        rep->flags |= FLAG_HAND_SUPPORT; /* once is no hand: a cough, or feet that moved */
    learn(thrust, &ways, share, rep);
}
