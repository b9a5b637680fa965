/* SPDX-License-Identifier: MIT */
/* The dead-anchored curl where something is odd: noise, kicks, leaving the box, no band at all. */
#include "rep_knocks.h"

#define RATE 80.0
#define B    800.0
#define A    50.0

static const struct dose dose = {.reps_max = 10};
static const struct tempo TEMPO = {1.5, 1.0, 4.0, 1.0};
static struct rep_run run;
static struct corner c[256];

/* Standing on two legs for 10 000 s, with and without a reference amplitude from an earlier set. */
static void ten_thousand_seconds_of_standing_are_no_rep(void **state)
{
    (void)state;
    struct corner still[] = {{0.0, B}};

    for (int known = 0; known < 2; known++) {
        struct sway sway = sway_make(11 + (uint64_t)known, RATE, 3.2); /* 0.4 % of 80 kg, the most on two legs */
        rep_run_begin(&run, DETECTOR_CURL, &dose, B, 3.2, known ? 25.0 : -1.0);
        rep_run_shape(&run, still, 1, RATE, 0.0, 10000.0, &sway);
        assert_int_equal(run.n, 0);
        assert_int_equal(run.not_seen, 1);
        assert_int_equal(run.moving, 0);
    }
}

/* The same without the 30 s rule: one rep first, so that the detector keeps looking. */
static void standing_after_a_rep_is_no_rep(void **state)
{
    (void)state;
    double t = 2.0;
    int n = add_rep(c, 0, &t, B, 25.0, TEMPO);
    struct sway sway = sway_make(5, RATE, 3.2);

    rep_run_begin(&run, DETECTOR_CURL, &dose, B, 3.2, -1.0);
    rep_run_shape(&run, c, n, RATE, 0.0, 10000.0, &sway);
    assert_int_equal(run.n, 1);
    assert_int_equal(run.not_seen, 0);
    assert_in_range(run.n_phases, 4, 400); /* sway of A/8 looks like the beginning of a rep once in 50 s at most */
}

static void an_all_noise_trace_has_no_reps(void **state)
{
    (void)state;
    static const double sds[] = {5.0, 100.0, 1000.0};

    for (int k = 0; k < 6; k++) {
        rep_run_begin(&run, DETECTOR_CURL, &dose, k % 2 != 0 ? 0.0 : -1.0, k % 2 != 0 ? 0.5 : -1.0, k >= 3 ? A : -1.0);
        run_noise(&run, 99 + (uint64_t)k, RATE, sds[k % 3]);
        assert_int_equal(run.n, 0);
    }
}

static void kicks_spikes_and_coughs_are_no_reps(void **state)
{
    (void)state;
    int n = 0;
    double t = 1.0;

    n = add_kicks(c, n, &t, B);
    n = add_coughs(c, n, &t, B);
    for (int known = 0; known < 2; known++) {
        rep_run_begin(&run, DETECTOR_CURL, &dose, B, 0.2, known ? A : -1.0);
        run_knocks(&run, c, n, RATE, t);
        assert_int_equal(run.n, 0);
    }
}

static void no_band_is_said_once_after_30_s(void **state)
{
    (void)state;
    struct corner still[] = {{0.0, B}};
    struct sway sway = sway_make(2, RATE, 1.6);

    rep_run_begin(&run, DETECTOR_CURL, &dose, B, 1.6, -1.0);
    rep_run_shape(&run, still, 1, RATE, 0.0, 29.9, &sway);
    assert_int_equal(run.not_seen, 0);
    rep_run_shape(&run, still, 1, RATE, 30.0, 30.1, &sway);
    assert_int_equal(run.not_seen, 1);
    rep_run_shape(&run, still, 1, RATE, 30.1, 120.0, &sway);
    assert_int_equal(run.not_seen, 1);
}

/* 0.5-0.2-0.4-0.4: what 10 samples a second make of it has no pauses between reps. */
static void a_slow_converter_leaves_quick_reps_to_the_cues(void **state)
{
    (void)state;
    static const double rates[] = {10.0, 80.0};
    struct dose quick = {.reps_max = 10, .pacing = PACING_PACED, .tempo_ms = {500, 200, 400, 400}};
    struct corner still[] = {{0.0, B}};

    for (int k = 0; k < 2; k++) {
        struct sway sway = sway_make(3, rates[k], 0.0);
        rep_run_begin(&run, DETECTOR_CURL, &quick, B, 0.5, A);
        rep_run_shape(&run, still, 1, rates[k], 0.0, 5.0, &sway);
        assert_int_equal(run.not_seen, rates[k] < 20.0);
    }
}

