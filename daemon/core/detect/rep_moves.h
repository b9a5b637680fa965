/* SPDX-License-Identifier: MIT */
/* The figures of a rep that come from the fit (fit.h): move_s and sd_s of its phases, and crossing times in noise. */
#ifndef GYMSTATION_CORE_REP_MOVES_H
#define GYMSTATION_CORE_REP_MOVES_H

#include "daemon/core/fit/fit.h"

#define REP_MOVES_BEFORE_NS  (500 * NS_PER_MS) /* of the rest before a rep that is looked at, and twice its way up */
#define REP_MOVES_NOISE_PART 50 /* noise above A/50: its five sigma reach pA, and the crossing read from it is luck */

#define REP_MOVES_VAGUE_NS (280 * NS_PER_MS) /* sd; what is told is then known to a fifth of a second, as a rule */
#define REP_MOVES_HAND_MN  6000 /* a hand's sd that makes that twice as much: beside a finger half as much again */
#define REP_MOVES_PRESS_NS (60 * NS_PER_MS) /* force takes 0.1 s to build up: a press that is over sooner is none */

/* What a set's fits leave for the next rep. */
struct rep_moves {
    struct fit_noise noise; /* the caller's to keep */
    struct fit_habit habit;
    struct fit_time end;    /* of the movement of the rep before, or ABSENT */
    int64_t free_ns;        /* nothing of the rep before is left after this */
    struct fit_time pause;  /* before the last rep taken, between movements, or ABSENT */
    struct fit_time low[2]; /* start and end of the last rep taken, where the fit placed them; else ABSENT */
};

void rep_moves_begin(struct rep_moves *moves);
/*
 * After rep_scan_figures() and the pause: adds move_ns and sd_ns where they are credible. An uneven movement (two_part,
 * pause_in_ecc) has no length of its own. In noise con and ecc take their crossing time from the fitted curve and top
 * what they leave of the rep: all `model`; so do the rep's start, not before from_ns, and its end. sd_ns is then the larger
 * of the two times'. A way that could be fitted there and was not is left out, and so is one whose crossing time has an sd
 * over REP_MOVES_VAGUE_NS. In quiet con, and the rep, begin with the limb's press where that passes pA.
 */
void rep_moves_take(struct rep_moves *moves, const struct rep_scan *scan, const struct scan_edges *edges,
                    int64_t from_ns, struct rep_data *rep);

#endif
