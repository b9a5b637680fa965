/* SPDX-License-Identifier: MIT */
/*
 * What the simulated patient weighs and does, against what it was specified to be, sentence by sentence; the converter,
 * chance and hands are in test_patient_physics.c.
 */
#include "tests/unit/patient_bench.h"

#define KG 9.80665

static const struct bench_exercise THRUST = {"hip_thrust", CONTACT_BOX, ANCHOR_NONE, DETECTOR_THRUST, true, false};

static void assert_near(double value, double wanted, double tolerance)
{
    if (!(fabs(value - wanted) <= tolerance))
        fail_msg("%g is not %g +- %g", value, wanted, tolerance);
}

/* --- "tap of the trailing foot, pre-tension, thump, fatigue, drift" ---------------------------------------------- */

static double highest_in(const struct bench *b, int64_t from_ns, int64_t to_ns)
{
    double most = -1e9;
    for (int i = 0; i < b->n_steps; i++)
        if (physics_ns(BENCH_START, i) >= from_ns && physics_ns(BENCH_START, i) < to_ns && b->clean_n[i] > most)
            most = b->clean_n[i];
    return most;
}

static double clean_at(const struct bench *b, int64_t t_ns)
{
    return b->clean_n[(t_ns - BENCH_START) / STEP_NS];
}

static void test_the_trailing_foot_taps_with_3_to_6_per_cent(void **state)
{
    (void)state;
    struct patient_setup setup = bench_setup(2);
    struct bench *b = bench_paced(&setup, &BENCH_STEP, 3);
    for (int i = 0; i < 3; i++) {
        int64_t on_ns = b->truths[i].con_move_end_ns;
        double tap = highest_in(b, on_ns, on_ns + 80 * NS_PER_MS) / (80 * KG) - 1;
        assert_true(tap > 0.03 && tap < 0.06);
        assert_near(clean_at(b, on_ns + 85 * NS_PER_MS), 80 * KG, 0.01); /* 50-80 ms */
    }
    bench_close(b);
}

/* Between what the feet carry at rest and what they carry as the pelvis leaves and comes down. */
static void test_pretension_and_unloading_take_what_they_should(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        struct patient_setup setup = bench_setup(seed);
        struct bench *b = bench_paced(&setup, &BENCH_BRIDGE, 3);
        for (int i = 0; i < 3; i++) {
            const struct patient_truth *t = &b->truths[i];
            double rest = (double)t->rest_mn / 1000, off = clean_at(b, t->con_move_ns);
            assert_true(rest > 0.10 * 80 * KG && rest < 0.14 * 80 * KG);
            assert_near(off / (80 * KG), 0.33, 0.02);
            assert_true(clean_at(b, t->con_move_ns - 190 * NS_PER_MS) < off - 1); /* 0.2-0.5 s before */
            assert_near(clean_at(b, t->con_move_ns - 510 * NS_PER_MS), rest, 0.01);
            assert_true(clean_at(b, t->ecc_move_end_ns + 140 * NS_PER_MS) > rest + 1); /* 0.15-0.4 s after */
            assert_near(clean_at(b, t->ecc_move_end_ns + 410 * NS_PER_MS), rest, 0.01);
        }
        bench_close(b);
    }
}

static void test_a_dropped_pelvis_thumps(void **state)
{
    (void)state;
    struct patient_setup setup = bench_setup(4);
    setup.oddity = PATIENT_DROPPED_ECC;
    struct bench *b = bench_paced(&setup, &BENCH_BRIDGE, 2);
    const struct patient_truth *t = &b->truths[0];
    assert_near((double)(t->ecc_move_end_ns - t->ecc_move_ns) / 1e9, 0.3, 0.001);
    /* 30 ms later the feet have hardly let go, but the floor takes the blow: 5 % BW less. */
    double off = 80 * KG * hips_share(&HIPS_BRIDGE, 0, false);
    assert_true(clean_at(b, t->ecc_move_end_ns + 30 * NS_PER_MS) < off - 0.05 * 80 * KG);
    bench_close(b);
}

static void test_movements_get_shorter_by_as_much_as_the_patient_tires(void **state)
{
    (void)state;
    static const int32_t tired[] = {100, 300};
    for (int i = 0; i < 2; i++) {
        struct patient_setup setup = bench_setup(6);
        setup.fatigue_milli = tired[i];
        setup.skill_milli = 0;
        struct bench *b = bench_paced(&setup, &BENCH_CURL, 10);
        double first = (double)(b->truths[0].ecc_move_end_ns - b->truths[0].ecc_move_ns);
        double last = (double)(b->truths[9].ecc_move_end_ns - b->truths[9].ecc_move_ns);
        assert_near(1 - last / first, tired[i] / 1000.0, 0.03);
        bench_close(b);
    }
}

