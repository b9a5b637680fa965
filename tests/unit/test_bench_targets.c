/* SPDX-License-Identifier: MIT */
/* What the bench says of its targets: every row is asked, and physics is blamed only for what the station cannot beat. */
#include "tests/bench/bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define FINGER   (BENCH_COUNTED - 1)
#define TEXT_MAX 8192

static struct rows rows;

/* All that is printed of what was found. */
static void printed(const struct found *found, char text[TEXT_MAX])
{
    FILE *file = tmpfile();
    assert_non_null(file);
    fflush(stdout);
    int kept = dup(STDOUT_FILENO);
    assert_true(kept >= 0 && dup2(fileno(file), STDOUT_FILENO) >= 0);
    targets_print(found, false);
    fflush(stdout);
    assert_true(dup2(kept, STDOUT_FILENO) >= 0);
    close(kept);
    rewind(file);
    text[fread(text, 1, TEXT_MAX - 1, file)] = '\0';
    fclose(file);
}

static struct row *row_of(int i)
{
    char name[ROW_NAME_LEN];
    return rows_find(&rows, draw_target_name(i, name), true);
}

/* The live stream is 0.56 s late with the way up of who has a finger on a chair, and who knows the patient best_s. */
static void print_live(double best_s, char text[TEXT_MAX])
{
    static struct found found;
    found = (struct found){.rows = &rows};
    struct bound *bound = &found.bounds.of[FINGER][FIGURE_LIVE_CON];
    bound->best = (struct figure_summary){.n = 9, .median = best_s, .p90 = best_s};
    bound->station = (struct figure_summary){.n = 9, .median = 0.56, .p90 = 0.56};
    row_add(row_of(FINGER), FIGURE_LIVE_CON, 0.56);
    printed(&found, text);
    rows_clear(&rows);
}

static void test_what_the_station_beats_is_no_bound(void **state)
{
    char text[TEXT_MAX];
    (void)state;
    print_live(0.95, text);
    assert_non_null(strstr(text, "finger touch: con 0.56 s\n"));
    assert_null(strstr(text, "(at best"));
    assert_null(strstr(text, "physics forbids it"));
    assert_non_null(strstr(text, "0.0 % of 1: missed"));
}

static void test_what_nobody_can_do_better_is_forbidden(void **state)
{
    char text[TEXT_MAX];
    (void)state;
    print_live(0.50, text);
    assert_non_null(strstr(text, "finger touch: con 0.56 s (at best 0.50 s)\n"));
    assert_non_null(strstr(text, "0.0 % of 1: missed; physics forbids it"));
}

static void test_what_others_do_better_is_missed(void **state)
{
    char text[TEXT_MAX];
    (void)state;
    print_live(0.20, text);
    assert_non_null(strstr(text, "finger touch: con 0.56 s (at best 0.20 s)\n"));
}

static void test_ten_samples_a_second_and_fast_curls_are_asked_too(void **state)
{
    const struct found found = {.rows = &rows};
    char text[TEXT_MAX];
    (void)state;
    row_add(row_of(0), FIGURE_REP, 0.01);
    row_add(row_of(BENCH_TARGET_FAST), FIGURE_REP, 0.106);
    row_add(row_of(BENCH_COUNTED + FINGER), FIGURE_TUT, 0.034);
    row_of(BENCH_COUNTED + FINGER)->reps = 2;
    row_add(row_of(0), FIGURE_ECC, 0.05);
    row_add(row_of(BENCH_COUNTED), FIGURE_ECC, 0.30);
    row_add(row_of(BENCH_COUNTED), FIGURE_LIVE_TOP, 1.04);
    printed(&found, text);
    assert_non_null(strstr(text, "the worst row 10.6 %: missed: 1 of 2, below"));
    assert_non_null(strstr(text, "finger touch, 10 SPS (told of 1 of 2 reps): 3.4 %"));
    assert_non_null(strstr(text, "banded_curl box dead, 10 SPS: median 0.30 s, p90 0.30 s"));
    assert_non_null(strstr(text, "banded_curl box dead, fast: 10.6 %"));
    assert_non_null(strstr(text, "banded_curl box dead, 10 SPS: top 1.04 s"));
    rows_clear(&rows);
}

static void test_sets_that_went_on_by_cue_are_said(void **state)
{
    const struct found found = {.rows = &rows};
    char text[TEXT_MAX];
    (void)state;
    row_of(0)->sets = 338;
    row_of(0)->measured = row_of(0)->exact = 302;
    row_of(0)->weak = 35;
    row_of(1)->sets = row_of(1)->measured = row_of(1)->exact = 62;
    printed(&found, text);
    assert_non_null(strstr(text, "36 of 400 (9.0 %), 35 of them with such a band: -\n"));
    assert_non_null(strstr(text, "banded_curl box dead: 36 of 338, 35 of them with such a band\n"));
    rows_clear(&rows);
}

static void test_rows_that_tell_nothing_are_named(void **state)
{
    enum { STEPS = 1, BRIDGES = 3 }; /* of bench_setups */
    const struct found found = {.rows = &rows};
    char text[TEXT_MAX];
    (void)state;
    row_add(row_of(STEPS), FIGURE_ECC_SLOW, 0.04);
    row_of(STEPS)->asked[FIGURE_ECC_SLOW] = 1;
    row_of(BENCH_COUNTED + STEPS)->asked[FIGURE_ECC_SLOW] = 20;
    row_of(BENCH_COUNTED + STEPS)->asked[FIGURE_LIVE_TOP] = 20;
    row_of(BRIDGES)->asked[FIGURE_LIVE_TOP] = 20; /* the box does not see it */
    printed(&found, text);
    assert_non_null(strstr(text, "0.04 s, 0.04 s: met where it is told; untold: 1, below\n"));
    assert_non_null(strstr(text, "step_up box, 10 SPS: told of none of 20 reps\n"));
    assert_non_null(strstr(text, "step_up box, 10 SPS: told of no top\n"));
    assert_null(strstr(text, "glute_bridge"));
    rows_clear(&rows);
}

static void test_another_phase_stands_beside_the_best_there_is(void **state)
{
    static struct found found;
    char text[TEXT_MAX];
    (void)state;
    found = (struct found){.rows = &rows};
    found.bounds.of[0][FIGURE_LIVE_WRONG] =
        (struct bound){.best = {.n = 9, .bias = 0.008}, .station = {.n = 9, .bias = 0.04}};
    row_add(row_of(0), FIGURE_LIVE_WRONG, 0.033);
    row_of(0)->cycles = 2;
    row_of(0)->changes = 11;
    printed(&found, text);
    assert_non_null(strstr(text, "3.3 % of the time; 5.5 changes told a repetition, where 4 are true: -\n"));
    assert_non_null(strstr(text, "banded_curl box dead: 3.3 % (at best 0.8 %), 5.5 changes a repetition\n"));
    rows_clear(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_the_station_beats_is_no_bound),
        cmocka_unit_test(test_what_nobody_can_do_better_is_forbidden),
        cmocka_unit_test(test_what_others_do_better_is_missed),
        cmocka_unit_test(test_ten_samples_a_second_and_fast_curls_are_asked_too),
        cmocka_unit_test(test_sets_that_went_on_by_cue_are_said),
        cmocka_unit_test(test_rows_that_tell_nothing_are_named),
        cmocka_unit_test(test_another_phase_stands_beside_the_best_there_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
