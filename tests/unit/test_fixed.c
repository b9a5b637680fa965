/* SPDX-License-Identifier: MIT */
/* The core's integer arithmetic at the ends of its ranges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "daemon/core/fixed.h"

static void a_root_of_squares_of_usual_times_is_exact(void **state)
{
    (void)state;
    assert_int_equal(fixed_root_of_squares(3000000, 4000000), 5000000);
    assert_int_equal(fixed_root_of_squares(-3000000, 4000000), 5000000);
    assert_int_equal(fixed_root_of_squares(0, 0), 0);
}

/* A fit that found nothing says so with an sd of hours: the squares of that have no room in 64 bits. */
static void a_root_of_squares_of_hours_stays_at_its_limit(void **state)
{
    (void)state;
    const int64_t limit_ns = INT64_C(1414213562) * 1000; /* root of 2, times 1000 s */

    assert_int_equal(fixed_root_of_squares(INT64_C(3558330808000), INT64_C(1381186840793000)), limit_ns);
    assert_int_equal(fixed_root_of_squares(INT64_MAX, INT64_MIN), limit_ns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_root_of_squares_of_usual_times_is_exact),
        cmocka_unit_test(a_root_of_squares_of_hours_stays_at_its_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
