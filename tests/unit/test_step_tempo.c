/* SPDX-License-Identifier: MIT */
/*
 * The tempo of step-ups as the patient is told it: who follows the cues is in tolerance, the lead leg's taking over (a
 * fifth of the cued way up) included, and who is really off is not. GYMSTATION_SEED=N begins at another patient.
 */
#include "tests/unit/session_bench.h"

#define PATIENTS 20
#define OFF      30 /* per cent of what is prescribed: beyond any doubt */

static const char rx[] =
    "{\"v\":1,\"rev\":1,\"id\":\"rx\",\"by\":\"test\",\"ask\":[],\"items\":[{\"exercise\":\"step_up\","
    "\"side\":\"left\",\"sets\":1,\"reps_min\":10,\"reps_max\":10,\"rest_s\":20,"
    "\"tempo\":{\"con_s\":1.5,\"top_s\":1,\"ecc_s\":3,\"bottom_s\":1}}]}";

/* 50-95 kg, edges of either kind; error: of each movement's duration, sd; tires: the last movement by so much shorter. */
static struct run *play(uint64_t seed, int32_t error_milli, int32_t tires_milli)
{
    struct patient_setup setup = run_setup(seed);
    setup.body_g = (int32_t)(50000 + 5000 * (seed % 10));
    setup.edge = seed % 3 == 0 ? PATIENT_EDGE_CONSTANT : PATIENT_EDGE_MIN_JERK;
    setup.skill_milli = error_milli;
    setup.fatigue_milli = tires_milli;
    return run_session(&setup, rx);
}

static void test_who_follows_the_cues_is_in_tolerance(void **state)
{
    (void)state;
    uint64_t seed = first_seed();
    int64_t judged = 0, sum = 0, good = 0, least = 100000;
    printf("seeds from %llu\n", (unsigned long long)seed);
    for (uint64_t i = seed; i < seed + PATIENTS; i++) {
        struct run *run = play(i, 0, 0);
        const struct set_completed_data *set = &run_event(run, EVENT_SET_COMPLETED, 0)->u.set_completed;
        assert_true(set->tempo_n >= TEMPO_JUDGED_MIN);
        judged += set->tempo_n;
        sum += set->tempo_n * set->tempo_milli_pct;
        good += set->tempo_milli_pct >= 90000;
        least = set->tempo_milli_pct < least ? set->tempo_milli_pct : least;
        run_free(run);
    }
    printf("  %.1f %% of %d phases, %d of %d sets with 90 %%, the least %.1f %%\n", (double)sum / (double)judged / 1000,
           (int)judged, (int)good, PATIENTS, (double)least / 1000);
    assert_true(sum >= 95000 * judged);
    assert_true(good * 10 >= PATIENTS * 8); /* reactions differ: a pause is now and then truly off by a fifth */
    assert_true(least >= 80000);
    assert_true(judged >= PATIENTS * 25);
}

struct count {
    int near, near_in, off, off_in;
};

/* A phase that truly lasted so long. */
static void take(struct count *count, const struct phase_time *phase, int64_t true_ns)
{
    if (phase->move_ns == ABSENT)
        return;
    int64_t off = llabs(true_ns - phase->target_ns) * 100 / phase->target_ns;
    bool in = phase->in_tolerance == 1;
    count->near += off <= 10;
    count->near_in += off <= 10 && in;
    count->off += off >= OFF;
    count->off_in += off >= OFF && in;
}

static void test_who_is_off_is_not(void **state)
{
    (void)state;
    struct count count = {0};
    uint64_t seed = first_seed();
    printf("seeds from %llu\n", (unsigned long long)seed);
    for (uint64_t i = seed; i < seed + PATIENTS; i++) {
        struct run *run = play(i, 50, 500);
        int n = 0;
        for (int e = 0; e < run->n; e++) {
            const struct rep_data *rep = &run->events[e].u.rep;
            if (run->events[e].head.type != EVENT_REP || rep->outcome != REP_FULL || n >= run->truths)
                continue;
            const struct patient_truth *t = &run->truth[n++];
            take(&count, &rep->phases[PHASE_CON], t->con_move_end_ns - t->con_move_ns);
            take(&count, &rep->phases[PHASE_ECC], t->ecc_move_end_ns - t->ecc_move_ns);
            if (n > 1)
                take(&count, &rep->phases[PHASE_BOTTOM], t->con_move_ns - t[-1].ecc_move_end_ns);
        }
        run_free(run);
    }
    printf("  %d of %d phases nearly right in tolerance, %d of %d that are off\n", count.near_in, count.near,
           count.off_in, count.off);
    assert_true(count.near >= 30 && count.off >= 100);
    assert_true(count.near_in * 100 >= count.near * 90);
    assert_true(count.off_in * 100 <= count.off * 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_follows_the_cues_is_in_tolerance),
        cmocka_unit_test(test_who_is_off_is_not),
    };
    return cmocka_run_group_tests(tests, run_load_exercises, run_free_exercises);
}
