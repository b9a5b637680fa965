/* SPDX-License-Identifier: MIT */
/*
 * Strict reading of one line of text: fields, integers with their range, decimals, payload escapes. Nothing is
 * skipped or guessed; the first thing that is wrong is said in err. Private to the trace adapter.
 */
#ifndef GYMSTATION_IO_TRACE_SCAN_H
#define GYMSTATION_IO_TRACE_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct scan {
    char *p, *end; /* *end is NUL */
    char *err;
    size_t err_len;
};

/* Says what is wrong; always false, so that a reader can return it. */
bool scan_fail(struct scan *scan, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Skips blanks; false when there was none. */
bool scan_blanks(struct scan *scan);
/* A run of non-blanks, copied into word; too long or none is refused as a bad `what`. */
bool scan_word(struct scan *scan, const char *what, char *word, size_t size);
/* An optional - and digits up to a blank or the end. */
bool scan_int(struct scan *scan, const char *what, int64_t min, int64_t max, int64_t *ret);
/* A decimal number in thousandths, at most three digits after the point: "80", "-12.5". */
bool scan_milli(struct scan *scan, const char *what, int64_t min_milli, int64_t max_milli, int64_t *ret_milli);
/* Nothing but blanks is left. */
bool scan_end(struct scan *scan);

/* Is word the index'th of n names? Returns the index, or -1. Names may be NULL. */
int scan_name(const char *word, const char *(*name)(int index), int n);

/* Payload bytes as they stand in a line: unescaped in place, NUL-terminated. Returns the length, or -1 (in err). */
int scan_payload(struct scan *scan, char *text, size_t len);

/* Would the payload not survive as it is? */
bool payload_needs_escape(const char *text, size_t len);
/* Writes payload as it stands in a line; returns the length (never more than 3 * len + 1), or -1 when size is short. */
int payload_format(char *buf, size_t size, const char *text, size_t len);

/* Finds " @DIGITS" at the end of text; its offset, or len when there is none. */
size_t stamp_offset(const char *text, size_t len);

#endif