/* A live anchor: what the band pulls stays inside; only inertia is left, +-0.12 kg for a slow curl. */
static void a_live_anchor_taken_for_dead_is_not_seen(void **state)
{
    (void)state;
    struct sway sway = sway_make(3, RATE, 1.6);

    rep_run_begin(&run, DETECTOR_CURL, &dose, B, 1.6, -1.0);
    for (int i = 0; i < 80 * 60; i++) {
        double t = i / RATE, in = fmod(t, 7.5);
        double f =
            B + 1.2 * 3.0 * (min_jerk_acc(in / 1.5) / 5.77 / 2.25 - min_jerk_acc((in - 2.5) / 4.0) / 5.77 / 16.0);
        struct sample s = sample_of(t, f + sway_next(&sway));
        rep_run_sample(&run, &s);
    }
    assert_int_equal(run.n, 0);
    assert_int_equal(run.not_seen, 1);
}

static void the_rest_level_is_found_when_it_was_not_known(void **state)
{
    (void)state;
    double t = 4.0;
    int n = 0;

    for (int k = 0; k < 3; k++)
        n = add_rep(c, n, &t, B, A, TEMPO);
    struct sway sway = sway_make(4, RATE, 1.0);
    rep_run_begin(&run, DETECTOR_CURL, &dose, -1.0, -1.0, -1.0);
    rep_run_shape(&run, c, n, RATE, 0.0, t + 1.0, &sway);
    assert_int_equal(run.full, 3);
}

/* Jumps off half-way down: con and top stand, the rep is partial. Comes back after 40 s and goes on. */
static void jumping_off_in_the_eccentric_and_back_after_40_s(void **state)
{
    (void)state;
    double t = 60.0;
    int n = 0;
    static const struct corner off[] = {{1.0, B},    {2.5, B + A},  {3.5, B + A},  {5.5, B + 0.5 * A}, {5.6, 0.0},
                                        {50.0, 0.0}, {50.5, 900.0}, {51.0, 780.0}, {51.5, B}};

    for (; n < 9; n++)
        c[n] = off[n];
    n = add_rep(c, n, &t, B, A, TEMPO);
    rep_run_begin(&run, DETECTOR_CURL, &dose, B, 0.5, A);
    rep_run_shape(&run, c, n, RATE, 0.0, t + 1.0, NULL);
    assert_int_equal(run.n, 2);
    assert_int_equal(run.reps[0].outcome, REP_PARTIAL);
    assert_int_equal(run.reps[0].phases[PHASE_CON].src, SRC_LOAD);
    assert_int_equal(run.reps[0].phases[PHASE_TOP].src, SRC_LOAD);
    assert_int_equal(run.reps[0].phases[PHASE_ECC].src, SRC_NONE);
    assert_int_equal(run.reps[0].tut_ns, ABSENT);
    assert_int_equal(run.reps[1].outcome, REP_FULL);
    assert_int_equal(run.reps[1].phases[PHASE_BOTTOM].src, SRC_NONE);
}

/* Hops off between reps and begins the next one at once: whoever goes on is never quiet. */
static void hopping_off_between_reps_loses_none(void **state)
{
    (void)state;
    double t = 2.0;
    int n = 0;

    for (int k = 0; k < 6; k++) {
        n = add_rep(c, n, &t, B, A, TEMPO);
        c[n++] = (struct corner){t, B};
        c[n++] = (struct corner){t + 0.1, 0.0};
        c[n++] = (struct corner){t + 0.8, 0.0};
        c[n++] = (struct corner){t + 0.9, B};
        t += 0.95;
    }
    rep_run_begin(&run, DETECTOR_CURL, &dose, B, 0.5, A);
    rep_run_shape(&run, c, n, RATE, 0.0, t + 1.0, NULL);
    assert_int_equal(run.n, 6);
    assert_int_equal(run.full, 6);
    assert_int_equal(run.not_seen, 0);
}

static void moving_is_said_while_reps_are_done_and_not_while_standing(void **state)
{
    (void)state;
    double t = 20.0;
    int n = 0;

    for (int k = 0; k < 4; k++)
        n = add_rep(c, n, &t, B, A, TEMPO);
    struct sway sway = sway_make(9, RATE, 1.6);
    rep_run_begin(&run, DETECTOR_CURL, &dose, B, 1.6, A);
    rep_run_shape(&run, c, n, RATE, 0.0, 20.0, &sway);
    assert_int_equal(run.moving, 0);
    for (double at = 22.0; at < t; at += 1.0) {
        rep_run_shape(&run, c, n, RATE, at - 2.0, at, &sway);
        assert_true(ns_of(at) - run.last_moving_ns < 8 * NS_PER_S);
        at += 1.0;
    }
    assert_true(run.moving >= 8);
    int said = run.moving;
    rep_run_shape(&run, c, n, RATE, t + 3.0, t + 60.0, &sway);
    assert_true(run.moving <= said + 1);
}

