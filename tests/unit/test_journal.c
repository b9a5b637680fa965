/* SPDX-License-Identifier: MIT */
/* The journal: order, sessions over power cuts, held prescriptions, draining. */
#include "tests/unit/journal_fixture.h"

static void test_seq_counts_by_one_over_restarts(void **state)
{
    struct place *p = *state;
    char id[UUID_LEN];
    struct journal *j = must_open(p, "boot-1");

    assert_true(journal_found(j)->created);
    assert_true(journal_found(j)->clean);
    snprintf(id, sizeof(id), "%s", journal_found(j)->journal);
    append(j, EVENT_STATION_STARTED, false, "{}", NULL);
    append(j, EVENT_CALL, false, "{}", NULL);
    append(j, EVENT_STATION_STOPPING, false, "{}", NULL);
    assert_int_equal(committed(j, 3).waiting, 3);
    assert_int_equal(journal_close(j, 1000), 0);

    j = must_open(p, "boot-2");
    assert_false(journal_found(j)->created);
    assert_true(journal_found(j)->clean);
    assert_int_equal(journal_found(j)->last_seq, 3);
    assert_int_equal(journal_found(j)->starts, 2);
    assert_string_equal(journal_found(j)->journal, id);
    append(j, EVENT_STATION_STARTED, false, "{}", NULL);
    assert_int_equal(committed(j, 4).seq, 4);
    assert_int_equal(journal_close(j, 1000), 0);

    j = must_open(p, "boot-3");
    assert_false(journal_found(j)->clean);
    assert_int_equal(journal_close(j, 1000), 0);
}

static void test_what_is_queued_at_close_is_written(void **state)
{
    struct journal *j = must_open(*state, "boot-1");

    for (int i = 0; i < 1000; i++)
        assert_int_equal(append(j, EVENT_CALL, false, "{}", NULL), 0);
    assert_int_equal(journal_close(j, PATIENCE_MS), 0);
    j = must_open(*state, "boot-1");
    assert_int_equal(journal_found(j)->last_seq, 1000);
    journal_close(j, 1000);
}

static void test_drain_keeps_to_credit_and_order(void **state)
{
    struct journal *j = must_open(*state, "boot-1");
    struct journal_row row;
    struct journal_notice n;
    char *first;

    for (int i = 0; i < 10; i++)
        append(j, EVENT_CALL, false, "{}", NULL);
    committed(j, 10);
    journal_drain_rewind(j, 1);
    journal_drain_credit(j, 1, 3);
    row = next_row(j);
    first = row.body;
    for (int64_t seq = 2; seq <= 3; seq++) {
        row = next_row(j);
        assert_int_equal(row.seq, seq);
        free(row.body);
    }
    journal_drain_credit(j, 0, 5); /* of another generation: gives nothing */
    journal_drain_rewind(j, 2);
    journal_drain_credit(j, 2, 1);
    row = next_row(j);
    assert_int_equal(row.generation, 2);
    assert_int_equal(row.seq, 1);
    assert_string_equal(row.body, first); /* the same bytes every time */
    free(row.body);
    free(first);
    journal_drain_ack(j, 4);
    journal_drain_rewind(j, 3);
    journal_drain_credit(j, 3, 1);
    row = next_row(j);
    assert_int_equal(row.seq, 5);
    free(row.body);
    do
        n = next_notice(j);
    while (n.kind != JOURNAL_DELIVERED);
    assert_int_equal(n.seq, 4);
    assert_int_equal(n.waiting, 6);
    journal_close(j, 1000);

    j = must_open(*state, "boot-1");
    journal_drain_rewind(j, 1);
    journal_drain_credit(j, 1, 1);
    row = next_row(j);
    assert_int_equal(row.seq, 5);
    free(row.body);
    journal_close(j, 1000);
}

