/* SPDX-License-Identifier: MIT */
/*
 * Live phases of step-ups against the definition of the phase (physics: 95 % of the height, 0.5 BW, the last 0.9 BW).
 *
 * Bounds: within 300 ms from a set's second rep on (tools/bench accuracy: p90 0.24 s top, 0.17 s ecc, 0.27 s bottom).
 * In its first rep nobody knows the weight, nor the speed with which the box began to carry everything: the top is told
 * when the braking gets less. FIRST_S is what that does. The end of ecc waits for the dwell of 150 ms below 0.5 BW,
 * which a dip on a fast way down does not outlast.
 */
#include "step_signal.h"

#define REPS_MAX_ 2000
#define LIVE_S    0.30
#define FIRST_S   0.60

static struct rep_run run;
static struct step_up ups[16];

struct errors {
    int n;
    double v[REPS_MAX_];
};

static struct errors first[PHASE_COUNT], later[PHASE_COUNT];

static double nearest(enum phase phase, double t)
{
    double best = 3.0;

    for (int i = 0; i < run.n_phases; i++)
        if (run.phases[i].phase == phase && fabs(s_of(run.phases[i].t_ns) - t) < best)
            best = fabs(s_of(run.phases[i].t_ns) - t);
    return best;
}

static void add(struct errors *errors, double v)
{
    assert_true(errors->n < REPS_MAX_);
    errors->v[errors->n++] = v;
}

