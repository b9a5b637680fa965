/* SPDX-License-Identifier: MIT */
/* Body weight in a set of step-ups; see step_weight.h. */
#include "daemon/core/detect/step/step_weight.h"

#include "daemon/core/fixed.h"

#define BLOCKS   4 /* of the stillest half second */
#define BLOCK_NS (STEP_STILL_NS / BLOCKS)

#define CARRIED_ROUNDS 3

void step_weight_begin(struct step_weight *weight, int64_t bw_mn)
{
    *weight = (struct step_weight){.bw_mn = bw_mn, .level_mn = ABSENT, .median_mn = ABSENT};
}

int64_t step_weight_still(struct step_weight *weight, int64_t t_ns, int64_t f_mn)
{
    int64_t off_mn = fixed_abs(f_mn - weight->still_mn);

    if (weight->still_n == 0 || off_mn * 100 > weight->still_mn * STEP_STILL_PER_CENT) {
        weight->still_ns = t_ns;
        weight->still_sum = weight->still_n = 0;
    }
    weight->still_sum += f_mn;
    weight->still_n++;
    weight->still_mn = fixed_div(weight->still_sum, weight->still_n);
    return t_ns - weight->still_ns < STEP_STILL_NS || weight->still_mn < STEP_BW_MIN_MN ? ABSENT : weight->still_mn;
}

void step_weight_learn(struct step_weight *weight, int64_t level_mn)
{
    weight->bw_mn = level_mn;
}

