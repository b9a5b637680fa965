/* SPDX-License-Identifier: MIT */
/* The moving foot taps the floor, and rests there: for long, and with a good deal of the weight. */
#include "tap_signal.h"

#define RATE 80.0

/* In the air from *t for 6 s, on the chair with lean_n from 2 s after the lift on; the hand lets go when the foot is down. */
static void add_leaning_air(int *n, double *t, double lean_n)
{
    const struct corner leans[] = {{*t, W - D},
                                   {*t + 0.12, W},
                                   {*t + 2.0, W},
                                   {*t + 2.4, W - lean_n},
                                   {*t + 6.0, W - lean_n},
                                   {*t + 6.12, W - D - lean_n},
                                   {*t + 6.52, W - D}};

    for (int i = 0; i < 7; i++)
        c[(*n)++] = leans[i];
    *t += 7.12;
}

/* `reps` with a hand in one of them, a rest of rest_s before another, and still for after_s in the end. */
static void run_leaning(int reps, int leans, double lean_n, int rests, double rest_s, double after_s)
{
    double t = 2.0;
    int n = 0;
    struct sway sway = sway_make(11, RATE, 2.4);

    for (int k = 0; k < reps; k++) {
        t += k == rests ? rest_s : 0.0;
        if (k == leans)
            add_leaning_air(&n, &t, lean_n);
        else
            add_air(&n, &t, D, 6.0, 1.0);
    }
    begin(W - D, 2.4);
    rep_run_shape(&run, c, n, RATE, 0.0, t + after_s, &sway);
}

/* Counted to seven, and nobody cues five more. */
static void who_leaned_once_and_then_stands_still_has_not_moved(void **state)
{
    (void)state;
    for (int leans = 3; leans < 6; leans++)
        for (double lean_n = 30.0; lean_n < 61.0; lean_n += 15.0) {
            run_leaning(7, leans, lean_n, 7, 0.0, 60.0);
            if (run.full != 7 || run.not_seen != 0)
                fail_msg("%.0f N in rep %d: %d of 7, not seen %d", lean_n, leans + 1, run.full, run.not_seen);
        }
}

static void who_leaned_once_may_rest(void **state)
{
    (void)state;
    for (double lean_n = 30.0; lean_n < 61.0; lean_n += 15.0) {
        run_leaning(8, 1, lean_n, 3, 9.0, 2.0);
        if (run.full != 8 || run.not_seen != 0)
            fail_msg("%.0f N: %d of 8, not seen %d", lean_n, run.full, run.not_seen);
    }
}

/* From what a foot weighs to what is nearly a step off the box; shorter than standing on both feet, and longer. */
static void a_heavy_foot_is_counted(void **state)
{
    (void)state;
    for (double depth = 60.0; depth < 320.0; depth += 25.0)
        for (double floor_s = 1.0; floor_s < 3.5; floor_s += 1.0) {
            double t = 2.0;
            int n = 0;
            struct sway sway = sway_make(12, RATE, 2.4);
            for (int k = 0; k < 8; k++)
                add_air(&n, &t, depth, 6.0, floor_s);
            begin(W - depth, 2.4);
            rep_run_shape(&run, c, n, RATE, 0.0, t + 2.0, &sway);
            if (run.full != 8 || run.not_seen != 0)
                fail_msg("%.0f N, %.0f s: %d of 8, not seen %d", depth, floor_s, run.full, run.not_seen);
        }
}

/* 1.1 % of body weight: peaks reach out of a tap of 8 % time and again, yet it is lower on the mean. 42 lost without that. */
static void a_tap_that_sway_nearly_hides_is_counted(void **state)
{
    (void)state;
    int lost = 0;

    for (uint64_t seed = 1; seed <= 40; seed++) {
        double t = 2.0;
        int n = 0;
        struct sway sway = sway_make(seed, RATE, 9.0);
        for (int k = 0; k < 8; k++)
            add_air(&n, &t, 60.0, 6.0, 1.5);
        begin(W - 60.0, 10.0);
        rep_run_shape(&run, c, n, RATE, 0.0, t + 2.0, &sway);
        lost += 8 - run.full;
    }
    if (lost > 25)
        fail_msg("%d of 320 taps lost", lost);
}

/* How the weight that came onto the foot in the pause leaves it: just before the lift, half a second earlier, or slowly. */
enum back { BACK_LATE, BACK_EARLY, BACK_SLOWLY, BACK_COUNT };

static void add_standing_pause(int *n, double from, double to, double depth, double more_n, enum back back)
{
    double takes = back == BACK_SLOWLY ? fmin(0.8, (to - from) / 2.2) : 0.3;
    double early = back == BACK_EARLY ? fmin(0.5, (to - from) / 3.0) : 0.05;
    const struct corner corners[] = {{from + 0.05, W - depth},
                                     {from + 0.05 + takes, W - depth - more_n},
                                     {to - early - fmin(takes, 0.25), W - depth - more_n},
                                     {to - early, W - depth}};

    for (int i = 0; i < 4; i++)
        c[(*n)++] = corners[i];
}

static void stand(double depth, double more_n, double floor_s, enum back back)
{
    double t = 2.0;
    int n = 0, said = 0;
    struct sway sway = sway_make(13, RATE, 2.4);

    for (int k = 0; k < 8; k++) {
        add_air(&n, &t, depth, 6.0, floor_s);
        add_standing_pause(&n, t - floor_s, t, depth, more_n, back);
    }
    begin(W - depth, 2.4);
    rep_run_shape(&run, c, n, RATE, 0.0, t + 2.0, &sway);
    for (int k = 0; k < run.n; k++)
        said += (run.reps[k].flags & FLAG_HAND_SUPPORT) != 0;
    if (run.full != 8 || run.not_seen != 0 || said > 2)
        fail_msg("%.0f N, then %.0f N more, %.1f s, back %d: %d of 8, not seen %d, a hand in %d", depth, more_n,
                 floor_s, back, run.full, run.not_seen, said);
}

/* More of the weight on the foot for a part of the pause: nothing to go by cue for; a hand is said of a rep or two at most. */
static void both_feet_in_the_pause_are_no_hand(void **state)
{
    (void)state;
    for (double depth = 45.0; depth < 80.0; depth += 15.0)
        for (double more_n = 20.0; more_n < 121.0; more_n += 20.0)
            for (double floor_s = 1.0; floor_s < 4.1; floor_s += 1.0)
                for (enum back back = BACK_LATE; back < BACK_COUNT; back++)
                    stand(depth, more_n, floor_s, back);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_leaned_once_and_then_stands_still_has_not_moved),
        cmocka_unit_test(who_leaned_once_may_rest),
        cmocka_unit_test(a_heavy_foot_is_counted),
        cmocka_unit_test(a_tap_that_sway_nearly_hides_is_counted),
        cmocka_unit_test(both_feet_in_the_pause_are_no_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
