/* SPDX-License-Identifier: MIT */
/* gymstationctl record: the load cell's readings as a trace, until Ctrl-C. */
#include <argp.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "gymstation/calibration.h"
#include "gymstation/trace.h"
#include "tools/gymstationctl/cell.h"
#include "tools/gymstationctl/ctl.h"
#include "tools/gymstationctl/wire.h"

#define LOOK_MS     1000
#define SECONDS_MAX 86400

struct options {
    struct cell_options cell;
    const char *file;
    double seconds; /* 0: until a signal */
};

static const char doc[] =
    "Writes what the load cell reads as a trace, to FILE or standard output, until Ctrl-C.\v"
    "The daemon must not run: it has the load cell, and records sessions by itself where recorder.dir is set.";

static const struct argp_option option_table[] = {
    {"seconds", 'n', "N", 0, "Stops by itself after this long", 0},
    {0},
};
static const struct argp_child children[] = {{&cell_argp, 0, "Station:", 1}, {0}};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *options = state->input;

    switch (key) {
    case ARGP_KEY_INIT: state->child_inputs[0] = &options->cell; return 0;
    case 'n': options->seconds = ctl_seconds(state, arg, 0.001, SECONDS_MAX); return 0;
    case ARGP_KEY_ARG:
        if (options->file)
            argp_error(state, "\"%s\" is too much: one file at a time", arg);
        options->file = arg;
        return 0;
    default: /* argp's keys, not an enum of ours */ return ARGP_ERR_UNKNOWN;
    }
}

/* What the counts mean, so that the recording can be replayed without this station. */
static int write_header(FILE *file, const struct config *config, const struct cell *cell)
{
    struct calibrated_data calibrated;
    struct working_zero zero;
    struct trace_header header;
    struct refusal why;
    struct timespec now;

    trace_header_init(&header);
    clock_gettime(CLOCK_REALTIME, &now);
    header.started_wall_ns = now.tv_sec * NS_PER_S + now.tv_nsec;
    header.has_station = true;
    header.station = config->station;
    header.calibration = config->sensor.calibration;
    if (calibration_load(config->journal.path, &calibrated, &why) == 0)
        header.calibration = calibrated.calibration;
    if (cell->calibration.valid)
        header.calibration = cell->calibration;
    else if (working_zero_load(config->journal.path, &zero, &why) == 0 &&
             zero.of.zero_counts == header.calibration.zero_counts &&
             zero.of.counts_per_n_milli == header.calibration.counts_per_n_milli)
        header.zero_mn = zero.zero_mn;
    header.calibrated = header.calibration.valid;
    return trace_header_write(file, &header);
}

static bool signalled(int stop_fd)
{
    struct pollfd wait = {.fd = stop_fd, .events = POLLIN};

    return poll(&wait, 1, 0) > 0;
}

/* A flush a second: what was recorded survives whatever ends this. */
static int record(const struct options *options, struct cell *cell, int stop_fd, FILE *file, int64_t *ret_n)
{
    int64_t first_ns = ABSENT, last_ns = 0, flushed_ns = 0;
    struct input input;
    enum cell_result r;
    int w = 0;

    while ((r = cell_next(cell, LOOK_MS, stop_fd, &input)) == CELL_INPUT || (r == CELL_SILENT && !signalled(stop_fd))) {
        if (r == CELL_SILENT)
            continue;
        if (first_ns == ABSENT)
            first_ns = input.stamp_ns;
        if (options->seconds > 0 && (double)(input.stamp_ns - first_ns) >= options->seconds * 1e9)
            break;
        last_ns = input.stamp_ns > last_ns ? input.stamp_ns : last_ns;
        input.t_ns = last_ns; /* times in a trace never decrease */
        w = trace_line_write(file, &input, NULL, 0);
        *ret_n += input.kind == INPUT_FORCE;
        if (last_ns - flushed_ns >= NS_PER_S) {
            w = fflush(file) == 0 ? w : -errno;
            flushed_ns = last_ns;
        }
        if (w < 0)
            return w;
    }
    return r == CELL_BROKEN ? -EIO : 0;
}

static int record_to(const struct options *options, const struct config *config, struct cell *cell, int stop_fd)
{
    FILE *file = options->file ? fopen(options->file, "we") : stdout;
    const char *name = options->file ? options->file : "standard output";
    int64_t n = 0;
    int r;

    if (file == NULL)
        return ctl_fail(CTL_FAILED, "%s: %s", name, strerror(errno));
    r = write_header(file, config, cell);
    if (r == 0)
        r = record(options, cell, stop_fd, file, &n);
    if (fflush(file) != 0 && r == 0)
        r = -errno;
    if (options->file && fclose(file) != 0 && r == 0)
        r = -errno;
    if (r < 0)
        return ctl_fail(CTL_FAILED, "%s: %s after %lld readings", name, strerror(-r), (long long)n);
    fprintf(stderr, "gymstationctl: %lld readings\n", (long long)n);
    return n > 0 ? CTL_FINE : ctl_fail(CTL_FAILED, "there were no readings: gymstationctl doctor says why");
}

int ctl_record(int argc, char **argv)
{
    const struct argp argp = {option_table, parse, "[FILE]", doc, children, NULL, NULL};
    struct options options = {.file = NULL};
    struct config config;
    struct cell cell = {.source = NULL};
    int stop_fd, r;

    argp_parse(&argp, argc, argv, 0, NULL, &options);
    r = cell_config(&options.cell, &config);
    stop_fd = wire_block_signals(); /* before the reader's thread begins */
    if (r == CTL_FINE)
        r = cell_open(&cell, &config);
    if (r == CTL_FINE)
        r = record_to(&options, &config, &cell, stop_fd);
    cell_close(&cell);
    if (stop_fd >= 0)
        close(stop_fd);
    return r;
}
