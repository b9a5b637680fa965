/* SPDX-License-Identifier: MIT */
/*
 * How fast the core takes samples: whole sessions are recorded once and fed again, several times, to new cores. The
 * time of one sample is the least of all passes, so that what the machine did meanwhile is not taken for the core's.
 */
#include "tests/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gymstation/prescription_json.h"

#define PASSES   5
#define LONG_NS  20000 /* of a sample: a rep is being looked at */
#define PATIENTS 16    /* of a set-up: the longest reps take longest, some are easy to measure or go on by cue */

struct tape {
    int n, size;
    struct input *v;
};

static void take_input(void *self, const struct input *input, const char *text, size_t len)
{
    struct tape *tape = self;
    (void)text;
    (void)len;
    if (tape->n == tape->size) {
        tape->size = tape->size > 0 ? tape->size * 2 : 4096;
        tape->v = realloc(tape->v, (size_t)tape->size * sizeof tape->v[0]);
        if (tape->v == NULL)
            abort();
    }
    tape->v[tape->n++] = *input;
}

static int64_t now_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec * NS_PER_S + now.tv_nsec;
}

static struct core *fresh(void *memory, const struct patient_setup *patient)
{
    const struct core_setup setup = {.exercises = patient->exercises,
                                     .exercise_count = patient->exercise_count,
                                     .station = patient->station,
                                     .calibrated = true};
    return core_init(memory, &setup);
}

static void take(struct core *core, const struct input *input, struct core_outs *outs)
{
    while (core_deadline_ns(core) <= input->t_ns)
        core_fire(core, outs);
    core_feed(core, input, outs);
}

/* All of it at once: reading the clock for each sample would cost as much as the sample. Time on the processor. */
static int64_t pass_whole(struct core *core, const struct tape *tape, struct core_outs *outs)
{
    int64_t from_ns = now_ns(CLOCK_THREAD_CPUTIME_ID);
    for (int i = 0; i < tape->n; i++)
        take(core, &tape->v[i], outs);
    return now_ns(CLOCK_THREAD_CPUTIME_ID) - from_ns;
}

/* The clock of the processor's time takes a call of the kernel: it is for the few samples that were long before. */
static void pass_single(struct core *core, const struct tape *tape, struct core_outs *outs, int64_t *least_ns)
{
    for (int i = 0; i < tape->n; i++) {
        bool was_long = least_ns[i] > LONG_NS && least_ns[i] < INT64_MAX;
        clockid_t clock = was_long ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC;
        int64_t from_ns = now_ns(clock);
        take(core, &tape->v[i], outs);
        int64_t ns = now_ns(clock) - from_ns;
        least_ns[i] = ns < least_ns[i] ? ns : least_ns[i];
    }
}

static void time_tape(struct speed_of *ret, const struct bench_session *session, const struct tape *tape, void *memory)
{
    static struct core_outs outs;
    int64_t *least_ns = malloc((size_t)tape->n * sizeof least_ns[0]);
    if (least_ns == NULL)
        abort();
    for (int i = 0; i < tape->n; i++)
        least_ns[i] = INT64_MAX;
    *ret = (struct speed_of){.samples = tape->n, .ns = INT64_MAX};
    for (int i = 0; i < PASSES; i++) {
        int64_t ns = pass_whole(fresh(memory, &session->patient), tape, &outs);
        ret->ns = ns < ret->ns ? ns : ret->ns;
        pass_single(fresh(memory, &session->patient), tape, &outs, least_ns);
    }
    for (int i = 0; i < tape->n; i++)
        if (tape->v[i].kind == INPUT_FORCE && least_ns[i] > ret->worst_ns)
            ret->worst_ns = least_ns[i];
    free(least_ns);
}

static const int32_t speed_milli[SPEED_RATES] = {80000, 320000};

