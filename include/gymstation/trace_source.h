/* SPDX-License-Identifier: MIT */
/*
 * A trace as the daemon's source (`trace:FILE[@SPEED]`, taken apart by config.h). The first line happens at start-up: station
 * time is the trace's time plus a shift, so that nothing that follows can tell it from a live station. All calls from
 * the loop.
 *
 * Commands come with only their name in u.command->kind, prescriptions with only u.rx_arrival->slot: the app parses
 * ret_text, as it does with what comes from the broker. Counts come without a force: the app has the calibration. After the last
 * line INPUT_END is given once; from there on time goes on at its ordinary pace, from where it stood.
 */
#ifndef GYMSTATION_TRACE_SOURCE_H
#define GYMSTATION_TRACE_SOURCE_H

#include "gymstation/source.h"
#include "gymstation/trace.h"

/*
 * speed_milli: 1000 is real time, SPEED_MAX as fast as inputs are taken. mono_ns: CLOCK_MONOTONIC at start-up. The whole file is
 * read once beforehand: 0, or a negative errno with one sentence in err, -EBADMSG when the trace is malformed anywhere.
 */
int trace_source_open(const char *path, int32_t speed_milli, int64_t mono_ns, struct source **ret_source, char *err,
                      size_t err_len);

/* What the trace says about its station: valid until the source is closed. source is one of trace_source_open(). */
const struct trace_header *trace_source_header(const struct source *source);
/* Number of the first line whose sample is in counts, which need a calibration; 0: there is none. */
int trace_source_counts_line(const struct source *source);
/* Station time less the trace's time, ns; for header times such as resume.ended_ns. */
int64_t trace_source_shift_ns(const struct source *source);

#endif
