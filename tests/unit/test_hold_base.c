/* SPDX-License-Identifier: MIT */
/* Holds without a target before which nobody was quiet: from where they have to rise, and by how much. */
#include "tests/unit/case_bench.h"
#include "hold_run.h"

static struct hold unquiet(const struct dose *dose, int64_t bw_mn)
{
    struct hold hold;
    struct hold_setup setup = {.dose = dose,
                               .refs = {.rest_mn = ABSENT, .noise_mn = ABSENT, .bw_mn = bw_mn},
                               .target_mn = ABSENT,
                               .measured = true};

    hold_begin(&hold, &setup);
    return hold;
}

/* Feet at rest (REST_N, and what the corners add) are no hold, however long they lie there. */
static void what_lies_on_the_box_from_go_on_is_no_hold(void **state)
{
    (void)state;
    const struct dose dose = dose_10s();
    struct hold hold = unquiet(&dose, ABSENT);
    const struct corner c[] = {{0.0, 100.0}};

    run(&hold, c, 1, RATE, 0.0, 40.0);
    assert_int_equal(hold_state(&hold), HOLD_STATE_WAIT);
}

/* Who walks over the box at go and every few seconds neither. */
static void who_passes_is_no_hold(void **state)
{
    (void)state;
    const struct dose dose = dose_10s();
    struct hold hold = unquiet(&dose, ABSENT);
    const struct corner c[] = {{0.0, 835.0}, {0.3, 835.0}, {0.4, 100.0}, {7.0, 100.0},  {7.1, 835.0}, {7.6, 835.0},
                               {7.7, 100.0}, {14., 100.0}, {14.1, 835.}, {14.6, 835.0}, {14.7, 100.}};

    run(&hold, c, 11, RATE, 0.0, 40.0);
    assert_int_equal(hold_state(&hold), HOLD_STATE_WAIT);
}

/* It is seen from its rise on, and told from the zero, as there is no rest level. */
static void what_rises_after_go_is_a_hold(void **state)
{
    (void)state;
    const struct dose dose = dose_10s();
    struct hold hold = unquiet(&dose, ABSENT);
    const struct corner c[] = {{0.0, 100.0}, {1.0, 100.0}, {2.0, 250.0}, {12.5, 250.0}, {13.0, 100.0}};

    run(&hold, c, 5, RATE, 0.0, 40.0);
    struct hold_data data = result(&hold);
    assert_int_equal(data.outcome, HOLD_FULL);
    assert_near_ns(data.start_ns, 1.0 + min_jerk_inverse(0.1), 0.01);
    assert_int_equal(data.held_ns, 10 * NS_PER_S);
    assert_int_equal(data.flags, FLAG_NO_BASELINE);
    assert_true(llabs(data.mean_mn - 268000) < 4000); /* 270 N less the ramp */
}

/* Let down too early it breaks, though the feet's own weight is left. */
static void it_breaks_where_it_is_let_down(void **state)
{
    (void)state;
    const struct dose dose = dose_10s();
    struct hold hold = unquiet(&dose, ABSENT);
    const struct corner c[] = {{0.0, 300.0}, {1.0, 300.0}, {2.0, 350.0}, {7.0, 350.0}, {7.4, 300.0}};

    run(&hold, c, 5, RATE, 0.0, 40.0);
    assert_int_equal(result(&hold).outcome, HOLD_BROKEN);
    assert_near_ns(result(&hold).end_ns, 7.1, 0.1);
}

/* Up at go already: not told from feet at rest; the next try is seen. */
static void who_is_up_at_go_is_seen_the_next_time(void **state)
{
    (void)state;
    const struct dose dose = dose_10s();
    struct hold hold = unquiet(&dose, ABSENT);
    const struct corner c[] = {{0.0, 250.0}, {12.0, 250.0}, {12.5, 100.0}, {16.0, 100.0}, {17.0, 250.0}};

    run(&hold, c, 5, RATE, 0.0, 40.0);
    assert_int_equal(result(&hold).outcome, HOLD_FULL);
    assert_true(result(&hold).start_ns > 16 * NS_PER_S);
}

/* A heel that comes on an empty box and presses at once. */
static void it_may_rise_from_an_empty_box(void **state)
{
    (void)state;
    const struct dose dose = dose_10s();
    struct hold hold = unquiet(&dose, ABSENT);
    const struct corner c[] = {{0.0, -REST_N}, {2.0, -REST_N}, {3.0, 200.0}};

    run(&hold, c, 3, RATE, 0.0, 40.0);
    assert_int_equal(result(&hold).outcome, HOLD_FULL);
    assert_near_ns(result(&hold).start_ns, 2.0 + min_jerk_inverse(0.1), 0.01);
}

/* 2.5 % of body weight where no noise is known; at least HOLD_ONSET_MIN_MN. */
static void the_onset_without_a_noise_is_a_share_of_body_weight(void **state)
{
    (void)state;
    static const struct {
        int64_t bw_mn;
        double press_n;
        bool begins;
    } rows[] = {{800000, 19.0, false}, {800000, 21.0, true}, {ABSENT, 9.5, false}, {ABSENT, 10.5, true}};
    const struct dose dose = dose_10s();

    for (int k = 0; k < 4; k++) {
        const struct corner c[] = {{0.0, 230.0}, {1.0, 230.0}, {1.5, 230.0 + rows[k].press_n}};
        struct hold hold = unquiet(&dose, rows[k].bw_mn);
        run(&hold, c, 3, RATE, 0.0, 3.0);
        assert_int_equal(hold_state(&hold) != HOLD_STATE_WAIT, rows[k].begins);
    }
}

#define HELD_BRIDGE                                                                                                    \
    CASE_RX("{\"exercise\":\"iso_bridge\",\"side\":\"both\",\"holds\":2,\"sets\":1,\"hold_s\":12,\"prep_s\":6,"        \
            "\"hold_rest_s\":10}")

/* The patient lies there and never moves, others walk over the box: nothing is held, nothing counts, no hold is told. */
static void test_who_is_walked_past_holds_nothing(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct run *run = case_run(PATIENT_WALKED_PAST, HELD_BRIDGE, seed);
        if (run_count(run, EVENT_HOLD) != 0)
            fail_msg("seed %llu: %d holds", (unsigned long long)seed, run_count(run, EVENT_HOLD));
        for (int i = 0; i < run_count(run, EVENT_SET_COMPLETED); i++)
            assert_int_equal(case_set(run, i)->reps, 0);
        run_free(run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_lies_on_the_box_from_go_on_is_no_hold),
        cmocka_unit_test(who_passes_is_no_hold),
        cmocka_unit_test(what_rises_after_go_is_a_hold),
        cmocka_unit_test(it_breaks_where_it_is_let_down),
        cmocka_unit_test(who_is_up_at_go_is_seen_the_next_time),
        cmocka_unit_test(it_may_rise_from_an_empty_box),
        cmocka_unit_test(the_onset_without_a_noise_is_a_share_of_body_weight),
        cmocka_unit_test(test_who_is_walked_past_holds_nothing),
    };

    return cmocka_run_group_tests(tests, run_load_exercises, run_free_exercises);
}
