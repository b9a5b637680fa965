/* SPDX-License-Identifier: MIT */
/* Whether a movement has begun; see curl_onset.h. */
#include "daemon/core/detect/curl/curl_onset.h"

#define DENSITY_S  0.0315 /* fit.h */
#define SIGMA_MIN  0.02   /* of A: no movement has just that shape */
#define CROSSED    0.25   /* of a minimum jerk movement's time: it has gone a tenth of its way */
#define LEVEL_MAX  0.15   /* of A: a hand moves the level it begins at, by no more than that */
#define QUIET_S    0.8    /* that it is the mean of */
#define NONE_PRIOR 3.0    /* log: none has begun, of ten seconds in which it may at any block */

void curl_onset_begin(struct curl_onset *onset)
{
    *onset = (struct curl_onset){.from_ns = ABSENT, .odds = -NONE_PRIOR};
}

/* Share of its way at share v of its time. */
static double shape(double v)
{
    if (v <= 0)
        return 0;
    return v >= 1 ? 1 : v * v * v * (10 + v * (6 * v - 15));
}

static void open_start(struct curl_onset *onset)
{
    if (onset->n == ONSET_STARTS) {
        onset->first = (onset->first + 1) % ONSET_STARTS;
        onset->n--;
    }
    int i = (onset->first + onset->n++) % ONSET_STARTS;
    onset->likely[i] = 0;
    onset->level[i] = onset->quiet < -LEVEL_MAX ? -LEVEL_MAX : onset->quiet > LEVEL_MAX ? LEVEL_MAX : onset->quiet;
}

/* The block that ended now, of height y: starts are as old as there were blocks since. */
static void take_block(struct curl_onset *onset, const struct curl_onset_input *in, double y, double block_s)
{
    double sigma = (double)in->noise_mn / (double)in->amp_mn, move_s = (double)in->move_ns / 1e9;
    double weight = block_s / (DENSITY_S * (sigma > SIGMA_MIN ? sigma * sigma : SIGMA_MIN * SIGMA_MIN));
    double crossed = -1e9, still = NONE_PRIOR, late_s = (double)in->late_ns / 1e9;

    open_start(onset);
    for (int i = 0; i < onset->n; i++) {
        double *likely = &onset->likely[(onset->first + i) % ONSET_STARTS];
        double age_s = (onset->n - i) * block_s, s = shape((age_s - block_s / 2) / move_s);
        *likely += weight * s * (y - onset->level[(onset->first + i) % ONSET_STARTS] - s / 2);
        if (age_s + late_s >= CROSSED * move_s)
            crossed = *likely > crossed ? *likely : crossed;
        else
            still = *likely > still ? *likely : still;
    }
    onset->odds = crossed - still;
    onset->quiet += (y - onset->quiet) * block_s / QUIET_S;
}

bool curl_onset_step(struct curl_onset *onset, const struct curl_onset_input *in)
{
    if (onset->from_ns == ABSENT)
        onset->from_ns = in->t_ns;
    onset->sum_mn += in->u_mn;
    onset->n_sum++;
    if (in->t_ns - onset->from_ns < ONSET_BLOCK_NS)
        return false;
    double y = (double)onset->sum_mn / onset->n_sum / (double)in->amp_mn;
    take_block(onset, in, y, (double)(in->t_ns - onset->from_ns) / 1e9);
    onset->from_ns = in->t_ns;
    onset->sum_mn = onset->n_sum = 0;
    return true;
}
