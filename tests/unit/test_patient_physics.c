/* SPDX-License-Identifier: MIT */
/*
 * The simulated patient against what it was specified to be, sentence by sentence. Others elsewhere: test_patient.c has
 * the truth of curls and step-ups against a scan, and the 4 g through the calibration; test_patient_parts.c the shares
 * of the edges; test_patient_cases.c and tests/answers every case on demand; test_patient_weights.c what bodies weigh and do.
 */
#include "tests/unit/patient_bench.h"

#define KG 9.80665

static void assert_near(double value, double wanted, double tolerance)
{
    if (!(fabs(value - wanted) <= tolerance))
        fail_msg("%g is not %g +- %g", value, wanted, tolerance);
}

/* --- converter: "480 Hz physics, four output periods, stamps at read-out, own clock error of +-5 %" -------------- */

/* Reads outputs of a force that steps from 0 to 1000 N at the start of output `at`; returns after how many it is there. */
static int periods_to_settle(int32_t sps_milli, double *ret_s)
{
    struct patient_setup setup = bench_setup(1);
    struct converter converter;
    int64_t rate, k = 0;
    setup.sps_milli = sps_milli;
    setup.calibration = (struct calibration){.valid = true, .counts_per_n_milli = 1000};
    converter_init(&converter, &setup, &rate);
    int64_t step_ns = setup.start_ns + 10 * converter.period_ns;
    for (int n = 0; n < 40; n++) {
        int64_t ready_ns = converter.ready_ns;
        for (; physics_ns(setup.start_ns, k) <= ready_ns; k++)
            converter_take(&converter, k, physics_ns(setup.start_ns, k) > step_ns ? 1000 : 0);
        int32_t counts = converter_read(&converter, &setup.calibration, setup.start_ns, k - 1);
        assert_true(converter.stamp_ns >= converter.ready_ns);
        assert_true(converter.stamp_ns < converter.ready_ns + NS_PER_MS); /* of the next one's read-out */
        if (counts == 1000) {
            *ret_s = (double)(ready_ns - step_ns) / 1e9;
            return n + 1 - 10;
        }
    }
    return -1;
}

static void test_an_output_settles_in_four_periods(void **state)
{
    double s;
    (void)state;
    assert_int_equal(physics_ns(0, 480), NS_PER_S);
    assert_int_equal(periods_to_settle(80000, &s), 4);
    assert_near(s, 0.050, 0.001);
    assert_int_equal(periods_to_settle(10000, &s), 4);
    assert_near(s, 0.400, 0.001);
}

static void test_clock_errors_fill_5_per_cent_to_both_sides(void **state)
{
    (void)state;
    double least = 1, most = -1;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct patient_setup setup = bench_setup(seed);
        struct converter converter;
        int64_t rate;
        setup.clock_error_ppm = ABSENT_PPM;
        converter_init(&converter, &setup, &rate);
        double error = (double)rate / setup.sps_milli - 1;
        assert_true(fabs(error) <= 0.05 + 1e-6);
        least = error < least ? error : least;
        most = error > most ? error : most;
    }
    assert_true(least < -0.04 && most > 0.04);
}

static void test_noise_is_4_g_at_80_sps_and_grows_with_the_root_of_the_rate(void **state)
{
    (void)state;
    static const int32_t rates[] = {10000, 80000, 320000};
    struct patient_setup setup;
    patient_setup_default(&setup);
    for (int i = 0; i < 3; i++) {
        struct converter converter;
        int64_t rate;
        setup.sps_milli = rates[i];
        converter_init(&converter, &setup, &rate);
        assert_near(converter.noise_n, 0.004 * KG * sqrt(rates[i] / 80000.0), 0.0005);
    }
}

/* --- "edges: minimum jerk, constant speed, early and late skew" -------------------------------------------------- */

static double half_way_at(enum patient_edge edge)
{
    struct move move = {.start_ns = 0, .dur_s = 1, .from = 0, .to = 1, .edge = edge, .skew = 0.6};
    double half = 0, last = 0;
    for (int64_t t = 0; t <= NS_PER_S; t += NS_PER_MS) {
        double pos = move_at(&move, t).pos;
        assert_true(pos >= last - 1e-12); /* never back */
        half = pos < 0.5 ? (double)t / 1e9 : half;
        last = pos;
    }
    assert_near(move_at(&move, NS_PER_MS).pos, 0, 1.1e-3); /* constant speed knows no beginning */
    assert_near(move_at(&move, NS_PER_S).pos, 1, 1e-9);
    return half;
}

static void test_edges_are_even_early_or_late(void **state)
{
    (void)state;
    assert_near(half_way_at(PATIENT_EDGE_MIN_JERK), 0.5, 0.002);
    assert_near(half_way_at(PATIENT_EDGE_CONSTANT), 0.5, 0.002);
    assert_true(half_way_at(PATIENT_EDGE_EARLY) < 0.4);
    assert_true(half_way_at(PATIENT_EDGE_LATE) > 0.6);
}