/* n: 1..STEP_WEIGHT_REPS. */
static int64_t middle_mn(const int64_t *v, int n)
{
    int64_t sorted[STEP_WEIGHT_REPS];

    for (int i = 0; i < n; i++) {
        int at = i;
        for (; at > 0 && sorted[at - 1] > v[i]; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = v[i];
    }
    return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
}

static void ring_put(int64_t *v, int *n, int *next, int64_t value)
{
    v[*next] = value;
    *next = (*next + 1) % STEP_WEIGHT_REPS;
    if (*n < STEP_WEIGHT_REPS)
        (*n)++;
}

void step_weight_take(struct step_weight *weight, int64_t bw_mn, bool rough)
{
    if (rough && weight->n > 0 && !weight->rough)
        return;
    if (!rough && weight->rough)
        weight->n = weight->next = 0;
    weight->rough = rough;
    ring_put(weight->v, &weight->n, &weight->next, bw_mn);
    weight->bw_mn = middle_mn(weight->v, weight->n);
}

void step_weight_level_seen(struct step_weight *weight, int64_t level_mn, int64_t median_mn)
{
    if (weight->level_mn != ABSENT)
        ring_put(weight->change, &weight->n_changes, &weight->next_change,
                 fixed_min(fixed_abs(level_mn - weight->level_mn), fixed_abs(median_mn - weight->median_mn)));
    weight->level_mn = level_mn;
    weight->median_mn = median_mn;
    weight->change_mn = weight->n_changes > 0 ? middle_mn(weight->change, weight->n_changes) : 0;
}

int64_t step_weight_wander_mn(const struct step_weight *weight)
{
    if (weight->n_changes < 2)
        return 0;
    return fixed_max(0, weight->change_mn - weight->bw_mn / STEP_WANDER_PART);
}

struct block {
    int64_t start_ns, sum_mn, n, min_mn, max_mn;
};

static void block_add(struct block *block, const struct sample *sample)
{
    if (block->n == 0)
        *block = (struct block){.start_ns = sample->t_ns, .min_mn = sample->force_mn, .max_mn = sample->force_mn};
    block->sum_mn += sample->force_mn;
    block->n++;
    block->min_mn = fixed_min(block->min_mn, sample->force_mn);
    block->max_mn = fixed_max(block->max_mn, sample->force_mn);
}

/* Highest less lowest over the last blocks, and their mean. */
static int64_t spread_mn(const struct block *blocks, int64_t *ret_mean_mn)
{
    struct block all = blocks[0];

    for (int i = 1; i < BLOCKS; i++) {
        all.sum_mn += blocks[i].sum_mn;
        all.n += blocks[i].n;
        all.min_mn = fixed_min(all.min_mn, blocks[i].min_mn);
        all.max_mn = fixed_max(all.max_mn, blocks[i].max_mn);
    }
    *ret_mean_mn = fixed_div(all.sum_mn, all.n);
    return all.max_mn - all.min_mn;
}

int64_t step_weight_level(const struct rep_buffer *buffer, int from, int to)
{
    struct block blocks[BLOCKS] = {{0}}, block = {0};
    int64_t level_mn = ABSENT, least_mn = INT64_MAX;
    int n = 0;

    for (int i = from; i <= to; i++) {
        const struct sample *sample = rep_buffer_at(buffer, i);
        if (block.n > 0 && sample->t_ns - block.start_ns >= BLOCK_NS) {
            blocks[n++ % BLOCKS] = block;
            block.n = 0;
            int64_t mean_mn = 0, spread = n >= BLOCKS ? spread_mn(blocks, &mean_mn) : INT64_MAX;
            /* Standing still on nothing is not what is asked for; nor is being slow for a moment. */
            bool still = mean_mn >= STEP_BW_MIN_MN && spread * 100 <= 2 * STEP_STILL_PER_CENT * mean_mn;
            if (still && spread < least_mn) {
                least_mn = spread;
                level_mn = mean_mn;
            }
        }
        block_add(&block, sample);
    }
    return level_mn;
}

/* Mean of the force over time, straight between samples from..to. */
static int64_t time_mean_mn(const struct rep_buffer *buffer, int from, int to)
{
    int64_t sum = 0, dur_ns = rep_buffer_at(buffer, to)->t_ns - rep_buffer_at(buffer, from)->t_ns;

    for (int i = from + 1; i <= to; i++) {
        const struct sample *a = rep_buffer_at(buffer, i - 1), *b = rep_buffer_at(buffer, i);
        sum += ((int64_t)a->force_mn + b->force_mn) / 2 * (b->t_ns - a->t_ns);
    }
    return dur_ns > 0 ? fixed_div(sum, dur_ns) : 0;
}

int64_t step_weight_carried(const struct rep_buffer *buffer, int from, int to)
{
    int64_t level_mn = from < to ? time_mean_mn(buffer, from, to) : 0;

    for (int round = 0; round < CARRIED_ROUNDS; round++) {
        while (from < to && rep_buffer_at(buffer, from)->force_mn * 10 < level_mn * 9)
            from++;
        while (to > from && rep_buffer_at(buffer, to)->force_mn * 10 < level_mn * 9)
            to--;
        level_mn = from < to ? time_mean_mn(buffer, from, to) : 0;
    }
    bool long_enough = rep_buffer_at(buffer, to)->t_ns - rep_buffer_at(buffer, from)->t_ns >= STEP_CARRIED_NS;
    return long_enough && level_mn >= STEP_BW_MIN_MN ? level_mn : ABSENT;
}

/* By bisection. */
static int64_t median_of(const struct rep_buffer *buffer, int from, int to)
{
    int64_t lo = INT32_MAX, hi = INT32_MIN;

    for (int i = from; i < to; i++) {
        lo = fixed_min(lo, rep_buffer_at(buffer, i)->force_mn);
        hi = fixed_max(hi, rep_buffer_at(buffer, i)->force_mn);
    }
    while (hi - lo > 1) {
        int64_t mid = lo + (hi - lo) / 2;
        int below = 0;
        for (int i = from; i < to; i++)
            below += rep_buffer_at(buffer, i)->force_mn < mid;
        if (2 * below < to - from)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

int64_t step_weight_median(const struct rep_buffer *buffer, int first, int last, double from_s, double to_s)
{
    int64_t t0_ns = rep_buffer_at(buffer, first)->t_ns;
    int from = first, to = first;

    for (int i = first; i <= last; i++) {
        double t = (double)(rep_buffer_at(buffer, i)->t_ns - t0_ns) / 1e9;
        from = t < from_s ? i + 1 : from;
        to = t <= to_s ? i + 1 : to;
    }
    return median_of(buffer, from, to);
}
