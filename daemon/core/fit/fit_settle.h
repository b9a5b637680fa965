/* SPDX-License-Identifier: MIT */
/*
 * Levenberg and Marquardt for one curve: a step that makes it worse is taken back, and the next one is shorter. In noise
 * undamped steps would go to and fro across the valley for ever. For fit_curve.c and swing_fit.c, which say what a step is
 * and when it was the last.
 */
#ifndef GYMSTATION_CORE_FIT_SETTLE_H
#define GYMSTATION_CORE_FIT_SETTLE_H

#include "daemon/core/fit/fit_normal.h"

struct fit_task {
    const void *data; /* the caller's */
    int times;        /* steps at most */
    /* The normal equations at curve->p, and the cost there. */
    double (*build)(const struct fit_curve *curve, const void *data, struct fit_normal *ret);
    /* A step from curve->p by what `at` says there, its diagonal larger by lambda of itself; false: there is none. */
    bool (*move_on)(struct fit_curve *curve, const struct fit_normal *at, double lambda);
    /* Was that step, which gained so much, the last one? */
    bool (*settled)(const struct fit_curve *curve, const void *data, double gain, double cost);
};

/* False: a step could not be taken. curve->p, *ret and *ret_cost: the best there was. */
bool fit_settle(struct fit_curve *curve, const struct fit_task *task, struct fit_normal *ret, double *ret_cost);

#endif
