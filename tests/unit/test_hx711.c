/* SPDX-License-Identifier: MIT */
/* The HX711's reader on a wire that works: numbers, times, gains, rates. */
#include "hx711_run.h"

static void test_every_conversion_becomes_its_number(void **state)
{
    static const struct {
        int64_t period_ns, nominal_ns;
        int gain;
    } cases[] = {
        {RUN_80_NS, RUN_80_NS, 128},
        {RUN_10_NS, RUN_10_NS, 64},
        {RUN_80_NS, RUN_80_NS, 32},
        {NS_PER_S * 100 / 8750, RUN_80_NS, 128}, /* 87.5 SPS where the strap says 80, as measured on real boards */
        {NS_PER_S * 100 / 1165, RUN_10_NS, 128},
        {NS_PER_S * 100 / 6700, RUN_80_NS, 128},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct run run;
        uint64_t before;

        run_open(&run, 1, cases[i].period_ns, cases[i].nominal_ns, cases[i].gain);
        run_for(&run, 2);
        before = run.model.conversions - run.numbers;
        run_for(&run, 60);
        assert_int_equal(run.wrong, 0);
        assert_int_equal(run.model.conversions - run.numbers, before); /* none is missed after the start */
        assert_int_equal(run.faults, 0);
        assert_in_range(run.gap_ns, cases[i].period_ns - NS_PER_MS, cases[i].period_ns + NS_PER_MS);
        assert_int_equal(run.sensor.health.state, SENSOR_STATE_GOOD);
        run_close(&run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_conversion_becomes_its_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
