/* SPDX-License-Identifier: MIT */
/* A core and a patient in virtual time; see gymstation/simulate.h. */
#include "gymstation/simulate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gymstation/prescription_json.h"

struct simulation {
    const struct simulate_setup *setup;
    const struct simulate_ops *ops;
    void *self;
    struct simulate_result *result;
    struct core *core;
    struct patient *patient;
    struct core_outs outs;
    struct rx_arrival arrival;
    bool replaced; /* rx_later has arrived */
};

static void take_outs(struct simulation *sim)
{
    for (int i = 0; i < sim->outs.n; i++) {
        const struct core_out *out = &sim->outs.v[i];
        if (out->kind == OUT_EVENT && sim->ops->event)
            sim->ops->event(sim->self, &out->u.event);
        if (out->kind != OUT_CUE)
            continue;
        if (sim->ops->cue)
            sim->ops->cue(sim->self, &out->u.cue);
        patient_hear(sim->patient, &out->u.cue);
    }
}

/* After each input and each deadline: the outputs, then a look at the station. */
static void show(struct simulation *sim)
{
    struct snapshot snapshot;
    struct patient_truth truth;
    int64_t now_ns = core_now_ns(sim->core);
    take_outs(sim);
    core_snapshot(sim->core, &snapshot);
    patient_see(sim->patient, &snapshot, now_ns);
    if (sim->ops->station)
        sim->ops->station(sim->self, sim->core, now_ns);
    while (patient_truth_next(sim->patient, &truth))
        if (sim->ops->truth)
            sim->ops->truth(sim->self, &truth);
}

static void feed(struct simulation *sim, const struct input *input, const char *text, size_t len)
{
    if (sim->ops->input)
        sim->ops->input(sim->self, input, text, len);
    core_feed(sim->core, input, &sim->outs);
    sim->result->end_ns = input->t_ns;
    show(sim);
}

/* A deadline may make the patient do something before what was to come next: one at a time. */
static void step(struct simulation *sim)
{
    struct input input;
    if (core_deadline_ns(sim->core) <= patient_next_ns(sim->patient)) {
        core_fire(sim->core, &sim->outs);
        show(sim);
        return;
    }
    if (patient_next(sim->patient, &input))
        feed(sim, &input, NULL, 0);
}

static int arrive(struct simulation *sim, const char *rx, size_t rx_len, int64_t t_ns)
{
    const struct patient_setup *patient = &sim->setup->patient;
    rx_arrival_parse(1, rx, rx_len, patient->exercises, patient->exercise_count, &patient->station, &sim->arrival);
    if (!sim->arrival.ok) {
        sim->result->refusal = sim->arrival.refusal;
        if (sim->arrival.withdrawn)
            sim->result->refusal = (struct refusal){.path = "/", .reason = "it is empty"};
        return -EBADMSG;
    }
    struct input input = {.kind = INPUT_PRESCRIPTION, .t_ns = t_ns, .stamp_ns = t_ns, .u.rx_arrival = &sim->arrival};
    feed(sim, &input, rx, rx_len);
    return 0;
}

/* The therapist changes what is being done. */
static int replace(struct simulation *sim)
{
    struct snapshot snapshot;
    if (sim->replaced || sim->setup->rx_later == NULL)
        return 0;
    core_snapshot(sim->core, &snapshot);
    if (snapshot.now != NOW_WORK || snapshot.rep != 3)
        return 0;
    sim->replaced = true;
    return arrive(sim, sim->setup->rx_later, sim->setup->rx_later_len, core_now_ns(sim->core));
}

static int run(struct simulation *sim)
{
    int64_t limit_ns = sim->setup->patient.start_ns + SIMULATE_MAX_S * NS_PER_S;
    int r = arrive(sim, sim->setup->rx, sim->setup->rx_len, sim->setup->patient.start_ns);
    while (r == 0 && !patient_done(sim->patient)) {
        step(sim);
        r = replace(sim);
        if (sim->result->end_ns > limit_ns)
            r = -ETIME;
    }
    return r;
}

int simulate_run(const struct simulate_setup *setup, const struct simulate_ops *ops, void *self,
                 struct simulate_result *ret_result)
{
    const struct core_setup core_setup = {.exercises = setup->patient.exercises,
                                          .exercise_count = setup->patient.exercise_count,
                                          .station = setup->patient.station,
                                          .calibrated = true};
    struct simulation *sim = calloc(1, sizeof *sim);
    void *memory = malloc(core_size());
    int r = -ENOMEM;
    *ret_result = (struct simulate_result){.end_ns = setup->patient.start_ns};
    if (sim == NULL || memory == NULL)
        goto done;
    *sim = (struct simulation){.setup = setup, .ops = ops, .self = self, .result = ret_result};
    r = patient_open(&setup->patient, &sim->patient);
    if (r < 0)
        goto done;
    ret_result->rate_milli = patient_rate_milli(sim->patient);
    sim->core = core_init(memory, &core_setup);
    r = run(sim);
    core_counters(sim->core, &ret_result->counters);
    patient_close(sim->patient);
done:
    free(memory);
    free(sim);
    return r;
}
