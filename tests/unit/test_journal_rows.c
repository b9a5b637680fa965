/* SPDX-License-Identifier: MIT */
/* What happens to rows after their commit: acknowledged, stored for good, asked for again; and files of older versions. */
#include "tests/unit/journal_fixture.h"

static void append_many(struct journal *j, int n)
{
    int64_t last = journal_found(j)->last_seq;

    for (int i = 0; i < n; i++) {
        char data[32];

        snprintf(data, sizeof(data), "{\"i\":%d}", i);
        append(j, EVENT_CALL, false, data, NULL);
    }
    committed(j, last + n);
}

static struct journal_notice notice_of(struct journal *j, enum journal_notice_kind kind)
{
    for (;;) {
        struct journal_notice n = next_notice(j);

        if (n.kind == kind)
            return n;
        free(n.envelope);
        free(n.gone);
    }
}

/* Runs SQL on the file, which must be closed. */
static void sql(const struct place *p, const char *text)
{
    char command[512];

    snprintf(command, sizeof(command),
             "python3 -c \"import sqlite3,sys; d=sqlite3.connect(sys.argv[1]); d.executescript(sys.argv[2])\" %s '%s'",
             p->path, text);
    assert_int_equal(system(command), 0);
}

/* The first row of the generation that is drawn. */
static int64_t first_new(struct journal *j, int64_t generation)
{
    struct journal_row row;

    journal_drain_rewind(j, generation);
    journal_drain_credit(j, generation, 1);
    do
        row = next_row(j);
    while (free(row.body), row.generation != generation);
    return row.seq;
}

static void test_what_the_collector_has_is_not_sent_again(void **state)
{
    struct place *p = *state;
    struct journal *j = must_open(p, "boot-1");
    struct journal_notice n;

    append_many(j, 10);
    journal_drain_rewind(j, 1);
    assert_int_equal(journal_confirm(j, 4), 0);
    n = notice_of(j, JOURNAL_DELIVERED);
    assert_int_equal(n.waiting, 6);
    assert_int_equal(first_new(j, 2), 5);
    journal_confirm(j, 2); /* never backwards */
    assert_int_equal(first_new(j, 3), 5);
    journal_confirm(j, 11); /* nothing has that number yet */
    assert_int_equal(notice_of(j, JOURNAL_AHEAD).seq, 11);
    assert_int_equal(first_new(j, 4), 5);
    journal_drain_ack(j, 8);
    journal_confirm(j, 6);
    n = notice_of(j, JOURNAL_DELIVERED);
    assert_int_equal(n.waiting, 2);
    journal_close(j, 1000);
    j = must_open(p, "boot-2");
    assert_int_equal(first_new(j, 1), 9);
    journal_close(j, 1000);
}

/* Asks for from..to and draws what comes: every row as at first, byte for byte. */
static void expect_again(struct journal *j, char *const first[], int64_t from, int64_t to)
{
    struct journal_notice n;

    journal_resend(j, from, to, 77);
    n = notice_of(j, JOURNAL_RESENDING);
    assert_int_equal(n.tag, 77);
    assert_int_equal(n.error, 0);
    assert_int_equal(n.gone_n, 0);
    for (int64_t seq = from; seq <= to; seq++) {
        struct journal_row row = next_row(j);

        assert_true(row.again);
        assert_int_equal(row.seq, seq);
        assert_string_equal(row.body, first[seq]);
        free(row.body);
    }
}

static void test_rows_come_again_byte_for_byte_and_what_was_never_sent_only_once(void **state)
{
    struct journal *j = must_open(*state, "boot-1");
    char *first[21];
    struct journal_row row;

    append_many(j, 20);
    journal_drain_rewind(j, 1);
    journal_drain_credit(j, 1, 10);
    for (int i = 1; i <= 10; i++)
        free(next_row(j).body);
    journal_drain_ack(j, 10);
    journal_drain_rewind(j, 2);
    journal_resend(j, 1, 20, 1); /* 11 to 20 go their ordinary way */
    assert_int_equal(notice_of(j, JOURNAL_RESENDING).gone_n, 0);
    journal_drain_credit(j, 2, 20);
    for (int again = 0, fresh = 0; again < 10 || fresh < 10;) {
        row = next_row(j);
        assert_int_equal(row.seq, row.again ? ++again : 10 + ++fresh);
        first[row.seq] = row.body;
    }
    journal_drain_ack(j, 20);
    journal_drain_credit(j, 2, 20);
    expect_again(j, first, 1, 3);
    expect_again(j, first, 7, 20);
    for (int i = 1; i <= 20; i++)
        free(first[i]);
    journal_close(j, 1000);
}

