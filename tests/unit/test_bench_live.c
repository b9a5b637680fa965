/* SPDX-License-Identifier: MIT */
/* What the bench makes of a live stream: false changes cost, whatever the nearest ones say. */
#include "tests/bench/bench.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define S NS_PER_S

/* The rep before ends at 0 s; 2 s of pause, 2 s up, 2 s on top, 4 s down. */
static const int64_t marks_ns[PHASE_COUNT + 1] = {0, 2 * S, 4 * S, 6 * S, 10 * S};

static struct rows rows;
static struct watch watch;

static void show(enum phase phase, enum src src, double at_s)
{
    watch.change[watch.changes++] = (struct live_change){.phase = phase, .src = src, .at_ns = (int64_t)(at_s * 1e9)};
}

/* All four changes, late_s after the true ones. */
static void show_cycle(double late_s)
{
    memset(&watch, 0, sizeof watch);
    show(PHASE_BOTTOM, SRC_LOAD, 0 + late_s);
    show(PHASE_CON, SRC_LOAD, 2 + late_s);
    show(PHASE_TOP, SRC_LOAD, 4 + late_s);
    show(PHASE_ECC, SRC_LOAD, 6 + late_s);
}

/* Share of the ten seconds. */
static void assert_wrong(double share, int changes)
{
    struct row *row = rows_find(&rows, "live", true);
    judge_cycle(row, &watch, marks_ns);
    assert_int_equal(row->cycles, 1);
    assert_int_equal(row->changes, changes);
    assert_true(fabs(row->figures[FIGURE_LIVE_WRONG].v[0] - share) < 1e-6);
    rows_clear(&rows);
}

static void test_a_change_may_be_late_by_as_much_as_is_wanted(void **state)
{
    (void)state;
    show_cycle(0.3);
    assert_wrong(0, 4);
    show_cycle(0.5); /* 0.2 s of each but the first: nothing was shown before it */
    assert_wrong(0.06, 4);
}

static void test_what_comes_early_is_wrong_until_then(void **state)
{
    (void)state;
    show_cycle(-0.1);
    assert_wrong(0.03, 3); /* the pause's own one came in the rep before */
}

static void test_what_flickers_is_wrong_however_near_its_changes_are(void **state)
{
    (void)state;
    show_cycle(0);
    show(PHASE_TOP, SRC_LOAD, 7);
    show(PHASE_ECC, SRC_LOAD, 7.5);
    show(PHASE_BOTTOM, SRC_MODEL, 8);
    show(PHASE_ECC, SRC_MODEL, 9);
    assert_wrong(0.15, 7); /* the one at 0 s is not after it */
}

static void test_a_phase_that_never_comes_is_wrong_for_as_long(void **state)
{
    (void)state;
    memset(&watch, 0, sizeof watch);
    show(PHASE_BOTTOM, SRC_LOAD, 0.1);
    show(PHASE_CON, SRC_LOAD, 2);
    show(PHASE_ECC, SRC_LOAD, 6);
    assert_wrong(0.17, 3);
}

static void test_cues_claim_nothing(void **state)
{
    (void)state;
    show_cycle(0.1);
    show(PHASE_BOTTOM, SRC_CUE, 7);
    assert_wrong(0, 4);
}

static void test_what_has_no_phases_has_no_share(void **state)
{
    const int64_t bridge_ns[PHASE_COUNT + 1] = {0, 2 * S, ABSENT, ABSENT, 10 * S};
    struct row *row = rows_find(&rows, "bridge", true);
    (void)state;
    show_cycle(0);
    judge_cycle(row, &watch, bridge_ns);
    assert_int_equal(row->cycles, 0);
    assert_int_equal(row->figures[FIGURE_LIVE_WRONG].n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_change_may_be_late_by_as_much_as_is_wanted),
        cmocka_unit_test(test_what_comes_early_is_wrong_until_then),
        cmocka_unit_test(test_what_flickers_is_wrong_however_near_its_changes_are),
        cmocka_unit_test(test_a_phase_that_never_comes_is_wrong_for_as_long),
        cmocka_unit_test(test_cues_claim_nothing),
        cmocka_unit_test(test_what_has_no_phases_has_no_share),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
