/* SPDX-License-Identifier: MIT */
/*
 * Where a step-up lies in the buffer, for a body weight that is tried: begin is the first sample at 0.5 BW, full..last carry
 * everything (a share of it that the caller gives), end is the first below 0.9 BW for good. Plain memory; forces in mN.
 */
#ifndef GYMSTATION_CORE_STEP_SPAN_H
#define GYMSTATION_CORE_STEP_SPAN_H

#include "daemon/core/detect/rep_buffer.h"

#define STEP_INTERVAL_MAX_NS (40 * NS_PER_MS) /* longer between samples on average: slow */

struct step_span {
    const struct rep_buffer *buffer; /* these three are the caller's: */
    int64_t after_ns;                /* the rep before is over; ABSENT: there is none */
    int64_t up_ns;                   /* F rose above 0.5 BW: stamp of that sample */
    int64_t bw_mn, all;              /* that is tried; per cent of it that count as everything */
    int begin, full, last, end;      /* samples */
    int64_t end_mn;                  /* 0.9 BW, or 0.5 BW where 0.9 was never reached */
    bool hole, slow;                 /* samples are missing; they are too far apart */
};

static inline int64_t step_span_share_mn(const struct step_span *span, int64_t per_cent)
{
    return span->bw_mn * per_cent / 100;
}

static inline int64_t step_span_force_mn(const struct step_span *span, int i)
{
    return rep_buffer_at(span->buffer, i)->force_mn;
}

static inline int64_t step_span_time_ns(const struct step_span *span, int i)
{
    return rep_buffer_at(span->buffer, i)->t_ns;
}

/* Fills everything from bw_mn on. */
void step_span_find(struct step_span *span, int64_t bw_mn, int64_t all_per_cent);
/* When F went through a level just before sample i; the sample's own time in a hole. */
int64_t step_span_cross_ns(const struct step_span *span, int i, int64_t level_mn);
/*
 * Who goes up and down on a box leaves it about as fast as they came. Momentum gained upwards is a jump, its flight or its
 * landing, on a plate that nobody climbs. A weight wrong by LEAP_PART of it (a hand) feigns the more the longer it takes.
 */
bool step_span_leaps(const struct step_span *span);

#endif
