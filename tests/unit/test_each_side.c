/* SPDX-License-Identifier: MIT */
/* Both sides of an exercise: a patient who is equally strong is told so, though the box was empty before all but the first set. */
#include "session_bench.h"

#define ITEM_TAIL "'rest_s':10}]}"

static struct run *session_of(const char *quoted, uint64_t seed)
{
    char rx[512];
    struct patient_setup setup = run_setup(seed);

    snprintf(rx, sizeof rx, "%s", quoted);
    for (char *c = rx; *c != '\0'; c++)
        if (*c == '\'')
            *c = '"';
    return run_session(&setup, rx);
}

static void expect_even(const struct run *run)
{
    const struct session_completed_data *done = &run_event(run, EVENT_SESSION_COMPLETED, 0)->u.session_completed;

    assert_int_equal(run_count(run, EVENT_SET_COMPLETED), 4);
    assert_true(done->items[0].asymmetry_milli_pct != ABSENT);
    assert_in_range(done->items[0].asymmetry_milli_pct + 1000, 0, 2000); /* within 1 % */
}

static void test_a_heel_that_comes_late_is_measured_from_its_rest_level(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 2; seed++) {
        struct run *run =
            session_of("{'v':1,'rev':1,'id':'each','by':'test','body_kg':80,'items':[{'exercise':'iso_heel_dig',"
                       "'side':'each','sets':2,'holds':2,'hold_s':10,'hold_rest_s':10,"
                       "'target':{'kind':'N','value':120,'band_pct':10}," ITEM_TAIL,
                       seed);

        expect_even(run);
        for (int i = 0; i < 8; i++) { /* the heel's 15.7 N are no part of it */
            const struct hold_data *hold = &run_event(run, EVENT_HOLD, i)->u.hold;
            assert_in_range(hold->mean_mn, 115000, 121000);
            assert_true(hold->in_band_ns > 9 * NS_PER_S);
        }
        run_free(run);
    }
}

static void test_step_ups_of_both_sides_count_from_the_same_foot(void **state)
{
    (void)state;
    struct run *run = session_of("{'v':1,'rev':1,'id':'each','by':'test','body_kg':80,'items':[{'exercise':'step_up',"
                                 "'side':'each','sets':2,'reps_min':3,'reps_max':3," ITEM_TAIL,
                                 1);

    expect_even(run);
    int64_t foot_mn = run_event(run, EVENT_SET_STARTED, 0)->u.set_started.b_mn; /* 8-15 % of 80 kg, and sway */
    assert_in_range(foot_mn, 58000, 122000);
    for (int i = 1; i < 4; i++)
        assert_in_range(run_event(run, EVENT_SET_STARTED, i)->u.set_started.b_mn, foot_mn - 4000, foot_mn + 4000);
    run_free(run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_heel_that_comes_late_is_measured_from_its_rest_level),
        cmocka_unit_test(test_step_ups_of_both_sides_count_from_the_same_foot),
    };

    return cmocka_run_group_tests(tests, run_load_exercises, run_free_exercises);
}
