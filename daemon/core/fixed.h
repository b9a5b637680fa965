/* SPDX-License-Identifier: MIT */
/*
 * Integer helpers for the decision path: exact, so that every processor agrees. Forces in mN, times in ns.
 * Forces stay within +-FIXED_FORCE_MAX_MN and segments within 100 s, so that no product here overflows.
 */
#ifndef GYMSTATION_CORE_FIXED_H
#define GYMSTATION_CORE_FIXED_H

#include <stdint.h>

/* 4 kN: beyond every platform that is supported (2.5 kN); a spike above it says nothing more. */
#define FIXED_FORCE_MAX_MN INT64_C(4000000)

static inline int64_t fixed_min(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static inline int64_t fixed_max(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static inline int64_t fixed_abs(int64_t a)
{
    return a < 0 ? -a : a;
}

static inline int64_t fixed_clamp(int64_t v, int64_t lo, int64_t hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

static inline int64_t fixed_force(int64_t force_mn)
{
    return fixed_clamp(force_mn, -FIXED_FORCE_MAX_MN, FIXED_FORCE_MAX_MN);
}

/* a / b to the nearest integer, halves away from zero; b > 0. */
static inline int64_t fixed_div(int64_t a, int64_t b)
{
    return a < 0 ? -((-a + b / 2) / b) : (a + b / 2) / b;
}

/* Integer square root, rounded down. */
static inline int64_t fixed_sqrt(int64_t v)
{
    int64_t root = 0;

    for (int64_t bit = INT64_C(1) << 31; bit > 0; bit >>= 1)
        if ((root + bit) <= INT64_C(3037000499) && (root + bit) * (root + bit) <= v)
            root += bit;
    return root;
}

/* Root of a^2 + b^2 of two times in ns, to 1 us; each counts for 1000 s at most: their squares fit. */
static inline int64_t fixed_root_of_squares(int64_t a_ns, int64_t b_ns)
{
    int64_t most_us = INT64_C(1000000000);
    int64_t a_us = fixed_clamp(a_ns / 1000, -most_us, most_us), b_us = fixed_clamp(b_ns / 1000, -most_us, most_us);

    return 1000 * fixed_sqrt(a_us * a_us + b_us * b_us);
}

/* When the straight line from (t0, f0) to (t1, f1) passes level; t1 when both ends lie on the same side. */
static inline int64_t fixed_cross_ns(int64_t t0, int64_t f0, int64_t t1, int64_t f1, int64_t level)
{
    if ((f0 < level) == (f1 < level))
        return t1;
    int64_t num = (level - f0) * (t1 - t0);
    int64_t den = f1 - f0;

    return t0 + (den < 0 ? fixed_div(-num, -den) : fixed_div(num, den));
}

/* How much of a segment of dt_ns, straight from f0 to f1, lies at or above level. */
static inline int64_t fixed_above_ns(int64_t f0, int64_t f1, int64_t dt_ns, int64_t level)
{
    if (f0 >= level && f1 >= level)
        return dt_ns;
    if (f0 < level && f1 < level)
        return 0;
    int64_t cross = fixed_cross_ns(0, f0, dt_ns, f1, level);
    return f0 >= level ? cross : dt_ns - cross;
}

#endif
