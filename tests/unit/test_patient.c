/* SPDX-License-Identifier: MIT */
/* The simulated patient without a core: what it weighs, when, and whether its truth is true. */
#include "tests/unit/patient_bench.h"

#include "gymstation/patient.h"

/* --- converter --------------------------------------------------------------------------------------------------- */

static void test_stamps_keep_the_converters_own_rate(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct patient_setup setup = bench_setup(seed);
        setup.clock_error_ppm = ABSENT_PPM;
        struct bench *b = bench_open(&setup, &BENCH_CURL);
        bench_run(b, BENCH_START + 60 * NS_PER_S);
        int64_t rate = patient_rate_milli(b->patient);
        assert_in_range(rate, 76000, 84000);
        for (int i = 1; i < b->n_samples; i++)
            assert_true(b->samples[i].stamp_ns > b->samples[i - 1].stamp_ns);
        double s = (double)(b->samples[b->n_samples - 1].stamp_ns - b->samples[0].stamp_ns) / 1e9;
        assert_true(fabs((b->n_samples - 1) / s * 1000 - (double)rate) < 3);
        bench_close(b);
    }
}

static void test_noise_is_four_grams_at_80_sps(void **state)
{
    (void)state;
    struct patient_setup setup = bench_setup(5);
    setup.noise_mn = 39;
    struct bench *b = bench_open(&setup, &BENCH_CURL);
    bench_run(b, BENCH_START + 60 * NS_PER_S);
    double sq = 0;
    for (int i = 0; i < b->n_samples; i++) {
        double mn = b->samples[i].u.force.force_mn;
        sq += mn * mn;
        assert_int_equal(b->samples[i].u.force.force_mn,
                         calibration_force_mn(&setup.calibration, b->samples[i].u.force.raw));
    }
    assert_true(fabs(sqrt(sq / b->n_samples) - 39) < 3);
    bench_close(b);
}

/* --- forces ------------------------------------------------------------------------------------------------------ */

static double highest(const struct bench *b, int64_t from_ns, int64_t to_ns)
{
    double high = -1e9;
    for (int i = 0; i < b->n_steps; i++) {
        int64_t t = physics_ns(BENCH_START, i);
        if (t >= from_ns && t <= to_ns && b->clean_n[i] > high)
            high = b->clean_n[i];
    }
    return high;
}

static double at_ns(const struct bench *b, int64_t t_ns)
{
    return b->clean_n[(t_ns - BENCH_START) / STEP_NS];
}

static void test_curl_weighs_body_and_band(void **state)
{
    (void)state;
    struct patient_setup setup = bench_setup(11);
    setup.band_mn = 60000;
    struct bench *b = bench_paced(&setup, &BENCH_CURL, 5);
    assert_int_equal(b->n_truths, 5);
    for (int i = 0; i < 5; i++) {
        const struct patient_truth *t = &b->truths[i];
        double top = at_ns(b, (t->con_move_end_ns + t->ecc_move_ns) / 2);
        assert_true(fabs(top - (80 * GRAVITY + 60)) < 1e-6);
        assert_true(fabs(at_ns(b, t->con_move_ns - STEP_NS) - 80 * GRAVITY) < 1e-6);
        assert_int_equal(t->peak_mn, 60000);
        assert_int_equal(t->n, i + 1);
    }
    bench_close(b);
}

static void test_live_anchor_shows_only_inertia(void **state)
{
    (void)state;
    struct bench_exercise live = BENCH_CURL;
    live.anchor = ANCHOR_LIVE;
    struct patient_setup setup = bench_setup(11);
    setup.skill_milli = setup.fatigue_milli = 0;
    struct bench *b = bench_open(&setup, &live);
    b->rx.dose.tempo_ms[PHASE_CON] = 1000;
    bench_paced_set(b, 3);
    double kg = (highest(b, BENCH_START, b->truths[2].ecc_move_end_ns) - 80 * GRAVITY) / GRAVITY;
    assert_true(fabs(kg - 1.1) < 0.02); /* +-1.1 kg for a curl of 1 s */
    assert_false(b->truths[0].visible);
    assert_true(b->truths[0].con_ns == ABSENT && b->truths[0].con_move_ns != ABSENT);
    bench_close(b);
}

