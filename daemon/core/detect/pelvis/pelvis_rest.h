/* SPDX-License-Identifier: MIT */
/*
 * The rest level beside a rep: a hand on a chair or on the bench takes some of the feet's load off the box and puts it
 * back (physics.md section 7: leaning steps of 3 kg), between two reps or in one. The pause between reps is too short
 * for the quiet 2 s of a rest level, so what the load keeps to for PELVIS_REST_FLAT_NS is looked at too.
 */
#ifndef GYMSTATION_CORE_PELVIS_REST_H
#define GYMSTATION_CORE_PELVIS_REST_H

#include "daemon/core/detect/rep_buffer.h"

#define PELVIS_REST_FLAT_NS (300 * NS_PER_MS)
#define PELVIS_REST_END_NS  (60 * NS_PER_MS)

/* Mean of the last dur_ns when its samples lie within range_mn of each other, else ABSENT. */
int64_t pelvis_rest_level_mn(const struct rep_buffer *buffer, int64_t dur_ns, int64_t range_mn);
/* The mean of the last PELVIS_REST_FLAT_NS when they are on the box and steady, a breath apart, else ABSENT. */
int64_t pelvis_rest_steady_mn(const struct rep_buffer *buffer);
/* The last PELVIS_REST_FLAT_NS between the two times that are so flat, or ABSENT: their mean. */
int64_t pelvis_rest_before_mn(const struct rep_buffer *buffer, int64_t from_ns, int64_t to_ns, int64_t range_mn);
/* The lowest mean of PELVIS_REST_END_NS in the PELVIS_REST_DIP_NS before to_ns: the hand took its share just before. */
#define PELVIS_REST_DIP_NS (400 * NS_PER_MS)
int64_t pelvis_rest_dip_mn(const struct rep_buffer *buffer, int64_t to_ns);
/* Mean of the last dur_ns. */
int64_t pelvis_rest_mean_mn(const struct rep_buffer *buffer, int64_t dur_ns);
#define PELVIS_REST_RING_NS (100 * NS_PER_MS) /* a period of a box that rings, or more */
/* The least of the last PELVIS_REST_KNOCK_NS: a kick lasts 50 ms, and rings at 10-20 Hz. */
#define PELVIS_REST_KNOCK_NS (120 * NS_PER_MS)
int64_t pelvis_rest_held_mn(const struct rep_buffer *buffer);

#endif
