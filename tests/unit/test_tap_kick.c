/* SPDX-License-Identifier: MIT */
/* A box that is kicked and rings, and a leg that swings: neither makes a tap, nor hides one. */
#include "tap_signal.h"

#define RATE  320.0
#define SWING 24

/* 50 ms of a foot against the box, and what plate and floor make of it: 13 Hz, by a quarter less at each half. */
static void add_kick(int *n, double at, double level, double peak_n)
{
    double ring_n = -0.32 * peak_n;

    c[(*n)++] = (struct corner){at, level};
    c[(*n)++] = (struct corner){at + 0.025, level + peak_n};
    c[(*n)++] = (struct corner){at + 0.05, level};
    for (int k = 0; k < 12; k++, ring_n *= -0.75)
        c[(*n)++] = (struct corner){at + 0.07 + 0.038 * k, level + ring_n};
    c[(*n)++] = (struct corner){at + 0.6, level};
}

static void run_kicked(int kicked, double after_s, double peak_n)
{
    double t = 2.0;
    int n = 0;
    struct sway sway = sway_make(14, RATE, 2.4);

    for (int k = 0; k < 8; k++) {
        add_air(&n, &t, D, 6.0, 1.0);
        if (k == kicked)
            add_kick(&n, t - 1.0 + after_s, W - D, peak_n);
    }
    begin(W - D, 2.4);
    rep_run_shape(&run, c, n, RATE, 0.0, t + 2.0, &sway);
}

static void a_kick_as_the_foot_comes_down_costs_no_rep(void **state)
{
    (void)state;
    for (int kicked = 0; kicked < 6; kicked += 5)
        for (double peak_n = 200.0; peak_n < 401.0; peak_n += 50.0)
            for (double after_s = 0.02; after_s < 0.16; after_s += 0.03) {
                run_kicked(kicked, after_s, peak_n);
                if (run.full != 8 || run.not_seen != 0)
                    fail_msg("%.0f N, %.2f s after tap %d: %d of 8, not seen %d", peak_n, after_s, kicked + 1, run.full,
                             run.not_seen);
            }
}

/* The foot comes down hard and bounces three times at 6 Hz, at first peak_n below and above the floor. */
static void add_bounces(int *n, double at, double floor, double peak_n)
{
    for (int k = 0; k < 6; k++, at += 0.08, peak_n *= 0.85)
        c[(*n)++] = (struct corner){at + 0.04, floor + (k % 2 == 0 ? -peak_n : peak_n)};
    c[(*n)++] = (struct corner){at, floor};
}

static void a_foot_that_bounces_has_come_down_once(void **state)
{
    (void)state;
    for (int rate = 80; rate <= 320; rate *= 4)
        for (double peak_n = 60.0; peak_n < 221.0; peak_n += 40.0) {
            double t = 2.0;
            int n = 0;
            for (int k = 0; k < 8; k++) {
                add_air(&n, &t, D, 6.0, 1.2);
                add_bounces(&n, t - 1.15, W - D, peak_n);
            }
            begin(W - D, 2.4);
            rep_run_shape(&run, c, n, rate, 0.0, t + 2.0, NULL);
            if (run.full != 8 || run.not_seen != 0)
                fail_msg("%d/s, %.0f N: %d of 8, not seen %d", rate, peak_n, run.full, run.not_seen);
        }
}

/* As the leg sets off down: by a half of a tap, back at once, and to and fro about the air from then on. */
static void a_leg_that_swings_ends_no_rep(void **state)
{
    (void)state;
    for (double dip = 0.62; dip < 0.75; dip += 0.04)
        for (double sways = 0.16; sways < 0.23; sways += 0.02) {
            double t = 2.0;
            int n = 0;
            for (int k = 0; k < 8; k++) {
                double at = t + 3.0;
                c[n++] = (struct corner){t, W - D};
                c[n++] = (struct corner){t + 0.12, W};
                c[n++] = (struct corner){at, W};
                c[n++] = (struct corner){at + 0.06, W - dip * D};
                for (int i = 0; i < SWING; i++)
                    c[n++] = (struct corner){at + 0.16 + 0.1 * i, W - D * (0.08 + (i % 2 != 0 ? sways : -sways))};
                c[n++] = (struct corner){t + 6.0, W};
                c[n++] = (struct corner){t + 6.12, W - D};
                t += 7.12;
            }
            begin(W - D, 2.4);
            rep_run_shape(&run, c, n, RATE, 0.0, t + 2.0, NULL);
            if (run.full != 8 || run.not_seen != 0)
                fail_msg("down by %.2f, then by %.2f of a tap: %d of 8, not seen %d", dip, sways, run.full,
                         run.not_seen);
        }
}

/* As it sets off down it takes 0.6 of a tap off the box, and puts 0.85 of one on it for 0.4 s when it is stopped: no lift. */
static void a_leg_that_is_stopped_on_its_way_down_is_not_lifted_anew(void **state)
{
    (void)state;
    for (double on = 0.7; on < 1.01; on += 0.05)
        for (double for_s = 0.3; for_s < 0.46; for_s += 0.05) {
            double t = 2.0;
            int n = 0;
            for (int k = 0; k < 8; k++) {
                double at = t + 3.5;
                add_air(&n, &t, D, 6.0, 1.0);
                if (k < 2) /* what is usual is learnt first */
                    continue;
                n -= 2;
                const struct corner way_down[] = {{at, W},
                                                  {at + 0.1, W - 0.6 * D},
                                                  {at + 0.25, W - 0.6 * D},
                                                  {at + 0.35, W},
                                                  {at + 0.45, W + on * D},
                                                  {at + 0.45 + for_s, W + on * D},
                                                  {at + 0.55 + for_s, W},
                                                  {at + 2.5, W},
                                                  {at + 2.62, W - D}};
                for (int i = 0; i < 9; i++)
                    c[n++] = way_down[i];
            }
            begin(W - D, 2.4);
            rep_run_shape(&run, c, n, RATE, 0.0, t + 2.0, NULL);
            if (run.full != 8 || run.not_seen != 0)
                fail_msg("%.2f of a tap for %.2f s: %d of 8, not seen %d", on, for_s, run.full, run.not_seen);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kick_as_the_foot_comes_down_costs_no_rep),
        cmocka_unit_test(a_foot_that_bounces_has_come_down_once),
        cmocka_unit_test(a_leg_that_swings_ends_no_rep),
        cmocka_unit_test(a_leg_that_is_stopped_on_its_way_down_is_not_lifted_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
