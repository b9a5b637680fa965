/* SPDX-License-Identifier: MIT */
/* What gymstationctl simulate is asked for, and the prescription made of it. Private to simulate*.c. */
#ifndef GYMSTATIONCTL_SIMULATE_H
#define GYMSTATIONCTL_SIMULATE_H

#include <limits.h>
#include <stdio.h>

#include "gymstation/exercise_file.h"
#include "gymstation/patient.h"

#define NOT_GIVEN INT_MIN

struct simulate_options {
    const char *config, *prescription, *truth;
    const char *exercise, *variation, *contact, *anchor, *side, *pacing; /* NULL: not given */
    int reps, sets, holds;                                               /* or NOT_GIVEN */
    double hold_s, rest_s, target_n, load_kg, step_m;                    /* or NAN */
    struct patient_setup patient;
    bool list_cases;
    bool body_given;              /* --body-kg: a fleet's patients all weigh that */
    bool edge_given, blend_given; /* else every one of a fleet has its own */
    int fleet;                    /* 0: one patient, to stdout */
    const char *into;
};

#define FLEET_MAX 100000

/* The payload as a therapist's program would send it; the caller's to free, NULL when out of memory. */
char *simulate_rx(const struct simulate_options *options, const struct exercise_set *set);

/* One patient: a trace, and unless it is NULL the truth. CTL_FINE, or an exit code after a message. */
int simulate_write(const struct simulate_options *options, const char *rx, size_t rx_len, FILE *trace, FILE *truth);
/* options->fleet patients into options->into: NNNNNN.trace and NNNNNN.truth by seed. As simulate_write(). */
int simulate_fleet(const struct simulate_options *options, const char *rx, size_t rx_len);

#endif
