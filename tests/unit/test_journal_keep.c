/* SPDX-License-Identifier: MIT */
/* What the journal keeps and lets go: retention, the reserve on a full disk, damaged and copied files. */
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>

#include "tests/unit/journal_fixture.h"

#define DAY_NS (86400 * NS_PER_S)

/* A clock that is days ahead. */
struct ahead {
    int64_t days;
    bool synced;
};

static void ahead_clock(void *self, struct journal_clock *ret)
{
    const struct ahead *ahead = self;
    struct timespec mono, wall;

    clock_gettime(CLOCK_MONOTONIC, &mono);
    clock_gettime(CLOCK_REALTIME, &wall);
    ret->mono_ns = mono.tv_sec * NS_PER_S + mono.tv_nsec;
    ret->wall_ns = wall.tv_sec * NS_PER_S + wall.tv_nsec + ahead->days * DAY_NS;
    ret->synced = ahead->synced;
}

static struct journal *open_with(const struct place *p, struct journal_config config)
{
    struct journal *j = NULL;
    struct refusal why;

    config.path = p->path;
    config.station = "leg-01";
    config.boot = "boot";
    if (journal_open(&j, &config, &why) < 0)
        fail_msg("%s: %s", why.path, why.reason);
    return j;
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

/* n events that happen now, the first `taken` of them taken by the broker; the file is closed. */
static void history(const struct place *p, int n, int64_t taken, int64_t confirmed)
{
    struct ahead now = {.days = 0};
    struct journal *j = open_with(p, (struct journal_config){.clock = ahead_clock, .clock_self = &now});
    struct journal_clock at;

    ahead_clock(&now, &at);
    for (int i = 0; i < n; i++) {
        struct event_head head = {.type = EVENT_CALL, .t_ns = at.mono_ns};

        assert_int_equal(journal_append(j, &head, strdup("{}"), NULL, false), 0);
    }
    committed(j, n);
    journal_drain_ack(j, taken);
    if (confirmed > 0)
        journal_confirm(j, confirmed);
    assert_int_equal(journal_close(j, PATIENCE_MS), 0);
}

/* What of from..to is gone; the caller's to free(). */
static struct journal_notice gone(struct journal *j, int64_t from, int64_t to)
{
    journal_resend(j, from, to, 1);
    return notice_of(j, JOURNAL_RESENDING);
}

/* Two commits one after the other: between them the journal has looked at what may go. */
static void let_it_look(struct journal *j)
{
    for (int i = 0; i < 2; i++) {
        append(j, EVENT_PAIN, false, "{}", NULL);
        while (notice_of(j, JOURNAL_COMMITTED).type != EVENT_PAIN)
            ;
    }
}

static void test_too_large_the_oldest_go_and_it_is_said(void **state)
{
    struct place *p = *state;
    struct journal *j;
    struct journal_notice n;
    json_t *rows, *data;

    history(p, 3000, 2500, 0);
    j = open_with(p, (struct journal_config){.max_bytes = 1});
    do /* a thousand at a time */
        n = notice_of(j, JOURNAL_COMMITTED);
    while (n.seq < 3003);
    assert_int_equal(n.type, EVENT_EVENTS_DROPPED);
    n = gone(j, 2400, 3000);
    assert_int_equal(n.gone_n, 1);
    assert_int_equal(n.gone[0].to, 2500); /* what the broker has not had never goes */
    free(n.gone);
    rows = drain(j, 1, 503);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(text_at(rows, 500 + i, "type"), "events_dropped");
        data = json_object_get(json_array_get(rows, 500 + i), "data");
        assert_int_equal(json_integer_value(json_object_get(data, "from")), 1000 * (int)i + 1);
        assert_int_equal(json_integer_value(json_object_get(data, "to")), i < 2 ? 1000 * ((int)i + 1) : 2500);
    }
    json_decref(rows);
    journal_close(j, 1000);
}

static void test_where_a_collector_confirms_only_that_goes(void **state)
{
    struct place *p = *state;
    struct journal *j;
    struct journal_notice n;

    history(p, 300, 300, 200);
    j = open_with(p, (struct journal_config){.max_bytes = 1});
    assert_int_equal(notice_of(j, JOURNAL_COMMITTED).type, EVENT_EVENTS_DROPPED);
    n = gone(j, 1, 300);
    assert_int_equal(n.gone_n, 1);
    assert_int_equal(n.gone[0].to, 200);
    free(n.gone);
    journal_close(j, 1000);
}

static void test_acknowledgements_that_prove_nothing_let_nothing_go(void **state)
{
    struct place *p = *state;
    struct journal *j;
    struct journal_notice n;

    history(p, 100, 100, 0);
    j = open_with(p, (struct journal_config){.max_bytes = 1, .confirmed_only = true});
    let_it_look(j);
    n = gone(j, 1, 100);
    assert_int_equal(n.gone_n, 0);
    journal_close(j, 1000);
}

static void test_what_is_old_goes_by_a_clock_that_is_right(void **state)
{
    static const struct {
        int64_t days;
        bool synced, goes;
    } cases[] = {{3650, false, false}, {-3650, true, false}, {89, true, false}, {91, true, true}};
    struct place *p = *state;

    history(p, 100, 100, 100);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ahead ahead = {.days = cases[i].days, .synced = cases[i].synced};
        struct journal *j =
            open_with(p, (struct journal_config){.keep_ns = 90 * DAY_NS, .clock = ahead_clock, .clock_self = &ahead});
        struct journal_notice n;

        let_it_look(j);
        n = gone(j, 1, 100);

        assert_int_equal(n.gone_n, cases[i].goes);
        free(n.gone);
        journal_close(j, 1000);
    }
}

