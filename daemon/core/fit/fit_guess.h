/* SPDX-License-Identifier: MIT */
/* Where the fit of an edge begins, and how far its breakpoints may go. Used by fit_curve.c only. */
#ifndef GYMSTATION_CORE_FIT_GUESS_H
#define GYMSTATION_CORE_FIT_GUESS_H

#include "daemon/core/fit/fit_curve.h"

/*
 * Sets the two breakpoints of an edge (0 up, 1 down) and their limits: about the middle that the crossings show, of the
 * length among FIT_GUESSES that leaves least of the samples. k: the limb's inertia, N s2. A limb that weighs as much as
 * its band makes a quick movement look like a slow one of something that weighs nothing; from there no step leads back.
 */
#define FIT_GUESSES 5

void fit_guess_edge(struct fit_curve *curve, const struct fit_bins *bins, const struct fit_guess *guess, int edge,
                    double k);

#endif
