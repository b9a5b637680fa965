/* SPDX-License-Identifier: MIT */
/* Which set is next, which rest lies before it, and what a session amounts to: worked out by hand. */
#include <string.h>

#include "check.h"
#include "daemon/core/session/plan.h"

static struct exercise reps = {.id = "squat", .variations = {{.id = "standard"}}};
static struct exercise holds = {.id = "plank", .hold = true, .variations = {{.id = "standard"}}};

static struct exercise table[2];
static struct prescription rx;
static struct progress progress;
static struct session_completed_data out;

/*
 * Before each test. Item 1: 2 sets of 10-12 reps on each side. Item 2: 2-3 sets of 5 holds on the left. Nothing is done
 * yet.
 */
static int setup(void **state)
{
    (void)state;
    table[0] = reps;
    table[1] = holds;
    progress = (struct progress){0};
    rx = (struct prescription){.affected_side = SIDE_RIGHT, .item_count = 2};
    rx.items[0] = (struct rx_item){.exercise = 0,
                                   .side = SIDE_RULE_EACH,
                                   .dose = {.sets_min = 2,
                                            .sets = 2,
                                            .reps_min = 10,
                                            .reps_max = 12,
                                            .rest_ms = 90000,
                                            .rest_side_ms = 30000,
                                            .rest_item_ms = 120000}};
    rx.items[1] = (struct rx_item){
        .exercise = 1, .side = SIDE_RULE_LEFT, .dose = {.sets_min = 2, .sets = 3, .holds = 5, .rest_ms = 60000}};
    return 0;
}

static void completed(void)
{
    out = (struct session_completed_data){0};
    plan_results(&rx, table, &progress, &out);
}

static void test_sides_alternate_and_items_follow(void **state)
{
    struct position at;
    char text[128] = "";
    size_t n = 0;

    (void)state;
    while (plan_next(&rx, &progress, &at)) {
        const char *side = plan_side(&rx, &at) == SIDE_LEFT ? "L" : "R";

        text[n++] = (char)('1' + at.item);
        text[n++] = side[0];
        text[n++] = (char)('1' + at.set);
        text[n++] = ' ';
        progress.items[at.item].over[at.set][at.side] = true;
    }
    assert_string_equal(text, "1R1 1L1 1R2 1L2 2L1 2L2 2L3 ");
}

static void test_rests_belong_to_what_changes(void **state)
{
    struct position a = {0, 0, 0}, b = {0, 0, 1}, c = {0, 1, 0}, d = {1, 0, 0}, e = {1, 1, 0};

    (void)state;
    assert_int_equal(plan_rest_ns(&rx, &a, &b), 30 * NS_PER_S);
    assert_int_equal(plan_rest_ns(&rx, &b, &c), 90 * NS_PER_S); /* the other side again, but another set */
    assert_int_equal(plan_rest_ns(&rx, &c, &d), 120 * NS_PER_S);
    assert_int_equal(plan_rest_ns(&rx, &d, &e), 60 * NS_PER_S);
    assert_true(plan_new_setup(&rx, &a, &b));
    assert_true(plan_new_setup(&rx, &c, &d));
    assert_false(plan_new_setup(&rx, &d, &e));
}

static void test_skipping_counts_only_below_sets_min(void **state)
{
    (void)state;
    progress.items[1].sets_done = 1;
    plan_skip_item(&rx, &progress, 1);
    assert_true(progress.items[1].skipped);
    assert_true(plan_item_over(&rx, &progress, 1));
    progress.items[1].sets_done = 2;
    plan_skip_item(&rx, &progress, 1);
    assert_false(progress.items[1].skipped);
    progress.items[0].sets_done = 3; /* of 2 on each side */
    plan_skip_item(&rx, &progress, 0);
    assert_true(progress.items[0].skipped);
}

/*
 * Item 1: 30 of 2 x 10 x 2 = 40 reps, item 2: 10 of 2 x 5 = 10 holds and 3 beyond: volume (0.75 + 1) / 2 = 0.875.
 * Tempo: 40 of 50 phases: 0.8. Load: 90 of 100 s in the band: 0.9. 100 x 0.875 x 0.8 x 0.9 = 63.
 */
static void test_compliance_by_hand(void **state)
{
    (void)state;
    progress.items[0] = (struct item_progress){
        .sets_done = 3, .counted = 30, .measured = 25, .seen = 25, .cued = 5, .tempo_ok = 40, .tempo_n = 50};
    progress.items[1] = (struct item_progress){.sets_done = 3,
                                               .counted = 13,
                                               .measured = 13,
                                               .seen = 13,
                                               .in_band_ns = 90 * NS_PER_S,
                                               .held_ns = 100 * NS_PER_S};
    completed();
    assert_int_equal(out.volume_milli, 875);
    assert_int_equal(out.tempo_milli, 800);
    assert_int_equal(out.tempo_n, 50);
    assert_int_equal(out.load_milli, 900);
    assert_int_equal(out.pct_milli, 63000);
    assert_int_equal(out.basis, BASIS_MIXED);
    assert_int_equal(out.item_count, 2);
    assert_string_equal(out.items[0].exercise, "squat");
    assert_int_equal(out.items[0].sets, 4);
    assert_int_equal(out.items[0].sets_done, 3);
    assert_int_equal(out.items[0].reps_min, 40);
    assert_int_equal(out.items[0].reps, 30);
    assert_int_equal(out.items[0].reps_measured, 25);
    assert_int_equal(out.items[1].sets, 2);
    assert_int_equal(out.items[1].reps_min, 10);
    assert_int_equal(out.items[1].reps, 13);
    assert_true(out.items[1].hold);
}

