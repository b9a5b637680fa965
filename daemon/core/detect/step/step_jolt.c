/* SPDX-License-Identifier: MIT */
/* Forces without jolts; see step_jolt.h. */
#include "daemon/core/detect/step/step_jolt.h"

#include "daemon/core/fixed.h"

static const int64_t beside_ns[2] = {STEP_JOLT_NS, STEP_JOLT_SWAY_NS};

#define EDGE_PART 10 /* of its height: there it begins and ends */

struct search {
    const struct rep_buffer *buffer;
    int from, to, before[2], after[2]; /* before, after: samples beside_ns away from the one in question */
    int64_t least_mn;
    int top; /* the sample that stands out most of those in a row, or -1 */
    int64_t top_mn;
};

static int64_t t_of(const struct search *search, int i)
{
    return rep_buffer_at(search->buffer, i)->t_ns;
}

static int64_t f_of(const struct search *search, int i)
{
    return rep_buffer_at(search->buffer, i)->force_mn;
}

/* The samples next to dur_ns before and after sample i, in *before and *after, which follow it. False: beyond an end. */
static bool beside(const struct search *search, int i, int64_t dur_ns, int *before, int *after)
{
    while (*before < i && t_of(search, i) - t_of(search, *before + 1) >= dur_ns)
        (*before)++;
    while (*after < search->to && t_of(search, *after) - t_of(search, i) < dur_ns)
        (*after)++;
    return t_of(search, i) - t_of(search, *before) >= dur_ns && t_of(search, *after) - t_of(search, i) >= dur_ns;
}

/*
 * How far sample i stands out (down: negative); 0 when it does not. From what is a period of sway away on one side at
 * least: on the other there may be a second tap.
 */
static int64_t stands_out_mn(struct search *search, int i)
{
    int64_t lo[2], hi[2];
    bool within = true;

    for (int k = 0; k < 2; k++) {
        within = beside(search, i, beside_ns[k], &search->before[k], &search->after[k]) && within;
        int64_t a = f_of(search, i) - f_of(search, search->before[k]);
        int64_t b = f_of(search, i) - f_of(search, search->after[k]);
        lo[k] = fixed_min(a, b);
        hi[k] = fixed_max(a, b);
    }
    int64_t least = fixed_min(lo[0], hi[1]), most = fixed_max(hi[0], lo[1]);
    if (!within)
        return 0;
    return least > search->least_mn ? least : most < -search->least_mn ? most : 0;
}

/* The first sample from the top on in that direction that is no more than a part of the top above the base. */
static int falls_to(const struct search *search, int step, int64_t part)
{
    int64_t base_mn = f_of(search, search->top) - search->top_mn, least_mn = fixed_abs(search->top_mn) / part;
    int i = search->top;

    while (i > search->from && i < search->to &&
           fixed_abs(t_of(search, i) - t_of(search, search->top)) < STEP_JOLT_NS) {
        int64_t over_mn = f_of(search, i) - base_mn;
        if ((search->top_mn > 0 ? over_mn : -over_mn) <= least_mn)
            break;
        i += step;
    }
    return i;
}

static void take(const struct search *search, struct step_jolts *jolts)
{
    int64_t width_ns = t_of(search, falls_to(search, 1, 2)) - t_of(search, falls_to(search, -1, 2));
    int from = falls_to(search, -1, EDGE_PART), to = falls_to(search, 1, EDGE_PART);
    bool apart = jolts->n == 0 || from >= jolts->v[jolts->n - 1].to;

    if (width_ns > STEP_JOLT_WIDTH_NS || !apart || jolts->n == STEP_JOLTS_MAX)
        return;
    jolts->v[jolts->n].from = from;
    jolts->v[jolts->n++].to = to;
}

void step_jolts_find(struct step_jolts *jolts, const struct rep_buffer *buffer, int from, int to, int64_t least_mn)
{
    struct search search = {.buffer = buffer,
                            .from = from,
                            .to = to,
                            .before = {from, from},
                            .after = {from, from},
                            .least_mn = least_mn,
                            .top = -1};

    jolts->n = 0;
    for (int i = from; i <= to; i++) {
        int64_t out_mn = stands_out_mn(&search, i);
        bool same = search.top >= 0 && out_mn != 0 && (out_mn > 0) == (search.top_mn > 0);
        if (search.top >= 0 && !same) {
            take(&search, jolts);
            search.top = -1;
        }
        if (out_mn != 0 && (!same || fixed_abs(out_mn) > fixed_abs(search.top_mn))) {
            search.top = i;
            search.top_mn = out_mn;
        }
    }
}

int64_t step_jolts_free_mn(const struct step_jolts *jolts, const struct rep_buffer *buffer, int i, int *next)
{
    while (*next < jolts->n && jolts->v[*next].to <= i)
        (*next)++;
    if (*next == jolts->n || i <= jolts->v[*next].from)
        return rep_buffer_at(buffer, i)->force_mn;
    const struct sample *a = rep_buffer_at(buffer, jolts->v[*next].from),
                        *b = rep_buffer_at(buffer, jolts->v[*next].to);
    int64_t in_ns = rep_buffer_at(buffer, i)->t_ns - a->t_ns;
    return a->force_mn + fixed_div(((int64_t)b->force_mn - a->force_mn) * in_ns, b->t_ns - a->t_ns);
}
