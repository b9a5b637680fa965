/* SPDX-License-Identifier: MIT */
/*
 * Which samples a detector goes by: the middle one of the last three, which takes spikes out and is one sample late. Where
 * samples are far apart that is too late: there it is the newest one, and the middle one only in place of a spike, which is
 * where no body is from one sample to the next: more than spike_mn away, or, of who is never off the box, lower by more
 * than a mean of four periods can fall. A median of means over 0.4 s would fill a pause of two samples, too.
 */
#ifndef GYMSTATION_CORE_SIEVE_H
#define GYMSTATION_CORE_SIEVE_H

#include "daemon/core/detect/live.h"

#define SIEVE_MAX     2
#define SIEVE_SLOW_NS (60 * NS_PER_MS) /* between samples: the pause on the floor may be as short as two of them */

struct sieve {
    int64_t spike_mn; /* from one of a slow converter's samples to the next: more waits for the one after it */
    struct live_median median;
    struct sample middle; /* of the last three; t_ns ABSENT: none. As it came it is median.v[0] */
    int64_t last_ns;      /* of the last sample as it came, or ABSENT */
    struct sample taken;  /* the last one that was; t_ns ABSENT: none */
    int64_t most_mn;      /* the greatest load of late */
    bool stays;           /* nobody steps off the box: a fall beyond what such a mean can is a spike */
    bool apart, slow;     /* samples are far apart: the last two; the last three */
};

void sieve_begin(struct sieve *sieve, int64_t spike_mn, bool stays);
/* Writes those to be taken now, in the order of their stamps, returns how many. */
int sieve_take(struct sieve *sieve, const struct sample *sample, struct sample ret[SIEVE_MAX]);

#endif