/* Physics, section 4: skipped items count zero, however much of them was done before. */
static void test_a_skipped_item_counts_nothing(void **state)
{
    (void)state;
    progress.items[0] = (struct item_progress){.sets_done = 4, .counted = 40, .measured = 40, .seen = 40};
    progress.items[1] = (struct item_progress){.sets_done = 1, .counted = 5, .measured = 5, .seen = 5};
    completed();
    assert_int_equal(out.volume_milli, 750);
    progress.items[1].skipped = true;
    completed();
    assert_int_equal(out.volume_milli, 500);
    assert_int_equal(out.items[1].reps, 5); /* done they are */
    assert_true(out.items[1].skipped);
}

/*
 * Thousandths are rounded to the nearest: 27 of 40 reps and none of 10 holds: (0.675 + 0) / 2 = 0.3375; 20 of 39 phases:
 * 0.51282; 100 x 0.338 x 0.513 = 17.3394.
 */
static void test_compliance_is_rounded_to_the_nearest(void **state)
{
    (void)state;
    progress.items[0] = (struct item_progress){.counted = 27, .seen = 27, .tempo_ok = 20, .tempo_n = 39};
    completed();
    assert_int_equal(out.volume_milli, 338);
    assert_int_equal(out.tempo_milli, 513);
    assert_int_equal(out.pct_milli, 17339);
    rx.items[0].dose.reps_min = 15; /* 40 of 60, with all of the holds: (2 / 3 + 1) / 2 */
    progress.items[0].counted = 40;
    progress.items[1].counted = 10;
    completed();
    assert_int_equal(out.volume_milli, 833);
}

/* What was not observed is left out, never 0: then the volume stands alone. */
static void test_factors_that_were_not_observed_are_left_out(void **state)
{
    (void)state;
    progress.items[0] = (struct item_progress){.sets_done = 4, .counted = 40, .cued = 40};
    completed();
    assert_int_equal(out.volume_milli, 500);
    assert_int_equal(out.tempo_milli, ABSENT);
    assert_int_equal(out.load_milli, ABSENT);
    assert_int_equal(out.pct_milli, 50000);
    assert_int_equal(out.basis, BASIS_CUED);
    assert_int_equal(out.tempo_n, 0);
}

/* A hold that broke was watched as much as one that was full; a set by cue beside it makes it mixed. */
static void test_basis_is_what_was_watched_not_what_counted(void **state)
{
    (void)state;
    completed();
    assert_int_equal(out.basis, BASIS_CUED); /* nothing was begun */
    progress.items[1].seen = 5;
    completed();
    assert_int_equal(out.basis, BASIS_MEASURED);
    assert_int_equal(out.pct_milli, 0);
    progress.items[0].cued = 1;
    completed();
    assert_int_equal(out.basis, BASIS_MIXED);
}

/* Physics, section 4: a factor that was not observed is left out and the basis says so. */
static void test_basis_says_that_a_prescribed_tempo_was_left_out(void **state)
{
    (void)state;
    progress.items[0] = (struct item_progress){.counted = 40, .measured = 40, .seen = 40, .tempo_ok = 5, .tempo_n = 5};
    completed();
    assert_int_equal(out.basis, BASIS_MEASURED); /* none is prescribed: nothing was left out */
    rx.items[0].dose.tempo_ms[PHASE_ECC] = 3000;
    completed();
    assert_int_equal(out.tempo_milli, ABSENT);
    assert_int_equal(out.basis, BASIS_MIXED);
    progress.items[0].tempo_n = 6;
    completed();
    assert_int_equal(out.basis, BASIS_MEASURED);
}

/* Five judged phases say nothing, six do: 5 of 6 in tolerance is 0.833, and 100 x 0.5 x 0.833 = 41.65. */
static void test_tempo_needs_six_judged_phases(void **state)
{
    (void)state;
    progress.items[0] = (struct item_progress){.counted = 40, .measured = 40, .seen = 40, .tempo_ok = 5, .tempo_n = 5};
    completed();
    assert_int_equal(out.tempo_milli, ABSENT);
    assert_int_equal(out.tempo_n, 5);
    assert_int_equal(out.pct_milli, 50000);
    progress.items[0].tempo_n = 6;
    completed();
    assert_int_equal(out.tempo_milli, 833);
    assert_int_equal(out.pct_milli, 41650);
}

static void test_sets_reps_prescribe_their_sum(void **state)
{
    int min, max;

    (void)state;
    rx.item_count = 1;
    rx.items[0] =
        (struct rx_item){.side = SIDE_RULE_BOTH, .dose = {.sets = 3, .sets_reps = {12, 10, 8}, .sets_reps_count = 3}};
    completed();
    assert_int_equal(out.items[0].reps_min, 30);
    assert_int_equal(out.pct_milli, 0);
    plan_reps(&rx.items[0], false, 1, &min, &max);
    assert_int_equal(min, 10);
    assert_int_equal(max, 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_sides_alternate_and_items_follow, setup),
        cmocka_unit_test_setup(test_rests_belong_to_what_changes, setup),
        cmocka_unit_test_setup(test_skipping_counts_only_below_sets_min, setup),
        cmocka_unit_test_setup(test_compliance_by_hand, setup),
        cmocka_unit_test_setup(test_compliance_is_rounded_to_the_nearest, setup),
        cmocka_unit_test_setup(test_a_skipped_item_counts_nothing, setup),
        cmocka_unit_test_setup(test_factors_that_were_not_observed_are_left_out, setup),
        cmocka_unit_test_setup(test_basis_says_that_a_prescribed_tempo_was_left_out, setup),
        cmocka_unit_test_setup(test_basis_is_what_was_watched_not_what_counted, setup),
        cmocka_unit_test_setup(test_tempo_needs_six_judged_phases, setup),
        cmocka_unit_test_setup(test_sets_reps_prescribe_their_sum, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
