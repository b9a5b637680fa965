/* SPDX-License-Identifier: MIT */
/* A journal in a directory of its own, and what its tests share. */
#ifndef GYMSTATION_TEST_JOURNAL_FIXTURE_H
#define GYMSTATION_TEST_JOURNAL_FIXTURE_H

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "gymstation/event_json.h"
#include "gymstation/journal.h"

#define PATIENCE_MS 20000

struct place {
    char dir[64], path[80];
};

static inline int setup(void **state)
{
    struct place *p = calloc(1, sizeof(*p));

    snprintf(p->dir, sizeof(p->dir), "/tmp/gymstation-journal-XXXXXX");
    if (!mkdtemp(p->dir))
        return -1;
    snprintf(p->path, sizeof(p->path), "%s/journal.db", p->dir);
    *state = p;
    return 0;
}

static inline int teardown(void **state)
{
    struct place *p = *state;
    char command[128];

    snprintf(command, sizeof(command), "rm -rf %s", p->dir);
    if (system(command) != 0)
        return -1;
    free(p);
    return 0;
}

static inline int try_open(struct journal **ret, const struct place *p, const char *boot, struct refusal *why)
{
    struct journal_config config = {.path = p->path, .station = "leg-01", .boot = boot, .serial = "s1"};

    return journal_open(ret, &config, why);
}

static inline struct journal *must_open(const struct place *p, const char *boot)
{
    struct journal *j = NULL;
    struct refusal why;

    if (try_open(&j, p, boot, &why) < 0)
        fail_msg("%s: %s", why.path, why.reason);
    return j;
}

static inline int append(struct journal *j, enum event_type type, bool in_session, const char *data,
                         const char *closing)
{
    struct event_head head = {.type = type, .t_ns = 1000 * NS_PER_S, .in_session = in_session};

    return journal_append(j, &head, strdup(data), closing ? strdup(closing) : NULL, false);
}

static inline bool readable(int fd)
{
    return poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, PATIENCE_MS) == 1;
}

static inline struct journal_notice next_notice(struct journal *j)
{
    struct journal_notice n;

    while (journal_next_notice(j, &n) == 0)
        assert_true(readable(journal_notice_fd(j)));
    return n;
}

/* Waits until seq is committed; that notice. */
static inline struct journal_notice committed(struct journal *j, int64_t seq)
{
    for (;;) {
        struct journal_notice n = next_notice(j);

        free(n.envelope);
        n.envelope = NULL;
        if (n.kind == JOURNAL_COMMITTED && n.seq >= seq)
            return n;
    }
}

static inline struct journal_row next_row(struct journal *j)
{
    struct journal_row row;

    while (journal_drain_next(j, &row) == 0)
        assert_true(readable(journal_drain_fd(j)));
    return row;
}

/* All rows that are still to be sent, parsed, as a JSON array. */
static inline json_t *drain(struct journal *j, int64_t generation, int n)
{
    json_t *rows = json_array();

    journal_drain_rewind(j, generation);
    journal_drain_credit(j, generation, n);
    for (int i = 0; i < n; i++) {
        struct journal_row row = next_row(j);

        assert_int_equal(row.generation, generation);
        json_array_append_new(rows, json_loads(row.body, 0, NULL));
        assert_int_equal(json_integer_value(json_object_get(json_array_get(rows, (size_t)i), "seq")), row.seq);
        free(row.body);
    }
    return rows;
}

static inline const char *text_at(json_t *rows, size_t i, const char *key)
{
    const char *text = json_string_value(json_object_get(json_array_get(rows, i), key));

    return text ? text : "";
}

/* What the app hands in while the second set of a session runs. */
static inline char *closing_text(int64_t ended_ns)
{
    struct event events[2] = {{.head = {.type = EVENT_SET_COMPLETED,
                                        .in_session = true,
                                        .item = 1,
                                        .set = 2,
                                        .exercise = "banded_curl",
                                        .patient = "p-1",
                                        .side = SIDE_LEFT},
                               .u.set_completed = {.reason = SET_POWER_LOSS,
                                                   .ended_by = ENDED_BY_RESTART,
                                                   .tempo_milli_pct = ABSENT,
                                                   .tut_ns = ABSENT}},
                              {.head = {.type = EVENT_SESSION_COMPLETED, .in_session = true, .patient = "p-1"},
                               .u.session_completed = {.reason = SESSION_POWER_LOSS,
                                                       .pct_milli = ABSENT,
                                                       .volume_milli = ABSENT,
                                                       .tempo_milli = ABSENT,
                                                       .load_milli = ABSENT}}};
    struct resume resume = {.offered = true,
                            .slot = 2,
                            .rev = 7,
                            .hash = "abc",
                            .item = 0,
                            .set = 1,
                            .reps_done = 4,
                            .counted = true,
                            .ended_ns = ended_ns};

    return journal_closing_json(events, 2, &resume);
}

/* Runs body in a child that then kills itself. */
static inline void in_killed_child(const struct place *p, void (*body)(const struct place *p))
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        body(p);
        kill(getpid(), SIGKILL);
    }
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

#endif
