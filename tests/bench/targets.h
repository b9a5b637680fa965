/* SPDX-License-Identifier: MIT */
/* A target of the bench and how it is found; targets.c lists and prints them, targets_met.c works them out. */
#ifndef GYMSTATION_BENCH_TARGETS_H
#define GYMSTATION_BENCH_TARGETS_H

#include "tests/bench/bench.h"

#define FINDING_TEXT 400
#define FINDING_LIST 6000 /* what does not fit is cut off */

/* What was found of a target: the figure that its sentence asks for, and a line for each row that misses it. */
struct finding {
    char text[FINDING_TEXT];
    char list[FINDING_LIST]; /* lines, each ended by a newline */
    char note[FINDING_LIST]; /* beside a miss: what is not in the figure; "": nothing */
    int figures, missed;     /* asked one by one; of these the ones that miss it */
    int forbidden;           /* and of those the ones that who knows the patient misses, too */
};

struct wanted {
    const char *what, *wanted;
    bool (*met)(const struct wanted *target, const struct found *found, struct finding *ret);
    int setup; /* index of bench_setups, for figures */
    enum figure_kind figure;
    double median, p90; /* limits; p90 0: none */
    const char *why;    /* said when it is missed */
};

bool count_met(const struct wanted *target, const struct found *found, struct finding *ret);
bool src_met(const struct wanted *target, const struct found *found, struct finding *ret);
/* One figure of one set-up, at every rate, tempo and variation: of all its reps, and row by row. */
bool figure_met(const struct wanted *target, const struct found *found, struct finding *ret);
/* The median of that figure, of all rows and row by row. */
bool median_met(const struct wanted *target, const struct found *found, struct finding *ret);
/* Every phase of every row: how late the ninth of ten changes is. */
bool live_met(const struct wanted *target, const struct found *found, struct finding *ret);
bool still_met(const struct wanted *target, const struct found *found, struct finding *ret);
bool stop_met(const struct wanted *target, const struct found *found, struct finding *ret);
bool speed_met(const struct wanted *target, const struct found *found, struct finding *ret);

#endif
