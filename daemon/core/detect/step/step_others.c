/* SPDX-License-Identifier: MIT */
/* Others on the box of a step-up; see step_others.h. */
#include "daemon/core/detect/step/step_others.h"

#include "daemon/core/detect/live.h"
#include "daemon/core/fixed.h"

#define COMING_PART    10 /* of what they weigh: from there on they are stepping onto it */
#define LESS_PER_CENT  15 /* of body weight, or two fifths of theirs: so much less than nothing is no foot */
#define APART_PER_CENT 15 /* of body weight: so far are the two levels that can be told apart */
#define FOOT_MEMORY    64 /* samples */
#define FOOT_PER_CENT  20 /* more than a resting foot (8-15 %): the next rep begins */
#define SAME_PER_CENT  5  /* of body weight: that is the patient alone */
#define LACK_PER_CENT  90
#define LEAST_PER_CENT 10 /* less is nobody */

void step_others_begin(struct step_others *others)
{
    *others = (struct step_others){.below_ns = ABSENT};
}

void step_others_foot(struct step_others *others, int64_t bw_mn, int64_t f_mn)
{
    if (others->base_mn == 0 && f_mn * 100 < bw_mn * FOOT_PER_CENT)
        others->foot_mn += fixed_div(f_mn - others->foot_mn, FOOT_MEMORY);
}

/* From sample `to` on by_mn more than what was there; between `from` and `to` it stays at hold_mn. */
static void put_right(struct rep_buffer *buffer, int from, int to, int64_t hold_mn, int64_t by_mn)
{
    for (int i = from; i < buffer->n; i++)
        rep_buffer_put(buffer, i, i < to ? hold_mn : rep_buffer_at(buffer, i)->force_mn + by_mn);
}

static void gone(struct step_others *others, struct rep_buffer *buffer, int64_t since_ns, int64_t hold_mn)
{
    put_right(buffer, rep_buffer_find(buffer, since_ns - STEP_OTHERS_GO_NS),
              rep_buffer_find(buffer, since_ns + STEP_OTHERS_GO_NS), hold_mn, others->base_mn);
    others->base_mn = 0;
    others->below_ns = ABSENT;
}

/* The patient alone, and the others with a foot beside them, are not the same. */
static bool apart(const struct step_others *others, int64_t bw_mn)
{
    return fixed_abs(bw_mn - others->base_mn - others->foot_mn) * 100 >= bw_mn * APART_PER_CENT;
}

/* The level lacks what they weigh. */
static bool lacks(const struct step_others *others, int64_t bw_mn, int64_t level_mn)
{
    return others->base_mn > 0 && level_mn * 100 < bw_mn * LACK_PER_CENT &&
           fixed_abs(level_mn + others->base_mn - bw_mn) * 100 < bw_mn * SAME_PER_CENT && apart(others, bw_mn);
}

bool step_others_change(struct step_others *others, struct rep_buffer *buffer, int64_t bw_mn, int64_t level_mn,
                        int64_t still_ns, bool up)
{
    int64_t by_mn = level_mn - bw_mn;
    int to = rep_buffer_find(buffer, still_ns), from = to;

    if (lacks(others, bw_mn, level_mn)) {
        gone(others, buffer, still_ns, bw_mn);
        return true;
    }
    if (!up || level_mn * 100 < bw_mn * STEP_OTHERS_PER_CENT)
        return false;
    while (from > 0 && rep_buffer_at(buffer, from - 1)->force_mn > bw_mn + by_mn / COMING_PART &&
           still_ns - rep_buffer_at(buffer, from - 1)->t_ns < STEP_OTHERS_COME_NS)
        from--;
    put_right(buffer, from, to, bw_mn, -by_mn);
    others->base_mn += by_mn;
    others->below_ns = ABSENT;
    others->acted = true;
    return true;
}

bool step_others_go(struct step_others *others, struct rep_buffer *buffer, int64_t bw_mn, bool up)
{
    const struct sample *now = rep_buffer_at(buffer, buffer->n - 1);
    bool below = others->base_mn > 0 && /* before there are others the weight may be unknown */
                 now->force_mn < -fixed_min(bw_mn * LESS_PER_CENT / 100, others->base_mn * 2 / 5);

    if (!live_dwell(&others->below_ns, below, now->t_ns, STEP_OTHERS_DWELL_NS))
        return false;
    gone(others, buffer, others->below_ns, up ? bw_mn : others->foot_mn);
    return true;
}

bool step_others_went(struct step_others *others, struct rep_buffer *buffer, int64_t bw_mn, int64_t low_ns, bool soon)
{
    int n = buffer->n, from = rep_buffer_find(buffer, rep_buffer_at(buffer, n - 1)->t_ns - STEP_OTHERS_LEVEL_NS);
    int64_t sum = 0;

    for (int i = from; i < n; i++)
        sum += rep_buffer_at(buffer, i)->force_mn + others->base_mn;
    int64_t level_mn = fixed_div(sum, n - from), down_mn = others->base_mn + others->foot_mn;

    if (apart(others, bw_mn) ? fixed_abs(level_mn - bw_mn) >= fixed_abs(level_mn - down_mn) : !soon) {
        int64_t base_mn = level_mn - others->foot_mn; /* better known than by who moved above them */
        others->base_mn = base_mn * 100 < bw_mn * LEAST_PER_CENT ? 0 : base_mn;
        return false;
    }
    gone(others, buffer, low_ns, bw_mn);
    return true;
}
