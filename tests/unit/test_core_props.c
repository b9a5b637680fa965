/* SPDX-License-Identifier: MIT */
/* What holds for every station whatever happens to it: hours of random input, with a seed that is printed. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "storm.h"

#define STORMS   40
#define STORM_NS (3600 * NS_PER_S)

static void storm_on(struct storm *storm, struct station_rig *rig)
{
    int64_t wait_ns = storm_step(storm, rig);

    rig_run_until(rig, rig->t_ns + wait_ns);
}

/* ---- what the record must say ------------------------------------------------------------------------------------- */

struct record {
    bool in_session, in_set, unconfirmed;
    int rep;             /* of the set that runs */
    int counted;         /* in the set that runs */
    int session_counted; /* in sets that are completed */
    int sessions, sets, reps;
    size_t read;
};

static void fail_line(const char *line, const char *why, uint64_t seed)
{
    fail_msg("GYMSTATION_SEED=%" PRIu64 ": %s: %.*s", seed, why, (int)strcspn(line, "\n"), line);
}

static bool begins(const char *line, const char *word)
{
    return strncmp(line, word, strlen(word)) == 0;
}

/* "rep 1L2.3 ...": 3; a partial rep has none. */
static int number_of(const char *line)
{
    const char *dot = strpbrk(strchr(line, ' ') + 1, ". ");

    return *dot == '.' ? (int)strtol(dot + 1, NULL, 10) : 0;
}

static void read_rep(struct record *record, const char *line, uint64_t seed)
{
    int number = number_of(line);

    if (!record->in_set)
        fail_line(line, "outside a set", seed);
    if (number == 0)
        return;
    if (record->rep > 0 && number != record->rep + 1)
        fail_line(line, "does not count up by one", seed);
    record->rep = number;
    record->counted++;
    record->reps++;
}

/* A stopped hold keeps its number for the next try. */
static void read_hold(struct record *record, const char *line, uint64_t seed)
{
    if (!record->in_set)
        fail_line(line, "outside a set", seed);
    if (record->rep > 0 && number_of(line) != record->rep + 1)
        fail_line(line, "does not count up by one", seed);
    record->rep = number_of(line);
    record->counted += strstr(line, " full ") != NULL && strstr(line, " full ") < strchr(line, '\n');
    record->reps++;
}

static void read_line(struct record *record, const char *line, uint64_t seed)
{
    if (begins(line, "session_started")) {
        if (record->in_session)
            fail_line(line, "a session runs already", seed);
        record->in_session = true;
        record->session_counted = 0;
        record->sessions++;
    } else if (begins(line, "session_completed")) {
        if (!record->in_session || record->in_set)
            fail_line(line, "no session runs, or a set still does", seed);
        record->in_session = false;
    } else if (begins(line, "set_started")) {
        if (record->in_set || !record->in_session)
            fail_line(line, "a set runs already, or no session", seed);
        record->in_set = true;
        record->rep = record->counted = 0;
        record->sets++;
    } else if (begins(line, "set_completed")) {
        if (!record->in_set)
            fail_line(line, "no set runs", seed);
        record->in_set = false;
        record->session_counted += (int)strtol(strstr(line, "reps=") + 5, NULL, 10);
    } else if (begins(line, "rep ")) {
        read_rep(record, line, seed);
    } else if (begins(line, "hold ")) {
        read_hold(record, line, seed);
    }
}

static void read_log(struct record *record, const struct station_rig *rig, uint64_t seed)
{
    while (record->read < rig->log.len) {
        const char *line = rig->log.v + record->read;

        read_line(record, strchr(line, ' ') + 1, seed);
        record->read += strcspn(line, "\n") + 1;
    }
}

/* The events that would close what is open: one a thing, and every rep that counts is counted once. */
static void check_closing(const struct record *record, const struct station_rig *rig, uint64_t seed)
{
    struct event closing[2];
    int n = core_closing(rig->core, closing);
    int64_t reps = 0, expected = record->session_counted;

    if (n != record->in_session + record->in_set)
        fail_msg("GYMSTATION_SEED=%" PRIu64 ": %d events close what is open", seed, n);
    if (n == 0)
        return;
    for (int i = 0; i < closing[n - 1].u.session_completed.item_count; i++)
        reps += closing[n - 1].u.session_completed.items[i].reps;
    if (rig->core->session.state != SESSION_STATE_CONFIRM)
        expected += record->in_set ? record->counted : 0;
    if (reps != expected)
        fail_msg("GYMSTATION_SEED=%" PRIu64 ": closing counts %" PRId64 " reps of %" PRId64, seed, reps, expected);
}

static void check_counters(const struct station_rig *rig, uint64_t seed)
{
    struct core_counters counters;

    core_counters(rig->core, &counters);
    if (counters.impossible > 0 || counters.lost_outputs > 0 || rig->lost > 0)
        fail_msg("GYMSTATION_SEED=%" PRIu64 ": impossible %" PRIu64 ", lost outputs %" PRIu64 " at %.3f s in %s", seed,
                 counters.impossible, counters.lost_outputs, seconds(rig->t_ns),
                 session_state_str(rig->core->session.state));
}

static void weather(uint64_t seed, struct record *record)
{
    struct station_rig *rig = rig_new(NULL);
    struct storm storm;

    storm_begin(&storm, seed, rig);
    while (rig->t_ns < STORM_NS) {
        storm_on(&storm, rig);
        read_log(record, rig, seed);
        check_closing(record, rig, seed);
        check_counters(rig, seed);
    }
    storm_end(&storm, rig);
    rig_clicks(rig, BUTTON_STOP, 2);
    if (!core_idle(rig->core))
        fail_msg("GYMSTATION_SEED=%" PRIu64 ": two stops do not reach idle", seed);
    read_log(record, rig, seed);
    assert_false(record->in_session || record->in_set);
    check_counters(rig, seed);
    rig_free(rig);
}

