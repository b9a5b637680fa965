/* SPDX-License-Identifier: MIT */
/*
 * Pelvis off, pelvis down: what bridge and thrust share. The feet on the box carry B at rest; while they press, the load
 * climbs within 0.2-0.5 s (pre-tension) to the level at which nothing rests on the floor any more: off. At touch-down
 * it falls back within 0.15-0.4 s. u = F - B, without spikes (sieve.h); A is the plateau of a rep above B.
 *
 *     LEVEL --rest level known, feet on it--> DOWN --u > 0.45 A for 150 ms--> UP --u < 0.3 A--> LOW
 *       ^--nothing left on the box              ^--160 ms later, second look: MARK_REP------------'
 *                                            UP <--back over 0.6 A: a bounce, or the next rep------'
 *     Of a slow converter: --u < slow_low_pct of A--> LOW, and a sample later.
 *     LEVEL, feet off for less than PELVIS_BRIEF_NS: DOWN as soon as the box carries the rest level again, or more; who
 *         goes on lifting is never quiet
 *     LEVEL, no rest level since "go": DOWN with a guess of it, see pelvis_guess.h
 *     A hand that takes some of the feet's load, or puts it back, moves the rest level (pelvis_rest.h, pelvis_look.h): by a
 *         third of A for the lightest.
 *     Somebody or something else on the box in mid-rep: other_load, and no figure of that rep.
 *     UP  --longer than a rep and 0.6 of a cycle--> LOST (MARK_NOT_SEEN, no_touchdown)
 *     Up at "go" already: the end of the rep in which the set was stopped, and no rep of this one, unless the most of a rep
 *         follows: then it was only begun too early.
 *     any --no rep for 30 s from go--> LOST (MARK_NOT_SEEN, movement_not_seen)
 *
 * An excursion is a rep when its plateau reaches PELVIS_REF_MIN_PCT of the reference amplitude (running median of the
 * last five, each within PELVIS_CLAMP_PCT of what it was before it). Pressing without lifting reaches 30-60 % of it and is nothing. Before the first rep the rest level tells:
 * lifting adds at least rest_pct of it (bridge: 10-14 % of body weight become 33 %), pressing adds less.
 *
 * The load shows whether the pelvis is down, not how high it is: a low rep is a rep, and nothing here is a phase but
 * the pause between touch-down and the next lift-off.
 */
#ifndef GYMSTATION_CORE_PELVIS_H
#define GYMSTATION_CORE_PELVIS_H

#include "daemon/core/detect/live.h"
#include "daemon/core/detect/sieve.h"
#include "daemon/core/detect/pelvis/pelvis_median.h"
#include "daemon/core/detect/pelvis/pelvis_scan.h"
#include "daemon/core/signal/quiet.h"

#define PELVIS_SPIKE_MN      400000 /* who steps on at once moves a mean of four periods by a quarter of what they weigh */
#define PELVIS_STEP_MIN_MN   40000 /* a fifth of the weight of the lightest (20 kg), who carry that more by lifting */
#define PELVIS_SIGMAS        5
#define PELVIS_DWELL_NS      (150 * NS_PER_MS)
#define PELVIS_LOOK_NS       (160 * NS_PER_MS) /* with an unloading of 0.4 s the event comes within 0.5 s of pelvis down */
#define PELVIS_SLOW_LOOK_NS  (80 * NS_PER_MS) /* one more sample at ten a second: each is the mean of 0.4 s as it is */
#define PELVIS_LOOK_MAX_NS   (500 * NS_PER_MS)
#define PELVIS_SLOPE_NS      (40 * NS_PER_MS)
#define PELVIS_FALL_NS       (60 * NS_PER_MS)
#define PELVIS_GO_NS         (300 * NS_PER_MS) /* from "go": nobody is up yet */
#define PELVIS_UNLOAD_MAX_NS (300 * NS_PER_MS) /* from pelvis down to 0.3 A: 0.25 s when unloading takes 0.4 s */
#define PELVIS_REP_MIN_NS    (700 * NS_PER_MS) /* a kick lasts 50 ms, a cough 0.3 s, a step of a walker 0.65 s */
#define PELVIS_QUICK_NS      (2 * NS_PER_S)    /* up for less: the load is nowhere free of how the hips are sped up */
#define PELVIS_UP_MAX_NS     (60 * NS_PER_S)   /* four phases of 15 s */
#define PELVIS_NOT_SEEN_NS   (30 * NS_PER_S)
#define PELVIS_BACK_NS       (500 * NS_PER_MS) /* feet put back where they were */
#define PELVIS_BRIEF_NS      (10 * NS_PER_S)   /* off for less: the feet were put back, the patient is in mid-set */
#define PELVIS_REF_MIN_PCT   75
#define PELVIS_CLAMP_PCT     20     /* one rep moves the reference amplitude by no more */
#define PELVIS_REF_MAX_PCT   160    /* more is somebody else's weight, or the reference was a press */
#define PELVIS_REST_MAX_PCT  350    /* of the rest level: lifting adds one to two times as much ... */
#define PELVIS_AMP_MAX_MN    400000 /* ... and less than this where the zero was wrong; who walks over weighs more */
#define PELVIS_REST_LOOK_NS  (100 * NS_PER_MS)
#define PELVIS_BEGUN_PCT     75             /* of a rep as prescribed: from stop to "go" again it is 3.3 s at least */
#define PELVIS_BEGUN_NS      (3 * NS_PER_S) /* without a tempo */
#define PELVIS_SURE          3              /* reps after which the reference is believed */

