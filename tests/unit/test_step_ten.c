/* SPDX-License-Identifier: MIT */
/*
 * The bench's plain step-ups, every one of them by a converter of ten samples a second, or of twenty. Who hurries is braking while the
 * means look even, and the push-off of a spirited patient lies within one period.
 */
#include <stdlib.h>

#include "bench_exercises.h"

#define STEP       1 /* of bench_setups */
#define TEN_MILLI  10000
#define TWENTY     20000
#define SESSIONS   400
#define IN_TIME_NS (300 * NS_PER_MS)
#define NEVER_NS   (2 * NS_PER_S)

static struct watch watch;

struct lateness {
    int n, late, never;
};

static bool draw_at(const struct bench_options *options, int i, int32_t sps_milli, struct bench_session *session)
{
    draw_session(options, i, exercises, session);
    session->patient.sps_milli = sps_milli;
    return session->setup == &bench_setups[STEP] && session->patient.oddity == PATIENT_PLAIN;
}

static int64_t nearest_ns(enum phase phase, int64_t true_ns)
{
    int64_t least_ns = INT64_MAX;
    for (int i = 0; i < watch.changes; i++)
        if (watch.change[i].phase == phase && live_measured(&watch.change[i]) &&
            llabs(watch.change[i].at_ns - true_ns) < least_ns)
            least_ns = llabs(watch.change[i].at_ns - true_ns);
    return least_ns;
}

static void add(struct lateness *lateness, int64_t late_ns)
{
    lateness->n++;
    lateness->late += late_ns > IN_TIME_NS;
    lateness->never += late_ns > NEVER_NS;
}

/* Each of these once lost repetitions: a first weight that was read while the body braked. */
static void every_repetition_counts(void **state)
{
    static const struct {
        uint64_t seed;
        int session;
    } hurried[] = {{18, 867}, {19, 467}};
    struct bench_session session;
    (void)state;

    for (int v = 0; v < 2; v++) {
        const struct bench_options options = {.seed = hurried[v].seed, .sets = 1};
        int full = 0, truths = 0;
        assert_true(draw_at(&options, hurried[v].session, TEN_MILLI, &session));
        watch_session(&watch, &session);
        for (int i = 0; i < watch.reps; i++)
            full += watch.rep[i].data.outcome == REP_FULL;
        for (int i = 0; i < watch.truths; i++)
            truths += truth_complete(&watch, &watch.truth[i]);
        assert_int_equal(full, truths);
    }
}

/* later: of all repetitions but a set's first; again: of the first of a second set, of whom the one before tells. */
static void live_sets(struct lateness later[PHASE_COUNT], struct lateness again[PHASE_COUNT])
{
    const struct bench_options options = {.seed = 18, .sets = 1};
    struct bench_session session;

    for (int i = 0; i < SESSIONS; i++) {
        if (!draw_at(&options, i, TEN_MILLI, &session))
            continue;
        watch_session(&watch, &session);
        for (int k = 1; k < watch.truths; k++) {
            const struct patient_truth *truth = &watch.truth[k];
            bool first = truth->set != truth[-1].set;
            if (!truth_complete(&watch, truth))
                continue;
            add(&(first ? again : later)[PHASE_TOP], nearest_ns(PHASE_TOP, truth->top_ns));
            add(&(first ? again : later)[PHASE_ECC], nearest_ns(PHASE_ECC, truth->ecc_ns));
        }
    }
}

static void live_phases_come_in_time(void **state)
{
    struct lateness later[PHASE_COUNT] = {0}, again[PHASE_COUNT] = {0};
    (void)state;

    live_sets(later, again);
    print_message("top %d and %d, ecc %d and %d of %d late or never; of a second set's first %d and %d of %d late\n",
                  later[PHASE_TOP].late, later[PHASE_TOP].never, later[PHASE_ECC].late, later[PHASE_ECC].never,
                  later[PHASE_ECC].n, again[PHASE_TOP].late, again[PHASE_ECC].late, again[PHASE_ECC].n);
    assert_true(later[PHASE_TOP].n > 200 && again[PHASE_TOP].n > 20);
    assert_true(later[PHASE_TOP].late * 20 <= later[PHASE_TOP].n);
    assert_true(later[PHASE_TOP].never * 25 <= later[PHASE_TOP].n);
    assert_true(later[PHASE_ECC].late * 8 <= later[PHASE_ECC].n);
    assert_true(again[PHASE_TOP].late * 3 <= again[PHASE_TOP].n);
}

/*
 * Near enough for the sieve to take the middle of three, and slow for the step-up: its single periods are read from the
 * samples as they came.
 */
static void twenty_a_second_tell_their_phases(void **state)
{
    const struct bench_options options = {.seed = 18, .sets = 1};
    struct bench_session session;
    int reps = 0, low_rate = 0, phases = 0;
    (void)state;

    for (int i = 0; i < SESSIONS; i++) {
        if (!draw_at(&options, i, TWENTY, &session))
            continue;
        watch_session(&watch, &session);
        for (int k = 0; k < watch.reps; k++) {
            const struct rep_data *rep = &watch.rep[k].data;
            reps++;
            low_rate += (rep->flags & FLAG_LOW_RATE) != 0;
            for (int p = PHASE_CON; p <= PHASE_ECC; p++)
                phases += rep->phases[p].src != SRC_NONE;
        }
    }
    print_message("%d of %d reps with low_rate, %d phases\n", low_rate, reps, phases);
    assert_true(reps > 300);
    assert_true(low_rate * 12 <= reps);
    assert_true(phases * 20 >= reps * 3 * 17);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_repetition_counts),
        cmocka_unit_test(live_phases_come_in_time),
        cmocka_unit_test(twenty_a_second_tell_their_phases),
    };
    return cmocka_run_group_tests(tests, exercises_load, exercises_unload);
}
