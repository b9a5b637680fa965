/* SPDX-License-Identifier: MIT */
/* What a variation weighs: one leg, a dumbbell on the hips, dumbbells in the hands; and that the bench draws all of them. */
#include "tests/unit/patient_bench.h"

#include <math.h>

#include "tests/bench/vary.h"

#define KG 9.80665

static const struct bench_exercise THRUST = {"hip_thrust", CONTACT_BOX, ANCHOR_NONE, DETECTOR_THRUST, true, false};

static double clean_at(const struct bench *b, int64_t t_ns)
{
    return b->clean_n[(t_ns - BENCH_START) / STEP_NS];
}

/* Two reps of 80 kg: rest and plateau before and on top of the second. */
static void weigh(const struct bench_exercise *kind, const char *variation, int32_t load_g, double *ret_rest_n,
                  double *ret_top_n, struct patient_truth *ret_truth)
{
    struct patient_setup setup = bench_setup(3);
    setup.skill_milli = setup.fatigue_milli = 0;
    struct bench *b = bench_open(&setup, kind);
    memcpy(b->snapshot.variation, variation, strlen(variation));
    b->rx.dose.load_g = load_g;
    bench_paced_set(b, 2);
    *ret_truth = b->truths[1];
    int64_t top_ns = (ret_truth->con_move_end_ns + ret_truth->ecc_move_ns) / 2;
    *ret_rest_n = clean_at(b, b->truths[0].con_move_ns - NS_PER_S);
    *ret_top_n = clean_at(b, top_ns);
    bench_close(b);
}

static void near(double got, double wanted, double within)
{
    if (!(fabs(got - wanted) <= within))
        fail_msg("%.3f, not %.3f +- %.3f", got, wanted, within);
}

/* The one foot carries what both did once the pelvis is up, and half of what lies on the box before. */
static void test_one_leg_rests_with_half_and_carries_all(void **state)
{
    static const struct bench_exercise *const kinds[] = {&BENCH_BRIDGE, &THRUST};
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct patient_truth two, one;
        double rest_n, top_n, single_rest_n, single_top_n;
        weigh(kinds[i], "standard", 0, &rest_n, &top_n, &two);
        weigh(kinds[i], "single", 0, &single_rest_n, &single_top_n, &one);
        near(single_rest_n, rest_n / 2, 0.01);
        near(single_top_n, top_n, 0.01);
        near((double)one.rest_mn / 1000, single_rest_n, 0.01);
        near((double)one.peak_mn / 1000, single_top_n - single_rest_n, 0.01);
        assert_true(one.con_ns != ABSENT && one.end_ns != ABSENT);
    }
}

/* On the hips, 0.45 m of the 0.89 m from shoulders to ankles with the hips as high as the shoulders. */
static void test_a_dumbbell_on_the_hips_weighs_half_on_top_and_nothing_on_the_floor(void **state)
{
    struct patient_truth bare, loaded;
    double rest_n, top_n, loaded_rest_n, loaded_top_n;
    (void)state;
    weigh(&THRUST, "standard", 0, &rest_n, &top_n, &bare);
    weigh(&THRUST, "loaded", 20000, &loaded_rest_n, &loaded_top_n, &loaded);
    near(loaded_rest_n, rest_n, 0.01);
    near(loaded_top_n - top_n, 20 * KG * 0.45 / 0.89, 0.01);
    /* It rises by more, at other heights: the crossings of what it rises by are those of the same movement nearly. */
    assert_true(loaded.rise_ns != ABSENT && loaded.top_ns > loaded.rise_ns && loaded.sunk_ns > loaded.ecc_ns);
}

static void test_dumbbells_in_the_hands_weigh_all_they_weigh(void **state)
{
    struct patient_truth bare, loaded;
    double rest_n, top_n, loaded_rest_n, loaded_top_n;
    (void)state;
    weigh(&BENCH_STEP, "standard", 0, &rest_n, &top_n, &bare);
    weigh(&BENCH_STEP, "loaded", 16000, &loaded_rest_n, &loaded_top_n, &loaded);
    near(top_n, 80 * KG, 0.01);
    near(loaded_top_n, 96 * KG, 0.01);
    near(loaded_rest_n / rest_n, 96.0 / 80, 0.001);
}

/* A load that is prescribed for what nobody carries it in changes nothing. */
static void test_a_load_is_no_part_of_a_curl(void **state)
{
    struct patient_truth bare, loaded;
    double rest_n, top_n, loaded_rest_n, loaded_top_n;
    (void)state;
    weigh(&BENCH_CURL, "standard", 0, &rest_n, &top_n, &bare);
    weigh(&BENCH_CURL, "standard", 9000, &loaded_rest_n, &loaded_top_n, &loaded);
    near(loaded_rest_n, rest_n, 1e-9);
    near(loaded_top_n, top_n, 1e-9);
}

/* --- the bench's rows -------------------------------------------------------------------------------------------- */

/* Each variety is played to its end, in a row of its own, and what it prescribes is what was asked for. */
static void test_the_bench_plays_every_variety(void **state)
{
    const struct bench_options options = {.seed = 1, .sets = 1};
    char dir[4096], err[EXERCISE_ERR_LEN], name[ROW_NAME_LEN];
    struct exercise_set *exercises = NULL;
    static struct watch watch;
    struct bench_session session;
    (void)state;
    assert_int_equal(exercise_dir_default(dir, sizeof dir), 0);
    assert_int_equal(exercise_dir_load(dir, &exercises, err, sizeof err), 0);
    for (int i = 0; i < BENCH_VARIETIES; i++) {
        draw_session(&options, BENCH_VARIED_FROM + i, exercises, &session);
        assert_string_equal(session.row, draw_target_name(BENCH_TARGET_VARIED + i, name));
        assert_ptr_equal(session.setup, &bench_setups[draw_target_setup(BENCH_TARGET_VARIED + i)]);
        watch_session(&watch, &session);
        if (watch.error != 0 || watch.ended != SESSION_DONE)
            fail_msg("%s: %d, %s %s\n%s", session.row, watch.error, watch.result.refusal.path,
                     watch.result.refusal.reason, session.rx);
        assert_true(watch.truths >= 2 * session.reps);
    }
    exercise_set_free(exercises);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_leg_rests_with_half_and_carries_all),
        cmocka_unit_test(test_a_dumbbell_on_the_hips_weighs_half_on_top_and_nothing_on_the_floor),
        cmocka_unit_test(test_dumbbells_in_the_hands_weigh_all_they_weigh),
        cmocka_unit_test(test_a_load_is_no_part_of_a_curl),
        cmocka_unit_test(test_the_bench_plays_every_variety),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
