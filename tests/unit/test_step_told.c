/* SPDX-License-Identifier: MIT */
/* Step-ups at ten samples a second, each the mean of the last 0.4 s: told in time, whatever a single read says. */
#include "step_signal.h"

#define PARTS  50 /* of a period */
#define REPS   4
#define TOLD   5.0   /* periods: two of a mean, one of the fall, one to wait, one under way */
#define SEEN_N 500.0 /* of so much a body leaves no doubt */

static const struct tempo tempi[] = {{1.5, 1.0, 3.0, 1.0}, {1.2, 0.8, 1.5, 1.0}, {2.5, 1.0, 4.0, 1.5}};
static struct rep_run run;
static struct step_up ups[REPS];
static double told_s[REPS];

static double force_at(double t)
{
    for (int k = 0; k < REPS; k++)
        if (t >= ups[k].start - 0.5 && t < step_end_s(&ups[k]) + 0.5)
            return step_force(&ups[k], t);
    return ups[0].foot * ups[0].weight_n;
}

static double mean_before(double t_s, double period_s)
{
    double sum = 0.0;

    for (int i = 0; i < 4 * PARTS; i++)
        sum += force_at(t_s - (i + 0.5) * period_s / PARTS);
    return sum / (4 * PARTS);
}

/* spike_n: added to the one sample that is read at spike_s. */
static void play(struct tempo tempo, double rate, double spike_s, double spike_n)
{
    step_make(ups, REPS, tempo, 0.1);
    step_begin(&run);
    for (int i = 10; i / rate < step_end_s(&ups[REPS - 1]) + 3.0; i++) {
        int had = run.n;
        bool spike = i / rate <= spike_s && (i + 1) / rate > spike_s;
        struct sample s = sample_of(i / rate, mean_before(i / rate, 1.0 / rate) + (spike ? spike_n : 0.0));
        rep_run_sample(&run, &s);
        for (int k = had; k < run.n && k < REPS; k++)
            told_s[k] = i / rate;
    }
}

static void every_step_is_told_within_half_a_second(void **state)
{
    static const double rates[] = {9.5, 10.0, 11.65};

    (void)state;
    for (int v = 0; v < 3; v++)
        for (int r = 0; r < 3; r++) {
            play(tempi[v], rates[r], -1.0, 0.0);
            assert_int_equal(run.full, REPS);
            for (int k = 0; k < REPS; k++) {
                double late_s = told_s[k] - step_truth_of(&ups[k]).end;
                if (late_s > TOLD / rates[r] || late_s < 0.0)
                    fail_msg("tempo %d, %.2f samples/s: told %+.2f s", v, rates[r], late_s);
            }
        }
}

static void a_corrupt_read_at_any_time_changes_no_count_and_no_force(void **state)
{
    static const double sizes[] = {-8000.0, -900.0, -SEEN_N, -300.0, -100.0, 100.0, 300.0, SEEN_N, 900.0, 8000.0};

    (void)state;
    play(tempi[0], 10.0, -1.0, 0.0);
    int32_t peak_mn = (int32_t)run.reps[2].peak_mn, mean_mn = (int32_t)run.reps[2].mean_mn;
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (double spike_s = ups[2].start - 1.0; spike_s < step_end_s(&ups[2]) + 1.0; spike_s += 0.1) {
            play(tempi[0], 10.0, spike_s, sizes[i]);
            if (run.full != REPS || run.n != REPS)
                fail_msg("%+.0f N at %.1f s: %d reps of %d", sizes[i], spike_s, run.full, REPS);
            if (fabs(sizes[i]) < SEEN_N)
                continue;
            assert_near((double)run.reps[2].peak_mn / 1000.0, peak_mn / 1000.0, 40.0); /* of a push-off of so much */
            assert_near((double)run.reps[2].mean_mn / 1000.0, mean_mn / 1000.0, 10.0);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_step_is_told_within_half_a_second),
        cmocka_unit_test(a_corrupt_read_at_any_time_changes_no_count_and_no_force),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
