/* SPDX-License-Identifier: MIT */
/* Damped least squares; see fit_settle.h. */
#include "daemon/core/fit/fit_settle.h"

#include <string.h>

#define LAMBDA      0.001 /* of a diagonal element: the first step's damping ... */
#define LAMBDA_LESS 0.2
#define LAMBDA_MORE 8.0

bool fit_settle(struct fit_curve *curve, const struct fit_task *task, struct fit_normal *ret, double *ret_cost)
{
    struct fit_normal here;
    double p[FIT_PARAMS], least = -1.0, lambda = LAMBDA;

    for (int i = 0;; i++) {
        double cost = task->build(curve, task->data, &here), gain = least - cost;
        if (least < 0.0 || cost < least) {
            *ret_cost = least = cost;
            *ret = here;
            memcpy(p, curve->p, sizeof(p));
            lambda *= i > 0 ? LAMBDA_LESS : 1.0;
        } else {
            memcpy(curve->p, p, sizeof(p));
            lambda *= LAMBDA_MORE;
        }
        if (i == task->times || (i > 0 && task->settled(curve, task->data, gain, cost)))
            return true;
        if (!task->move_on(curve, ret, lambda))
            return false;
    }
}
