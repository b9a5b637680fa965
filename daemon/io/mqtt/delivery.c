/* SPDX-License-Identifier: MIT */
/* The delivery state machine; see the scenarios in delivery.h. Pure: no clock, no library, no memory of its own. */
#include <string.h>

#include "gymstation/delivery.h"

/* xorshift64* (Vigna 2016): the spread of the back-off needs no better. */
static uint64_t next_random(struct delivery *d)
{
    d->random ^= d->random >> 12;
    d->random ^= d->random << 25;
    d->random ^= d->random >> 27;
    return d->random * UINT64_C(2685821657736338717);
}

/* The next pause: the back-off +-30 %; doubles the back-off, as far as limit_ns. */
static int64_t take_backoff_ns(struct delivery *d)
{
    int64_t spread_milli = (int64_t)(next_random(d) >> 32) % 601 - 300;
    int64_t pause_ns = (d->backoff_ns < d->limit_ns ? d->backoff_ns : d->limit_ns) / 1000 * (1000 + spread_milli);

    d->backoff_ns = d->backoff_ns * 2 < d->limit_ns ? d->backoff_ns * 2 : d->limit_ns;
    return pause_ns;
}

static int64_t ack_deadline_ns(const struct delivery *d)
{
    return d->under_way_n > 0 ? d->under_way[0].sent_ns + DELIVERY_ACK_TIMEOUT_NS : NEVER;
}

/* The only writer of state and, with it, of the deadline. */
static void enter(struct delivery *d, enum delivery_state state, int64_t now_ns)
{
    d->state = state;
    switch (state) {
    case DELIVERY_DOWN:
    case DELIVERY_PAUSED: d->deadline_ns = now_ns + take_backoff_ns(d); break;
    case DELIVERY_CONNECTING: d->deadline_ns = now_ns + DELIVERY_CONNECT_TIMEOUT_NS; break;
    case DELIVERY_UP:
    case DELIVERY_STATE_COUNT: d->deadline_ns = ack_deadline_ns(d); break;
    }
}

static void forget_under_way(struct delivery *d)
{
    d->under_way_n = 0;
    d->promised = 0;
}

static void give_credit(struct delivery *d, struct delivery_output *out)
{
    int window = d->careful ? 1 : d->window;
    int more = window - d->under_way_n - d->promised;

    if (more <= 0)
        return;
    d->promised += more;
    out->credit = more;
    out->actions |= DELIVERY_DO_CREDIT;
}

static void rewind_rows(struct delivery *d, struct delivery_output *out)
{
    forget_under_way(d);
    d->generation++;
    out->actions |= DELIVERY_DO_REWIND;
    give_credit(d, out);
}

/* Refused for its size so often, a row is put aside. */
static void too_large(struct delivery *d, int64_t seq, struct delivery_output *out)
{
    d->large_times = seq == d->large_seq ? d->large_times + 1 : 1;
    d->large_seq = seq;
    if (d->large_times < DELIVERY_TOO_LARGE_MAX)
        return;
    out->aside = seq;
    out->actions |= DELIVERY_DO_QUARANTINE;
    d->backoff_ns = DELIVERY_BACKOFF_MIN_NS; /* the others have waited long enough */
}

static void go_down(struct delivery *d, int64_t now_ns)
{
    if (d->under_way_n > 0)
        d->careful = true;
    if (d->up_since_ns != NEVER && now_ns - d->up_since_ns >= DELIVERY_STABLE_NS)
        d->backoff_ns = DELIVERY_BACKOFF_MIN_NS;
    d->up_since_ns = NEVER;
    forget_under_way(d);
    d->generation++; /* results still on their way belong to nobody */
    enter(d, DELIVERY_DOWN, now_ns);
}

static void send_row(struct delivery *d, const struct delivery_input *in, struct delivery_output *out)
{
    if (d->under_way_n >= DELIVERY_WINDOW || d->promised <= 0) {
        d->impossible++; /* a row nobody asked for: the journal still has it, so it is not lost */
        return;
    }
    d->promised--;
    d->under_way[d->under_way_n].seq = in->seq;
    d->under_way[d->under_way_n].sent_ns = in->now_ns;
    d->under_way[d->under_way_n].taken = false;
    d->under_way[d->under_way_n].again = in->again;
    d->under_way_n++;
    d->deadline_ns = ack_deadline_ns(d);
    out->actions |= DELIVERY_DO_SEND;
}

