/* SPDX-License-Identifier: MIT */
/*
 * Who lets himself down smoothly, and leaves the rest to the floor: the foot lands at 0.15-0.4 m/s. Nobody holds on to
 * anything, each counts, and nearly every one has its phases. 80 kg, 1.5-1-e s, sway of 0.4 % BW; GYMSTATION_SEED=N sways
 * otherwise.
 */
#include "step_signal.h"

#define RATE  80.0
#define REPS  6
#define CON   1.5
#define TOP   1.0
#define PAUSE 3.0
#define LOADS 0.35
#define FOOT  0.12

static struct rep_run run;

struct down {
    double height_m, ecc, blend; /* s: of that the speed builds up */
};

/* The way down at one speed after the blend, m and m/s^2; it lands at that speed. */
static double speed_of(const struct down *down)
{
    return down->height_m / (down->ecc - 0.5 * down->blend);
}

static double force_n(const struct down *down, double t)
{
    double u = t - CON - TOP, acc = down->height_m * min_jerk_acc(t / CON) / (CON * CON);

    if (u >= 0.0 && u < down->blend)
        acc -= speed_of(down) / down->blend;
    double shift = min_jerk((t + LOADS) / LOADS) - min_jerk((u - down->ecc) / 0.12);
    return STEP_BW * (1.0 + acc / STEP_G) * (FOOT + (1.0 - FOOT) * shift);
}

static void play(const struct down *down, struct sway *sway)
{
    struct dose dose = {.reps_max = REPS, .step_height_mm = (int32_t)(1000.0 * down->height_m + 0.5)};
    double start = 3.0, length = CON + TOP + down->ecc + PAUSE;

    rep_run_begin(&run, DETECTOR_STEP, &dose, FOOT * STEP_BW, -1.0, -1.0);
    for (int i = 0; i / RATE < 3.0 + REPS * length; i++) {
        double t = i / RATE;
        if (t > start + length - PAUSE / 2.0)
            start += length;
        double f = force_n(down, t - start);
        struct sample s = sample_of(t, f + sway_next(sway) * fmin(1.0, f / STEP_BW));
        rep_run_sample(&run, &s);
    }
}

static void a_landing_at_speed_is_no_hand(void **state)
{
    (void)state;
    static const double heights_m[] = {0.3, 0.4, 0.5, 0.56, 0.6}, eccs[] = {1.5, 2.0, 3.0}, blends[] = {0.2, 0.3, 0.45};
    uint64_t seed = signal_seed();
    int reps = 0, said = 0;

    for (int k = 0; k < 45; k++) {
        const struct down down = {heights_m[k / 9], eccs[k / 3 % 3], blends[k % 3]};
        struct sway sway = sway_make(seed + (uint64_t)k, RATE, 0.004 * STEP_BW);
        play(&down, &sway);
        assert_int_equal(run.full, REPS);
        for (int r = 0; r < REPS; r++, reps++)
            said += run.reps[r].flags == 0 && run.reps[r].phases[PHASE_ECC].src == SRC_MODEL;
    }
    printf("of %d repetitions %d without a flag and with ecc\n", reps, said);
    assert_true(said * 10 >= reps * 9);
}

/* In a set's first reps: a weight that no rep bears out once came out 0.8 % low, and by it three of six went half-way. */
static void a_weight_of_a_poor_fit_takes_no_rep_away(void **state)
{
    (void)state;
    const struct down down = {0.3, 1.5, 0.2};
    struct sway sway = sway_make(1795464001, RATE, 0.004 * STEP_BW);

    play(&down, &sway);
    assert_int_equal(run.full, REPS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_landing_at_speed_is_no_hand),
        cmocka_unit_test(a_weight_of_a_poor_fit_takes_no_rep_away),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