static void test_no_storm_breaks_the_record(void **state)
{
    uint64_t seed = test_seed();
    struct record all = {0};

    (void)state;
    for (uint64_t i = 0; i < STORMS; i++) {
        struct record record = {0};

        weather(seed + i, &record);
        all.sessions += record.sessions;
        all.sets += record.sets;
        all.reps += record.reps;
    }
    printf("%d storms of an hour: %d sessions, %d sets, %d reps and holds\n", STORMS, all.sessions, all.sets, all.reps);
    assert_true(all.sessions > STORMS && all.sets > STORMS && all.reps > STORMS);
}

/* ---- sameness ----------------------------------------------------------------------------------------------------- */

static void same_text(const struct station_rig *a, const struct station_rig *b, uint64_t seed)
{
    size_t at = 0;

    while (at < a->log.len && at < b->log.len && a->log.v[at] == b->log.v[at])
        at++;
    if (at == a->log.len && at == b->log.len)
        return;
    while (at > 0 && a->log.v[at - 1] != '\n')
        at--;
    fail_msg("GYMSTATION_SEED=%" PRIu64 ":\n  %.*s\n  %.*s", seed, (int)strcspn(a->log.v + at, "\n"), a->log.v + at,
             (int)strcspn(b->log.v + at, "\n"), b->log.v + at);
}

/* The same storm, with a caller that wakes up at odd times and looks at everything whenever it can. */
static void test_wake_ups_and_looks_change_nothing(void **state)
{
    uint64_t seed = test_seed();
    struct rng naps = {seed ^ 1};

    (void)state;
    for (uint64_t i = 0; i < 4; i++) {
        struct station_rig *calm = rig_new(NULL), *restless = rig_new(NULL);
        struct storm a, b;

        restless->poll = true;
        storm_begin(&a, seed + i, calm);
        storm_begin(&b, seed + i, restless);
        while (calm->t_ns < STORM_NS) {
            int64_t wait_ns = storm_step(&a, calm), end_ns = calm->t_ns + wait_ns;

            storm_step(&b, restless);
            rig_run_until(calm, end_ns);
            while (restless->t_ns < end_ns) {
                int64_t to_ns = restless->t_ns + 1 + (int64_t)rng_below(&naps, (uint64_t)(3 * NS_PER_S));

                rig_run_until(restless, to_ns < end_ns ? to_ns : end_ns);
            }
        }
        same_text(calm, restless, seed + i);
        rig_free(calm);
        rig_free(restless);
    }
}

/* A copy of the bytes is a copy of the station: it goes on in the same way, and by itself. */
static void test_a_copy_goes_on_alike(void **state)
{
    uint64_t seed = test_seed();

    (void)state;
    for (uint64_t i = 0; i < 4; i++) {
        struct station_rig *rig = rig_new(NULL), *copy;
        struct storm storm, again;

        storm_begin(&storm, seed + i, rig);
        while (rig->t_ns < STORM_NS / 2)
            storm_on(&storm, rig);
        copy = rig_clone(rig);
        rig->log.len = rig->mark = 0;
        again = storm;
        while (rig->t_ns < STORM_NS)
            storm_on(&storm, rig);
        while (copy->t_ns < STORM_NS)
            storm_on(&again, copy);
        same_text(rig, copy, seed + i);
        rig_free(copy);
        rig_free(rig);
    }
}

/* Polling the deadline, the snapshot and the slots writes nothing at all. */
static void test_looking_writes_nothing(void **state)
{
    uint64_t seed = test_seed();
    struct station_rig *rig = rig_new(NULL);
    struct storm storm;

    (void)state;
    storm_begin(&storm, seed, rig);
    for (int i = 0; i < 300; i++) {
        struct station_rig *before = rig_clone(rig);
        struct snapshot snapshot;
        struct event closing[2];
        struct resume resume;
        struct slot_held held;
        struct slot_last last;

        core_snapshot(rig->core, &snapshot);
        core_closing(rig->core, closing);
        core_closing_resume(rig->core, &resume);
        core_slot(rig->core, 1, &held, &last);
        assert_int_equal(core_deadline_ns(rig->core), core_deadline_ns(before->core));
        assert_memory_equal(rig->core, before->core, core_size());
        rig_free(before);
        storm_on(&storm, rig);
    }
    rig_free(rig);
}

/* A call with nothing due is a bug of the caller's, but a harmless one. */
static void test_firing_with_no_deadline_does_nothing(void **state)
{
    struct station_rig *rig = rig_new(NULL), *before;
    struct input end = {.kind = INPUT_END};
    struct core_outs outs;

    (void)state;
    rig_feed(rig, &end);
    before = rig_clone(rig);
    assert_int_equal(core_deadline_ns(rig->core), NEVER);
    core_fire(rig->core, &outs);
    assert_int_equal(outs.n, 0);
    assert_memory_equal(rig->core, before->core, core_size());
    rig_free(before);
    rig_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_storm_breaks_the_record),
        cmocka_unit_test(test_wake_ups_and_looks_change_nothing),
        cmocka_unit_test(test_a_copy_goes_on_alike),
        cmocka_unit_test(test_looking_writes_nothing),
        cmocka_unit_test(test_firing_with_no_deadline_does_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