static void session_in_progress(const struct place *p)
{
    struct journal *j = must_open(p, "boot-1");
    char *closing = closing_text(999 * NS_PER_S);

    append(j, EVENT_STATION_STARTED, false, "{}", NULL);
    append(j, EVENT_SESSION_STARTED, true, "{\"slot\":2}", closing);
    append(j, EVENT_SET_STARTED, true, "{}", closing);
    committed(j, 3);
}

static void test_a_session_the_power_cut_is_closed(void **state)
{
    struct place *p = *state;
    const struct journal_found *f;
    struct journal *j;
    json_t *rows, *data;

    in_killed_child(p, session_in_progress);
    j = must_open(p, "boot-2");
    f = journal_found(j);
    assert_true(f->closed_session);
    assert_false(f->clean);
    assert_int_equal(f->last_seq, 5);
    assert_true(f->resumable);
    assert_int_equal(f->resume.slot, 2);
    assert_int_equal(f->resume.set, 1);
    assert_int_equal(f->resume.reps_done, 4);
    assert_true(f->resume.counted);
    assert_non_null(f->last_session);

    rows = drain(j, 1, 5);
    assert_string_equal(text_at(rows, 3, "type"), "set_completed");
    assert_string_equal(text_at(rows, 4, "type"), "session_completed");
    for (size_t i = 3; i < 5; i++) {
        assert_string_equal(text_at(rows, i, "boot"), "boot-2");
        assert_string_equal(text_at(rows, i, "session"), text_at(rows, 1, "session"));
        assert_string_equal(text_at(rows, i, "patient"), "p-1");
        data = json_object_get(json_array_get(rows, i), "data");
        assert_string_equal(json_string_value(json_object_get(data, "reason")), "power_loss");
        assert_string_equal(json_string_value(json_object_get(data, "last_boot")), "boot-1");
        assert_int_equal(json_integer_value(json_object_get(data, "last_t_ns")), 1000 * NS_PER_S);
    }
    assert_int_equal(json_integer_value(json_object_get(data, "first_seq")), 2);
    json_decref(rows);
    journal_close(j, 1000);

    j = must_open(p, "boot-3"); /* once is enough */
    assert_false(journal_found(j)->closed_session);
    assert_int_equal(journal_found(j)->last_seq, 5);
    journal_close(j, 1000);
}

struct fixed_clock {
    struct journal_clock now;
};

static void read_fixed_clock(void *self, struct journal_clock *ret)
{
    *ret = ((struct fixed_clock *)self)->now;
}

static struct journal *open_at(const struct place *p, const char *boot, struct fixed_clock *clock)
{
    struct journal_config config = {
        .path = p->path, .station = "leg-01", .boot = boot, .clock = read_fixed_clock, .clock_self = clock};
    struct journal *j = NULL;
    struct refusal why;

    assert_int_equal(journal_open(&j, &config, &why), 0);
    return j;
}

static void test_resume_is_placed_on_the_new_clock(void **state)
{
    struct fixed_clock clock = {.now = {.mono_ns = 1000 * NS_PER_S, .wall_ns = 5000 * NS_PER_S, .synced = true}};
    char *closing = closing_text(990 * NS_PER_S);
    struct journal *j = open_at(*state, "boot-1", &clock);
    json_t *rows;

    append(j, EVENT_SESSION_STARTED, true, "{}", closing);
    committed(j, 1);
    rows = drain(j, 1, 1);
    assert_string_equal(text_at(rows, 0, "ts"), "1970-01-01T01:23:20.000Z");
    assert_string_equal(text_at(rows, 0, "clock"), "synced");
    json_decref(rows);
    journal_close(j, 1000); /* as after a kill: the session is still open */

    clock.now = (struct journal_clock){.mono_ns = 20 * NS_PER_S, .wall_ns = 5100 * NS_PER_S};
    j = open_at(*state, "boot-2", &clock);
    assert_int_equal(journal_found(j)->ended_wall_ns, 4990 * NS_PER_S);
    assert_int_equal(journal_found(j)->resume.ended_ns, 20 * NS_PER_S - 110 * NS_PER_S);
    append(j, EVENT_STATION_STARTED, false, "{}", closing);
    committed(j, 4);
    journal_close(j, 1000);

    clock.now.mono_ns = 1500 * NS_PER_S; /* the same boot, whatever the wall clock says */
    clock.now.wall_ns = 1;
    j = open_at(*state, "boot-2", &clock);
    assert_int_equal(journal_found(j)->resume.ended_ns, 990 * NS_PER_S);
    journal_close(j, 1000);
    free(closing);
}

