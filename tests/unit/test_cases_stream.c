/* SPDX-License-Identifier: MIT */
/* What can happen to samples and to the clock: each case with what the station must make of it. */
#include "gymstation/event_json.h"
#include "tests/unit/case_bench.h"

#define ONE CASE_CURL("1")
#define TWO CASE_CURL("2")

static int64_t s_ns(double s)
{
    return (int64_t)(s * 1e9);
}

/* --- nothing that matters ----------------------------------------------------------------------------------------- */

static void test_any_rate_counts_the_same(void **state)
{
    (void)state;
    const enum patient_case rates[] = {PATIENT_SPS_10, PATIENT_SPS_76, PATIENT_SPS_87};
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        case_exact(rates[i], ONE, 10);
        case_exact(rates[i], CASE_STEP, 8);
    }
}

/* Time comes from the stamps: at 11.65 and 87.5 SPS the reps last as long as they did. */
static void test_the_rate_does_not_change_the_time(void **state)
{
    (void)state;
    const enum patient_case rates[] = {PATIENT_SPS_10, PATIENT_SPS_76, PATIENT_SPS_87};
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        struct run *run = case_run(rates[i], ONE, 2);
        int64_t error_ns = 0, length_ns = 0;
        for (int n = 0; n < 10; n++) {
            const struct rep_data *rep = &run_event(run, EVENT_REP, n)->u.rep;
            error_ns += rep->end_ns - rep->start_ns - (run->truth[n].end_ns - run->truth[n].con_ns);
            length_ns += run->truth[n].end_ns - run->truth[n].con_ns;
        }
        assert_true(llabs(error_ns) < length_ns * 3 / 100);
        run_free(run);
    }
}

static void test_duplicates_bursts_and_spikes_change_nothing(void **state)
{
    (void)state;
    const enum patient_case oddities[] = {PATIENT_DUPLICATES, PATIENT_LATE_BURST, PATIENT_SPIKE};
    for (size_t i = 0; i < sizeof oddities / sizeof oddities[0]; i++) {
        case_exact(oddities[i], ONE, 10);
        case_exact(oddities[i], CASE_STEP, 8);
    }
}

/* What arrives late is measured by its own stamp: to the nanosecond what would have been measured in time. */
static void test_late_samples_keep_their_time(void **state)
{
    (void)state;
    struct run *plain = case_run(PATIENT_PLAIN, ONE, 3), *late = case_run(PATIENT_LATE_BURST, ONE, 3);
    for (int n = 0; n < 10; n++) {
        const struct rep_data *a = &run_event(plain, EVENT_REP, n)->u.rep, *b = &run_event(late, EVENT_REP, n)->u.rep;
        assert_int_equal(a->start_ns, b->start_ns);
        assert_int_equal(a->end_ns, b->end_ns);
        for (int phase = 0; phase < PHASE_COUNT; phase++)
            assert_int_equal(a->phases[phase].dur_ns, b->phases[phase].dur_ns);
    }
    run_free(plain);
    run_free(late);
}

/* A duplicate is no sample, a wild code no force: both are counted as bad. */
static void test_what_cannot_be_true_is_counted(void **state)
{
    (void)state;
    struct run *run = case_run(PATIENT_DUPLICATES, ONE, 1);
    assert_true(run->result.counters.samples_bad * 10 > run->result.counters.samples); /* an eighth and more */
    run_free(run);
    run = case_run(PATIENT_SPIKE, ONE, 1);
    assert_int_equal(run->result.counters.samples_bad, 10); /* one in every rep */
    run_free(run);
}

/* --- samples missing ---------------------------------------------------------------------------------------------- */

static void test_half_a_second_missing_is_said_and_counted(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct run *run = case_run(PATIENT_GAP_SHORT, ONE, seed);
        assert_int_equal(case_tally(run, 1).full, 10);
        assert_int_equal(case_tally(run, 1).partial, 0);
        for (int i = 0; i < 10; i++)
            assert_int_equal((run_event(run, EVENT_REP, i)->u.rep.flags & FLAG_GAP) != 0, i == 2);
        assert_int_equal(run_count(run, EVENT_FAULT_RAISED), 0);
        case_done(run);
        run_free(run);
    }
}

/* Blind for the rest of the set, at fault in it, and measuring again in the next. */
static void goes_blind_in_rep_3(enum patient_case oddity, enum fault fault, double lasted_s)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct run *run = case_run(oddity, TWO, seed);
        struct tally first = case_tally(run, 1), second = case_tally(run, 2);
        assert_int_equal(run_count(run, EVENT_FAULT_RAISED), 1);
        assert_int_equal(run_count(run, EVENT_FAULT_CLEARED), 1);
        assert_int_equal(run_event(run, EVENT_FAULT_RAISED, 0)->u.fault.fault, fault);
        assert_int_equal(run_event(run, EVENT_FAULT_RAISED, 0)->u.fault.effect, EFFECT_PACED);
        int64_t lasted_ns = run_event(run, EVENT_FAULT_CLEARED, 0)->u.fault.lasted_ns;
        assert_true(llabs(lasted_ns - s_ns(lasted_s)) < s_ns(0.1));
        assert_int_equal(first.full, 2);
        assert_int_equal(first.paced, 8);
        assert_int_equal(first.partial, 0);
        assert_true(first.flags & FLAG_SENSOR_FAULT);
        assert_false(case_set(run, 0)->trusted);
        assert_int_equal(case_set(run, 0)->reps, 10);
        assert_int_equal(case_set(run, 0)->reps_measured, 2);
        assert_int_equal(second.full, 10);
        assert_true(case_set(run, 1)->trusted);
        case_done(run);
        run_free(run);
    }
}

