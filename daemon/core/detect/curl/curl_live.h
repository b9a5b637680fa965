/* SPDX-License-Identifier: MIT */
/*
 * The curl's phases as they are told while they happen, for the live stream; the rep's second look revises them. What
 * is estimated is the level now: the mean over a window that sway asks for, carried on by its slope (the mean less that of
 * the window before) over the time that the mean, the median of three and the converter's four periods are behind.
 *
 *     BOTTOM --0.1 A, 3 sd, rising--> CON --0.9 A, or 0.75 A and rises at half of its steepest--> TOP --0.9 A - 0.9 sd--> ECC
 *       ^  <--back to half of that,--'    first rep: rises at 0.4 of its steepest       <--back over 0.94 A, or--'  |
 *       |  or falls below 0.35 A                                                        rises above 0.8 A           |
 *       '---------------------------0.1 A, or 0.2 A and falls at 0.6 of its steepest--------------------------------'
 *
 * A is the reference amplitude, on top and on the way down within -20 and +2 % of the highest mean; sd is that of the
 * mean. CURL_LIVE_STANDS_NS after the last rep who stands there is believed to move at twice that. Changes forward must
 * last CURL_LIVE_DWELL_NS (a sample of a slow converter is long enough by itself), changes back CURL_LIVE_BACK_NS. A
 * movement's end is also where it gives out: a hand on a chair may have moved the level by more than what is missing.
 *
 * From a set's second rep on curl_belief.h says how likely each phase is, and is all there is to it. Until then, where A is
 * known, a way up that rises has also begun, and was none, where curl_onset.h is sure of it (log odds of 1.5; -1.5 under
 * 0.35 A); under log odds of -1 nothing begins.
 *
 * How late (early is negative; error against the noise-free crossing; patients of the bench: 45-130 kg on one leg, sway
 * of 0.4-1 % of body weight, bands of 2-9 kgf, con 1-3 s, ecc 1.2-5 s; the nearest time it was told), and the share of the
 * time for which another phase is shown, 0.3 s after a change and later; nine seeds, by the window alone in brackets:
 *
 *     p90 of the error s        con         top         ecc         bottom      wrong %     changes a rep
 *     76-320 SPS                0.21 (.27)  0.15 (.17)  0.19 (.29)  0.16 (.18)  2.4 (4.0)   6.1 (6.0)
 *     finger on a chair         0.27 (.34)  0.23 (.23)  0.26 (.42)  0.29 (.33)  3.9 (8.3)   6.6 (7.4)
 *     10 SPS (0.2 s behind)     0.30 (.34)  0.19 (.21)  0.24 (.33)  0.16 (.21)  2.2 (5.9)   5.3 (5.8)
 *     10 SPS, finger            0.33 (.44)  0.24 (.28)  0.28 (.43)  0.23 (.28)  3.4 (8.4)   5.7 (5.7)
 *
 * Who moves at constant speed is told latest (con p90 0.4-0.5 s, of all others 0.2-0.3 s): a limb that is set off in no time
 * presses 0.1 A on the box at once, which sway hides, and what the band pulls follows a fifth of the movement later.
 *
 * What noise allows: what sway (AR(2), 4.5 Hz, 2 Hz wide) adds to means is as white noise of density 0.0315 s sigma^2
 * (fit.h), so that no estimator that has seen a minimum jerk movement of T seconds up to its share u places it better than
 *
 *     sd = sigma / A sqrt(0.0315 s T / I(u)),  I(u) = integral 0..u of (30 v^2 (1 - v)^2)^2 dv
 *
 * I is 0.066 at the crossing where a movement begins (u = 0.25) and 1.4 where it ends. At its beginning p90 = 1.64 sd is
 * 1.13 sigma / A sqrt(T): within 0.3 s for A above 3.8 sqrt(T) sigma, 8 sigma at T = 5 s, 7 at 3 s, 5 at 1.5 s. A band of
 * 2 kgf under 130 kg has 2.6 sigma, under 80 kg 5: its eccentric of 5 s cannot be told within 0.3 s while it begins; its
 * end can (p90 0.25 sigma / A sqrt(T)). The top of a set's first rep is told before A is known, by the slope alone: 56 %
 * within 0.3 s, p90 0.6 s.
 */
#ifndef GYMSTATION_CORE_CURL_LIVE_H
#define GYMSTATION_CORE_CURL_LIVE_H

#include "daemon/core/detect/curl/curl_belief.h"
#include "daemon/core/detect/curl/curl_onset.h"
#include "daemon/core/detect/detector.h"

#define CURL_LIVE_DWELL_NS  (30 * NS_PER_MS)
#define CURL_LIVE_BACK_NS   (80 * NS_PER_MS)
#define CURL_LIVE_STANDS_NS (5 * NS_PER_S)
#define CURL_LIVE_SLOW_NS   (60 * NS_PER_MS) /* samples further apart: a slow converter */
#define CURL_LIVE_SAMPLES   160              /* two windows of 0.24 s at 335 SPS; beyond that they are shorter */

struct curl_live {
    enum phase phase, next;
    int64_t next_ns;         /* next has been seen since, or ABSENT */
    int64_t last_ns;         /* sample, or ABSENT */
    int64_t down_ns;         /* came down from the last rep, or the first sample; INT64_MAX: none yet */
    int64_t step_ns;         /* between the last two samples */
    int first, n_old, n_new; /* ring: the window and the one before it */
    int64_t sum_old, sum_new;
    struct sample v[CURL_LIVE_SAMPLES];
    int64_t peak_mn; /* highest mean since this excursion began */
    struct curl_belief belief;
    struct curl_onset up;  /* the next way up */
    int64_t up_ns, con_ns; /* how long the last ones took; when the last one began */
    int64_t steepest_mn;   /* and greatest rise from window to window; on the way down: fall */
};

struct curl_live_input {
    int64_t t_ns, u_mn; /* a sample, above the rest level; a slow converter's with the stamp of the one before it */
    int64_t amp_mn;     /* reference amplitude, or ABSENT */
    int64_t floor_mn;   /* amplitude that a movement has at least */
    int64_t noise_mn;   /* sd of the quiet signal, 0: not known */
    int64_t hand_mn;    /* sd of a hand's wander, 0: no hand */
};

void curl_live_begin(struct curl_live *live);
/* True when live->phase is another one from this sample on. */
bool curl_live_step(struct curl_live *live, const struct curl_live_input *in);

#endif
