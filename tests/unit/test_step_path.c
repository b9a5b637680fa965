/* SPDX-License-Identifier: MIT */
/*
 * The integrals that every fit of a step-up goes over, walked once for all of them: they are those of the force, a jolt is
 * not in them, and twelve seconds at the quickest converter's rate have room.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "daemon/core/detect/detector_memory.h"
#include "daemon/core/detect/step/step_path.h"

#define BW_MN 800000
#define G     9.80665

static struct rep_buffer buffer;
static struct step_path path;

/* n samples at that rate, that force for all of the time. */
static struct step_stretch stretch_of(int n, int sps, int32_t f_mn)
{
    static const struct step_jolts none;

    rep_buffer_clear(&buffer);
    for (int i = 0; i < n; i++)
        rep_buffer_push(&buffer, &(struct sample){.t_ns = 7 * NS_PER_S + i * NS_PER_S / sps, .force_mn = f_mn});
    return (struct step_stretch){.buffer = &buffer, .jolts = &none, .from = 0, .to = n - 1, .bw_mn = BW_MN};
}

static void the_integrals_are_those_of_the_force(void **state)
{
    (void)state;
    struct step_stretch stretch = stretch_of(161, 80, BW_MN / 10 * 11);

    assert_true(step_path_walk(&path, &stretch));
    assert_int_equal(path.n, 161);
    for (int i = 0; i < path.n; i++) {
        double t = i / 80.0;
        assert_true(fabs(path.v[i].t - t) < 1e-9);
        assert_true(fabs(path.v[i].v - 0.1 * G * t) < 1e-9);
        assert_true(fabs(path.v[i].h - 0.05 * G * t * t) < 1e-9);
    }
}

/* A kick of 20 kg for 50 ms, in the middle of standing still. */
static void a_jolt_is_not_in_them(void **state)
{
    (void)state;
    struct step_stretch stretch = stretch_of(160, 80, BW_MN);
    struct step_jolts jolts = {.n = 1, .v = {{79, 84}}};

    for (int i = 80; i < 84; i++)
        rep_buffer_put(&buffer, i, BW_MN + 200000);
    assert_true(step_path_walk(&path, &stretch));
    assert_true(path.v[159].v > 0.1);
    stretch.jolts = &jolts;
    assert_true(step_path_walk(&path, &stretch));
    assert_true(fabs(path.v[159].v) < 1e-9);
    assert_true(fabs(path.v[159].h) < 1e-9);
}

static void the_longest_rep_of_the_quickest_converter_has_room(void **state)
{
    (void)state;
    struct step_stretch stretch = stretch_of(12 * 320 + 1, 320, BW_MN);

    assert_true(step_path_walk(&path, &stretch));
    stretch = stretch_of(12 * 320 + 2, 320, BW_MN);
    assert_false(step_path_walk(&path, &stretch)); /* STEP_SPAN_MAX_S */
    stretch = stretch_of(16, 80, BW_MN);
    assert_false(step_path_walk(&path, &stretch)); /* too short to be a step-up */
    stretch = stretch_of(STEP_PATH_MAX + 1, 1000, BW_MN);
    assert_false(step_path_walk(&path, &stretch));
    assert_int_equal(path.n, 0);
}

/* The room is in the memory that is there for curls anyway. */
static void it_takes_no_more_memory(void **state)
{
    (void)state;
    assert_true(sizeof(struct step_detector) <= sizeof(struct curl_detector));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_integrals_are_those_of_the_force),
        cmocka_unit_test(a_jolt_is_not_in_them),
        cmocka_unit_test(the_longest_rep_of_the_quickest_converter_has_room),
        cmocka_unit_test(it_takes_no_more_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
