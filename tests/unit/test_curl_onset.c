/* SPDX-License-Identifier: MIT */
/* A movement's beginning is told by all of it so far, and what stands still, wherever it stands, begins nothing. */
#include "daemon/core/detect/curl/curl_onset.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define AMP_MN   50000
#define NOISE_MN 5000
#define MOVE_S   2.0
#define STEP_NS  (25 * NS_PER_MS / 2)

static double height(double s)
{
    double v = s <= 0 ? 0 : s >= MOVE_S ? 1 : s / MOVE_S;
    return v * v * v * (10 + v * (6 * v - 15));
}

/* When the odds pass 1.5, s; a way up begins at begin_s, on a level that a hand moves by that share of A; -1: never. */
static double told_s(double begin_s, double level, double until_s)
{
    struct curl_onset onset;
    curl_onset_begin(&onset);
    for (int64_t t_ns = 0; t_ns < (int64_t)(until_s * 1e9); t_ns += STEP_NS) {
        double t_s = (double)t_ns / 1e9, up = t_s < 1.0 ? t_s * level : level;
        const struct curl_onset_input in = {.t_ns = t_ns,
                                            .u_mn = (int64_t)((up + height(t_s - begin_s)) * AMP_MN),
                                            .amp_mn = AMP_MN,
                                            .noise_mn = NOISE_MN,
                                            .move_ns = (int64_t)(MOVE_S * 1e9)};
        if (curl_onset_step(&onset, &in) && onset.odds > 1.5)
            return t_s;
    }
    return -1;
}

static void a_way_up_is_told_soon_after_its_first_tenth(void **state)
{
    (void)state;
    for (double begin_s = 1.0; begin_s < 8.0; begin_s += 0.37) {
        double late_s = told_s(begin_s, 0, 12) - begin_s - 0.25 * MOVE_S;
        assert_true(late_s > -0.1 && late_s < 0.3);
    }
}

static void who_stands_still_begins_nothing(void **state)
{
    (void)state;
    assert_true(told_s(1e3, 0, 60) < 0);
    assert_true(told_s(1e3, 0.1, 60) < 0); /* a hand lets go of a tenth of it, and stays there */
    assert_true(told_s(1e3, -0.3, 60) < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_way_up_is_told_soon_after_its_first_tenth),
        cmocka_unit_test(who_stands_still_begins_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
