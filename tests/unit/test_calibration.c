/* SPDX-License-Identifier: MIT */
/* Raw counts to millinewtons: exact at the calibration points, rounded to the nearest, odd, monotonic, saturating. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
/* cmocka needs the first two above */
#include <cmocka.h>

#include "gymstation/input.h"

static struct calibration calibration(int32_t zero, int64_t counts_per_n_milli)
{
    return (struct calibration){.valid = true, .zero_counts = zero, .counts_per_n_milli = counts_per_n_milli};
}

static void the_empty_box_weighs_nothing(void **state)
{
    (void)state;
    struct calibration c = calibration(84213, 2141500);
    assert_int_equal(calibration_force_mn(&c, 84213), 0);
}

static void known_loads_read_as_themselves(void **state)
{
    (void)state;
    struct calibration c = calibration(1000, 2000000); /* 2000 counts a newton */
    assert_int_equal(calibration_force_mn(&c, 1000 + 2000), 1000);
    assert_int_equal(calibration_force_mn(&c, 1000 - 2000 * 25), -25000);
    assert_int_equal(calibration_force_mn(&c, 1000 + 2000 * 784), 784000);
}

static void halves_go_away_from_zero(void **state)
{
    (void)state;
    struct calibration c = calibration(0, 2000000); /* a count is half a millinewton */
    assert_int_equal(calibration_force_mn(&c, 1), 1);
    assert_int_equal(calibration_force_mn(&c, -1), -1);
    assert_int_equal(calibration_force_mn(&c, 3), 2);
    c.counts_per_n_milli = 2000001; /* a shade less than a half */
    assert_int_equal(calibration_force_mn(&c, 1), 0);
    assert_int_equal(calibration_force_mn(&c, -1), 0);
}

static void a_cell_wired_the_other_way_round_counts_down(void **state)
{
    (void)state;
    struct calibration c = calibration(500, -2000000);
    assert_int_equal(calibration_force_mn(&c, 500 - 4000), 2000);
    assert_int_equal(calibration_force_mn(&c, 500 + 4000), -2000);
}

static void what_does_not_fit_saturates(void **state)
{
    (void)state;
    struct calibration c = calibration(INT32_MIN, 1);
    assert_int_equal(calibration_force_mn(&c, INT32_MAX), INT32_MAX);
    c = calibration(INT32_MAX, 1);
    assert_int_equal(calibration_force_mn(&c, INT32_MIN), INT32_MIN);
    c = calibration(INT32_MIN, INT64_MIN);
    assert_int_equal(calibration_force_mn(&c, INT32_MAX), 0);
}

static void without_a_calibration_there_is_no_force(void **state)
{
    (void)state;
    struct calibration none = {.valid = false, .counts_per_n_milli = 1000};
    assert_int_equal(calibration_force_mn(&none, 12345), 0);
    struct calibration broken = calibration(0, 0);
    assert_int_equal(calibration_force_mn(&broken, 12345), 0);
}

/* Over the converter's 24 bits: more counts never mean less force, and mirrored counts mean the mirrored force. */
static void force_is_monotonic_and_odd(void **state)
{
    (void)state;
    unsigned seed = (unsigned)time(NULL);
    print_message("seed %u\n", seed);
    srand(seed);
    for (int i = 0; i < 100000; i++) {
        struct calibration c = calibration(0, 4000 + rand() % 10000000); /* too sensitive to saturate */
        int32_t a = rand() % (1 << 23), b = rand() % (1 << 23);
        int32_t fa = calibration_force_mn(&c, a), fb = calibration_force_mn(&c, b);
        assert_true(a < b ? fa <= fb : fa >= fb);
        assert_int_equal(calibration_force_mn(&c, -a), -fa);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_empty_box_weighs_nothing), cmocka_unit_test(known_loads_read_as_themselves),
        cmocka_unit_test(halves_go_away_from_zero),     cmocka_unit_test(a_cell_wired_the_other_way_round_counts_down),
        cmocka_unit_test(what_does_not_fit_saturates),  cmocka_unit_test(without_a_calibration_there_is_no_force),
        cmocka_unit_test(force_is_monotonic_and_odd),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
