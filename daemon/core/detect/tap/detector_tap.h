/* SPDX-License-Identifier: MIT */
/*
 * Standing hip extension on the box, the moving foot tapping the floor: the foot on the floor takes 3-6 % of body weight
 * off the box. A rep is the time between two taps that the foot is in the air. Nothing of its inside is seen.
 *
 * Two levels, each followed where the foot is (time constant 1 s): hands on a chair move them, 1-2 kg and slowly. A is
 * what lies between them (median of the last five reps). An edge is a change by more than A/2 and so many sigma:
 *
 *     LEVEL --rest level known--> FOOT --up, 150 ms--> AIR --down, two samples--> FOOT
 *     FOOT, 300 ms after down: MARK_REP when the foot was in the air for 0.4 of a rep or 0.8 of con and top, at least
 *           0.6 s; stayed 0.45 A above the floor that it was lifted from, or is up again within 0.4 s before the cues
 *           or the reps before have the leg come down: a leg that swings--> AIR;
 *           fell by more than a fifth of the body's weight, to a tenth below that floor: stepped off
 *     FOOT --down, before anything else: the foot was in the air at "go"; a rep when that was half a rep ago--> FOOT
 *     AIR  --longer than a rep and 0.6 of a cycle--> LOST (MARK_NOT_SEEN, no_touchdown)
 *     any  --6 kg more than the patient for 1 s--> LOST (other_load)      two reps in three that lean--> LOST (hand_support)
 *     any  --left the box--> LEVEL         any --no rep for 30 s from go--> LOST (MARK_NOT_SEEN, movement_not_seen)
 *
 *     LOST at once when con or ecc are prescribed as fast as possible: then the leg weighs more than the foot.
 *
 * What a leg that sets off or is stopped does to the load (3 kg at 11/T^2 m/s2 for a movement of T at constant speed
 * with short blends: 23 N for 0.12 s at T = 1.2 s) is as much as a light patient's tap (27 N at 45 kg), but brief.
 * A tap may be as short as 50 ms; what a converter at 80 SPS makes of it is two samples. Of a slow converter the newest
 * sample is taken (sieve.h): its mean is half down 0.2 s after the foot, and has fallen whole two samples later. Leaning on the chair by more
 * than A/2 at once looks like a tap, and is one for all the box can say.
 */
#ifndef GYMSTATION_CORE_DETECTOR_TAP_H
#define GYMSTATION_CORE_DETECTOR_TAP_H

#include "daemon/core/detect/live.h"
#include "daemon/core/detect/pelvis/pelvis_median.h"
#include "daemon/core/detect/sieve.h"
#include "daemon/core/signal/quiet.h"

