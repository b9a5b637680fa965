/* SPDX-License-Identifier: MIT */
/*
 * Band curl on a dead anchor: body weight plus the band's pull (and anything else that pulls on the box and lets go).
 *
 * Counting, by hysteresis around the rest level B: u is the level over B as curl_level.h has it, 0.2 s late, so that
 * kicks, bounces and the jerks of a quick limb do not count:
 *
 *     LEVEL --rest level known, standing on it--> REST --u > enter for 150 ms--> REP --u < 0.3 A--> LOW
 *       ^--left the box, 60 s in one rep                ^--0.2 s after pA, second look: MARK_REP--'  |
 *                                          REP <--back over 0.6 A within 200 ms: a bounce-------------'
 *                                          REP <--back over 0.6 A later: MARK_REP and the next rep begins
 *     any --no rep for 30 s from go, leaning, quick reps in doubt--> LOST (MARK_NOT_SEEN)
 *
 * A is the reference amplitude: the running median of the last five accepted reps, each clamped to +-20 % of it; before
 * the first, the rep's own running peak, at least the larger of CURL_AMP_MIN_MN and CURL_ENTER_SIGMAS sigma / 0.6.
 * enter is 0.3 A, or 0.6 A as long as nothing is known.
 *
 * The first movement of CURL_WEAK_NS decides about the band, once: with A below five sigma there is none to be measured,
 * the set is LOST and goes by cue from its start. sigma is that of the quiet signal before the set and of the first rep's
 * samples about their means, half of each, for two seconds of sway tell its sd to a third only. Afterwards a rep is
 * accepted when its A is at least CURL_AMP_MIN_MN, three times the noise and 0.3 of the reference, and when it lasted
 * CURL_REP_MIN_NS, or half of what was cued for con and top, or, where nothing is cued, a quarter of the last one's time: a
 * fast way up against a weak band weighs as much by its inertia (10.8 N s2/T^2) as by the band's pull, and falls back for a
 * moment; nobody is four times as quick from one rep to the next. Below 0.7 of the reference it is partial, or
 * 0.55 when it hardly stayed on top, and less where a hand may have taken the rest. Above 0.7 it is one, too, where a
 * quick limb's inertia is taken for noise.
 *
 * In a set that is cued quicker than a limb can be told apart (curl_quick.h) a doubtful count goes on by the cues; from
 * the second rep on that is movement_not_seen, for the band has been.
 *
 * Between reps B follows: who stands still for CURL_FLAT_NS off it by CURL_OFF_PCT of A (twice that once reps are full)
 * has another rest level; it was taken in mid-movement, or a hand takes some of the weight. What went up, and within
 * CURL_SET_OFF_NS on to a repetition, was the limb that set off against a slack band: that is taken back.
 *
 * A band that lets go (slipped()) and a cycle without a rep: LOST, and the cues since the last rep count. Its rep is full
 * and has no eccentric; a slow converter does not show it.
 *
 * Others on the box (curl_others.h) are taken out of the load: the reps go on. One with others in it counts, and claims
 * neither phases nor time under tension nor forces; it is flagged hand_support, and hands are looked for anew.
 *
 * At 10 SPS what is cued in less than CURL_SLOW_CYCLE_NS goes by cue from the start: its pauses do not show.
 *
 * A touching finger (support.h) is flagged, hand_support, in every rep from then on; who leans on a chair is LOST: the
 * cues count from the last rep told. Stepping or jumping off before F has stayed at the rest level for CURL_LOOK_NS
 * leaves a partial rep without its eccentric; F that goes on falling far below it is waited for. Where it stays a little
 * below, weight went to a chair while the limb moved: the rep counts, hand_support, and claims nothing more.
 */
#ifndef GYMSTATION_CORE_DETECTOR_CURL_H
#define GYMSTATION_CORE_DETECTOR_CURL_H

#include "daemon/core/detect/curl/curl_level.h"
#include "daemon/core/detect/curl/curl_live.h"
#include "daemon/core/detect/curl/curl_others.h"
#include "daemon/core/signal/lean.h"
#include "daemon/core/signal/support.h"
#include "daemon/core/detect/live.h"
#include "daemon/core/detect/sieve.h"
#include "daemon/core/signal/quiet.h"
#include "daemon/core/detect/rep_moves.h"
#include "daemon/core/detect/rep_scan.h"
#include "daemon/core/fit/swing_fit.h"

