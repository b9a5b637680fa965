/* SPDX-License-Identifier: MIT */
/*
 * A movement's own duration, breakpoint to breakpoint, from the times at which it goes through STEP_LEVELS heights:
 *
 *     t_k = begin + T u_k,   u_k = m_k + p (c_k - m_k)
 *
 * m_k and c_k are the shares of the time after which a minimum-jerk movement and one of constant speed (blends of a
 * tenth at either end) have gone that far; p, between them, is the patient's. Least squares over begin, T and p T, each
 * time with its own sd. p shows in the speeds: those at 0.95 and 0.8 of the way up are 0.38 and 0.77 of that at half of it
 * in a minimum-jerk movement, 0.95 and 1 at constant speed. It is a habit of the patient: the mean of what the movements
 * of the set have shown, each of them good to STEP_SHAPE_SD. Way up: its first share carries the trailing foot,
 * so its beginning is extrapolated; so is the end of the way down, where the foot has landed.
 * sd covers the figures and p; a movement that is none of the family (a pause, two parts) leaves more than its sd and is
 * not credible. Nor is one whose sd is over STEP_MOVE_SD_PART of it.
 */
#ifndef GYMSTATION_CORE_STEP_MOVE_H
#define GYMSTATION_CORE_STEP_MOVE_H

#include "daemon/core/detect/step_motion.h"

#define STEP_SHAPE_SD      0.25
#define STEP_SHAPE_FLOOR   0.07 /* movements of one patient differ */
#define STEP_SHAPE_MEMORY  16   /* movements; older ones fade */
#define STEP_LENGTH_MEMORY 4    /* reps; of fits, too */
#define STEP_MOVE_SD_PART  0.15 /* three quarters of the default tolerance of 20 % */
#define STEP_MOVE_MISFIT   2.5
#define STEP_MOVE_TOP_SD_S 0.2

/* Zero it when a set begins. */
struct step_habit {
    double n, p;        /* movements seen, the mean of their shapes */
    double reps, rep_s; /* whole reps seen, the mean of their lengths */
    /* Whole reps that could be fitted, the means of their misfit (step_motion.h) and of their height. */
    double fits, misfit, height_m;
};

struct step_move {
    double begin_s, end_s; /* after the first sample of the span */
    double begin_sd_s, end_sd_s, sd_s;
};

/* Takes the shape of one movement, if all of its crossings have been seen and it is one of the family. */
void step_habit_take(struct step_habit *habit, const struct step_crossing *crossings, bool down);

/* Takes the length of a whole rep. */
void step_habit_take_length(struct step_habit *habit, double s);
/* Takes what came of its fit. */
void step_habit_take_fit(struct step_habit *habit, const struct step_motion *motion);

/* crossings: STEP_LEVELS of them, of the way up or down. False: nothing credible, *ret is zero. */
bool step_move_fit(const struct step_habit *habit, const struct step_crossing *crossings, bool down,
                   struct step_move *ret);

#endif
