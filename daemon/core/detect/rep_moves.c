/* SPDX-License-Identifier: MIT */
/* From a fit to a rep's phases. */
#include "daemon/core/detect/rep_moves.h"

#include "daemon/core/fixed.h"

static const struct fit_time absent = {.ns = ABSENT, .sd_ns = ABSENT};

void rep_moves_begin(struct rep_moves *moves)
{
    *moves = (struct rep_moves){.end = absent, .free_ns = ABSENT, .pause = absent, .low = {absent, absent}};
}

static void put(struct phase_time *phase, const struct fit_time *move)
{
    phase->move_ns = move->ns;
    if (move->ns != ABSENT)
        phase->sd_ns = move->sd_ns;
}

static void put_crossing(struct phase_time *phase, int64_t ns, int64_t sd_ns)
{
    phase->src = SRC_MODEL;
    phase->dur_ns = ns;
    if (phase->move_ns == ABSENT)
        phase->sd_ns = sd_ns;
}

/* Crossing times of the fitted curve; top is what they leave of the rep, whose start and end stay where they were. */
static void put_crossings(struct rep_data *rep, const struct fit_time *up, const struct fit_time *down)
{
    struct phase_time *con = &rep->phases[PHASE_CON], *top = &rep->phases[PHASE_TOP], *ecc = &rep->phases[PHASE_ECC];

    if (con->src == SRC_NONE || top->src == SRC_NONE || ecc->src == SRC_NONE)
        return;
    int64_t up_ns = up->ns != ABSENT ? up->ns : con->dur_ns, down_ns = down->ns != ABSENT ? down->ns : ecc->dur_ns;
    int64_t rest_ns = rep->end_ns - rep->start_ns - up_ns - down_ns;
    if ((up->ns == ABSENT && down->ns == ABSENT) || rest_ns < 0)
        return;
    put_crossing(top, rest_ns,
                 fixed_root_of_squares(up->ns != ABSENT ? up->sd_ns : 0, down->ns != ABSENT ? down->sd_ns : 0));
    if (up->ns != ABSENT)
        put_crossing(con, up_ns, up->sd_ns);
    if (down->ns != ABSENT)
        put_crossing(ecc, down_ns, down->sd_ns);
}

static void drop(struct phase_time *phase)
{
    phase->src = SRC_NONE;
    phase->dur_ns = 0;
    phase->move_ns = phase->sd_ns = ABSENT;
}

/* What is read from means over 0.4 s is no crossing of the load's: only what is fitted is told, or what has no shape. */
static void drop_read(struct rep_data *rep)
{
    struct phase_time *con = &rep->phases[PHASE_CON], *ecc = &rep->phases[PHASE_ECC];

    if (con->src == SRC_LOAD && !(rep->flags & FLAG_TWO_PART))
        drop(con);
    if (ecc->src == SRC_LOAD && !(rep->flags & FLAG_PAUSE_IN_ECC))
        drop(ecc);
}

/* The rep from start_ns to end_ns; what that adds at its ends is about pA high. */
static void stretch(struct rep_data *rep, int64_t start_ns, int64_t end_ns, int64_t pa_mn)
{
    int64_t more_ns = (end_ns - start_ns) - (rep->end_ns - rep->start_ns);

    rep->start_ns = start_ns;
    rep->end_ns = end_ns;
    if (rep->tut_ns == ABSENT)
        return;
    rep->tut_ns += more_ns;
    rep->impulse_mns += fixed_div(more_ns * pa_mn, NS_PER_S);
    rep->mean_mn = fixed_div(rep->impulse_mns * NS_PER_S, end_ns - start_ns);
}

