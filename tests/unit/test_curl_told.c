/* SPDX-License-Identifier: MIT */
/* Curls at ten samples a second, each the mean of the last 0.4 s: told in time, whatever a single read says. */
#include "slow_run.h"

#define B    700.0
#define A    50.0
#define REPS 5
#define TOLD 5.0 /* periods: two of a mean, one of the fall, one to wait, one under way */

static const struct dose dose = {.reps_max = 10, .tempo_ms = {1500, 1000, 4000, 1000}};
static struct rep_run run;
static struct corner c[256];
static double told_s[REPS + 1];

/* spike_n: added to the one sample that is read at spike_s. */
static double play(struct tempo tempo, double rate, double spike_s, double spike_n)
{
    double t = 2.0;
    int n = 0;

    for (int k = 0; k < REPS; k++)
        n = add_rep(c, n, &t, B, A, tempo);
    rep_run_begin(&run, DETECTOR_CURL, &dose, B, 0.5, -1.0);
    for (int i = 0; i / rate < t + 3.0; i++) {
        double sum = 0.0;
        int had = run.n;
        bool spike = i / rate <= spike_s && (i + 1) / rate > spike_s;
        for (int k = 0; k < 40; k++)
            sum += shape_at(c, n, (i - 4.0 + (k + 0.5) / 10.0) / rate);
        struct sample s = sample_of(i / rate, sum / 40.0 + (spike ? spike_n : 0.0));
        rep_run_sample(&run, &s);
        for (int k = had; k < run.n && k < REPS; k++)
            told_s[k] = i / rate;
    }
    return t;
}

static double end_s(struct tempo tempo, int k)
{
    return 2.0 + k * (tempo.con + tempo.top + tempo.ecc + tempo.bottom) + tempo.con + tempo.top +
           (1.0 - min_jerk_inverse(0.1)) * tempo.ecc;
}

static void every_curl_is_told_within_half_a_second(void **state)
{
    static const double rates[] = {9.5, 10.0, 11.65};

    (void)state;
    for (int r = 0; r < 3; r++)
        for (double con_s = 1.0; con_s < 3.1; con_s += 0.5)
            for (double ecc_s = 1.2; ecc_s < 5.0; ecc_s += 0.6) {
                struct tempo tempo = {con_s, 1.2, ecc_s, 1.0};
                play(tempo, rates[r], -1.0, 0.0);
                assert_int_equal(run.full, REPS);
                for (int k = 0; k < REPS; k++) {
                    double late_s = told_s[k] - end_s(tempo, k);
                    if (late_s > TOLD / rates[r] || late_s < 0.0)
                        fail_msg("%.2f samples/s, up in %.1f s, down in %.1f s: rep %d told %+.2f s", rates[r], con_s,
                                 ecc_s, k + 1, late_s);
                }
            }
}

static void a_corrupt_read_at_any_time_changes_no_count_and_no_force(void **state)
{
    static const double sizes[] = {-8000.0, -900.0, -300.0, -100.0, -50.0, -20.0,
                                   20.0,    50.0,   100.0,  300.0,  900.0, 8000.0};
    const struct tempo tempo = {1.5, 1.0, 3.0, 1.0};
    double from_s = 2.0 + 2 * 6.5;

    (void)state;
    play(tempo, 10.0, -1.0, 0.0);
    double peak_n = (double)run.reps[2].peak_mn / 1000.0, mean_n = (double)run.reps[2].mean_mn / 1000.0;
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (double spike_s = from_s - 1.0; spike_s < from_s + 7.0; spike_s += 0.1) {
            play(tempo, 10.0, spike_s, sizes[i]);
            if (run.full != REPS || run.n != REPS)
                fail_msg("%+.0f N at %.1f s: %d reps of %d", sizes[i], spike_s, run.full, REPS);
            assert_near((double)run.reps[2].peak_mn / 1000.0, peak_n, A / 10.0);
            assert_near((double)run.reps[2].mean_mn / 1000.0, mean_n, A / 10.0);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_curl_is_told_within_half_a_second),
        cmocka_unit_test(a_corrupt_read_at_any_time_changes_no_count_and_no_force),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