static void test_three_seconds_missing_is_a_dead_sensor(void **state)
{
    (void)state;
    goes_blind_in_rep_3(PATIENT_GAP_3S, FAULT_SENSOR_DEAD, 2); /* dead after one of silence */
}

static void test_a_stuck_code_is_one_fault(void **state)
{
    (void)state;
    goes_blind_in_rep_3(PATIENT_STUCK_CODE, FAULT_SENSOR_STUCK, 4);
}

static void test_a_hold_goes_on_blind_when_the_sensor_dies(void **state)
{
    (void)state;
    struct run *run = case_run(PATIENT_GAP_3S, CASE_HOLDS, 1);
    const struct hold_data *hit = &run_event(run, EVENT_HOLD, 0)->u.hold,
                           *next = &run_event(run, EVENT_HOLD, 1)->u.hold;
    assert_int_equal(hit->outcome, HOLD_FULL);
    assert_true(hit->flags & FLAG_CUED && hit->flags & FLAG_SENSOR_FAULT);
    assert_true(hit->dips == ABSENT && hit->in_band_ns == ABSENT && hit->mean_mn == ABSENT);
    assert_int_equal(next->outcome, HOLD_FULL); /* the samples are back, and it is seen */
    assert_int_equal(next->flags & (FLAG_CUED | FLAG_SENSOR_FAULT), 0);
    assert_true(next->in_band_ns > 0 && next->mean_mn > 0);
    assert_false(case_set(run, 0)->trusted);
    assert_int_equal(case_set(run, 0)->reps_measured, 1);
    run_free(run);
}

/* --- too much ----------------------------------------------------------------------------------------------------- */

/* One fault, raised at once and cleared a second after the last; the reps near it say so and the count stays. */
static void test_overload_is_raised_cleared_and_said(void **state)
{
    (void)state;
    const enum patient_case oddities[] = {PATIENT_OVERLOAD, PATIENT_SATURATED};
    for (size_t i = 0; i < 2; i++) {
        for (uint64_t seed = 1; seed <= SEEDS; seed++) {
            struct run *run = case_run(oddities[i], ONE, seed);
            assert_int_equal(run_count(run, EVENT_FAULT_RAISED), 1);
            assert_int_equal(run_count(run, EVENT_FAULT_CLEARED), 1);
            const struct event *cleared = run_event(run, EVENT_FAULT_CLEARED, 0);
            assert_int_equal(cleared->u.fault.fault, FAULT_OVERLOAD);
            assert_true(cleared->u.fault.lasted_ns >= NS_PER_S && cleared->u.fault.lasted_ns < s_ns(1.5));
            assert_int_equal(case_tally(run, 1).full, 10);
            assert_true(case_tally(run, 1).flags & FLAG_OVERLOAD);
            case_done(run);
            run_free(run);
        }
    }
}

/* --- the cell, the clock ------------------------------------------------------------------------------------------ */

static void test_drift_and_creep_do_not_count(void **state)
{
    (void)state;
    case_exact(PATIENT_DRIFT, ONE, 10);
    case_exact(PATIENT_CREEP, ONE, 10);
    case_exact(PATIENT_DRIFT, CASE_STEP, 8);
}

/* Durations come from the monotonic clock: the same events at the same stamps. */
static void test_the_wall_clock_may_step_by_an_hour(void **state)
{
    (void)state;
    struct run *plain = case_run(PATIENT_PLAIN, ONE, 3), *steps = case_run(PATIENT_CLOCK_STEPS, ONE, 3);
    for (int n = 0; n < 10; n++) {
        const struct event *a = run_event(plain, EVENT_REP, n), *b = run_event(steps, EVENT_REP, n);
        char *of_a = event_data_json(a, NULL),
             *of_b = event_data_json(b, NULL); /* as published: padding is no figure */

        assert_string_equal(of_a, of_b);
        assert_int_equal(a->head.t_ns, b->head.t_ns);
        free(of_a);
        free(of_b);
    }
    int told = run_count(steps, EVENT_CLOCK_SYNCED);

    assert_true(told > 0); /* each step is told, and is all that differs */
    assert_int_equal(plain->n, steps->n - told);
    assert_int_equal(run_event(plain, EVENT_SESSION_COMPLETED, 0)->u.session_completed.duration_ns,
                     run_event(steps, EVENT_SESSION_COMPLETED, 0)->u.session_completed.duration_ns);
    run_free(plain);
    run_free(steps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_rate_counts_the_same),
        cmocka_unit_test(test_the_rate_does_not_change_the_time),
        cmocka_unit_test(test_duplicates_bursts_and_spikes_change_nothing),
        cmocka_unit_test(test_late_samples_keep_their_time),
        cmocka_unit_test(test_what_cannot_be_true_is_counted),
        cmocka_unit_test(test_half_a_second_missing_is_said_and_counted),
        cmocka_unit_test(test_three_seconds_missing_is_a_dead_sensor),
        cmocka_unit_test(test_a_stuck_code_is_one_fault),
        cmocka_unit_test(test_a_hold_goes_on_blind_when_the_sensor_dies),
        cmocka_unit_test(test_overload_is_raised_cleared_and_said),
        cmocka_unit_test(test_drift_and_creep_do_not_count),
        cmocka_unit_test(test_the_wall_clock_may_step_by_an_hour),
    };
    return cmocka_run_group_tests(tests, run_load_exercises, run_free_exercises);
}
