/* SPDX-License-Identifier: MIT */
/*
 * A number entered by counting presses of one button: slots, pain scores, effort.
 *
 *   press press press ... 3 s: READ_BACK (the count is played back) ... 3 s: TAKEN
 *   a press after the read-back starts over; a count above the limit starts over from nothing.
 */
#ifndef GYMSTATION_CORE_COUNTER_H
#define GYMSTATION_CORE_COUNTER_H

#include "gymstation/basics.h"

#define COUNTER_PAUSE_NS (3 * NS_PER_S)

enum counter_state { COUNTER_EMPTY, COUNTER_COUNTING, COUNTER_READ_BACK };
enum counter_act { COUNTER_NONE, COUNTER_COUNTED, COUNTER_OVER, COUNTER_PLAY, COUNTER_TAKEN };

struct counter {
    enum counter_state state;
    int count, limit;
    int64_t deadline_ns;
};

void counter_begin(struct counter *counter, int limit);
enum counter_act counter_press(struct counter *counter, int64_t t_ns);
/* One less (the minus button); never below nothing. */
enum counter_act counter_unpress(struct counter *counter, int64_t t_ns);
/* Zero, said by a long press: read back as such, then taken. */
enum counter_act counter_zero(struct counter *counter, int64_t t_ns);
enum counter_act counter_fire(struct counter *counter); /* at its deadline_ns */

#endif
