/* SPDX-License-Identifier: MIT */
/*
 * The bench's plain step-ups, every one of them by a converter of ten samples a second. Who hurries is braking while the
 * means look even, and the push-off of a spirited patient lies within one period.
 */
#include <stdlib.h>

#include "bench_exercises.h"

#define STEP       1 /* of bench_setups */
#define TEN_MILLI  10000
#define SESSIONS   400
#define IN_TIME_NS (300 * NS_PER_MS)
#define NEVER_NS   (2 * NS_PER_S)

static struct watch watch;

struct lateness {
    int n, late, never;
};

static bool draw_ten(const struct bench_options *options, int i, struct bench_session *session)
{
    draw_session(options, i, exercises, session);
    session->patient.sps_milli = TEN_MILLI;
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
        assert_true(draw_ten(&options, hurried[v].session, &session));
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
        if (!draw_ten(&options, i, &session))
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_repetition_counts),
        cmocka_unit_test(live_phases_come_in_time),
    };
    return cmocka_run_group_tests(tests, exercises_load, exercises_unload);
}
