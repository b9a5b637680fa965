/* SPDX-License-Identifier: MIT */
/* The dead-anchored curl on signals whose answers are known: rest level 800 N, band 50 N, tempo 1.5-1-4-1. */
#include "rep_run.h"

#define RATE 80.0
#define B    800.0
#define A    50.0

static const struct dose dose = {.reps_max = 10};
static const struct tempo TEMPO = {1.5, 1.0, 4.0, 1.0};
static struct rep_run run;
static struct corner c[256];

static void begin(double amp_n)
{
    rep_run_begin(&run, DETECTOR_CURL, &dose, B, 0.0, amp_n);
}

/* The crossing times of a min-jerk movement are 0.507 of it. */
#define CROSSED (min_jerk_inverse(0.9) - min_jerk_inverse(0.1))

/* Breakpoint to breakpoint. Ten samples a second are taken for means over 0.4 s, which these are not: they are not held to it. */
static void movements_are_those_that_were_made(const struct rep_data *rep, bool has_bottom, bool slow_part)
{
    const double made[PHASE_COUNT] = {[PHASE_CON] = 1.5, [PHASE_TOP] = 1.0, [PHASE_ECC] = 4.0, [PHASE_BOTTOM] = 1.0};

    for (int p = 0; p < PHASE_COUNT; p++) {
        const struct phase_time *phase = &rep->phases[p];
        if (p == PHASE_BOTTOM && !has_bottom) {
            assert_true(phase->move_ns == ABSENT && phase->sd_ns == ABSENT);
            continue;
        }
        if (!slow_part || phase->move_ns != ABSENT)
            assert_near(s_of(phase->move_ns), made[p], slow_part ? 0.2 : 0.02);
        assert_true(phase->sd_ns > 0 && phase->sd_ns <= 600 * NS_PER_MS);
    }
}

static void ten_noise_free_reps_are_read_as_defined(void **state)
{
    (void)state;
    static const double rates[] = {10.0, 76.0, 80.0, 87.5, 320.0};
    double edge = min_jerk_inverse(0.1);

    for (int r = 0; r < 5; r++) {
        int n = 0;
        double t = 2.0, tol = rates[r] > 20.0 ? 0.03 : 0.08;
        enum src read = rates[r] > 20.0 ? SRC_LOAD : SRC_MODEL; /* means over 0.4 s are no crossings */
        for (int k = 0; k < 10; k++)
            n = add_rep(c, n, &t, B, A, TEMPO);
        begin(-1.0);
        rep_run_shape(&run, c, n, rates[r], 0.0, t + 2.0, NULL);
        assert_int_equal(run.full, 10);
        assert_int_equal(run.n, 10);
        for (int k = 0; k < 10; k++) {
            const struct rep_data *rep = &run.reps[k];
            double start = 2.0 + 7.5 * k + 1.5 * edge, end = 2.0 + 7.5 * k + 6.5 - 4.0 * edge;
            assert_near(s_of(rep->start_ns), start, tol);
            assert_near(s_of(rep->end_ns), end, tol);
            assert_true(s_of(run.told_ns[k]) - end <= 0.5);
            assert_int_equal(rep->phases[PHASE_CON].src, read);
            assert_near(s_of(rep->phases[PHASE_CON].dur_ns), 1.5 * CROSSED, tol);
            assert_near(s_of(rep->phases[PHASE_TOP].dur_ns), 1.0 + 5.5 * edge, 2.0 * tol);
            assert_near(s_of(rep->phases[PHASE_ECC].dur_ns), 4.0 * CROSSED, tol);
            assert_int_equal(rep->phases[PHASE_BOTTOM].src, k == 0 ? SRC_NONE : read);
            if (k > 0)
                assert_near(s_of(rep->phases[PHASE_BOTTOM].dur_ns), 1.0 + 5.5 * edge, tol);
            assert_near(s_of(rep->tut_ns), end - start, 2.0 * tol);
            assert_near((double)rep->peak_mn, 1000.0 * A, 100.0);
            movements_are_those_that_were_made(rep, k > 0, rates[r] < 20.0);
            assert_int_equal(rep->flags, 0);
        }
        assert_near((double)run.ops->ref_amp_mn(&run.memory), 1000.0 * A, 600.0);
    }
}

