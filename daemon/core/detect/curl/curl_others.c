/* SPDX-License-Identifier: MIT */
/* Steps of the load that no limb makes; curl_others.h has the rules. */
#include "daemon/core/detect/curl/curl_others.h"

#include "daemon/core/fixed.h"
#include "daemon/core/detect/live.h"

#define FLAT_PCT 20 /* of the steepest slope: the step is over */
#define FLATS    3  /* blocks: a level is their mean */

/* The last seconds in means of CURL_OTHERS_BLOCK_NS, as they are looked at. */
struct blocks {
    int n;
    int64_t from_ns[CURL_OTHERS_BLOCKS];
    int64_t mn[CURL_OTHERS_BLOCKS];
};

/* A step of it: blocks from..to hold it, to not included. */
struct jump {
    int from, to;
    int64_t before_mn, by_mn;
};

void curl_others_begin(struct curl_others *others)
{
    *others = (struct curl_others){.off_ns = ABSENT};
}

static void fill(struct blocks *blocks, const struct rep_buffer *buffer, int64_t t_ns)
{
    int i = rep_buffer_find(buffer, t_ns - CURL_OTHERS_LOOK_NS);

    blocks->n = 0;
    while (i < buffer->n && blocks->n < CURL_OTHERS_BLOCKS) {
        int64_t from_ns = rep_buffer_at(buffer, i)->t_ns, sum = 0, n = 0;
        for (; i < buffer->n && rep_buffer_at(buffer, i)->t_ns < from_ns + CURL_OTHERS_BLOCK_NS; i++, n++)
            sum += rep_buffer_at(buffer, i)->force_mn;
        blocks->from_ns[blocks->n] = from_ns;
        blocks->mn[blocks->n++] = fixed_div(sum, n);
    }
}

static int64_t mean_mn(const struct blocks *blocks, int from)
{
    int64_t sum = 0;

    for (int i = from; i < from + FLATS; i++)
        sum += blocks->mn[i];
    return sum / FLATS;
}

/* How much it rises (sign 1) or falls (-1) about the beginning of block i, over two blocks each way: less is sway. */
static int64_t slope_mn(const struct blocks *blocks, int sign, int i)
{
    return sign * (blocks->mn[i] + blocks->mn[i + 1] - blocks->mn[i - 1] - blocks->mn[i - 2]) / 2;
}

/* The steepest way up or down, with a level on either side; false: it is not over yet. */
static bool find_jump(const struct blocks *blocks, int sign, struct jump *ret)
{
    int at = -1;
    int64_t steepest = 0;

    for (int i = FLATS; i + 1 < blocks->n; i++) {
        int64_t by_mn = slope_mn(blocks, sign, i);
        if (by_mn > steepest) {
            steepest = by_mn;
            at = i;
        }
    }
    if (at < 0)
        return false;
    int64_t flat = steepest * FLAT_PCT / 100;
    ret->from = ret->to = at;
    while (ret->from > FLATS && slope_mn(blocks, sign, ret->from) > flat)
        ret->from--;
    while (ret->to + 1 < blocks->n && slope_mn(blocks, sign, ret->to) > flat)
        ret->to++;
    if (ret->to + FLATS > blocks->n)
        return false;
    ret->before_mn = mean_mn(blocks, ret->from - FLATS);
    ret->by_mn = mean_mn(blocks, ret->to) - ret->before_mn;
    return true;
}

/* Samples from the jump on weigh by_mn less; within it they stay where they were before. */
static void take_out(struct rep_buffer *buffer, const struct blocks *blocks, const struct jump *jump, int64_t by_mn)
{
    int from = rep_buffer_find(buffer, blocks->from_ns[jump->from]);
    int to = rep_buffer_find(buffer, blocks->from_ns[jump->to]);

    for (int i = from; i < to; i++)
        rep_buffer_put(buffer, i, jump->before_mn);
    for (int i = to; i < buffer->n; i++)
        rep_buffer_put(buffer, i, rep_buffer_at(buffer, i)->force_mn - by_mn);
}

