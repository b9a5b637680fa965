/* SPDX-License-Identifier: MIT */
/* Step-ups on signals whose answers are known: 80 kg, 0.30 m, tempo 1.5-1-3-1. */
#include "step_signal.h"

#define RATE 80.0
#define BW   STEP_BW

static struct rep_run run;
static struct step_up ups[16];

/* F - B: what the rep's force is above a resting foot, summed over the samples of the signal itself. */
static void assert_figures(const struct rep_data *rep, const struct step_up *up, double rest_n)
{
    double peak = 0.0, sum = 0.0, from = s_of(rep->start_ns), to = s_of(rep->end_ns);

    for (double t = from; t < to; t += 0.001) {
        peak = fmax(peak, step_force(up, t) - rest_n);
        sum += 0.001 * (step_force(up, t) - rest_n);
    }
    assert_near((double)rep->peak_mn, 1000.0 * peak, 6.0 * BW); /* between samples it may be higher */
    assert_near((double)rep->impulse_mns, 1000.0 * sum, 1.0 * BW * (to - from));
    assert_near((double)rep->mean_mn, 1000.0 * sum / (to - from), 1.0 * BW);
}

static void ten_step_ups_without_noise(void **state)
{
    (void)state;
    static const double feet[] = {0.10, 0.0}; /* 0: both feet off the box between reps */
    static const double rates[] = {76.0, 80.0, 320.0};

    for (int v = 0; v < 6; v++) {
        step_make(ups, 10, (struct tempo){1.5, 1.0, 3.0, 1.0}, feet[v % 2]);
        rep_run_begin(&run, DETECTOR_STEP, &step_dose, feet[v % 2] * BW, -1.0, -1.0);
        step_run(&run, ups, 10, rates[v / 2], 0.0, step_end_s(&ups[9]) + 2.0, NULL);
        assert_int_equal(run.n, 10);
        assert_int_equal(run.full, 10);
        for (int k = 0; k < 10; k++) {
            const struct rep_data *rep = &run.reps[k];
            struct step_truth truth = step_truth_of(&ups[k]);
            assert_near(s_of(rep->start_ns), truth.con, 0.005);
            assert_near(s_of(rep->end_ns), truth.end, 0.005);
            assert_true(s_of(run.told_ns[k] - rep->end_ns) <= 0.5);
            assert_near(s_of(rep->phases[PHASE_CON].dur_ns), truth.top - truth.con, 0.05);
            assert_near(s_of(rep->phases[PHASE_ECC].dur_ns), truth.end - truth.ecc, 0.05);
            assert_near(s_of(rep->phases[PHASE_TOP].dur_ns), truth.ecc - truth.top, 0.08);
            for (int p = PHASE_CON; p <= PHASE_ECC; p++) {
                assert_int_equal(rep->phases[p].src, SRC_MODEL);
                assert_in_range(rep->phases[p].sd_ns, 1, 200 * NS_PER_MS);
            }
            assert_int_equal(rep->phases[PHASE_BOTTOM].src, k == 0 ? SRC_NONE : SRC_LOAD);
            if (k > 0)
                assert_near(s_of(rep->phases[PHASE_BOTTOM].dur_ns), truth.con - step_truth_of(&ups[k - 1]).end, 0.01);
            assert_near(s_of(rep->tut_ns), truth.end - truth.con, 0.01);
            assert_figures(rep, &ups[k], feet[v % 2] * BW);
            assert_int_equal(rep->flags, 0);
        }
    }
}

/* Nothing quiet before the set, or the patient on the box: forces count from the zero, and the rep says so. */
static void without_a_rest_level_forces_count_from_the_zero(void **state)
{
    (void)state;
    static const double rests[] = {-1.0, BW};

    for (int v = 0; v < 2; v++) {
        step_make(ups, 1, (struct tempo){1.5, 1.0, 3.0, 1.0}, 0.1);
        rep_run_begin(&run, DETECTOR_STEP, &step_dose, rests[v], -1.0, -1.0);
        step_run(&run, ups, 1, RATE, 0.0, 10.0, NULL);
        assert_int_equal(run.full, 1);
        assert_int_equal(run.reps[0].flags, FLAG_NO_BASELINE);
        assert_figures(&run.reps[0], &ups[0], 0.0);
    }
}

/* Twice the tap of the trailing foot, 6 % BW each: one rep. */
static void a_double_tap_on_top_counts_once(void **state)
{
    (void)state;
    step_make(ups, 2, (struct tempo){1.5, 2.0, 3.0, 1.0}, 0.1);
    ups[0].tap = ups[1].tap = 0.06;
    step_begin(&run);
    for (int i = 0; i < 80 * 20; i++) {
        double t = i / RATE, f = 0.1 * BW;
        for (int k = 0; k < 2; k++)
            if (t >= ups[k].start - 0.4 && t < step_end_s(&ups[k]) + 0.4) {
                double again = (t - ups[k].start - ups[k].con - 0.4) / 0.065;
                f = step_force(&ups[k], t) +
                    (again > 0.0 && again < 1.0 ? 0.06 * BW * 4.0 * again * (1.0 - again) : 0.0);
            }
        struct sample s = sample_of(t, f);
        rep_run_sample(&run, &s);
    }
    assert_int_equal(run.n, 2);
    assert_int_equal(run.full, 2);
}