static void mean_and_impulse_of_a_rep(void **state)
{
    (void)state;
    double t = 1.0;
    int n = add_rep(c, 0, &t, B, A, TEMPO);
    double area = 0.0, edge = min_jerk_inverse(0.1), from = 1.0 + 1.5 * edge, to = 7.5 - 4.0 * edge;

    for (int i = 0; i < 100000; i++)
        area += (shape_at(c, n, from + (to - from) * (i + 0.5) / 100000.0) - B) * (to - from) / 100000.0;
    begin(A);
    rep_run_shape(&run, c, n, RATE, 0.0, 10.0, NULL);
    assert_int_equal(run.full, 1);
    assert_near((double)run.reps[0].impulse_mns / 1000.0, area, 0.4);
    assert_near((double)run.reps[0].mean_mn / 1000.0, area / (to - from), 0.1);
}

/* Once the amplitude is known every live phase comes within 0.3 s of its crossing. */
static void live_phases_follow_within_300_ms(void **state)
{
    (void)state;
    static const enum phase order[] = {PHASE_CON, PHASE_TOP, PHASE_ECC, PHASE_BOTTOM};
    double t = 2.0, edge = min_jerk_inverse(0.1);
    int n = 0;

    for (int k = 0; k < 4; k++)
        n = add_rep(c, n, &t, B, A, TEMPO);
    begin(A);
    rep_run_shape(&run, c, n, RATE, 0.0, t + 2.0, NULL);
    assert_int_equal(run.n_phases, 16);
    for (int i = 0; i < 16; i++) {
        double rep = 2.0 + 7.5 * (i / 4);
        double at[] = {rep + 1.5 * edge, rep + 1.5 - 1.5 * edge, rep + 2.5 + 4.0 * edge, rep + 6.5 - 4.0 * edge};
        assert_int_equal(run.phases[i].phase, order[i % 4]);
        double late = s_of(run.phases[i].t_ns) - at[i % 4];
        if (late < -0.05 || late > 0.3)
            fail_msg("phase %d of rep %d is %.3f s late", i % 4, i / 4, late);
    }
}

static void a_two_second_pause_inside_the_eccentric_is_one_rep(void **state)
{
    (void)state;
    static const double heights[] = {0.75, 0.5, 0.2};

    for (int h = 0; h < 3; h++) {
        struct corner pause[] = {
            {1.0, B}, {2.5, B + A}, {3.5, B + A}, {5.0, B + A * heights[h]}, {7.0, B + A * heights[h]}, {8.5, B}};
        begin(A);
        rep_run_shape(&run, pause, 6, RATE, 0.0, 11.0, NULL);
        assert_int_equal(run.n, 1);
        assert_int_equal(run.reps[0].outcome, REP_FULL);
        assert_int_equal(run.reps[0].flags, FLAG_PAUSE_IN_ECC);
    }
}

static void a_slip_back_in_mid_push_is_one_rep_in_two_parts(void **state)
{
    (void)state;
    static const double slips[] = {0.5, 0.35};

    for (int k = 0; k < 2; k++)
        for (int known = 0; known < 2; known++) {
            struct corner slip[] = {{1.0, B},     {2.0, B + 0.7 * A}, {2.4, B + slips[k] * A},
                                    {3.6, B + A}, {4.6, B + A},       {8.6, B}};
            begin(known ? A : -1.0);
            rep_run_shape(&run, slip, 6, RATE, 0.0, 11.0, NULL);
            assert_int_equal(run.n, 1);
            assert_int_equal(run.reps[0].outcome, REP_FULL);
            assert_int_equal(run.reps[0].flags, FLAG_TWO_PART);
            double start = 1.0 + min_jerk_inverse(0.1 / 0.7);
            assert_near(s_of(run.reps[0].start_ns), start, 0.03);
        }
}

