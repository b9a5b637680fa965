/* SPDX-License-Identifier: MIT */
/*
 * The load cell as a subcommand sees it: the configured source opened by the tool itself, while no daemon has it. With a
 * trace or the simulated patient the same works without hardware.
 */
#ifndef GYMSTATIONCTL_CELL_H
#define GYMSTATIONCTL_CELL_H

#include <argp.h>

#include "gymstation/config.h"
#include "gymstation/exercise_file.h"
#include "gymstation/source.h"

/* The options --config --set --source as an argp child; its input is a struct config that has its defaults. */
#define CELL_SETS_MAX 16
struct cell_options {
    const char *config; /* NULL: the installed one, where there is one */
    const char *sets[CELL_SETS_MAX];
    int set_count;
    const char *source; /* or NULL: the configuration's */
};
extern const struct argp cell_argp;

/* The configuration with the overrides. CTL_FINE or an exit code, said on stderr. */
int cell_config(const struct cell_options *options, struct config *ret);

struct cell {
    const struct config *config;
    struct source *source;
    bool is_sensor;                 /* a real converter */
    bool is_trace;                  /* a recording: it ends */
    struct calibration calibration; /* the trace's own, or the simulated patient's; else not valid */
    struct exercise_set *exercises; /* the simulated patient's */
};

/* Is a daemon running with this configuration's journal? It has the load cell then. */
bool cell_daemon_runs(const struct config *config);

/* CTL_FINE or an exit code, said on stderr: with what to do where the daemon has the lines. */
int cell_open(struct cell *cell, const struct config *config);

enum cell_result {
    CELL_INPUT,
    CELL_SILENT, /* nothing within the time */
    CELL_ENDED,  /* the recording is over */
    CELL_BROKEN
};
/* The next sample or trouble; others are passed over. Waits for timeout_ms at most, or until stop_fd (-1: none) is readable. */
enum cell_result cell_next(struct cell *cell, int timeout_ms, int stop_fd, struct input *ret);
/* Drops what has piled up while somebody was asked; a recording that is read as fast as it goes stands still meanwhile. */
void cell_flush(struct cell *cell);
void cell_close(struct cell *cell);

#endif
