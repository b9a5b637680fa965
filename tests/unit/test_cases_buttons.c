/* SPDX-License-Identifier: MIT */
/* Presses at odd moments and prescriptions of odd figures: each case with what the station must make of it. */
#include "tests/unit/case_bench.h"

#include <errno.h>

#define ONE CASE_CURL("1")
#define TWO CASE_CURL("2")

static enum session_reason ended(const struct run *run)
{
    return run_event(run, EVENT_SESSION_COMPLETED, 0)->u.session_completed.reason;
}

static void test_start_pressed_twice_is_one_session(void **state)
{
    (void)state;
    case_exact(PATIENT_START_TWICE, ONE, 10);
    struct run *run = case_run(PATIENT_START_TWICE, ONE, 1);
    assert_int_equal(run_count(run, EVENT_SESSION_STARTED), 1);
    run_free(run);
}

/* --- stop --------------------------------------------------------------------------------------------------------- */

/* The n-th stop event is stamped with the edge of the press, not with a sample after it. */
static void at_once(const struct run *run, int n, const char *during)
{
    const struct event *stop = run_event(run, EVENT_STOP, n);
    assert_int_equal(stop->head.t_ns, run->stop_ns[n]);
    assert_int_equal(stop->u.stop.pressed_t_ns, run->stop_ns[n]);
    assert_string_equal(stop->u.stop.during, during);
}

static void test_stop_in_the_countdown_pauses(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct run *run = case_run(PATIENT_STOP_COUNTDOWN, ONE, seed);
        at_once(run, 0, "prep");
        assert_int_equal(run_count(run, EVENT_SET_STARTED), 1);
        assert_true(run_event(run, EVENT_SET_STARTED, 0)->head.t_ns > run->stop_ns[0]);
        assert_int_equal(case_tally(run, 1).full, 10);
        case_done(run);
        run_free(run);
    }
}

static void test_stop_in_the_rest_ends_the_session(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct run *run = case_run(PATIENT_STOP_REST, TWO, seed);
        at_once(run, 0, "rest");
        assert_int_equal(run_event(run, EVENT_SESSION_COMPLETED, 0)->head.t_ns, run->stop_ns[0]);
        assert_int_equal(ended(run), SESSION_STOPPED);
        assert_int_equal(run_count(run, EVENT_SET_STARTED), 1);
        assert_int_equal(case_tally(run, 0).full, 10);
        run_free(run);
    }
}

/* The cue that ends a paced rep comes first: the rep is done, and the set is stopped at the same stamp. */
static void test_stop_in_the_millisecond_of_a_rep_s_end_keeps_the_rep(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct run *run = case_run(PATIENT_STOP_REP_END, CASE_LIVE, seed);
        at_once(run, 0, "work");
        assert_int_equal(run_event(run, EVENT_REP, 2)->head.t_ns, run->stop_ns[0]);
        assert_int_equal(case_set(run, 0)->reason, SET_STOPPED);
        assert_int_equal(case_set(run, 0)->reps, 3);
        assert_int_equal(run_event(run, EVENT_SET_COMPLETED, 0)->head.t_ns, run->stop_ns[0]);
        assert_int_equal(case_set(run, 1)->reps, 3);
        case_done(run);
        run_free(run);
    }
}

/* The first ends the set, the second (paused) the session; the others are pressed to nobody. */
static void test_stop_pressed_a_hundred_times_stops_twice(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct patient_setup setup = run_setup(seed);
        setup.oddity = PATIENT_STOP_100;
        struct run *run = run_session(&setup, ONE);
        assert_true(run->result.counters.presses >= 100);
        assert_int_equal(run_count(run, EVENT_STOP), 2);
        assert_string_equal(run_event(run, EVENT_STOP, 0)->u.stop.during, "work");
        assert_string_equal(run_event(run, EVENT_STOP, 1)->u.stop.during, "paused");
        assert_int_equal(run_event(run, EVENT_STOP, 0)->head.t_ns, run->stop_ns[0]);
        assert_int_equal(case_set(run, 0)->reason, SET_STOPPED);
        assert_int_equal(ended(run), SESSION_STOPPED);
        assert_int_equal(run_count(run, EVENT_SESSION_STARTED), 1);
        run_free(run);
    }
}

/* Nobody may start where stop does not work; a fault says so. */
static void test_a_stop_stuck_since_boot_lets_nobody_start(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct run *run = case_run(PATIENT_STUCK_BUTTON, ONE, seed);
        assert_int_equal(run_event(run, EVENT_FAULT_RAISED, 0)->u.fault.fault, FAULT_BUTTON_STUCK);
        assert_int_equal(run_event(run, EVENT_FAULT_RAISED, 0)->u.fault.effect, EFFECT_NO_START);
        assert_int_equal(run_event(run, EVENT_START_REFUSED, 0)->u.start_refused, REFUSED_NOT_READY);
        assert_int_equal(run_count(run, EVENT_SESSION_STARTED) + run_count(run, EVENT_STOP), 0);
        run_free(run);
    }
}

/* --- the prescription --------------------------------------------------------------------------------------------- */

