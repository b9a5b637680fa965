/* SPDX-License-Identifier: MIT */
/*
 * Bridges and thrusts as fast as possible: being sped up, hips press on the feet like hips that are up, and a rep was told
 * a tenth short. What speed adds has no mean over a whole rep.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench_exercises.h"

#define ROUNDS 10 /* of all varieties */
#define MOST   0.03

static struct watch watch;
static struct rows rows;

/* Error of the rep durations of that exercise, judged as the bench does. */
static struct figure_summary quick_reps(const char *exercise)
{
    const struct bench_options options = {.seed = 1, .sets = 1};
    struct bench_session session;
    struct row *row = rows_find(&rows, exercise, true);
    for (int i = 0; i < ROUNDS * BENCH_VARIETIES; i++) {
        draw_session(&options, BENCH_VARIED_FROM + i, exercises, &session);
        if (strcmp(session.setup->exercise, exercise) != 0 || strstr(session.row, "as fast as possible") == NULL)
            continue;
        watch_session(&watch, &session);
        judge_session(row, &session, &watch);
    }
    return figure_summary(&row->figures[FIGURE_REP]);
}

static void test_quick_reps_are_as_long_as_they_are(void **state)
{
    static const char *const hips[] = {"glute_bridge", "hip_thrust"};
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct figure_summary rep = quick_reps(hips[i]);
        if (rep.n < 100 || rep.median > MOST || fabs(rep.bias) > MOST)
            fail_msg("%s: %d reps, %.1f %% off in the median, %+.1f %% on the whole", hips[i], rep.n, 100 * rep.median,
                     100 * rep.bias);
    }
    rows_clear(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_quick_reps_are_as_long_as_they_are)};
    return cmocka_run_group_tests(tests, exercises_load, exercises_unload);
}
