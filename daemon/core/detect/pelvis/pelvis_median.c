/* SPDX-License-Identifier: MIT */
/* Running median of the last five. */
#include "daemon/core/detect/pelvis/pelvis_median.h"

static void find_middle(struct pelvis_median *median)
{
    int64_t sorted[PELVIS_FIVE];

    for (int i = 0; i < median->n; i++) {
        int k = i;
        for (; k > 0 && sorted[k - 1] > median->v[i]; k--)
            sorted[k] = sorted[k - 1];
        sorted[k] = median->v[i];
    }
    median->low = sorted[(median->n - 1) / 2];
    median->high = sorted[median->n / 2];
}

void pelvis_median_add(struct pelvis_median *median, int64_t value)
{
    if (median->n == PELVIS_FIVE) {
        for (int i = 1; i < PELVIS_FIVE; i++)
            median->v[i - 1] = median->v[i];
        median->n--;
    }
    median->v[median->n++] = value;
    find_middle(median);
}