/* Why an onset without a p has no meaning. */
static void test_a_ramp_of_3_s_moves_5_per_cent_in_its_first_057_s(void **state)
{
    (void)state;
    struct move move = {.start_ns = 0, .dur_s = 3, .from = 0, .to = 1, .edge = PATIENT_EDGE_MIN_JERK};
    assert_true(move_at(&move, 565 * NS_PER_MS).pos < 0.05);
    assert_true(move_at(&move, 575 * NS_PER_MS).pos > 0.05);
}

/* --- "sway as an AR(2) resonance at 4.5 Hz, 2 Hz wide"; tremor of 8-12 Hz; ringing at 10-20 Hz ------------------- */

static double gain_at(const struct ar2_kind *kind, double hz)
{
    double w = 2 * M_PI * hz / PHYSICS_HZ;
    double re = 1 - kind->a1 * cos(w) - kind->a2 * cos(2 * w), im = kind->a1 * sin(w) + kind->a2 * sin(2 * w);
    return 1 / (re * re + im * im); /* power */
}

static void assert_resonance(const struct ar2_kind *kind, double peak_hz, double width_hz)
{
    double most = 0, at = 0, lo = 0, hi = 0;
    for (double hz = 0.5; hz < 40; hz += 0.01) {
        double gain = gain_at(kind, hz);
        at = gain > most ? hz : at;
        most = gain > most ? gain : most;
    }
    for (double hz = 0.5; hz < 40; hz += 0.01) {
        bool over = gain_at(kind, hz) > most / 2;
        lo = over && lo == 0 ? hz : lo;
        hi = over ? hz : hi;
    }
    assert_near(at, peak_hz, 0.3);
    assert_near(hi - lo, width_hz, 0.3);
}

static void test_sway_tremor_and_ringing_have_their_frequencies(void **state)
{
    (void)state;
    assert_resonance(&AR2_SWAY, 4.5, 2);
    assert_resonance(&AR2_TREMOR, 10, 4);
    assert_resonance(&AR2_RING, 15, 2.65); /* 1 / (pi 0.12 s) */
}

/* --- "hands as an Ornstein-Uhlenbeck process (tau 2 s) plus steps" ----------------------------------------------- */

static void test_hands_wander_with_a_memory_of_2_s(void **state)
{
    (void)state;
    struct patient_setup setup = bench_setup(3);
    struct world world;
    static double ring[2 * PHYSICS_HZ];
    double sq = 0, lag = 0, sd_n = 0.3 * KG;
    int n = 20000 * PHYSICS_HZ;
    world_init(&world, &setup);
    world.hand_sd_n = sd_n;
    for (int k = 0; k < n; k++) {
        double x = world_step(&world, physics_ns(setup.start_ns, k), 800) - 800;
        if (k >= 2 * PHYSICS_HZ)
            lag += x * ring[k % (2 * PHYSICS_HZ)];
        ring[k % (2 * PHYSICS_HZ)] = x;
        sq += x * x;
    }
    assert_near(sqrt(sq / n) / sd_n, 1, 0.05);
    /* 2 s later; of the steps, a quarter, 84 % still stand: a grip lasts 5-20 s. */
    assert_near(lag / sq, 0.75 * exp(-1) + 0.25 * 0.84, 0.05);
}

static void test_hands_lean_in_steps_of_3_kg(void **state)
{
    (void)state;
    struct patient_setup setup = bench_setup(5);
    struct world world;
    double least = 0;
    setup.oddity = PATIENT_LEANING_STEPS;
    struct bench *b = bench_open(&setup, &BENCH_CURL);
    bench_paced_set(b, 4);
    for (int i = 0; i < b->n_samples; i++) {
        double n = b->samples[i].u.force.force_mn / 1000.0 - 80 * KG;
        if (b->samples[i].stamp_ns > b->truths[0].con_move_ns && b->samples[i].stamp_ns < b->truths[3].ecc_move_end_ns)
            least = n < least ? n : least;
    }
    assert_near(least, -3 * KG, 0.5 * KG);
    bench_close(b);
    world_init(&world, &setup);
    assert_near(world_step(&world, setup.start_ns, 5), 5, 1e-9); /* nothing acts by itself */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_output_settles_in_four_periods),
        cmocka_unit_test(test_clock_errors_fill_5_per_cent_to_both_sides),
        cmocka_unit_test(test_noise_is_4_g_at_80_sps_and_grows_with_the_root_of_the_rate),
        cmocka_unit_test(test_edges_are_even_early_or_late),
        cmocka_unit_test(test_a_ramp_of_3_s_moves_5_per_cent_in_its_first_057_s),
        cmocka_unit_test(test_sway_tremor_and_ringing_have_their_frequencies),
        cmocka_unit_test(test_hands_wander_with_a_memory_of_2_s),
        cmocka_unit_test(test_hands_lean_in_steps_of_3_kg),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
