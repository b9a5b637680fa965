/* SPDX-License-Identifier: MIT */
/* Delivery in virtual time: scenarios, the transition table, and a lossy broker with a printed seed. */
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

static struct delivery_output step_now(struct delivery *d, enum delivery_event event, int64_t now_ns, int64_t seq)
{
    return step(d, event, now_ns, d->generation, seq);
}

/* A machine that is up at now_ns. */
static struct delivery up(int64_t now_ns)
{
    struct delivery d;

    delivery_init(&d, 1, now_ns);
    step_now(&d, DELIVERY_TIMEOUT, now_ns, 0);
    step_now(&d, DELIVERY_CONNECTED, now_ns, 0);
    return d;
}

static void test_first_connect_is_due_at_once(void **state)
{
    struct delivery d;
    struct delivery_output out;

    (void)state;
    delivery_init(&d, 1, 5 * NS_PER_S);
    assert_int_equal(delivery_deadline_ns(&d), 5 * NS_PER_S);
    out = step_now(&d, DELIVERY_TIMEOUT, 5 * NS_PER_S, 0);
    assert_int_equal(out.actions, DELIVERY_DO_CONNECT);
    out = step_now(&d, DELIVERY_CONNECTED, 5 * NS_PER_S, 0);
    assert_int_equal(out.actions, DELIVERY_DO_REWIND | DELIVERY_DO_CREDIT);
    assert_int_equal(out.credit, DELIVERY_WINDOW);
}

static void test_acknowledgements_count_from_the_front(void **state)
{
    struct delivery d = up(0);
    struct delivery_output out;

    (void)state;
    for (int64_t seq = 1; seq <= 3; seq++)
        assert_int_equal(step_now(&d, DELIVERY_ROW, 0, seq).actions, DELIVERY_DO_SEND);
    out = step_now(&d, DELIVERY_TAKEN, 0, 2);
    assert_int_equal(out.actions & DELIVERY_DO_ACK, 0);
    out = step_now(&d, DELIVERY_TAKEN, 0, 1);
    assert_true(out.actions & DELIVERY_DO_ACK);
    assert_int_equal(out.upto, 2);
    assert_int_equal(out.credit, 2);
}

static void test_a_frozen_broker_is_given_up_after_ten_seconds(void **state)
{
    struct delivery d = up(0);
    struct delivery_output out;

    (void)state;
    assert_int_equal(delivery_deadline_ns(&d), NEVER);
    step_now(&d, DELIVERY_ROW, 3 * NS_PER_S, 9);
    step_now(&d, DELIVERY_ROW, 4 * NS_PER_S, 10);
    assert_int_equal(delivery_deadline_ns(&d), 13 * NS_PER_S);
    out = step_now(&d, DELIVERY_TIMEOUT, 13 * NS_PER_S, 0);
    assert_int_equal(out.actions, DELIVERY_DO_DROP);
    assert_int_equal(d.state, DELIVERY_DOWN);
}

static void test_results_of_an_older_generation_are_ignored(void **state)
{
    struct delivery d = up(0);
    int64_t old = d.generation;
    struct delivery_output out;

    (void)state;
    step_now(&d, DELIVERY_ROW, 0, 1);
    step_now(&d, DELIVERY_LOST, 0, 0);
    step_now(&d, DELIVERY_TIMEOUT, delivery_deadline_ns(&d), 0);
    step_now(&d, DELIVERY_CONNECTED, 3 * NS_PER_S, 0);
    step_now(&d, DELIVERY_ROW, 3 * NS_PER_S, 1);
    out = step(&d, DELIVERY_TAKEN, 3 * NS_PER_S, old, 1);
    assert_int_equal(out.actions, 0);
    out = step(&d, DELIVERY_ROW, 3 * NS_PER_S, old, 2);
    assert_int_equal(out.actions, 0);
    assert_false(delivery_idle(&d));
}

static void test_back_off_doubles_to_a_minute_and_resets_after_a_minute_up(void **state)
{
    struct delivery d;
    int64_t now_ns = 0, want_ns = DELIVERY_BACKOFF_MIN_NS;

    (void)state;
    delivery_init(&d, 42, 0);
    for (int i = 0; i < 10; i++) {
        step_now(&d, DELIVERY_TIMEOUT, now_ns, 0);
        step_now(&d, DELIVERY_LOST, now_ns, 0);
        assert_in_range(delivery_deadline_ns(&d) - now_ns, want_ns * 7 / 10, want_ns * 13 / 10);
        want_ns = want_ns * 2 < DELIVERY_BACKOFF_MAX_NS ? want_ns * 2 : DELIVERY_BACKOFF_MAX_NS;
        now_ns = delivery_deadline_ns(&d);
    }
    step_now(&d, DELIVERY_TIMEOUT, now_ns, 0);
    step_now(&d, DELIVERY_CONNECTED, now_ns, 0);
    now_ns += DELIVERY_STABLE_NS;
    step_now(&d, DELIVERY_LOST, now_ns, 0);
    assert_in_range(delivery_deadline_ns(&d) - now_ns, NS_PER_S * 7 / 10, NS_PER_S * 13 / 10);
}