static void a_stop_on_the_way_up_is_two_part(void **state)
{
    (void)state;
    struct corner stop[] = {{1.0, B}, {2.0, B + 0.5 * A}, {3.0, B + 0.5 * A}, {4.0, B + A}, {5.0, B + A}, {9.0, B}};

    begin(A);
    rep_run_shape(&run, stop, 6, RATE, 0.0, 11.0, NULL);
    assert_int_equal(run.n, 1);
    assert_int_equal(run.reps[0].flags, FLAG_TWO_PART);
}

/* The band snaps back at the bottom: up to half the amplitude, twice, 0.2 s each. */
static void a_double_bounce_at_the_bottom_counts_once(void **state)
{
    (void)state;
    double t = 1.0;
    int n = add_rep(c, 0, &t, B, A, (struct tempo){1.5, 1.0, 1.0, 0.0});

    c[n++] = (struct corner){t + 0.1, B + 0.5 * A};
    c[n++] = (struct corner){t + 0.2, B};
    c[n++] = (struct corner){t + 0.3, B + 0.4 * A};
    c[n++] = (struct corner){t + 0.4, B};
    t += 2.0;
    n = add_rep(c, n, &t, B, A, TEMPO);
    begin(A);
    rep_run_shape(&run, c, n, RATE, 0.0, t + 1.0, NULL);
    assert_int_equal(run.n, 2);
    assert_int_equal(run.full, 2);
    assert_near(s_of(run.reps[0].end_ns), 1.0 + 3.5 - min_jerk_inverse(0.1), 0.03);
}

/* In the middle of the way down the band jerks back up above 0.6 A: still one rep. */
static void a_bounce_during_the_descent_counts_once(void **state)
{
    (void)state;
    struct corner bounce[] = {{1.0, B}, {2.5, B + A}, {3.5, B + A}, {3.9, B + 0.25 * A}, {4.1, B + 0.7 * A}, {5.5, B}};

    begin(A);
    rep_run_shape(&run, bounce, 6, RATE, 0.0, 8.0, NULL);
    assert_int_equal(run.n, 1);
    assert_int_equal(run.reps[0].flags, FLAG_PAUSE_IN_ECC);
}

static void a_dropped_eccentric_is_a_rep(void **state)
{
    (void)state;
    double t = 1.0;
    int n = add_rep(c, 0, &t, B, A, (struct tempo){1.5, 1.0, 0.3, 2.0});

    begin(-1.0);
    rep_run_shape(&run, c, n, RATE, 0.0, t, NULL);
    assert_int_equal(run.full, 1);
    assert_near(s_of(run.reps[0].phases[PHASE_ECC].dur_ns), 0.3 * CROSSED, 0.02);
}

static void fast_reps_without_any_pause_are_counted(void **state)
{
    (void)state;
    double t = 1.0;
    int n = 0;

    for (int k = 0; k < 12; k++)
        n = add_rep(c, n, &t, B, A, (struct tempo){0.5, 0.0, 0.5, 0.0});
    begin(-1.0);
    rep_run_shape(&run, c, n, RATE, 0.0, t + 2.0, NULL);
    assert_int_equal(run.full, 12);
    assert_int_equal(run.n, 12);
}

static void partial_reps_are_told_apart(void **state)
{
    (void)state;
    static const double amps[] = {1.0, 1.0, 0.5, 0.35, 0.65, 1.0, 0.2, 0.9};
    double t = 1.0;
    int n = 0;

    for (int k = 0; k < 8; k++)
        n = add_rep(c, n, &t, B, A * amps[k], TEMPO);
    begin(-1.0);
    rep_run_shape(&run, c, n, RATE, 0.0, t + 1.0, NULL);
    assert_int_equal(run.full, 4);
    assert_int_equal(run.partial, 3); /* a fifth of the amplitude is not even that */
    assert_int_equal(run.reps[2].outcome, REP_PARTIAL);
    assert_int_equal(run.reps[5].outcome, REP_FULL);
}

