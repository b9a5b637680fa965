/* SPDX-License-Identifier: MIT */
/* Stations that measure worse than this one, each in one way: does the gate of the small run see every one of them? */
#ifndef GYMSTATION_BENCH_SPOIL_H
#define GYMSTATION_BENCH_SPOIL_H

#include "tests/bench/bench.h"

enum spoil {
    SPOIL_NOTHING,
    SPOIL_ECC,
    SPOIL_MOVE,
    SPOIL_TUT,
    SPOIL_HOLD,
    SPOIL_LOST,
    SPOIL_MUTED,
    SPOIL_SD,
    SPOIL_LIVE,
    SPOIL_FLICKER,
    SPOIL_SILENT,
    SPOIL_TOLD,
    SPOIL_CLAIMED,
    SPOIL_COUNT
};

struct spoiler {
    enum spoil how;
    int reps, sessions; /* so far */
    bool claimed;
};

/* The same run of each of them. */
struct spoilt {
    struct spoiler spoiler[SPOIL_COUNT];
    struct rows rows[SPOIL_COUNT];
    struct watch watch; /* a copy to be spoilt */
};

struct spoilt *spoil_new(void); /* for free() */
/* For run_sessions(): a session judged as each of them would have published it. */
void spoil_take(void *spoilt, const struct bench_session *session, const struct watch *watch);
/* Compares each with the record, and prints what is worse; 1: one of them is not seen. Negative errno. */
int spoil_compare(struct spoilt *spoilt, const char *recorded, const struct still *still);

#endif
