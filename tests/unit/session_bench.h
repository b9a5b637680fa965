/* SPDX-License-Identifier: MIT */
/* One simulated session with everything kept: events, truths, stop edges, and the trace as text. */
#ifndef GYMSTATION_TESTS_SESSION_BENCH_H
#define GYMSTATION_TESTS_SESSION_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gymstation/exercise_file.h"
#include "gymstation/simulate.h"
#include "gymstation/trace.h"

/* Of a test's patients; the test says it. */
static inline uint64_t first_seed(void)
{
    const char *text = getenv("GYMSTATION_SEED");

    return text != NULL ? strtoull(text, NULL, 10) : 1;
}

#define RUN_EVENTS 500

struct run {
    int n, truths, stops;
    struct event events[RUN_EVENTS];
    struct patient_truth truth[RUN_EVENTS];
    int64_t stop_ns[20]; /* stamps of stop's first edges */
    struct simulate_result result;
    FILE *file;
    char *trace;
    size_t trace_len;
};

static struct exercise_set *run_exercises;
static const char *run_rx_later; /* arrives during rep 3 of the first set, or NULL */

static inline void run_take_input(void *self, const struct input *input, const char *text, size_t len)
{
    struct run *run = self;
    assert_int_equal(trace_line_write(run->file, input, text, len), 0);
    if (input->kind != INPUT_BUTTON || input->u.button.button != BUTTON_STOP)
        return;
    bool bounce = run->stops > 0 && run->stops <= 20 &&
                  input->stamp_ns - run->stop_ns[run->stops - 1] < 400 * NS_PER_MS; /* of the release, too */
    if (input->u.button.pressed && !bounce) {
        if (run->stops < 20) /* what comes after so many nobody asks for */
            run->stop_ns[run->stops] = input->stamp_ns;
        run->stops++;
    }
}

static inline void run_take_event(void *self, const struct event *event)
{
    struct run *run = self;
    assert_true(run->n < RUN_EVENTS);
    run->events[run->n++] = *event;
}

static inline void run_take_truth(void *self, const struct patient_truth *truth)
{
    struct run *run = self;
    assert_true(run->truths < RUN_EVENTS);
    run->truth[run->truths++] = *truth;
}

static inline struct patient_setup run_setup(uint64_t seed)
{
    struct patient_setup setup;
    patient_setup_default(&setup);
    setup.seed = seed;
    setup.start_ns = NS_PER_S;
    setup.exercises = run_exercises->v;
    setup.exercise_count = run_exercises->count;
    return setup;
}

/* rx: the payload. The run is the caller's to free with run_free(). */
static inline struct run *run_session(const struct patient_setup *setup, const char *rx)
{
    static const struct simulate_ops ops = {.input = run_take_input, .event = run_take_event, .truth = run_take_truth};
    const struct simulate_setup simulate = {.patient = *setup,
                                            .rx = rx,
                                            .rx_len = strlen(rx),
                                            .rx_later = run_rx_later,
                                            .rx_later_len = run_rx_later != NULL ? strlen(run_rx_later) : 0};
    struct trace_header header;
    struct run *run = calloc(1, sizeof *run);
    assert_non_null(run);
    run->file = open_memstream(&run->trace, &run->trace_len);
    assert_non_null(run->file);
    trace_header_init(&header);
    header.calibration = setup->calibration;
    assert_int_equal(trace_header_write(run->file, &header), 0);
    trace_header_free(&header);
    int r = simulate_run(&simulate, &ops, run, &run->result);
    fclose(run->file);
    if (r != 0)
        fail_msg("%s: simulate_run: %s %s%s", rx, strerror(-r), run->result.refusal.path, run->result.refusal.reason);
    assert_int_equal(run->result.counters.impossible, 0);
    assert_int_equal(run->result.counters.lost_outputs, 0);
    return run;
}

static inline void run_free(struct run *run)
{
    free(run->trace);
    free(run);
}

static inline int run_count(const struct run *run, enum event_type type)
{
    int n = 0;
    for (int i = 0; i < run->n; i++)
        n += run->events[i].head.type == type;
    return n;
}

/* The n-th event of a type, from 0; fails the test when there is none. */
static inline const struct event *run_event(const struct run *run, enum event_type type, int n)
{
    for (int i = 0; i < run->n; i++)
        if (run->events[i].head.type == type && n-- == 0)
            return &run->events[i];
    fail_msg("there is no such event: %s", event_type_str(type));
    return NULL;
}

static inline int run_load_exercises(void **state)
{
    char dir[4096], err[EXERCISE_ERR_LEN] = "there is no directory of exercises";
    (void)state;
    if (exercise_dir_default(dir, sizeof dir) < 0 || exercise_dir_load(dir, &run_exercises, err, sizeof err) < 0) {
        fprintf(stderr, "%s\n", err);
        return -1;
    }
    return 0;
}

static inline int run_free_exercises(void **state)
{
    (void)state;
    exercise_set_free(run_exercises);
    return 0;
}

#endif
