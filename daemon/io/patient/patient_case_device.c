/* SPDX-License-Identifier: MIT */
/* Oddities of the converter, of what becomes of its samples, of the clock and of the buttons. */
#include "daemon/io/patient/patient_case.h"

#define PRESS_NS (150 * NS_PER_MS)
#define HOUR_NS  (3600 * NS_PER_S)
#define WALL_NS  (INT64_C(1795334400) * NS_PER_S) /* 22 November 2026 */

/* --- samples ----------------------------------------------------------------------------------------------------- */

/* Or in the first hold. */
static bool in_rep_3(struct patient *p, enum case_turn turn)
{
    if (p->odd_done || !((turn == CASE_REP && p->work.done == 3) || turn == CASE_HOLD))
        return false;
    p->odd_done = true;
    return true;
}

/* A hold has its ramp first. */
static int64_t begins(enum case_turn turn, int64_t t_ns)
{
    return turn == CASE_HOLD ? t_ns + 5 * NS_PER_S : t_ns;
}

static struct span span(int64_t from_ns, int64_t for_ns)
{
    return (struct span){.from_ns = from_ns, .to_ns = from_ns + for_ns};
}

/* In the steepest part of the way up. */
void case_gap_short(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    if (in_rep_3(p, turn))
        p->stream.lost = span(begins(turn, t_ns) + 400 * NS_PER_MS, 500 * NS_PER_MS);
}

void case_gap_3s(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    if (in_rep_3(p, turn))
        p->stream.lost = span(begins(turn, t_ns) + 400 * NS_PER_MS, 3 * NS_PER_S);
}

void case_late_burst(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    bool here = turn == CASE_REP || turn == CASE_TOP || turn == CASE_ECC || turn == CASE_HOLD;
    bool over = p->stream.late.to_ns == NEVER || p->now_ns > p->stream.late.to_ns; /* what waits keeps its time */
    if (here && over)
        p->stream.late = span(t_ns + 300 * NS_PER_MS, 400 * NS_PER_MS);
}

void case_duplicates(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    (void)t_ns;
    if (turn == CASE_WORLD)
        p->stream.doubles = true;
}

static void put_trouble(struct patient *p, enum trouble trouble, int64_t t_ns)
{
    stream_put(&p->stream,
               &(struct input){.kind = INPUT_TROUBLE, .t_ns = t_ns, .stamp_ns = t_ns, .u.trouble = trouble});
}

/* The reader calls it stuck after the third equal code, and again while it lasts; equal ones are no samples. */
void case_stuck_code(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    if (!in_rep_3(p, turn))
        return;
    int64_t from_ns = begins(turn, t_ns) + 600 * NS_PER_MS;
    p->stream.stuck = span(from_ns, 40 * NS_PER_MS);
    p->stream.lost = span(from_ns + 40 * NS_PER_MS, 4 * NS_PER_S);
    for (int i = 0; i < 8; i++)
        put_trouble(p, TROUBLE_STUCK, from_ns + 40 * NS_PER_MS + i * NS_PER_S / 2);
}

void case_saturated(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    if (!in_rep_3(p, turn))
        return;
    int64_t from_ns = begins(turn, t_ns) + 600 * NS_PER_MS;
    p->stream.lost = span(from_ns, 300 * NS_PER_MS);
    for (int i = 0; i < 6; i++)
        put_trouble(p, TROUBLE_SATURATED, from_ns + i * 50 * NS_PER_MS);
}

void case_spike(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    if (turn == CASE_REP || turn == CASE_HOLD)
        p->stream.spike_ns = t_ns + rng_ns(&p->odd_rng, 0, 4 * NS_PER_S);
}

/* --- clock ------------------------------------------------------------------------------------------------------- */

static void put_clock(struct patient *p, int64_t t_ns, int64_t step_ns)
{
    struct input input = {.kind = INPUT_CLOCK, .t_ns = t_ns, .stamp_ns = t_ns};
    input.u.clock.wall_ns = WALL_NS + t_ns + step_ns;
    input.u.clock.synced = true;
    stream_put(&p->stream, &input);
}

void case_clock_steps(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    if (turn == CASE_WORLD)
        put_clock(p, t_ns + NS_PER_S, 0);
    else if (turn == CASE_TOP && p->work.done == 2)
        put_clock(p, t_ns, HOUR_NS);
    else if (turn == CASE_TOP && p->work.done == 4)
        put_clock(p, t_ns, -HOUR_NS);
}

/* --- buttons ----------------------------------------------------------------------------------------------------- */

static bool once(struct patient *p, bool now)
{
    bool first = now && !p->odd_done;
    p->odd_done = p->odd_done || now;
    return first;
}

void case_start_twice(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    if (once(p, turn == CASE_LOOK && p->look.in_session))
        hands_press(&p->hands, t_ns + 300 * NS_PER_MS, PRESS_NS, BUTTON_START);
}

void case_stop_countdown(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    if (once(p, turn == CASE_PREP))
        hands_press(&p->hands, t_ns + 1500 * NS_PER_MS, PRESS_NS, BUTTON_STOP);
}

void case_stop_rest(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    if (turn != CASE_REST || p->odd_done)
        return;
    p->odd_done = true;
    hands_forget(&p->hands);
    hands_press(&p->hands, t_ns + 3 * NS_PER_S, PRESS_NS, BUTTON_STOP);
}

/* A paced rep ends where its bottom is cued. */
void case_stop_rep_end(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    if (once(p, turn == CASE_CUE && p->cued == PHASE_BOTTOM && p->work.done == 3))
        hands_press(&p->hands, t_ns, PRESS_NS, BUTTON_STOP);
}

/* As fast as a hand can, whatever the station does meanwhile. */
void case_stop_100(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    if (turn == CASE_TOP && p->work.done == 4)
        p->odd_done = true;
    if (!p->odd_done || p->odd_count >= 100 || turn != CASE_LOOK)
        return;
    if (p->hands.n_presses > 0 && p->hands.presses[0].button != BUTTON_STOP)
        hands_forget(&p->hands); /* nothing else is pressed meanwhile */
    if (hands_busy(&p->hands))
        return;
    p->odd_count++;
    hands_press(&p->hands, t_ns + 60 * NS_PER_MS, 60 * NS_PER_MS, BUTTON_STOP);
}

static void put_level(struct patient *p, enum button button, bool pressed, int64_t t_ns)
{
    struct input input = {.kind = INPUT_BUTTON, .t_ns = t_ns, .stamp_ns = t_ns};
    input.u.button.button = button;
    input.u.button.pressed = pressed;
    stream_put(&p->stream, &input);
}

void case_stuck_button(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    if (turn == CASE_WORLD)
        put_level(p, BUTTON_STOP, true, t_ns);
}

/* Both buttons for 6 s with a foot (12 kg) on the box; the session comes later. */
void case_tare_foot(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    if (turn != CASE_WORLD)
        return;
    world_extra(&p->world, t_ns + NS_PER_S, 0.3, 12 * GRAVITY);
    world_extra(&p->world, t_ns + 13 * NS_PER_S, 0.3, 0);
    put_level(p, BUTTON_STOP, true, t_ns + 5 * NS_PER_S);
    put_level(p, BUTTON_START, true, t_ns + 5100 * NS_PER_MS);
    put_level(p, BUTTON_STOP, false, t_ns + 11 * NS_PER_S);
    put_level(p, BUTTON_START, false, t_ns + 11100 * NS_PER_MS);
    p->begin_ns = t_ns + 16 * NS_PER_S;
}
