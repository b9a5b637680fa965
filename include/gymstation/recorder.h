/* SPDX-License-Identifier: MIT */
/*
 * Writes down what the core is fed, as trace files, one per session: each begins in idle, so that replaying it gives
 * the session's events again. Files are written by a thread of its own; the loop only hands lines over and is never
 * delayed by a disk. A file that could not be written without a gap is given up, since it would replay to something
 * else. All calls from the loop.
 */
#ifndef GYMSTATION_RECORDER_H
#define GYMSTATION_RECORDER_H

#include "gymstation/trace.h"

#define RECORDER_CAPACITY 8192 /* lines waiting for the disk: 25 s at 320 samples a second */

struct recorder;

/* dir must exist and be writable. 0, or a negative errno with *ret_why (path: the directory). */
int recorder_open(struct recorder **ret_recorder, const char *dir, struct refusal *ret_why);

/*
 * Begins the file dir/NAME.trace with this header; the one before it is finished. keep: it holds a session and stays;
 * else it is removed. 0 or a negative errno: nothing is recorded until the next begin.
 */
int recorder_begin(struct recorder *recorder, const struct trace_header *header, const char *name, bool keep_last);

/* One input, as it is fed; text is the payload of a command or prescription. */
void recorder_input(struct recorder *recorder, const struct input *input, const char *text, size_t text_len);

/* Files given up since start-up because the disk was too slow or full. */
unsigned recorder_given_up(const struct recorder *recorder);

/* Finishes the file; keep as above. NULL is fine. */
void recorder_close(struct recorder *recorder, bool keep_last);

#endif
