/* SPDX-License-Identifier: MIT */
/*
 * Old people on a step: the weight is shifted onto the lead leg for a second or two, and the body rises then. Nobody holds
 * on to anything, and every phase has its time. 80 kg, 1.5-1-3 s, sway of 0.4 % BW; GYMSTATION_SEED=N sways otherwise.
 */
#include "step_signal.h"

#define RATE  80.0
#define REPS  6
#define CON   1.5
#define TOP   1.0
#define ECC   3.0
#define PAUSE 3.0
#define FOOT  0.1

static struct rep_run run;

struct slow {
    double start, shift_s, height_m;
};

static double rise_at(const struct slow *slow)
{
    return slow->start + slow->shift_s;
}

static double end_at(const struct slow *slow)
{
    return rise_at(slow) + CON + TOP + ECC;
}

static double force_n(const struct slow *slow, double t)
{
    double up = t - rise_at(slow), down = up - CON - TOP;
    double acc = slow->height_m * (min_jerk_acc(up / CON) / (CON * CON) - min_jerk_acc(down / ECC) / (ECC * ECC));
    double shift = min_jerk((t - slow->start) / slow->shift_s) - min_jerk((down - 0.94 * ECC) / 0.25);

    return STEP_BW * (1.0 + acc / STEP_G) * (FOOT + (1.0 - FOOT) * shift);
}

static void play(double shift_s, double height_m, struct sway *sway)
{
    struct dose dose = {.reps_max = REPS, .step_height_mm = (int32_t)(1000.0 * height_m + 0.5)};
    struct slow slow = {.start = 3.0, .shift_s = shift_s, .height_m = height_m};
    int left = REPS;

    rep_run_begin(&run, DETECTOR_STEP, &dose, FOOT * STEP_BW, -1.0, -1.0);
    for (int i = 0; left > 0; i++) {
        double t = i / RATE, f = force_n(&slow, t);
        struct sample s = sample_of(t, f + sway_next(sway) * fmin(1.0, f / STEP_BW));
        rep_run_sample(&run, &s);
        if (t < end_at(&slow) + PAUSE / 2.0)
            continue;
        left--;
        slow.start = end_at(&slow) + PAUSE;
    }
}

/* From 95 % of the height downward to the last 0.9 BW. */
static double ecc_s(void)
{
    return (0.94 - 0.189) * ECC + 0.25 * 0.25;
}

static void a_shift_of_the_weight_is_no_hand(void **state)
{
    (void)state;
    static const double heights_m[] = {0.3, 0.45};
    uint64_t seed = signal_seed();
    int reps = 0, said = 0, off = 0;

    for (int h = 0; h < 2; h++)
        for (double shift_s = 1.2; shift_s < 3.1; shift_s += 0.3) {
            struct sway sway = sway_make(seed, RATE, 0.004 * STEP_BW);
            play(shift_s, heights_m[h], &sway);
            assert_int_equal(run.full, REPS);
            for (int k = 0; k < REPS; k++, reps++) {
                const struct phase_time *ecc = &run.reps[k].phases[PHASE_ECC];
                said += run.reps[k].flags == 0 && ecc->src == SRC_MODEL;
                off += ecc->src == SRC_MODEL && fabs(s_of(ecc->dur_ns) - ecc_s()) > 0.3;
            }
        }
    printf("of %d repetitions %d without a flag and with ecc, %d of them 0.3 s off\n", reps, said, off);
    assert_true(said * 10 >= reps * 8);
    assert_true(off * 10 <= reps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_shift_of_the_weight_is_no_hand)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
