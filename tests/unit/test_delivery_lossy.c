/* SPDX-License-Identifier: MIT */
/* Delivery in virtual time against a broker that loses, delays and refuses; the seed is printed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "gymstation/delivery.h"

static struct delivery_output step(struct delivery *d, enum delivery_event event, int64_t now_ns, int64_t generation,
                                   int64_t seq)
{
    struct delivery_input in = {
        .event = event, .now_ns = now_ns, .generation = generation, .seq = seq, .window = DELIVERY_WINDOW};
    struct delivery_output out;

    delivery_step(d, &in, &out);
    return out;
}

#define ROWS       400
#define FLIGHT_MAX 64

/* The world around the machine: a journal of ROWS rows, a network and a broker that lose, delay and refuse. */
struct world {
    struct delivery d;
    int64_t now_ns, acked, cursor, generation;
    int credit;
    bool connected;
    struct {
        int64_t due_ns, generation, seq;
        enum delivery_event event;
    } flight[FLIGHT_MAX];
    int flights;
    int seen[ROWS + 1]; /* how often the broker stored each row */
    int64_t highest;    /* row stored last, without repeats */
    int refuse_percent; /* while 0, rows are stored for the first time in the journal's order */
    unsigned random;
};

static int chance(struct world *w, int percent)
{
    w->random = w->random * 1103515245u + 12345u;
    return (int)((w->random >> 16) % 100) < percent;
}

static void fly(struct world *w, enum delivery_event event, int64_t in_ns, int64_t seq)
{
    assert_true(w->flights < FLIGHT_MAX);
    w->flight[w->flights].due_ns = w->now_ns + in_ns;
    w->flight[w->flights].event = event;
    w->flight[w->flights].seq = seq;
    w->flight[w->flights].generation = w->d.generation;
    w->flights++;
}

/* The broker stores rows in the order of sending; a refused one is not stored. */
static void broker_gets(struct world *w, int64_t seq)
{
    if (!w->connected)
        return;
    if (chance(w, w->refuse_percent)) {
        fly(w, DELIVERY_REFUSED, NS_PER_MS, seq);
        return;
    }
    w->seen[seq]++;
    if (w->refuse_percent == 0)
        assert_true(seq <= w->highest + 1);
    if (seq > w->highest)
        w->highest = seq;
    if (!chance(w, 3)) /* else the acknowledgement is eaten: only the timeout helps */
        fly(w, DELIVERY_TAKEN, NS_PER_MS * (chance(w, 50) ? 1 : 40), seq);
}

static void act(struct world *w, const struct delivery_output *out, int64_t seq)
{
    if (out->actions & DELIVERY_DO_DROP)
        w->connected = false;
    if (out->actions & DELIVERY_DO_CONNECT)
        fly(w, chance(w, 60) ? DELIVERY_CONNECTED : DELIVERY_LOST, 100 * NS_PER_MS, 0);
    if (out->actions & DELIVERY_DO_ACK) {
        assert_true(out->upto > w->acked);
        for (int64_t s = w->acked + 1; s <= out->upto; s++)
            assert_true(w->seen[s] > 0); /* never acknowledged without the broker having it */
        w->acked = out->upto;
    }
    if (out->actions & DELIVERY_DO_REWIND) {
        w->cursor = w->acked;
        w->generation = out->generation;
        w->credit = 0;
    }
    if (out->actions & DELIVERY_DO_CREDIT)
        w->credit += out->credit;
    if (out->actions & DELIVERY_DO_SEND)
        broker_gets(w, seq);
    assert_true(w->d.under_way_n + w->credit <= DELIVERY_WINDOW);
}

static void feed(struct world *w, enum delivery_event event, int64_t generation, int64_t seq)
{
    struct delivery_output out;

    if (event == DELIVERY_CONNECTED) {
        if (w->d.state != DELIVERY_CONNECTING)
            return; /* the connection was given up meanwhile: its handle is gone, nothing can come of it */
        w->connected = true;
    }
    if (event == DELIVERY_LOST)
        w->connected = false;
    out = step(&w->d, event, w->now_ns, generation, seq);
    act(w, &out, seq);
}

static bool journal_sends(struct world *w)
{
    if (w->credit == 0 || w->cursor >= ROWS)
        return false;
    w->credit--;
    w->cursor++;
    feed(w, DELIVERY_ROW, w->generation, w->cursor);
    return true;
}

/* The next thing in time: a flight that lands or the deadline. */
static void pass_time(struct world *w)
{
    int next = -1;

    for (int i = 0; i < w->flights; i++)
        if (next < 0 || w->flight[i].due_ns < w->flight[next].due_ns)
            next = i;
    if (next >= 0 && w->flight[next].due_ns <= delivery_deadline_ns(&w->d)) {
        enum delivery_event event = w->flight[next].event;
        int64_t generation = w->flight[next].generation, seq = w->flight[next].seq;

        w->now_ns = w->flight[next].due_ns;
        w->flight[next] = w->flight[--w->flights];
        feed(w, event, generation, seq);
        return;
    }
    assert_true(delivery_deadline_ns(&w->d) != NEVER); /* nothing due and not done: it would hang for ever */
    w->now_ns = delivery_deadline_ns(&w->d);
    feed(w, DELIVERY_TIMEOUT, w->d.generation, 0);
}

static void test_a_lossy_broker_gets_every_row(void **state)
{
    unsigned seed =
        getenv("GYMSTATION_SEED") ? (unsigned)strtoul(getenv("GYMSTATION_SEED"), NULL, 0) : (unsigned)time(NULL);

    (void)state;
    print_message("seed %u (GYMSTATION_SEED)\n", seed);
    for (unsigned round = 0; round < 50; round++) {
        struct world w = {.random = seed + round * 7919u, .refuse_percent = round % 2 == 0 ? 0 : 2};
        int steps = 0;

        delivery_init(&w.d, seed + round, 0);
        while (w.acked < ROWS) {
            assert_true(++steps < 200000);
            if (w.connected && chance(&w, 1) && w.flights < FLIGHT_MAX)
                fly(&w, DELIVERY_LOST, 0, 0);
            if (!journal_sends(&w))
                pass_time(&w);
        }
        assert_int_equal(w.acked, ROWS);
        assert_int_equal(w.highest, ROWS);
        assert_int_equal(w.d.impossible, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_lossy_broker_gets_every_row),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
