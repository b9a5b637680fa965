/* SPDX-License-Identifier: MIT */
/*
 * A prescription as it arrives on desired/prescription/<slot>, or in a trace, read strictly: what is not understood,
 * out of range or unsafe on this station is refused with its place, never clamped. Any thread; no state.
 */
#ifndef GYMSTATION_PRESCRIPTION_JSON_H
#define GYMSTATION_PRESCRIPTION_JSON_H

#include "gymstation/prescription.h"

#define PAYLOAD_MAX       16384 /* bytes of a prescription or a command */
#define PAYLOAD_DEPTH_MAX 8     /* containers in one another, the outermost counted */

/*
 * Fills *ret in any case. ret->ok: ret->rx is complete, every default from exercise and variation filled in, and
 * rx_check() has passed. ret->withdrawn: len was 0. Else ret->refusal says where ("/" is the document as a whole) and
 * why. exercises and station are those the core was given.
 */
void rx_arrival_parse(int slot, const char *payload, size_t len, const struct exercise *exercises, int exercise_count,
                      const struct station *station, struct rx_arrival *ret);

/* The refusal of one of more than PAYLOAD_MAX bytes, which nobody has kept: only their number and hash. */
void rx_arrival_too_large(int slot, size_t size, const char *hash, struct rx_arrival *ret);

#endif
