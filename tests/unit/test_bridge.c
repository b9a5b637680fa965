/* SPDX-License-Identifier: MIT */
/* Glute bridges whose answers are known. */
#include "bridge_set.h"

static void play(int n, double rate, double to_s)
{
    rep_run_shape(&run, c, n, rate, 0.0, to_s, NULL);
}

/* Ten reps of a shape, at 80 SPS, first from 2 s on; the time of the last corner in *ret_end_s. */
static int ten(struct lift lift, double *ret_end_s)
{
    int n = 0;

    *ret_end_s = 2.0;
    for (int k = 0; k < 10; k++)
        add_lift(c, &n, ret_end_s, B, lift);
    return n;
}

static void ten_noise_free_reps_are_read_as_defined(void **state)
{
    (void)state;
    static const double rates[] = {76.0, 80.0, 87.5, 320.0, 10.0};

    for (int r = 0; r < 5; r++) {
        double off[10], t = 2.0, tol = rates[r] > 20.0 ? 0.06 : 0.15;
        int n = 0;
        for (int k = 0; k < 10; k++)
            off[k] = add_lift(c, &n, &t, B, LIFT);
        begin(-1.0);
        run_averaged(&run, c, n, rates[r], t + 2.0);
        assert_int_equal(run.full, 10);
        assert_int_equal(run.n, 10);
        for (int k = 0; k < 10; k++) {
            const struct rep_data *rep = &run.reps[k];
            assert_near(s_of(rep->start_ns), off[k], tol);
            assert_near(s_of(rep->end_ns), off[k] + 6.0, tol);
            assert_true(s_of(run.told_ns[k] - rep->end_ns) <= 0.5);
            assert_near(s_of(rep->tut_ns), 6.0 + 0.55 * (1.0 - min_jerk_inverse(0.1 * A / S)), tol);
            assert_int_equal(rep->phases[PHASE_BOTTOM].src, k == 0 ? SRC_NONE : SRC_LOAD);
            if (k > 0)
                assert_near(s_of(rep->phases[PHASE_BOTTOM].dur_ns), 1.55, 2.0 * tol);
            assert_near((double)rep->peak_mn, 1000.0 * S, 3000.0);
            assert_in_range(rep->mean_mn, (int64_t)(1000 * A), (int64_t)(1000 * S));
            assert_near((double)rep->impulse_mns / (double)rep->mean_mn, s_of(rep->end_ns - rep->start_ns), 0.01);
            assert_int_equal(rep->flags, 0);
        }
        assert_no_inside(&run);
        assert_near((double)run.ops->ref_amp_mn(&run.memory), 1000.0 * A, rates[r] > 20.0 ? 4000.0 : 6000.0);
    }
}

/* However slow the way down: 3 s read as 3 s, where a 90-10 % detector of the edges would say 0.13 s. Nothing is said. */
static void the_plateau_is_no_phase(void **state)
{
    (void)state;
    double t;
    struct lift lift = LIFT;

    for (lift.ecc = 0.5; lift.ecc < 6.0; lift.ecc += 1.0) {
        int n = ten(lift, &t);
        begin(A);
        play(n, RATE, t + 1.0);
        assert_int_equal(run.full, 10);
        assert_near(s_of(run.reps[5].end_ns - run.reps[5].start_ns), 3.0 + lift.ecc, 0.1);
        assert_no_inside(&run);
    }
}

/* 30-60 % of the step, held for 2 s, between the reps and before the first. */
static void a_press_without_lift_is_no_rep(void **state)
{
    (void)state;

    for (int known = 0; known < 2; known++)
        for (double part = 0.3; part <= 0.601; part += 0.1) {
            double t = 1.0;
            int n = 0;
            const struct lift press = {part * S, 0.0, 0.3, 1.0, 0.5, 0.5, 0.25, 1.0};
            for (int k = 0; k < 5; k++) {
                add_lift(c, &n, &t, B, press);
                add_lift(c, &n, &t, B, LIFT);
            }
            begin(known ? A : -1.0);
            play(n, RATE, t + 1.0);
            assert_int_equal(run.n, 5);
            assert_int_equal(run.full, 5);
        }
}

