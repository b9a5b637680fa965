/* SPDX-License-Identifier: MIT */
/* The gains of the filter that follows a hand; fit_white.h has the rules. */
#include "daemon/core/fit/fit_white.h"

#include "daemon/core/decay.h"
#include <string.h>

void fit_white_begin(struct fit_white *white, const struct fit_bins *bins, double share)
{
    double var = share; /* of the wander, before the bin is seen */

    memset(white, 0, sizeof(*white));
    white->hand = share > 0.0;
    for (int n = 0; n < bins->n; n++) {
        white->w[n] = bins->w[n];
        if (!white->hand)
            continue;
        double all = var + 1.0 / bins->w[n], a = 0.0;
        white->w[n] = 1.0 / all;
        white->gain[n] = var / all;
        var -= var * white->gain[n];
        if (n + 1 < bins->n)
            a = decay((bins->t[n + 1] - bins->t[n]) / FIT_HAND_TAU_S);
        white->keep[n] = a;
        var = a * a * var + share * (1.0 - a * a);
    }
}