/* rev 2 with 4 reps arrives in mid-set: this session goes on with rev 1, the next one begins with rev 2. */
static void test_a_prescription_replaced_in_mid_set_waits(void **state)
{
    static const char later[] =
        "{\"v\":1,\"rev\":2,\"id\":\"rx\",\"by\":\"test\",\"ask\":[],\"items\":[{\"exercise\":\"banded_curl\","
        "\"side\":\"left\",\"contact\":\"box\",\"anchor\":\"dead\",\"sets\":1,\"reps_min\":4,\"reps_max\":4}]}";
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct patient_setup setup = run_setup(seed);
        setup.sessions = 2;
        setup.oddity = PATIENT_RX_REPLACED;
        run_rx_later = later;
        struct run *run = run_session(&setup, TWO);
        run_rx_later = NULL;
        assert_int_equal(run_count(run, EVENT_PRESCRIPTION_ACCEPTED), 2);
        const struct event *accepted = run_event(run, EVENT_PRESCRIPTION_ACCEPTED, 1);
        assert_true(accepted->head.t_ns >= run_event(run, EVENT_SESSION_COMPLETED, 0)->head.t_ns);
        assert_int_equal(run_event(run, EVENT_SESSION_STARTED, 0)->u.session_started.rev, 1);
        assert_int_equal(run_event(run, EVENT_SESSION_STARTED, 1)->u.session_started.rev, 2);
        assert_int_equal(run_count(run, EVENT_SET_COMPLETED), 3);
        assert_int_equal(case_set(run, 0)->reps, 10);
        assert_int_equal(case_set(run, 1)->reps, 10);
        assert_int_equal(case_set(run, 2)->reps, 4);
        case_done(run);
        run_free(run);
    }
}

#define ITEM(more)                                                                                                     \
    CASE_RX("{\"exercise\":\"banded_curl\",\"side\":\"left\",\"contact\":\"box\",\"anchor\":\"dead\",\"sets\":1" more  \
            "}")

/* Zero reps, zero holds, a tempo of nothing: refused, with the path of what is wrong. */
static void test_nothing_to_do_is_refused(void **state)
{
    static const struct {
        const char *rx, *path;
    } rows[] = {
        {ITEM(",\"reps_min\":0,\"reps_max\":0"), "/items/0/reps_min"},
        {ITEM(",\"tempo\":{\"con_s\":0,\"top_s\":0,\"ecc_s\":0,\"bottom_s\":0}"), "/items/0/tempo"},
        {CASE_RX("{\"exercise\":\"iso_bridge\",\"side\":\"both\",\"hold_s\":0}"), "/items/0/hold_s"},
        {CASE_RX("{\"exercise\":\"iso_bridge\",\"side\":\"both\",\"holds\":0}"), "/items/0/holds"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        static const struct simulate_ops ops = {.event = NULL}; /* nobody wants to know */
        const struct simulate_setup setup = {.patient = run_setup(1), .rx = rows[i].rx, .rx_len = strlen(rows[i].rx)};
        struct simulate_result result;
        assert_int_equal(simulate_run(&setup, &ops, NULL, &result), -EBADMSG);
        assert_string_equal(result.refusal.path, rows[i].path);
    }
}

/* As fast as possible, and a tempo of nothing at the patient's own pace: counted, and no tempo is judged. */
static void test_reps_without_a_tempo_are_counted_and_not_judged(void **state)
{
    static const char *const rx[] = {
        ITEM(",\"reps_min\":10,\"reps_max\":10,\"pacing\":\"self\","
             "\"tempo\":{\"con_s\":\"asap\",\"top_s\":\"asap\",\"ecc_s\":\"asap\",\"bottom_s\":\"asap\"}"),
        ITEM(",\"reps_min\":10,\"reps_max\":10,\"pacing\":\"self\","
             "\"tempo\":{\"con_s\":\"free\",\"top_s\":\"free\",\"ecc_s\":\"free\",\"bottom_s\":\"free\"}"),
    };
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        for (uint64_t seed = 1; seed <= SEEDS; seed++) {
            struct run *run = case_run(PATIENT_PLAIN, rx[i], seed);
            assert_int_equal(case_tally(run, 0).full, 10);
            assert_int_equal(case_set(run, 0)->tempo_n, 0);
            assert_true(case_set(run, 0)->tempo_milli_pct == ABSENT);
            case_done(run);
            run_free(run);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_start_pressed_twice_is_one_session),
        cmocka_unit_test(test_stop_in_the_countdown_pauses),
        cmocka_unit_test(test_stop_in_the_rest_ends_the_session),
        cmocka_unit_test(test_stop_in_the_millisecond_of_a_rep_s_end_keeps_the_rep),
        cmocka_unit_test(test_stop_pressed_a_hundred_times_stops_twice),
        cmocka_unit_test(test_a_stop_stuck_since_boot_lets_nobody_start),
        cmocka_unit_test(test_a_prescription_replaced_in_mid_set_waits),
        cmocka_unit_test(test_nothing_to_do_is_refused),
        cmocka_unit_test(test_reps_without_a_tempo_are_counted_and_not_judged),
    };
    return cmocka_run_group_tests(tests, run_load_exercises, run_free_exercises);
}