/* Pressed up to 60 % for a second, then lifted: the rep begins at the lift. */
static void a_press_before_the_lift_belongs_to_no_rep(void **state)
{
    (void)state;
    int n = 0;
    double t = 1.0;

    for (int k = 0; k < 5; k++)
        add_lift(c, &n, &t, B, LIFT);
    double press = t;
    c[n++] = (struct corner){t, B};
    c[n++] = (struct corner){t + 0.2, B + 0.6 * S};
    c[n++] = (struct corner){t + 1.2, B + 0.6 * S};
    c[n++] = (struct corner){t + 1.4, B + S};
    c[n++] = (struct corner){t + 4.4, B + A};
    c[n++] = (struct corner){t + 7.4, B + S};
    c[n++] = (struct corner){t + 7.65, B};
    begin(-1.0);
    play(n, RATE, t + 10.0);
    assert_int_equal(run.full, 6);
    assert_near(s_of(run.reps[5].start_ns), press + 1.4, 0.1);
    assert_near(s_of(run.reps[5].end_ns), press + 7.4, 0.1);
}

static void a_pre_tension_of_a_second_is_corrected(void **state)
{
    (void)state;
    double t;
    struct lift lift = LIFT;

    for (lift.tension = 0.15; lift.tension < 1.3; lift.tension += 0.15) {
        int n = ten(lift, &t);
        begin(-1.0);
        play(n, RATE, t + 1.0);
        assert_int_equal(run.full, 10);
        for (int k = 0; k < 10; k++)
            assert_near(s_of(run.reps[k].end_ns - run.reps[k].start_ns), 6.0, 0.12);
    }
}

static void without_touch_down_there_are_no_rep_marks(void **state)
{
    (void)state;
    int n = 0;
    double t = 2.0;

    add_lift(c, &n, &t, B, LIFT);
    add_lift(c, &n, &t, B, LIFT);
    double up = t + 0.3;
    c[n++] = (struct corner){t, B};
    c[n++] = (struct corner){up, B + S};
    for (int k = 0; k < 8; k++) { /* hips down to just above the floor, and up again */
        c[n++] = (struct corner){up + 7.0 * k + 2.0, B + A};
        c[n++] = (struct corner){up + 7.0 * k + 3.0, B + A};
        c[n++] = (struct corner){up + 7.0 * k + 6.0, B + S};
    }
    begin(-1.0);
    play(n, RATE, up + 50.0);
    assert_int_equal(run.n, 2);
    assert_int_equal(run.not_seen, 1);
    assert_int_equal(run.not_seen_flags, FLAG_NO_TOUCHDOWN);
    assert_near(s_of(run.not_seen_since_ns), up, 0.3);
    assert_no_inside(&run);
}

/* Dropped, the pelvis thumps: the feet jump to 1.4 S and to 0.8 S, 60 ms each, before they rest. */
static void a_thump_at_touch_down_counts_once(void **state)
{
    (void)state;
    double t = 1.0;
    int n = 0;

    for (int k = 0; k < 6; k++) {
        double off = add_lift(c, &n, &t, B, (struct lift){S, A - S, 0.3, 2.0, 1.0, 1.0, 0.15, 0.0});
        c[n++] = (struct corner){off + 4.18, B + 1.4 * S};
        c[n++] = (struct corner){off + 4.21, B + 0.1 * S};
        c[n++] = (struct corner){off + 4.25, B + 0.8 * S};
        c[n++] = (struct corner){off + 4.30, B};
        t = off + 6.0;
    }
    begin(-1.0);
    play(n, RATE, t + 1.0);
    assert_int_equal(run.n, 6);
    assert_int_equal(run.full, 6);
}

/* The hips fall in 0.3 s: the feet lose the load, take it again, let go. */
static void a_dropped_eccentric_is_one_rep(void **state)
{
    (void)state;
    double t = 1.0;
    int n = 0;

    for (int k = 0; k < 6; k++) {
        double off = t + 0.3;
        const struct corner drop[] = {{t, B},
                                      {off, B + S},
                                      {off + 2.0, B + A},
                                      {off + 3.0, B + A},
                                      {off + 3.07, B - 30.0},
                                      {off + 3.15, B + S},
                                      {off + 3.23, B + 2.0 * S},
                                      {off + 3.3, B + S},
                                      {off + 3.55, B}};
        for (int i = 0; i < 9; i++)
            c[n++] = drop[i];
        t = off + 5.0;
    }
    begin(-1.0);
    play(n, RATE, t + 1.0);
    assert_int_equal(run.full, 6);
    assert_int_equal(run.n, 6);
    assert_near(s_of(run.reps[3].end_ns - run.reps[3].start_ns), 3.3, 0.2);
}

