/* SPDX-License-Identifier: MIT */
/* gymstationctl replay: what the station would have said to a trace. */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gymstation/prescription_json.h"
#include "gymstation/replay.h"
#include "tools/gymstationctl/ctl.h"

struct options {
    const char *config, *prescription;
    bool live;
    char **traces;
    int trace_count;
};

static const char doc[] =
    "Feeds each TRACE to a core of its own in virtual time and prints the events, one JSON envelope a line, in order. "
    "The same trace gives the same bytes.\v"
    "`journal` is the nil UUID and `seq` counts from 1 in every trace; `boot` is `replay`; `ts` counts from the "
    "trace's "
    "`started` (`clock` is `synced`) or from 1970 (`unsynced`). What a trace's header says about station, calibration "
    "and prescriptions is how it was recorded and goes before the configuration; without either, the station has "
    "everything. After the last line the last force stands and the core runs on until it is idle, for an hour at "
    "most.\n"
    "\n"
    "With --live, lines of the form {\"live\":{...}} stand between the events: what the topic `live` carries, ten "
    "times "
    "a second of the trace's time in a session and twice when idle. Events have `type`, these have only `live`.\n"
    "\n"
    "Of a malformed trace nothing is printed; its place and what is wrong go to stderr, exit code 2.";

static const struct argp_option option_table[] = {
    {"config", 'c', "FILE", 0, "Station, calibration and exercises of this configuration", 0},
    {"prescription", 'p', "FILE", 0, "Held in slot 1 before the first line, instead of the trace's own", 0},
    {"live", 'l', NULL, 0, "Also print the live messages", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *options = state->input;

    switch (key) {
    case 'c': options->config = arg; return 0;
    case 'p': options->prescription = arg; return 0;
    case 'l': options->live = true; return 0;
    case ARGP_KEY_ARGS:
        options->traces = state->argv + state->next;
        options->trace_count = state->argc - state->next;
        return 0;
    case ARGP_KEY_NO_ARGS: argp_error(state, "a trace is missing"); return 0;
    default: /* argp's keys, not an enum of ours */ return ARGP_ERR_UNKNOWN;
    }
}

/* Into memory first: nothing is printed of a trace that turns out malformed at its end. */
static int replay_to_memory(struct trace *trace, const struct replay_setup *setup, char **text, size_t *len, char *err,
                            size_t err_len)
{
    FILE *out = open_memstream(text, len);

    if (!out) {
        snprintf(err, err_len, "out of memory");
        return -ENOMEM;
    }
    int r = replay_trace(trace, setup, out, err, err_len);
    if (fclose(out) != 0 && r == 0) {
        snprintf(err, err_len, "out of memory");
        r = -ENOMEM;
    }
    return r;
}

static int replay_file(const char *path, const struct replay_setup *setup)
{
    char err[2 * TRACE_ERROR_LEN], *text = NULL;
    struct trace *trace = NULL;
    size_t len = 0;

    if (trace_open(path, &trace, err, sizeof(err)) < 0)
        return ctl_fail(CTL_USAGE, "%s", err);
    int r = replay_to_memory(trace, setup, &text, &len, err, sizeof(err));
    trace_close(trace);
    int code = CTL_FINE;
    if (r < 0)
        code = ctl_fail(r == -EBADMSG ? CTL_USAGE : CTL_FAILED, "%s", err);
    else if (fwrite(text, 1, len, stdout) != len || fflush(stdout) != 0)
        code = ctl_fail(CTL_FAILED, "the events of %s cannot be written: %s", path, strerror(errno));
    free(text);
    return code;
}

static int replay_all(const struct options *options, const struct config *config, const struct exercise_set *exercises)
{
    char *rx = NULL;
    size_t rx_len = 0;
    int code = CTL_FINE;

    if (options->prescription)
        code = ctl_read_file(options->prescription, PAYLOAD_MAX, &rx, &rx_len);
    const struct replay_setup setup = {
        .exercises = exercises->v,
        .exercise_count = exercises->count,
        .station = options->config ? &config->station : NULL,
        .calibration = options->config ? &config->sensor.calibration : NULL,
        .rx = rx,
        .rx_len = rx_len,
        .rx_name = options->prescription,
        .live = options->live,
    };
    for (int i = 0; i < options->trace_count && code == CTL_FINE; i++)
        code = replay_file(options->traces[i], &setup);
    free(rx);
    return code;
}

int ctl_replay(int argc, char **argv)
{
    const struct argp argp = {option_table, parse, "TRACE...", doc, NULL, NULL, NULL};
    struct options options = {0};
    struct exercise_set *exercises = NULL;
    struct config config;

    argp_parse(&argp, argc, argv, 0, NULL, &options);
    int code = ctl_load(options.config, &config, &exercises);
    if (code == CTL_FINE)
        code = replay_all(&options, &config, exercises);
    exercise_set_free(exercises);
    return code;
}
