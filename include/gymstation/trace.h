/* SPDX-License-Identifier: MIT */
/*
 * Trace files: what reached a station, one input per line, as text that a person can write and a diff can show.
 * Read and written by gymstationctl, by the daemon's recorder and by its trace source; no threads of its own, one
 * thread at a time may use a reader.
 *
 *     # gymstation-trace 1                     first line, exactly
 *     # KEY: VALUE                             header, before the first input; unknown keys are comments
 *     1012500000 F 784532                      calibrated force, millinewtons
 *     1012500000 S 1234567                     raw converter counts; the calibration makes the force
 *     1500000000 B start 1                     button level (start stop plus minus), 1 = pressed, bounces included
 *     1600000000 C stop {...}                  a command as it arrived: topic name, payload
 *     1600000000 P 1 {...}                     a prescription as it arrived: slot 1..8, payload; none: withdrawn
 *     1700000000 X not_ready                   sensor trouble: not_ready reset saturated stuck
 *     1700000000 X journal raised              trouble outside the core, by the fault's name: raised or cleared
 *     1800000000 K 9f86d081...                 a card was shown: its keyed hash, 1-64 characters
 *     1900000000 W 1795334160123000000 synced  what the wall clock said, ns since 1970, 0..TRACE_WALL_MAX: synced or unsynced
 *     1712500000 F 784001 @1711900000          merged late: the stamp follows the @; without it stamp = time
 *
 * Times are ns, 0..TRACE_TIME_MAX, and never decrease; a stamp is never after its time. Fields are separated by
 * blanks; a payload begins one blank after its slot or name and runs to the end of the line (or to its stamp). A payload that
 * would not survive that (line breaks, control characters, a leading blank or %, an end that looks like a stamp) is
 * written as % and the bytes, with those, % and @ as %XX; JSON never begins with %.
 *
 * Header keys that mean something, each at most once; a hand-written trace needs none of them:
 *
 *     sps: 80.00                               nominal samples per second
 *     started: 2026-11-22T07:56:00.123Z        wall time of the first line, from 1970 on, until TRACE_WALL_MAX
 *     station: {"id":..., ...}                 struct station, lengths in m, capacity_n, session_idle_s
 *     calibration: ZERO_COUNTS COUNTS_PER_N    needed by S lines unless the configuration has one or `calibrated: no`
 *     zero_mn: 1204                            the working zero when the trace began (tare)
 *     calibrated: yes                          no: every force is ignored
 *     slot-1: used=0 {...}                     what the slot held when the trace began: sessions so far, payload
 *     resume: {"slot":1, ...}                  struct resume: where a broken-off session could go on
 *     last_session: UUID                       the session that ended last: what a session that goes on names
 *
 * What is read back equals what was written, and writing what was read gives the same bytes.
 */
#ifndef GYMSTATION_TRACE_H
#define GYMSTATION_TRACE_H

#include <stdio.h>

#include "gymstation/core.h"

#define TRACE_PAYLOAD_MAX 16384                         /* bytes; what the broker's side accepts too */
#define TRACE_LINE_MAX    (3 * TRACE_PAYLOAD_MAX + 256) /* every payload byte escaped, and the rest */
#define TRACE_TIME_MAX    (INT64_MAX / 4)               /* 73 years: sums with it cannot overflow */
#define TRACE_WALL_MAX    (INT64_MAX / 3 * 2) /* the year 2164: nor a wall time counted on by TRACE_TIME_MAX */
#define TRACE_ERROR_LEN   320

/* Bytes that arrived, NUL-terminated for convenience; data NULL: none. */
struct trace_text {
    char *data;
    size_t len;
};

#define TRACE_FIRST_LINE "# gymstation-trace 1"

struct trace_header {
    int64_t sps_milli;       /* or ABSENT */
    int64_t started_wall_ns; /* ns since 1970, or ABSENT */
    bool has_station;
    struct station station; /* while !has_station: the one that has everything, of config_station_complete() */
    struct calibration calibration;
    int32_t zero_mn;
    bool calibrated; /* true unless the header says no */
    struct {
        bool held;
        int32_t used;
        struct course course;
        struct trace_text payload;
    } slots[SLOT_MAX + 1]; /* from 1 */
    struct resume resume;
    char last_session[UUID_LEN]; /* "": none */
    unsigned seen;               /* the reader's: which keys have been given */
};

/*
 * One input as it stands in the file. Of a command and a prescription only the name or slot is known here: input.u is
 * not set, whoever parses the text sets it. A sample in counts has no force yet.
 */
struct trace_line {
    struct input input;
    enum command_kind command; /* INPUT_COMMAND */
    int slot;                  /* INPUT_PRESCRIPTION */
    const char *text;          /* payload, NUL-terminated, valid until the next line is read; NULL for other kinds */
    size_t text_len;
};

void trace_header_init(struct trace_header *header);
void trace_header_free(struct trace_header *header); /* what it owns, not the struct */

struct trace;

/*
 * Opens a trace and reads its header, up to the first input. 0, or a negative errno with one sentence in err that
 * names the file and the line; -EBADMSG when the file is no well-formed trace. trace_open_file takes over file.
 */
int trace_open(const char *path, struct trace **ret, char *err, size_t err_len);
int trace_open_file(FILE *file, const char *name, struct trace **ret, char *err, size_t err_len);
void trace_close(struct trace *trace);

const struct trace_header *trace_header(const struct trace *trace); /* the trace's, until it is closed */
const char *trace_name(const struct trace *trace);
/* 1 and *ret, 0 after the last line, or a negative errno as trace_open(); an error is final. */
int trace_next(struct trace *trace, struct trace_line *ret, char *err, size_t err_len);
/* Number of the line that trace_next() gave last, from 1. */
int trace_line_number(const struct trace *trace);

/*
 * One line of input, without its newline. line is written to: the payload is unescaped in place and ret->text points
 * into it. 0, or -EBADMSG and what is wrong in err, without a place. Order between lines is the reader's to check.
 */
int trace_line_parse(char *line, size_t len, struct trace_line *ret, char *err, size_t err_len);
/* The same for a header line, "# ..." included. */
int trace_header_parse(char *line, size_t len, struct trace_header *header, char *err, size_t err_len);

/*
 * The line, newline included and NUL-terminated, as long as TRACE_LINE_MAX at most. Returns its length; 0 for
 * INPUT_END, which a file says by ending; -ENOSPC when size is too small, -EINVAL for what a trace cannot say.
 * A sample that has counts is written as S. text: the payload of a command or prescription (else ignored).
 */
int trace_line_format(char *buf, size_t size, const struct input *input, const char *text, size_t text_len);
/* 0 or a negative errno. */
int trace_line_write(FILE *file, const struct input *input, const char *text, size_t text_len);
int trace_header_write(FILE *file, const struct trace_header *header);

#endif
