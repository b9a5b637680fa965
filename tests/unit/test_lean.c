/* SPDX-License-Identifier: MIT */
/* Who leans on a chair claims no phase: the evidence for and against, from reps of 1.5-1-4-1 s (A = 50 N). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "daemon/core/signal/lean.h"
#include "signals.h"

#define RATE  80.0
#define B     800.0
#define A     50.0
#define REP   7.5
#define SEEDS 200
#define REPS  10

struct way {
    double wander_n;   /* sd of a hand, tau 2 s */
    double step_n;     /* of every second rep, 0.5 s before it */
    double cough_n;    /* one in each pause and on each top */
    double dumbbell_n; /* on the box from rep 3 to rep 6 */
    int from_rep;      /* the hand is there from this rep on */
    int uneven;        /* ways a rep that halt */
    bool held;         /* the hand was there when the rest level was taken */
};

static double rep_n(double t)
{
    double in = fmod(t, REP);

    return B + A * (min_jerk((in - 1.0) / 1.5) - min_jerk((in - 3.5) / 4.0));
}

static double cough_at(double in, double at, double peak_n)
{
    double u = (in - at) / 0.12;

    if (u < 0.0 || u > 2.0)
        return 0.0;
    return u < 1.0 ? peak_n * 4.0 * u * (1.0 - u) : -0.7 * peak_n * 4.0 * (u - 1.0) * (2.0 - u);
}

static double extra_n(const struct way *way, double t)
{
    double in = fmod(t, REP), rep = floor(t / REP);
    double n = cough_at(in, 0.4, way->cough_n) + cough_at(in, 2.7, way->cough_n);

    if (way->step_n > 0.0 && (int)((t + 0.5) / REP) % 2 != 0)
        n -= way->step_n;
    return n + (rep >= 3.0 && rep < 6.0 ? way->dumbbell_n : 0.0);
}

struct verdict {
    int free_by; /* rep after which the phases may be claimed, from 1; 0: never */
    int lean_by;
    bool free_at_end;
};

static struct rep_buffer buffer;

static void take(struct lean *lean, const struct way *way, double rest_n, int rep)
{
    double t = rep * REP;
    const struct lean_rep still = {.buffer = &buffer,
                                   .rest_mn = (int64_t)(rest_n * 1000.0),
                                   .noise_mn = 3000,
                                   .amp_mn = (int64_t)(A * 1000.0),
                                   .bottom_ns = ns_of(t),
                                   .bottom_end_ns = ns_of(t + 1.0),
                                   .top_ns = ns_of(t + 2.5),
                                   .top_end_ns = ns_of(t + 3.5),
                                   .uneven = way->uneven};

    lean_take(lean, &still);
}

static struct verdict watch(const struct way *way, uint64_t seed)
{
    struct verdict verdict = {0};
    struct lean lean;
    struct lcg lcg = {seed};
    struct sway sway = sway_make(seed, RATE, 3.0);
    double hand = way->held ? way->wander_n * lcg_normal(&lcg) : 0.0, rest_n = B + hand;

    lean_begin(&lean);
    rep_buffer_clear(&buffer);
    for (int rep = 0, i = 0; rep < REPS; rep++) {
        double sd = rep >= way->from_rep ? way->wander_n : 0.0;
        for (; i / RATE < (rep + 1) * REP; i++) {
            hand += -hand / (2.0 * RATE) + sd * sqrt(2.0 / (2.0 * RATE)) * lcg_normal(&lcg);
            double t = i / RATE;
            struct sample s = sample_of(t, rep_n(t) + sway_next(&sway) + hand + extra_n(way, t));
            rep_buffer_push(&buffer, &s);
        }
        take(&lean, way, rest_n, rep);
        if (lean_free(&lean) && verdict.free_by == 0)
            verdict.free_by = rep + 1;
        if (lean_told(&lean) && verdict.lean_by == 0)
            verdict.lean_by = rep + 1;
    }
    verdict.free_at_end = lean_free(&lean);
    return verdict;
}

struct tally {
    int free_by[REPS + 1], ever_free, ever_lean, lean_by_3, free_at_end;
};

static struct tally tally_of(const char *name, struct way way)
{
    struct tally tally = {0};

    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct verdict verdict = watch(&way, seed);
        for (int rep = 1; rep <= REPS; rep++)
            tally.free_by[rep] += verdict.free_by > 0 && verdict.free_by <= rep;
        tally.ever_free += verdict.free_by > 0;
        tally.ever_lean += verdict.lean_by > 0;
        tally.lean_by_3 += verdict.lean_by > 0 && verdict.lean_by <= 3;
        tally.free_at_end += verdict.free_at_end;
    }
    printf("%-22s of %d: free by rep 1 %d, 2 %d, 3 %d, 4 %d, ever %d; leaning by rep 3 %d, ever %d\n", name, SEEDS,
           tally.free_by[1], tally.free_by[2], tally.free_by[3], tally.free_by[4], tally.ever_free, tally.lean_by_3,
           tally.ever_lean);
    return tally;
}

static void without_hands_phases_are_claimed_soon(void **state)
{
    struct tally tally = tally_of("plain", (struct way){0});

    (void)state;
    assert_true(tally.free_by[2] * 100 >= SEEDS * 90);
    assert_int_equal(tally.free_by[4], SEEDS);
    assert_int_equal(tally.ever_lean, 0);
}

