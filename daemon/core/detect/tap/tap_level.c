/* SPDX-License-Identifier: MIT */
/* See tap_level.h. */
#include "daemon/core/detect/tap/tap_level.h"

#include "daemon/core/fixed.h"

/* Of the rest level, as far as that is known. */
static int64_t rest_share_mn(const struct tap_detector *tap, int64_t per_mille)
{
    return tap->rest_mn == ABSENT ? 0 : tap->rest_mn * per_mille / 1000;
}

/* A, as far as it is known: until a tap is learnt the lift tells, but not what the leg's setting off adds to it. */
int64_t tap_depth_mn(const struct tap_detector *tap)
{
    int64_t known = pelvis_median(&tap->depths);
    int64_t least = fixed_max(TAP_DEPTH_MIN_MN, rest_share_mn(tap, TAP_DEPTH_PER_MILLE));

    if (known != ABSENT)
        return known;
    return tap->rose_mn == ABSENT ? least : fixed_clamp(tap->rose_mn, least, 2 * least);
}

int64_t tap_sigma_mn(const struct tap_detector *tap)
{
    return fixed_max(tap->noise_mn, rest_share_mn(tap, TAP_NOISE_PER_MILLE));
}

int64_t tap_edge_mn(const struct tap_detector *tap, int64_t sigmas_10)
{
    return fixed_max(tap_depth_mn(tap) / 2, tap_sigma_mn(tap) * sigmas_10 / 10);
}

/* A box that is kicked while the foot comes down rings; the floor is not far below the one before. */
static int64_t lowest_mn(const struct tap_detector *tap)
{
    bool told = tap->depths.n > 0 && tap->floor_mn != ABSENT;

    return told ? tap->floor_mn - tap_depth_mn(tap) * TAP_LEANS_PCT / 100 : -FIXED_FORCE_MAX_MN;
}

void tap_average(struct tap_detector *tap, int64_t t_ns, int64_t force_mn)
{
    int64_t most_mn = tap_edge_mn(tap, TAP_SIGMAS_UP_10);

    if (tap->mean_mn == ABSENT || tap->last_ns == ABSENT)
        tap->mean_mn = force_mn;
    else
        tap->mean_mn += fixed_clamp(force_mn - tap->mean_mn, -most_mn, most_mn) *
                        fixed_min(t_ns - tap->last_ns, TAP_MEAN_NS) / TAP_MEAN_NS;
    if (fixed_abs(force_mn - tap->mean_mn) > 2 * most_mn + tap_depth_mn(tap) / 2)
        tap->jolt_ns = t_ns;
}

/* Both feet are off: further down than a foot takes it, and not to the floor that the foot was lifted from. */
static bool below_all(const struct tap_detector *tap, int64_t force_mn)
{
    int64_t floor_mn = tap->floor_mn != ABSENT ? tap->floor_mn : tap->rest_mn;

    return (tap->air_mn - force_mn) * 100 > tap->rest_mn * TAP_LEAP_PCT &&
           (floor_mn - force_mn) * 100 > tap->rest_mn * TAP_BELOW_PCT;
}

/* FOOT, soon after it came down. */
static void watch_fall(struct tap_detector *tap, int64_t t_ns, int64_t force_mn)
{
    tap->leapt |= force_mn * 2 < tap->rest_mn || live_dwell(&tap->leap_ns, below_all(tap, force_mn), t_ns, TAP_LEAP_NS);
    if (tap->depths.n > 0 || tap->jolt_ns == ABSENT || tap->jolt_ns < tap->state_ns)
        tap->level_mn = fixed_min(tap->level_mn, fixed_max(force_mn, lowest_mn(tap)));
}

