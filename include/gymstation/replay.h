/* SPDX-License-Identifier: MIT */
/*
 * A trace fed to a core of its own in virtual time: what the station would have said, byte for byte the same every
 * time and on every machine. Used by gymstationctl and by tests; any thread, nothing is shared.
 *
 * One line of JSON per event, in order: the envelope with the nil journal, boot "replay", seq from 1 and session ids
 * made of both. ts counts from the header's `started` (clock synced) or from 1970 (clock unsynced). What the header
 * says about station, calibration and slots is how it was recorded and goes before what the setup says.
 */
#ifndef GYMSTATION_REPLAY_H
#define GYMSTATION_REPLAY_H

#include "gymstation/trace.h"

#define REPLAY_JOURNAL    "00000000-0000-0000-0000-000000000000"
#define REPLAY_BOOT       "replay"
#define REPLAY_TAIL_MAX_S 3600 /* how long the core may run on after the last line until it is idle */

struct replay_setup {
    const struct exercise *exercises;
    int exercise_count;
    const struct station *station;         /* NULL: the one that has everything */
    const struct calibration *calibration; /* NULL or not valid: none */
    const char *rx;                        /* payload of a prescription held in slot 1 before the first line, or NULL */
    size_t rx_len;
    const char *rx_name; /* where rx comes from, for complaints */
    bool live;           /* also live messages, as {"live":{...}}: 10 a second in a session, else 2 */
};

/*
 * Replays what is left of trace (all of it, when it was just opened) into out. 0, or a negative errno with one sentence
 * in err: -EBADMSG when trace or prescription is not well-formed; what came before has been written then.
 */
int replay_trace(struct trace *trace, const struct replay_setup *setup, FILE *out, char *err, size_t err_len);

#endif
