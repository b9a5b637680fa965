/* SPDX-License-Identifier: MIT */
/* Why a set of quickly cued curls goes on by cue: its reps are in doubt, or the band is. */
#include "rep_run.h"

#define RATE 80.0
#define B    800.0
#define A    60.0

static const struct dose dose = {.reps_max = 10, .tempo_ms = {700, 400, 700, 500}, .pacing = PACING_PACED};
static const struct tempo QUICK = {0.7, 0.4, 0.7, 0.5};
static struct rep_run run;
static struct corner c[256];

static void play(int n, double to_s)
{
    struct sway sway = sway_make(7, RATE, 0.8);

    rep_run_begin(&run, DETECTOR_CURL, &dose, B, 0.8, -1.0);
    rep_run_shape(&run, c, n, RATE, 0.0, to_s, &sway);
}

/* Whose pull has been told of is seen; one of the reps is too long for its cues. */
static void reps_in_doubt_are_no_band_in_doubt(void **state)
{
    (void)state;
    double t = 0.5;
    int n = 0;

    for (int k = 0; k < 3; k++)
        n = add_rep(c, n, &t, B, A, QUICK);
    n = add_rep(c, n, &t, B, A, (struct tempo){0.7, 2.6, 0.7, 0.5});
    play(n, t + 1.0);
    assert_int_equal(run.full, 3);
    assert_int_equal(run.not_seen, 1);
    assert_int_equal(run.not_seen_flags, FLAG_MOVEMENT_NOT_SEEN);
}

/* No rep was told, but the load was up for two cycles. */
static void reps_that_are_missed_are_no_band_in_doubt(void **state)
{
    (void)state;
    double t = 0.5;
    int n = 0;

    for (int k = 0; k < 3; k++)
        n = add_rep(c, n, &t, B, A, QUICK);
    for (int k = 0; k < 3; k++)
        n = add_rep(c, n, &t, B, A, (struct tempo){0.15, 0.15, 0.15, 1.0});
    play(n, t + 4.0);
    assert_int_equal(run.not_seen, 1);
    assert_int_equal(run.not_seen_flags, FLAG_MOVEMENT_NOT_SEEN);
}

/* The first of all: whether that was a band nothing tells. */
static void a_first_rep_in_doubt_is_a_band_in_doubt(void **state)
{
    (void)state;
    double t = 0.5;
    int n = add_rep(c, 0, &t, B, A, (struct tempo){0.7, 3.0, 0.7, 0.5});

    play(n, t + 1.0);
    assert_int_equal(run.n, 0);
    assert_int_equal(run.not_seen, 1);
    assert_int_equal(run.not_seen_flags, FLAG_BAND_NOT_SEEN);
}

/* It lets go on top; two cycles later nobody has moved, and nothing is in doubt but the band. */
static void a_band_that_slips_is_a_band_not_seen(void **state)
{
    (void)state;
    double t = 0.5;
    int n = 0;

    for (int k = 0; k < 3; k++)
        n = add_rep(c, n, &t, B, A, QUICK);
    n = add_rep(c, n, &t, B, A, (struct tempo){0.7, 0.5, 0.06, 0.5});
    play(n, t + 20.0);
    assert_int_equal(run.full, 4);
    assert_int_equal(run.not_seen, 1);
    assert_int_equal(run.not_seen_flags, FLAG_BAND_NOT_SEEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reps_in_doubt_are_no_band_in_doubt),
        cmocka_unit_test(reps_that_are_missed_are_no_band_in_doubt),
        cmocka_unit_test(a_first_rep_in_doubt_is_a_band_in_doubt),
        cmocka_unit_test(a_band_that_slips_is_a_band_not_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
