/* SPDX-License-Identifier: MIT */
/* A ring of samples. */
#include "daemon/core/detect/rep_buffer.h"

void rep_buffer_clear(struct rep_buffer *buffer)
{
    buffer->n = buffer->first = 0;
}

void rep_buffer_push(struct rep_buffer *buffer, const struct sample *sample)
{
    if (buffer->n < REP_BUFFER_MAX) {
        buffer->v[(buffer->first + buffer->n) % REP_BUFFER_MAX] = *sample;
        buffer->n++;
        return;
    }
    buffer->v[buffer->first] = *sample;
    buffer->first = (buffer->first + 1) % REP_BUFFER_MAX;
}

int rep_buffer_find(const struct rep_buffer *buffer, int64_t t_ns)
{
    int lo = 0, hi = buffer->n;

    while (lo < hi) {
        int mid = lo + (hi - lo) / 2;
        if (rep_buffer_at(buffer, mid)->t_ns < t_ns)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}
