/* SPDX-License-Identifier: MIT */
/*
 * The second look at a bridge or thrust: when the pelvis left the floor and when it was down again.
 *
 *     u ^        off level S      top        A: plateau
 *       |         ____-------------------____
 *       |        /  :                    :   \
 *     --+-------/   :                    :    \------> t
 *             loading: off          down :unloading
 *
 * Loading and unloading are taken as minimum jerk: from half of S to 0.9 S passes 0.2534 of their length D, and S is
 * reached D/2 after the half-level crossing. That correction is what the pre-tension adds. The converter's mean over four
 * periods W makes loading longer and shifts no half level: variances add, so D^2 = measured^2 - 2.33 W^2, and F > B + pA
 * lasts 0.2534 (measured - D) longer at either end than it does. When the crossings are too far
 * apart to be one movement (pressed first, lifted later; a slow let-go) D is what was learnt from other reps, from 0.9 S.
 */
#ifndef GYMSTATION_CORE_PELVIS_SCAN_H
#define GYMSTATION_CORE_PELVIS_SCAN_H

#include "daemon/core/detect/rep_scan.h"

#define PELVIS_RAMP_NS (350 * NS_PER_MS) /* pre-tension is 0.2-0.5 s, when nothing is learnt */

/* One end of the time that the pelvis is up. */
struct pelvis_edge {
    bool known;       /* it was seen, with no hole around it */
    bool hole;        /* there is one */
    int64_t t_ns;     /* off, or down */
    int64_t ramp_ns;  /* D of this one, or ABSENT when it was not one movement */
    int64_t seen_ns;  /* the same before the converter's mean was taken out, or ABSENT */
    int64_t level_mn; /* S on this side */
    int index;        /* first sample inside */
};

struct pelvis_edges {
    int64_t amp_mn; /* A */
    int64_t noise_mn;
    struct pelvis_edge off, down;
};

/*
 * The excursion that is above 0.45 A at enter_ns and below 0.3 A at low_ns; scan.f is filled here. lifted_pct of A is
 * more than pressing reaches, and less than S. Ramps learnt so far, or ABSENT. False when there is no plateau.
 */
struct pelvis_search {
    int64_t enter_ns, low_ns;
    int lifted_pct, quick_pct; /* quick_pct: S as a part of the mean of a quick rep */
    int64_t tension_ns, unload_ns;
    int64_t level_mn; /* S where it is known, or ABSENT */
};

/*
 * Takes knocks out of samples from..to: a kick lasts 50 ms, so what stands out by least_mn from the load 100 ms before and
 * after it is cut to the nearer of them.
 */
void pelvis_calm(struct rep_buffer *buffer, int from, int to, int64_t least_mn);

/*
 * The same of a slow converter, whose samples are means of four periods: one alone stands out from both its neighbours by no
 * more than a quarter of a force that comes and goes within them, and hips swing the load by a third of A. Upwards: downwards
 * it may be the pause on the floor.
 */
void pelvis_calm_slow(struct rep_buffer *buffer, int from, int to, int64_t least_mn);

bool pelvis_scan(struct rep_scan *scan, const struct pelvis_search *search, struct pelvis_edges *ret);
/*
 * Figures of the rep, no phases; F straight between samples, B the rest level, A the plateau above it, p = 0.10:
 *   tut_s       time with F > B + pA, loading and unloading included     s
 *   peak_n      max (F - B) from off to down                           N
 *   impulse_ns  sum of (F - B) dt from off to down                     N s
 *   mean_n      impulse_ns / (down - off)                              N
 */
void pelvis_figures(const struct rep_scan *scan, const struct pelvis_edges *edges, struct rep_data *ret);

#endif