static void overwrite(const char *path)
{
    FILE *file = fopen(path, "w");

    fputs("this is no database any more, and its pages are gone", file);
    fclose(file);
}

static void test_prescriptions_outlive_a_damaged_journal(void **state)
{
    struct place *p = *state;
    struct journal *j = open_with(p, (struct journal_config){.serial = ""});
    struct journal_held held = {
        .slot = 3, .rev = 7, .hash = "abc", .used = 2, .course = "24", .payload = (char[]){"{\"v\":1}"}, .size = 7};
    const struct journal_held *found;
    char first[UUID_LEN];

    snprintf(first, sizeof(first), "%s", journal_found(j)->journal);
    journal_hold(j, &held);
    append(j, EVENT_PRESCRIPTION_ACCEPTED, false, "{}", NULL);
    committed(j, 1);
    journal_close(j, 1000);
    overwrite(p->path);
    j = open_with(p, (struct journal_config){.serial = ""});
    assert_true(journal_found(j)->held_kept);
    assert_non_null(strstr(journal_found(j)->moved_aside, ".corrupt-"));
    assert_string_not_equal(journal_found(j)->journal, first);
    found = &journal_found(j)->held[3];
    assert_int_equal(found->rev, 7);
    assert_int_equal(found->used, 2);
    assert_string_equal(found->course, "24");
    assert_string_equal(found->hash, "abc");
    assert_string_equal(found->payload, "{\"v\":1}");
    journal_close(j, 1000);
}

static void test_a_card_on_another_board_begins_a_new_journal(void **state)
{
    struct place *p = *state;
    struct journal *j = open_with(p, (struct journal_config){.serial = ""});
    char first[UUID_LEN];
    struct stat st;

    append(j, EVENT_CALL, false, "{}", NULL);
    committed(j, 1);
    snprintf(first, sizeof(first), "%s", journal_found(j)->journal);
    journal_close(j, 1000);
    for (int i = 0; i < 2; i++) { /* a board that begins to tell its serial is no other board */
        j = open_with(p, (struct journal_config){.serial = "s1"});
        assert_false(journal_found(j)->cloned);
        assert_string_equal(journal_found(j)->journal, first);
        journal_close(j, 1000);
    }
    j = open_with(p, (struct journal_config){.serial = "s2"});
    assert_true(journal_found(j)->cloned);
    assert_string_not_equal(journal_found(j)->journal, first);
    assert_int_equal(journal_found(j)->last_seq, 0);
    assert_non_null(strstr(journal_found(j)->moved_aside, ".cloned-"));
    assert_int_equal(stat(journal_found(j)->moved_aside, &st), 0);
    journal_close(j, 1000);
    j = open_with(p, (struct journal_config){.serial = "s2"});
    assert_false(journal_found(j)->cloned);
    journal_close(j, 1000);
}

/* Takes what is left of the disk. */
static void fill(const char *name)
{
    static const char block[4096];
    int fd = open(name, O_WRONLY | O_CREAT, 0600);

    assert_true(fd >= 0);
    while (write(fd, block, sizeof(block)) == sizeof(block))
        ;
    close(fd);
}

static void test_on_a_full_disk_the_session_still_ends(void **state)
{
    struct place *p = *state;
    struct journal *j;
    struct journal_notice n;
    char name[128];

    if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
        mount("gymstation-test", p->dir, "tmpfs", 0, "size=8m") < 0) {
        print_message("skipped: no file system can be mounted here\n");
        skip();
    }
    j = open_with(p, (struct journal_config){.serial = ""});
    append(j, EVENT_SESSION_STARTED, true, "{}", NULL);
    committed(j, 1);
    snprintf(name, sizeof(name), "%s/filler", p->dir);
    fill(name);
    for (int i = 0; i < 200; i++)
        append(j, EVENT_REP, true, "{\"flags\":[\"a long one, so that the file has to grow, and the log with it\"]}",
               NULL);
    append(j, EVENT_SESSION_COMPLETED, true, "{}", NULL);
    n = next_notice(j);
    assert_int_equal(n.kind, JOURNAL_DISK_LOW);
    for (int64_t seq = 2; seq <= 202; seq++) { /* and nothing of trouble */
        n = next_notice(j);
        assert_int_equal(n.kind, JOURNAL_COMMITTED);
        assert_int_equal(n.seq, seq);
        free(n.envelope);
    }
    unlink(name);
    notice_of(j, JOURNAL_DISK_OK);
    journal_close(j, 1000);
    umount2(p->dir, MNT_DETACH);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_too_large_the_oldest_go_and_it_is_said),
        TEST(test_where_a_collector_confirms_only_that_goes),
        TEST(test_acknowledgements_that_prove_nothing_let_nothing_go),
        TEST(test_what_is_old_goes_by_a_clock_that_is_right),
        TEST(test_prescriptions_outlive_a_damaged_journal),
        TEST(test_a_card_on_another_board_begins_a_new_journal),
        TEST(test_on_a_full_disk_the_session_still_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
