/* SPDX-License-Identifier: MIT */
/*
 * One push-button: raw edges in, presses out. Acts on the first edge, with its own stamp; ignores what follows for
 * BOUNCE_NS and then believes the level. No edge that is lost can leave a button down: the next level heals it.
 */
#ifndef GYMSTATION_CORE_BUTTON_H
#define GYMSTATION_CORE_BUTTON_H

#include "gymstation/input.h"

#define BOUNCE_NS     (30 * NS_PER_MS) /* contact bounce of push-buttons ends within 20 ms; 10 ms to spare */
#define START_LONG_NS (1500 * NS_PER_MS)
#define STOP_LONG_NS  (3 * NS_PER_S)
#define STUCK_NS      (30 * NS_PER_S)

enum button_state {
    BUTTON_STATE_UP,
    BUTTON_STATE_DOWN_BOUNCE,
    BUTTON_STATE_DOWN,
    BUTTON_STATE_LONG,
    BUTTON_STATE_STUCK,
    BUTTON_STATE_UP_BOUNCE,
    BUTTON_STATE_COUNT
};

/* What one edge or deadline amounts to; bits, since the end of a bounce can be a release and a press. */
enum button_act {
    BUTTON_ACT_NONE = 0,
    BUTTON_ACT_PRESS = 1u << 0,   /* first edge */
    BUTTON_ACT_SHORT = 1u << 1,   /* let go before the long threshold */
    BUTTON_ACT_LONG = 1u << 2,    /* held for the long threshold */
    BUTTON_ACT_STUCK = 1u << 3,   /* held for 30 s: ignored from here on */
    BUTTON_ACT_UNSTUCK = 1u << 4, /* a stuck button came up */
};

struct button_machine {
    enum button_state state;
    bool level;         /* raw, as last seen */
    int64_t pressed_ns; /* stamp of the press that is going on */
    int64_t long_ns;    /* threshold of this button */
    int64_t deadline_ns;
    uint64_t bounces; /* edges ignored */
};

void button_init(struct button_machine *button, int64_t long_ns);
unsigned button_edge(struct button_machine *button, bool pressed, int64_t stamp_ns);
unsigned button_fire(struct button_machine *button); /* at its deadline_ns */
bool button_is_down(const struct button_machine *button);
const char *button_state_str(enum button_state state);

#endif
