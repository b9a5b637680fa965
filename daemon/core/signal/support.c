/* SPDX-License-Identifier: MIT */
/* Valleys between repetitions, and how far they lie apart; support.h has the rules. */
#include "daemon/core/signal/support.h"

#include "daemon/core/fixed.h"

void support_begin(struct support *support)
{
    *support = (struct support){.n = 0};
}

static void valley_add(struct support *support, int64_t level_mn)
{
    int n = support->n_valleys;

    if (n > 0 && fixed_abs(level_mn - support->valleys[n - 1]) > SUPPORT_MOST_MN)
        n = 0;
    if (n == SUPPORT_VALLEYS) {
        for (int i = 1; i < n; i++)
            support->valleys[i - 1] = support->valleys[i];
        n--;
    }
    support->valleys[n] = level_mn;
    support->n_valleys = n + 1;
}

/* The lowest of the last means, this one taken in. */
static int64_t recent_mn(struct support *support, int64_t mean_mn)
{
    int64_t least = mean_mn;

    support->means[support->n_means++ % SUPPORT_MEANS] = mean_mn;
    for (int i = 0; i < SUPPORT_MEANS && i < support->n_means; i++)
        least = fixed_min(least, support->means[i]);
    return least;
}

/* Up and down by half of A, never back by less: a zigzag line through the means. */
static bool turn(struct support *support, int64_t mean_mn, int64_t half_mn)
{
    if (support->high) {
        support->turn_mn = fixed_max(support->turn_mn, mean_mn);
        support->high = mean_mn > support->turn_mn - half_mn;
        support->n_means = 0;
        return false;
    }
    int64_t valley_mn = recent_mn(support, mean_mn);
    if (mean_mn < valley_mn + half_mn)
        return false;
    valley_add(support, valley_mn);
    support->high = true;
    support->turn_mn = mean_mn;
    return true;
}

static bool close_block(struct support *support, int64_t half_mn)
{
    int64_t sum = 0;

    support->blocks[support->next] = support->sum_mn / support->n;
    support->next = (support->next + 1) % SUPPORT_BLOCKS;
    support->n = 0;
    support->sum_mn = 0;
    if (support->n_blocks < SUPPORT_BLOCKS)
        support->n_blocks++;
    if (support->n_blocks < SUPPORT_BLOCKS)
        return false;
    for (int i = 0; i < SUPPORT_BLOCKS; i++)
        sum += support->blocks[i];
    return turn(support, sum / SUPPORT_BLOCKS, half_mn);
}

bool support_step(struct support *support, int64_t t_ns, int64_t force_mn, int64_t amp_mn)
{
    bool valley = false;

    if (support->n > 0 && t_ns - support->block_ns >= SUPPORT_BLOCK_NS)
        valley = close_block(support, amp_mn / 2);
    if (support->n == 0)
        support->block_ns = t_ns;
    support->sum_mn += force_mn;
    support->n++;
    return valley;
}

static void sort(int64_t *v, int n)
{
    for (int i = 1; i < n; i++) {
        int64_t x = v[i];
        int k = i;
        for (; k > 0 && v[k - 1] > x; k--)
            v[k] = v[k - 1];
        v[k] = x;
    }
}

int64_t support_spread_mn(const struct support *support)
{
    int64_t v[SUPPORT_VALLEYS], sum = 0;
    int n = support->n_valleys;

    if (n < SUPPORT_LEAST)
        return 0;
    for (int i = 0; i < n; i++)
        v[i] = support->valleys[i];
    sort(v, n);
    int64_t median = v[n / 2];
    for (int i = 0; i < n; i++)
        v[i] = fixed_abs(v[i] - median);
    sort(v, n);
    for (int i = 0; i < n - 1; i++)
        sum += v[i];
    return (sum + fixed_min(v[n - 1], 2 * v[n - 2])) / n; /* one that lies apart alone is no wander */
}

enum support_grade support_grade(const struct support *support, int64_t noise_mn, int64_t amp_mn)
{
    int64_t spread = support_spread_mn(support);

    if (spread >= fixed_max(SUPPORT_LEAN_MN, amp_mn / SUPPORT_LEAN_PART))
        return SUPPORT_LEAN;
    if (support->n_valleys < SUPPORT_SURE || spread < SUPPORT_TOUCH_MN + noise_mn * SUPPORT_NOISE_PCT / 100)
        return SUPPORT_NONE;
    return SUPPORT_TOUCH;
}
