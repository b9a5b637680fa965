/* SPDX-License-Identifier: MIT */
/* Station time: the two directions agree to the nanosecond at every speed, and nothing wraps around. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "gymstation/source.h"

#define YEAR_NS (INT64_C(366) * 86400 * NS_PER_S)

static void real_time_is_a_shift(void **state)
{
    const struct source_time live = {.speed_milli = 1000};
    const struct source_time shifted = {.base_mono_ns = 500, .base_ns = 1012500000, .speed_milli = 1000};

    (void)state;
    assert_int_equal(source_time_ns(&live, 123456789), 123456789);
    assert_int_equal(source_mono_ns(&live, 123456789), 123456789);
    assert_int_equal(source_time_ns(&shifted, 501), 1012500001);
    assert_int_equal(source_mono_ns(&shifted, 1012500001), 501);
}

static void speed_is_a_factor(void **state)
{
    const struct source_time twice = {.base_mono_ns = 0, .base_ns = 100, .speed_milli = 2000};
    const struct source_time half = {.base_mono_ns = 0, .base_ns = 100, .speed_milli = 500};

    (void)state;
    assert_int_equal(source_time_ns(&twice, 10), 120);
    assert_int_equal(source_mono_ns(&twice, 120), 10);
    assert_int_equal(source_mono_ns(&twice, 119), 10); /* 9.5: not reached before 10 */
    assert_int_equal(source_time_ns(&half, 10), 105);
    assert_int_equal(source_mono_ns(&half, 105), 10);
}

static void at_full_speed_the_source_moves_time(void **state)
{
    const struct source_time max = {.base_mono_ns = 7, .base_ns = 42, .speed_milli = SPEED_MAX};

    (void)state;
    assert_int_equal(source_time_ns(&max, INT64_C(1) << 60), 42);
    assert_int_equal(source_mono_ns(&max, INT64_C(1) << 60), 7);
}

static void never_stays_never(void **state)
{
    const struct source_time fast = {.base_mono_ns = 7, .base_ns = 42, .speed_milli = 1000000};
    const struct source_time slow = {.base_mono_ns = 7, .base_ns = 42, .speed_milli = 1};
    const struct source_time max = {.base_mono_ns = 7, .base_ns = 42, .speed_milli = SPEED_MAX};

    (void)state;
    assert_int_equal(source_mono_ns(&fast, NEVER), NEVER);
    assert_int_equal(source_mono_ns(&max, NEVER), NEVER);
    /* 400 years from now at a thousandth of real time does not fit: held at the end, not wrapped into the past. */
    assert_int_equal(source_mono_ns(&slow, INT64_MAX / 2), INT64_MAX);
    assert_int_equal(source_time_ns(&fast, INT64_MAX / 2), INT64_MAX);
}

static int64_t random_within(int64_t limit)
{
    return ((int64_t)random() << 31 | random()) % limit;
}

/* The instant source_mono_ns() names is the first at which source_time_ns() has reached t. */
static void the_wake_up_is_the_first_moment_that_is_late_enough(void **state)
{
    unsigned seed = (unsigned)time(NULL);

    (void)state;
    print_message("seed %u\n", seed);
    srandom(seed);
    for (int i = 0; i < 100000; i++) { /* 0.1 to 1000 times real time */
        struct source_time time = {.base_mono_ns = random_within(YEAR_NS),
                                   .base_ns = random_within(YEAR_NS),
                                   .speed_milli = 100 + (int32_t)random_within(i % 2 ? 4000 : 1000000)};
        int64_t t_ns = random_within(YEAR_NS);
        int64_t mono_ns = source_mono_ns(&time, t_ns);

        assert_true(source_time_ns(&time, mono_ns) >= t_ns);
        assert_true(source_time_ns(&time, mono_ns - 1) < t_ns);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_time_is_a_shift),
        cmocka_unit_test(speed_is_a_factor),
        cmocka_unit_test(at_full_speed_the_source_moves_time),
        cmocka_unit_test(never_stays_never),
        cmocka_unit_test(the_wake_up_is_the_first_moment_that_is_late_enough),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