static void test_what_is_gone_is_told_by_ranges(void **state)
{
    struct place *p = *state;
    struct journal *j = must_open(p, "boot-1");
    struct journal_notice n;

    append_many(j, 20);
    journal_drain_rewind(j, 1);
    journal_drain_ack(j, 20);
    journal_close(j, 1000);
    sql(p, "DELETE FROM event WHERE seq < 4; UPDATE event SET state = 3 WHERE seq IN (9, 10, 20)");
    j = must_open(p, "boot-2");
    journal_drain_rewind(j, 1);
    journal_resend(j, 1, 1000, 5);
    n = notice_of(j, JOURNAL_RESENDING);
    assert_int_equal(n.gone_n, 3);
    assert_int_equal(n.gone[0].from, 1);
    assert_int_equal(n.gone[0].to, 3);
    assert_int_equal(n.gone[1].from, 9);
    assert_int_equal(n.gone[1].to, 10);
    assert_int_equal(n.gone[2].from, 20);
    assert_int_equal(n.gone[2].to, 20); /* what is not there yet is not gone */
    free(n.gone);
    journal_drain_credit(j, 1, 100);
    for (int64_t seq = 4; seq <= 19; seq += seq == 8 ? 3 : 1) {
        struct journal_row row = next_row(j);

        assert_int_equal(row.seq, seq);
        free(row.body);
    }
    journal_close(j, 1000);
}

static void test_a_row_put_aside_is_announced_and_out_of_the_way(void **state)
{
    struct place *p = *state;
    struct journal *j = must_open(p, "boot-1");
    struct journal_notice n;
    struct journal_row row;
    json_t *body;

    append_many(j, 3);
    journal_drain_rewind(j, 1);
    journal_drain_quarantine(j, 2);
    n = notice_of(j, JOURNAL_COMMITTED);
    assert_int_equal(n.type, EVENT_EVENTS_DROPPED);
    assert_int_equal(n.seq, 4);
    assert_int_equal(n.waiting, 3);
    journal_drain_quarantine(j, 2); /* once */
    journal_drain_rewind(j, 2);
    journal_drain_credit(j, 2, 10);
    for (int64_t seq = 1; seq <= 4; seq += seq == 1 ? 2 : 1) {
        row = next_row(j);
        assert_int_equal(row.seq, seq);
        if (seq < 4)
            free(row.body);
    }
    body = json_loads(row.body, 0, NULL);
    assert_int_equal(json_integer_value(json_object_get(json_object_get(body, "data"), "from")), 2);
    assert_int_equal(json_integer_value(json_object_get(json_object_get(body, "data"), "to")), 2);
    assert_string_equal(json_string_value(json_object_get(json_object_get(body, "data"), "why")), "too_large");
    json_decref(body);
    free(row.body);
    journal_drain_ack(j, 4);
    journal_close(j, 1000);
    j = must_open(p, "boot-2");
    append_many(j, 1);
    assert_int_equal(first_new(j, 1), 5);
    journal_close(j, 1000);
}

static void test_too_many_requests_at_a_time_are_refused(void **state)
{
    struct journal *j = must_open(*state, "boot-1");
    int busy = 0;

    append_many(j, 20);
    journal_drain_rewind(j, 1); /* no credit: nothing moves */
    journal_drain_ack(j, 20);
    for (int i = 1; i <= 12; i++)
        journal_resend(j, i, i, i);
    for (int i = 1; i <= 12; i++) {
        struct journal_notice n = notice_of(j, JOURNAL_RESENDING);

        assert_int_equal(n.tag, i);
        busy += n.error == -EBUSY;
    }
    assert_int_equal(busy, 4);
    journal_close(j, 1000);
}

/* journal_v1.sql is what a daemon of schema version 1 left behind: 90 events, the last one not taken, slot 1 held. */
static void test_a_file_of_version_1_is_taken_over(void **state)
{
    struct place *p = *state;
    struct journal *j;
    struct journal_notice n;
    char command[256];

    snprintf(
        command, sizeof(command),
        "python3 -c \"import sqlite3; sqlite3.connect('%s').executescript(open('tests/unit/journal_v1.sql').read())\"",
        p->path);
    assert_int_equal(system(command), 0);
    j = must_open(p, "boot-2");
    assert_false(journal_found(j)->created);
    assert_string_equal(journal_found(j)->journal, "f83df9fd-1f52-4334-8e07-ccac526d5d62");
    assert_int_equal(journal_found(j)->last_seq, 90);
    assert_int_equal(journal_found(j)->held[1].rev, 1);
    assert_non_null(journal_found(j)->held[1].payload);
    assert_int_equal(first_new(j, 1), 90);
    append_many(j, 1);
    journal_confirm(j, 91);
    do
        n = notice_of(j, JOURNAL_DELIVERED);
    while (n.waiting > 0);
    assert_int_equal(journal_remember(j, COMMAND_TARE, "c-1", "{}", 1), 0); /* version 4 brought these */
    assert_int_equal(journal_close(j, PATIENCE_MS), 0);
    j = must_open(p, "boot-3"); /* and again as its own */
    assert_int_equal(journal_found(j)->last_seq, 91);
    assert_int_equal(journal_found(j)->replies_n, 1);
    journal_close(j, 1000);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_what_the_collector_has_is_not_sent_again),
        TEST(test_rows_come_again_byte_for_byte_and_what_was_never_sent_only_once),
        TEST(test_what_is_gone_is_told_by_ranges),
        TEST(test_a_row_put_aside_is_announced_and_out_of_the_way),
        TEST(test_too_many_requests_at_a_time_are_refused),
        TEST(test_a_file_of_version_1_is_taken_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
