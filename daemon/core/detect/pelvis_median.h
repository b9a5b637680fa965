/* SPDX-License-Identifier: MIT */
/* Running median of the last five, for what a bridge or thrust learns from the reps of a set. Plain memory. */
#ifndef GYMSTATION_CORE_PELVIS_MEDIAN_H
#define GYMSTATION_CORE_PELVIS_MEDIAN_H

#include <stdint.h>

#define PELVIS_FIVE 5

struct pelvis_median {
    int n;
    int64_t v[PELVIS_FIVE]; /* newest last */
};

int64_t pelvis_median(const struct pelvis_median *median);     /* or ABSENT; of two the greater */
int64_t pelvis_median_low(const struct pelvis_median *median); /* of two the lesser */
void pelvis_median_add(struct pelvis_median *median, int64_t value);

#endif
