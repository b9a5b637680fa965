/* SPDX-License-Identifier: MIT */
/*
 * A later set of step-ups knows what the earlier ones have shown. That serves the live stream; whoever stands on the box
 * by now, at 80 and at ten samples a second, his repetitions are what they would be without. Random; the seed is printed.
 */
#include "step_signal.h"

#define EARLIER_N (90.0 * STEP_G)
#define REPS      6
#define SETS      60
#define SLOW      8 /* single periods of 1/80 s in a sample of ten a second, which is the mean of four samples' worth */

static struct rep_run with, without;
static struct step_up ups[REPS];

static void begin(struct rep_run *run, int64_t bw_mn)
{
    struct detector_setup setup = {.dose = &step_dose,
                                   .refs = {.rest_mn = ABSENT, .noise_mn = ABSENT, .bw_mn = ABSENT},
                                   .ref_amp_mn = ABSENT,
                                   .ref_step = {.bw_mn = bw_mn, .begin_m_s = 0.25, .begin_m = 0.02}};
    memset(run, 0, sizeof *run);
    run->ops = detector_ops(DETECTOR_STEP);
    run->ops->begin(&run->memory, &setup);
}

static double draw(struct lcg *lcg, double weight_n)
{
    struct tempo tempo = {.con = lcg_between(lcg, 1.0, 2.5),
                          .top = lcg_between(lcg, 0.3, 1.5),
                          .ecc = lcg_between(lcg, 1.2, 4.0),
                          .bottom = lcg_between(lcg, 0.7, 2.0)};
    step_make(ups, REPS, tempo, lcg_between(lcg, 0.0, 0.12));
    for (int k = 0; k < REPS; k++)
        ups[k].weight_n = weight_n;
    return step_end_s(&ups[REPS - 1]) + 2.0;
}

static double force_at(double t)
{
    for (int k = 0; k < REPS; k++)
        if (t >= ups[k].start - 0.5 && t < step_end_s(&ups[k]) + 0.5)
            return step_force(&ups[k], t);
    return ups[0].foot * ups[0].weight_n;
}

static void feed(double t, double f)
{
    struct sample sample = sample_of(t, fmax(f, 0.0));
    rep_run_sample(&with, &sample);
    rep_run_sample(&without, &sample);
}

static void play(struct lcg *lcg, double weight_n, bool slow)
{
    double end_s = draw(lcg, weight_n), ring[4 * SLOW] = {0}, sum = 0.0;
    struct sway sway = sway_make(lcg->state, 80.0, 0.004 * weight_n);

    begin(&with, (int64_t)(EARLIER_N * 1000.0));
    begin(&without, 0);
    for (int i = 0; i / 80.0 < end_s; i++) {
        double t = i / 80.0, f = force_at(t);
        f += sway_next(&sway) * fmin(1.0, f / weight_n);
        sum += f - ring[i % (4 * SLOW)];
        ring[i % (4 * SLOW)] = f;
        if (!slow)
            feed(t, f);
        else if (i % SLOW == 0 && i >= 4 * SLOW)
            feed(t, sum / (4 * SLOW));
    }
}

static void same_repetitions(void)
{
    assert_int_equal(with.n, without.n);
    for (int k = 0; k < with.n; k++) {
        const struct rep_data *a = &with.reps[k], *b = &without.reps[k];
        assert_int_equal(a->outcome, b->outcome);
        assert_int_equal(a->flags, b->flags);
        assert_int_equal(a->start_ns, b->start_ns);
        assert_int_equal(a->end_ns, b->end_ns);
        for (int p = 0; p < PHASE_COUNT; p++)
            assert_int_equal(a->phases[p].dur_ns, b->phases[p].dur_ns);
    }
}

static void play_sets(bool slow)
{
    static const double shares[] = {0.40, 0.46, 0.50, 0.53, 0.6, 0.8, 1.0, 1.3, 1.9};
    struct lcg lcg = {signal_seed()};
    int full = 0, sets = 0;

    for (int i = 0; i < SETS; i++) {
        double weight_n = EARLIER_N * shares[i % 9];
        play(&lcg, weight_n, slow);
        same_repetitions();
        full += with.full;
        sets++;
    }
    assert_true(full >= sets * REPS - sets / 10); /* and they are there */
}

static void who_weighs_anything_else_is_measured_as_if_alone(void **state)
{
    (void)state;
    play_sets(false);
}

static void so_he_is_by_a_slow_converter(void **state)
{
    (void)state;
    play_sets(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_weighs_anything_else_is_measured_as_if_alone),
        cmocka_unit_test(so_he_is_by_a_slow_converter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
