/* SPDX-License-Identifier: MIT */
/*
 * A patient on a bench without a core: the test says what the station shows and plays. Keeps every sample, every
 * button edge, every truth, and the noise-free load of every physics step.
 */
#ifndef GYMSTATION_TESTS_PATIENT_BENCH_H
#define GYMSTATION_TESTS_PATIENT_BENCH_H

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/io/patient/patient_parts.h"

#define BENCH_MAX   200000
#define BENCH_START (100 * NS_PER_S)
#define STEP_NS     (NS_PER_S / PHYSICS_HZ)

struct bench {
    struct patient *patient;
    struct exercise exercise;
    struct rx_item rx;
    struct snapshot snapshot;
    int64_t k;
    int n_steps, n_samples, n_edges, n_truths;
    double clean_n[BENCH_MAX]; /* of physics step i */
    struct input samples[BENCH_MAX];
    struct input edges[1000];
    struct patient_truth truths[100];
};

struct bench_exercise {
    const char *id;
    enum contact contact;
    enum anchor anchor;
    enum detector_kind detector;
    bool on_box, hold;
};

static const struct bench_exercise BENCH_CURL = {"banded_curl", CONTACT_BOX, ANCHOR_DEAD, DETECTOR_CURL, true, false};
static const struct bench_exercise BENCH_STEP = {"step_up", CONTACT_BOX, ANCHOR_NONE, DETECTOR_STEP, false, false};
static const struct bench_exercise BENCH_BRIDGE = {"glute_bridge",  CONTACT_BOX, ANCHOR_NONE,
                                                   DETECTOR_BRIDGE, true,        false};
static const struct bench_exercise BENCH_HEEL = {"iso_heel_dig", CONTACT_BOX, ANCHOR_NONE, DETECTOR_HOLD, true, true};

/* A patient without noise of any kind; tests change what they are about before bench_open(). */
static inline struct patient_setup bench_setup(uint64_t seed)
{
    struct patient_setup setup;
    patient_setup_default(&setup);
    setup.seed = seed;
    setup.start_ns = BENCH_START;
    setup.clock_error_ppm = 0;
    setup.noise_mn = 0;
    setup.sway = false;
    setup.bounce = false;
    return setup;
}

static inline struct bench *bench_open(const struct patient_setup *setup, const struct bench_exercise *kind)
{
    struct bench *b = calloc(1, sizeof *b);
    assert_non_null(b);
    struct patient_setup mine = *setup;
    b->exercise.hold = kind->hold;
    b->exercise.setup_count = 1;
    b->exercise.setups[0] = (struct setup){
        .contact = kind->contact, .anchor = kind->anchor, .on_box = kind->on_box, .detector = kind->detector};
    b->rx.dose = (struct dose){.reps_max = 10,
                               .holds = 1,
                               .hold_ms = 30000,
                               .ramp_ms = 2000,
                               .rest_ms = 20000,
                               .tempo_ms = {1500, 1000, 3000, 1000},
                               .pacing = PACING_PACED,
                               .target = {.kind = TARGET_N, .value_milli = 250000, .band_pct_milli = 10000}};
    b->snapshot = (struct snapshot){.item = 1,
                                    .items = 1,
                                    .set = 1,
                                    .sets = 1,
                                    .reps_max = 10,
                                    .in_session = true,
                                    .contact = kind->contact,
                                    .anchor = kind->anchor,
                                    .hold_item = kind->hold,
                                    .target_mn = ABSENT,
                                    .force_mn = ABSENT,
                                    .ends_ns = ABSENT,
                                    .rx_item = &b->rx};
    memcpy(b->snapshot.exercise, kind->id, strlen(kind->id));
    mine.exercises = &b->exercise;
    mine.exercise_count = 1;
    assert_int_equal(patient_open(&mine, &b->patient), 0);
    return b;
}

static inline void bench_close(struct bench *b)
{
    patient_close(b->patient);
    free(b);
}

static inline void bench_keep(struct bench *b, const struct input *input)
{
    if (input->kind == INPUT_BUTTON) {
        assert_true(b->n_edges < 1000);
        b->edges[b->n_edges++] = *input;
    } else {
        assert_true(b->n_samples < BENCH_MAX);
        b->samples[b->n_samples++] = *input;
    }
    for (; b->k < b->patient->k; b->k++) { /* without sway the converter is fed the noise-free load */
        assert_true(b->n_steps < BENCH_MAX);
        b->clean_n[b->n_steps++] = b->patient->converter.ring[b->k % CONVERTER_RING];
    }
    while (b->n_truths < 100 && patient_truth_next(b->patient, &b->truths[b->n_truths]))
        b->n_truths++;
}

/* Runs until station time t_ns while the station shows what it shows. */
static inline void bench_run(struct bench *b, int64_t t_ns)
{
    struct input input;
    while (patient_next_ns(b->patient) <= t_ns) {
        if (patient_next(b->patient, &input))
            bench_keep(b, &input);
        patient_see(b->patient, &b->snapshot, input.t_ns);
    }
}

static inline void bench_show(struct bench *b, enum now now, int64_t t_ns)
{
    bench_run(b, t_ns);
    b->snapshot.now = now;
    patient_see(b->patient, &b->snapshot, t_ns);
}

/* A whole paced set: prep for 6 s, then cues by the prescribed tempo. Returns when the last rep's bottom ends. */
static inline int64_t bench_paced_set(struct bench *b, int reps)
{
    int64_t t_ns = BENCH_START + 2 * NS_PER_S;
    bench_show(b, NOW_PREP, t_ns);
    t_ns += 6 * NS_PER_S;
    b->snapshot.reps_max = reps;
    bench_show(b, NOW_WORK, t_ns);
    for (int rep = 0; rep < reps; rep++) {
        for (int phase = 0; phase < PHASE_COUNT; phase++) {
            bench_run(b, t_ns);
            patient_hear(b->patient, &(struct cue){.kind = CUE_PHASE, .at_ns = t_ns, .arg = phase});
            t_ns += b->rx.dose.tempo_ms[phase] * NS_PER_MS;
        }
    }
    bench_run(b, t_ns);
    bench_show(b, NOW_REST, t_ns);
    bench_run(b, t_ns + 2 * NS_PER_S);
    return t_ns;
}

/* That of a new patient; the caller closes it. */
static inline struct bench *bench_paced(const struct patient_setup *setup, const struct bench_exercise *exercise,
                                        int reps)
{
    struct bench *b = bench_open(setup, exercise);
    bench_paced_set(b, reps);
    return b;
}

#endif
