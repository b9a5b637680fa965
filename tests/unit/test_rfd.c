/* SPDX-License-Identifier: MIT */
/* Rate of force development: straight ramps whose slope is known, and where it does not exist. */
#include "check.h"
#include "daemon/core/set/rfd.h"

/* Rest for 1 s, then slope_n_s for rise_s, then flat. */
static int64_t ramp(double sps, double slope_n_s, double rise_s)
{
    struct rfd rfd;

    rfd_begin(&rfd);
    for (int i = 0; i < (int)(3 * sps); i++) {
        double t = i / sps, x = t < 1 ? 0 : t < 1 + rise_s ? t - 1 : rise_s;
        struct sample sample = {.t_ns = (int64_t)(t * 1e9), .force_mn = (int32_t)(1000 * slope_n_s * x + 0.5)};

        rfd_sample(&rfd, &sample);
        rfd_sample(&rfd, &sample); /* twice the same stamp is the same sample */
        if (t < 1)
            rfd_rest(&rfd);
    }
    return rfd_mn_s(&rfd);
}

/* 250 N in 0.5 s are 500 N/s at any rate from 70 on. */
static void test_a_straight_ramp_has_its_slope(void **state)
{
    static const double rates[] = {70.5, 76, 80, 87.5, 320, 500};

    (void)state;
    for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++)
        assert_in_range(ramp(rates[i], 500, 0.5), 499900, 500100);
}

/* 100 N in 0.1 s are 1000 N/s, but over a window of 200 ms there are 100 N / 0.2 s in it: 500 N/s. */
static void test_what_is_quicker_than_the_window_is_spread_over_it(void **state)
{
    (void)state;
    assert_in_range(ramp(80, 1000, 0.1), 499900, 500100);
}

static void test_at_ten_samples_a_second_it_does_not_exist(void **state)
{
    (void)state;
    assert_true(ramp(10, 500, 0.5) == ABSENT);
    assert_true(ramp(65, 500, 0.5) == ABSENT);
}

/* A hole of 0.3 s over the beginning of the rise: what is flat on either side of it is no rise. */
static void test_over_a_hole_it_does_not_exist(void **state)
{
    struct rfd rfd;

    (void)state;
    rfd_begin(&rfd);
    assert_true(rfd_mn_s(&rfd) == ABSENT);
    for (int i = 0; i < 240; i++) {
        double t = i / 80.0;
        struct sample sample = {.t_ns = (int64_t)(t * 1e9), .force_mn = t < 1 ? 0 : 100000};

        if (t >= 0.95 && t < 1.25)
            continue;
        rfd_sample(&rfd, &sample);
        if (t < 1)
            rfd_rest(&rfd);
    }
    assert_true(rfd_mn_s(&rfd) == ABSENT);
}

/* Trembling and creeping in the band since the rest was over: nothing developed. */
static void test_without_a_rise_from_rest_it_does_not_exist(void **state)
{
    struct rfd rfd;

    (void)state;
    rfd_begin(&rfd);
    for (int i = 0; i < 240; i++) {
        struct sample sample = {.t_ns = i * (NS_PER_S / 80), .force_mn = 100000 + 10 * i + 500 * (i % 3)};

        rfd_sample(&rfd, &sample);
    }
    assert_true(rfd_mn_s(&rfd) == ABSENT);
}

/* A kick of 200 N is over when F is at rest again: the ramp of 500 N/s after it is what is told. */
static void test_what_rose_and_fell_again_is_nothing(void **state)
{
    struct rfd rfd;

    (void)state;
    rfd_begin(&rfd);
    for (int i = 0; i < 160; i++) {
        double t = i / 80.0, f = t >= 0.5 && t < 0.55 ? 200 : t < 1 ? 0 : t < 1.5 ? 500 * (t - 1) : 250;
        struct sample sample = {.t_ns = (int64_t)(t * 1e9), .force_mn = (int32_t)(1000 * f + 0.5)};

        rfd_sample(&rfd, &sample);
        if (f < 25)
            rfd_rest(&rfd);
    }
    assert_in_range(rfd_mn_s(&rfd), 499900, 500100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_straight_ramp_has_its_slope),
        cmocka_unit_test(test_what_is_quicker_than_the_window_is_spread_over_it),
        cmocka_unit_test(test_at_ten_samples_a_second_it_does_not_exist),
        cmocka_unit_test(test_over_a_hole_it_does_not_exist),
        cmocka_unit_test(test_without_a_rise_from_rest_it_does_not_exist),
        cmocka_unit_test(test_what_rose_and_fell_again_is_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
