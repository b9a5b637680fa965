/* SPDX-License-Identifier: MIT */
/*
 * From the converter to the station: samples are lost, come late in a burst or come twice, a code sticks, a single one
 * is wild. Troubles that the converter's reader would report, wall clock and stuck buttons wait here for their time.
 */
#include "daemon/io/patient/patient_parts.h"

#include <string.h>

#define DOUBLE_EVERY 8
#define WILD_CODE    0x7fffff

static const struct span nothing = {NEVER, NEVER};

void stream_init(struct stream *stream)
{
    memset(stream, 0, sizeof *stream);
    stream->lost = stream->late = stream->stuck = nothing;
    stream->spike_ns = NEVER;
}

static bool within(const struct span *span, int64_t t_ns)
{
    return t_ns >= span->from_ns && t_ns < span->to_ns;
}

void stream_put(struct stream *stream, const struct input *input)
{
    int at = stream->n;
    if (stream->n == STREAM_MAX) /* no case needs that many at once */
        return;
    for (; at > 0 && stream->other[at - 1].t_ns > input->t_ns; at--)
        stream->other[at] = stream->other[at - 1];
    stream->other[at] = *input;
    stream->n++;
}

int64_t stream_arrival_ns(const struct stream *stream, int64_t stamp_ns)
{
    return within(&stream->late, stamp_ns) ? stream->late.to_ns : stamp_ns;
}

int64_t stream_other_ns(const struct stream *stream)
{
    return stream->n > 0 ? stream->other[0].t_ns : NEVER;
}

struct input stream_take(struct stream *stream)
{
    struct input input = stream->other[0];
    stream->n--;
    memmove(&stream->other[0], &stream->other[1], (size_t)stream->n * sizeof stream->other[0]);
    return input;
}

static void set_raw(struct input *sample, int32_t raw, const struct calibration *calibration)
{
    sample->u.force.raw = raw;
    sample->u.force.force_mn = calibration_force_mn(calibration, raw);
}

bool stream_pass(struct stream *stream, struct input *sample, const struct calibration *calibration)
{
    if (within(&stream->lost, sample->stamp_ns))
        return false;
    if (within(&stream->stuck, sample->stamp_ns))
        set_raw(sample, stream->last_raw, calibration);
    stream->last_raw = sample->u.force.raw;
    if (sample->stamp_ns >= stream->spike_ns) {
        set_raw(sample, WILD_CODE, calibration);
        stream->spike_ns = NEVER;
    }
    if (stream->doubles && ++stream->count % DOUBLE_EVERY == 0)
        stream_put(stream, sample);
    return true;
}
