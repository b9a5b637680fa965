/* SPDX-License-Identifier: MIT */
/* Bridges where something is odd: noise, kicks, feet that leave, loads that are put down, a sensor that fails. */
#include "rep_knocks.h"

#include "bridge_set.h" /* its run is not to be shadowed */

/* Lying still, breathing included, for ten hours in all; before the first rep and after one. */
static void ten_hours_of_lying_still_are_no_rep(void **state)
{
    (void)state;
    struct corner still[] = {{0.0, B}};
    int n = 0;
    double t = 2.0;

    add_lift(c, &n, &t, B, LIFT);
    for (int k = 0; k < 4; k++) {
        struct sway sway = sway_make(11 + (uint64_t)k, RATE, 2.0);
        bool after = k % 2 != 0;
        begin(k < 2 ? -1.0 : A);
        rep_run_shape(&run, after ? c : still, after ? n : 1, RATE, 0.0, 9000.0, &sway);
        assert_int_equal(run.n, after);
        assert_int_equal(run.not_seen, !after);
        assert_int_equal(run.not_seen_flags, after ? 0 : FLAG_MOVEMENT_NOT_SEEN);
        assert_in_range(run.moving, 0, after ? 4 : 0);
    }
}

static void an_all_noise_trace_has_no_reps_and_a_stuck_code_none(void **state)
{
    (void)state;
    static const double sds[] = {5.0, 100.0, 1000.0, 0.0};

    for (int k = 0; k < 8; k++) {
        rep_run_begin(&run, DETECTOR_BRIDGE, &dose, k % 2 != 0 ? B : -1.0, k % 2 != 0 ? 0.5 : -1.0, -1.0);
        run_noise(&run, 99 + (uint64_t)k, RATE, sds[k / 2]);
        assert_int_equal(run.n, 0);
        assert_int_equal(run.not_seen, 1);
    }
}

/* Kicks of 5-30 kg for 50 ms, coughs of 0.5-3 kg, feet that shuffle by 2 kg, one spike of 2^23. */
static void kicks_coughs_shuffles_and_spikes_are_no_reps(void **state)
{
    (void)state;
    double t = 1.0;
    int n = 0;

    n = add_kicks(c, n, &t, B);
    n = add_coughs(c, n, &t, B);
    for (int k = 0; k < 6; k++, t += 1.0) {
        c[n++] = (struct corner){t, B + (k % 2 == 0 ? 0.0 : 20.0)};
        c[n++] = (struct corner){t + 0.4, B + (k % 2 == 0 ? 20.0 : 0.0)};
    }
    for (int known = 0; known < 2; known++) {
        begin(known ? A : -1.0);
        run_knocks(&run, c, n, RATE, t);
        assert_int_equal(run.n, 0);
    }
}

/* The thighs shake: 3 % of the load at 10 Hz while the pelvis is up. */
static void tremor_changes_no_count(void **state)
{
    (void)state;
    double t = 1.0;
    int n = 0;

    for (int k = 0; k < 10; k++)
        add_lift(c, &n, &t, B, LIFT);
    begin(-1.0);
    for (int i = 0; i / RATE < t + 1.0; i++) {
        double f = shape_at(c, n, i / RATE);
        struct sample s = sample_of(i / RATE, f + 0.03 * (f - B) * sin(2.0 * 3.14159265358979 * 10.0 * i / RATE));
        rep_run_sample(&run, &s);
    }
    assert_int_equal(run.full, 10);
    assert_int_equal(run.n, 10);
    for (int k = 0; k < 10; k++)
        assert_near(s_of(run.reps[k].end_ns - run.reps[k].start_ns), 6.0, 0.15);
}

