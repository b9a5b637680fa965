/* SPDX-License-Identifier: MIT */
/* The parts of the simulated patient against known answers: movements, chance, converter, hands. */
#include "tests/unit/patient_bench.h"

/* --- known answers of the shapes --------------------------------------------------------------------------------- */

/* Share of the duration between 10 % and 90 % of the way, by bisection. */
static double share_10_90(enum patient_edge edge, double blend)
{
    struct move move = {.start_ns = 0, .dur_s = 1, .from = 0, .to = 1, .edge = edge, .blend = blend, .skew = 0.6};
    int64_t at[2] = {0, 0};
    for (int64_t t = 0; t < NS_PER_S; t += NS_PER_MS) {
        double pos = move_at(&move, t).pos;
        if (pos < 0.1)
            at[0] = t;
        if (pos < 0.9)
            at[1] = t;
    }
    return (double)(at[1] - at[0]) / 1e9;
}

static void test_crossings_are_the_known_share_of_a_movement(void **state)
{
    (void)state;
    assert_true(fabs(share_10_90(PATIENT_EDGE_MIN_JERK, 0) - 0.51) < 0.01);
    assert_true(fabs(share_10_90(PATIENT_EDGE_CONSTANT, 0) - 0.80) < 0.003);
    /* its blends make the middle faster: 0.8 x 0.9 */
    assert_true(fabs(share_10_90(PATIENT_EDGE_CONSTANT, 0.1) - 0.72) < 0.003);
    /* w = u (1 +- 0.6 (1 - u)) at minimum jerk's w = 0.247 and 0.753 */
    assert_true(fabs(share_10_90(PATIENT_EDGE_EARLY, 0) - 0.446) < 0.003);
    assert_true(fabs(share_10_90(PATIENT_EDGE_LATE, 0) - 0.446) < 0.003);
}

static void test_a_movement_begins_where_the_last_was_left(void **state)
{
    (void)state;
    struct axis axis;
    axis_reset(&axis, 0);
    axis_to(&axis, 0, 2, 1, PATIENT_EDGE_MIN_JERK);
    axis_to(&axis, NS_PER_S, 1, 0, PATIENT_EDGE_MIN_JERK);
    double half = axis_at(&axis, NS_PER_S - 1).pos;
    assert_true(fabs(half - 0.5) < 1e-6);
    assert_true(fabs(axis_at(&axis, NS_PER_S + 1).pos - half) < 1e-6);
    assert_true(fabs(axis_at(&axis, 2 * NS_PER_S).pos) < 1e-12);
}

static void test_chance_has_the_moments_it_should(void **state)
{
    (void)state;
    struct rng rng;
    struct ar2 sway = {0}, tremor = {0};
    double sum = 0, sq = 0, sway_sq = 0, tremor_sq = 0;
    int n = 480000;
    rng_seed(&rng, 7, RNG_SWAY);
    for (int i = 0; i < n; i++) {
        double x = rng_gauss(&rng), s = ar2_step(&sway, &AR2_SWAY, &rng), t = ar2_step(&tremor, &AR2_TREMOR, &rng);
        sum += x;
        sq += x * x;
        sway_sq += s * s;
        tremor_sq += t * t;
    }
    assert_true(fabs(sum / n) < 0.01);
    assert_true(fabs(sq / n - 1) < 0.01);
    assert_true(fabs(sway_sq / n - 1) < 0.1);
    assert_true(fabs(tremor_sq / n - 1) < 0.1);
}

/* First outputs of xoshiro256** from the state 1 2 3 4, as its reference implementation gives them. */
static void test_generator_is_the_published_one(void **state)
{
    (void)state;
    struct rng rng = {.s = {1, 2, 3, 4}};
    assert_true(rng_next(&rng) == UINT64_C(11520));
    assert_true(rng_next(&rng) == UINT64_C(0));
    assert_true(rng_next(&rng) == UINT64_C(1509978240));
    assert_true(rng_next(&rng) == UINT64_C(1215971899390074240));
}

/* --- converter --------------------------------------------------------------------------------------------------- */

static void test_converter_averages_four_periods(void **state)
{
    (void)state;
    const int32_t rates[] = {10000, 80000, 320000};
    for (int i = 0; i < 3; i++) {
        struct patient_setup setup = bench_setup(3);
        struct converter converter;
        int64_t rate = 0, k = 0;
        setup.sps_milli = rates[i];
        setup.calibration = (struct calibration){.valid = true, .counts_per_n_milli = 1000};
        converter_init(&converter, &setup, &rate);
        assert_int_equal(rate, rates[i]);
        for (int n = 0; n < 40; n++) { /* a ramp of 1000 N/s: its mean is its value two periods ago */
            int64_t ready = converter.ready_ns;
            for (; physics_ns(setup.start_ns, k) <= ready; k++)
                converter_take(&converter, k, 1000.0 * (double)k / PHYSICS_HZ);
            int32_t counts = converter_read(&converter, &setup.calibration, setup.start_ns, k - 1);
            double delayed = (double)(ready - setup.start_ns) / 1e6 - 2e6 / rates[i];
            if (n >= 4) /* counts are ms here: within a physics step and the rounding */
                assert_true(fabs(counts - delayed) < 1000.0 / PHYSICS_HZ + 0.5);
        }
    }
}

/* --- hands ------------------------------------------------------------------------------------------------------- */

