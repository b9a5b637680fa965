/* SPDX-License-Identifier: MIT */
/* Holds to which something odd happens: each case with what the station must make of it. */
#include "tests/unit/case_bench.h"

static const struct hold_data *hold_of(const struct run *run, int n)
{
    return &run_event(run, EVENT_HOLD, n)->u.hold;
}

/* Both holds full, 20 s within 50 ms, of no dip, and the set is done. */
static void both_full(enum patient_case oddity)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct run *run = case_run(oddity, CASE_HOLDS, seed);
        assert_int_equal(run_count(run, EVENT_HOLD), 2);
        for (int i = 0; i < 2; i++) {
            const struct hold_data *hold = hold_of(run, i);
            assert_int_equal(hold->outcome, HOLD_FULL);
            assert_true(llabs(hold->held_ns - 20 * NS_PER_S) < 50 * NS_PER_MS);
            /* That samples are two periods late is taken away; what moves the force a little moves its crossings. */
            int64_t late_ns = oddity == PATIENT_PLAIN ? 60 * NS_PER_MS : 100 * NS_PER_MS;
            assert_true(llabs(hold->start_ns - run->truth[i].con_ns) < late_ns);
            assert_int_equal(hold->dips, 0);
        }
        assert_int_equal(case_set(run, 0)->reason, SET_DONE);
        assert_int_equal(case_set(run, 0)->reps_measured, 2);
        case_done(run);
        run_free(run);
    }
}

static void test_knocks_and_coughs_break_no_hold(void **state)
{
    (void)state;
    const enum patient_case oddities[] = {PATIENT_PLAIN,      PATIENT_KICKED, PATIENT_COUGHS, PATIENT_TREMOR,
                                          PATIENT_HAND_TOUCH, PATIENT_DRIFT,  PATIENT_CREEP};
    for (size_t i = 0; i < sizeof oddities / sizeof oddities[0]; i++)
        both_full(oddities[i]);
}

/*
 * The clock goes on, and what was held before and after is told. A second person steps on in mid-hold: nothing of that
 * force is in the mean. The dumbbell comes with the lift (hold_other.h): it is in the mean, for 14 of the 20 s.
 */
static void others_are_told_of_the_first(enum patient_case oddity, int64_t most_mn)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct run *run = case_run(oddity, CASE_HOLDS, seed);
        const struct hold_data *first = hold_of(run, 0), *second = hold_of(run, 1);
        assert_int_equal(first->outcome, HOLD_FULL);
        assert_true(llabs(first->held_ns - 20 * NS_PER_S) < 50 * NS_PER_MS);
        assert_int_equal(first->flags, FLAG_OTHER_LOAD);
        assert_in_range(first->mean_mn, 190000, most_mn);
        assert_true(first->cv_milli_pct == ABSENT && first->dips == 0);
        assert_in_range(first->in_band_ns, NS_PER_S, 13 * NS_PER_S);
        assert_int_equal(second->flags, 0);
        assert_in_range(second->mean_mn, 190000, 205000);
        assert_int_equal(case_set(run, 0)->reps, 2);
        assert_int_equal(case_set(run, 0)->reps_measured, 2);
        case_done(run);
        run_free(run);
    }
}

static void test_others_on_the_box_are_told_of_a_hold(void **state)
{
    (void)state;
    others_are_told_of_the_first(PATIENT_SECOND_PERSON, 205000);
    others_are_told_of_the_first(PATIENT_DUMBBELL, 200000 + 14 * 80000 / 20);
}

/* Who walks over the box goes through the band in a few milliseconds: nobody held anything there. */
static void test_who_walks_over_the_box_holds_nothing(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct run *run = case_run(PATIENT_WALKED_PAST, CASE_HOLDS, seed);
        assert_int_equal(run_count(run, EVENT_HOLD), 0);
        assert_int_equal(case_set(run, 0)->reps, 0);
        run_free(run);
    }
}

static void test_the_stream_breaks_no_hold(void **state)
{
    (void)state;
    const enum patient_case oddities[] = {PATIENT_SPS_10,     PATIENT_SPS_76, PATIENT_SPS_87,    PATIENT_LATE_BURST,
                                          PATIENT_DUPLICATES, PATIENT_SPIKE,  PATIENT_GAP_SHORT, PATIENT_SATURATED};
    for (size_t i = 0; i < sizeof oddities / sizeof oddities[0]; i++)
        both_full(oddities[i]);
}