static void test_step_up_has_the_shape_of_one(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct patient_setup setup = bench_setup(seed);
        struct bench *b = bench_open(&setup, &BENCH_STEP);
        b->rx.dose.tempo_ms[PHASE_ECC] = 1200 + 200 * (int32_t)seed;
        bench_paced_set(b, 4);
        double bw = 80 * GRAVITY;
        assert_int_equal(b->n_truths, 4);
        for (int i = 0; i < 4; i++) {
            const struct patient_truth *t = &b->truths[i];
            double push = highest(b, t->con_move_ns - 300 * NS_PER_MS, t->con_move_end_ns) / bw;
            assert_true(push > 1.05 && push < 1.5);
            assert_true(fabs(at_ns(b, (t->con_move_end_ns + t->ecc_move_ns) / 2 + 50 * NS_PER_MS) / bw - 1) < 0.05);
            double foot = at_ns(b, t->con_ns - 800 * NS_PER_MS) / bw;
            assert_true(foot > 0.07 && foot < 0.16);
            assert_true(t->con_ns < t->top_ns && t->top_ns < t->ecc_ns && t->ecc_ns < t->end_ns);
        }
        bench_close(b);
    }
}

/* --- truth against a scan of the whole noise-free load ----------------------------------------------------------- */

struct scan {
    int64_t con_ns, top_ns, ecc_ns, end_ns;
};

static int64_t between(const struct bench *b, int i, double level)
{
    double a = b->clean_n[i - 1], c = b->clean_n[i];
    int64_t t0 = physics_ns(BENCH_START, i - 1), t1 = physics_ns(BENCH_START, i);
    return t0 + (int64_t)((double)(t1 - t0) * (level - a) / (c - a));
}

/* Last index below i at which the load is on the other side of level: walks backwards from the middle of the top. */
static struct scan scan_curl(const struct bench *b, const struct patient_truth *t, double rest, double amp)
{
    int mid = (int)((t->con_move_end_ns / 2 + t->ecc_move_ns / 2 - BENCH_START) / STEP_NS);
    int first = (int)((t->con_move_ns - BENCH_START) / STEP_NS);
    double lo = rest + 0.1 * amp, hi = rest + 0.9 * amp;
    struct scan s = {0};
    int i = first;
    while (b->clean_n[i] < lo)
        i++;
    s.con_ns = between(b, i, lo);
    while (b->clean_n[i] < hi)
        i++;
    s.top_ns = between(b, i, hi);
    int last = mid;
    for (int j = mid; j < (int)((t->ecc_move_end_ns - BENCH_START) / STEP_NS); j++)
        if (b->clean_n[j] >= hi)
            last = j;
    s.ecc_ns = between(b, last + 1, hi);
    for (i = last + 1; b->clean_n[i] >= lo; i++)
        ;
    s.end_ns = between(b, i, lo);
    return s;
}

static void assert_close(int64_t a, int64_t b, int64_t tolerance_ns)
{
    if (a - b > tolerance_ns || b - a > tolerance_ns)
        fail_msg("%lld differs from %lld by more than %lld ns", (long long)a, (long long)b, (long long)tolerance_ns);
}

static void test_truth_of_curls_is_what_a_scan_finds(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct patient_setup setup = bench_setup(seed);
        setup.edge = seed % 2 ? PATIENT_EDGE_MIN_JERK : PATIENT_EDGE_CONSTANT;
        struct bench *b = bench_open(&setup, &BENCH_CURL);
        b->rx.dose.tempo_ms[PHASE_ECC] = 1000 + 250 * (int32_t)seed;
        bench_paced_set(b, 6);
        assert_int_equal(b->n_truths, 6);
        for (int i = 0; i < 6; i++) {
            const struct patient_truth *t = &b->truths[i];
            struct scan s = scan_curl(b, t, 80 * GRAVITY, (double)t->peak_mn / 1000);
            assert_close(t->con_ns, s.con_ns, 20000);
            assert_close(t->top_ns, s.top_ns, 20000);
            assert_close(t->ecc_ns, s.ecc_ns, 20000);
            assert_close(t->end_ns, s.end_ns, 20000);
        }
        bench_close(b);
    }
}