static void test_sessions_get_ids_and_know_the_one_before(void **state)
{
    struct journal *j = must_open(*state, "boot-1");
    struct journal_notice n;
    json_t *rows;

    append(j, EVENT_SESSION_STARTED, true, "{}", NULL);
    append(j, EVENT_SESSION_COMPLETED, true, "{}", NULL);
    append(j, EVENT_SESSION_STARTED, true, "{\"resumes\":true}", NULL);
    append(j, EVENT_CALL, false, "{}", NULL);
    next_notice(j);
    n = next_notice(j);
    assert_int_equal(n.type, EVENT_SESSION_COMPLETED);
    assert_non_null(n.envelope); /* for the retained topic */
    free(n.envelope);
    committed(j, 4);
    rows = drain(j, 1, 4);
    assert_int_equal(strlen(text_at(rows, 0, "session")), 36);
    assert_string_equal(text_at(rows, 1, "session"), text_at(rows, 0, "session"));
    assert_string_not_equal(text_at(rows, 2, "session"), text_at(rows, 0, "session"));
    assert_string_equal(text_at(rows, 3, "session"), "");
    json_decref(rows);
    journal_close(j, 1000);
}

static void held_then_killed(const struct place *p)
{
    struct journal *j = must_open(p, "boot-1");
    struct journal_held one = {
        .slot = 1, .rev = 3, .hash = "h1", .used = 2, .course = "24", .payload = (char[]){"{\"a\":1}"}, .size = 7};
    struct journal_held two = {.slot = 2, .rev = 1, .hash = "h2", .payload = (char[]){"x"}, .size = 1};

    journal_hold(j, &one);
    journal_hold(j, &two);
    append(j, EVENT_PRESCRIPTION_ACCEPTED, false, "{}", NULL);
    two.payload = NULL;
    journal_hold(j, &two);
    append(j, EVENT_PRESCRIPTION_ACCEPTED, false, "{}", NULL);
    committed(j, 2);
    one.rev = 4;
    journal_hold(j, &one); /* belongs to an event that never came */
}

static void test_held_prescriptions_come_with_their_event(void **state)
{
    struct place *p = *state;
    struct journal *j;
    const struct journal_held *held;

    in_killed_child(p, held_then_killed);
    j = must_open(p, "boot-2");
    held = journal_found(j)->held;
    assert_int_equal(held[1].rev, 3);
    assert_int_equal(held[1].used, 2);
    assert_string_equal(held[1].course, "24");
    assert_string_equal(held[1].hash, "h1");
    assert_int_equal(held[1].size, 7);
    assert_string_equal(held[1].payload, "{\"a\":1}");
    assert_null(held[2].payload);
    assert_int_equal(held[2].rev, 1); /* withdrawn: still the floor for what may come */
    assert_string_equal(held[2].hash, "h2");
    assert_int_equal(held[3].rev, 0);
    journal_close(j, 1000);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_seq_counts_by_one_over_restarts),          TEST(test_what_is_queued_at_close_is_written),
        TEST(test_drain_keeps_to_credit_and_order),          TEST(test_a_session_the_power_cut_is_closed),
        TEST(test_resume_is_placed_on_the_new_clock),        TEST(test_sessions_get_ids_and_know_the_one_before),
        TEST(test_held_prescriptions_come_with_their_event),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
