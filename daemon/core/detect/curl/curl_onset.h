/* SPDX-License-Identifier: MIT */
/*
 * Has a movement begun? The likelihoods of ways that began at any block of the last seconds, with a minimum jerk shape of
 * known size and length, against none that has: a matched filter, which has all of the movement so far to go by, where a
 * window has what happened within it. What sway adds to means is as white noise of density 0.0315 s sigma^2 (fit.h).
 * Plain memory; a block costs ONSET_STARTS steps. See curl_live.h for what is told of it.
 */
#ifndef GYMSTATION_CORE_CURL_ONSET_H
#define GYMSTATION_CORE_CURL_ONSET_H

#include "gymstation/basics.h"

#include <stdbool.h>
#include <stdint.h>

#define ONSET_BLOCK_NS (50 * NS_PER_MS)
#define ONSET_STARTS   32

struct curl_onset {
    int64_t from_ns; /* of the block that is filled, or ABSENT */
    int64_t sum_mn;
    int n_sum;
    int first, n;                /* ring of starts */
    double likely[ONSET_STARTS]; /* log likelihood of a start over none */
    double level[ONSET_STARTS];  /* where it begins, of A */
    double quiet;                /* mean of what there was */
    double odds;                 /* log: it has gone past 0.1 of its way by now, against that it has not */
};

struct curl_onset_input {
    int64_t t_ns, u_mn; /* u: height in the movement's own direction from where it begins, below 0: the other way */
    int64_t amp_mn, noise_mn;
    int64_t move_ns; /* how long it takes */
    int64_t late_ns; /* what samples are behind */
};

void curl_onset_begin(struct curl_onset *onset);
/* True when odds are new. */
bool curl_onset_step(struct curl_onset *onset, const struct curl_onset_input *in);

#endif