/* In mid-eccentric the feet leave the box; they come back after 40 s, elsewhere on the plate (110 N). */
static void feet_that_leave_in_the_eccentric_and_come_back(void **state)
{
    (void)state;
    int n = 0;
    double t = 2.0, off = add_lift(c, &n, &t, B, LIFT);

    n = 4; /* until the way down */
    c[n++] = (struct corner){off + 4.5, B + S - 8.0};
    c[n++] = (struct corner){off + 4.7, 0.0};
    c[n++] = (struct corner){off + 44.0, 0.0};
    c[n++] = (struct corner){off + 44.5, 110.0};
    t = off + 50.0;
    for (int k = 0; k < 3; k++)
        add_lift(c, &n, &t, 110.0, LIFT);
    begin(A);
    rep_run_shape(&run, c, n, RATE, 0.0, t + 1.0, NULL);
    assert_int_equal(run.partial, 1);
    assert_int_equal(run.reps[0].outcome, REP_PARTIAL);
    assert_int_equal(run.reps[0].tut_ns, ABSENT);
    assert_int_equal(run.full, 3);
    assert_int_equal(run.reps[1].phases[PHASE_BOTTOM].src, SRC_NONE);
    assert_int_equal(run.not_seen, 0);
}

/* Both feet leave the box for a second between reps and are put back where they were: no rep is made or lost. */
static void feet_off_between_reps(void **state)
{
    (void)state;
    double t = 1.0;
    int n = 0;

    for (int k = 0; k < 5; k++) {
        add_lift(c, &n, &t, B, LIFT);
        c[n++] = (struct corner){t, B};
        c[n++] = (struct corner){t + 0.2, 0.0};
        c[n++] = (struct corner){t + 1.2, 0.0};
        c[n++] = (struct corner){t + 1.4, B};
        t += 3.0;
    }
    begin(-1.0);
    rep_run_shape(&run, c, n, RATE, 0.0, t, NULL);
    assert_int_equal(run.full, 5);
    assert_int_equal(run.n, 5);
    for (int k = 1; k < 5; k++)
        assert_int_equal(run.reps[k].phases[PHASE_BOTTOM].src, SRC_NONE);
}

/* The same, and the pelvis is lifted as soon as the feet stand again, each time: a patient who goes on is never quiet. */
static void feet_off_and_on_again_in_mid_set(void **state)
{
    (void)state;
    double t = 2.0;
    int n = 0;

    for (int k = 0; k < 8; k++) {
        struct lift lift = LIFT;
        lift.bottom = 0.3;
        add_lift(c, &n, &t, B, lift);
        c[n++] = (struct corner){t, B};
        c[n++] = (struct corner){t + 0.2, 0.0};
        c[n++] = (struct corner){t + 0.7, 0.0};
        c[n++] = (struct corner){t + 0.9, B};
        t += 0.95;
    }
    begin(-1.0);
    rep_run_shape(&run, c, n, RATE, 0.0, t + 1.0, NULL);
    assert_int_equal(run.full, 8);
    assert_int_equal(run.n, 8);
    assert_int_equal(run.not_seen, 0);
}

/* After three reps something is put down beside the feet and stays: 3.5 kg become the rest level, with 8 kg the set goes on by cue. */
static void a_dumbbell_on_the_box_is_no_rep(void **state)
{
    (void)state;
    static const double loads[] = {34.0, 80.0};

    for (int k = 0; k < 2; k++) {
        double t = 1.0;
        int n = 0;
        for (int r = 0; r < 3; r++)
            add_lift(c, &n, &t, B, LIFT);
        c[n++] = (struct corner){t + 3.0, B};
        c[n++] = (struct corner){t + 3.3, B + loads[k]};
        t += 8.0;
        for (int r = 0; r < 3; r++)
            add_lift(c, &n, &t, B + loads[k], LIFT);
        begin(-1.0);
        rep_run_shape(&run, c, n, RATE, 0.0, t + 60.0, NULL);
        assert_int_equal(run.n, k == 0 ? 6 : 3);
        assert_int_equal(run.not_seen, k);
    }
}

