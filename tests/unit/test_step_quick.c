/* SPDX-License-Identifier: MIT */
/*
 * Step-ups as fast as possible: the foot is back on the step before anybody could have fallen from the highest one there
 * is. Who waits that long for a landing takes two repetitions for one; from this step nobody falls for as long.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_exercises.h"

#define STEP 1 /* of bench_setups */

static struct watch watch;

static bool quick_step(const struct bench_session *session)
{
    return session->setup == &bench_setups[STEP] && strstr(session->row, "as fast as possible") != NULL;
}

#define LIVE_NS (300 * NS_PER_MS)

static int changes, late;

/* The live stream shows each of them going down, whoever they are and from the first on. */
static void live(const struct patient_truth *truth)
{
    int64_t least_ns = 3 * NS_PER_S;
    for (int i = 0; i < watch.changes; i++)
        if (watch.change[i].phase == PHASE_ECC && live_measured(&watch.change[i]) &&
            llabs(watch.change[i].at_ns - truth->ecc_ns) < least_ns)
            least_ns = llabs(watch.change[i].at_ns - truth->ecc_ns);
    changes++;
    late += least_ns > LIVE_NS;
}

static void count(int i, const struct bench_session *session)
{
    int full = 0, truths = 0;
    watch_session(&watch, session);
    assert_int_equal(watch.error, 0);
    for (int k = 0; k < watch.reps; k++)
        full += watch.rep[k].data.outcome == REP_FULL;
    for (int k = 0; k < watch.truths; k++)
        if (truth_complete(&watch, &watch.truth[k])) {
            truths++;
            live(&watch.truth[k]);
        }
    if (watch.rep[0].data.outcome != REP_PACED && (full != truths || watch.ended != SESSION_DONE))
        fail_msg("session %d: %d of %d repetitions\n%s", BENCH_VARIED_FROM + i, full, truths, session->rx);
}

static void test_quick_step_ups_are_counted_one_by_one(void **state)
{
    const struct bench_options options = {.seed = 1, .sets = 1};
    struct bench_session session;
    int sessions = 0;
    (void)state;
    for (int i = 0; i < 22 * BENCH_VARIETIES; i++) {
        draw_session(&options, BENCH_VARIED_FROM + i, exercises, &session);
        if (!quick_step(&session))
            continue;
        sessions++;
        count(i, &session);
    }
    assert_int_equal(sessions, 22);
    print_message("of %d ways down %d shown later than 0.3 s, or never\n", changes, late);
    assert_true(late * 20 <= changes); /* one in twenty */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_quick_step_ups_are_counted_one_by_one)};
    return cmocka_run_group_tests(tests, exercises_load, exercises_unload);
}