static void judge(int n)
{
    for (int k = 0; k < n; k++) {
        struct step_truth truth = step_truth_of(&ups[k]);
        struct errors *errors = k == 0 ? first : later;
        add(&errors[PHASE_CON], nearest(PHASE_CON, truth.con));
        add(&errors[PHASE_TOP], nearest(PHASE_TOP, truth.top));
        add(&errors[PHASE_ECC], nearest(PHASE_ECC, truth.ecc));
        add(&errors[PHASE_BOTTOM], nearest(PHASE_BOTTOM, truth.end));
    }
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Six of seven: with nine of ten, which the bench shows, one seed in a few hundred would lie beyond by chance. */
static double most(struct errors *errors)
{
    qsort(errors->v, (size_t)errors->n, sizeof(double), by_size);
    return errors->v[errors->n * 6 / 7];
}

static void set_of(struct lcg *lcg, int i)
{
    static const double rates[] = {76.0, 80.0, 87.5, 320.0};
    double weight = STEP_G * lcg_between(lcg, 45.0, 130.0), con = lcg_between(lcg, 1.0, 3.0);
    double top = lcg_between(lcg, 0.5, 2.0), ecc = lcg_between(lcg, 1.2, 5.0), t = 2.0;
    struct dose dose = {.reps_max = 10, .step_height_mm = 300};
    int n = 8;

    for (int k = 0; k < n; k++) {
        double hurry = lcg_between(lcg, 0.85, 1.1);
        ups[k] = (struct step_up){.start = t,
                                  .con = con * hurry,
                                  .top = top * hurry,
                                  .ecc = ecc * hurry,
                                  .height_m = 0.3,
                                  .weight_n = weight,
                                  .foot = i % 3 == 0 ? 0.0 : 0.1,
                                  .tap = 0.045};
        t = step_end_s(&ups[k]) + lcg_between(lcg, 0.5, 2.0);
    }
    struct sway sway = sway_make(lcg->state, rates[i % 4], weight * lcg_between(lcg, 0.003, 0.006));
    rep_run_begin(&run, DETECTOR_STEP, &dose, -1.0, -1.0, -1.0);
    step_run(&run, ups, n, rates[i % 4], 0.0, t + 1.0, &sway);
    assert_int_equal(run.full, n);
    judge(n);
}

static void live_phases_are_told_in_time(void **state)
{
    (void)state;
    struct lcg lcg = {signal_seed()};

    for (int i = 0; i < 150; i++)
        set_of(&lcg, i);
    for (int p = 0; p < PHASE_COUNT; p++) {
        double late = most(&later[p]), unknown = most(&first[p]);
        printf("%s: six of seven within %.3f s, in the first rep %.3f s\n", phase_str((enum phase)p), late, unknown);
        assert_true(late <= LIVE_S);
        assert_true(unknown <= FIRST_S);
    }
}

/* Nobody stands still in a slow push-off: from the second rep on no top is told before 85 % of the way in time. */
static void a_slow_push_off_is_no_top(void **state)
{
    (void)state;
    struct dose dose = {.reps_max = 10, .step_height_mm = 300};
    struct sway sway = sway_make(5, 80.0, 3.0);

    for (int k = 0; k < 5; k++)
        ups[k] = (struct step_up){2.0 + 9.0 * k, 4.0, 1.0, 3.0, 0.3, 784.532, 0.1, 0.045};
    rep_run_begin(&run, DETECTOR_STEP, &dose, -1.0, -1.0, -1.0);
    step_run(&run, ups, 5, 80.0, 0.0, 48.0, &sway);
    for (int i = 0; i < run.n_phases; i++) {
        double t = s_of(run.phases[i].t_ns);
        int k = (int)((t - 2.0) / 9.0);
        if (run.phases[i].phase == PHASE_TOP && k > 0)
            assert_true(t >= step_truth_of(&ups[k]).top - LIVE_S);
    }
}

/* A hand that presses down on top (1.5 % BW) feigns a way up there; that leaks away, and the way down is told. */
static void a_hand_on_top_hides_no_way_down(void **state)
{
    (void)state;
    struct dose dose = {.reps_max = 10, .step_height_mm = 300};

    for (int k = 0; k < 4; k++)
        ups[k] = (struct step_up){2.0 + 9.0 * k, 1.5, 3.0, 2.5, 0.3, 784.532, 0.1, 0.045};
    rep_run_begin(&run, DETECTOR_STEP, &dose, 78.4532, -1.0, -1.0);
    for (int i = 0; i < 38 * 80; i++) {
        double t = i / 80.0, f = 78.4532, from = ups[3].start + ups[3].con + 0.5;
        for (int k = 0; k < 4; k++)
            if (t >= ups[k].start - 0.5 && t < step_end_s(&ups[k]) + 0.5)
                f = step_force(&ups[k], t);
        struct sample s = sample_of(t, t > from && t < from + 2.0 ? f + 12.0 : f);
        rep_run_sample(&run, &s);
    }
    assert_near(nearest(PHASE_ECC, step_truth_of(&ups[3]).ecc), 0.0, 0.5);
}

/* A converter whose samples are no means over four periods: its first rep shows that, and from then on no phase is told. */
static void a_slow_converter_of_another_kind_tells_no_phases(void **state)
{
    (void)state;
    struct dose dose = {.reps_max = 10, .step_height_mm = 300};

    for (int k = 0; k < 3; k++)
        ups[k] = (struct step_up){2.0 + 7.0 * k, 1.5, 1.0, 3.0, 0.3, 784.532, 0.1, 0.045};
    rep_run_begin(&run, DETECTOR_STEP, &dose, 78.4532, -1.0, -1.0);
    step_run(&run, ups, 3, 11.65, 0.0, 24.0, NULL);
    assert_int_equal(run.full, 3);
    for (int i = 0; i < run.n_phases; i++)
        assert_true(run.phases[i].t_ns <= run.told_ns[0] + NS_PER_S);
    for (int k = 0; k < 3; k++) {
        assert_int_equal(run.reps[k].flags, FLAG_LOW_RATE);
        assert_int_equal(run.reps[k].phases[PHASE_CON].src, SRC_NONE);
        assert_int_equal(run.reps[k].phases[PHASE_TOP].src, SRC_NONE);
        assert_int_equal(run.reps[k].phases[PHASE_ECC].src, SRC_NONE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(live_phases_are_told_in_time),
        cmocka_unit_test(a_slow_push_off_is_no_top),
        cmocka_unit_test(a_hand_on_top_hides_no_way_down),
        cmocka_unit_test(a_slow_converter_of_another_kind_tells_no_phases),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