/* Somebody else stands on the box for 8 s between two reps: 500 N more are no bridge. */
static void a_second_person_is_no_rep(void **state)
{
    (void)state;
    double t = 1.0;
    int n = 0;

    for (int r = 0; r < 3; r++)
        add_lift(c, &n, &t, B, LIFT);
    c[n++] = (struct corner){t + 2.0, B};
    c[n++] = (struct corner){t + 2.5, B + 500.0};
    c[n++] = (struct corner){t + 10.0, B + 500.0};
    c[n++] = (struct corner){t + 10.5, B};
    t += 14.0;
    for (int r = 0; r < 3; r++)
        add_lift(c, &n, &t, B, LIFT);
    begin(-1.0);
    rep_run_shape(&run, c, n, RATE, 0.0, t + 1.0, NULL);
    assert_int_equal(run.n, 6);
    assert_int_equal(run.not_seen, 0);
}

/* "Go" found the patient pressing (60 N more) or nothing known at all: the rest level is learnt when the feet rest. */
static void a_rest_level_that_was_wrong_or_unknown_is_found(void **state)
{
    (void)state;

    for (int k = 0; k < 2; k++) {
        double t = 5.0;
        int n = 0;
        for (int r = 0; r < 5; r++)
            add_lift(c, &n, &t, B, LIFT);
        rep_run_begin(&run, DETECTOR_BRIDGE, &dose, k == 0 ? B + 50.0 : -1.0, k == 0 ? 0.5 : -1.0, -1.0);
        rep_run_shape(&run, c, n, RATE, 0.0, t + 1.0, NULL);
        assert_int_equal(run.full, 5);
        assert_int_equal(run.n, 5);
    }
}

/* Something was on the box before the zero, or the feet were: the rest level is what it is, 20 N below zero or nothing. */
static void a_zero_that_was_wrong_changes_no_count(void **state)
{
    (void)state;
    static const double rests[] = {-20.0, 0.0, 47.0};

    for (int k = 0; k < 3; k++) {
        double t = 1.0;
        int n = 0;
        for (int r = 0; r < 10; r++)
            add_lift(c, &n, &t, rests[k], LIFT);
        rep_run_begin(&run, DETECTOR_BRIDGE, &dose, 0.0, 0.5, -1.0);
        run.memory.bridge.pelvis.rest_mn = (int64_t)(1000.0 * rests[k]);
        rep_run_shape(&run, c, n, RATE, 0.0, t + 1.0, NULL);
        assert_int_equal(run.full, 10);
        assert_int_equal(run.n, 10);
        assert_near(s_of(run.reps[4].end_ns - run.reps[4].start_ns), 6.0, 0.1);
    }
}

/* A press that passed for the first rep is forgotten when real ones come. */
static void a_reference_that_was_a_press_is_given_up(void **state)
{
    (void)state;
    double t = 1.0;
    int n = 0;

    for (int k = 0; k < 6; k++)
        add_lift(c, &n, &t, B, LIFT);
    begin(0.5 * A);
    rep_run_shape(&run, c, n, RATE, 0.0, t + 1.0, NULL);
    assert_int_equal(run.full, 6);
    assert_near((double)run.ops->ref_amp_mn(&run.memory), 1000.0 * A, 4000.0);
}

/* The cell saturates 20 N above the plateau, the converter runs at 10 SPS: the count stands. */
static void saturation_and_ten_samples_a_second(void **state)
{
    (void)state;
    double t = 1.0;
    int n = 0;

    for (int k = 0; k < 10; k++)
        add_lift(c, &n, &t, B, LIFT);
    begin(-1.0);
    for (int i = 0; i / 10.0 < t + 1.0; i++) {
        struct sample s = sample_of(i / 10.0, fmin(shape_at(c, n, i / 10.0), B + A + 2.0));
        rep_run_sample(&run, &s);
    }
    assert_int_equal(run.full, 10);
    assert_int_equal(run.n, 10);
}

/*
 * 0.5 s from pelvis down to pelvis off, of which the feet let go and press for 0.4: at ten samples a second, each a mean
 * over 0.4 s, a third of the load is left in between. Every rep counts, as long as it was.
 */
