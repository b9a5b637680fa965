/* SPDX-License-Identifier: MIT */
/* Station time laid over CLOCK_MONOTONIC; see gymstation/source.h. Integers only, so that both ways agree exactly. */
#include "gymstation/source.h"

/* a * b / 1000 with the quotient rounded down, held at the ends of int64_t; b > 0. */
static int64_t scale_down(int64_t a, int64_t b)
{
    int64_t whole = a / 1000, rest = a % 1000, product;

    if (rest < 0) {
        whole--;
        rest += 1000;
    }
    if (__builtin_mul_overflow(whole, b, &product) || __builtin_add_overflow(product, rest * b / 1000, &product))
        return a < 0 ? INT64_MIN : INT64_MAX;
    return product;
}

/* a * 1000 / b with the quotient rounded up, held at the ends of int64_t; 0 < b <= INT32_MAX. */
static int64_t scale_up(int64_t a, int64_t b)
{
    int64_t rest = a % b * 1000, product;

    rest = rest > 0 ? (rest + b - 1) / b : rest / b; /* C rounds towards zero: up, where rest is negative */
    if (__builtin_mul_overflow(a / b, 1000, &product) || __builtin_add_overflow(product, rest, &product))
        return a < 0 ? INT64_MIN : INT64_MAX;
    return product;
}

static int64_t add_held(int64_t a, int64_t b)
{
    int64_t sum;

    if (__builtin_add_overflow(a, b, &sum))
        return a < 0 ? INT64_MIN : INT64_MAX;
    return sum;
}

int64_t source_time_ns(const struct source_time *time, int64_t mono_ns)
{
    if (time->speed_milli == SPEED_MAX)
        return time->base_ns;
    return add_held(time->base_ns, scale_down(mono_ns - time->base_mono_ns, time->speed_milli));
}

int64_t source_mono_ns(const struct source_time *time, int64_t t_ns)
{
    if (t_ns == NEVER)
        return NEVER;
    if (time->speed_milli == SPEED_MAX)
        return time->base_mono_ns;
    return add_held(time->base_mono_ns, scale_up(t_ns - time->base_ns, time->speed_milli));
}