static int find_under_way(const struct delivery *d, int64_t seq)
{
    for (int i = 0; i < d->under_way_n; i++)
        if (d->under_way[i].seq == seq && !d->under_way[i].taken) /* asked for again twice: either will do */
            return i;
    return -1;
}

/* Removes the taken rows at the front; the journal hears of them as one step. */
static void acknowledge_front(struct delivery *d, struct delivery_output *out)
{
    int n = 0;

    for (; n < d->under_way_n && d->under_way[n].taken; n++) {
        if (d->under_way[n].again)
            continue;
        out->upto = d->under_way[n].seq;
        out->actions |= DELIVERY_DO_ACK;
    }
    if (n == 0)
        return;
    d->under_way_n -= n;
    memmove(&d->under_way[0], &d->under_way[n], (size_t)d->under_way_n * sizeof(d->under_way[0]));
    d->deadline_ns = ack_deadline_ns(d);
}

static void row_taken(struct delivery *d, const struct delivery_input *in, struct delivery_output *out)
{
    int i = find_under_way(d, in->seq);

    if (i < 0) {
        d->ignored++;
        return;
    }
    d->under_way[i].taken = true;
    d->taken++;
    if (in->seq == d->refused_seq)
        d->refused_times = 0;
    if (d->careful) {
        d->careful = false;
        d->backoff_ns = DELIVERY_BACKOFF_MIN_NS;
    }
    acknowledge_front(d, out);
    give_credit(d, out);
}

/* A size does not change with time: nothing is gained by waiting long, and all that comes after the row waits with it. */
static int64_t limit_for(bool refused, bool too_large)
{
    return refused && !too_large ? DELIVERY_BACKOFF_MAX_NS : DELIVERY_UNREACHABLE_MAX_NS;
}

static void row_refused(struct delivery *d, const struct delivery_input *in, struct delivery_output *out)
{
    int i = find_under_way(d, in->seq);

    if (i < 0) {
        d->ignored++;
        return;
    }
    if (d->under_way[i].again)
        out->actions |= DELIVERY_DO_FORGET;
    else if (in->too_large)
        too_large(d, in->seq, out);
    d->refused++;
    d->refused_times = in->seq == d->refused_seq ? d->refused_times + 1 : 1;
    d->refused_seq = in->seq;
    d->careful = true;
    d->limit_ns = limit_for(true, in->too_large);
    forget_under_way(d);
    d->generation++;
    enter(d, DELIVERY_PAUSED, in->now_ns);
}

/* A broker that closes the connection over a packet does not say which: alone under way, it was this one. */
static void lost(struct delivery *d, const struct delivery_input *in, struct delivery_output *out)
{
    d->limit_ns = limit_for(in->refused, in->too_large);
    if (in->too_large && d->under_way_n == 1 && !d->under_way[0].again)
        too_large(d, d->under_way[0].seq, out);
    if (in->too_large && d->under_way_n > 0 && d->under_way[0].again)
        out->actions |= DELIVERY_DO_FORGET;
    go_down(d, in->now_ns);
}

static bool stale(struct delivery *d, const struct delivery_input *in)
{
    if (in->generation == d->generation)
        return false;
    d->ignored++;
    return true;
}

static void step_down(struct delivery *d, const struct delivery_input *in, struct delivery_output *out)
{
    switch (in->event) {
    case DELIVERY_TIMEOUT:
        out->actions |= DELIVERY_DO_CONNECT;
        enter(d, DELIVERY_CONNECTING, in->now_ns);
        break;
    case DELIVERY_LOST: /* said twice, or of a connection that was dropped */
    case DELIVERY_ROW:
    case DELIVERY_TAKEN:
    case DELIVERY_REFUSED: d->ignored++; break;
    case DELIVERY_CONNECTED:
    case DELIVERY_EVENT_COUNT: d->impossible++; break;
    }
}

