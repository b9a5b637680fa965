/* SPDX-License-Identifier: MIT */
/* See tap_edge.h. */
#include "daemon/core/detect/tap/tap_edge.h"

#include "daemon/core/detect/tap/tap_level.h"
#include "daemon/core/fixed.h"

/* When F last went through the level halfway to an edge; kept while that edge lasts. */
static bool edge(int64_t *since_ns, int64_t *at_ns, const struct tap_detector *tap, int64_t t_ns, int64_t force_mn,
                 int64_t level_mn, bool beyond, int64_t dwell_ns)
{
    bool before = tap->last_ns != ABSENT && (tap->last_mn < level_mn) != (force_mn < level_mn);

    if (beyond && *since_ns == ABSENT)
        *at_ns = before ? fixed_cross_ns(tap->last_ns, tap->last_mn, t_ns, force_mn, level_mn) : t_ns;
    return live_dwell(since_ns, beyond, t_ns, dwell_ns);
}

bool tap_went_up(struct tap_detector *tap, int64_t t_ns, int64_t force_mn, int64_t dwell_ns)
{
    int64_t rise_mn = tap_edge_mn(tap, TAP_SIGMAS_UP_10);
    bool rises = tap->up_ns != ABSENT && tap->state == TAP_STATE_FOOT && tap->known;
    int64_t level = tap->level_mn + (rises ? rise_mn * TAP_STAYS_UP_PCT / 100 : rise_mn);

    return edge(&tap->up_ns, &tap->up_at_ns, tap, t_ns, force_mn, level, force_mn >= level, dwell_ns);
}

/* Who sways a good deal takes hardly less off the box than a foot: then not a peak of sway tells, but how long it lasts. */
bool tap_went_down(struct tap_detector *tap, int64_t t_ns, int64_t force_mn, int64_t dwell_ns)
{
    int64_t edge_mn = tap_edge_mn(tap, TAP_SIGMAS_DOWN_10);
    int64_t least_mn = fixed_max(tap_depth_mn(tap) * TAP_SWAYS_PCT / 100, tap_edge_mn(tap, TAP_SIGMAS_UP_10));
    bool sways = tap->depths.n > 0 && least_mn < edge_mn;
    int64_t level = tap->level_mn - (sways ? least_mn : edge_mn);

    dwell_ns = sways ? fixed_max(dwell_ns, TAP_SWAYS_DWELL_NS) : dwell_ns;
    return edge(&tap->down_ns, &tap->down_at_ns, tap, t_ns, force_mn, level, force_mn < level, dwell_ns);
}

bool tap_came_down(struct tap_detector *tap, int64_t t_ns, int64_t force_mn)
{
    int64_t edge_mn = tap_edge_mn(tap, tap->depths.n > 0 ? TAP_SIGMAS_MEAN_10 : TAP_SIGMAS_UP_10);
    int64_t level_mn = tap->level_mn - (tap->slow_ns != ABSENT ? edge_mn * TAP_STAYS_UP_PCT / 100 : edge_mn);
    level_mn = fixed_min(level_mn, tap->floor_mn + tap_depth_mn(tap) * TAP_NEAR_PCT / 100);
    bool came = tap->rose_mn != ABSENT && edge(&tap->slow_ns, &tap->slow_at_ns, tap, t_ns, force_mn, level_mn,
                                               tap->mean_mn < level_mn, TAP_CAME_NS);

    came = came && tap->mean_mn >= tap->floor_mn - tap_depth_mn(tap) / 2; /* lower: a hand */
    if (came)
        tap->down_at_ns = tap->slow_at_ns;
    return came;
}

bool tap_sank(struct tap_detector *tap, int64_t t_ns, int64_t force_mn)
{
    int64_t edge_mn = tap_edge_mn(tap, TAP_SIGMAS_UP_10);
    int64_t level = tap->level_mn - (tap->down_ns != ABSENT ? edge_mn * TAP_STAYS_UP_PCT / 100 : edge_mn);

    return edge(&tap->down_ns, &tap->down_at_ns, tap, t_ns, force_mn, level, force_mn < level, TAP_SANK_NS);
}
