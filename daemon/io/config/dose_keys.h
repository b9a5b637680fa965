/* SPDX-License-Identifier: MIT */
/*
 * Every key that says how much and how: one row each, for prescriptions (JSON), exercise files (libconfig) and the
 * rendering of an accepted prescription. Ranges and defaults are those of the published prescription.
 */
#ifndef GYMSTATION_IO_DOSE_KEYS_H
#define GYMSTATION_IO_DOSE_KEYS_H

#include "daemon/io/config/field.h"
#include "gymstation/prescription.h"

#define DOSE_FIELD_COUNT 37

extern const struct field dose_fields[DOSE_FIELD_COUNT]; /* base: struct dose */

/* The defaults that do not depend on the exercise; what does is 0. */
void dose_default(struct dose *ret);

/* After reading a layer of dose keys over what was there: what one key says about another. */
void dose_settle(struct dose *dose, const struct field_table *table);

/* Words by number, for rows. */
const char *dose_contact_word(int contact);
const char *dose_anchor_word(int anchor);

#endif