#define CURL_AMP_MIN_MN    10000 /* 1 kg: half of the weakest band's pull at 90 degrees (2-9 kg) */
#define CURL_SPIKE_MN      60000 /* from mean to mean over four periods: a third of the heaviest band and its limb let go */
#define CURL_AMP_MAX_MN    400000 /* 40 kg: no band pulls like that; somebody who walks over the box weighs more */
#define CURL_SIGMAS        5      /* of the quiet signal: A below that is no band, says the first movement of a set */
#define CURL_ENTER_SIGMAS  2      /* seven of what a mean over a period leaves of sway */
#define CURL_WEAK_NS       (800 * NS_PER_MS) /* a movement of so long is one, however weak */
#define CURL_DWELL_NS      (150 * NS_PER_MS)
#define CURL_REFRACTORY_NS (200 * NS_PER_MS)
#define CURL_LOOK_NS                                                                                                   \
    (10 * NS_PER_MS) /* first look after 0.12 A, which shows 0.2 s late; a slow converter's means, too */
#define CURL_LOOK_AGAIN_NS (20 * NS_PER_MS)  /* F was not below pA yet */
#define CURL_SETTLE_NS     (400 * NS_PER_MS) /* longest wait for a bounce to end */
#define CURL_LOW_MAX_NS    (3 * NS_PER_S)    /* below 0.3 A without reaching pA: the rest level has moved */
#define CURL_REP_MIN_NS                                                                                                \
    (350 * NS_PER_MS)                    /* a kick of 50 ms, smoothed, lasts 0.27 s; a rep with a dropped eccentric
                                                 of 0.3 s and a fast way up 0.4 s */
#define CURL_BRIEF_PART  4               /* of the last rep's time: one at an own pace is no rep below that ... */
#define CURL_REP_OWN_NS  NS_PER_S        /* ... unless it takes so long */
#define CURL_REP_MAX_NS  (60 * NS_PER_S) /* four phases of 15 s */
#define CURL_NOT_SEEN_NS (30 * NS_PER_S)
#define CURL_BRIEF_NS    (10 * NS_PER_S)   /* off for less: it is the same patient with the same rest level ... */
#define CURL_BACK_NS     (400 * NS_PER_MS) /* ... once the jolt of the landing is over */
#define CURL_GOES_PART   8                 /* of the rest level: so much below it who stands there does not come */
#define CURL_LEFT_MIN_MN 100000            /* rest levels from 100 N on are somebody's weight, who can leave */
#define CURL_PEAK_NS     (250 * NS_PER_MS) /* a kick, a cough, a leg that is stopped, a jump: over sooner */
#define CURL_CLIP_PCT    220               /* of the reference: another band may pull 1.8 times as much */
#define CURL_FALL_NS                                                                                                   \
    (100 * NS_PER_MS)        /* who jumps off is gone by then: a converter's four periods, and the level's blocks */
