/* SPDX-License-Identifier: MIT */
/*
 *   a clean press      edge down: PRESS ......... level still down: held ... edge up: SHORT
 *   a bouncing press   edge down: PRESS, down-up-down within 30 ms ignored, level down: held
 *   a tap in a bounce  edge down: PRESS, up within 30 ms, level up at its end: SHORT
 *   a long press       PRESS ... threshold: LONG ... edge up: nothing more
 *   a jammed button    PRESS, LONG, 30 s: STUCK ... edge up: UNSTUCK
 *
 *          down               30 ms, level down        threshold           30 s
 *    UP ----------> DOWN_BOUNCE ----------> DOWN ----------> LONG ----------> STUCK
 *    ^ ^                | level up           | up              | up              | up
 *    | +----------------+ SHORT              v SHORT           v                 v UNSTUCK
 *    +----------------------------------- UP_BOUNCE <----------+-----------------+
 *       30 ms, level up                      | 30 ms, level down: PRESS -> DOWN_BOUNCE
 */
#include "daemon/core/panel/button.h"

void button_init(struct button_machine *button, int64_t long_ns)
{
    *button = (struct button_machine){.state = BUTTON_STATE_UP, .long_ns = long_ns, .deadline_ns = NEVER};
}

static void enter(struct button_machine *button, enum button_state state, int64_t deadline_ns)
{
    button->state = state;
    button->deadline_ns = deadline_ns;
}

static unsigned press(struct button_machine *button, int64_t t_ns)
{
    button->pressed_ns = t_ns;
    enter(button, BUTTON_STATE_DOWN_BOUNCE, t_ns + BOUNCE_NS);
    return BUTTON_ACT_PRESS;
}

static unsigned release(struct button_machine *button, int64_t t_ns, unsigned act)
{
    enter(button, BUTTON_STATE_UP_BOUNCE, t_ns + BOUNCE_NS);
    return act;
}

unsigned button_edge(struct button_machine *button, bool pressed, int64_t stamp_ns)
{
    bool changed = pressed != button->level;

    button->level = pressed;
    switch (button->state) {
    case BUTTON_STATE_UP: return pressed ? press(button, stamp_ns) : BUTTON_ACT_NONE;
    case BUTTON_STATE_DOWN_BOUNCE:
    case BUTTON_STATE_UP_BOUNCE: button->bounces += changed; return BUTTON_ACT_NONE;
    case BUTTON_STATE_DOWN: return pressed ? BUTTON_ACT_NONE : release(button, stamp_ns, BUTTON_ACT_SHORT);
    case BUTTON_STATE_LONG: return pressed ? BUTTON_ACT_NONE : release(button, stamp_ns, BUTTON_ACT_NONE);
    case BUTTON_STATE_STUCK: return pressed ? BUTTON_ACT_NONE : release(button, stamp_ns, BUTTON_ACT_UNSTUCK);
    case BUTTON_STATE_COUNT: break;
    }
    return BUTTON_ACT_NONE;
}

unsigned button_fire(struct button_machine *button)
{
    int64_t t_ns = button->deadline_ns;

    switch (button->state) {
    case BUTTON_STATE_DOWN_BOUNCE:
        if (!button->level) {
            enter(button, BUTTON_STATE_UP, NEVER);
            return BUTTON_ACT_SHORT;
        }
        enter(button, BUTTON_STATE_DOWN, button->pressed_ns + button->long_ns);
        return BUTTON_ACT_NONE;
    case BUTTON_STATE_DOWN: enter(button, BUTTON_STATE_LONG, button->pressed_ns + STUCK_NS); return BUTTON_ACT_LONG;
    case BUTTON_STATE_LONG: enter(button, BUTTON_STATE_STUCK, NEVER); return BUTTON_ACT_STUCK;
    case BUTTON_STATE_UP_BOUNCE:
        if (button->level)
            return press(button, t_ns);
        enter(button, BUTTON_STATE_UP, NEVER);
        return BUTTON_ACT_NONE;
    case BUTTON_STATE_UP:
    case BUTTON_STATE_STUCK:
    case BUTTON_STATE_COUNT: break;
    }
    button->deadline_ns = NEVER;
    return BUTTON_ACT_NONE;
}

bool button_is_down(const struct button_machine *button)
{
    return button->state == BUTTON_STATE_DOWN_BOUNCE || button->state == BUTTON_STATE_DOWN ||
           button->state == BUTTON_STATE_LONG;
}

const char *button_state_str(enum button_state state)
{
    switch (state) {
    case BUTTON_STATE_UP: return "up";
    case BUTTON_STATE_DOWN_BOUNCE: return "down_bounce";
    case BUTTON_STATE_DOWN: return "down";
    case BUTTON_STATE_LONG: return "long";
    case BUTTON_STATE_STUCK: return "stuck";
    case BUTTON_STATE_UP_BOUNCE: return "up_bounce";
    case BUTTON_STATE_COUNT: break;
    }
    return NULL;
}
