/* SPDX-License-Identifier: MIT */
/* Bins of lateness; see gymstation/latency.h. */
#include "gymstation/latency.h"

void latency_add(struct latency *latency, int64_t late_ns)
{
    int64_t bin = late_ns > 0 ? late_ns / LATENCY_BIN_NS : 0;

    latency->n++;
    if (late_ns > latency->max_ns)
        latency->max_ns = late_ns;
    if (bin < LATENCY_BINS)
        latency->bins[bin]++;
}

int64_t latency_ns(const struct latency *latency, int permille)
{
    uint64_t wanted = (latency->n * (uint64_t)permille + 999) / 1000;
    uint64_t seen = 0;

    for (int bin = 0; bin < LATENCY_BINS && wanted > 0; bin++) {
        int64_t edge_ns = (bin + 1) * LATENCY_BIN_NS;

        seen += latency->bins[bin];
        if (seen >= wanted)
            return edge_ns < latency->max_ns ? edge_ns : latency->max_ns;
    }
    return latency->max_ns;
}