static void test_truth_of_step_ups_is_what_a_scan_finds(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct patient_setup setup = bench_setup(seed);
        struct bench *b = bench_open(&setup, &BENCH_STEP);
        b->rx.dose.tempo_ms[PHASE_ECC] = 1000 + 100 * (int32_t)seed;
        bench_paced_set(b, 6);
        double bw = 80 * GRAVITY;
        assert_int_equal(b->n_truths, 6);
        for (int i = 0; i < 6; i++) {
            const struct patient_truth *t = &b->truths[i];
            int mid = (int)((t->con_move_end_ns / 2 + t->ecc_move_ns / 2 - BENCH_START) / STEP_NS);
            int up = mid, under = mid, last = mid;
            while (b->clean_n[up] >= 0.5 * bw)
                up--;
            while (b->clean_n[under] >= 0.5 * bw)
                under++;
            for (int j = mid; j < under; j++)
                if (b->clean_n[j] >= 0.9 * bw)
                    last = j;
            assert_close(t->con_ns, between(b, up + 1, 0.5 * bw), 20000);
            assert_close(t->end_ns, between(b, last + 1, 0.9 * bw), 20000);
            /* 95 % of a minimum-jerk way lies at 0.8107 of its time, 5 % below the top at 0.1893; the way up takes the
             * last 0.8 of the movement, the lead leg's taking over begins it */
            double up_s = (double)(t->con_move_end_ns - t->con_move_ns) * (0.2 + 0.8 * 0.8107);
            double down_s = (double)(t->ecc_move_end_ns - t->ecc_move_ns) * 0.1893;
            assert_close(t->top_ns, t->con_move_ns + (int64_t)up_s, 3 * NS_PER_MS);
            assert_close(t->ecc_ns, t->ecc_move_ns + (int64_t)down_s, 3 * NS_PER_MS);
        }
        bench_close(b);
    }
}

static void test_hold_reaches_its_target_and_lets_go(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct patient_setup setup = bench_setup(seed);
        struct bench *b = bench_open(&setup, &BENCH_HEEL);
        int64_t go = BENCH_START + 10 * NS_PER_S;
        b->snapshot.target_mn = 250000;
        bench_show(b, NOW_PREP, BENCH_START + 2 * NS_PER_S);
        b->snapshot.hold_phase = "wait";
        bench_show(b, NOW_HOLD, go);
        bench_show(b, NOW_REST, go + 33 * NS_PER_S);
        bench_run(b, go + 36 * NS_PER_S);
        assert_int_equal(b->n_truths, 1);
        const struct patient_truth *t = &b->truths[0];
        double rest = 0.02 * 80 * GRAVITY;
        assert_int_equal(t->peak_mn, 250000);
        assert_true(fabs(highest(b, go, go + 33 * NS_PER_S) - rest - 250) < 0.5);
        double late = at_ns(b, go + 32 * NS_PER_S) - rest;
        assert_true(late > 0.95 * 250 && late < 250); /* it sags, but stays in the band */
        assert_true(t->con_ns > t->con_move_ns && t->con_ns < t->con_move_end_ns);
        assert_true(t->end_ns > go + 33 * NS_PER_S && t->end_ns < go + 34 * NS_PER_S);
        bench_close(b);
    }
}

/* --- the same and not the same ----------------------------------------------------------------------------------- */

static struct bench *whole_run(uint64_t seed)
{
    struct patient_setup setup;
    patient_setup_default(&setup);
    setup.seed = seed;
    setup.start_ns = BENCH_START;
    struct bench *b = bench_paced(&setup, &BENCH_STEP, 3);
    return b;
}

static bool same_runs(const struct bench *a, const struct bench *b)
{
    if (a->n_samples != b->n_samples || a->n_edges != b->n_edges)
        return false;
    return memcmp(a->samples, b->samples, (size_t)a->n_samples * sizeof a->samples[0]) == 0 &&
           memcmp(a->edges, b->edges, (size_t)a->n_edges * sizeof a->edges[0]) == 0;
}