static void odd_stamps_break_nothing(void **state)
{
    (void)state;
    double t = 1.0;
    int n = add_rep(c, 0, &t, B, A, TEMPO);

    rep_run_begin(&run, DETECTOR_CURL, &dose, B, 0.5, A);
    for (int i = 0; i < 80 * 11; i++) {
        struct sample s = sample_of(i / RATE, shape_at(c, n, i / RATE));
        rep_run_sample(&run, &s);
        if (i % 7 == 0) /* the same stamp again, and one from the past */
            rep_run_sample(&run, &s);
        s.t_ns -= NS_PER_S;
        if (i % 11 == 0)
            rep_run_sample(&run, &s);
    }
    assert_int_equal(run.full, 1);
    assert_int_equal(run.reps[0].flags, 0);
    assert_near(s_of(run.reps[0].phases[PHASE_ECC].dur_ns), 4.0 * 0.5068, 0.03);
}

static void a_copy_in_mid_rep_goes_on_identically(void **state)
{
    (void)state;
    static struct rep_run copy;
    struct sway sway = sway_make(21, RATE, 2.0), same;
    double t = 1.0;
    int n = 0;

    for (int k = 0; k < 4; k++)
        n = add_rep(c, n, &t, B, A, TEMPO);
    rep_run_begin(&run, DETECTOR_CURL, &dose, B, 2.0, -1.0);
    rep_run_shape(&run, c, n, RATE, 0.0, 11.0, &sway);
    memcpy(&copy, &run, sizeof(copy));
    same = sway;
    rep_run_shape(&run, c, n, RATE, 11.0, t + 1.0, &sway);
    rep_run_shape(&copy, c, n, RATE, 11.0, t + 1.0, &same);
    assert_int_equal(run.n, 4);
    assert_int_equal(run.n_phases, copy.n_phases);
    assert_int_equal(run.ops->ref_amp_mn(&run.memory), copy.ops->ref_amp_mn(&copy.memory));
    for (int i = 0; i < 4; i++) {
        assert_int_equal(run.reps[i].start_ns, copy.reps[i].start_ns);
        assert_int_equal(run.reps[i].end_ns, copy.reps[i].end_ns);
        assert_int_equal(run.told_ns[i], copy.told_ns[i]);
        assert_int_equal(run.reps[i].impulse_mns, copy.reps[i].impulse_mns);
    }
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

/*
 * Bands of 20-90 N, tempi of 0.8-3 / 0.5-2 / 0.8-5 / 0.5-2 s, sway of 0.15-0.4 % of 800 N, 40 to 320 SPS: the count is
 * exact where A is above 12 sd; ends of phases within 0.10 s median and 0.25 s p90 of the noise-free crossings. A rep is
 * told within 0.5 s of its end but for one in 500, whose sway just then lifts the level again and makes it wait once more
 * (measured: one in some 20 000, at 0.53 s).
 */
static void random_sets_are_counted_exactly_and_timed_closely(void **state)
{
    (void)state;
    static double errors[4][2000];
    struct lcg lcg = {signal_seed()};
    int n_errors[4] = {0}, n_reps = 0, n_late = 0;
    double late = 0.0;

    for (int set = 0; set < 150; set++) {
        static const double rates[] = {40.0, 76.0, 80.0, 87.5, 320.0};
        double rate = rates[set % 5], t = 3.0, sd = lcg_between(&lcg, 1.2, 3.2);
        double a = lcg_between(&lcg, fmax(20.0, 12.0 * sd), 90.0);
        double starts[12], amps[12];
        struct tempo tempos[12];
        int n = 0, reps = 3 + (int)lcg_between(&lcg, 0.0, 9.0);
        struct tempo tempo = {lcg_between(&lcg, 0.8, 3.0), lcg_between(&lcg, 0.5, 2.0), lcg_between(&lcg, 0.8, 5.0),
                              lcg_between(&lcg, 0.5, 2.0)};
        for (int k = 0; k < reps; k++) {
            double f = lcg_between(&lcg, 0.9, 1.1);
            tempos[k] = (struct tempo){tempo.con * f, tempo.top * f, tempo.ecc * f, tempo.bottom * f};
            amps[k] = a * lcg_between(&lcg, 0.9, 1.1);
            starts[k] = t;
            n = add_rep(c, n, &t, B, amps[k], tempos[k]);
        }
        struct sway sway = sway_make(lcg.state, rate, sd);
        rep_run_begin(&run, DETECTOR_CURL, &dose, B, sd, -1.0);
        rep_run_shape(&run, c, n, rate, 0.0, t + 1.0, &sway);
        if (run.full != reps || run.n != reps)
            fail_msg("set %d: %d full of %d, %d in all (A %.1f N, sd %.2f N, %.1f SPS, %.2f-%.2f-%.2f-%.2f)", set,
                     run.full, reps, run.n, a, sd, rate, tempo.con, tempo.top, tempo.ecc, tempo.bottom);
        for (int k = 0; k < reps; k++) {
            const struct tempo *tp = &tempos[k];
            double edge = min_jerk_inverse(0.1), end = starts[k] + tp->con + tp->top + tp->ecc;
            const struct rep_data *rep = &run.reps[k];
            const struct phase_time *con = &rep->phases[PHASE_CON], *ecc = &rep->phases[PHASE_ECC];
            n_reps++; /* what is too quick for a weak band is left out */
            if (con->src != SRC_NONE)
                errors[0][n_errors[0]++] = fabs(s_of(con->dur_ns) - tp->con * (1.0 - 2.0 * edge));
            if (ecc->src != SRC_NONE)
                errors[1][n_errors[1]++] = fabs(s_of(ecc->dur_ns) - tp->ecc * (1.0 - 2.0 * edge));
            errors[2][n_errors[2]++] = fabs(s_of(rep->start_ns) - starts[k] - tp->con * edge);
            errors[3][n_errors[3]++] = fabs(s_of(rep->end_ns) - end + tp->ecc * edge);
            late = fmax(late, s_of(run.told_ns[k] - rep->end_ns));
            n_late += s_of(run.told_ns[k] - rep->end_ns) > 0.5;
        }
    }
    printf("latest event %.3f s after the end of its rep; %d of %d later than 0.5 s\n", late, n_late, n_reps);
    assert_true(n_late * 500 <= n_reps && late <= 0.75);
    static const char *const names[] = {"con", "ecc", "start", "end"};
    for (int e = 0; e < 4; e++) {
        int got = n_errors[e];
        qsort(errors[e], (size_t)got, sizeof(double), compare);
        double median = errors[e][got / 2], p90 = errors[e][got * 9 / 10];
        printf("%s: median %.3f s, p90 %.3f s of %d reps\n", names[e], median, p90, got);
        assert_true(got * 10 >= n_reps * 7);
        assert_true(median <= 0.10 && p90 <= 0.25);
    }
}

/*
 * At an own pace nothing is cued, and the set itself says how long a rep takes: a push on the box that is over in a fifth of
 * that is none, alone or just before a rep.
 */
static void what_is_over_in_a_fifth_of_a_rep_is_none(void **state)
{
    (void)state;
    static const struct tempo push = {0.3, 0.15, 0.3, 0.2}, own = {1.1, 0.7, 1.6, 0.9};
    const struct dose self = {.reps_max = 10, .pacing = PACING_SELF};
    double t = 2.0;
    int n = 0;

    for (int k = 0; k < 6; k++) {
        if (k >= 3)
            n = add_rep(c, n, &t, B, 0.75 * A, push);
        n = add_rep(c, n, &t, B, A, own);
    }
    n = add_rep(c, n, &t, B, 0.75 * A, push);
    rep_run_begin(&run, DETECTOR_CURL, &self, B, 0.5, -1.0);
    rep_run_shape(&run, c, n, RATE, 0.0, t + 2.0, NULL);
    assert_int_equal(run.n, 6);
    assert_int_equal(run.full, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_thousand_seconds_of_standing_are_no_rep),
        cmocka_unit_test(standing_after_a_rep_is_no_rep),
        cmocka_unit_test(an_all_noise_trace_has_no_reps),
        cmocka_unit_test(kicks_spikes_and_coughs_are_no_reps),
        cmocka_unit_test(what_is_over_in_a_fifth_of_a_rep_is_none),
        cmocka_unit_test(no_band_is_said_once_after_30_s),
        cmocka_unit_test(a_slow_converter_leaves_quick_reps_to_the_cues),
        cmocka_unit_test(a_live_anchor_taken_for_dead_is_not_seen),
        cmocka_unit_test(the_rest_level_is_found_when_it_was_not_known),
        cmocka_unit_test(jumping_off_in_the_eccentric_and_back_after_40_s),
        cmocka_unit_test(hopping_off_between_reps_loses_none),
        cmocka_unit_test(moving_is_said_while_reps_are_done_and_not_while_standing),
        cmocka_unit_test(odd_stamps_break_nothing),
        cmocka_unit_test(a_copy_in_mid_rep_goes_on_identically),
        cmocka_unit_test(random_sets_are_counted_exactly_and_timed_closely),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
