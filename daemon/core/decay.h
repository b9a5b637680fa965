/* SPDX-License-Identifier: MIT */
/*
 * exp(-x) from + * / only: the same bits with every compiler and on every processor, which exp() of a libm does not
 * promise. (1 + x/16)^-16: within 3 % of 1 for x >= 0; x has no unit.
 */
#ifndef GYMSTATION_CORE_DECAY_H
#define GYMSTATION_CORE_DECAY_H

static inline double decay(double x)
{
    double v = 1.0 / (1.0 + x / 16.0);

    v = v * v;
    v = v * v;
    v = v * v;
    return v * v;
}

#endif