static void test_a_refused_row_is_kept_and_goes_alone(void **state)
{
    struct delivery d = up(0);
    struct delivery_output out;

    (void)state;
    for (int64_t seq = 1; seq <= 4; seq++)
        step_now(&d, DELIVERY_ROW, 0, seq);
    out = step_now(&d, DELIVERY_REFUSED, 0, 1);
    assert_int_equal(out.actions, 0);
    assert_int_equal(d.state, DELIVERY_PAUSED);
    assert_int_equal(d.refused_times, 1);
    out = step_now(&d, DELIVERY_TIMEOUT, delivery_deadline_ns(&d), 0);
    assert_int_equal(out.actions, DELIVERY_DO_REWIND | DELIVERY_DO_CREDIT);
    assert_int_equal(out.credit, 1);
    step_now(&d, DELIVERY_ROW, 2 * NS_PER_S, 1);
    out = step_now(&d, DELIVERY_TAKEN, 2 * NS_PER_S, 1);
    assert_int_equal(out.upto, 1);
    assert_int_equal(out.credit, DELIVERY_WINDOW);
}

/* --- the table: every state with every event --------------------------------------------------------------------- */

static struct delivery in_state(enum delivery_state want)
{
    struct delivery d;

    delivery_init(&d, 1, 0);
    if (want == DELIVERY_DOWN)
        return d;
    step_now(&d, DELIVERY_TIMEOUT, 0, 0);
    if (want == DELIVERY_CONNECTING)
        return d;
    step_now(&d, DELIVERY_CONNECTED, 0, 0);
    step_now(&d, DELIVERY_ROW, 0, 1);
    if (want == DELIVERY_PAUSED)
        step_now(&d, DELIVERY_REFUSED, 0, 1);
    return d;
}

static size_t table_line(enum delivery_state from, enum delivery_event event, char *line, size_t len)
{
    static const char *const names[] = {"drop", "connect", "ack", "rewind", "credit", "send"};
    struct delivery d = in_state(from);
    int64_t seq = event == DELIVERY_ROW ? 2 : 1;
    struct delivery_output out = step_now(&d, event, NS_PER_S, seq);
    size_t n = (size_t)snprintf(line, len, "%-10s %-9s -> %-10s", delivery_state_str(from), delivery_event_str(event),
                                delivery_state_str(d.state));

    for (int i = 0; i < 6; i++)
        if (out.actions & (1u << i))
            n += (size_t)snprintf(line + n, len - n, " %s", names[i]);
    if (d.impossible > 0)
        n += (size_t)snprintf(line + n, len - n, " impossible");
    else if (d.ignored > 0)
        n += (size_t)snprintf(line + n, len - n, " ignored");
    return n + (size_t)snprintf(line + n, len - n, "\n");
}

/* GYMSTATION_UPDATE=1 writes the file anew; say in the commit why it changed. */
static void test_transition_table_is_the_golden_one(void **state)
{
    static const char path[] = "tests/unit/delivery_transitions.txt";
    char table[4096], golden[4096] = "";
    size_t n = 0;
    FILE *file;

    (void)state;
    for (int from = 0; from < DELIVERY_STATE_COUNT; from++)
        for (int event = 0; event < DELIVERY_EVENT_COUNT; event++)
            n += table_line((enum delivery_state)from, (enum delivery_event)event, table + n, sizeof(table) - n);
    if (getenv("GYMSTATION_UPDATE")) {
        file = fopen(path, "w");
        assert_non_null(file);
        fputs(table, file);
        fclose(file);
    }
    file = fopen(path, "r");
    assert_non_null(file);
    golden[fread(golden, 1, sizeof(golden) - 1, file)] = '\0';
    fclose(file);
    assert_string_equal(table, golden);
}

/* --- a lossy broker ------------------------------------------------------------------------------------------------ */

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
        cmocka_unit_test(test_first_connect_is_due_at_once),
        cmocka_unit_test(test_acknowledgements_count_from_the_front),
        cmocka_unit_test(test_a_frozen_broker_is_given_up_after_ten_seconds),
        cmocka_unit_test(test_results_of_an_older_generation_are_ignored),
        cmocka_unit_test(test_back_off_doubles_to_a_minute_and_resets_after_a_minute_up),
        cmocka_unit_test(test_a_refused_row_is_kept_and_goes_alone),
        cmocka_unit_test(test_transition_table_is_the_golden_one),
        cmocka_unit_test(test_a_lossy_broker_gets_every_row),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
