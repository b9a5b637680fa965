/* SPDX-License-Identifier: MIT */
/*
 * Wall time as the contract writes it: ISO 8601, UTC, milliseconds. Own calendar arithmetic, so that no time zone, no
 * locale and no leap-second table can change a byte. Any thread.
 */
#ifndef GYMSTATION_WALL_TIME_H
#define GYMSTATION_WALL_TIME_H

#include "gymstation/basics.h"

#define WALL_TIME_LEN 25 /* "2026-11-22T07:56:00.123Z" and its NUL */

/* wall_ns: nanoseconds since 1970, any value (1677 to 2262); what is below the millisecond is cut off, not rounded. */
void wall_time_str(int64_t wall_ns, char ret[WALL_TIME_LEN]);

/*
 * Reads YYYY-MM-DDThh:mm:ss with an optional fraction and Z or an offset such as +01:00. 0, or -EINVAL when the text is
 * anything else or names a time that does not exist or that int64_t nanoseconds cannot hold.
 */
int wall_time_parse(const char *text, int64_t *ret_wall_ns);

#endif