static void the_reference_amplitude_follows_a_tiring_patient(void **state)
{
    (void)state;
    double t = 1.0;
    int n = 0;

    for (int k = 0; k < 15; k++)
        n = add_rep(c, n, &t, B, A * (1.0 - 0.03 * k), TEMPO);
    begin(-1.0);
    rep_run_shape(&run, c, n, RATE, 0.0, t + 1.0, NULL);
    assert_int_equal(run.full, 15);
    assert_in_range(run.ops->ref_amp_mn(&run.memory), (int64_t)(1000 * A * 0.58), (int64_t)(1000 * A * 0.68));
}

static void a_gap_leaves_out_what_it_hides(void **state)
{
    (void)state;
    double t = 1.0;
    int n = add_rep(c, 0, &t, B, A, TEMPO);

    /* The crossing from top to ecc (3.5 + 0.99 s) is lost. */
    begin(A);
    rep_run_shape(&run, c, n, RATE, 0.0, 4.0, NULL);
    rep_run_shape(&run, c, n, RATE, 5.0, 11.0, NULL);
    assert_int_equal(run.n, 1);
    assert_int_equal(run.reps[0].outcome, REP_FULL);
    assert_int_equal(run.reps[0].flags & FLAG_GAP, FLAG_GAP);
    assert_int_equal(run.reps[0].phases[PHASE_CON].src, SRC_LOAD);
    assert_int_equal(run.reps[0].phases[PHASE_TOP].src, SRC_NONE);
    assert_int_equal(run.reps[0].phases[PHASE_ECC].src, SRC_NONE);
    assert_int_equal(run.reps[0].tut_ns, ABSENT);
    assert_int_equal(run.reps[0].impulse_mns, ABSENT);
    /* The beginning is lost: con is left out, top and ecc stand. */
    begin(A);
    rep_run_shape(&run, c, n, RATE, 0.0, 1.1, NULL);
    rep_run_shape(&run, c, n, RATE, 2.0, 11.0, NULL);
    assert_int_equal(run.n, 1);
    assert_int_equal(run.reps[0].phases[PHASE_CON].src, SRC_NONE);
    assert_int_equal(run.reps[0].phases[PHASE_TOP].src, SRC_LOAD);
    assert_int_equal(run.reps[0].phases[PHASE_ECC].src, SRC_LOAD);
    assert_near(s_of(run.reps[0].start_ns), 2.0, 0.02);
}

static void a_gap_in_the_pause_leaves_out_the_bottom(void **state)
{
    (void)state;
    double t = 1.0;
    int n = add_rep(c, 0, &t, B, A, (struct tempo){1.5, 1.0, 4.0, 3.0});

    n = add_rep(c, n, &t, B, A, TEMPO);
    begin(A);
    rep_run_shape(&run, c, n, RATE, 0.0, 8.5, NULL);
    rep_run_shape(&run, c, n, RATE, 9.5, t + 1.0, NULL);
    assert_int_equal(run.full, 2);
    assert_int_equal(run.reps[1].phases[PHASE_BOTTOM].src, SRC_NONE);
    assert_int_equal(run.reps[1].phases[PHASE_CON].src, SRC_LOAD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_noise_free_reps_are_read_as_defined),
        cmocka_unit_test(mean_and_impulse_of_a_rep),
        cmocka_unit_test(live_phases_follow_within_300_ms),
        cmocka_unit_test(a_two_second_pause_inside_the_eccentric_is_one_rep),
        cmocka_unit_test(a_slip_back_in_mid_push_is_one_rep_in_two_parts),
        cmocka_unit_test(a_stop_on_the_way_up_is_two_part),
        cmocka_unit_test(a_double_bounce_at_the_bottom_counts_once),
        cmocka_unit_test(a_bounce_during_the_descent_counts_once),
        cmocka_unit_test(a_dropped_eccentric_is_a_rep),
        cmocka_unit_test(fast_reps_without_any_pause_are_counted),
        cmocka_unit_test(partial_reps_are_told_apart),
        cmocka_unit_test(the_reference_amplitude_follows_a_tiring_patient),
        cmocka_unit_test(a_gap_leaves_out_what_it_hides),
        cmocka_unit_test(a_gap_in_the_pause_leaves_out_the_bottom),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
