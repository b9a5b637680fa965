/* SPDX-License-Identifier: MIT */
/* Durations of a step-up's movements, breakpoint to breakpoint: without noise, with sway, and where there is none. */
#include "step_signal.h"

#define BW STEP_BW

static struct rep_run run;
static struct step_up ups[16];

static void run_all(int n, double rate, struct sway *sway)
{
    rep_run_begin(&run, DETECTOR_STEP, &step_dose, -1.0, -1.0, -1.0);
    step_run(&run, ups, n, rate, 0.0, step_end_s(&ups[n - 1]) + 2.0, sway);
    assert_int_equal(run.full, n);
}

/* The way up is con, the lead leg's taking over in its first fifth included; the way down ecc, and bottom between them. */
static void without_noise_each_movement_is_as_long_as_it_is(void **state)
{
    (void)state;
    static const struct tempo tempi[] = {{1.5, 1.0, 3.0, 1.0}, {1.2, 1.5, 1.2, 1.0}, {2.5, 1.0, 4.5, 1.5}};

    for (int v = 0; v < 3; v++) {
        const struct tempo *tempo = &tempi[v];
        step_make(ups, 6, *tempo, 0.1);
        run_all(6, 80.0, NULL);
        for (int k = 1; k < 6; k++) { /* the first one's shape is not known yet */
            const struct phase_time *phases = run.reps[k].phases;
            assert_near(s_of(phases[PHASE_CON].move_ns), tempo->con, 0.06 * tempo->con);
            assert_near(s_of(phases[PHASE_ECC].move_ns), tempo->ecc, 0.06 * tempo->ecc);
            assert_near(s_of(phases[PHASE_TOP].move_ns), tempo->top, 0.03 + 0.05 * tempo->ecc);
            /* After a slow way down its end, which the box does not see, is too uncertain to be told. */
            assert_true(phases[PHASE_BOTTOM].move_ns != ABSENT || tempo->ecc > 3.5);
            if (phases[PHASE_BOTTOM].move_ns != ABSENT)
                assert_near(s_of(phases[PHASE_BOTTOM].move_ns), tempo->bottom, 0.2);
            for (int p = 0; p < PHASE_BOTTOM; p++)
                assert_in_range(phases[p].sd_ns, 1, 400 * NS_PER_MS);
        }
    }
}

/* With sway: half of the errors within a tenth of the movement, and half of them within the stated sd. */
static void with_sway_errors_are_what_their_sd_says(void **state)
{
    (void)state;
    struct lcg lcg = {signal_seed()};
    int n = 0, near = 0, within = 0, all = 0;

    for (int set = 0; set < 40; set++) {
        struct tempo tempo = {lcg_between(&lcg, 1.0, 3.0), lcg_between(&lcg, 0.5, 2.0), lcg_between(&lcg, 1.2, 5.0),
                              1.0};
        struct sway sway = sway_make(lcg.state, 80.0, BW * lcg_between(&lcg, 0.003, 0.006));
        step_make(ups, 8, tempo, 0.1);
        run_all(8, 80.0, &sway);
        for (int k = 0; k < 8; k++) {
            const double truth[2] = {tempo.con, tempo.ecc};
            assert_int_equal(run.reps[k].flags & FLAG_PAUSE_IN_ECC, 0);
            const struct phase_time *phase[2] = {&run.reps[k].phases[PHASE_CON], &run.reps[k].phases[PHASE_ECC]};
            for (int i = 0; i < 2; i++) {
                all++;
                if (phase[i]->move_ns == ABSENT)
                    continue;
                double error = fabs(s_of(phase[i]->move_ns) - truth[i]);
                n++;
                near += error <= 0.1 * truth[i];
                within += error <= s_of(phase[i]->sd_ns);
            }
        }
    }
    printf("%d of %d moves; %d %% within a tenth, %d %% within one sd\n", n, all, 100 * near / n, 100 * within / n);
    assert_true(n * 10 >= all * 9);
    assert_true(near * 2 >= n);
    assert_true(within * 2 >= n);
}

/* A pause half-way down: neither a minimum-jerk movement nor one at constant speed, and no figure for it. */
static void a_movement_in_two_parts_has_no_length(void **state)
{
    (void)state;
    rep_run_begin(&run, DETECTOR_STEP, &step_dose, -1.0, -1.0, -1.0);
    for (int i = 0; i < 80 * 40; i++) {
        double t = i / 80.0, f = 0.1 * BW;
        for (int k = 0; k < 4; k++) {
            struct step_up up = {2.0 + 9.0 * k, 1.5, 1.0, 3.0, 0.3, BW, 0.1, 0.0};
            double down = up.start + 2.5, u = t - up.start, half = 1.0;
            if (u < -0.5 || u > 8.0)
                continue;
            double a = 0.3 * (min_jerk_acc((t - step_rise_s(&up)) / 1.2) / 1.44 -
                              0.5 * min_jerk_acc((t - down) / half) - 0.5 * min_jerk_acc((t - down - 3.0) / half));
            double shift = min_jerk(u / 0.525) - min_jerk((t - down - 3.94) / 0.25);
            f = BW * (1.0 + a / STEP_G) * (0.1 + 0.9 * shift);
        }
        struct sample s = sample_of(t, f);
        rep_run_sample(&run, &s);
    }
    assert_int_equal(run.full, 4);
    for (int k = 0; k < 4; k++) {
        assert_int_equal(run.reps[k].flags & FLAG_PAUSE_IN_ECC, FLAG_PAUSE_IN_ECC);
        assert_int_equal(run.reps[k].phases[PHASE_ECC].src, SRC_MODEL);
        assert_int_equal(run.reps[k].phases[PHASE_ECC].move_ns, ABSENT);
        /* Nor does it teach a shape: the way up keeps its length of 1.5 s. */
        assert_near(s_of(run.reps[k].phases[PHASE_CON].move_ns), 1.5, 0.1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_noise_each_movement_is_as_long_as_it_is),
        cmocka_unit_test(with_sway_errors_are_what_their_sd_says),
        cmocka_unit_test(a_movement_in_two_parts_has_no_length),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