#define TAP_DEPTH_MIN_MN    10000 /* 1 kg: 3 % of the lightest who can do this (35 kg) */
#define TAP_DEPTH_PER_MILLE 30    /* of body weight, while nothing is learnt */
#define TAP_NOISE_PER_MILLE 5  /* of body weight: sway on one leg is 0.4-1 %; 2 s of it tell its sd to a third only */
#define TAP_SIGMAS_DOWN_10  55 /* peaks of sway beyond 5.5 sigma: one in 250 hours */
#define TAP_SIGMAS_UP_10    40 /* for 150 ms on end, longer than half a period of sway */
#define TAP_UP_DWELL_NS     (150 * NS_PER_MS)
#define TAP_STAYS_UP_PCT    70               /* of that, once it was reached: sway comes back further */
#define TAP_DOWN_DWELL_NS   (12 * NS_PER_MS) /* two samples at 80 SPS, and at 10, where a tap is missed or is long */
#define TAP_SPIKE_MN        60000 /* a mean of four periods: a quarter of the heaviest foot and leg, twice over */
#define TAP_SWAYS_PCT       75    /* of A, once that is known and less than the peaks of sway ... */
#define TAP_SWAYS_DWELL_NS  (60 * NS_PER_MS) /* ... for so long: beyond 4 sigma it is back in less */
#define TAP_FOLLOW_NS       NS_PER_S
#define TAP_LIFTED_NS       (300 * NS_PER_MS) /* follows so fast after a lift: the leg that set off weighed more */
#define TAP_NOISE_NS        (2 * NS_PER_S)
#define TAP_SETTLE_NS       (1500 * NS_PER_MS) /* after an edge: the level has found its place */
#define TAP_REACH_NS        (200 * NS_PER_MS)  /* an edge is over: until then the level goes with it */
#define TAP_AIR_DWELL_NS    (300 * NS_PER_MS) /* up once more: longer than a leg pushes when it sets off or is stopped */
#define TAP_TELL_NS         (300 * NS_PER_MS) /* down for so long: no swing of a leg (0.12-0.2 s) */
#define TAP_MEAN_NS         (60 * NS_PER_MS)
#define TAP_JOLT_NS         (250 * NS_PER_MS) /* a box that was kicked rings for so long */
#define TAP_CAME_NS         (400 * NS_PER_MS) /* in the air, on the mean: longer than a leg is stopped, or sway lasts */
#define TAP_NEAR_PCT        40                /* of A above the floor at most, on the mean */
#define TAP_SIGMAS_MEAN_10  25                /* of sway, in such a mean */
#define TAP_SANK_NS         (400 * NS_PER_MS) /* below the floor beyond 4 sigma for so long: weight on a chair */
#define TAP_SLOW_TELL_NS    (180 * NS_PER_MS) /* the same where a sample is a mean of 0.4 s, which waits by itself */
#define TAP_TELL_EARLY_NS   (420 * NS_PER_MS) /* nor one that sets off down, slowly (a third of 1.2 s) */
#define TAP_BRIEF_NS        (400 * NS_PER_MS)
#define TAP_RESTED_PCT                                                                                                 \
    70 /* of how long the foot is rested as a rule: pauses get shorter within a set, but not so fast */
#define TAP_STOPPED_NS      (700 * NS_PER_MS) /* half a con of 1.4 s; what stops in longer takes less than 10 N */
#define TAP_LOWERED_PCT     50                /* of ecc: a cued leg is not down before half of it, even a tired one */
#define TAP_CUE_MS          300               /* reactions to two cues differ by less */
#define TAP_USUAL_PCT       45 /* of the median of the last reps: so early a tap that is over at once is none */
#define TAP_DEPTH_LEAST_PCT 70 /* of A: less is a leg that is swung (3 kg m/s2 at 1 m/s2), and stays in the air */
#define TAP_FLOOR_PCT       45 /* of A above the floor that the foot was lifted from: it hangs in the air */
#define TAP_FELL_PCT        80 /* of A, and it was a tap wherever the floor is */
#define TAP_BACK_PCT        40 /* of A below the air, on the mean: it is in the air again */
#define TAP_BRIEF_PCT       25 /* the same at the lowest of what is over at once */
#define TAP_LEAP_PCT        20 /* of body weight, fallen within TAP_REACH_NS: stepping off the box ... */
#define TAP_LEAP_NS         (40 * NS_PER_MS) /* ... for so long: a kicked box rings at 10-20 Hz, and is back in less */
#define TAP_BELOW_PCT       10               /* of that, below the floor: who rests the foot heavily comes back to it */
#define TAP_REP_MIN_NS      (600 * NS_PER_MS) /* toes that bounce, a foot that is shifted */
#define TAP_REP_LEAST_PCT   40                /* of the prescribed rep; a tempo that doubles leaves 50 */
#define TAP_DROPPED_PCT     80                /* of con and top: what is left of a rep whose leg is dropped */
#define TAP_LEANS_PCT       50                /* of A, between the floors of two reps */
#define TAP_LEAN            2  /* such a rep; one without takes 1 off: more than one of them in three and it is LOST */
#define TAP_SAME_PCT        15 /* of A, between the air of two reps: no hand has come or gone ... */
#define TAP_SOON_NS         (600 * NS_PER_MS) /* ... nor since the lift: the leg has set off by then */
#define TAP_OTHER_MN        60000 /* 6 kg: four sd of what a hand that leans lets go, twice what a leg adds */
#define TAP_OTHER_NS        NS_PER_S
#define TAP_NOT_SEEN_NS     (30 * NS_PER_S)
#define TAP_LEFT_NS         (150 * NS_PER_MS)
#define TAP_LEFT_MIN_MN     100000

