/* SPDX-License-Identifier: MIT */
/* Every key of gymstation.conf, one row each: range, unit, default and place in struct config. */
#ifndef GYMSTATION_IO_CONFIG_KEYS_H
#define GYMSTATION_IO_CONFIG_KEYS_H

#include "daemon/io/config/field.h"
#include "gymstation/config.h"

#define CONFIG_FIELD_COUNT 59

extern const struct field config_fields[CONFIG_FIELD_COUNT]; /* base: struct config */

/* What is wrong with a list of paths, or of key codes; NULL: nothing. config_lists.c */
const char *config_paths_valid(const char *text);
const char *config_codes_valid(const char *text);

/* sensor.source taken apart: NULL, or what is wrong with it. ret may be NULL. */
const char *config_source_read(const char *text, struct config_source *ret);

#endif
