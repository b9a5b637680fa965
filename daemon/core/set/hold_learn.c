/* SPDX-License-Identifier: MIT */
/* The level of a hold without a target; hold_learn.h says which. */
#include "daemon/core/set/hold_learn.h"

#include "daemon/core/fixed.h"

void hold_learn_begin(struct hold_learn *learn, int64_t t_ns, int64_t f_mn, int64_t from_ns, int64_t last_ns)
{
    learn->from_ns = from_ns;
    learn->last_ns = last_ns;
    learn->n = 0;
    hold_learn_keep(learn, t_ns, f_mn);
}

void hold_learn_keep(struct hold_learn *learn, int64_t t_ns, int64_t f_mn)
{
    if (learn->n < HOLD_KEPT_MAX)
        learn->kept[learn->n++] = (struct sample){.t_ns = t_ns, .force_mn = (int32_t)f_mn};
}

void hold_learn_fell(struct hold_learn *learn, int64_t t_ns)
{
    learn->from_ns = fixed_max(learn->from_ns, t_ns);
}

/* Mean of what was kept in [from, to), or ABSENT. */
static int64_t mean_mn(const struct hold_learn *learn, int64_t from_ns, int64_t to_ns)
{
    int64_t sum = 0, n = 0;

    for (int i = learn->n - 1; i >= 0 && learn->kept[i].t_ns >= from_ns; i--)
        if (learn->kept[i].t_ns < to_ns) {
            sum += learn->kept[i].force_mn;
            n++;
        }
    return n > 0 ? fixed_div(sum, n) : ABSENT;
}

static bool rises(const struct hold_learn *learn)
{
    int64_t mid_ns = learn->from_ns + HOLD_LEARN_NS / 2;
    int64_t early = mean_mn(learn, learn->from_ns, mid_ns), late = mean_mn(learn, mid_ns, mid_ns + HOLD_LEARN_NS / 2);

    return early == ABSENT || late == ABSENT || (late - early) * 100 > late * HOLD_LEARN_RISE_PCT;
}

bool hold_learn_over(const struct hold_learn *learn, int64_t t_ns)
{
    return t_ns >= learn->from_ns + HOLD_LEARN_NS || t_ns >= learn->last_ns || learn->n == HOLD_KEPT_MAX;
}

int64_t hold_learn_level_mn(struct hold_learn *learn, int64_t t_ns, bool now)
{
    now = now || t_ns >= learn->last_ns || learn->n == HOLD_KEPT_MAX;
    for (; t_ns >= learn->from_ns + HOLD_LEARN_NS; learn->from_ns += HOLD_LEARN_STEP_NS)
        if (!rises(learn))
            return mean_mn(learn, learn->from_ns, learn->from_ns + HOLD_LEARN_NS);
    return now ? mean_mn(learn, t_ns - HOLD_LEARN_NS / 2, INT64_MAX) : ABSENT;
}

int64_t hold_learn_start_ns(const struct hold_learn *learn, int64_t level_mn)
{
    for (int i = 1; i < learn->n; i++) {
        const struct sample *before = &learn->kept[i - 1], *after = &learn->kept[i];
        if (before->force_mn < level_mn && after->force_mn >= level_mn)
            return fixed_cross_ns(before->t_ns, before->force_mn, after->t_ns, after->force_mn, level_mn);
    }
    return ABSENT;
}

void hold_learn_tell(const struct hold_learn *learn, const struct sample *first, int64_t lo_mn, int64_t hi_mn,
                     struct hold_seen *seen, struct hold_trim *trim)
{
    struct sample last = *first;

    for (int i = 0; i < learn->n; i++) {
        const struct sample *kept = &learn->kept[i];
        int64_t dt_ns = kept->t_ns - last.t_ns;
        if (dt_ns < 0)
            continue;
        if (dt_ns > 0 && dt_ns <= HOLD_GAP_NS)
            hold_seen_segment(seen, dt_ns, last.force_mn, kept->force_mn, lo_mn, hi_mn);
        hold_trim_push(trim, &seen->sums, kept->t_ns, kept->force_mn);
        last = *kept;
    }
}
