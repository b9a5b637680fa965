/* SPDX-License-Identifier: MIT */
/*
 * What the live stream showed from one rep's end to the next one's. The nearest change tells how late a change is, and
 * nothing of those that were false: a stream that flickers is near every true one. So they are counted, and the time is
 * taken for which a reader saw a phase that was not the patient's, but for LIVE_LATE_NS after each true change.
 */
#include "tests/bench/bench.h"

#define LIVE_LATE_NS (300 * NS_PER_MS) /* what a change may be late by: contract's target of the live stream */

/* Phase i of a cycle lasts from mark i to mark i + 1. */
static const enum phase in_turn[PHASE_COUNT] = {PHASE_BOTTOM, PHASE_CON, PHASE_TOP, PHASE_ECC};

bool live_measured(const struct live_change *change)
{
    return change->src == SRC_LOAD || change->src == SRC_MODEL;
}

/* For how long of from_ns to to_ns something measured was shown that is not that phase. */
static int64_t wrong_ns(const struct watch *watch, enum phase phase, int64_t from_ns, int64_t to_ns)
{
    int64_t ns = 0;
    for (int i = 0; i < watch->changes; i++) {
        const struct live_change *change = &watch->change[i];
        int64_t begin_ns = change->at_ns > from_ns ? change->at_ns : from_ns;
        int64_t end_ns = i + 1 < watch->changes && change[1].at_ns < to_ns ? change[1].at_ns : to_ns;
        if (live_measured(change) && change->phase != phase && end_ns > begin_ns)
            ns += end_ns - begin_ns;
    }
    return ns;
}

/* Whoever shows nothing shows nothing wrong, and is no example for it: by then some phase had been shown as measured. */
static bool shown(const struct watch *watch, int64_t by_ns)
{
    for (int i = 0; i < watch->changes; i++)
        if (watch->change[i].at_ns <= by_ns && live_measured(&watch->change[i]))
            return true;
    return false;
}

void judge_cycle(struct row *row, const struct watch *watch, const int64_t marks_ns[PHASE_COUNT + 1])
{
    int64_t ns = 0;
    for (int i = 0; i < PHASE_COUNT; i++)
        if (marks_ns[i] == ABSENT || marks_ns[i + 1] == ABSENT || marks_ns[i + 1] < marks_ns[i])
            return;
    if (!shown(watch, marks_ns[PHASE_COUNT]))
        return;
    row->cycles++;
    for (int i = 0; i < watch->changes; i++)
        row->changes += watch->change[i].at_ns > marks_ns[0] && watch->change[i].at_ns <= marks_ns[PHASE_COUNT] &&
                        live_measured(&watch->change[i]);
    for (int i = 0; i < PHASE_COUNT; i++)
        ns += wrong_ns(watch, in_turn[i], marks_ns[i] + LIVE_LATE_NS, marks_ns[i + 1]);
    row_add(row, FIGURE_LIVE_WRONG, (double)ns / (double)(marks_ns[PHASE_COUNT] - marks_ns[0]));
}
