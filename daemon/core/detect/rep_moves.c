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

/* One sd speaks of both times: the larger one. */
static void put_crossing(struct phase_time *phase, int64_t ns, int64_t sd_ns)
{
    phase->src = SRC_MODEL;
    phase->dur_ns = ns;
    phase->sd_ns = phase->move_ns == ABSENT ? sd_ns : fixed_max(phase->sd_ns, sd_ns);
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

/*
 * In noise the crossing that is read is luck, and of means over 0.4 s it is none of the load's. A way that is long enough to
 * be fitted, and that no movement explains, was something else, too. What has no shape is told all the same.
 */
static void drop_read(struct rep_data *rep, bool slow)
{
    struct phase_time *con = &rep->phases[PHASE_CON], *ecc = &rep->phases[PHASE_ECC];
    int64_t least_ns = slow ? 0 : FIT_CROSSING_MIN_NS;

    if (con->src == SRC_LOAD && con->dur_ns >= least_ns && !(rep->flags & FLAG_TWO_PART))
        drop(con);
    if (ecc->src == SRC_LOAD && ecc->dur_ns >= least_ns && !(rep->flags & FLAG_PAUSE_IN_ECC))
        drop(ecc);
}

/* sd of the ways' crossing times, up and down. */
struct ways_sd {
    int64_t ns[2];
};

/* A way whose own crossing time is known too badly is left out, however well its movement is. */
static void drop_vague(struct rep_data *rep, const struct ways_sd *read, const struct fit_result *fit, int64_t hand_mn)
{
    struct phase_time *ways[2] = {&rep->phases[PHASE_CON], &rep->phases[PHASE_ECC]};
    int64_t vague_ns = REP_MOVES_VAGUE_NS + REP_MOVES_VAGUE_NS * hand_mn / REP_MOVES_HAND_MN;

    for (int edge = 0; edge < 2; edge++) {
        int64_t sd_ns = ways[edge]->src == SRC_MODEL ? fit->crossing[edge].sd_ns : read->ns[edge];
        if (ways[edge]->src != SRC_NONE && sd_ns != ABSENT && sd_ns > vague_ns)
            drop(ways[edge]);
    }
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

/*
 * A limb that sets off presses: where that passes pA, and the load falls back until the band pulls, con begins with it.
 * edges->con is the crossing that leads to A/2.
 */
static int64_t pressed_ns(const struct rep_scan *scan, const struct scan_edges *edges, int64_t from_ns)
{
    int64_t low_mn = edges->amp_mn / 10, at_ns = ABSENT;
    int i = rep_buffer_find(scan->buffer, from_ns);

    for (i = i > scan->from ? i + 1 : scan->from + 1; i < edges->con.index; i++) {
        int64_t t_ns = rep_buffer_at(scan->buffer, i)->t_ns;
        if (scan->f[i] < low_mn)
            at_ns = ABSENT;
        else if (scan->f[i - 1] < low_mn)
            at_ns = fixed_cross_ns(rep_buffer_at(scan->buffer, i - 1)->t_ns, scan->f[i - 1], t_ns, scan->f[i], low_mn);
        else if (at_ns != ABSENT && t_ns - at_ns >= REP_MOVES_PRESS_NS)
            return at_ns;
    }
    return edges->con.t_ns;
}

/* In quiet, where noise does not reach pA. */
static void put_press(struct rep_data *rep, const struct rep_scan *scan, const struct scan_edges *edges,
                      int64_t from_ns, const struct fit_time *begin)
{
    struct phase_time *con = &rep->phases[PHASE_CON];

    if (!edges->con.known || begin->ns == ABSENT)
        return;
    int64_t start_ns = pressed_ns(scan, edges, fixed_max(from_ns, begin->ns - begin->sd_ns));
    if (con->src != SRC_NONE)
        con->dur_ns += rep->start_ns - start_ns;
    stretch(rep, start_ns, rep->end_ns, edges->amp_mn / 10);
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
    const struct ways_sd read = {{con->sd_ns, ecc->sd_ns}};
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
    if (noisy) {
        put_crossings(rep, &fit.crossing[0], &fit.crossing[1]);
        drop_read(rep, slow);
    } else {
        put_press(rep, scan, edges, from_ns, &fit.begin);
    }
    drop_vague(rep, &read, &fit, moves->noise.hand_mn);
    moves->pause = pause_between(&moves->end, &fit.begin);
    moves->end = fit.end;
    moves->free_ns = edges->end.t_ns + (edges->end.t_ns - edges->ecc.t_ns) / 4;
}