#define CURL_DOWN_PCT     25 /* of A, over CURL_BEFORE_NS: who leaves from there has had the rep; half-way down is 50 */
#define CURL_BEFORE_NS    (250 * NS_PER_MS)
#define CURL_LEAVING_NS   (50 * NS_PER_MS)  /* of the way off do not count with it */
#define CURL_FLAT_NS      (800 * NS_PER_MS) /* so long within CURL_EVEN_PCT of A: stands still */
#define CURL_SET_OFF_NS   (700 * NS_PER_MS)
#define CURL_EVEN_PCT     6
#define CURL_OFF_PCT      20                /* of A: the end of a slow way down stays below 0.1 A for a second */
#define CURL_SLIP_NS      (80 * NS_PER_MS)  /* from 0.8 to 0.2 A: a converter's four periods at 70 SPS */
#define CURL_SLIP_MOST_NS (300 * NS_PER_MS) /* crossing time, means taken away: a limb that is let go takes as long */
#define CURL_SLIP_LOOK_NS (200 * NS_PER_MS)
#define CURL_DRIFT_MN     300               /* sd of creep and drift since the rest level was taken (20 g/min) */
#define CURL_QUICK_NS     (150 * NS_PER_MS) /* beyond an edge, for what inertia does there */
#define CURL_UNREST_PCT   12 /* of A, root of the mean square: 1.2 times the noise and so much more is inertia */
#define CURL_HALTED_NS    (1200 * NS_PER_MS)
#define CURL_BELOW_PCT    25                /* of A below the rest level, for ... */
#define CURL_BELOW_NS     (300 * NS_PER_MS) /* ... so long: no limb that is stopped, a hand has taken some of the weight */
#define CURL_VAGUE_NS     (100 * NS_PER_MS) /* sd that a phase may have, and a quarter of it */
#define CURL_STEP_PCT     125               /* of the reference, a rep that stands on a step */
#define CURL_APART_PCT    25                /* of the reference, lower or higher: not sure to stand on the same level */
#define CURL_STEP_NS      (600 * NS_PER_MS)
#define CURL_STEPS        2  /* of their ways that halt: the patient leans */
#define CURL_FULL_PCT     70 /* of the reference: below that a rep is partial, ... */
#define CURL_BRIEF_PCT    55 /* ... or that, for one above 0.9 A for less than ... */
#define CURL_HAND_SDS     2  /* and lower by so many sd of a hand, whose wander moves A by 1.4 of them, ... */
#define CURL_HALF_PCT     50 /* ... but not below that */
#define CURL_TOP_NS       (700 * NS_PER_MS)
#define CURL_SLOW_NS      (40 * NS_PER_MS) /* samples further apart: a slow converter */
#define CURL_SLOW_CYCLE_NS                                                                                             \
    (1900 * NS_PER_MS) /* a converter's four periods and a median of three at 10 SPS hide the pauses of a quicker one */
#define CURL_AMPS 5

/*
 * Below the rest level by so much of A and of sway for so long when a rep is looked at: weight went to a chair in
 * mid-rep. Half of it now: it may still come to that.
 */
#define CURL_SINKS_PCT     15
#define CURL_SINKS_SIGMAS  4
#define CURL_SINKS_NS      (100 * NS_PER_MS)
#define CURL_SINKS_WAIT_NS (200 * NS_PER_MS)
#define CURL_BRIEFER_PCT   93                /* of the rep before, and ... */
#define CURL_BRIEFER_PART  40                /* of A: with more sway the level tells nothing; it is ... */
#define CURL_BRIEFER_NS    (420 * NS_PER_MS) /* ... looked at so long after its end: half of it will do then */

enum curl_state { CURL_STATE_LEVEL, CURL_STATE_REST, CURL_STATE_REP, CURL_STATE_LOW, CURL_STATE_LOST };

