/* SPDX-License-Identifier: MIT */
/* Means of 0.5 s and how far they lie apart; wander.h has the rules. */
#include "daemon/core/signal/wander.h"

#include "daemon/core/fixed.h"
#include "daemon/core/signal/quiet.h"

void wander_break(struct wander *wander)
{
    *wander = (struct wander){.from_ns = wander->from_ns};
}

void wander_wait(struct wander *wander, int64_t from_ns)
{
    *wander = (struct wander){.from_ns = from_ns};
}

static void close_block(struct wander *wander)
{
    int64_t mean = wander->sum_mn / wander->n, off = mean - wander->last_mn;
    int64_t var = wander->sum_sq / wander->n - off * off;
    bool stepped = !wander->on || fixed_abs(mean - wander->last_mn) > WANDER_STEP_MN;

    wander->n = 0;
    wander->sum_mn = wander->sum_sq = 0;
    wander->on = mean >= CONTACT_ON_MN;
    wander->last_mn = mean;
    if (stepped || !wander->on) {
        wander->n_means = 0;
        return;
    }
    wander->means[wander->next] = mean;
    wander->vars[wander->next] = var;
    wander->next = (wander->next + 1) % WANDER_BLOCKS;
    if (wander->n_means < WANDER_BLOCKS)
        wander->n_means++;
}

void wander_step(struct wander *wander, const struct sample *sample)
{
    int64_t t_ns = sample->t_ns;

    if (t_ns < wander->from_ns)
        return;
    if (wander->n > 0 && t_ns - wander->start_ns > WANDER_BLOCK_NS + QUIET_GAP_NS)
        wander_break(wander);
    else if (wander->n > 0 && t_ns - wander->start_ns >= WANDER_BLOCK_NS)
        close_block(wander);
    if (wander->n == 0)
        wander->start_ns = t_ns;
    int64_t off = fixed_force(sample->force_mn) - wander->last_mn;
    wander->sum_mn += fixed_force(sample->force_mn);
    wander->sum_sq += off * off;
    wander->n++;
}

/* Of n means, the newest of them number from (1 is the newest of all). */
static int64_t sd_mn(const struct wander *wander, int from, int n)
{
    int64_t sum = 0, sum_sq = 0;

    for (int i = from; i < from + n; i++) {
        int64_t off = wander->means[(wander->next + WANDER_BLOCKS - i) % WANDER_BLOCKS] - wander->last_mn;
        sum += off;
        sum_sq += off * off;
    }
    return fixed_sqrt((sum_sq - sum * sum / n) / (n - 1));
}

/* sd of the samples about their means. */
static int64_t noise_mn(const struct wander *wander)
{
    int64_t sum = 0;

    for (int i = 1; i <= wander->n_means; i++)
        sum += wander->vars[(wander->next + WANDER_BLOCKS - i) % WANDER_BLOCKS];
    return fixed_sqrt(sum / wander->n_means);
}

bool wander_leans(const struct wander *wander)
{
    int n = wander->n_means, half = n / 2;

    if (n < WANDER_LEAST)
        return false;
    int64_t noise = noise_mn(wander), least = fixed_max(WANDER_HALF_MN, noise * WANDER_HALF_NOISE_PCT / 100);
    return sd_mn(wander, 1, n) >= fixed_max(WANDER_LEAN_MN, noise * WANDER_NOISE_PCT / 100) &&
           sd_mn(wander, 1, half) >= least && sd_mn(wander, n - half + 1, half) >= least;
}
