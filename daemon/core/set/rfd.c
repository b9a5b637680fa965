/* SPDX-License-Identifier: MIT */
/* See rfd.h. */
#include "daemon/core/set/rfd.h"

static const struct sample *at(const struct rfd *rfd, int i)
{
    return &rfd->v[(rfd->first + i) % RFD_SAMPLES];
}

static void drop_oldest(struct rfd *rfd)
{
    rfd->first = (rfd->first + 1) % RFD_SAMPLES;
    rfd->n--;
}

void rfd_begin(struct rfd *rfd)
{
    rfd->first = rfd->n = 0;
    rfd->known = rfd->rested = false;
    rfd->best_mn_s = 0;
}

void rfd_sample(struct rfd *rfd, const struct sample *sample)
{
    if (rfd->n > 0 && sample->t_ns <= at(rfd, rfd->n - 1)->t_ns)
        return;
    if (rfd->n > 0 && sample->t_ns - at(rfd, rfd->n - 1)->t_ns >= RFD_WINDOW_MAX)
        rfd->rested = rfd->known = false;
    if (rfd->n == RFD_SAMPLES)
        drop_oldest(rfd);
    rfd->v[(rfd->first + rfd->n) % RFD_SAMPLES] = *sample;
    rfd->n++;
    while (rfd->n > 2 && sample->t_ns - at(rfd, 1)->t_ns >= RFD_WINDOW_NS)
        drop_oldest(rfd);

    int64_t span_ns = sample->t_ns - at(rfd, 0)->t_ns;
    if (!rfd->rested || span_ns < RFD_WINDOW_NS || span_ns >= RFD_WINDOW_MAX ||
        (rfd->n - 1) * NS_PER_S < RFD_RATE_MIN * span_ns)
        return;
    /* At most 4e6 mN in 0.2 s: the product stays far below 2^63. */
    int64_t slope_mn_s = ((int64_t)sample->force_mn - at(rfd, 0)->force_mn) * NS_PER_S / span_ns;
    if (!rfd->known || slope_mn_s > rfd->best_mn_s)
        rfd->best_mn_s = slope_mn_s;
    rfd->known = true;
}

void rfd_rest(struct rfd *rfd)
{
    rfd->known = false;
    rfd->rested = true;
}

int64_t rfd_mn_s(const struct rfd *rfd)
{
    return rfd->known ? rfd->best_mn_s : ABSENT;
}
