/* SPDX-License-Identifier: MIT */
/* How late things were: counted in bins, read as percentiles. Pure; one thread at a time. */
#ifndef GYMSTATION_LATENCY_H
#define GYMSTATION_LATENCY_H

#include "gymstation/basics.h"

#define LATENCY_BIN_NS (20 * INT64_C(1000))
#define LATENCY_BINS   512 /* up to 10.24 ms; what is later is told apart by the maximum only */

struct latency {
    uint64_t n;
    int64_t max_ns;
    uint64_t bins[LATENCY_BINS];
};

void latency_add(struct latency *latency, int64_t late_ns); /* early counts as 0 */
/*
 * Not later than this were `permille` of them: the upper edge of a bin, and at most the maximum. 0 of none.
 */
int64_t latency_ns(const struct latency *latency, int permille);

#endif
