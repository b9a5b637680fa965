/* SPDX-License-Identifier: MIT */
/* What a hold adds up, when it lasts as long as no hold should: its sums stay sums. */
#include "daemon/core/set/hold_seen.h"

#include <math.h>

#include "daemon/core/fixed.h"
#include "tests/unit/check.h"

#define HOUR_S    3600
#define FORCE_MN  FIXED_FORCE_MAX_MN
#define PERIOD_NS (NS_PER_S / 320)

/* Ten holds of two minutes with five between them may take 4310 s, and the clock in the band may stand for all of them. */
static void an_hour_at_the_largest_force_has_its_mean(void **state)
{
    struct hold_seen seen = {0};

    (void)state;
    for (int s = 0; s < 2 * HOUR_S; s++)
        hold_seen_segment(&seen, NS_PER_S, FORCE_MN, FORCE_MN, 100000, 200000);
    assert_int_equal(hold_seen_mean_mn(&seen), FORCE_MN);
    assert_int_equal(seen.in_band_ns, 0);
    hold_seen_segment(&seen, NS_PER_S, 150000, 150000, 100000, 200000);
    assert_int_equal(seen.in_band_ns, NS_PER_S);
}

static void an_hour_from_end_to_end_of_the_range_is_as_unsteady_as_it_is(void **state)
{
    static struct hold_trim trim; /* large */
    struct hold_sums sums = {0};

    (void)state;
    hold_trim_begin(&trim, 0);
    for (int64_t i = 0; i * PERIOD_NS < HOUR_S * NS_PER_S; i++)
        hold_trim_push(&trim, &sums, i * PERIOD_NS, i % 2 == 0 ? -FORCE_MN : FORCE_MN);
    assert_true(sums.n > 0 && sums.n <= HOLD_SUMS_MAX);
    /* Half the samples at either end of the range lie that far from their mean; it is told as a part of the level given. */
    int64_t cv_milli_pct = hold_sums_cv_milli_pct(&sums, trim.origin_mn + FORCE_MN);
    assert_true(fabs((double)cv_milli_pct - 100000.0) < 100.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_hour_at_the_largest_force_has_its_mean),
        cmocka_unit_test(an_hour_from_end_to_end_of_the_range_is_as_unsteady_as_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
