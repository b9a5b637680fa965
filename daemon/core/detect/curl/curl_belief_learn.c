/* SPDX-License-Identifier: MIT */
/* What a set's reps show of the movements and pauses that curl_belief.c believes in. */
#include "daemon/core/detect/curl/curl_belief.h"

#define INERTIA_NS2    1.9 /* fit_curve.c */
#define LEARN          0.5
#define CROSSING_PART  0.57 /* of a movement between its crossings, as long as no shape is known */
#define LENGTH_LEAST_S 0.5
#define LENGTH_MOST_S  8.0
#define PAUSE_LEAST_S  0.2
#define UP_S           1.5 /* as long as nothing is known */
#define DOWN_S         3.0
#define PAUSE_S        0.6

static double clamp(double v, double lo, double hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

/* Share of a movement's time at which it passes level, from its middle towards the end that step leads to. */
static double passes(const double *load, double level, int step)
{
    int i = BELIEF_SHAPE / 2;
    bool above = load[i] > level;

    while (i > 0 && i < BELIEF_SHAPE && (load[i] > level) == above)
        i += step;
    double way = load[i] - load[i - step], left = way > 0 || way < 0 ? (load[i] - level) / way : 0.0;
    return (i - step * clamp(left, 0.0, 1.0)) / BELIEF_SHAPE;
}

/* Where it rises to level first: who sets off quickly presses on the box for a moment before the band pulls as much. */
static double rises_at(const double *load, double level)
{
    int i = 1;

    while (i < BELIEF_SHAPE && load[i] < level)
        i++;
    return (i - clamp((load[i] - level) / (load[i] - load[i - 1]), 0.0, 1.0)) / BELIEF_SHAPE;
}

static void take_shape(struct belief_move *move, const struct fit_habit *habit, bool down, double amp_n,
                       double length_s)
{
    double inertia = INERTIA_NS2 / (amp_n * length_s * length_s);

    fit_habit_load(habit, down, inertia, BELIEF_SHAPE, move->load);
    move->load[0] = down ? 1.0 : 0.0;
    move->load[BELIEF_SHAPE] = down ? 0.0 : 1.0;
    move->begun = down ? passes(move->load, 0.9, -1) : rises_at(move->load, 0.1);
    move->over = passes(move->load, down ? 0.1 : 0.9, 1);
}

/* The first one counts for all of it. */
static void learn(double *s, double now_s, double least_s, double most_s)
{
    now_s = clamp(now_s, least_s, most_s);
    *s = *s > 0.0 ? *s + LEARN * (now_s - *s) : now_s;
}

/* Between its crossings a movement takes the less of its time the more its limb weighs: the fit knows, or it is a guess. */
static void learn_move(struct belief_move *move, const struct fit_habit *habit, bool down, const struct belief_rep *rep)
{
    enum phase phase = down ? PHASE_ECC : PHASE_CON;
    double dur_s = (double)rep->dur_ns[phase] / 1e9, move_s = (double)rep->move_ns[phase] / 1e9;

    if (rep->move_ns[phase] != ABSENT)
        learn(&move->length_s, move_s, LENGTH_LEAST_S, LENGTH_MOST_S);
    else if (rep->dur_ns[phase] != ABSENT)
        move_s = clamp(dur_s / CROSSING_PART, LENGTH_LEAST_S, LENGTH_MOST_S);
    else
        move_s = move->length_s > 0.0 ? move->length_s : down ? DOWN_S : UP_S;
    take_shape(move, habit, down, (double)rep->amp_mn / 1e3, move_s);
    if (rep->move_ns[phase] == ABSENT && rep->dur_ns[phase] != ABSENT)
        learn(&move->length_s, dur_s / (move->over - move->begun), LENGTH_LEAST_S, LENGTH_MOST_S);
    else if (move->length_s <= 0.0)
        move->length_s = move_s;
}

/* Between crossings there are also the end of the movement before and the beginning of the next. */
static void learn_pause(struct belief_move *next, const struct belief_move *last, int64_t dur_ns)
{
    double move_s = next->length_s * next->begun + last->length_s * (1.0 - last->over);

    if (dur_ns != ABSENT)
        learn(&next->pause_s, (double)dur_ns / 1e9 - move_s, PAUSE_LEAST_S, BELIEF_PAUSE_MOST_S);
    else if (next->pause_s <= 0.0)
        next->pause_s = PAUSE_S;
}

void curl_belief_learn(struct curl_belief *belief, const struct fit_habit *habit, const struct belief_rep *rep)
{
    struct belief_move *up = &belief->move[0], *down = &belief->move[1];

    learn_move(up, habit, false, rep);
    learn_move(down, habit, true, rep);
    learn_pause(up, down, rep->dur_ns[PHASE_BOTTOM]);
    learn_pause(down, up, rep->dur_ns[PHASE_TOP]);
}