/* What the load does not show is not called partial: half as high, or stopped on the way down, is a rep like others. */
static void height_and_pauses_are_not_seen(void **state)
{
    (void)state;
    double t = 1.0;
    int n = 0;

    for (int k = 0; k < 3; k++) {
        add_lift(c, &n, &t, B, LIFT);
        add_lift(c, &n, &t, B, (struct lift){S, (A - S) * 0.4, 0.3, 1.0, 1.0, 1.5, 0.25, 1.0});
        add_lift(c, &n, &t, B, (struct lift){S, A - S, 0.3, 2.0, 3.0, 3.0, 0.25, 1.0}); /* two seconds more */
    }
    begin(-1.0);
    play(n, RATE, t + 1.0);
    assert_int_equal(run.full, 9);
    assert_int_equal(run.n, 9);
}

static void fast_reps_and_a_tempo_that_doubles_are_counted(void **state)
{
    (void)state;
    double t = 1.0;
    int n = 0;

    for (int k = 0; k < 12; k++)
        add_lift(c, &n, &t, B, k < 6 ? LIFT : (struct lift){S, A - S, 0.2, 0.6, 0.2, 0.6, 0.2, 0.2});
    begin(-1.0);
    play(n, RATE, t + 1.0);
    assert_int_equal(run.full, 12);
    assert_int_equal(run.n, 12);
}

/* After the seventh rep nothing: no rep, no movement, and nothing is declared lost. */
static void stopping_at_seven_in_silence(void **state)
{
    (void)state;
    double t = 1.0;
    int n = 0;
    struct sway sway = sway_make(7, RATE, 0.5);

    for (int k = 0; k < 7; k++)
        add_lift(c, &n, &t, B, LIFT);
    begin(-1.0);
    rep_run_shape(&run, c, n, RATE, 0.0, t + 1.0, &sway);
    int moving = run.moving;
    rep_run_shape(&run, c, n, RATE, t + 1.0, t + 120.0, &sway);
    assert_int_equal(run.full, 7);
    assert_true(moving >= 14);
    assert_int_equal(run.moving, moving);
    assert_int_equal(run.not_seen, 0);
}

static void a_gap_leaves_out_what_it_hides(void **state)
{
    (void)state;
    double t = 1.0, off[3];
    int n = 0;

    for (int k = 0; k < 3; k++)
        off[k] = add_lift(c, &n, &t, B, LIFT);
    for (double gap = 0.5; gap <= 3.0; gap += 0.5) {
        begin(A);
        rep_run_shape(&run, c, n, RATE, 0.0, off[1] + 1.0, NULL); /* inside the second rep */
        rep_run_shape(&run, c, n, RATE, off[1] + 1.0 + gap, t + 1.0, NULL);
        assert_int_equal(run.full, 3);
        assert_int_equal(run.reps[1].flags, FLAG_GAP);
        assert_int_equal(run.reps[1].tut_ns, ABSENT);
        assert_int_equal(run.reps[1].mean_mn, ABSENT);
        assert_int_equal(run.reps[0].flags | run.reps[2].flags, 0);
        begin(A);
        rep_run_shape(&run, c, n, RATE, 0.0, off[1] - 0.2, NULL); /* over the lift-off */
        rep_run_shape(&run, c, n, RATE, off[1] - 0.2 + gap, t + 1.0, NULL);
        assert_int_equal(run.full, 3);
        assert_int_equal(run.reps[1].flags, FLAG_GAP);
        assert_int_equal(run.reps[1].phases[PHASE_BOTTOM].src, SRC_NONE);
        assert_int_equal(run.reps[2].phases[PHASE_BOTTOM].src, SRC_LOAD);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_noise_free_reps_are_read_as_defined),
        cmocka_unit_test(the_plateau_is_no_phase),
        cmocka_unit_test(a_press_without_lift_is_no_rep),
        cmocka_unit_test(a_press_before_the_lift_belongs_to_no_rep),
        cmocka_unit_test(a_pre_tension_of_a_second_is_corrected),
        cmocka_unit_test(without_touch_down_there_are_no_rep_marks),
        cmocka_unit_test(a_thump_at_touch_down_counts_once),
        cmocka_unit_test(a_dropped_eccentric_is_one_rep),
        cmocka_unit_test(height_and_pauses_are_not_seen),
        cmocka_unit_test(fast_reps_and_a_tempo_that_doubles_are_counted),
        cmocka_unit_test(stopping_at_seven_in_silence),
        cmocka_unit_test(a_gap_leaves_out_what_it_hides),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
