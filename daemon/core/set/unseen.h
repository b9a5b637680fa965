/* SPDX-License-Identifier: MIT */
/*
 * A set's net: does somebody go on moving while the detector tells no more reps apart? A detector can lose a patient in
 * the middle of a set: both feet were off for a moment, a second person has changed the level. Then nothing counts and
 * the set would run into its time limit.
 *
 * A swing is a turn of the load by UNSEEN_TURN_PCT of what it usually goes through between two reps (median of the last
 * UNSEEN_REPS, in this set), for UNSEEN_DWELL_NS: a kick is shorter. Not seen is who has gone two times there and back
 * without a rep when UNSEEN_NS and two planned reps are over; at a quick tempo, where the whole set takes no longer, who
 * has gone five times. The last of it is a planned rep ago at most: who stands still by then has stopped, and who has stood
 * still for UNSEEN_NS begins anew. One rep with a dumbbell put beside it is neither. Plain memory; bounded time.
 */
#ifndef GYMSTATION_CORE_UNSEEN_H
#define GYMSTATION_CORE_UNSEEN_H

#include "daemon/core/detect/detector.h"

#define UNSEEN_TURN_PCT 60
#define UNSEEN_DWELL_NS (200 * NS_PER_MS)
#define UNSEEN_SWINGS   4 /* up, down, up, down */
#define UNSEEN_MANY     10
#define UNSEEN_REPS     5
#define UNSEEN_NS       (30 * NS_PER_S) /* physics: no rep for 30 s */

struct unseen {
    int64_t since_ns; /* the last rep, or ABSENT before the first */
    int64_t two_ns;   /* two planned reps, pauses included */
    int n;            /* reps whose range is kept */
    int64_t ranges[UNSEEN_REPS];
    int64_t usual_mn;          /* the median of these; asked for at every sample. ABSENT: none yet */
    int64_t low_mn, high_mn;   /* since the last rep; high below low: nothing yet */
    int64_t turn_mn;           /* furthest since the last swing, or ABSENT */
    bool up;                   /* the last swing went up: turn_mn is the highest */
    int64_t beyond_ns, far_mn; /* a turn the other way has lasted since, or ABSENT; the furthest of it */
    int swings;
    int64_t swung_ns; /* the last of them, or since_ns */
};

/* cycle_ns: one planned rep, pause included. */
void unseen_begin(struct unseen *unseen, int64_t cycle_ns);
/* A rep ended at t_ns: full says that it was an ordinary one. */
void unseen_rep(struct unseen *unseen, int64_t t_ns, bool full);
/* Nobody is on the box: what moves next is somebody who comes back. */
void unseen_away(struct unseen *unseen, int64_t t_ns);
/* True when the movement goes unseen; the cues since unseen.since_ns are what it was. */
bool unseen_sample(struct unseen *unseen, const struct sample *sample);

#endif
