/* SPDX-License-Identifier: MIT */
/*
 * A movement's own duration, breakpoint to breakpoint, from the times at which it goes through STEP_LEVELS heights:
 *
 *     t_k = begin + T u_k
 *
 * u_k is the share of the time after which a movement of that shape has gone that far: minimum jerk, most of it early or
 * late, constant speed with and without blends (fit_edge.h). Least squares over begin and T, each time with its own sd, for
 * each shape. Which it is shows in the speeds: those at 0.95 and 0.8 of the way up are 0.38 and 0.77 of that at half of it
 * in a minimum-jerk movement, 1 at constant speed, and those above and below the middle differ where it is early or late.
 * It is a habit of the patient: what the movements of the set have shown, older ones fading, says how likely each is.
 *
 *     sd^2 = factor^2 sum over shapes w (sd_shape^2 + (value - mean)^2) + (STEP_SHAPE_FLOOR T)^2
 *
 * Way up: its first share carries the trailing foot, so its beginning is extrapolated; so is the end of the way down,
 * where the foot has landed. A movement that is none of the family (a pause, two parts) leaves more than its sd and is
 * not credible. Nor is one whose sd is over STEP_MOVE_SD_PART of it.
 */
#ifndef GYMSTATION_CORE_STEP_MOVE_H
#define GYMSTATION_CORE_STEP_MOVE_H

#include "daemon/core/detect/step/step_motion.h"
#include "daemon/core/fit/fit_edge.h"

#define STEP_SHAPE_FLOOR   0.03 /* of the movement: shapes lie between those of the family */
#define STEP_SHAPE_TEMPER  0.5  /* of the log likelihood: they are approximations */
#define STEP_SHAPE_MEMORY  0.85 /* a movement */
#define STEP_LENGTH_MEMORY 4    /* reps; of fits, too */
#define STEP_MOVE_SD_PART  0.15 /* three quarters of the default tolerance of 20 % */
#define STEP_MOVE_MISFIT   2.5
#define STEP_MOVE_TOP_SD_S 0.2

/* Zero it when a set begins. */
struct step_habit {
    double cost[FIT_SHAPE_COUNT]; /* minus log likelihood, less the least */
    double reps, rep_s, last_s;   /* whole reps seen, the mean of their lengths, the last one's */
    /* Whole reps that could be fitted, the means of their misfit (step_motion.h) and of their height. */
    double fits, misfit, height_m;
    /* The height of the reps of a set that has not seen the step's own yet, where they came out at another; or 0. */
    double other_m;
    bool at_step; /* one came out at the step's */
};

struct step_move {
    double begin_s, end_s; /* after the first sample of the span */
    double begin_sd_s, end_sd_s, sd_s;
};

/* Takes the shape of one movement, if all of its crossings have been seen and it is one of the family. */
void step_habit_take(struct step_habit *habit, const struct step_motion *motion, bool down);

/* Takes the length of a whole rep. */
void step_habit_take_length(struct step_habit *habit, double s);
/* Takes what came of its fit. */
void step_habit_take_fit(struct step_habit *habit, const struct step_motion *motion);

/* Of the way up or down. False: nothing credible, *ret is zero. */
bool step_move_fit(const struct step_habit *habit, const struct step_motion *motion, bool down, struct step_move *ret);

#endif