static void short_pauses_are_seen_at_ten_samples_a_second(void **state)
{
    (void)state;
    struct lift lift = {S, A - S, 0.2, 1.0, 0.5, 1.2, 0.2, 0.1};

    for (int k = 0; k < 10; k++) { /* samples fall differently on the pauses */
        double t = 2.0 + 0.01 * k;
        int n = 0;
        for (int r = 0; r < 10; r++)
            add_lift(c, &n, &t, B, lift);
        begin(-1.0);
        run_averaged(&run, c, n, 10.0, t + 2.0);
        assert_int_equal(run.full, 10);
        assert_int_equal(run.n, 10);
        assert_int_equal(run.not_seen, 0);
        for (int r = 1; r < 10; r++)
            assert_near(s_of(run.reps[r].end_ns - run.reps[r].start_ns), 2.7, 0.2);
    }
}

static void odd_stamps_break_nothing(void **state)
{
    (void)state;
    double t = 1.0;
    int n = 0;

    add_lift(c, &n, &t, B, LIFT);
    begin(A);
    for (int i = 0; i < 80 * 11; i++) {
        struct sample s = sample_of(i / RATE, shape_at(c, n, i / RATE));
        rep_run_sample(&run, &s);
        if (i % 7 == 0)
            rep_run_sample(&run, &s);
        s.t_ns -= NS_PER_S;
        if (i % 11 == 0)
            rep_run_sample(&run, &s);
    }
    assert_int_equal(run.full, 1);
    assert_int_equal(run.reps[0].flags, 0);
    assert_near(s_of(run.reps[0].end_ns - run.reps[0].start_ns), 6.0, 0.1);
}

static void a_copy_in_mid_rep_goes_on_identically(void **state)
{
    (void)state;
    static struct rep_run copy;
    struct sway sway = sway_make(21, RATE, 1.0), same;
    double t = 1.0;
    int n = 0;

    for (int k = 0; k < 4; k++)
        add_lift(c, &n, &t, B, LIFT);
    begin(-1.0);
    rep_run_shape(&run, c, n, RATE, 0.0, 11.0, &sway);
    memcpy(&copy, &run, sizeof(copy));
    same = sway;
    rep_run_shape(&run, c, n, RATE, 11.0, t + 1.0, &sway);
    rep_run_shape(&copy, c, n, RATE, 11.0, t + 1.0, &same);
    assert_int_equal(run.n, 4);
    assert_int_equal(run.ops->ref_amp_mn(&run.memory), copy.ops->ref_amp_mn(&copy.memory));
    for (int i = 0; i < 4; i++) {
        assert_int_equal(run.reps[i].start_ns, copy.reps[i].start_ns);
        assert_int_equal(run.reps[i].end_ns, copy.reps[i].end_ns);
        assert_int_equal(run.told_ns[i], copy.told_ns[i]);
        assert_int_equal(run.reps[i].impulse_mns, copy.reps[i].impulse_mns);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_hours_of_lying_still_are_no_rep),
        cmocka_unit_test(an_all_noise_trace_has_no_reps_and_a_stuck_code_none),
        cmocka_unit_test(kicks_coughs_shuffles_and_spikes_are_no_reps),
        cmocka_unit_test(tremor_changes_no_count),
        cmocka_unit_test(feet_that_leave_in_the_eccentric_and_come_back),
        cmocka_unit_test(feet_off_between_reps),
        cmocka_unit_test(feet_off_and_on_again_in_mid_set),
        cmocka_unit_test(a_dumbbell_on_the_box_is_no_rep),
        cmocka_unit_test(a_second_person_is_no_rep),
        cmocka_unit_test(a_rest_level_that_was_wrong_or_unknown_is_found),
        cmocka_unit_test(a_zero_that_was_wrong_changes_no_count),
        cmocka_unit_test(a_reference_that_was_a_press_is_given_up),
        cmocka_unit_test(saturation_and_ten_samples_a_second),
        cmocka_unit_test(short_pauses_are_seen_at_ten_samples_a_second),
        cmocka_unit_test(odd_stamps_break_nothing),
        cmocka_unit_test(a_copy_in_mid_rep_goes_on_identically),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