/* The level goes with an edge until it is over, then follows slowly what does not look like the next one. */
void tap_follow(struct tap_detector *tap, int64_t t_ns, int64_t force_mn)
{
    bool lifted = tap->state == TAP_STATE_AIR && t_ns - tap->state_ns < TAP_SETTLE_NS;
    int64_t tau_ns = lifted ? TAP_LIFTED_NS : TAP_FOLLOW_NS;
    int64_t dt_ns = tap->last_ns == ABSENT ? 0 : fixed_min(t_ns - tap->last_ns, tau_ns);
    int64_t off = force_mn - tap->level_mn;

    if (t_ns - tap->state_ns <= TAP_REACH_NS)
        tap->low_mn = fixed_min(tap->low_mn, force_mn);
    if (t_ns - tap->state_ns <= TAP_REACH_NS && tap->state == TAP_STATE_AIR)
        tap->level_mn = fixed_max(tap->level_mn, force_mn);
    else if (t_ns - tap->state_ns <= TAP_REACH_NS && tap->known)
        watch_fall(tap, t_ns, force_mn);
    else if (fixed_abs(off) < tap_edge_mn(tap, TAP_SIGMAS_UP_10))
        tap->level_mn += off * dt_ns / tau_ns;
    /* A leg that swings is no noise. */
    if (t_ns - tap->state_ns < TAP_SETTLE_NS || tap->n_reps > 0 || tap->state == TAP_STATE_AIR)
        return;
    off = fixed_min(fixed_abs(off), 3 * tap_sigma_mn(tap)); /* edges are no noise */
    tap->noise_mn += (off * 5 / 4 - tap->noise_mn) * fixed_min(dt_ns, TAP_NOISE_NS) / TAP_NOISE_NS;
}

/*
 * By all that a foot takes, from where it had been for long: not what a leg adds and takes when it sets off and is stopped.
 * The floor is another one, then: a hand has let go meanwhile.
 */
static bool fell_all(const struct tap_detector *tap, int64_t level_mn)
{
    int64_t fell_mn = tap->air_mn - level_mn;

    return tap->depths.n > 0 && tap->state_ns - tap->air_ns > TAP_SETTLE_NS &&
           fell_mn * 100 >= tap_depth_mn(tap) * TAP_FELL_PCT;
}

/*
 * It came down, but not to the floor: a leg that swings. The floor itself tells, the one that it was lifted from, and not
 * by how much it fell: a light patient's quick leg takes 20 N off a level that it had raised by 20 N (46 kg, 1.2 s, a tap 27 N).
 */
bool tap_hangs(const struct tap_detector *tap, int64_t level_mn)
{
    if (tap->air_ns == ABSENT || fell_all(tap, level_mn))
        return false;
    if (tap->floor_mn != ABSENT)
        return (level_mn - tap->floor_mn) * 100 > tap_depth_mn(tap) * TAP_FLOOR_PCT;
    return false; /* it was in the air from the start: anything is more than nothing */
}

bool tap_came_back(const struct tap_detector *tap, int64_t t_ns)
{
    bool rings = tap->jolt_ns != ABSENT && t_ns - tap->jolt_ns < TAP_JOLT_NS;

    return !rings && t_ns - tap->state_ns >= TAP_BRIEF_NS &&
           (tap->air_mn - tap->mean_mn) * 100 < tap_depth_mn(tap) * TAP_BACK_PCT && tap_hangs(tap, tap->mean_mn);
}

void tap_watch_lift(struct tap_detector *tap, int64_t t_ns, int64_t force_mn)
{
    if (tap->state == TAP_STATE_FOOT)
        tap->up_mn = tap->up_ns == ABSENT ? force_mn : fixed_max(tap->up_mn, force_mn);
    else if (tap->state == TAP_STATE_AIR && tap->peak_mn != ABSENT && t_ns - tap->state_ns <= TAP_REACH_NS)
        tap->peak_mn = fixed_max(tap->peak_mn, force_mn);
}

bool tap_sets_off(const struct tap_detector *tap)
{
    int64_t before = tap->peak_mn - tap->air_mn;

    if (tap->floor_mn != ABSENT && (tap->low_mn - tap->floor_mn) * 100 > tap_depth_mn(tap) * TAP_BRIEF_PCT)
        return false;
    if (tap->peak_mn == ABSENT || before < 2 * tap_sigma_mn(tap))
        return true;
    return (tap->up_mn - tap->air_mn) * 2 >= before;
}
