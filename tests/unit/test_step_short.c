/* SPDX-License-Identifier: MIT */
/* Step-ups without a pause on top, and what passes over the box before the first rep: 80 kg, 0.30 m where not said. */
#include "step_signal.h"

#define RATE 80.0
#define BW   STEP_BW

static struct rep_run run;
static struct step_up ups[16];

/*
 * Nobody stands still for 0.5 s: the weight comes from what was carried on average, and the first rep counts. 40 sets of
 * patients of 45-120 kg, sway of 0.3-0.6 % BW; ecc within the target of step-ups of 1.2-2 s.
 */
static void a_top_too_short_to_stand_still_is_measured(void **state)
{
    (void)state;
    struct lcg lcg = {signal_seed()};
    static double ecc[400];
    int n = 0;
    double p90;

    for (int set = 0; set < 40; set++) {
        double weight = STEP_G * lcg_between(&lcg, 45.0, 120.0);
        int reps = step_make(ups, 8,
                             (struct tempo){lcg_between(&lcg, 0.8, 1.5), lcg_between(&lcg, 0.0, 0.4),
                                            lcg_between(&lcg, 0.8, 2.0), lcg_between(&lcg, 0.5, 1.0)},
                             set % 2 == 0 ? 0.0 : 0.12);
        for (int k = 0; k < reps; k++)
            ups[k].weight_n = weight;
        struct sway sway = sway_make(lcg.state, RATE, weight * lcg_between(&lcg, 0.003, 0.006));
        step_begin(&run);
        step_run(&run, ups, reps, RATE, 0.0, step_end_s(&ups[reps - 1]) + 2.0, &sway);
        if (run.n != reps || run.full != reps)
            fail_msg("set %d: %d reps, %d full, of %d (%.2f-%.2f-%.2f)", set, run.n, run.full, reps, ups[0].con,
                     ups[0].top, ups[0].ecc);
        for (int k = 0; k < reps; k++) {
            struct step_truth truth = step_truth_of(&ups[k]);
            if (run.reps[k].phases[PHASE_ECC].src != SRC_NONE)
                ecc[n++] = fabs(s_of(run.reps[k].phases[PHASE_ECC].dur_ns) - (truth.end - truth.ecc));
        }
    }
    double median = median_of(ecc, n, &p90);
    printf("ecc of %d reps: median %.3f s, p90 %.3f s\n", n, median, p90);
    assert_true(n >= 300);
    assert_true(median <= 0.15 && p90 <= 0.40);
}

/* Weighs next to nothing on top for longer than a foot takes to the floor: one step-up, in the first rep, too. */
static void who_springs_up_is_counted(void **state)
{
    (void)state;
    struct sway sway = sway_make(3, RATE, 0.004 * BW);

    for (int v = 0; v < 3; v++) {
        step_make(ups, 8, (struct tempo){0.5 + 0.02 * v, 0.1, 0.5, 0.5}, 0.1);
        step_begin(&run);
        step_run(&run, ups, 8, RATE, 0.0, step_end_s(&ups[7]) + 2.0, &sway);
        assert_int_equal(run.full, 8);
        assert_int_equal(run.n, 8);
    }
}

/* Somebody walks over the box, a child jumps on it: nothing before the first rep is one. */
static void what_passes_before_the_first_rep_is_none(void **state)
{
    (void)state;
    struct corner passes[] = {{2.0, 0.0},  {2.15, 1.1 * BW}, {2.4, 0.85 * BW}, {2.6, 1.1 * BW},
                              {2.75, 0.0}, {5.0, 0.0},       {5.05, 2.0 * BW}, {5.15, 0.0},
                              {5.6, 0.0},  {5.65, 2.0 * BW}, {5.75, 0.0}};

    step_begin(&run);
    rep_run_shape(&run, passes, 11, RATE, 0.0, 20.0, NULL);
    assert_int_equal(run.n, 0);
    assert_int_equal(run.memory.step.weight.bw_mn, ABSENT);
}

/* Another step than the one that is configured, in every rep: that is said, no hand is, and no phase of another way. */
static void another_step_is_said(void **state)
{
    (void)state;
    static const double heights_m[] = {0.12, 0.16, 0.17, 0.18, 0.42, 0.45, 0.5, 0.55};
    uint64_t seed = signal_seed();
    int reps = 0, said = 0, claimed = 0, parts = 0;

    for (int v = 0; v < 8; v++) {
        struct sway sway = sway_make(seed, RATE, 0.003 * BW);
        int n = step_make(ups, 5, (struct tempo){1.5, 1.0, 3.0, 1.0}, 0.1);
        for (int k = 0; k < n; k++)
            ups[k].height_m = heights_m[v];
        step_begin(&run);
        step_run(&run, ups, n, RATE, 0.0, step_end_s(&ups[n - 1]) + 3.0, &sway);
        for (int k = 0; k < run.n; k++, reps++) {
            said += (run.reps[k].flags & FLAG_HEIGHT) != 0 && (run.reps[k].flags & FLAG_HAND_SUPPORT) == 0;
            claimed += run.reps[k].phases[PHASE_ECC].src != SRC_NONE;
            parts += k > 0 && run.reps[k].outcome == REP_PARTIAL;
        }
        assert_int_equal(run.n, n);
    }
    printf("of %d repetitions on another step %d say so, %d claim phases, %d after the first do not count\n", reps,
           said, claimed, parts);
    assert_true(parts <= 1); /* a wrong configuration is not the patient's fault */
    assert_true(said * 10 >= reps * 7);
    assert_true(claimed * 100 <= reps * 15);
}

/* After a whole one nobody has changed boxes: a half-step is a part of a rep, and one after the other is no other box. */
static void half_steps_in_a_set_do_not_count(void **state)
{
    (void)state;
    static const bool half[8] = {[2] = true, [3] = true, [6] = true};
    struct sway sway = sway_make(3, RATE, 0.003 * BW);

    step_make(ups, 8, (struct tempo){1.5, 1.0, 2.0, 1.0}, 0.1);
    for (int k = 0; k < 8; k++)
        ups[k].height_m = half[k] ? 0.15 : 0.3;
    step_begin(&run);
    step_run(&run, ups, 8, RATE, 0.0, step_end_s(&ups[7]) + 3.0, &sway);
    assert_int_equal(run.n, 8);
    for (int k = 0; k < 8; k++)
        assert_int_equal(run.reps[k].outcome, half[k] ? REP_PARTIAL : REP_FULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_top_too_short_to_stand_still_is_measured), cmocka_unit_test(who_springs_up_is_counted),
        cmocka_unit_test(what_passes_before_the_first_rep_is_none),   cmocka_unit_test(another_step_is_said),
        cmocka_unit_test(half_steps_in_a_set_do_not_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
