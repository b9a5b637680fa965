/* SPDX-License-Identifier: MIT */
/* The figures of a rep that come from the fit (fit.h): move_s and sd_s of its phases, and crossing times in noise. */
#ifndef GYMSTATION_CORE_REP_MOVES_H
#define GYMSTATION_CORE_REP_MOVES_H

#include "daemon/core/fit/fit.h"

#define REP_MOVES_BEFORE_NS  (500 * NS_PER_MS) /* of the rest before a rep that is looked at, and twice its way up */
#define REP_MOVES_NOISE_PART 50 /* noise above A/50: its five sigma reach pA, and the crossing read from it is luck */

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
 * what they leave of the rep: all `model`; so do the rep's start, not before from_ns, and its end.
 */
void rep_moves_take(struct rep_moves *moves, const struct rep_scan *scan, const struct scan_edges *edges,
                    int64_t from_ns, struct rep_data *rep);

#endif