static void test_the_zero_drifts_20_g_a_minute_for_ten_minutes(void **state)
{
    (void)state;
    struct patient_setup setup = bench_setup(7);
    setup.oddity = PATIENT_DRIFT;
    struct bench *b = bench_open(&setup, &BENCH_CURL);
    bench_run(b, BENCH_START + 300 * NS_PER_S);
    for (int i = 0; i < b->n_samples; i++) {
        double s = (double)(b->samples[i].stamp_ns - BENCH_START) / 1e9;
        assert_near(b->samples[i].u.force.force_mn / 1000.0, 0.020 * KG * s / 60, 0.02);
    }
    double at_end_n = world_step(&b->patient->world, BENCH_START + 600 * NS_PER_S, 0);
    assert_near(at_end_n, 0.2 * KG, 0.02);
    assert_near(world_step(&b->patient->world, BENCH_START + 900 * NS_PER_S, 0), at_end_n, 0.001);
    bench_close(b);
}

/* --- "bridge and thrust under the feet", "step-up: F = M (g + a) s(t)" ------------------------------------------- */

/* The planar body anew: shoulders at 0, hips on a circle of 0.45 m, ankles 0.89 m away. */
static double share_of_feet(double hip_y, double ankle_y)
{
    double hip_x = sqrt(0.45 * 0.45 - hip_y * hip_y), dx = 0.89 - hip_x, dy = ankle_y - hip_y, d = hypot(dx, dy);
    double knee_x = hip_x + dx / 2 - dy / d * sqrt(0.43 * 0.43 - d * d / 4);
    double thigh_x = hip_x + 0.433 * (knee_x - hip_x), shank_x = knee_x + 0.433 * (0.89 - knee_x);
    return (0.497 * hip_x * 0.20 / 0.45 + 2 * 0.100 * thigh_x + 2 * 0.0465 * shank_x) / 0.89;
}

static void test_feet_carry_the_moment_about_the_shoulders(void **state)
{
    (void)state;
    for (double lift = 0; lift <= 1; lift += 0.25) {
        assert_near(hips_share(&HIPS_BRIDGE, lift, false), share_of_feet(0.25 * lift, 0), 0.001);
        assert_near(hips_share(&HIPS_THRUST, lift, false), share_of_feet(-0.24 + 0.24 * lift, -0.30), 0.001);
    }
    double sag = hips_share(&HIPS_BRIDGE, 0, false) - hips_share(&HIPS_BRIDGE, 1, false);
    assert_true(sag > 0.01 && sag < 0.03); /* a bridge sags 1-3 % BW to the top */
    double rise = hips_share(&HIPS_THRUST, 1, false) - hips_share(&HIPS_THRUST, 0, false);
    assert_true(rise > 0.045 && rise < 0.065); /* a thrust rises 5-6 % BW */
}

/*
 * How much of the load's rise half of the height gives: 0.5 + a quarter of the bend. Bodies and benches that differ bend
 * it differently, and those who ask for an average one get that.
 */
static void test_bodies_and_benches_differ(void **state)
{
    (void)state;
    double least = 1, most = 0;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        static struct body body;
        struct rng rng;
        struct patient_setup setup = bench_setup(seed);
        rng_seed(&rng, seed, RNG_BODY);
        body_begin(&body, BODY_THRUST, &setup, &rng);
        assert_near(hips_share(&body.hips, 0.5, false), hips_share(&HIPS_THRUST, 0.5, false), 1e-12);
        setup.own_lengths = true;
        body_begin(&body, BODY_THRUST, &setup, &rng);
        struct hips first = body.hips;
        body_begin(&body, BODY_THRUST, &setup, &rng);
        assert_near(body.hips.rise_m, first.rise_m, 0); /* the same body in the next set */
        double off = hips_share(&first, 0, false), rise = hips_share(&first, 1, false) - off;
        double bend = 4 * ((hips_share(&first, 0.5, false) - off) / rise - 0.5);
        assert_true(rise > 0.025 && rise < 0.095 && bend > 0.35 && bend < 1.25);
        assert_true(hips_rest(&first, false) < off);
        least = bend < least ? bend : least;
        most = bend > most ? bend : most;
    }
    assert_true(least < 0.6 && most > 0.95);
}

