/* SPDX-License-Identifier: MIT */
#include "daemon/core/session/counter.h"

void counter_begin(struct counter *counter, int limit)
{
    *counter = (struct counter){.state = COUNTER_EMPTY, .limit = limit, .deadline_ns = NEVER};
}

static enum counter_act count(struct counter *counter, int n, int64_t t_ns)
{
    if (n > counter->limit) {
        counter_begin(counter, counter->limit);
        return COUNTER_OVER;
    }
    counter->count = n;
    counter->state = COUNTER_COUNTING;
    counter->deadline_ns = t_ns + COUNTER_PAUSE_NS;
    return COUNTER_COUNTED;
}

enum counter_act counter_press(struct counter *counter, int64_t t_ns)
{
    return count(counter, counter->state == COUNTER_COUNTING ? counter->count + 1 : 1, t_ns);
}

enum counter_act counter_unpress(struct counter *counter, int64_t t_ns)
{
    if (counter->state == COUNTER_EMPTY || counter->count <= 1) {
        counter_begin(counter, counter->limit);
        return COUNTER_OVER;
    }
    return count(counter, counter->count - 1, t_ns);
}

enum counter_act counter_zero(struct counter *counter, int64_t t_ns)
{
    return count(counter, 0, t_ns);
}

enum counter_act counter_fire(struct counter *counter)
{
    switch (counter->state) {
    case COUNTER_EMPTY: break;
    case COUNTER_COUNTING:
        counter->state = COUNTER_READ_BACK;
        counter->deadline_ns += COUNTER_PAUSE_NS;
        return COUNTER_PLAY;
    case COUNTER_READ_BACK: counter->deadline_ns = NEVER; return COUNTER_TAKEN;
    }
    counter->deadline_ns = NEVER;
    return COUNTER_NONE;
}