static void a_finger_stays_measured(void **state)
{
    struct tally tally = tally_of("hand_touch", (struct way){.wander_n = 3.0});

    (void)state;
    assert_true(tally.free_by[4] * 100 >= SEEDS * 90);
    assert_in_range(tally.ever_lean, 0, 1);
}

static void who_leans_claims_nothing(void **state)
{
    struct tally tally = tally_of("hand_lean", (struct way){.wander_n = 15.0});

    (void)state;
    assert_int_equal(tally.ever_free, 0);
    assert_true(tally.lean_by_3 * 100 >= SEEDS * 90);
    /* One pause at the rest level says nothing. */
    struct lean_rep still = {.buffer = &buffer, .rest_mn = 800000, .noise_mn = 500, .amp_mn = 50000};
    struct lean lean;
    lean_begin(&lean);
    rep_buffer_clear(&buffer);
    for (int i = 0; i < (int)RATE; i++) {
        struct sample s = sample_of(i / RATE, B);
        rep_buffer_push(&buffer, &s);
    }
    still.bottom_end_ns = ns_of(0.3); /* one mean */
    lean_take(&lean, &still);
    assert_true(fabs(lean.ratio) < 0.2);
}

static void steps_of_3_kg_are_told(void **state)
{
    struct tally tally = tally_of("leaning_steps", (struct way){.step_n = 29.4});

    (void)state;
    assert_int_equal(tally.free_at_end, 0); /* though the hand is still between the steps */
    assert_true(tally.ever_lean * 100 >= SEEDS * 90);
}

static void coughs_are_no_hand(void **state)
{
    struct tally small = tally_of("coughs of 0.5 kg", (struct way){.cough_n = 4.9});
    struct tally large = tally_of("coughs of 3 kg", (struct way){.cough_n = 29.4});

    (void)state;
    assert_int_equal(small.ever_lean + large.ever_lean, 0);
    assert_true(small.free_by[4] * 100 >= SEEDS * 90);
    assert_true(large.ever_free * 100 >= SEEDS * 90);
}

static void a_dumbbell_is_no_hand(void **state)
{
    struct tally tally = tally_of("dumbbell", (struct way){.dumbbell_n = 78.0});

    (void)state;
    assert_int_equal(tally.ever_lean, 0);
    assert_int_equal(tally.free_at_end, SEEDS);
}

/* What the first pause and top show is near the rest level whoever leans: it was taken with the hand where it was. */
static void who_leans_before_the_set_claims_nothing(void **state)
{
    struct tally tally = tally_of("leans before the set", (struct way){.wander_n = 15.0, .held = true});

    (void)state;
    assert_int_equal(tally.ever_free, 0);
    assert_true(tally.lean_by_3 * 100 >= SEEDS * 90);
}

static double rounded_n(int rep)
{
    return rep == 0 ? 0.0 : floor(15.0 * sin(rep * REP));
}

/* The rest level follows who stands still elsewhere: what a hand does must not be forgotten with it. */
static void a_rest_level_that_follows_hides_no_hand(void **state)
{
    struct lean follows, stays;

    (void)state;
    lean_begin(&follows);
    lean_begin(&stays);
    for (int rep = 0; rep < REPS; rep++) {
        double hand_n = rounded_n(rep), before_n = rounded_n(rep - 1);
        rep_buffer_clear(&buffer);
        for (int i = 0; i / RATE < REP; i++) {
            double t = rep * REP + i / RATE;
            struct sample s = sample_of(t, rep_n(t) + 15.0 * sin(t));
            rep_buffer_push(&buffer, &s);
        }
        take(&stays, &(struct way){0}, B, rep);
        if (rep > 0)
            lean_moved(&follows, (int64_t)(1000.0 * (hand_n - before_n)));
        take(&follows, &(struct way){0}, B + hand_n, rep);
    }
    assert_false(lean_free(&stays) || lean_free(&follows));
    assert_true(fabs(follows.ratio - stays.ratio) < 0.5);
}

/* Ways that halt say that something else moves the load: they keep a claim back, but alone tell no leaning. */
static void who_pauses_does_not_lean(void **state)
{
    struct tally one = tally_of("pause_in_ecc", (struct way){.uneven = 1});
    struct tally both = tally_of("halts both ways", (struct way){.uneven = 2});

    (void)state;
    assert_int_equal(one.ever_lean + both.ever_lean, 0);
    assert_true(one.free_by[4] * 100 >= SEEDS * 75);
}

static void who_begins_to_lean_is_told_within_three_reps(void **state)
{
    struct tally tally = tally_of("leans from rep 6 on", (struct way){.wander_n = 15.0, .from_rep = 5});

    (void)state;
    assert_true((SEEDS - tally.free_at_end) * 100 >= SEEDS * 95);
    assert_true(tally.ever_lean * 100 >= SEEDS * 90);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_hands_phases_are_claimed_soon),
        cmocka_unit_test(a_finger_stays_measured),
        cmocka_unit_test(who_leans_claims_nothing),
        cmocka_unit_test(who_leans_before_the_set_claims_nothing),
        cmocka_unit_test(a_rest_level_that_follows_hides_no_hand),
        cmocka_unit_test(steps_of_3_kg_are_told),
        cmocka_unit_test(coughs_are_no_hand),
        cmocka_unit_test(a_dumbbell_is_no_hand),
        cmocka_unit_test(who_pauses_does_not_lean),
        cmocka_unit_test(who_begins_to_lean_is_told_within_three_reps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
