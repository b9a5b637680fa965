/* SPDX-License-Identifier: MIT */
/*
 * What journal_closing_json() wrote, read back after a power cut. Internal to the journal.
 *
 *     {"events": [{"type", "t_ns", "in_session", "patient", "item", "set", "rep", "exercise", "variation", "side",
 *       "data": {...}}], "resume": {"slot", "rev", "hash", "item", "set", "side_index", "reps_done", "ended_ns"}}
 */
#ifndef GYMSTATION_IO_JOURNAL_CLOSING_H
#define GYMSTATION_IO_JOURNAL_CLOSING_H

#include "gymstation/core.h"

#define CLOSING_MAX 2 /* set_completed and session_completed */

struct journal_closing {
    int n;
    struct event_head heads[CLOSING_MAX];
    char *data[CLOSING_MAX]; /* JSON objects; journal_closing_free() */
    struct resume resume;    /* ended_ns as it was on the clock of the boot that wrote it */
};

/* 0, -EINVAL when the text is not what journal_closing_json() writes, or -ENOMEM. */
int journal_closing_parse(const char *text, struct journal_closing *ret);
void journal_closing_free(struct journal_closing *closing);

#endif