static void step_connecting(struct delivery *d, const struct delivery_input *in, struct delivery_output *out)
{
    switch (in->event) {
    case DELIVERY_TIMEOUT:
        out->actions |= DELIVERY_DO_DROP;
        d->limit_ns = DELIVERY_UNREACHABLE_MAX_NS;
        go_down(d, in->now_ns);
        break;
    case DELIVERY_CONNECTED:
        d->window = in->window < 1 ? 1 : in->window > DELIVERY_WINDOW ? DELIVERY_WINDOW : in->window;
        d->up_since_ns = in->now_ns;
        rewind_rows(d, out);
        enter(d, DELIVERY_UP, in->now_ns);
        break;
    case DELIVERY_LOST: lost(d, in, out); break;
    case DELIVERY_ROW:
    case DELIVERY_TAKEN:
    case DELIVERY_REFUSED: d->ignored++; break;
    case DELIVERY_EVENT_COUNT: d->impossible++; break;
    }
}

static void step_up(struct delivery *d, const struct delivery_input *in, struct delivery_output *out)
{
    switch (in->event) {
    case DELIVERY_TIMEOUT:
        d->timeouts++;
        out->actions |= DELIVERY_DO_DROP;
        d->limit_ns = DELIVERY_UNREACHABLE_MAX_NS;
        go_down(d, in->now_ns);
        break;
    case DELIVERY_LOST: lost(d, in, out); break;
    case DELIVERY_ROW:
        if (!stale(d, in))
            send_row(d, in, out);
        break;
    case DELIVERY_TAKEN:
        if (!stale(d, in))
            row_taken(d, in, out);
        break;
    case DELIVERY_REFUSED:
        if (!stale(d, in))
            row_refused(d, in, out);
        break;
    case DELIVERY_CONNECTED:
    case DELIVERY_EVENT_COUNT: d->impossible++; break;
    }
}

static void step_paused(struct delivery *d, const struct delivery_input *in, struct delivery_output *out)
{
    switch (in->event) {
    case DELIVERY_TIMEOUT:
        rewind_rows(d, out);
        enter(d, DELIVERY_UP, in->now_ns);
        break;
    case DELIVERY_LOST: lost(d, in, out); break;
    case DELIVERY_ROW: /* of the generation that was refused */
    case DELIVERY_TAKEN:
    case DELIVERY_REFUSED: d->ignored++; break;
    case DELIVERY_CONNECTED:
    case DELIVERY_EVENT_COUNT: d->impossible++; break;
    }
}

void delivery_init(struct delivery *d, uint64_t seed, int64_t now_ns)
{
    *d = (struct delivery){.state = DELIVERY_DOWN,
                           .deadline_ns = now_ns,
                           .window = DELIVERY_WINDOW,
                           .backoff_ns = DELIVERY_BACKOFF_MIN_NS,
                           .limit_ns = DELIVERY_UNREACHABLE_MAX_NS,
                           .up_since_ns = NEVER,
                           .random = seed | 1}; /* a xorshift never leaves 0 */
}

void delivery_step(struct delivery *d, const struct delivery_input *in, struct delivery_output *out)
{
    *out = (struct delivery_output){0};
    switch (d->state) {
    case DELIVERY_DOWN: step_down(d, in, out); break;
    case DELIVERY_CONNECTING: step_connecting(d, in, out); break;
    case DELIVERY_UP: step_up(d, in, out); break;
    case DELIVERY_PAUSED: step_paused(d, in, out); break;
    case DELIVERY_STATE_COUNT: d->impossible++; break;
    }
    out->generation = d->generation;
}

int64_t delivery_deadline_ns(const struct delivery *d)
{
    return d->deadline_ns;
}

bool delivery_idle(const struct delivery *d)
{
    return d->under_way_n == 0;
}

const char *delivery_state_str(enum delivery_state state)
{
    static const char *const names[DELIVERY_STATE_COUNT] = {"down", "connecting", "up", "paused"};

    return state < DELIVERY_STATE_COUNT ? names[state] : "?";
}

const char *delivery_event_str(enum delivery_event event)
{
    static const char *const names[DELIVERY_EVENT_COUNT] = {"timeout", "connected", "lost", "row", "taken", "refused"};

    return event < DELIVERY_EVENT_COUNT ? names[event] : "?";
}