static void the_first_rep_is_judged_from_the_buffer(void **state)
{
    (void)state;
    step_make(ups, 1, (struct tempo){1.5, 1.0, 3.0, 1.0}, 0.1);
    step_begin(&run);
    assert_int_equal(run.memory.step.weight.bw_mn, ABSENT);
    step_run(&run, ups, 1, RATE, 0.0, 9.5, NULL);
    assert_int_equal(run.full, 1);
    assert_near((double)run.memory.step.weight.bw_mn, 1000.0 * BW, 10.0 * BW);
    assert_near(s_of(run.reps[0].start_ns), step_truth_of(&ups[0]).con, 0.01);
}

static void a_leaning_foot_is_not_body_weight(void **state)
{
    (void)state;
    step_make(ups, 3, (struct tempo){1.5, 1.0, 3.0, 3.0}, 0.3); /* 24 kg on the lead foot, still for seconds */
    step_begin(&run);
    step_run(&run, ups, 3, RATE, 0.0, step_end_s(&ups[2]) + 2.0, NULL);
    assert_int_equal(run.full, 3);
    assert_int_equal(run.n, 3);
}

static void standing_on_the_box_at_go_and_stepping_off_is_no_rep(void **state)
{
    (void)state;
    struct corner off[] = {{3.0, BW}, {3.3, 0.0}};

    step_begin(&run);
    rep_run_shape(&run, off, 2, RATE, 0.0, 10.0, NULL);
    assert_int_equal(run.n, 0);
}

/* Half of the height, shown by an acceleration of half the size: partial. A step of 0.2 m on one of 0.3 m is within. */
static void the_height_tells_partial_reps(void **state)
{
    (void)state;
    static const struct {
        double height;
        enum rep_outcome outcome;
    } cases[] = {
        {0.12, REP_PARTIAL}, {0.22, REP_FULL}, {0.3, REP_FULL}, {0.38, REP_FULL}, {0.48, REP_PARTIAL},
    };

    for (size_t c = 0; c < sizeof(cases) / sizeof(cases[0]); c++) {
        step_make(ups, 1, (struct tempo){1.2, 1.0, 1.5, 1.0}, 0.1);
        ups[0].height_m = cases[c].height;
        step_begin(&run);
        step_run(&run, ups, 1, RATE, 0.0, 10.0, NULL);
        assert_int_equal(run.n, 1);
        assert_int_equal(run.reps[0].outcome, cases[c].outcome);
        assert_int_equal(run.reps[0].flags, cases[c].outcome == REP_FULL ? 0 : FLAG_HEIGHT);
        if (cases[c].outcome == REP_PARTIAL)
            assert_int_equal(run.reps[0].phases[PHASE_ECC].src, SRC_NONE);
    }
}

/* One rep first, so that the weight is known. */
static void walking_over_the_box_and_leaning_on_it_are_no_full_reps(void **state)
{
    (void)state;
    step_make(ups, 1, (struct tempo){1.5, 1.0, 3.0, 1.0}, 0.0);
    struct corner more[] = {{12.0, 0.0},  {12.15, 1.1 * BW}, {12.4, 0.85 * BW}, {12.6, 1.1 * BW},
                            {12.75, 0.0}, {15.0, 0.0},       {15.5, 0.6 * BW},  {17.0, 0.6 * BW},
                            {17.5, 0.0},  {18.0, 0.0},       {18.1, 0.7 * BW},  {18.2, 0.0}};
    step_begin(&run);
    step_run(&run, ups, 1, RATE, 0.0, 11.0, NULL);
    rep_run_shape(&run, more, 12, RATE, 11.0, 20.0, NULL);
    assert_int_equal(run.full, 1);
    assert_int_equal(run.partial, 2); /* the way over and the lean; a stamp of 0.2 s is nothing */
    assert_int_equal(run.reps[1].flags, FLAG_HEIGHT);
    assert_int_equal(run.reps[2].flags, FLAG_HEIGHT);
    for (int k = 1; k < run.n; k++)
        for (int p = 0; p < PHASE_COUNT; p++)
            assert_int_equal(run.reps[k].phases[p].src, SRC_NONE); /* a part of a rep claims no phase */
}