/* In noise a threshold is passed early on the way up and late on the way down: the fitted curve is not. */
static void put_ends(struct rep_moves *moves, const struct rep_scan *scan, const struct scan_edges *edges,
                     int64_t from_ns, struct rep_data *rep)
{
    int64_t last_ns = rep_buffer_at(scan->buffer, scan->to - 1)->t_ns;
    int64_t start_ns = moves->low[0].ns, end_ns = moves->low[1].ns;

    if (start_ns == ABSENT || start_ns < from_ns || start_ns >= edges->top.t_ns) {
        moves->low[0] = absent;
        start_ns = rep->start_ns;
    }
    if (end_ns == ABSENT || end_ns > last_ns || end_ns <= edges->ecc.t_ns) {
        moves->low[1] = absent;
        end_ns = rep->end_ns;
    }
    stretch(rep, start_ns, end_ns, edges->amp_mn / 10);
}

/* The pause before this rep, when both fits say where it lies; their errors have nothing to do with each other. */
static struct fit_time pause_between(const struct fit_time *end, const struct fit_time *begin)
{
    if (end->ns == ABSENT || begin->ns == ABSENT || begin->ns <= end->ns)
        return absent;
    struct fit_time pause = {.ns = begin->ns - end->ns, .sd_ns = fixed_root_of_squares(end->sd_ns, begin->sd_ns)};

    return fit_pause_told(&pause) ? pause : absent;
}

/* What lies before this rep's own movement is left out: a quarter of its way down may follow the rep before. */
static int64_t look_from(const struct rep_moves *moves, const struct scan_edges *edges)
{
    int64_t up_ns = edges->top.t_ns - edges->con.t_ns;
    int64_t from_ns = edges->con.t_ns - REP_MOVES_BEFORE_NS - 2 * up_ns;

    if (moves->free_ns != ABSENT)
        from_ns = fixed_max(from_ns, moves->free_ns);
    return fixed_min(from_ns, edges->con.t_ns - up_ns / 4);
}

/* A way that halted or turned back has no length of its own, and says nothing about the other one's shape. */
static void look(struct rep_moves *moves, const struct rep_scan *scan, const struct scan_edges *edges, unsigned flags,
                 struct fit_result *ret)
{
    bool up = (flags & FLAG_TWO_PART) == 0, down = (flags & FLAG_PAUSE_IN_ECC) == 0;

    if (up && down)
        fit_rep(&moves->habit, scan, edges, look_from(moves, edges), &moves->noise, ret);
    else if (up)
        fit_up(&moves->habit, scan, edges, look_from(moves, edges), &moves->noise, ret);
    else if (down)
        fit_down(&moves->habit, scan, edges, &moves->noise, ret);
    else
        *ret = (struct fit_result){.move = {absent, absent},
                                   .top = absent,
                                   .crossing = {absent, absent},
                                   .begin = absent,
                                   .end = absent,
                                   .low = {absent, absent}};
}

void rep_moves_take(struct rep_moves *moves, const struct rep_scan *scan, const struct scan_edges *edges,
                    int64_t from_ns, struct rep_data *rep)
{
    bool slow = rep_scan_slow(scan), noisy = slow || moves->noise.sway_mn * REP_MOVES_NOISE_PART > edges->amp_mn;
    struct phase_time *con = &rep->phases[PHASE_CON], *top = &rep->phases[PHASE_TOP];
    struct phase_time *ecc = &rep->phases[PHASE_ECC];
    struct fit_result fit;

    look(moves, scan, edges, rep->flags, &fit);
    if (con->src != SRC_NONE)
        put(con, &fit.move[0]);
    if (top->src != SRC_NONE)
        put(top, &fit.top);
    if (ecc->src != SRC_NONE)
        put(ecc, &fit.move[1]);
    for (int edge = 0; edge < 2; edge++)
        moves->low[edge] = noisy ? fit.low[edge] : absent;
    put_ends(moves, scan, edges, from_ns, rep);
    if (noisy)
        put_crossings(rep, &fit.crossing[0], &fit.crossing[1]);
    if (slow)
        drop_read(rep);
    moves->pause = pause_between(&moves->end, &fit.begin);
    moves->end = fit.end;
    moves->free_ns = edges->end.t_ns + (edges->end.t_ns - edges->ecc.t_ns) / 4;
}