struct curl_detector {
    enum curl_state state;
    int64_t start_ns, rep_min_ns;
    int64_t cycle_ns;          /* the four phases as they are cued, or NEVER */
    int64_t rest_mn, noise_mn; /* B or ABSENT; sigma, 0 when not known */
    int64_t amp_mn;            /* reference amplitude or ABSENT */
    int64_t amps[CURL_AMPS];   /* newest last */
    int n_amps;
    int n_reps;                 /* accepted, partial ones included */
    int64_t dur_ns;             /* of the last full one that no hand was in, or ABSENT */
    int64_t state_ns;           /* state since */
    int64_t now_mn;             /* the sample, above B */
    int64_t peak_mn;            /* of u in this excursion */
    int64_t enter_ns;           /* the excursion began */
    bool doubtful;              /* no rep yet, or the last one was partial: the rest level may be wrong */
    int64_t flat_ns, flat_mn;   /* REST: u has been even since, at about that; or ABSENT */
    int64_t moved_ns, moved_mn; /* REST: B followed then, by so much; or ABSENT */
    int64_t above_ns, left_ns;  /* dwells: u above enter; off the box */
    int64_t below_ns;           /* and well below the rest level between reps */
    bool below_told;            /* and that was taken for weight on a chair */
    int64_t pa_ns;              /* LOW: u first fell below 0.12 A, or ABSENT */
    int64_t look_ns;            /* LOW: next look */
    int64_t read_to_ns;         /* LOW: what the last look was from, or ABSENT */
    int64_t min_mn, min_ns;     /* LOW: lowest u */
    bool was_off;               /* LEVEL: from having left, and the rest level is known */
    bool bounced;               /* came back over 0.3 A from LOW */
    int64_t search_ns;          /* nothing before this belongs to the next rep */
    int64_t prev_end_ns;        /* known end of the rep before, or ABSENT */
    int64_t prev_sd_ns;         /* of that, or ABSENT */
    bool prev_fitted;           /* it is the fit's */
    struct rep_moves moves;
    struct swing_set swing; /* of a quickly cued set */
    struct sieve sieve;
    int64_t before_ns; /* the sample before, or ABSENT */
    struct curl_level level;
    struct curl_live live;
    struct live_move move;
    struct quiet quiet;
    struct support support;
    struct lean lean;
    struct curl_others others;
    int n_steps;      /* halted ways of reps that stood on a step, and weight on a chair in a pause: leans in steps */
    bool odd;         /* others came, went or were there since the rep before */
    int64_t still_ns; /* the rep before is over, margin included; or "go" */
    int64_t slip_ns, patience_ns; /* the band let go then, or ABSENT; without a rep for so long it is gone */
    unsigned flags;               /* of the reps from now on */
    int64_t told_ns;              /* end of the last accepted rep, or "go" */
    int64_t mid_ns;               /* its middle */
    bool looked_back;             /* no rep came for two quick cycles after it */
    struct rep_buffer buffer;
    int32_t f[REP_BUFFER_MAX], v[REP_BUFFER_MAX]; /* the second look's */
};

enum curl_when { CURL_SO_FAR, CURL_OVER, CURL_JUMPED };
enum curl_look { CURL_LOOK_NO_REP, CURL_LOOK_REP, CURL_LOOK_LATER, CURL_LOOK_WEAK, CURL_LOOK_DOUBT };

/*
 * What is in the buffer up to to_ns; takes an accepted rep into the references. A rep that has not come down to pA yet
 * can wait so far; when it is over, or the patient has jumped off, this is the last look.
 * Weak: a movement of less than five sigma before any was accepted. Doubt: curl_quick.h.
 */
enum curl_look curl_look(struct curl_detector *curl, int64_t to_ns, enum curl_when when, struct rep_data *ret);

/* A as far as it is known now; what u passes when a rep begins. */
int64_t curl_amp_mn(const struct curl_detector *curl);
int64_t curl_enter_mn(const struct curl_detector *curl);
void curl_enter(struct curl_detector *curl, enum curl_state state, int64_t t_ns);
/* A sample in CURL_STATE_LEVEL, in CURL_STATE_REST: nothing is told there. */
int curl_step_level(struct curl_detector *curl, int64_t t_ns, int64_t force_mn);
int curl_step_rest(struct curl_detector *curl, int64_t t_ns, int64_t u_mn);

/* So far below the rest level neither sway nor a leg that is stopped stays. */
int64_t curl_sinks_mn(const struct curl_detector *curl);

/*
 * Who left the box at left_ns had come down before: when the fall began, or ABSENT: the limb was still on its way, on top or not
 * to be seen.
 */
int64_t curl_down_before_ns(const struct curl_detector *curl, int64_t left_ns);

/* Follows others on the box: u, the level above B without them. */
int64_t curl_mind_others(struct curl_detector *curl, int64_t t_ns, int64_t u_mn);

/* Who leans on a chair moves the box by as much as a band: 1 and MARK_NOT_SEEN, what the cues say since the last rep counts. */
int curl_watch_hands(struct curl_detector *curl, const struct sample *sample, int64_t u_mn, struct mark *mark);
/*
 * Weight put on a chair in the pause: what is claimed until the reps are even again could be the chair's. Whoever does it
 * again leans in steps.
 */
void curl_watch_chair(struct curl_detector *curl, int64_t t_ns, int64_t u_mn);

/* It cannot be known. */
void curl_drop_phase(struct phase_time *phase);

static inline int64_t curl_part(int64_t mn, int64_t per_cent)
{
    return mn * per_cent / 100;
}

extern const struct detector_ops curl_detector_ops;

#endif