static void a_gap_keeps_the_count_and_leaves_out_the_phases(void **state)
{
    (void)state;
    step_make(ups, 2, (struct tempo){1.5, 1.0, 3.0, 1.0}, 0.1);
    step_begin(&run);
    step_run(&run, ups, 2, RATE, 0.0, 11.0, NULL);
    step_run(&run, ups, 2, RATE, 11.8, 18.0, NULL);
    assert_int_equal(run.full, 2);
    assert_int_equal(run.reps[0].flags, 0);
    assert_int_equal(run.reps[1].flags, FLAG_GAP);
    assert_int_equal(run.reps[1].tut_ns, ABSENT);
    for (int p = 0; p < PHASE_COUNT; p++)
        assert_int_equal(run.reps[1].phases[p].src, SRC_NONE);
}

/* A fast descent: the dip falls below 0.5 BW for less than the dwell, the brake comes back above 1.5 BW. */
static void a_dip_and_a_brake_on_the_way_down_count_once(void **state)
{
    (void)state;
    struct corner c[] = {{1.0, 0.1 * BW}, {1.4, BW},  {1.7, 1.15 * BW},  {2.0, 0.9 * BW},
                         {2.3, BW},       {3.5, BW},  {3.65, 0.45 * BW}, {3.7, 0.45 * BW},
                         {3.9, 1.5 * BW}, {4.15, BW}, {4.3, 0.1 * BW}};

    step_begin(&run);
    rep_run_shape(&run, c, 11, RATE, 0.0, 8.0, NULL);
    assert_int_equal(run.n, 1);
    assert_near(s_of(run.reps[0].end_ns), 4.15 + 0.15 * min_jerk_inverse(1.0 / 9.0), 0.01);
}

static void nothing_happens_is_said_once(void **state)
{
    (void)state;
    struct corner empty[] = {{0.0, 0.0}}, standing[] = {{0.0, BW}};
    struct sway sway = sway_make(3, RATE, 0.004 * BW);

    step_begin(&run);
    rep_run_shape(&run, empty, 1, RATE, 0.0, 100.0, NULL);
    assert_int_equal(run.n, 0);
    assert_int_equal(run.not_seen, 1);
    assert_int_equal(run.not_seen_since_ns, 30 * NS_PER_S); /* no cue has been followed before */
    step_begin(&run);
    rep_run_shape(&run, standing, 1, RATE, 0.0, 10000.0, &sway);
    assert_int_equal(run.n, 0);
    assert_int_equal(run.not_seen, 1);
    assert_int_equal(run.not_seen_since_ns, 30 * NS_PER_S);
    assert_int_equal(run.moving, 0);
}

static void all_noise_has_no_reps(void **state)
{
    (void)state;
    static const double sds[] = {5.0, 100.0, 400.0};

    for (int k = 0; k < 3; k++) {
        struct lcg lcg = {17 + (uint64_t)k};
        step_begin(&run);
        for (int i = 0; i < 80 * 600; i++) {
            struct sample s = sample_of(i / RATE, sds[k] * lcg_normal(&lcg));
            rep_run_sample(&run, &s);
        }
        assert_int_equal(run.n, 0);
    }
}

/* The live stream: con at once, top within 0.3 s of standing still for as long, bottom with the landing. */
static void live_phases_come_in_order(void **state)
{
    (void)state;
    static const enum phase order[] = {PHASE_CON, PHASE_TOP, PHASE_ECC, PHASE_BOTTOM};
    step_make(ups, 3, (struct tempo){1.5, 1.5, 1.5, 1.5}, 0.1);
    step_begin(&run);
    step_run(&run, ups, 3, RATE, 0.0, step_end_s(&ups[2]) + 2.0, NULL);
    assert_in_range(run.n_phases, 9, 12);
    for (int i = 1; i <= 8; i++)
        assert_int_equal(run.phases[run.n_phases - i].phase, order[(4 - i % 4) % 4]);
}

static void a_copy_in_mid_rep_goes_on_identically(void **state)
{
    (void)state;
    static struct rep_run copy;
    struct sway sway = sway_make(8, RATE, 4.0), same;

    step_make(ups, 4, (struct tempo){1.5, 1.0, 3.0, 1.0}, 0.1);
    step_begin(&run);
    step_run(&run, ups, 4, RATE, 0.0, 11.0, &sway);
    memcpy(&copy, &run, sizeof(copy));
    same = sway;
    step_run(&run, ups, 4, RATE, 11.0, 30.0, &sway);
    step_run(&copy, ups, 4, RATE, 11.0, 30.0, &same);
    assert_int_equal(run.n, 4);
    assert_int_equal(copy.n, 4);
    for (int i = 0; i < 4; i++)
        for (int p = 0; p < PHASE_COUNT; p++)
            assert_int_equal(run.reps[i].phases[p].dur_ns, copy.reps[i].phases[p].dur_ns);
}

