/* SPDX-License-Identifier: MIT */
/*
 * Step-ups up and down at one speed, without slowing down before the foot lands: nobody holds on to anything, and nearly
 * every rep has its phases. GYMSTATION_SEED=N begins at another patient.
 */
#include "tests/unit/session_bench.h"

#define PATIENTS 6
#define REPS     10

static const char rx[] =
    "{\"v\":1,\"rev\":1,\"id\":\"rx\",\"by\":\"test\",\"ask\":[],\"items\":[{\"exercise\":\"step_up\","
    "\"side\":\"left\",\"sets\":1,\"reps_min\":10,\"reps_max\":10,\"rest_s\":20,"
    "\"tempo\":{\"con_s\":2.8,\"top_s\":0.8,\"ecc_s\":2.5,\"bottom_s\":0.8},"
    "\"step_height_m\":%s}]}";

struct count {
    int reps, partial, hands, phases;
};

static void play(uint64_t seed, const char *height_m, struct count *count)
{
    struct patient_setup setup = run_setup(seed);
    char text[sizeof rx + 8];

    snprintf(text, sizeof text, rx, height_m);
    setup.body_g = (int32_t)(60000 + 10000 * (seed % 5));
    setup.edge = PATIENT_EDGE_CONSTANT;
    setup.blend_milli = seed % 2 == 0 ? 0 : 50;
    struct run *run = run_session(&setup, text);
    for (int e = 0; e < run->n; e++) {
        const struct rep_data *rep = &run->events[e].u.rep;
        if (run->events[e].head.type != EVENT_REP)
            continue;
        count->reps++;
        count->partial += rep->outcome == REP_PARTIAL;
        count->hands += (rep->flags & FLAG_HAND_SUPPORT) != 0;
        count->phases += rep->phases[PHASE_ECC].src == SRC_MODEL;
    }
    run_free(run);
}

static void test_one_speed_is_no_hand(void **state)
{
    (void)state;
    static const char *const heights_m[] = {"0.3", "0.47", "0.6"};
    uint64_t seed = first_seed();
    printf("seeds from %llu\n", (unsigned long long)seed);
    for (int h = 0; h < 3; h++) {
        struct count count = {0};
        for (uint64_t i = seed; i < seed + PATIENTS; i++)
            play(i, heights_m[h], &count);
        printf("  %s m: of %d reps %d partial, %d with a hand, %d with phases\n", heights_m[h], count.reps,
               count.partial, count.hands, count.phases);
        assert_int_equal(PATIENTS * REPS, count.reps - count.partial);
        assert_true(count.partial * 50 <= count.reps);
        assert_true(count.hands * 5 <= count.reps);
        assert_true(count.phases * 5 >= count.reps * 4);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_one_speed_is_no_hand)};
    return cmocka_run_group_tests(tests, run_load_exercises, run_free_exercises);
}