static void test_bounces_end_within_8_ms_at_the_right_level(void **state)
{
    (void)state;
    int bounced = 0;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        struct patient_setup setup = bench_setup(seed);
        struct hands hands;
        setup.bounce = true;
        hands_init(&hands, &setup);
        hands_press(&hands, NS_PER_S, 150 * NS_PER_MS, BUTTON_STOP);
        bool level = false;
        int64_t last = 0;
        for (int edges = 0; hands_busy(&hands); edges++) {
            struct edge edge = hands_take(&hands);
            int64_t since = edge.at_ns - NS_PER_S;
            assert_true(edge.at_ns >= last && edge.pressed != level);
            assert_true(since <= 8 * NS_PER_MS || (since >= 150 * NS_PER_MS && since <= 158 * NS_PER_MS));
            if (since >= 8 * NS_PER_MS && last < NS_PER_S + 8 * NS_PER_MS)
                assert_true(level); /* pressed all the time in between */
            bounced += edges > 2;
            level = edge.pressed;
            last = edge.at_ns;
        }
        assert_false(level);
    }
    assert_true(bounced > 20);
}

/* --- the same everywhere ------------------------------------------------------------------------------------------- */

static uint64_t fold(uint64_t hash, uint64_t value)
{
    return (hash ^ value) * UINT64_C(1099511628211); /* FNV-1a, a word at a time */
}

static uint64_t hash_of_runs(void)
{
    const struct bench_exercise *kinds[] = {&BENCH_CURL, &BENCH_STEP, &BENCH_BRIDGE, &BENCH_HEEL};
    const enum patient_case cases[] = {PATIENT_PLAIN,   PATIENT_PLAIN, PATIENT_HAND_LEAN,    PATIENT_KICKED,
                                       PATIENT_PARTIAL, PATIENT_CREEP, PATIENT_HEEL_STRIKES, PATIENT_TWO_PART_CON,
                                       PATIENT_DRIFT,   PATIENT_NOISE, PATIENT_LATE_BURST};
    uint64_t hash = UINT64_C(1469598103934665603);
    for (uint64_t seed = 0; seed < 22; seed++) {
        struct patient_setup setup;
        patient_setup_default(&setup);
        setup.seed = seed;
        setup.oddity = cases[seed / 2];
        setup.start_ns = BENCH_START;
        setup.edge = (enum patient_edge)(seed % PATIENT_EDGE_COUNT);
        setup.blend_milli = (int32_t)(seed % 5) * 50;
        struct bench *b = bench_open(&setup, kinds[seed % 4]);
        bench_paced_set(b, 3);
        for (int i = 0; i < b->n_samples; i++)
            hash = fold(fold(hash, (uint64_t)b->samples[i].stamp_ns), (uint32_t)b->samples[i].u.force.raw);
        for (int i = 0; i < b->n_truths; i++)
            hash = fold(fold(hash, (uint64_t)b->truths[i].top_ns), (uint64_t)b->truths[i].end_ns);
        bench_close(b);
    }
    return hash;
}

/*
 * One number for 500 s of samples with everything in them: gcc and clang, -O0 and -O3, x86-64 and aarch64 gave it. When
 * the physics is changed on purpose the number changes with it, and the commit says why.
 */
struct range {
    double lo, hi;
};

static void take(struct range *range, double v)
{
    range->lo = range->lo < v ? range->lo : v;
    range->hi = range->hi > v ? range->hi : v;
}

/* 400 draws of a range leave less than a fiftieth of it at either end, all but once in a thousand times. */
static void assert_fills(const struct range *range, double lo, double hi)
{
    double margin = (hi - lo) / 50;
    assert_true(range->lo >= lo && range->lo <= lo + margin);
    assert_true(range->hi <= hi && range->hi >= hi - margin);
}

static void test_bodies_differ_as_the_physics_say(void **state)
{
    (void)state;
    struct range sway = {1, 0}, foot = {1, 0}, tap = {1, 0}, tap_s = {1, 0}, tremor = {1, 0};
    struct patient_setup setup;
    patient_setup_default(&setup);
    for (uint64_t seed = 1; seed <= 400; seed++) {
        struct body body = {0};
        struct rng rng;
        rng_seed(&rng, seed, RNG_BODY);
        body_begin(&body, BODY_STEP, &setup, &rng);
        take(&sway, body.sway);
        take(&foot, body.foot);
        take(&tap, body.tap);
        take(&tap_s, (double)body.tap_len_ns / NS_PER_S);
        take(&tremor, body.tremor);
    }
    assert_fills(&sway, 0.004, 0.01); /* on one leg */
    assert_fills(&foot, 0.08, 0.15);
    assert_fills(&tap, 0.03, 0.06);
    assert_fills(&tap_s, 0.05, 0.08);
    assert_fills(&tremor, 0.005, 0.02);
}

static void test_every_machine_gives_the_same_bits(void **state)
{
    (void)state;
    assert_true(hash_of_runs() == UINT64_C(0x7145da858ba714cc));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crossings_are_the_known_share_of_a_movement),
        cmocka_unit_test(test_a_movement_begins_where_the_last_was_left),
        cmocka_unit_test(test_chance_has_the_moments_it_should),
        cmocka_unit_test(test_generator_is_the_published_one),
        cmocka_unit_test(test_converter_averages_four_periods),
        cmocka_unit_test(test_bodies_differ_as_the_physics_say),
        cmocka_unit_test(test_every_machine_gives_the_same_bits),
        cmocka_unit_test(test_bounces_end_within_8_ms_at_the_right_level),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
