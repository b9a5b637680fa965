/* SPDX-License-Identifier: MIT */
/* Wall time as text, in UTC, as the interface writes it. Pure functions, from any thread. */
#ifndef GYMSTATION_WALL_H
#define GYMSTATION_WALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WALL_TEXT_LEN 32 /* "2026-11-22T07:56:00.123456789Z" and its NUL */

/* "2026-11-22T07:56:00.123Z" with none or 1-9 decimals, years 1970 to 2199; false when it is anything else. */
bool wall_parse(const char *text, int64_t *ret_wall_ns);
/* With three decimals, the rest cut off: what events and health carry. wall_ns from 1970 on. */
void wall_format(int64_t wall_ns, char text[WALL_TEXT_LEN]);
/* With nine decimals. */
void wall_format_ns(int64_t wall_ns, char text[WALL_TEXT_LEN]);

#endif
