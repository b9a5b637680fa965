/* SPDX-License-Identifier: MIT */
/* Leaning on a chair before a set: who is told apart and who is not. Levels in mN, samples at 80 a second. */
#include "check.h"
#include "daemon/core/signal/wander.h"

#define STEP_NS (NS_PER_S / 80)
#define BODY_MN 785000

/* A triangle of +-swing about the level, period 4 s: sd of its means 0.56 of swing. */
static int64_t triangle(int i, int64_t swing_mn)
{
    int64_t at = i % 320;

    return swing_mn * (at < 160 ? at - 80 : 240 - at) / 80;
}

static int stand(struct wander *wander, int from, int n, int64_t level_mn, int64_t swing_mn)
{
    for (int i = from; i < from + n; i++) {
        struct sample sample = {.t_ns = i * STEP_NS, .force_mn = (int32_t)(level_mn + triangle(i, swing_mn))};
        wander_step(wander, &sample);
    }
    return from + n;
}

static void leaning_is_told_touching_is_not(void **state)
{
    struct wander lean = {0}, touch = {0}, plain = {0};

    (void)state;
    stand(&lean, 0, 800, BODY_MN, 20000);
    stand(&touch, 0, 800, BODY_MN, 5000);
    stand(&plain, 0, 800, BODY_MN, 0);
    assert_true(wander_leans(&lean));
    assert_false(wander_leans(&touch));
    assert_false(wander_leans(&plain));
}

static void three_seconds_are_too_few_for_nobody_on_the_box_before(void **state)
{
    struct wander wander = {0};
    int i = stand(&wander, 0, 800, 0, 0);

    (void)state;
    i = stand(&wander, i, 200, BODY_MN, 20000);
    assert_false(wander_leans(&wander));
    stand(&wander, i, 400, BODY_MN, 20000);
    assert_true(wander_leans(&wander));
}

static void who_comes_to_rest_does_not_lean(void **state)
{
    struct wander wander = {0};
    int i = stand(&wander, 0, 360, BODY_MN, 40000);

    (void)state;
    stand(&wander, i, 340, BODY_MN, 0);
    assert_false(wander_leans(&wander));
}

static void a_second_person_and_a_hole_begin_anew(void **state)
{
    struct wander person = {0}, hole = {0};
    int i = stand(&person, 0, 800, BODY_MN, 20000);

    (void)state;
    stand(&person, i, 120, 2 * BODY_MN, 20000);
    assert_false(wander_leans(&person));
    stand(&hole, 0, 800, BODY_MN, 20000);
    stand(&hole, 900, 120, BODY_MN, 20000);
    assert_false(wander_leans(&hole));
}

/* Who was stopped in mid-rep comes down: a way of 30 N, and then stands still. */
static void the_end_of_a_rep_that_was_stopped_is_no_hand(void **state)
{
    struct wander waits = {0}, looks = {0};

    (void)state;
    wander_wait(&waits, 320 * STEP_NS);
    for (int i = 0; i < 320; i++) {
        struct sample sample = {.t_ns = i * STEP_NS, .force_mn = BODY_MN + (320 - i) * 100};
        wander_step(&waits, &sample);
        wander_step(&looks, &sample);
    }
    assert_true(wander_leans(&looks));
    assert_false(wander_leans(&waits));
    stand(&waits, 320, 80, BODY_MN, 0);
    assert_false(wander_leans(&waits));
    wander_break(&waits);
    stand(&waits, 400, 400, BODY_MN, 20000);
    assert_true(wander_leans(&waits));
}

/* +-50 N from sample to sample, and 9 N in the means: not a hand, which goes slowly. */
static void noise_is_no_hand(void **state)
{
    struct wander noise = {0}, hand = {0};

    (void)state;
    for (int i = 0; i < 800; i++) {
        int64_t mean = BODY_MN + (i / 40 % 2 ? 9000 : -9000);
        struct sample sample = {.t_ns = i * STEP_NS, .force_mn = (int32_t)(mean + (i % 2 ? 50000 : -50000))};
        wander_step(&noise, &sample);
        sample.force_mn = (int32_t)(mean + (i % 2 ? 5000 : -5000));
        wander_step(&hand, &sample);
    }
    assert_false(wander_leans(&noise));
    assert_true(wander_leans(&hand));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaning_is_told_touching_is_not),
        cmocka_unit_test(three_seconds_are_too_few_for_nobody_on_the_box_before),
        cmocka_unit_test(who_comes_to_rest_does_not_lean),
        cmocka_unit_test(a_second_person_and_a_hole_begin_anew),
        cmocka_unit_test(noise_is_no_hand),
        cmocka_unit_test(the_end_of_a_rep_that_was_stopped_is_no_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
