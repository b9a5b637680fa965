/* SPDX-License-Identifier: MIT */
/* Bridges and thrusts by a converter of ten samples a second, each the mean of 0.4 s: counted, and told in time. */
#include "pelvis_signal.h"

#define B    118.0
#define REPS 6
#define TOLD 6.02 /* periods after pelvis down: two of a mean, two of unloading, one to wait, one under way */

static const struct dose dose = {.reps_max = 10, .tempo_ms = {2000, 2000, 3000, 1000}};
static const enum detector_kind kinds[] = {DETECTOR_BRIDGE, DETECTOR_THRUST};
static const double rates[] = {9.5, 10.0, 11.65};
static struct rep_run run;
static struct corner c[256];
static double down_s[REPS], off_s[REPS], told_s[REPS];

static double spike_n = 8000.0; /* what a corrupt read adds: 2^23 */

/* Samples as a slow converter gives them, at_s read and the four periods before it meant; spike_s: one read is corrupt. */
static void play(enum detector_kind kind, int n, double rate, double to_s, double spike_s)
{
    rep_run_begin(&run, kind, &dose, B, 0.4, -1.0);
    for (int i = 0; i / rate < to_s; i++) {
        double sum = 0.0;
        int had = run.n;
        for (int k = 0; k < 40; k++)
            sum += shape_at(c, n, (i - 4.0 + (k + 0.5) / 10.0) / rate);
        bool spike = i / rate <= spike_s && (i + 1) / rate > spike_s;
        struct sample s = sample_of(i / rate, sum / 40.0 + (spike ? spike_n : 0.0));
        rep_run_sample(&run, &s);
        for (int k = had; k < run.n && k < REPS; k++)
            told_s[k] = i / rate;
    }
}

static int lifts(double unload_s, double *ret_to_s)
{
    double t = 2.0;
    int n = 0;

    for (int k = 0; k < REPS; k++) {
        off_s[k] = add_lift(c, &n, &t, B, (struct lift){118.0, 43.0, 0.3, 2.0, 2.0, 3.0, unload_s, 1.0});
        down_s[k] = off_s[k] + 7.0;
    }
    *ret_to_s = t + 1.0;
    return n;
}

static void every_rep_is_told_soon_after_the_pelvis_is_down(void **state)
{
    (void)state;
    for (int kind = 0; kind < 2; kind++)
        for (int r = 0; r < 3; r++)
            for (double unload_s = 0.15; unload_s < 0.42; unload_s += 0.05) {
                double to_s;
                int n = lifts(unload_s, &to_s);
                play(kinds[kind], n, rates[r], to_s, -1.0);
                assert_int_equal(run.full, REPS);
                for (int k = 0; k < REPS; k++)
                    if (told_s[k] - down_s[k] > TOLD / rates[r] || told_s[k] < down_s[k])
                        fail_msg("kind %d, %.2f samples/s, unloading %.2f s: told %+.2f s", kind, rates[r], unload_s,
                                 told_s[k] - down_s[k]);
            }
}

/* Though the last sample looked at is still above a tenth of the plateau. */
static void time_under_tension_is_whole(void **state)
{
    (void)state;
    for (int kind = 0; kind < 2; kind++)
        for (double unload_s = 0.15; unload_s < 0.42; unload_s += 0.05) {
            double to_s, more_s = 0.3 * 0.8 + unload_s * 0.8; /* of loading and unloading lie above 0.1 A, about */
            int n = lifts(unload_s, &to_s);
            play(kinds[kind], n, 10.0, to_s, -1.0);
            assert_int_equal(run.full, REPS);
            for (int k = 0; k < REPS; k++)
                assert_near(s_of(run.reps[k].tut_ns), 7.0 + more_s, 0.07 * 7.0 / 2);
        }
}

/* Of 161 N above the rest level; a quarter of a third of that is what one mean alone may stand out by, hips being quick. */
static void a_corrupt_read_is_no_peak(void **state)
{
    (void)state;
    spike_n = 60.0;
    for (int kind = 0; kind < 2; kind++)
        for (double spike_s = 3.0; spike_s < 20.0; spike_s += 0.1) {
            double to_s;
            int n = lifts(0.25, &to_s);
            play(kinds[kind], n, 10.0, to_s, spike_s);
            assert_int_equal(run.full, REPS);
            for (int k = 0; k < REPS; k++)
                if (run.reps[k].peak_mn > 161000 * 112 / 100)
                    fail_msg("kind %d, spike at %.1f s: peak %.1f N", kind, spike_s,
                             (double)run.reps[k].peak_mn / 1000.0);
        }
    spike_n = 8000.0;
}

/* The box never carries less than nothing: no mean of four periods falls by more than a quarter of what was on it. */
static void a_spike_at_any_time_costs_nothing(void **state)
{
    static const double sizes_n[] = {8000.0, -8000.0, -300.0, -250.0, -200.0, -150.0, -120.0};

    (void)state;
    for (size_t v = 0; v < sizeof sizes_n / sizeof sizes_n[0]; v++)
        for (int kind = 0; kind < 2; kind++)
            for (double spike_s = 10.0; spike_s < 20.0; spike_s += 0.1) {
                double to_s;
                int n = lifts(0.25, &to_s);
                spike_n = sizes_n[v];
                play(kinds[kind], n, 10.0, to_s, spike_s);
                if (run.full != REPS || run.n != REPS)
                    fail_msg("kind %d, spike of %.0f N at %.1f s: %d reps of %d", kind, spike_n, spike_s, run.full,
                             REPS);
            }
    spike_n = 8000.0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rep_is_told_soon_after_the_pelvis_is_down),
        cmocka_unit_test(time_under_tension_is_whole),
        cmocka_unit_test(a_corrupt_read_is_no_peak),
        cmocka_unit_test(a_spike_at_any_time_costs_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
