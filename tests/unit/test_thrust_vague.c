/* SPDX-License-Identifier: MIT */
/*
 * Thrusts that stop on their way follow no curve: crossings of the load tell them, and their sd came to 1.3 s. What is
 * known so badly is left out; the rep counts all the same.
 */
#include <string.h>

#include "bench_exercises.h"

#define SESSIONS 6
#define VAGUE_NS (800 * NS_PER_MS) /* detector_thrust.h */
#define RATE_LOW 10000

static struct watch watch;

static const struct bench_setup *thrust_setup(void)
{
    for (int i = 0; i < BENCH_COUNTED; i++)
        if (strcmp(bench_setups[i].exercise, "hip_thrust") == 0)
            return &bench_setups[i];
    return NULL;
}

/* A movement's sd may be 0.15 of it (rise_fit.h); where there is none it is the crossing time's. */
static void check_rep(const struct seen_rep *rep)
{
    for (int p = PHASE_CON; p <= PHASE_ECC; p++) {
        const struct phase_time *phase = &rep->data.phases[p];
        if (phase->src == SRC_MODEL && phase->move_ns == ABSENT && phase->sd_ns > VAGUE_NS)
            fail_msg("phase %d of %.2f s: sd %.2f s", p, (double)phase->dur_ns / 1e9, (double)phase->sd_ns / 1e9);
    }
}

static void nothing_is_told_that_is_not_known(void **state)
{
    (void)state;
    struct bench_session session;
    for (int slow = 0; slow < 2; slow++)
        for (int i = 0; i < SESSIONS; i++) {
            draw_case(1, i, thrust_setup(), PATIENT_PAUSE_IN_ECC, exercises, &session);
            if (slow)
                session.patient.sps_milli = RATE_LOW;
            watch_session(&watch, &session);
            assert_int_equal(watch.reps, session.reps);
            for (int k = 0; k < watch.reps; k++)
                check_rep(&watch.rep[k]);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_told_that_is_not_known),
    };

    return cmocka_run_group_tests(tests, exercises_load, exercises_unload);
}
