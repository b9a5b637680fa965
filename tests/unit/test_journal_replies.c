/* SPDX-License-Identifier: MIT */
/* Replies to commands in the journal: what was answered before a restart is answered the same after it. */
#include "tests/unit/journal_fixture.h"

static struct journal_notice remembered(struct journal *j, int64_t tag)
{
    for (;;) {
        struct journal_notice n = next_notice(j);

        free(n.envelope);
        if (n.kind == JOURNAL_REMEMBERED && n.tag == tag)
            return n;
    }
}

static const struct journal_reply *reply_at(struct journal *j, int i)
{
    assert_true(i < journal_found(j)->replies_n);
    return &journal_found(j)->replies[i];
}

static void remember_and_die(const struct place *p)
{
    struct journal *j = must_open(p, "boot-1");

    assert_int_equal(journal_remember(j, COMMAND_TARE, "c-1", "{\"v\":1,\"id\":\"c-1\",\"ok\":true}", 7), 0);
    assert_int_equal(journal_remember(j, COMMAND_STOP, "c-2", "{}", 8), 0);
    remembered(j, 8);
}

static void test_a_reply_survives_a_kill_byte_for_byte(void **state)
{
    struct journal *j;

    in_killed_child(*state, remember_and_die);
    j = must_open(*state, "boot-1");
    assert_int_equal(journal_found(j)->replies_n, 2);
    assert_int_equal(reply_at(j, 0)->command, COMMAND_TARE);
    assert_string_equal(reply_at(j, 0)->id, "c-1");
    assert_string_equal(reply_at(j, 0)->payload, "{\"v\":1,\"id\":\"c-1\",\"ok\":true}");
    assert_string_equal(reply_at(j, 1)->id, "c-2");
    assert_int_equal(journal_found(j)->last_seq, 0); /* a reply is no event */
    journal_close(j, 1000);
}

static void test_the_newest_are_kept(void **state)
{
    struct journal *j = must_open(*state, "boot-1");
    char id[ID_LEN];

    for (int i = 0; i < JOURNAL_REPLIES_MAX + 44; i++) {
        snprintf(id, sizeof(id), "c-%d", i);
        assert_int_equal(journal_remember(j, COMMAND_IDENTIFY, id, "{}", i), 0);
    }
    assert_int_equal(journal_close(j, PATIENCE_MS), 0);
    j = must_open(*state, "boot-1");
    assert_int_equal(journal_found(j)->replies_n, JOURNAL_REPLIES_MAX);
    assert_string_equal(reply_at(j, 0)->id, "c-44");
    snprintf(id, sizeof(id), "c-%d", JOURNAL_REPLIES_MAX + 43);
    assert_string_equal(reply_at(j, JOURNAL_REPLIES_MAX - 1)->id, id);
    journal_close(j, 1000);
}

/* The session that is open says so in the transaction of its last event; a reply behind it changes nothing of that. */
static void answered_in_session(const struct place *p)
{
    struct journal *j = must_open(p, "boot-1");
    struct event_head head = {.type = EVENT_CALL, .t_ns = 1000 * NS_PER_S};

    append(j, EVENT_SESSION_STARTED, true, "{\"slot\":2}", closing_text(999 * NS_PER_S));
    journal_append(j, &head, strdup("{}"), closing_text(999 * NS_PER_S), true);
    journal_remember(j, COMMAND_STOP, "c-1", "{}", 1);
    journal_remember(j, COMMAND_IDENTIFY, "c-2", "{}", 2);
    remembered(j, 2);
}

static void test_a_reply_leaves_the_open_session_open(void **state)
{
    struct journal *j;

    in_killed_child(*state, answered_in_session);
    j = must_open(*state, "boot-2");
    assert_true(journal_found(j)->closed_session);
    assert_true(journal_found(j)->resumable);
    assert_int_equal(journal_found(j)->last_seq, 4);
    assert_int_equal(journal_found(j)->replies_n, 2);
    journal_close(j, 1000);
}

static int rows_in(const struct place *p, const char *query)
{
    char command[400], answer[32] = "";
    FILE *out;

    snprintf(command, sizeof(command),
             "python3 -c \"import sqlite3; print(sqlite3.connect('file:%s?mode=ro', uri=True).execute('%s')"
             ".fetchone()[0])\"",
             p->path, query);
    out = popen(command, "r");
    assert_non_null(out);
    assert_non_null(fgets(answer, sizeof(answer), out));
    assert_int_equal(pclose(out), 0);
    return (int)strtol(answer, NULL, 10);
}

/* The event waits for the reply of its moment: neither is there without the other. */
static void test_an_event_and_the_reply_of_its_moment_are_one(void **state)
{
    struct journal *j = must_open(*state, "boot-1");
    struct event_head head = {.type = EVENT_SESSION_ATTRIBUTED, .t_ns = 1000 * NS_PER_S};
    struct journal_notice first;

    for (int i = 1; i <= 5; i++) {
        journal_append(j, &head, strdup("{}"), NULL, true);
        journal_remember(j, COMMAND_ATTRIBUTE, "c", "{}", i);
        first = next_notice(j);
        assert_int_equal(first.kind, JOURNAL_COMMITTED);
        assert_int_equal(rows_in(*state, "SELECT (SELECT max(n) FROM reply) - (SELECT max(seq) FROM event)"), 0);
        remembered(j, i);
    }
    journal_close(j, 1000);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_a_reply_survives_a_kill_byte_for_byte),
        TEST(test_the_newest_are_kept),
        TEST(test_a_reply_leaves_the_open_session_open),
        TEST(test_an_event_and_the_reply_of_its_moment_are_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
