/* SPDX-License-Identifier: MIT */
/* Taps by a converter of ten samples a second, each the mean of 0.4 s: counted, told in time, whatever single reads are. */
#include "tap_signal.h"

#define REPS 6
#define TOLD 5.1 /* periods after the foot is half down: two of the mean, two more for the rest of it, one under way */

static const double rates[] = {9.5, 10.0, 11.65};
static double down_s[REPS], told_s[REPS];

/* spike_n: added to the one sample that is read at spike_s. */
static void play(int n, double rate, double to_s, double spike_s, double spike_n)
{
    begin(W - D, 1.0);
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

static int taps(double floor_s, double *ret_to_s)
{
    double t = 2.0;
    int n = 0;

    for (int k = 0; k < REPS; k++)
        down_s[k] = add_air(&n, &t, D, 6.0, floor_s) + 6.0;
    *ret_to_s = t + 1.0;
    return n;
}

static void every_tap_is_told_soon_after_the_foot_is_down(void **state)
{
    (void)state;
    for (int r = 0; r < 3; r++)
        for (double floor_s = 0.6; floor_s < 2.0; floor_s += 0.13) {
            double to_s;
            int n = taps(floor_s, &to_s);
            play(n, rates[r], to_s, -1.0, 0.0);
            assert_int_equal(run.full, REPS);
            for (int k = 0; k < REPS; k++)
                if (told_s[k] - down_s[k] > TOLD / rates[r] || told_s[k] < down_s[k])
                    fail_msg("%.2f samples/s, on the floor for %.2f s: told %+.2f s", rates[r], floor_s,
                             told_s[k] - down_s[k]);
        }
}

static void a_corrupt_read_at_any_time_is_no_tap_and_costs_none(void **state)
{
    static const double sizes[] = {-8000.0, -700.0, -300.0, -100.0, -55.0, 40.0, 65.0, 150.0, 8000.0};

    (void)state;
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (double spike_s = 16.0; spike_s < 24.0; spike_s += 0.1) {
            double to_s;
            int n = taps(1.0, &to_s);
            play(n, 10.0, to_s, spike_s, sizes[i]);
            if (run.full != REPS || run.n != REPS || run.not_seen != 0)
                fail_msg("%+.0f N at %.1f s: %d reps of %d", sizes[i], spike_s, run.full, REPS);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_tap_is_told_soon_after_the_foot_is_down),
        cmocka_unit_test(a_corrupt_read_at_any_time_is_no_tap_and_costs_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