enum tap_state { TAP_STATE_LEVEL, TAP_STATE_FOOT, TAP_STATE_AIR, TAP_STATE_LOST };

struct tap_detector {
    enum tap_state state;
    int64_t start_ns, patience_ns;
    int64_t first_min_ns, rep_min_ns; /* in the air for at least this: the rep at "go", the others */
    int64_t brief_min_ns;             /* the same for a tap that is over at once */
    bool cued;                        /* the patient follows a tempo */
    bool asap;                        /* as fast as they can: 70-130 N of the leg, and nothing of a foot's 27-60 N */
    int64_t rest_mn;                  /* at the start, or ABSENT */
    int64_t noise_mn;
    bool known;               /* FOOT: seen to be on the floor, not only assumed */
    bool waits;               /* FOOT: not yet clear that this is a tap, and not a swing or a leap */
    bool ends_rep;            /* FOOT: it is the end of a rep if it is one */
    int64_t air_ns, air_mn;   /* FOOT: in the air from then, ABSENT when that rep is told; the level there */
    int64_t level_mn;         /* of the state at hand */
    int64_t low_mn;           /* lowest within TAP_REACH_NS of its beginning */
    int64_t last_mn, last_ns; /* previous sample */
    int64_t state_ns;         /* state since: the crossing */
    int64_t up_ns, down_ns, left_ns, near_ns; /* dwells */
    int64_t up_at_ns, down_at_ns;             /* when the edge under way crossed */
    int64_t rose_mn;                          /* by so much when the foot was lifted, or ABSENT */
    int64_t peak_mn;                          /* highest when it was lifted, setting off and all; or ABSENT */
    int64_t up_mn;                            /* highest since it seems to be lifted */
    int64_t floor_mn;                         /* the level that it was lifted from, or ABSENT */
    int64_t floor_2_mn;                       /* that of the rep before, or ABSENT */
    int64_t aloft_mn;                         /* in the air in the rep before, or ABSENT */
    bool sank, sank_2;           /* more weight on the foot, in the pause before this rep, or the one before */
    bool leaned_last;            /* the two were apart */
    bool leaned;                 /* a hand, in the rep at hand */
    int64_t told_ns;             /* end of the last rep, or ABSENT */
    int64_t soon_mn;             /* in the air soon after the lift, or ABSENT */
    int64_t leans;               /* in units of TAP_LEAN */
    int64_t gap_ns;              /* samples were missing until then, or ABSENT */
    int64_t other_ns;            /* dwell: more on the box than the patient */
    int64_t slow_ns, slow_at_ns; /* AIR: low on the mean; dwell, and the crossing */
    int64_t leap_ns;             /* dwell: far below, soon after it came down */
    bool leapt;                  /* FOOT: for long enough */
    int64_t jolt_ns;             /* last far off the mean: the box was kicked, and rings; or ABSENT */
    int64_t mean_mn;             /* over TAP_MEAN_NS, jolts clipped; or ABSENT */
    struct pelvis_median depths;
    struct pelvis_median airs, pauses; /* how long the foot was in the air, and on the floor, ns */
    int n_reps;
    struct sieve sieve;
    struct live_move move;
    struct quiet quiet;
};

extern const struct detector_ops tap_detector_ops;

#endif
