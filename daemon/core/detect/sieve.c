/* SPDX-License-Identifier: MIT */
/* Samples as they come; see sieve.h. */
#include "daemon/core/detect/sieve.h"

#include "daemon/core/fixed.h"

#define FALL_PART   3 /* of the greatest load of late: a quarter, and what a push adds that no mean shows */
#define FORGET_PART 8 /* of it with each sample */

void sieve_begin(struct sieve *sieve, int64_t spike_mn, bool stays)
{
    *sieve = (struct sieve){
        .spike_mn = spike_mn, .stays = stays, .middle = {.t_ns = ABSENT}, .last_ns = ABSENT, .taken = {.t_ns = ABSENT}};
}

/* The box carries no less than nothing: a mean of four periods falls by a quarter of what its oldest one was, at most. */
static bool spike(const struct sieve *sieve, const struct sample *sample)
{
    int64_t change_mn = (int64_t)sample->force_mn - sieve->taken.force_mn;

    return sieve->taken.t_ns != ABSENT &&
           (fixed_abs(change_mn) > sieve->spike_mn || (sieve->stays && -change_mn > sieve->most_mn / FALL_PART));
}

int sieve_take(struct sieve *sieve, const struct sample *sample, struct sample ret[SIEVE_MAX])
{
    int64_t since_ns = sieve->last_ns != ABSENT ? sample->t_ns - sieve->last_ns : NS_PER_MS;
    bool apart = since_ns > SIEVE_SLOW_NS;
    int n = 0;

    if (since_ns <= 0)
        return 0;
    sieve->slow = apart && sieve->apart;
    sieve->apart = apart;
    sieve->last_ns = sample->t_ns;
    bool any = live_median(&sieve->median, sample, &sieve->middle);
    if (any && sieve->middle.t_ns > sieve->taken.t_ns)
        ret[n++] = sieve->middle;
    if (any) /* whether the newest can be is asked of what the one before should have been */
        sieve->taken = sieve->middle;
    if (sieve->slow && !spike(sieve, sample))
        sieve->taken = ret[n++] = *sample;
    sieve->most_mn = fixed_max(sieve->taken.force_mn, sieve->most_mn - sieve->most_mn / FORGET_PART);
    return n;
}
