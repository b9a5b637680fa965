/* SPDX-License-Identifier: MIT */
/*
 * Cases of the specification: simulated patients to whom something odd happens, and what the station must make of it.
 */
#ifndef GYMSTATION_TESTS_CASE_BENCH_H
#define GYMSTATION_TESTS_CASE_BENCH_H

#include "tests/unit/session_bench.h"

#define CASE_RX(items) "{\"v\":1,\"rev\":1,\"id\":\"rx\",\"by\":\"test\",\"ask\":[],\"items\":[" items "]}"
#define CASE_CURL(sets)                                                                                                \
    CASE_RX("{\"exercise\":\"banded_curl\",\"side\":\"left\",\"contact\":\"box\",\"anchor\":\"dead\",\"sets\":" sets   \
            ",\"reps_min\":10,\"reps_max\":10,\"rest_s\":15}")
#define CASE_LIVE                                                                                                      \
    CASE_RX("{\"exercise\":\"banded_curl\",\"side\":\"left\",\"contact\":\"box\",\"anchor\":\"live\",\"sets\":1,"      \
            "\"reps_min\":6,\"reps_max\":6}")
#define CASE_STEP CASE_RX("{\"exercise\":\"step_up\",\"side\":\"left\",\"sets\":1,\"reps_min\":8,\"reps_max\":8}")
#define CASE_HOLDS                                                                                                     \
    CASE_RX(                                                                                                           \
        "{\"exercise\":\"iso_heel_dig\",\"side\":\"left\",\"holds\":2,\"sets\":1,\"hold_s\":20,\"hold_rest_s\":15,"    \
        "\"target\":{\"kind\":\"N\",\"value\":200,\"band_pct\":10}}")

#ifndef SEEDS
#define SEEDS 4 /* patients of each case */
#endif

#define CASE_BAND_MN 88000 /* eleven times the most that 80 kg sway on one leg: a weak band is a case of its own */

/* What came of the reps. */
struct tally {
    int full, partial, paced, flags; /* flags: those of all reps together */
};

/* Whatever else happens: what nobody observed is never passed off as measured, and no second is in two reps of a set. */
static inline void case_honest(const struct run *run)
{
    bool blind = false;
    int64_t end_ns = 0;
    for (int i = 0; i < run->n; i++) {
        const struct event *event = &run->events[i];
        if (event->head.type == EVENT_SET_STARTED)
            blind = event->u.set_started.anchor == ANCHOR_LIVE || event->u.set_started.contact == CONTACT_FLOOR;
        if (event->head.type != EVENT_REP)
            continue;
        assert_true(event->u.rep.start_ns >= end_ns && event->u.rep.end_ns > event->u.rep.start_ns);
        end_ns = event->u.rep.end_ns;
        blind = blind || event->u.rep.outcome == REP_PACED;
        for (int phase = 0; phase < PHASE_COUNT; phase++) {
            enum src src = event->u.rep.phases[phase].src;
            assert_false(blind && (src == SRC_LOAD || src == SRC_MODEL));
        }
    }
}

static inline struct run *case_run(enum patient_case oddity, const char *rx, uint64_t seed)
{
    struct patient_setup setup = run_setup(seed);
    setup.oddity = oddity;
    setup.band_mn = CASE_BAND_MN;
    struct run *run = run_session(&setup, rx);
    case_honest(run);
    return run;
}

/* Of one set of the session as its events count them; 0: of all. */
static inline struct tally case_tally(const struct run *run, int set)
{
    struct tally tally = {0};
    for (int i = 0; i < run->n; i++) {
        const struct event *event = &run->events[i];
        if (event->head.type != EVENT_REP || (set != 0 && event->head.set != set))
            continue;
        tally.full += event->u.rep.outcome == REP_FULL;
        tally.partial += event->u.rep.outcome == REP_PARTIAL;
        tally.paced += event->u.rep.outcome == REP_PACED;
        tally.flags |= (int)event->u.rep.flags;
    }
    return tally;
}

static inline const struct set_completed_data *case_set(const struct run *run, int n)
{
    return &run_event(run, EVENT_SET_COMPLETED, n)->u.set_completed;
}

static inline void case_done(const struct run *run)
{
    assert_int_equal(run_event(run, EVENT_SESSION_COMPLETED, 0)->u.session_completed.reason, SESSION_DONE);
}

/* One set, all of its reps measured, none beside them, nothing at fault. */
static inline void case_exact(enum patient_case oddity, const char *rx, int reps)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct run *run = case_run(oddity, rx, seed);
        struct tally tally = case_tally(run, 0);
        if (tally.full != reps || tally.partial != 0 || tally.paced != 0)
            fail_msg("%s, seed %d: %d full, %d partial, %d paced reps of %d", patient_case_str(oddity), (int)seed,
                     tally.full, tally.partial, tally.paced, reps);
        assert_int_equal(run_count(run, EVENT_SET_STARTED), 1);
        assert_int_equal(case_set(run, 0)->reason, SET_DONE);
        assert_true(case_set(run, 0)->trusted);
        assert_int_equal(run_count(run, EVENT_FAULT_RAISED), 0);
        case_done(run);
        run_free(run);
    }
}

/* Reps that were done and went at least so far. */
static inline int case_truths(const struct run *run, int32_t depth_milli)
{
    int n = 0;
    for (int i = 0; i < run->truths; i++)
        n += run->truth[i].depth_milli >= depth_milli;
    return n;
}

#endif
