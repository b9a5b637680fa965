/* SPDX-License-Identifier: MIT */
/*
 * The second look over a finished step-up: where it began and ended, whether it was one, and how long its phases took.
 *
 * The body weight is that of the set unless the rep stands still at another level (somebody else is on the box, a
 * dumbbell has been put down); then it is that level, and the fit (step_motion.h) refines either. A rep is
 *   partial, FLAG_HEIGHT   the box never carried everything for full_min_ns, or the height came out outside of
 *                          0.6-1.4 of the step and of four times its uncertainty while nothing but the body acted (of
 *                          the reps before instead, where those fit well and came out lower), or it
 *                          carried less than STEP_LEAN_PER_CENT of the weight and nothing rose, or it was broken off:
 *                          much shorter than the reps before, and not ended as one ends, or fitting far worse than
 *                          they do. Before a rep of the set is known to have been on the step that is configured,
 *                          it may be the box that is another: a rep as high as an earlier one, which came out
 *                          clean and another height, is whole (full, FLAG_HEIGHT). Nobody changes boxes in mid-set
 *   full                   everything else; what integration cannot tell is left out:
 *                          FLAG_GAP          samples are missing
 *                          FLAG_LOW_RATE     fewer than 25 samples a second, and its single periods are not to be
 *                                            had (step_slow.h): the converter's mean over four of them (0.16 s and
 *                                            more) is as long as the movements it should show
 *                          FLAG_HAND_SUPPORT the integrals contradict what is known of a step-up, a height outside of
 *                                            0.6-1.4 included: something slower than sway acts, a hand on a chair; or
 *                                            the level wanders from rep to rep
 *                          FLAG_HEIGHT       it may be a part of one: up, down and together came out low, though not
 *                                            outside of what they may, or it was over too soon and fits badly, or
 *                                            it was another step: all three below 0.7 of this one, or, as cleanly as
 *                                            a plain rep, below 0.75 or above 1.35 of it
 *                          FLAG_OTHER_LOAD   somebody else was on the box: nothing but the count is known
 * FLAG_PAUSE_IN_ECC: three tenths of the way down took much longer than the other three. Jolts (step_jolt.h) are left out
 * of the integrals. A partial rep claims no phase.
 *
 * sd_s is the larger of that of `s` and that of move_s. Where the fit is bad and the body goes through 95 % of the height much
 * more slowly than half-way it is the top that drifts: con or ecc, and top, are left out.
 *
 * move_s of con runs from where the lead leg begins to take the body over (step_load.h), as the cue asks for that, too, to
 * the end of the rise by the fit; that of bottom from the landing by the fit to there; sd_s from both ends.
 *
 * Figures from start (0.5 BW upward) to end (the last 0.9 BW), F running straight between samples, B the rest level
 * before the set (an empty box or a resting foot):
 *   tut_s       end - start: all that time F > B + p (BW - B), p = 0.10        s
 *   peak_n      max (F - B)                                                  N
 *   impulse_ns  sum of (F - B) dt                                            N s
 *   mean_n      impulse_ns / (end - start)                                   N
 */
#ifndef GYMSTATION_CORE_STEP_LOOK_H
#define GYMSTATION_CORE_STEP_LOOK_H

#include "daemon/core/detect/step/step_move.h"
#include "daemon/core/detect/step/step_path.h"
#include "gymstation/exercise.h"

/* One leg in passing carries everything for 0.4-0.7 s; where half of what is prescribed is less, that decides. */
#define STEP_FULL_MIN_NS   (800 * NS_PER_MS)
#define STEP_FULL_LEAST_NS (400 * NS_PER_MS)
#define STEP_LEAN_PER_CENT 80
#define STEP_SD_MAX_S      0.5 /* a phase that is not known better is left out */

struct step_look {
    const struct rep_buffer *buffer;
    int64_t after_ns;         /* the rep before is over; ABSENT: there is none */
    int64_t rest_mn;          /* B, or ABSENT: forces count from the zero, FLAG_NO_BASELINE */
    int64_t up_ns;            /* F rose above 0.5 BW: stamp of that sample */
    int64_t bw_mn;            /* as the set knows it */
    int64_t wander_mn;        /* how far it wanders from rep to rep */
    bool proven;              /* reps have shown it */
    bool others;              /* somebody else was on the box meanwhile */
    bool sharp;               /* samples of a slow converter are single periods (step_sharp.h) */
    int32_t height_mm;        /* of the step */
    int64_t full_min_ns;      /* step_full_min_ns() of the dose */
    int64_t planned_ns;       /* step_planned_ns() of the dose */
    struct step_habit *habit; /* the set's */
    struct step_path *path;   /* room, for the time of the look */
};

struct step_point {
    int64_t t_ns, sd_ns; /* or both ABSENT */
};

struct step_found {
    struct rep_data rep;
    bool hole;                   /* samples are missing: nothing joins this rep to the next */
    bool rough;                  /* its ends are read from means over 0.16 s and more */
    int64_t bw_mn;               /* as this rep has shown it, or ABSENT */
    bool bw_rough;               /* by such means alone */
    int64_t level_mn, median_mn; /* at which it stood still, by its mean and by its median, or both ABSENT */
    /* On the samples' clock: the way up begins (step_load.h), the way down ends (its fit). ABSENT: not credible. */
    struct step_point begins, landed;
    bool begin_known;
    double begin_m_s; /* upward, when the box began to carry everything: 0, give or take, of who rises late */
    double begin_h_m; /* and how high the body was then */
};

/* How long the box has to carry everything in a whole rep of that dose. */
int64_t step_full_min_ns(const struct dose *dose);

/* How long a rep is to be by that dose; 0 when it leaves that open. */
int64_t step_planned_ns(const struct dose *dose);

/* The pause between two reps, from crossing to crossing, and from breakpoint to breakpoint where both are known. */
struct phase_time step_look_pause(int64_t from_ns, const struct step_point *landed, const struct step_found *next);

void step_look(const struct step_look *look, struct step_found *ret);

#endif
