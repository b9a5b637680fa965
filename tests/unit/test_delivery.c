/* SPDX-License-Identifier: MIT */
/* Delivery in virtual time: scenarios and the transition table. A lossy broker: test_delivery_lossy.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* Attempts that come to nothing, each at its time; how long the pauses get, in order, without the spread. */
static void expect_pauses(bool refused, int64_t limit_ns)
{
    struct delivery d;
    struct delivery_input lost = {.event = DELIVERY_LOST, .refused = refused};
    struct delivery_output out;
    int64_t now_ns = 0, want_ns = DELIVERY_BACKOFF_MIN_NS;

    delivery_init(&d, 42, 0);
    for (int i = 0; i < 10; i++) {
        step_now(&d, DELIVERY_TIMEOUT, now_ns, 0);
        lost.now_ns = now_ns;
        delivery_step(&d, &lost, &out);
        assert_in_range(delivery_deadline_ns(&d) - now_ns, want_ns * 7 / 10, want_ns * 13 / 10);
        want_ns = want_ns * 2 < limit_ns ? want_ns * 2 : limit_ns;
        now_ns = delivery_deadline_ns(&d);
    }
    step_now(&d, DELIVERY_TIMEOUT, now_ns, 0);
    step_now(&d, DELIVERY_CONNECTED, now_ns, 0);
    now_ns += DELIVERY_STABLE_NS;
    step_now(&d, DELIVERY_LOST, now_ns, 0);
    assert_in_range(delivery_deadline_ns(&d) - now_ns, NS_PER_S * 7 / 10, NS_PER_S * 13 / 10);
}

static void test_back_off_doubles_to_its_limit_and_resets_after_a_minute_up(void **state)
{
    (void)state;
    expect_pauses(true, DELIVERY_BACKOFF_MAX_NS);
    expect_pauses(false, DELIVERY_UNREACHABLE_MAX_NS);
    assert_true(DELIVERY_UNREACHABLE_MAX_NS * 13 / 10 < 5 * NS_PER_S); /* back within 5 s of the broker's return */
}

/* One refusal for its size of row 7, which is alone; what it led to. */
static struct delivery_output refused_for_size(struct delivery *d, bool by_disconnect)
{
    struct delivery_input in = {.event = by_disconnect ? DELIVERY_LOST : DELIVERY_REFUSED,
                                .generation = d->generation,
                                .seq = 7,
                                .too_large = true,
                                .refused = by_disconnect};
    struct delivery_output out, pause;

    step_now(d, DELIVERY_ROW, 0, 7);
    in.generation = d->generation;
    delivery_step(d, &in, &out);
    assert_true(delivery_deadline_ns(d) - in.now_ns <= 3 * NS_PER_S); /* all that comes after it waits with it */
    pause = step_now(d, DELIVERY_TIMEOUT, delivery_deadline_ns(d), 0);
    if (pause.actions & DELIVERY_DO_CONNECT)
        pause = step_now(d, DELIVERY_CONNECTED, 0, 0);
    assert_int_equal(pause.credit, 1);
    return out;
}

static void test_a_row_that_is_too_large_ten_times_is_put_aside(void **state)
{
    (void)state;
    for (int by_disconnect = 0; by_disconnect < 2; by_disconnect++) {
        struct delivery d = up(0);
        struct delivery_output out;

        for (int i = 1; i < DELIVERY_TOO_LARGE_MAX; i++)
            assert_false(refused_for_size(&d, by_disconnect).actions & DELIVERY_DO_QUARANTINE);
        out = refused_for_size(&d, by_disconnect);
        assert_true(out.actions & DELIVERY_DO_QUARANTINE);
        assert_int_equal(out.aside, 7);
        step_now(&d, DELIVERY_ROW, 0, 8);
        assert_int_equal(step_now(&d, DELIVERY_TAKEN, 0, 8).credit, DELIVERY_WINDOW);
    }
}

/* Refused for any other reason, a row is kept for ever. */
static void test_other_refusals_never_put_a_row_aside(void **state)
{
    struct delivery d = up(0);

    (void)state;
    for (int i = 0; i < 100; i++) {
        step_now(&d, DELIVERY_ROW, 0, 7);
        assert_false(step_now(&d, DELIVERY_REFUSED, 0, 7).actions & DELIVERY_DO_QUARANTINE);
        step_now(&d, DELIVERY_TIMEOUT, delivery_deadline_ns(&d), 0);
    }
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

/* Rows that were asked for again lie below what has not been taken: the journal must not hear of them. */
static void test_rows_sent_again_are_not_acknowledged(void **state)
{
    struct delivery d = up(0);
    struct delivery_input again = {.event = DELIVERY_ROW, .generation = d.generation, .seq = 3, .again = true};
    struct delivery_output out;

    (void)state;
    step_now(&d, DELIVERY_ROW, 0, 50);
    delivery_step(&d, &again, &out);
    assert_int_equal(out.actions, DELIVERY_DO_SEND);
    delivery_step(&d, &again, &out); /* by two requests */
    step_now(&d, DELIVERY_ROW, 0, 51);
    assert_false(step_now(&d, DELIVERY_TAKEN, 0, 3).actions & DELIVERY_DO_ACK);
    out = step_now(&d, DELIVERY_TAKEN, 0, 50);
    assert_true(out.actions & DELIVERY_DO_ACK);
    assert_int_equal(out.upto, 50);
    assert_false(step_now(&d, DELIVERY_TAKEN, 0, 3).actions & DELIVERY_DO_ACK);
    out = step_now(&d, DELIVERY_TAKEN, 0, 51);
    assert_int_equal(out.upto, 51);
    assert_true(delivery_idle(&d));
    delivery_step(&d, &again, &out);
    assert_int_equal(step_now(&d, DELIVERY_REFUSED, 0, 3).actions, DELIVERY_DO_FORGET);
    assert_int_equal(d.ignored + d.impossible, 0);
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
    static const char *const names[] = {"drop", "connect", "ack", "rewind", "credit", "send", "forget", "quarantine"};
    struct delivery d = in_state(from);
    int64_t seq = event == DELIVERY_ROW ? 2 : 1;
    struct delivery_output out = step_now(&d, event, NS_PER_S, seq);
    size_t n = (size_t)snprintf(line, len, "%-10s %-9s -> %-10s", delivery_state_str(from), delivery_event_str(event),
                                delivery_state_str(d.state));

    for (int i = 0; i < 8; i++)
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_connect_is_due_at_once),
        cmocka_unit_test(test_acknowledgements_count_from_the_front),
        cmocka_unit_test(test_a_frozen_broker_is_given_up_after_ten_seconds),
        cmocka_unit_test(test_results_of_an_older_generation_are_ignored),
        cmocka_unit_test(test_back_off_doubles_to_its_limit_and_resets_after_a_minute_up),
        cmocka_unit_test(test_a_row_that_is_too_large_ten_times_is_put_aside),
        cmocka_unit_test(test_other_refusals_never_put_a_row_aside),
        cmocka_unit_test(test_a_refused_row_is_kept_and_goes_alone),
        cmocka_unit_test(test_rows_sent_again_are_not_acknowledged),
        cmocka_unit_test(test_transition_table_is_the_golden_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
