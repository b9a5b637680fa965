/* SPDX-License-Identifier: MIT */
/*
 * What test_same_bytes.py builds with every compiler and for every processor: replays the traces that it is given, then
 * simulated patients of every exercise in every set-up and variation, and prints all of it. Every build must print the same bytes.
 *
 *     replayer EXERCISES TRACE...
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gymstation/config.h"
#include "gymstation/replay.h"
#include "tools/gymstationctl/ctl.h"
#include "tools/gymstationctl/simulate.h"

/* The rates that such converters have, and the two that come of a wrong oscillator or a wrong pin. */
static const int32_t rates_milli[] = {80000, 320000, 76000, 87500, 10000};
#define RATE_N (int)(sizeof rates_milli / sizeof rates_milli[0])

static void give_up(const char *what)
{
    fprintf(stderr, "replayer: %s\n", what);
    exit(1);
}

static void replay_one(struct trace *trace, const struct exercise_set *exercises)
{
    const struct replay_setup setup = {.exercises = exercises->v, .exercise_count = exercises->count, .live = true};
    char err[2 * TRACE_ERROR_LEN];
    if (replay_trace(trace, &setup, stdout, err, sizeof err) < 0)
        give_up(err);
    trace_close(trace);
}

static void replay_file(const char *path, const struct exercise_set *exercises)
{
    char err[TRACE_ERROR_LEN];
    const char *name = strrchr(path, '/');
    struct trace *trace;
    if (trace_open(path, &trace, err, sizeof err) < 0)
        give_up(err);
    printf("== %s\n", name != NULL ? name + 1 : path);
    replay_one(trace, exercises);
}

/* The patient's trace as text, printed, and then replayed. */
static void simulate_one(const struct simulate_options *options, const struct exercise_set *exercises)
{
    char err[TRACE_ERROR_LEN], *text = NULL, *rx = simulate_rx(options, exercises);
    size_t len = 0;
    struct trace *trace;
    FILE *file = open_memstream(&text, &len);
    if (rx == NULL || file == NULL || simulate_write(options, rx, strlen(rx), file, stdout) == CTL_USAGE)
        give_up("a patient could not be simulated");
    fclose(file);
    fwrite(text, 1, len, stdout);
    if (trace_open_file(fmemopen(text, len, "r"), "patient", &trace, err, sizeof err) < 0)
        give_up(err);
    replay_one(trace, exercises);
    free(text);
    free(rx);
}

#define LOAD_KG 12.5 /* of every variation: prescribed for what nobody carries it in it changes nothing */

/* A patient of that set-up and variation; those that are not plain are odd in one way after another. */
static void simulate_patient(const struct exercise_set *exercises, int e, const struct setup *setup, int variation,
                             bool plain, int patients)
{
    const struct exercise *exercise = &exercises->v[e];
    struct simulate_options options = {.exercise = exercise->id,
                                       .variation = exercise->variations[variation].id,
                                       .contact = contact_str(setup->contact),
                                       .anchor = setup->anchor != ANCHOR_NONE ? anchor_str(setup->anchor) : NULL,
                                       .reps = exercise->hold ? NOT_GIVEN : 4,
                                       .sets = exercise->hold ? NOT_GIVEN : 1,
                                       .holds = exercise->hold ? 1 : NOT_GIVEN,
                                       .hold_s = exercise->hold ? 10 : NAN,
                                       .load_kg = variation > 0 ? LOAD_KG : NAN,
                                       .step_m = NAN,
                                       .rest_s = NAN,
                                       .target_n = NAN};
    patient_setup_default(&options.patient);
    config_station_complete(&options.patient.station);
    options.patient.start_ns = NS_PER_S;
    options.patient.exercises = exercises->v;
    options.patient.exercise_count = exercises->count;
    options.patient.seed = (uint64_t)patients + 1;
    options.patient.sps_milli = rates_milli[patients % RATE_N];
    options.patient.edge = (enum patient_edge)(patients % PATIENT_EDGE_COUNT);
    /* Seven and the number of cases have no common divisor. */
    options.patient.oddity = (enum patient_case)(plain ? 0 : patients * 7 % PATIENT_CASE_COUNT);
    printf("== %s %s %s %s, case %s\n", options.exercise, options.variation, options.contact,
           options.anchor ? options.anchor : "-", patient_case_str(options.patient.oddity));
    simulate_one(&options, exercises);
}

/* Two of the set-up's first variation, plain and odd, and a plain one of every other. */
static void simulate_setup(const struct exercise_set *exercises, int e, int s, int *patients)
{
    const struct exercise *exercise = &exercises->v[e];
    bool first = true;
    for (int v = 0; v < exercise->variation_count; v++) {
        if (exercise->variations[v].setups != 0 && (exercise->variations[v].setups & 1u << s) == 0)
            continue;
        simulate_patient(exercises, e, &exercise->setups[s], v, true, (*patients)++);
        if (first)
            simulate_patient(exercises, e, &exercise->setups[s], v, false, (*patients)++);
        first = false;
    }
}

int main(int argc, char **argv)
{
    struct exercise_set *exercises = NULL;
    char err[EXERCISE_ERR_LEN];
    int patients = 0;
    if (argc < 2)
        give_up("usage: replayer EXERCISES TRACE...");
    if (exercise_dir_load(argv[1], &exercises, err, sizeof err) < 0)
        give_up(err);
    for (int i = 2; i < argc; i++)
        replay_file(argv[i], exercises);
    for (int e = 0; e < exercises->count; e++)
        for (int s = 0; s < exercises->v[e].setup_count; s++)
            simulate_setup(exercises, e, s, &patients);
    exercise_set_free(exercises);
    return fflush(stdout) == 0 ? 0 : 1;
}