/* 0.14 M a_hip: halfway into the speeding up of a quick thrust the feet carry more than the posture asks for. */
static void test_hips_that_speed_up_weigh_014_m_a(void **state)
{
    (void)state;
    struct patient_setup setup = bench_setup(8);
    setup.skill_milli = setup.fatigue_milli = 0;
    struct bench *b = bench_open(&setup, &THRUST);
    b->rx.dose.tempo_ms[PHASE_CON] = 1000;
    bench_paced_set(b, 2);
    const struct patient_truth *t = &b->truths[1];
    for (int ms = 100; ms <= 400; ms += 100) {
        double u = ms / 1000.0, pos = u * u * u * (10 - 15 * u + 6 * u * u), acc = u * (60 - 180 * u + 120 * u * u);
        double posture = 80 * KG * hips_share(&HIPS_THRUST, pos, false);
        assert_near(clean_at(b, t->con_move_ns + ms * NS_PER_MS), posture + 0.14 * 80 * 0.24 * acc, 3);
    }
    bench_close(b);
}

/* However it moves: nobody pulls the box up, and no leg pushes with more than 2.3 times the weight. */
static void test_a_step_up_is_never_less_than_nothing(void **state)
{
    (void)state;
    static const enum patient_case ways[] = {PATIENT_PLAIN,         PATIENT_DROPPED_ECC,  PATIENT_TEMPO_DOUBLES,
                                             PATIENT_DOUBLE_BOUNCE, PATIENT_TWO_PART_CON, PATIENT_PAUSE_IN_ECC};
    for (int i = 0; i < 4 * 6; i++) {
        struct patient_setup setup = bench_setup((uint64_t)i + 1);
        setup.oddity = ways[i / 4];
        setup.edge = (enum patient_edge)(i % 4);
        setup.fatigue_milli = 300;
        struct bench *b = bench_open(&setup, &BENCH_STEP);
        b->rx.dose.tempo_ms[PHASE_CON] = 1000;
        b->rx.dose.tempo_ms[PHASE_ECC] = 1200;
        bench_paced_set(b, 8);
        for (int k = 0; k < b->n_steps; k++)
            if (b->clean_n[k] < -1e-9 || b->clean_n[k] > 2.3 * 80 * KG)
                fail_msg("%s, edge %d: %.0f N at %.2f s", patient_case_str(setup.oddity), i % 4, b->clean_n[k],
                         (double)k / PHYSICS_HZ);
        bench_close(b);
    }
}

/* On the way down, while the box carries everything: the first quarter is before the trailing foot meets the floor. */
static void test_a_step_up_weighs_m_times_g_and_a(void **state)
{
    (void)state;
    struct patient_setup setup = bench_setup(9);
    setup.skill_milli = setup.fatigue_milli = 0;
    struct bench *b = bench_open(&setup, &BENCH_STEP);
    b->rx.dose.tempo_ms[PHASE_ECC] = 2000;
    bench_paced_set(b, 2);
    const struct patient_truth *t = &b->truths[0];
    double s = (double)(t->ecc_move_end_ns - t->ecc_move_ns) / 1e9, u = 0.25;
    double acc = -u * (60 - 180 * u + 120 * u * u) / (s * s) * b->patient->body.step_m;
    assert_near(clean_at(b, t->ecc_move_ns + (int64_t)(u * s * 1e9)), 80 * (KG + acc), 1);
    bench_close(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_trailing_foot_taps_with_3_to_6_per_cent),
        cmocka_unit_test(test_pretension_and_unloading_take_what_they_should),
        cmocka_unit_test(test_a_dropped_pelvis_thumps),
        cmocka_unit_test(test_movements_get_shorter_by_as_much_as_the_patient_tires),
        cmocka_unit_test(test_the_zero_drifts_20_g_a_minute_for_ten_minutes),
        cmocka_unit_test(test_feet_carry_the_moment_about_the_shoulders),
        cmocka_unit_test(test_bodies_and_benches_differ),
        cmocka_unit_test(test_hips_that_speed_up_weigh_014_m_a),
        cmocka_unit_test(test_a_step_up_is_never_less_than_nothing),
        cmocka_unit_test(test_a_step_up_weighs_m_times_g_and_a),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
