/* SPDX-License-Identifier: MIT */
/* Rest level, noise and contact on signals whose answers are known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "daemon/core/signal/quiet.h"
#include "signals.h"

#define RATE 80.0

static struct references refs_of(const struct quiet *quiet, double now_s)
{
    struct references refs;

    quiet_references(quiet, ns_of(now_s), 60 * NS_PER_S, &refs);
    return refs;
}

static void level_and_noise_of_a_standing_patient(void **state)
{
    (void)state;
    struct quiet quiet;
    struct sway sway = sway_make(1, RATE, 2.4); /* 0.3 % of 80 kg */

    quiet_init(&quiet);
    for (int i = 0; i < 800; i++) {
        struct sample s = sample_of(i / RATE, 784.5 + sway_next(&sway));
        quiet_step(&quiet, &s);
    }
    struct references refs = refs_of(&quiet, 10.0);
    assert_in_range(refs.rest_mn, 784500 - 600, 784500 + 600);
    assert_in_range(refs.noise_mn, 1400, 3600);
    assert_int_equal(refs.bw_mn, ABSENT);
}

static void a_slow_mount_over_5_s_is_not_quiet(void **state)
{
    (void)state;
    struct quiet quiet;
    struct corner mount[] = {{0.0, 0.0}, {5.0, 784.5}};

    quiet_init(&quiet);
    for (int i = 0; i < 400; i++) {
        struct sample s = sample_of(i / RATE, shape_at(mount, 2, i / RATE));
        quiet_step(&quiet, &s);
        if (i / RATE > 1.0 && i / RATE < 4.9)
            assert_false(quiet.have_level && quiet.level_mn > 5000);
    }
    for (int i = 400; i < 640; i++) {
        struct sample s = sample_of(i / RATE, 784.5);
        quiet_step(&quiet, &s);
    }
    assert_int_equal(refs_of(&quiet, 8.0).rest_mn, 784500);
}

static void a_kick_leaves_the_last_level_in_place(void **state)
{
    (void)state;
    struct quiet quiet;

    quiet_init(&quiet);
    for (int i = 0; i < 320; i++) {
        double t = i / RATE;
        struct sample s = sample_of(t, t > 3.0 && t < 3.05 ? 300.0 : 100.0);
        quiet_step(&quiet, &s);
    }
    assert_int_equal(quiet.level_mn, 100000);
    assert_int_equal(quiet.noise_mn, 0);
    assert_in_range(quiet.level_t_ns, ns_of(2.9), ns_of(3.01));
}

static void references_age(void **state)
{
    (void)state;
    struct quiet quiet;
    struct references refs;

    quiet_init(&quiet);
    for (int i = 0; i < 200; i++) {
        struct sample s = sample_of(i / RATE, 100.0);
        quiet_step(&quiet, &s);
    }
    assert_true(quiet_references(&quiet, ns_of(4.0), 2 * NS_PER_S, &refs));
    assert_false(quiet_references(&quiet, ns_of(5.0), 2 * NS_PER_S, &refs));
    assert_int_equal(refs.rest_mn, ABSENT);
}

static void a_gap_starts_the_history_anew(void **state)
{
    (void)state;
    struct quiet quiet;

    quiet_init(&quiet);
    for (int i = 0; i < 400; i++) {
        double t = i / RATE;
        struct sample s = sample_of(t, t < 2.0 ? 100.0 : 200.0);
        if (t < 1.5 || t > 2.6)
            quiet_step(&quiet, &s);
        if (t > 2.6 && t < 4.5)
            assert_false(quiet.have_level);
    }
    assert_int_equal(refs_of(&quiet, 5.0).rest_mn, 200000);
}

static void presence_has_hysteresis_and_contact_is_steady_within_ten_per_cent(void **state)
{
    (void)state;
    static const struct {
        double t, n;
        bool present;
    } steps[] = {
        {0.0, 15.0, false}, {0.1, 21.0, true},  {0.2, 12.0, true},  {0.3, 9.0, false},
        {0.4, 800.0, true}, {0.5, 860.0, true}, {0.6, 900.0, true}, {0.7, 850.0, true},
    };
    struct quiet quiet;

    quiet_init(&quiet);
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        struct sample s = sample_of(steps[i].t, steps[i].n);
        quiet_step(&quiet, &s);
        assert_int_equal(quiet_present(&quiet), steps[i].present);
        if (!steps[i].present)
            assert_int_equal(quiet_steady_since_ns(&quiet), ABSENT);
    }
    /* 860 is within 10 % of 800, 900 is not. */
    assert_int_equal(quiet_steady_since_ns(&quiet), ns_of(0.6));
}

static void wild_samples_do_not_overflow(void **state)
{
    (void)state;
    struct quiet quiet;
    struct lcg lcg = {7};

    quiet_init(&quiet);
    for (int i = 0; i < 20000; i++) {
        struct sample s = {.t_ns = i * (NS_PER_S / 1000), .force_mn = lcg_uniform(&lcg) < 0.5 ? INT32_MAX : INT32_MIN};
        quiet_step(&quiet, &s);
    }
    assert_false(quiet.have_level);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(level_and_noise_of_a_standing_patient),
        cmocka_unit_test(a_slow_mount_over_5_s_is_not_quiet),
        cmocka_unit_test(a_kick_leaves_the_last_level_in_place),
        cmocka_unit_test(references_age),
        cmocka_unit_test(a_gap_starts_the_history_anew),
        cmocka_unit_test(presence_has_hysteresis_and_contact_is_steady_within_ten_per_cent),
        cmocka_unit_test(wild_samples_do_not_overflow),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
