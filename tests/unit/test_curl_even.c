/* SPDX-License-Identifier: MIT */
/* Curls whose ways halt, and slow ones whose ways do not. */
#include "rep_run.h"

#define RATE 80.0
#define B    800.0
#define A    60.0
#define SWAY 1.6 /* 0.2 % of body weight: two legs */

static const struct dose dose = {.reps_max = 10};
static struct rep_run run;
static struct corner c[64];

/* Six reps; up and down halt at half of A for so long, 0: not at all. */
static void play(struct tempo tempo, double up_s, double down_s, double sway_sd, uint64_t seed)
{
    struct sway sway = sway_make(seed, RATE, sway_sd);
    double t = 3.0;
    int n = 0;

    for (int k = 0; k < 6; k++) {
        c[n++] = (struct corner){t, B};
        if (up_s > 0.0) {
            c[n++] = (struct corner){t += tempo.con / 2.0, B + A / 2.0};
            c[n++] = (struct corner){t += up_s, B + A / 2.0};
        }
        c[n++] = (struct corner){t += up_s > 0.0 ? tempo.con / 2.0 : tempo.con, B + A};
        c[n++] = (struct corner){t += tempo.top, B + A};
        if (down_s > 0.0) {
            c[n++] = (struct corner){t += tempo.ecc / 2.0, B + A / 2.0};
            c[n++] = (struct corner){t += down_s, B + A / 2.0};
        }
        c[n++] = (struct corner){t += down_s > 0.0 ? tempo.ecc / 2.0 : tempo.ecc, B};
        t += tempo.bottom;
    }
    rep_run_begin(&run, DETECTOR_CURL, &dose, B, sway_sd, A);
    rep_run_shape(&run, c, n, RATE, 0.0, t + 1.0, &sway);
    assert_int_equal(run.n, 6);
}

static int flagged(unsigned flag)
{
    int n = 0;

    for (int i = 0; i < run.n; i++)
        n += (run.reps[i].flags & flag) != 0;
    return n;
}

static void slow_ways_are_no_pauses(void **state)
{
    (void)state;
    static const double ecc_s[] = {4.0, 8.0, 10.0, 13.0, 15.0};

    for (size_t k = 0; k < sizeof(ecc_s) / sizeof(ecc_s[0]); k++)
        for (uint64_t seed = 1; seed <= 4; seed++) {
            play((struct tempo){0.3 * ecc_s[k], 1.0, ecc_s[k], 1.5}, 0.0, 0.0, SWAY, seed);
            assert_int_equal(flagged(FLAG_PAUSE_IN_ECC), 0);
            assert_int_equal(flagged(FLAG_TWO_PART), 0);
        }
}

/* 2 s within ways of 2 to 10 s. */
static void a_pause_on_the_way_down_is_told(void **state)
{
    (void)state;
    static const double ecc_s[] = {2.0, 4.0, 6.0, 10.0};

    for (size_t k = 0; k < sizeof(ecc_s) / sizeof(ecc_s[0]); k++)
        for (uint64_t seed = 1; seed <= 4; seed++) {
            play((struct tempo){1.5, 1.0, ecc_s[k], 1.5}, 0.0, 2.0, SWAY, seed);
            assert_int_equal(flagged(FLAG_PAUSE_IN_ECC), 6);
            assert_int_equal(flagged(FLAG_TWO_PART), 0);
        }
}

static void a_halt_on_the_way_up_is_told(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        play((struct tempo){2.0, 1.0, 3.0, 1.5}, 0.8, 0.0, SWAY, seed);
        assert_int_equal(flagged(FLAG_TWO_PART), 6);
        assert_int_equal(flagged(FLAG_PAUSE_IN_ECC), 0);
    }
}

/* In sway of A/7 a short way seems to stop now and then: there is no time to. */
static void short_ways_in_sway_are_even(void **state)
{
    (void)state;
    int reps = 0, told = 0;

    for (uint64_t seed = 1; seed <= 40; seed++) {
        play((struct tempo){1.0, 1.2, 1.2, 1.2}, 0.0, 0.0, A / 5.5, seed);
        reps += run.n;
        told += flagged(FLAG_TWO_PART | FLAG_PAUSE_IN_ECC);
    }
    printf("%d of %d\n", told, reps);
    assert_true(told * 100 <= reps);
}

/* The other way's length is told within its uncertainty, or not at all: what halted says nothing about its shape. */
static void what_halts_does_not_bend_the_other_way(void **state)
{
    (void)state;
    int told = 0;

    for (int which = PHASE_CON; which <= PHASE_ECC; which += PHASE_ECC - PHASE_CON)
        for (uint64_t seed = 1; seed <= 6; seed++) {
            bool con = which == PHASE_CON;
            play((struct tempo){2.0, 1.5, 3.0, 2.0}, con ? 0.0 : 0.8, con ? 2.0 : 0.0, SWAY, seed);
            for (int i = 0; i < run.n; i++) {
                const struct phase_time *phase = &run.reps[i].phases[which];
                if (phase->src == SRC_NONE || phase->move_ns == ABSENT)
                    continue;
                double off_s = fabs(s_of(phase->move_ns) - (con ? 2.0 : 3.0));
                assert_true(off_s <= 4.0 * s_of(phase->sd_ns)); /* was 5 to 25 of them */
                told++;
            }
        }
    printf("%d told\n",
           told); /* few: of one way alone, and no habit yet, six shapes are mostly apart by more than may be told */
    assert_true(told > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slow_ways_are_no_pauses),
        cmocka_unit_test(a_pause_on_the_way_down_is_told),
        cmocka_unit_test(a_halt_on_the_way_up_is_told),
        cmocka_unit_test(short_ways_in_sway_are_even),
        cmocka_unit_test(what_halts_does_not_bend_the_other_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
