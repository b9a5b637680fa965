/* SPDX-License-Identifier: MIT */
/* How many repetitions and holds the station counted, against how many were done. */
#include "tests/bench/bench.h"

#define SETS_MAX 16

struct count {
    int full, paced, truths, either; /* truths: those that have to be counted */
    bool any;
};

int count_miss(int full, int truths, int either)
{
    return full < truths ? truths - full : full > truths + either ? full - truths - either : 0;
}

static void judge_count(struct row *row, const struct count *count, bool weak)
{
    int miss = count_miss(count->full, count->truths, count->either);
    bool by_cue = count->paced > 0 || (count->full == 0 && count->truths > 0);
    row->sets++;
    row->weak += by_cue && weak;
    if (by_cue)
        return;
    row->measured++;
    row->exact += miss == 0;
    row->worst_miss = miss > row->worst_miss ? miss : row->worst_miss;
}

static struct count *count_of(struct count *counts, int set)
{
    struct count *count = &counts[set >= 0 && set < SETS_MAX ? set : 0];
    count->any = true;
    return count;
}

void judge_counts(struct row *row, const struct bench_session *session, const struct watch *watch)
{
    struct count counts[SETS_MAX] = {0};
    bool weak = weak_band(session);
    for (int i = 0; i < watch->reps; i++) {
        struct count *count = count_of(counts, watch->rep[i].set);
        count->full += watch->rep[i].data.outcome == REP_FULL;
        count->paced += watch->rep[i].data.outcome == REP_PACED;
    }
    for (int i = 0; i < watch->holds; i++) {
        struct count *count = count_of(counts, watch->hold[i].set);
        count->full++;
        count->paced += watch->hold[i].data.in_band_ns == ABSENT;
    }
    for (int i = 0; i < watch->truths; i++)
        if (truth_complete(watch, &watch->truth[i]))
            ++*(truth_either(watch, &watch->truth[i]) ? &count_of(counts, watch->truth[i].set)->either
                                                      : &count_of(counts, watch->truth[i].set)->truths);
    for (int i = 0; i < SETS_MAX; i++)
        if (counts[i].any)
            judge_count(row, &counts[i], weak);
}
