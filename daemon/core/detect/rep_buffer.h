/* SPDX-License-Identifier: MIT */
/* The last samples of a set, oldest first, for the second look over a finished rep. Plain memory. */
#ifndef GYMSTATION_CORE_REP_BUFFER_H
#define GYMSTATION_CORE_REP_BUFFER_H

#include "daemon/core/detect/detector.h"

void rep_buffer_clear(struct rep_buffer *buffer);
/* Overwrites the oldest sample when full. */
void rep_buffer_push(struct rep_buffer *buffer, const struct sample *sample);

/* i counts from the oldest, 0 <= i < buffer->n. */
static inline const struct sample *rep_buffer_at(const struct rep_buffer *buffer, int i)
{
    int at = buffer->first + i;

    return &buffer->v[at < REP_BUFFER_MAX ? at : at - REP_BUFFER_MAX];
}

/* Sample i is put right: what acted on the box then was not only the patient. */
static inline void rep_buffer_put(struct rep_buffer *buffer, int i, int64_t force_mn)
{
    int at = buffer->first + i;

    buffer->v[at < REP_BUFFER_MAX ? at : at - REP_BUFFER_MAX].force_mn = (int32_t)force_mn;
}

/* Index of the first sample at or after t_ns; buffer->n when there is none. */
int rep_buffer_find(const struct rep_buffer *buffer, int64_t t_ns);

#endif