/* Below the band and above the fail level: held by the wall clock, about half of it in the band, and no dip. */
static void test_hovering_at_the_edge_of_the_band_is_held(void **state)
{
    (void)state;
    both_full(PATIENT_HOVERS);
    struct run *run = case_run(PATIENT_HOVERS, CASE_HOLDS, 1);
    for (int i = 0; i < 2; i++)
        assert_true(hold_of(run, i)->in_band_ns > 5 * NS_PER_S && hold_of(run, i)->in_band_ns < 15 * NS_PER_S);
    run_free(run);
}

/* Steadiness tells tremor from calm. */
static void test_tremor_of_3_per_cent_is_seen(void **state)
{
    (void)state;
    struct run *plain = case_run(PATIENT_PLAIN, CASE_HOLDS, 1), *tremor = case_run(PATIENT_TREMOR, CASE_HOLDS, 1);
    assert_true(hold_of(tremor, 0)->cv_milli_pct > 3 * hold_of(plain, 0)->cv_milli_pct / 2);
    assert_true(hold_of(tremor, 0)->cv_milli_pct > 500 && hold_of(tremor, 0)->cv_milli_pct < 3000);
    run_free(plain);
    run_free(tremor);
}

static void breaks_the_first(enum patient_case oddity)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct run *run = case_run(oddity, CASE_HOLDS, seed);
        int64_t left_ns = run->truth[0].con_move_ns + 5 * NS_PER_S;
        assert_int_equal(hold_of(run, 0)->outcome, HOLD_BROKEN);
        assert_true(llabs(hold_of(run, 0)->end_ns - left_ns) <
                    400 * NS_PER_MS); /* when it left, not when it was known */
        assert_int_equal(hold_of(run, 1)->outcome, HOLD_FULL);
        case_done(run);
        run_free(run);
    }
}

static void test_leaving_and_jumping_off_break_the_hold(void **state)
{
    (void)state;
    breaks_the_first(PATIENT_LEAVES_BOX);
    breaks_the_first(PATIENT_JUMPS_OFF);
}

/* Nobody presses: no hold begins; a second attempt changes nothing, and the set is closed. */
static void nothing_is_held(enum patient_case oddity)
{
    struct run *run = case_run(oddity, CASE_HOLDS, 1);
    assert_int_equal(run_count(run, EVENT_HOLD), 0);
    assert_int_equal(run_count(run, EVENT_SET_COMPLETED), 2);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(case_set(run, i)->reason, i == 0 ? SET_TIMEOUT : SET_UNCONFIRMED);
        assert_int_equal(case_set(run, i)->reps, 0);
    }
    case_done(run);
    run_free(run);
}

static void test_nobody_pressing_is_no_hold(void **state)
{
    (void)state;
    nothing_is_held(PATIENT_STANDS);
    nothing_is_held(PATIENT_NOISE);
}

/* Without a target any force of more than 1 kg would begin a hold: noise does not. */
static void test_noise_is_no_hold_without_a_target(void **state)
{
    (void)state;
    static const char rx[] = CASE_RX("{\"exercise\":\"iso_heel_dig\",\"side\":\"left\",\"holds\":3,\"hold_s\":10,"
                                     "\"hold_rest_s\":5}");
    for (uint64_t seed = 1; seed <= 2 * SEEDS; seed++) {
        struct run *run = case_run(PATIENT_NOISE, rx, seed);
        assert_int_equal(run_count(run, EVENT_HOLD), 0);
        case_done(run);
        run_free(run);
        run = case_run(PATIENT_TREMOR, rx, seed); /* who trembles holds */
        assert_int_equal(run_count(run, EVENT_HOLD), 3);
        run_free(run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_knocks_and_coughs_break_no_hold),
        cmocka_unit_test(test_others_on_the_box_are_told_of_a_hold),
        cmocka_unit_test(test_who_walks_over_the_box_holds_nothing),
        cmocka_unit_test(test_the_stream_breaks_no_hold),
        cmocka_unit_test(test_hovering_at_the_edge_of_the_band_is_held),
        cmocka_unit_test(test_tremor_of_3_per_cent_is_seen),
        cmocka_unit_test(test_leaving_and_jumping_off_break_the_hold),
        cmocka_unit_test(test_nobody_pressing_is_no_hold),
        cmocka_unit_test(test_noise_is_no_hold_without_a_target),
    };
    return cmocka_run_group_tests(tests, run_load_exercises, run_free_exercises);
}
