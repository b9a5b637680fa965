/* SPDX-License-Identifier: MIT */
/*
 * Others on the box of a curl: somebody steps onto the plate in mid-set, a dumbbell is put on it and taken away. Their
 * weight is no band's pull: without it being told apart everything up to their leaving is one long rep.
 *
 * Two things make an arrival: u, the level above the rest level, stays higher than a rep gets (CURL_OTHERS_HIGH_PCT of
 * the reference amplitude A) for CURL_OTHERS_NS, and the steepest step on the way there cannot be the band: it began
 * where the limb was half-way up already, or is larger than any band makes it (another band may pull 1.8 A). Its
 * height is what they weigh, `base`. It is taken out of the samples, those in the buffer included, and the reps go on.
 * They leave when u stays below the rest level by CURL_OTHERS_LOW_PCT of A: the steepest fall is taken back.
 *
 * What they weigh is known as well as the limb stood still meanwhile. The reps count; what is told of them besides is
 * the caller's business. Plain memory; bounded work: the last CURL_OTHERS_LOOK_NS, for as long as a step is looked for.
 */
#ifndef GYMSTATION_CORE_CURL_OTHERS_H
#define GYMSTATION_CORE_CURL_OTHERS_H

#include "daemon/core/detect/rep_buffer.h"

#define CURL_OTHERS_HIGH_PCT  140
#define CURL_OTHERS_LOW_PCT   45
#define CURL_OTHERS_LEAST_PCT 40  /* of A: a smaller step is none */
#define CURL_OTHERS_BAND_PCT  220 /* of A: more than any band that may have been swapped for this one */
#define CURL_OTHERS_ALL_PCT   85  /* of u: the step explains where it is */
#define CURL_OTHERS_NS        (300 * NS_PER_MS)
#define CURL_OTHERS_WAIT_NS   (2500 * NS_PER_MS) /* for the step to end: who climbs onto a box takes a second or two */
#define CURL_OTHERS_LOOK_NS   (6 * NS_PER_S)
#define CURL_OTHERS_BLOCK_NS  (50 * NS_PER_MS)
#define CURL_OTHERS_BLOCKS    120

struct curl_others {
    int64_t base_mn; /* what they weigh; 0: nobody is there */
    int64_t rest_mn; /* the rest level before they came */
    int64_t jump_ns; /* the last of them came or left then */
    int64_t off_ns;  /* u has been where no rep is since, or ABSENT */
    bool judged;     /* and that was nobody */
};

struct curl_others_input {
    int64_t t_ns, u_mn; /* the level now, above rest_mn */
    int64_t rest_mn;
    int64_t amp_mn, noise_mn; /* the reference, or ABSENT: nothing is told; sigma */
};

void curl_others_begin(struct curl_others *others);
/*
 * After each sample. What has come (positive) or gone (negative), mN, already taken out of the buffer's samples, or 0;
 * level and references are the caller's to follow.
 */
int64_t curl_others_step(struct curl_others *others, const struct curl_others_input *in, struct rep_buffer *buffer);

#endif