enum pelvis_state { PELVIS_STATE_LEVEL, PELVIS_STATE_DOWN, PELVIS_STATE_UP, PELVIS_STATE_LOW, PELVIS_STATE_LOST };

/* Where the exercises differ. */
struct pelvis_rules {
    int rest_pct;   /* least A, per cent of the rest level, while there is no reference */
    int lifted_pct; /* of A: pressing reaches 60 % of the step S and stays below this; S is above it */
    int quick_pct;  /* S, of the mean of a whole quick rep; of thrusts learnt (thrust_quick.h) */
    int slow_low_pct; /* of A: down, by a slow converter, whose means halve when the pelvis has been down for half of it */
};

/* Where the rep just told lies in the buffer, until the next sample; for a closer look (pelvis_look_again()). */
struct pelvis_told {
    int from, to; /* samples */
    int64_t low_ns;
    int64_t before_ns; /* known end of the rep before it, or ABSENT */
    bool beside;       /* it counts from another level than the rest level */
};

struct pelvis {
    enum pelvis_state state;
    struct pelvis_rules rules;
    int64_t start_ns;
    int64_t up_max_ns;           /* up for longer: no touch-down (live_patience_ns) */
    int64_t others_max_ns;       /* the same while somebody else's weight is seen, too (live_slow_ns) */
    int64_t begun_min_ns;        /* what was up at "go" already is a rep from then on */
    bool was_down;               /* the feet have been seen at rest since "go" */
    int64_t rest_mn, noise_mn;   /* B or ABSENT; sigma, 0 when not known */
    bool guessed;                /* B was not quiet for 2 s, and may have been taken with the pelvis up */
    int64_t base_mn;             /* B with no hand that takes some of it, or ABSENT */
    int64_t flat_ns;             /* when the load was last looked at for keeping to a level */
    int64_t before_mn, after_mn; /* the load at rest just before the last rep told, and just after */
    int64_t scan_rest_mn;        /* what edges count from */
    struct pelvis_median amps, tension, unload; /* accepted reps; how long loading and unloading take */
    struct pelvis_median peaks;                 /* the highest u held in each of them */
    int n_reps;
    int64_t state_ns;                   /* state since */
    int64_t peak_mn;                    /* of u in this excursion */
    int64_t enter_ns;                   /* it began to be one */
    int64_t above_ns, left_ns, back_ns; /* dwells */
    bool was_off;                       /* LEVEL: from having left, and the rest level is known */
    int64_t search_ns;                  /* nothing before this belongs to the next rep */
    int64_t prev_end_ns;                /* known end of the rep before, or ABSENT */
    struct sieve input;
    struct live_move move;
    struct quiet quiet;
    struct rep_buffer buffer;
    struct pelvis_edges edges; /* of the last rep told, for who wants to look inside */
    struct pelvis_told told;
    int32_t f[REP_BUFFER_MAX]; /* the second look's */
};

void pelvis_begin(struct pelvis *pelvis, const struct detector_setup *setup, const struct pelvis_rules *rules);
/* At most PELVIS_MARKS marks, of which at most one is a rep; that one is full when pelvis->edges holds its edges. */
#define PELVIS_MARKS 3
int pelvis_step(struct pelvis *pelvis, const struct sample *sample, struct mark *marks);
/* Median of the accepted amplitudes, or ABSENT. */
int64_t pelvis_amp_mn(const struct pelvis *pelvis);
/* u of the last sample pushed: above the rest level, 0 when that is not known. */
int64_t pelvis_u_mn(const struct pelvis *pelvis);

#endif
