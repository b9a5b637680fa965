/* SPDX-License-Identifier: MIT */
/* A way down at one speed; see step_turn.h. */
#include "daemon/core/detect/step/step_turn.h"

#define G_M_S2 9.80665
#define LATER  0.5 /* of the time of the way down: minimum jerk goes fastest there */

struct search {
    const struct rep_buffer *buffer;
    int64_t bw_mn;
    int from, to;
};

static double t_s(const struct search *search, int i, int from)
{
    return (double)(rep_buffer_at(search->buffer, i)->t_ns - rep_buffer_at(search->buffer, from)->t_ns) / 1e9;
}

/* What sample i adds to the speed, from the one before, m/s. */
static double gain(const struct search *search, int i)
{
    double f = 0.5 * ((double)rep_buffer_at(search->buffer, i)->force_mn +
                      (double)rep_buffer_at(search->buffer, i - 1)->force_mn);

    return (f / (double)search->bw_mn - 1.0) * G_M_S2 * t_s(search, i, i - 1);
}

/* What the speed falls by from `after_s` seconds after sample `at` (before: negative) on, within dur_s. */
static double falls(const struct search *search, int at, double after_s, double dur_s)
{
    double fall = 0.0;
    int i = at;

    while (i > search->from && t_s(search, i, at) > after_s)
        i--;
    while (i < search->to && t_s(search, i, at) < after_s)
        i++;
    for (i++; i <= search->to && t_s(search, i, at) <= after_s + dur_s; i++)
        fall -= gain(search, i);
    return fall;
}

/* The sample from which on the speed falls most within STEP_TURN_S, of those before the last STEP_TURN_WAY_S. */
static int find(const struct search *search, int from)
{
    double fall = 0.0, most = 0.0;
    int best = from, first = from;

    for (int i = from + 1; i <= search->to && t_s(search, search->to, first) >= STEP_TURN_WAY_S; i++) {
        fall -= gain(search, i);
        while (t_s(search, i, first) > STEP_TURN_S)
            fall += gain(search, ++first);
        best = fall > most ? first : best;
        most = fall > most ? fall : most;
    }
    return best;
}

double step_turn_m_s(const struct step_stretch *stretch, double mid_s)
{
    const struct search search = {
        .buffer = stretch->buffer, .bw_mn = stretch->bw_mn, .from = stretch->from, .to = stretch->to};
    double least_m = STEP_TURN_HEIGHT * (double)stretch->height_mm / 1000.0;
    int from = stretch->from;

    while (from < stretch->to && t_s(&search, from, stretch->from) < mid_s)
        from++;
    int at = find(&search, from);
    double way_s = t_s(&search, stretch->to, at), turn = falls(&search, at, 0.0, STEP_TURN_S);
    double around = falls(&search, at, -STEP_TURN_AROUND_S, STEP_TURN_S + 2.0 * STEP_TURN_AROUND_S);
    double later = falls(&search, at, 0.0, LATER * way_s);
    if (way_s < STEP_TURN_WAY_S || turn * way_s < least_m || turn < STEP_TURN_AT_ONCE * around)
        return 0.0;
    if (turn < STEP_TURN_PART * later || turn > STEP_TURN_PART_MAX * later)
        return 0.0;
    double lands = turn + falls(&search, stretch->to, -STEP_TURN_BRAKE_S, STEP_TURN_BRAKE_S);
    return lands > 0.0 ? lands : 0.0;
}
