/* SPDX-License-Identifier: MIT */
/* What each cue sounds like: up to two parts of equal tones. The light beside each tone is the player's business. */
#ifndef GYMSTATION_CORE_CUE_PATTERN_H
#define GYMSTATION_CORE_CUE_PATTERN_H

#include "gymstation/cue.h"

#define CUE_PARTS_MAX 2

struct cue_part {
    int n;               /* tones; 0: no such part */
    int len_ms, step_ms; /* from one's begin to the next one's; the last step leads to the next part */
    bool high;
};

struct cue_pattern {
    struct cue_part parts[CUE_PARTS_MAX];
    bool alert; /* the alert lamp comes on as well */
};

void cue_pattern(const struct cue *cue, struct cue_pattern *ret);

/* One tone that falls on its moment whatever else is being said there: what patients move by. */
bool cue_is_rhythm(enum cue_kind kind);

#endif
