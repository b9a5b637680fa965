/* SPDX-License-Identifier: MIT */
/*
 * Rule D: what no force does to a converter that averages four periods; see hx711.h.
 *
 * y[n] = (x[n] + .. + x[n-3]) / 4, x the force of a period: for y to leave its level by d for one conversion and be back at the
 * next, x[n] must exceed x[n-4], and x[n-3] exceed x[n+1], by 4 d. So either the force jumps by 4 d and back below its level
 * from one period to the next, or x[n-3] was high already, and then y made a step as large when that came in: one of the three
 * before. A kick of 50 ms is of that kind. In two recorded jumps (67 to 87.5 SPS, 50 phases each; stepping on, landings of two
 * body weights) a peak stood out by 262 N at most and never by more than 0.43 of the larger of the two steps before it, 1.04 at
 * 10 SPS; on a box that rings at 10 to 20 Hz by 0.8 of the three. Twice is the bound.
 */
#include "daemon/io/sensor/hx711.h"

#define FLOOR_COUNTS 8192 /* at gain 128: 7.5 N where 4 x 50 kg give 10.7 counts per g; 180 times the noise */
#define STEPS        3    /* before it */
#define TIMES        2    /* their size */
#define STALE_TENTHS 25   /* periods from one to the next: across a longer gap anybody may have moved */

static int64_t apart(int32_t a, int32_t b)
{
    return a > b ? (int64_t)a - b : (int64_t)b - a;
}

/* By how much code leaves the range of those beside it, on either side; 0 within. */
static int64_t outside(int32_t before, int32_t code, int32_t after)
{
    bool peak = code > before && code > after, dip = code < before && code < after;
    int64_t left = apart(code, before), right = apart(code, after);

    return !peak && !dip ? 0 : left < right ? left : right;
}

bool hx711_flip_step(struct hx711_flip *flip, int32_t code, int32_t after, int64_t ready_ns, int64_t period_ns,
                     int gain)
{
    bool stale = flip->n > 0 && (ready_ns - flip->ready_ns) * 10 > period_ns * STALE_TENTHS;
    int64_t bound = FLOOR_COUNTS * (int64_t)gain / 128;

    flip->n = stale ? 0 : flip->n;
    for (int i = 0; i < STEPS && i + 1 < flip->n; i++)
        if (TIMES * apart(flip->code[i], flip->code[i + 1]) > bound)
            bound = TIMES * apart(flip->code[i], flip->code[i + 1]);
    if (flip->n > 0 && outside(flip->code[0], code, after) > bound)
        return true;
    for (int i = STEPS; i > 0; i--)
        flip->code[i] = flip->code[i - 1];
    flip->code[0] = code;
    flip->n += flip->n <= STEPS;
    flip->ready_ns = ready_ns;
    return false;
}
