/* SPDX-License-Identifier: MIT */
/*
 * The body's way up and down, from the force under the box while it carries everything: a = (F / BW - 1) g, integrated
 * twice. Double precision, only + - * / sqrt and fabs in a fixed order, so that every processor agrees.
 *
 * What integration does not know, the speed at its start and the error of BW (an acceleration b), is fitted to what is
 * known of a step-up (least squares, each with its uncertainty):
 *   on top the body stands still, in either half    0.015 m/s (sway of 0.6 % BW at 4.5 Hz is 2 mm/s)
 *   the trailing foot lands before the body rests   0.03 m/s downward, give or take 0.06 m/s; who goes down at one
 *                                                   speed (step_turn.h) still has that; at any (step_land.h)
 *                                                   where both ways are as high as the step, and the rest agrees
 *   it ends about as high as it began               the height climbed before the box carried everything is lost when it
 *                                                   does so no more: 0.065 of the step, give or take 0.04 m; who
 *                                                   pushes with the rear leg loads the lead leg slowly, for more of
 *                                                   the way up, and has climbed more by then
 *   the weight is that of the reps before           0.15 %, where there are any
 * A tenth of a per cent of BW left uncorrected would be 8 cm after 4 s, half of the tolerance of the height.
 * misfit^2 is what is left of the five over the degrees of freedom: about 1 where only sway acts. Above 1 every
 * uncertainty grows with it.
 */
#ifndef GYMSTATION_CORE_STEP_MOTION_H
#define GYMSTATION_CORE_STEP_MOTION_H

#include "daemon/core/detect/step/step_jolt.h"

#define STEP_SPAN_MAX_S 12.0 /* longer than that the drift of BW (creep 0.03-0.1 %) moves the height by a third */

struct step_path;

/* Samples from..to (included) carry everything. */
struct step_stretch {
    const struct rep_buffer *buffer;
    const struct step_jolts *jolts; /* of the rep */
    const struct step_path *path;   /* its integrals: step_path_walk() of this stretch */
    int from, to;
    int64_t bw_mn;     /* that is tried */
    int64_t known_mn;  /* that earlier reps have shown, or ABSENT */
    int64_t wander_mn; /* how far the weight wanders from rep to rep: it does so within one, too */
    int32_t height_mm;
    double loads_s; /* from half of the weight to all of it */
    bool shifted;   /* in that time nothing was climbed: the weight was shifted */
    bool lands;     /* at any speed; the step's height closes the integral instead (step_land.h) */
};

#define STEP_LEVELS 5
extern const double STEP_BELOW[STEP_LEVELS];

struct step_crossing {
    bool seen;
    double s; /* after the first sample of the span */
    double sd_s;
    double m_s; /* speed there, up or down: > 0 */
};

struct step_motion {
    double height_m;          /* from the top down to the landing of the trailing foot */
    double up_m, up_sd_m;     /* up to the top, from standing still there alone, whatever the beginning */
    double down_m, down_sd_m; /* down from it, likewise */
    double height_sd_m;       /* what sway leaves in it: grows with the span to the power 1.5 */
    /* Heights STEP_BELOW of the step below the top, the first (95 % of the step) ends con and begins ecc. */
    struct step_crossing up[STEP_LEVELS], down[STEP_LEVELS];
    double landed_s;             /* the last sample of the span: the trailing foot meets the floor */
    bool lands;                  /* at speed: of a weight that it would show for the first time too little is sure */
    double lands_m_s;            /* speed downward then */
    double begin_m_s, begin_h_m; /* speed and height (above the floor) at the first sample of the span */
    double climbed;              /* share of the height, before the box carried everything */
    double misfit;
    double
        unlike; /* the misfit where standing still on top is asked for, however short that is: of who jumps off, too */
    int64_t bw_mn;  /* body weight with which all of this agrees */
    int64_t top_mn; /* mean force while the body stood still on top */
    int64_t top_median_mn;
    double top_s; /* the time over which that was seen */
};

/* False when no top could be found. */
bool step_motion_fit(const struct step_stretch *stretch, struct step_motion *ret);

#endif
