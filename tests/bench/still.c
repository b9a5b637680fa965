/* SPDX-License-Identifier: MIT */
/*
 * Nobody exercises: hours of standing in the middle of a set, hours of an idle station; what is then counted is false.
 * And the stop button: how much later than the press the stop event comes.
 */
#include "tests/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>

#define STAND_S    900 /* longest time limit of a set */
#define UNSEEN_S   40  /* of one without any rep: it goes on unmeasured after 30 s */
#define IDLE_MAX_H 3.5 /* of one run, below SIMULATE_MAX_S */
#define RUNS_MAX   5000
#define NS_PER_H   (3600 * NS_PER_S)

static double hours_of(int64_t ns)
{
    return (double)ns / (double)NS_PER_H;
}

/* What the patient did not do. */
static int false_reps(const struct watch *watch)
{
    int full = 0, truths = 0;
    for (int i = 0; i < watch->reps; i++)
        full += watch->rep[i].data.outcome == REP_FULL;
    for (int i = 0; i < watch->truths; i++)
        truths += truth_complete(watch, &watch->truth[i]);
    return full > truths ? full - truths : 0;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Of that set: from the last true repetition, or the beginning, to the first paced one, or the end. */
static int64_t stood_in_set_ns(const struct watch *watch, int64_t from_ns, int64_t to_ns)
{
    for (int i = 0; i < watch->reps; i++)
        if (watch->rep[i].data.outcome == REP_PACED && watch->rep[i].data.start_ns >= from_ns &&
            watch->rep[i].data.start_ns < to_ns)
            to_ns = watch->rep[i].data.start_ns;
    for (int i = 0; i < watch->truths; i++)
        if (watch->truth[i].ecc_move_end_ns != ABSENT && watch->truth[i].ecc_move_end_ns < to_ns)
            from_ns = later(from_ns, watch->truth[i].ecc_move_end_ns);
    return later(to_ns - from_ns, 0);
}

static int64_t stood_ns(const struct watch *watch)
{
    int64_t ns = 0;
    for (int i = 0; i < watch->sets; i++)
        if (watch->set_to_ns[i] != NEVER)
            ns += stood_in_set_ns(watch, watch->set_from_ns[i], watch->set_to_ns[i]);
    return ns;
}

/* Movements whose set is visible: the first set-ups of the table that are no holds. Returns the false reps. */
static int stand(double *hours, struct watch *watch, uint64_t seed, const enum patient_case *cases, int n,
                 const struct exercise_set *exercises)
{
    struct bench_session session;
    double stood_h = 0;
    int reps = 0;
    for (int i = 0; stood_h < *hours && i < RUNS_MAX; i++) {
        const struct bench_setup *setup = &bench_setups[i % BENCH_COUNTED];
        enum patient_case oddity = cases[i / BENCH_COUNTED % n];
        if (setup->hold)
            continue;
        draw_plain(seed + (uint64_t)i, setup, oddity, 1, oddity == PATIENT_SILENT_AT_7 ? STAND_S : UNSEEN_S, exercises,
                   &session);
        watch_session(watch, &session);
        stood_h += hours_of(stood_ns(watch));
        reps += false_reps(watch);
        if (false_reps(watch) > 0)
            fprintf(stderr, "standing, %s, case %s, patient %llu: false reps\n", setup->exercise,
                    patient_case_str(session.patient.oddity), (unsigned long long)session.patient.seed);
    }
    *hours = stood_h;
    return reps;
}

static int64_t in_sets_ns(const struct watch *watch)
{
    int64_t ns = 0;
    for (int i = 0; i < watch->sets; i++)
        if (watch->set_to_ns[i] != NEVER)
            ns += watch->set_to_ns[i] - watch->set_from_ns[i];
    return ns;
}

/* Two sessions with a long time between them; what happened beside them happened by itself. */
static void idle(struct still *ret, struct watch *watch, uint64_t seed, double hours,
                 const struct exercise_set *exercises)
{
    static const enum patient_case cases[] = {PATIENT_PLAIN, PATIENT_WALKS_OVER, PATIENT_CHILD_JUMPS};
    struct bench_session session;
    int n = 3;
    for (int i = 0; ret->idle_h < hours && i < RUNS_MAX; i++) {
        double left = hours / n * (i % n + 1) - ret->idle_h; /* a case that never begins ends early */
        double gap = left < 0.02 ? 0.02 : left > IDLE_MAX_H ? IDLE_MAX_H : left;
        draw_plain(seed + (uint64_t)i, &bench_setups[i % 2], cases[i % n], 1, 0, exercises, &session);
        session.patient.sessions = 2;
        session.patient.session_gap_ms = (int32_t)(gap * 3600e3);
        watch_session(watch, &session);
        ret->idle_h += hours_of(watch->result.end_ns - session.patient.start_ns - in_sets_ns(watch));
        ret->idle_events += false_reps(watch) + (watch->starts > 2 ? watch->starts - 2 : 0);
    }
}

static void stops(struct still *ret, struct watch *watch, uint64_t seed, const struct exercise_set *exercises)
{
    struct bench_session session;
    for (int i = 0; i < BENCH_SETUP_COUNT; i++) {
        draw_plain(seed + (uint64_t)i, &bench_setups[i], PATIENT_STOPS_MIDSET, 1, 0, exercises, &session);
        watch_session(watch, &session);
        ret->stops += watch->stops;
        ret->stop_samples = watch->late_samples > ret->stop_samples ? watch->late_samples : ret->stop_samples;
        ret->stop_ns = watch->late_ns > ret->stop_ns ? watch->late_ns : ret->stop_ns;
    }
}

void still_run(struct still *ret, uint64_t seed, double hours, const struct exercise_set *exercises)
{
    struct watch *watch = malloc(sizeof *watch);
    if (watch == NULL)
        abort();
    *ret = (struct still){0};
    static const enum patient_case standing[] = {PATIENT_SILENT_AT_7, PATIENT_STANDS, PATIENT_NOISE};
    static const enum patient_case walked[] = {PATIENT_WALKED_PAST};
    ret->standing_h = ret->walked_h = hours;
    ret->standing_reps = stand(&ret->standing_h, watch, seed, standing, 3, exercises);
    ret->walked_reps = stand(&ret->walked_h, watch, seed + RUNS_MAX, walked, 1, exercises);
    idle(ret, watch, seed, hours, exercises);
    stops(ret, watch, seed, exercises);
    free(watch);
}