static void test_a_seed_is_a_patient(void **state)
{
    (void)state;
    struct bench *a = whole_run(42), *b = whole_run(42), *c = whole_run(43);
    assert_true(same_runs(a, b));
    assert_false(same_runs(a, c));
    bench_close(a);
    bench_close(b);
    bench_close(c);
}

/* --- presses ----------------------------------------------------------------------------------------------------- */

static void test_answers_are_counted_in_presses(void **state)
{
    (void)state;
    struct patient_setup setup = bench_setup(9);
    setup.pain[PAIN_BEFORE] = 4;
    struct bench *b = bench_open(&setup, &BENCH_CURL);
    b->snapshot.asking = true;
    b->snapshot.question = QUESTION_PAIN;
    b->snapshot.when = PAIN_BEFORE;
    bench_show(b, NOW_ASK, BENCH_START + NS_PER_S);
    bench_run(b, BENCH_START + 10 * NS_PER_S);
    assert_int_equal(b->n_edges, 8);
    for (int i = 0; i < 8; i++) {
        assert_int_equal(b->edges[i].u.button.button, BUTTON_START);
        assert_int_equal(b->edges[i].u.button.pressed, i % 2 == 0);
    }
    assert_int_equal(b->edges[2].stamp_ns - b->edges[0].stamp_ns, 600 * NS_PER_MS);
    bench_close(b);
}

static void test_zero_is_a_long_press_and_no_answer_none(void **state)
{
    (void)state;
    const int32_t scores[] = {0, -1};
    for (int i = 0; i < 2; i++) {
        struct patient_setup setup = bench_setup(9);
        setup.pain[PAIN_ITEM] = scores[i];
        struct bench *b = bench_open(&setup, &BENCH_CURL);
        b->snapshot.asking = true;
        b->snapshot.when = PAIN_ITEM;
        bench_show(b, NOW_ASK, BENCH_START + NS_PER_S);
        bench_run(b, BENCH_START + 10 * NS_PER_S);
        assert_int_equal(b->n_edges, scores[i] == 0 ? 2 : 0);
        if (scores[i] == 0)
            assert_true(b->edges[1].stamp_ns - b->edges[0].stamp_ns > 2 * NS_PER_S);
        bench_close(b);
    }
}

static void test_refuses_what_is_out_of_range(void **state)
{
    (void)state;
    struct exercise none = {0};
    struct patient_setup good = bench_setup(1), bad;
    struct patient *patient = NULL;
    good.exercises = &none;
    bad = good;
    bad.body_g = 19999;
    assert_int_equal(patient_open(&bad, &patient), -EINVAL);
    bad = good;
    bad.calibration.counts_per_n_milli = 0;
    assert_int_equal(patient_open(&bad, &patient), -EINVAL);
    bad = good;
    bad.exercises = NULL;
    assert_int_equal(patient_open(&bad, &patient), -EINVAL);
    assert_null(patient);
    assert_int_equal(patient_open(&good, &patient), 0);
    patient_close(patient);
    patient_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stamps_keep_the_converters_own_rate),
        cmocka_unit_test(test_noise_is_four_grams_at_80_sps),
        cmocka_unit_test(test_curl_weighs_body_and_band),
        cmocka_unit_test(test_live_anchor_shows_only_inertia),
        cmocka_unit_test(test_step_up_has_the_shape_of_one),
        cmocka_unit_test(test_truth_of_curls_is_what_a_scan_finds),
        cmocka_unit_test(test_truth_of_step_ups_is_what_a_scan_finds),
        cmocka_unit_test(test_hold_reaches_its_target_and_lets_go),
        cmocka_unit_test(test_a_seed_is_a_patient),
        cmocka_unit_test(test_answers_are_counted_in_presses),
        cmocka_unit_test(test_zero_is_a_long_press_and_no_answer_none),
        cmocka_unit_test(test_refuses_what_is_out_of_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
