/* SPDX-License-Identifier: MIT */
/* Rest levels beside a rep; pelvis_rest.h says why. */
#include "daemon/core/detect/pelvis/pelvis_rest.h"

#include "daemon/core/fixed.h"
#include "daemon/core/signal/quiet.h"

#define LEAST  3                /* samples: 10 SPS have three in 0.3 s */
#define HOP_NS (50 * NS_PER_MS) /* between two looks back */

#define STEADY_MIN_MN 5000 /* a breath of +-8 N within PELVIS_REST_FLAT_NS, ... */
#define STEADY_PCT    15   /* ... or so much of the level: a noisy cell; a lift adds more than half of it in as long */

struct stretch {
    int n;
    int64_t sum_mn, low_mn, high_mn;
};

static struct stretch stretch_of(const struct rep_buffer *buffer, int64_t from_ns, int64_t to_ns)
{
    struct stretch ret = {0};

    for (int i = rep_buffer_find(buffer, from_ns); i < buffer->n && rep_buffer_at(buffer, i)->t_ns <= to_ns; i++) {
        int64_t f = rep_buffer_at(buffer, i)->force_mn;
        ret.low_mn = ret.n == 0 ? f : fixed_min(ret.low_mn, f);
        ret.high_mn = ret.n == 0 ? f : fixed_max(ret.high_mn, f);
        ret.sum_mn += f;
        ret.n++;
    }
    return ret;
}

static int64_t flat_mn(const struct rep_buffer *buffer, int64_t end_ns, int64_t dur_ns, int64_t range_mn)
{
    struct stretch s = stretch_of(buffer, end_ns - dur_ns, end_ns);

    return s.n >= LEAST && s.high_mn - s.low_mn <= range_mn ? fixed_div(s.sum_mn, s.n) : ABSENT;
}

static int64_t last_ns(const struct rep_buffer *buffer)
{
    return rep_buffer_at(buffer, buffer->n - 1)->t_ns;
}

int64_t pelvis_rest_level_mn(const struct rep_buffer *buffer, int64_t dur_ns, int64_t range_mn)
{
    return buffer->n > 0 ? flat_mn(buffer, last_ns(buffer), dur_ns, range_mn) : ABSENT;
}

int64_t pelvis_rest_steady_mn(const struct rep_buffer *buffer)
{
    if (buffer->n == 0 || last_ns(buffer) - rep_buffer_at(buffer, 0)->t_ns < PELVIS_REST_FLAT_NS)
        return ABSENT;
    struct stretch s = stretch_of(buffer, last_ns(buffer) - PELVIS_REST_FLAT_NS, last_ns(buffer));
    int64_t range_mn = fixed_max(STEADY_MIN_MN, s.high_mn * STEADY_PCT / 100);
    bool flat = s.n >= LEAST && s.low_mn >= CONTACT_ON_MN && s.high_mn - s.low_mn <= range_mn;
    return flat ? fixed_div(s.sum_mn, s.n) : ABSENT;
}

int64_t pelvis_rest_before_mn(const struct rep_buffer *buffer, int64_t from_ns, int64_t to_ns, int64_t range_mn)
{
    for (int64_t end_ns = to_ns; end_ns - PELVIS_REST_FLAT_NS >= from_ns; end_ns -= HOP_NS) {
        int64_t level = flat_mn(buffer, end_ns, PELVIS_REST_FLAT_NS, range_mn);
        if (level != ABSENT)
            return level;
    }
    return ABSENT;
}

int64_t pelvis_rest_dip_mn(const struct rep_buffer *buffer, int64_t to_ns)
{
    int64_t least = ABSENT;

    for (int64_t end_ns = to_ns - PELVIS_REST_DIP_NS; end_ns <= to_ns; end_ns += PELVIS_REST_END_NS / 3) {
        struct stretch s = stretch_of(buffer, end_ns - PELVIS_REST_END_NS, end_ns);
        if (s.n > 0 && (least == ABSENT || fixed_div(s.sum_mn, s.n) < least))
            least = fixed_div(s.sum_mn, s.n);
    }
    return least;
}

int64_t pelvis_rest_mean_mn(const struct rep_buffer *buffer, int64_t dur_ns)
{
    if (buffer->n == 0)
        return ABSENT;
    struct stretch s = stretch_of(buffer, last_ns(buffer) - dur_ns, last_ns(buffer));
    return fixed_div(s.sum_mn, s.n);
}

int64_t pelvis_rest_held_mn(const struct rep_buffer *buffer)
{
    if (buffer->n == 0)
        return ABSENT;
    return stretch_of(buffer, last_ns(buffer) - PELVIS_REST_KNOCK_NS, last_ns(buffer)).low_mn;
}
