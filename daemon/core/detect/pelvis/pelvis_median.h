/* SPDX-License-Identifier: MIT */
/* Running median of the last five, for what a bridge or thrust learns from the reps of a set. Plain memory. */
#ifndef GYMSTATION_CORE_PELVIS_MEDIAN_H
#define GYMSTATION_CORE_PELVIS_MEDIAN_H

#include <stdint.h>

#include "gymstation/event.h"

#define PELVIS_FIVE 5

struct pelvis_median {
    int n;
    int64_t v[PELVIS_FIVE]; /* newest last */
    int64_t low, high; /* the middle ones of them, the same one of an odd number: asked for more often than added to */
};

void pelvis_median_add(struct pelvis_median *median, int64_t value);

/* Or ABSENT; of two the greater. */
static inline int64_t pelvis_median(const struct pelvis_median *median)
{
    return median->n > 0 ? median->high : ABSENT;
}

/* Or ABSENT; of two the lesser. */
static inline int64_t pelvis_median_low(const struct pelvis_median *median)
{
    return median->n > 0 ? median->low : ABSENT;
}

#endif
