/* SPDX-License-Identifier: MIT */
/*
 * The body's way up and down, from the force under the box while it carries everything: a = (F / BW - 1) g, integrated
 * twice. Double precision, only + - * / sqrt and fabs in a fixed order, so that every processor agrees.
 *
 * What integration does not know, the speed at its start and the error of BW (an acceleration b), is fitted to what is
 * known of a step-up (least squares, each with its uncertainty):
 *   on top the body stands still            0.01 m/s (sway of 0.6 % BW at 4.5 Hz is 2 mm/s)
 *   so it does when the trailing foot lands 0.05 m/s
 *   it ends as high as it began, less the 3 % of the height climbed while the trailing foot still pushed   0.03 m
 * A tenth of a per cent of BW left uncorrected would be 8 cm after 4 s, half of the tolerance of the height.
 */
#ifndef GYMSTATION_CORE_STEP_MOTION_H
#define GYMSTATION_CORE_STEP_MOTION_H

#include "daemon/core/rep_buffer.h"

#define STEP_SPAN_MAX_S 12.0 /* longer than that the drift of BW (creep 0.03-0.1 %) moves the height by a third */

struct step_motion {
    double height_m;    /* from the top down to the landing of the trailing foot */
    double height_sd_m; /* what sway leaves in it: grows with the span to the power 1.5 */
    double con_end_s;   /* 95 % of the step's height reached; s after the first sample of the span */
    double ecc_start_s; /* and left */
    double con_sd_s, ecc_sd_s;
    int64_t bw_mn; /* body weight with which all of this agrees */
};

/* Samples from..to (included) carry everything; false when no top could be found or the span is too long. */
bool step_motion_fit(const struct rep_buffer *buffer, int from, int to, int64_t bw_mn, int32_t height_mm,
                     struct step_motion *ret);

#endif
