/* SPDX-License-Identifier: MIT */
/* The journal under trouble: files that are damaged or not ours, a full disk, SIGKILL at random moments. */
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "tests/unit/journal_fixture.h"

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void test_a_damaged_file_is_moved_aside(void **state)
{
    struct place *p = *state;
    struct journal *j;
    struct stat st;

    write_file(p->path, "this was a journal once, and then somebody pulled the card while it was being written");
    j = must_open(p, "boot-1");
    assert_true(journal_found(j)->created);
    assert_non_null(strstr(journal_found(j)->moved_aside, ".corrupt-"));
    assert_int_equal(stat(journal_found(j)->moved_aside, &st), 0);
    append(j, EVENT_CALL, false, "{}", NULL);
    assert_int_equal(committed(j, 1).seq, 1);
    journal_close(j, 1000);
}

static void test_what_is_not_ours_is_refused(void **state)
{
    struct place *p = *state, missing = {.path = "/nonexistent/journal.db"};
    struct journal *j = must_open(p, "boot-1"), *other = NULL;
    struct refusal why;
    char command[256];

    assert_int_equal(try_open(&other, p, "boot-1", &why), -EBUSY);
    assert_non_null(strstr(why.reason, "another gymstationd"));
    journal_close(j, 1000);
    snprintf(command, sizeof(command),
             "python3 -c \"import sqlite3; sqlite3.connect('%s').execute('PRAGMA user_version=99')\"", p->path);
    assert_int_equal(system(command), 0);
    assert_int_equal(try_open(&other, p, "boot-1", &why), -ENOTSUP);
    assert_non_null(strstr(why.reason, "newer"));
    assert_int_equal(try_open(&other, &missing, "boot-1", &why), -ENOENT);
    assert_string_equal(why.path, "/nonexistent/journal.db");
    assert_string_equal(why.reason, "No such file or directory: create the directory or choose another path");
}

/* A full disk, played by the limit on the size of files. */
static void test_a_full_disk_delays_and_loses_nothing(void **state)
{
    struct journal *j = must_open(*state, "boot-1");
    struct rlimit before, tight;
    struct journal_notice n;
    json_t *rows;

    signal(SIGXFSZ, SIG_IGN);
    append(j, EVENT_CALL, false, "{\"i\":0}", NULL);
    committed(j, 1);
    getrlimit(RLIMIT_FSIZE, &before);
    tight = (struct rlimit){.rlim_cur = 1024, .rlim_max = before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &tight);
    for (int i = 1; i < 20; i++) {
        char data[32];

        snprintf(data, sizeof(data), "{\"i\":%d}", i);
        append(j, EVENT_CALL, false, data, NULL);
    }
    n = next_notice(j);
    assert_int_equal(n.kind, JOURNAL_TROUBLE);
    assert_true(n.error < 0);
    assert_true(strlen(n.text) > 0);
    assert_int_equal(journal_backlog(j), 19);
    setrlimit(RLIMIT_FSIZE, &before);
    n = next_notice(j);
    assert_int_equal(n.kind, JOURNAL_RECOVERED);
    committed(j, 20);
    assert_int_equal(journal_backlog(j), 0);
    rows = drain(j, 1, 20);
    for (size_t i = 0; i < 20; i++)
        assert_int_equal(json_integer_value(json_object_get(json_object_get(json_array_get(rows, i), "data"), "i")), i);
    json_decref(rows);
    journal_close(j, 1000);
}

/* --- SIGKILL at random moments ------------------------------------------------------------------------------------- */

/* Appends for ever, in sessions of ten events, and reports each committed seq into the pipe. */
static void append_for_ever(const struct place *p, int round, int fd)
{
    struct journal *j = must_open(p, "boot");
    char *closing = closing_text(1);
    char data[64];

    for (int i = 0;; i++) {
        bool starts = i % 10 == 0, ends = i % 10 == 9;
        enum event_type type = starts ? EVENT_SESSION_STARTED : ends ? EVENT_SESSION_COMPLETED : EVENT_REP;
        struct journal_notice n;

        snprintf(data, sizeof(data), "{\"round\":%d,\"i\":%d}", round, i);
        append(j, type, true, data, ends ? NULL : closing);
        while (journal_backlog(j) > 100 || i % 7 == 0) {
            n = next_notice(j);
            free(n.envelope);
            if (write(fd, &n.seq, sizeof(n.seq)) < 0)
                return;
            if (i % 7 == 0)
                break;
        }
    }
}

/* Kills the child after a number of reports; the last committed seq that it reported. */
static int64_t run_and_kill(const struct place *p, int round, int reports)
{
    int fds[2];
    pid_t child;
    int64_t seq, last = 0;

    assert_int_equal(pipe(fds), 0);
    child = fork();
    if (child == 0) {
        close(fds[0]);
        append_for_ever(p, round, fds[1]);
        _exit(1);
    }
    close(fds[1]);
    while (reports-- > 0 && read(fds[0], &seq, sizeof(seq)) == sizeof(seq))
        last = seq;
    kill(child, SIGKILL);
    while (read(fds[0], &seq, sizeof(seq)) == sizeof(seq))
        last = seq;
    close(fds[0]);
    waitpid(child, NULL, 0);
    return last;
}

/* The rows of one round: its events as appended, from the first, then what closed the session. */
static void check_round(json_t *rows, int64_t before, int round, bool closed)
{
    size_t n = json_array_size(rows), own = n - (closed ? 2 : 0);

    for (size_t i = 0; i < n; i++)
        assert_int_equal(json_integer_value(json_object_get(json_array_get(rows, i), "seq")), before + 1 + (int64_t)i);
    for (size_t i = 0; i < own; i++) {
        json_t *data = json_object_get(json_array_get(rows, i), "data");

        assert_int_equal(json_integer_value(json_object_get(data, "round")), round);
        assert_int_equal(json_integer_value(json_object_get(data, "i")), i);
    }
    assert_int_equal(closed, own % 10 != 0);
    if (closed) {
        assert_string_equal(text_at(rows, n - 2, "type"), "set_completed");
        assert_string_equal(text_at(rows, n - 1, "type"), "session_completed");
        assert_string_equal(text_at(rows, n - 1, "session"), text_at(rows, own - 1, "session"));
    }
}

static void test_killed_at_random_keeps_a_gapless_prefix(void **state)
{
    struct place *p = *state;
    unsigned seed =
        getenv("GYMSTATION_SEED") ? (unsigned)strtoul(getenv("GYMSTATION_SEED"), NULL, 0) : (unsigned)time(NULL);
    int64_t before = 0;

    print_message("seed %u (GYMSTATION_SEED)\n", seed);
    for (int round = 0; round < 50; round++) {
        int64_t reported = run_and_kill(p, round, 1 + rand_r(&seed) % 40);
        struct journal *j = must_open(p, "boot");
        int64_t last = journal_found(j)->last_seq;
        json_t *rows;

        assert_true(last >= reported);
        rows = drain(j, 1, (int)(last - before));
        check_round(rows, before, round, journal_found(j)->closed_session);
        json_decref(rows);
        journal_drain_ack(j, last);
        assert_int_equal(journal_close(j, 5000), 0);
        before = last;
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_a_damaged_file_is_moved_aside),
        TEST(test_what_is_not_ours_is_refused),
        TEST(test_a_full_disk_delays_and_loses_nothing),
        TEST(test_killed_at_random_keeps_a_gapless_prefix),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