static void add(struct speed_of *all, const struct speed_of *one)
{
    all->samples += one->samples;
    all->ns += one->ns;
    all->worst_ns = one->worst_ns > all->worst_ns ? one->worst_ns : all->worst_ns;
}

static void take_worst(struct speed *speed, const struct speed_of *one, int setup, int32_t rate_milli)
{
    if (one->worst_ns <= speed->worst_ns)
        return;
    speed->worst_ns = one->worst_ns;
    speed->worst_setup = setup;
    speed->worst_milli = rate_milli;
}

/* False: the simulation failed. arrival has to live as long as the tape. */
static bool record(struct tape *tape, const struct bench_session *session, const struct exercise_set *exercises,
                   struct rx_arrival *arrival)
{
    static const struct simulate_ops ops = {.input = take_input};
    const struct simulate_setup setup = {.patient = session->patient, .rx = session->rx, .rx_len = strlen(session->rx)};
    struct simulate_result result;
    tape->n = 0;
    if (simulate_run(&setup, &ops, tape, &result) != 0)
        return false;
    rx_arrival_parse(1, session->rx, setup.rx_len, exercises->v, exercises->count, &session->patient.station, arrival);
    tape->v[0].u.rx_arrival = arrival; /* the prescription comes first, and its text was the simulation's */
    return true;
}

void speed_run(struct speed *ret, uint64_t seed, const struct exercise_set *exercises)
{
    static struct rx_arrival arrival;
    struct bench_session session;
    struct tape tape = {0};
    void *memory = malloc(core_size());
    if (memory == NULL)
        abort();
    *ret = (struct speed){0};
    for (int i = 0; i < SPEED_RATES * PATIENTS * BENCH_SETUP_COUNT; i++) {
        int setup = i % BENCH_SETUP_COUNT, rate = i / (PATIENTS * BENCH_SETUP_COUNT);
        struct speed_of one;
        draw_plain(seed + (uint64_t)(i % (PATIENTS * BENCH_SETUP_COUNT)), &bench_setups[setup],
                   bench_setups[setup].oddity, BENCH_SETS, 0, exercises, &session);
        session.patient.sps_milli = speed_milli[rate];
        if (!record(&tape, &session, exercises, &arrival))
            continue;
        time_tape(&one, &session, &tape, memory);
        add(&ret->setups[rate][setup], &one);
        add(&ret->all[rate], &one);
        take_worst(ret, &one, setup, speed_milli[rate]);
    }
    free(tape.v);
    free(memory);
}

double speed_per_s(const struct speed_of *of)
{
    return of->ns > 0 ? (double)of->samples * 1e9 / (double)of->ns : 0;
}

static void print_rate(const struct speed *speed, int rate)
{
    const struct speed_of *all = &speed->all[rate];
    char name[ROW_NAME_LEN];
    printf("At %d samples/s %.1f million samples/s, worst single sample %.0f us, of %lld. Of each set-up: ",
           speed_milli[rate] / 1000, speed_per_s(all) / 1e6, (double)all->worst_ns / 1e3, (long long)all->samples);
    for (int i = 0; i < BENCH_SETUP_COUNT; i++)
        printf("%s%s %.1f, %.0f", i > 0 ? "; " : "", draw_row_name(&bench_setups[i], false, name),
               speed_per_s(&speed->setups[rate][i]) / 1e6, (double)speed->setups[rate][i].worst_ns / 1e3);
    printf(".\n");
}

void speed_print(const struct speed *speed)
{
    char name[ROW_NAME_LEN];
    printf("Core: worst single sample %.2f ms: %s at %d samples/s (the best of %d passes; %d "
           "patients of every\nset-up, two plain sets each).\n",
           (double)speed->worst_ns / 1e6, draw_row_name(&bench_setups[speed->worst_setup], false, name),
           speed->worst_milli / 1000, PASSES, PATIENTS);
    for (int i = 0; i < SPEED_RATES; i++)
        print_rate(speed, i);
}
