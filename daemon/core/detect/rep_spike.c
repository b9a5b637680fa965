/* SPDX-License-Identifier: MIT */
/* A running median by histogram (Huang 1979): a few steps a sample, whatever the window's length. */
#include "daemon/core/detect/rep_spike.h"

#include "daemon/core/fixed.h"

struct window {
    int bins[REP_SPIKE_BINS];
    int n, below, at; /* samples; of those in bins below `at`, which holds the median */
    int64_t rest_mn, range_mn;
};

static int64_t above_mn(const struct rep_buffer *buffer, int i, int64_t rest_mn)
{
    return fixed_force(rep_buffer_at(buffer, i)->force_mn - rest_mn);
}

static int bin_of(const struct window *w, int64_t mn)
{
    int64_t bin = (fixed_clamp(mn, -w->range_mn, w->range_mn) + w->range_mn) * REP_SPIKE_BINS / (2 * w->range_mn + 1);

    return (int)bin;
}

static void count(struct window *w, int64_t mn, int by)
{
    int bin = bin_of(w, mn);

    w->bins[bin] += by;
    w->n += by;
    if (bin < w->at)
        w->below += by;
}

static int64_t median_mn(struct window *w)
{
    while (w->below > w->n / 2)
        w->below -= w->bins[--w->at];
    while (w->below + w->bins[w->at] <= w->n / 2)
        w->below += w->bins[w->at++];
    return (2 * w->at + 1) * (2 * w->range_mn + 1) / (2 * REP_SPIKE_BINS) - w->range_mn;
}

void rep_spike_medians(const struct rep_buffer *buffer, int from, int to, int64_t rest_mn, int64_t range_mn,
                       int32_t *ret)
{
    struct window w = {.rest_mn = rest_mn, .range_mn = range_mn};
    int lo = from, hi = from;

    for (int i = from; i < to; i++) {
        int64_t t_ns = rep_buffer_at(buffer, i)->t_ns;
        while (hi < to && rep_buffer_at(buffer, hi)->t_ns <= t_ns + REP_SPIKE_NS)
            count(&w, above_mn(buffer, hi++, rest_mn), 1);
        while (rep_buffer_at(buffer, lo)->t_ns < t_ns - REP_SPIKE_NS)
            count(&w, above_mn(buffer, lo++, rest_mn), -1);
        ret[i] = (int32_t)median_mn(&w);
    }
}

/* All of it is noise, then. */
static bool many_blows(const struct rep_buffer *buffer, int from, int to, int64_t rest_mn, int64_t most_mn,
                       const int32_t *v)
{
    int n = 0;

    for (int i = from; i < to; i++)
        n += fixed_abs(above_mn(buffer, i, rest_mn) - v[i]) > most_mn;
    return n * REP_SPIKE_BLOWS_PART > to - from;
}

void rep_spike_clear(const struct rep_buffer *buffer, int from, int to, int64_t rest_mn, int64_t limit_mn, int32_t *v)
{
    int64_t most_mn = REP_SPIKE_BLOW * limit_mn;

    if (many_blows(buffer, from, to, rest_mn, most_mn, v))
        most_mn = INT64_MAX;
    for (int i = from; i < to; i++) {
        int64_t above = above_mn(buffer, i, rest_mn);
        if (fixed_abs(above - v[i]) <= most_mn)
            v[i] = (int32_t)fixed_clamp(above, v[i] - limit_mn, v[i] + limit_mn);
    }
}
