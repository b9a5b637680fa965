/* SPDX-License-Identifier: MIT */
/* A target of the bench and how it is found; targets.c lists and prints them, targets_met.c works them out. */
#ifndef GYMSTATION_BENCH_TARGETS_H
#define GYMSTATION_BENCH_TARGETS_H

#include "tests/bench/bench.h"

#define FINDING_TEXT 400
#define FINDING_LIST 6000 /* what does not fit is cut off */

/* What was found of a target: the figure that its sentence asks for, and a line for each row that misses it or is silent. */
struct finding {
    char text[FINDING_TEXT];
    char list[FINDING_LIST]; /* lines, each ended by a newline */
    int figures, missed;     /* asked one by one; of these the ones that miss it */
    int forbidden;           /* and of those the ones that who knows the patient misses, too */
    int untold; /* rows that have no such figure, though they have the repetitions: in the list, not asked */
};

struct wanted {
    const char *what, *wanted;
    bool (*met)(const struct wanted *target, const struct found *found, struct finding *ret);
    int setup; /* index of bench_setups, for figures */
    enum figure_kind figure;
    double median, p90; /* limits; p90 0: none */
    const char *why;    /* said when it is missed */
    bool bare;          /* nobody has set a limit: it is only said */
};

struct row *target_row(const struct found *found, int i);
struct figure_summary target_summary(const struct found *found, int row, enum figure_kind kind);
/* To the end of a list. */
void finding_add(char list[FINDING_LIST], const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A figure that misses its limit, by name, and beside it what is left to who knows the patient. */
void finding_add_miss(const struct wanted *target, const struct found *found, int row, enum figure_kind kind, bool p90,
                      const char *name, struct finding *ret);

bool count_met(const struct wanted *target, const struct found *found, struct finding *ret);
/* How many sets nobody counted, as the band or the movement was not seen. */
bool cued_met(const struct wanted *target, const struct found *found, struct finding *ret);
bool src_met(const struct wanted *target, const struct found *found, struct finding *ret);
/* One figure of one set-up, at every rate, tempo and variation: of all its reps, and row by row. */
bool figure_met(const struct wanted *target, const struct found *found, struct finding *ret);
/* The median of that figure, of all rows and row by row. */
bool median_met(const struct wanted *target, const struct found *found, struct finding *ret);
/* Every phase of every row: how late the ninth of ten changes is. */
bool live_met(const struct wanted *target, const struct found *found, struct finding *ret);
/* For how much of the time the live stream shows what is not so. */
bool wrong_met(const struct wanted *target, const struct found *found, struct finding *ret);
bool still_met(const struct wanted *target, const struct found *found, struct finding *ret);
bool stop_met(const struct wanted *target, const struct found *found, struct finding *ret);
bool speed_met(const struct wanted *target, const struct found *found, struct finding *ret);
/* Shown by a test, not by the bench: that is what it says. */
bool memory_met(const struct wanted *target, const struct found *found, struct finding *ret);

#endif