static bool comes(const struct curl_others_input *in, const struct jump *jump)
{
    int64_t before_mn = jump->before_mn - in->rest_mn;
    bool all = before_mn + jump->by_mn >= in->u_mn * CURL_OTHERS_ALL_PCT / 100;
    bool up = before_mn >= in->amp_mn / 2;

    return all && jump->by_mn >= in->amp_mn * CURL_OTHERS_LEAST_PCT / 100 &&
           (up || jump->by_mn >= in->amp_mn * CURL_OTHERS_BAND_PCT / 100);
}

/* They came while the limb was on its way up: it is on top by now, and what is more than A is theirs. */
static int64_t what_came(const struct blocks *blocks, const struct curl_others_input *in, const struct jump *jump)
{
    int64_t low = in->rest_mn + in->amp_mn * 30 / 100, high = in->rest_mn + in->amp_mn * 85 / 100;
    int i = jump->from - 1;

    while (i > 0 && blocks->mn[i] >= low && blocks->mn[i] < high)
        i--;
    if (jump->before_mn < low || jump->before_mn >= high || blocks->mn[i] >= high)
        return jump->by_mn;
    return jump->before_mn + jump->by_mn - in->rest_mn - in->amp_mn;
}

/* The limb goes on meanwhile: what the fall leaves of them, and the level that is left, is a limb's. */
static bool all_gone(const struct curl_others *others, const struct curl_others_input *in, const struct jump *jump)
{
    int64_t left_mn = others->base_mn + jump->by_mn;
    int64_t u_mn = jump->before_mn - in->rest_mn + jump->by_mn + others->base_mn;

    return left_mn < in->amp_mn * CURL_OTHERS_LEAST_PCT / 100 ||
           (left_mn <= in->amp_mn && u_mn >= -in->amp_mn * CURL_OTHERS_LOW_PCT / 100 &&
            u_mn <= in->amp_mn * CURL_OTHERS_HIGH_PCT / 100);
}

/* What has come or gone, or 0. */
static int64_t look(struct curl_others *others, const struct curl_others_input *in, int sign, struct rep_buffer *buffer)
{
    struct blocks blocks;
    struct jump jump;
    int64_t least = in->amp_mn * CURL_OTHERS_LEAST_PCT / 100, by_mn;

    fill(&blocks, buffer, in->t_ns);
    if (!find_jump(&blocks, sign, &jump))
        return 0;
    others->judged = true;
    if (sign > 0 ? !comes(in, &jump) : -jump.by_mn < least && !all_gone(others, in, &jump))
        return 0;
    by_mn = sign > 0 ? what_came(&blocks, in, &jump) : jump.by_mn;
    if (sign < 0 && all_gone(others, in, &jump))
        by_mn = -others->base_mn;
    take_out(buffer, &blocks, &jump, by_mn);
    if (others->base_mn == 0)
        others->rest_mn = in->rest_mn;
    others->base_mn += by_mn;
    others->off_ns = ABSENT;
    others->judged = false;
    others->jump_ns = blocks.from_ns[jump.from];
    return by_mn;
}

int64_t curl_others_step(struct curl_others *others, const struct curl_others_input *in, struct rep_buffer *buffer)
{
    int64_t clear = 3 * in->noise_mn;
    bool known = in->amp_mn != ABSENT && in->rest_mn != ABSENT;
    bool high = known && in->u_mn > in->amp_mn * CURL_OTHERS_HIGH_PCT / 100 + clear;
    bool low = known && others->base_mn > 0 && in->u_mn < -(in->amp_mn * CURL_OTHERS_LOW_PCT / 100 + clear);

    bool off = live_dwell(&others->off_ns, high || low, in->t_ns, CURL_OTHERS_NS);
    if (others->off_ns == ABSENT)
        others->judged = false;
    if (!off || others->judged)
        return 0;
    if (in->t_ns - others->off_ns > CURL_OTHERS_WAIT_NS) {
        others->judged = true;
        return 0;
    }
    return look(others, in, high ? 1 : -1, buffer);
}