/*
 * 50-120 kg, steps of 0.25-0.45 m, tempi 0.8-3 / 0.5-3 / 0.8-4 / 0.5-2 s, sway of 0.3-0.8 % BW: the count is exact;
 * con and ecc within 0.20 s median and 0.45 s p90; the stated sd covers what happens (68 % within one sd).
 */
static void random_sets_are_counted_exactly_and_timed_closely(void **state)
{
    (void)state;
    static double con[2000], ecc[2000];
    struct lcg lcg = {signal_seed()};
    int n_errors = 0, missing = 0, covered = 0;
    double p90;

    for (int set = 0; set < 150; set++) {
        static const double rates[] = {40.0, 76.0, 80.0, 87.5, 320.0};
        double weight = STEP_G * lcg_between(&lcg, 50.0, 120.0),
               height = 0.001 * floor(lcg_between(&lcg, 250.0, 450.0));
        struct dose set_dose = {.reps_max = 10, .step_height_mm = (int32_t)(height * 1000.0 + 0.5)};
        struct tempo tempo = {lcg_between(&lcg, 0.8, 3.0), lcg_between(&lcg, 0.5, 3.0), lcg_between(&lcg, 0.8, 4.0),
                              lcg_between(&lcg, 0.5, 2.0)};
        int n = step_make(ups, 3 + (int)lcg_between(&lcg, 0.0, 8.0), tempo,
                          set % 3 == 0 ? 0.0 : lcg_between(&lcg, 0.08, 0.15));
        for (int k = 0; k < n; k++) {
            ups[k].weight_n = weight;
            ups[k].height_m = height;
            ups[k].tap = lcg_between(&lcg, 0.03, 0.06);
        }
        struct sway sway = sway_make(lcg.state, rates[set % 5], weight * lcg_between(&lcg, 0.003, 0.008));
        rep_run_begin(&run, DETECTOR_STEP, &set_dose, -1.0, -1.0, -1.0);
        step_run(&run, ups, n, rates[set % 5], 0.0, step_end_s(&ups[n - 1]) + 2.0, &sway);
        if (run.n != n || run.full != n)
            fail_msg("set %d: %d reps, %d full, of %d (%.0f N, %.2f m, %.2f-%.2f-%.2f-%.2f, %.1f SPS)", set, run.n,
                     run.full, n, weight, height, tempo.con, tempo.top, tempo.ecc, tempo.bottom, rates[set % 5]);
        for (int k = 0; k < n; k++) {
            struct step_truth truth = step_truth_of(&ups[k]);
            const struct phase_time *phases = run.reps[k].phases;
            if (phases[PHASE_ECC].src == SRC_NONE) {
                missing++;
                continue;
            }
            con[n_errors] = fabs(s_of(phases[PHASE_CON].dur_ns) - (truth.top - truth.con));
            ecc[n_errors] = fabs(s_of(phases[PHASE_ECC].dur_ns) - (truth.end - truth.ecc));
            covered += ecc[n_errors] <= s_of(phases[PHASE_ECC].sd_ns);
            n_errors++;
        }
    }
    printf("%d reps, %d without phases, %.0f %% of ecc within one stated sd\n", n_errors + missing, missing,
           100.0 * covered / n_errors);
    assert_true(missing * 20 < n_errors);
    assert_true(covered * 100 >= n_errors * 60);
    double median = median_of(con, n_errors, &p90);
    printf("con: median %.3f s, p90 %.3f s\n", median, p90);
    assert_true(median <= 0.20 && p90 <= 0.45);
    median = median_of(ecc, n_errors, &p90);
    printf("ecc: median %.3f s, p90 %.3f s\n", median, p90);
    assert_true(median <= 0.20 && p90 <= 0.45);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_step_ups_without_noise),
        cmocka_unit_test(without_a_rest_level_forces_count_from_the_zero),
        cmocka_unit_test(a_double_tap_on_top_counts_once),
        cmocka_unit_test(the_first_rep_is_judged_from_the_buffer),
        cmocka_unit_test(a_leaning_foot_is_not_body_weight),
        cmocka_unit_test(standing_on_the_box_at_go_and_stepping_off_is_no_rep),
        cmocka_unit_test(the_height_tells_partial_reps),
        cmocka_unit_test(walking_over_the_box_and_leaning_on_it_are_no_full_reps),
        cmocka_unit_test(a_gap_keeps_the_count_and_leaves_out_the_phases),
        cmocka_unit_test(a_dip_and_a_brake_on_the_way_down_count_once),
        cmocka_unit_test(nothing_happens_is_said_once),
        cmocka_unit_test(all_noise_has_no_reps),
        cmocka_unit_test(live_phases_come_in_order),
        cmocka_unit_test(a_copy_in_mid_rep_goes_on_identically),
        cmocka_unit_test(random_sets_are_counted_exactly_and_timed_closely),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
