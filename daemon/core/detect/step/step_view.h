/* SPDX-License-Identifier: MIT */
/*
 * A step-up as it is being looked at (step_look.h): what it was (step_verdict.c) and its figures (step_figures.c). Plain
 * memory.
 */
#ifndef GYMSTATION_CORE_STEP_VIEW_H
#define GYMSTATION_CORE_STEP_VIEW_H

#include "daemon/core/detect/step/step_look.h"
#include "daemon/core/detect/step/step_span.h"

#define STEP_OWN_PER_CENT 3   /* a level that far from the set's weight is another weight */
#define STEP_MISFIT_TAKEN 2.5 /* standard deviations; of a rep that may teach the weight */
#define STEP_MISFIT_SURE  0.5 /* 95 of 100 plain reps stay below; from there on the crossings' sd grow with it */

struct step_view {
    const struct step_look *look;
    struct step_span span;
    struct step_jolts jolts;
};

static inline int64_t step_view_ns(const struct step_view *view, int i)
{
    return step_span_time_ns(&view->span, i);
}

/*
 * Sets outcome, FLAG_HEIGHT and FLAG_HAND_SUPPORT. True: it is a whole rep, and motion (of a view that was fitted) says
 * how it went.
 */
bool step_verdict(const struct step_view *view, const struct step_motion *motion, bool fitted, struct rep_data *rep);

/* As the body alone moves it came up, down and together to a height far off the step's: 0.75 and less, 1.35 and more. */
bool step_verdict_another(const struct step_motion *motion, double height_m);

/* Counted as a whole rep, but it may be a part of one: all of its ways came out low, or it was over too soon. */
bool step_verdict_doubts(const struct step_view *view, const struct step_motion *motion);

/* It stopped on the way down, between 5 and 65 % of it. */
bool step_verdict_pauses(const struct step_motion *motion);

/* Nothing is known. */
void step_figures_clear(struct step_found *ret);
/* con, top, ecc by the model, and the movements where they are credible. */
void step_figures_phases(const struct step_view *view, const struct step_motion *motion, struct step_found *ret);
/* Forces and tut between start_ns and end_ns. */
void step_figures_sum(const struct step_view *view, struct rep_data *rep);

#endif
