/* SPDX-License-Identifier: MIT */
/*
 * When to connect, what may be under way, when to give a connection up: the delivery of the journal's rows as a pure
 * state machine over time that the caller passes in. The mqtt thread drives it; tests drive it in virtual time.
 *
 *     t/s   event                        what it does
 *  1  0     timeout                      down -> connecting: CONNECT
 *     0.1   connected                    connecting -> up: REWIND, credit for a window of rows
 *     0.1   row 1, row 2                 SEND each; both are under way
 *     0.2   taken 2, taken 1             nothing yet; then ACK upto 2: acknowledgements count from the front only
 *  2  5     lost                         up -> down: what was under way is forgotten, the journal still has it
 *     5.9   timeout                      down -> connecting: CONNECT (back-off 1 s +-30 %, doubled each time; 2 s at most
 *                                        while nobody answers, 60 s while the broker says no)
 *     26    timeout                      connecting -> down: DROP, the connection never came about
 *  3  7     row 9; nothing more          a broker that is frozen
 *     17    timeout                      up -> down: DROP: the oldest row waited 10 s
 *  4  7     refused 9                    up -> paused: the connection stays, the row is kept
 *     7.9   timeout                      paused -> up: REWIND; one row at a time until it has been taken
 *  5  8     refused 9, too large         up -> paused, for the tenth time: QUARANTINE 9, which then is no longer in the way
 *
 *            timeout              connected
 *     DOWN ----------> CONNECTING ----------> UP <--------> PAUSED
 *      ^                   |                  |   refused     |
 *      +-------------------+------------------+---- lost -----+
 *
 * Every rewind begins a new generation; rows and results of older ones are ignored. Rows go out in the journal's order.
 * After a refusal rows behind the refused one may already have been taken: a consumer sees them before it, and again
 * after it. So the order of first arrivals holds per generation, and from a lost connection or a refusal on one row goes
 * at a time until one has been taken: nothing overtakes a refused row twice.
 */
#ifndef GYMSTATION_DELIVERY_H
#define GYMSTATION_DELIVERY_H

#include "gymstation/basics.h"

#define DELIVERY_WINDOW             16 /* rows under way; more than the library's own limit collapses its throughput */
#define DELIVERY_ACK_TIMEOUT_NS     (10 * NS_PER_S)
#define DELIVERY_CONNECT_TIMEOUT_NS (20 * NS_PER_S) /* with subscriptions and retained topics; the library's is 10 s */
#define DELIVERY_BACKOFF_MIN_NS     (1 * NS_PER_S)
#define DELIVERY_BACKOFF_MAX_NS     (60 * NS_PER_S) /* while the broker says no, but for a size */
/* While nobody answers, or a row is too large: with the spread, and the second that the library may take, back within 5 s of the broker. */
#define DELIVERY_UNREACHABLE_MAX_NS (2 * NS_PER_S)
#define DELIVERY_TOO_LARGE_MAX      10 /* times that a row is refused for its size before it is put aside; about 20 s */
#define DELIVERY_STABLE_NS          (60 * NS_PER_S) /* a connection that lasted this long resets the back-off */

enum delivery_state { DELIVERY_DOWN, DELIVERY_CONNECTING, DELIVERY_UP, DELIVERY_PAUSED, DELIVERY_STATE_COUNT };

enum delivery_event {
    DELIVERY_TIMEOUT,   /* delivery_deadline_ns() has been reached */
    DELIVERY_CONNECTED, /* ready for rows; input.window: how many the broker allows */
    DELIVERY_LOST,      /* the connection is gone, or was refused */
    DELIVERY_ROW,       /* the journal handed out a row */
    DELIVERY_TAKEN,     /* the broker acknowledged a row */
    DELIVERY_REFUSED,   /* the broker said no to a row */
    DELIVERY_EVENT_COUNT
};

struct delivery_input {
    enum delivery_event event;
    int64_t now_ns;
    int64_t generation, seq; /* rows and results */
    bool too_large;          /* DELIVERY_REFUSED, and DELIVERY_LOST where the broker said so: 0x95 */
    bool refused;            /* DELIVERY_LOST: the broker is there and said no */
    bool again;              /* DELIVERY_ROW: the broker has had it before: never acknowledged to the journal */
    int window;              /* DELIVERY_CONNECTED: 1..DELIVERY_WINDOW, others are clamped */
};

/* What the caller does, in this order. */
enum delivery_action {
    DELIVERY_DO_DROP = 1u << 0,       /* tear the connection down */
    DELIVERY_DO_CONNECT = 1u << 1,    /* begin a connection */
    DELIVERY_DO_ACK = 1u << 2,        /* tell the journal: taken up to output.upto */
    DELIVERY_DO_REWIND = 1u << 3,     /* tell the journal: from the first row not taken, as output.generation */
    DELIVERY_DO_CREDIT = 1u << 4,     /* tell the journal: output.credit more rows */
    DELIVERY_DO_SEND = 1u << 5,       /* publish the row at hand */
    DELIVERY_DO_FORGET = 1u << 6,     /* tell the journal: the broker refuses what was asked for again */
    DELIVERY_DO_QUARANTINE = 1u << 7, /* tell the journal: output.aside can never be delivered */
};

struct delivery_output {
    unsigned actions; /* bits of enum delivery_action */
    int64_t generation, upto, aside;
    int credit;
};

struct delivery {
    enum delivery_state state;
    int64_t deadline_ns;
    int64_t generation;
    struct {
        int64_t seq, sent_ns;
        bool taken, again;
    } under_way[DELIVERY_WINDOW]; /* oldest first */
    int under_way_n;
    int promised; /* rows that credit was given for and that have not come */
    int window;
    bool careful; /* after a refusal, or a connection that broke with rows under way: one row at a time */
    int64_t backoff_ns, limit_ns, up_since_ns;
    uint64_t random;
    uint64_t taken, refused, timeouts, ignored, impossible; /* impossible: bugs; tests hold it at zero */
    int64_t large_seq;                                      /* the row that was refused last for its size */
    int large_times;                                        /* in a row */
    int64_t refused_seq;                                    /* the row refused last */
    int refused_times;                                      /* in a row */
};

/* seed spreads the back-off of stations that lost the same broker; the first attempt is due at once. */
void delivery_init(struct delivery *delivery, uint64_t seed, int64_t now_ns);
void delivery_step(struct delivery *delivery, const struct delivery_input *input, struct delivery_output *ret_output);
int64_t delivery_deadline_ns(const struct delivery *delivery); /* NEVER when nothing is due */
bool delivery_idle(const struct delivery *delivery);           /* nothing under way */

const char *delivery_state_str(enum delivery_state state);
const char *delivery_event_str(enum delivery_event event);

#endif
