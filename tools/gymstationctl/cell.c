/* SPDX-License-Identifier: MIT */
/* The load cell's source, opened by a subcommand; see cell.h. */
#include "tools/gymstationctl/cell.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "gymstation/patient.h"
#include "gymstation/sensor.h"
#include "gymstation/trace_source.h"
#include "tools/gymstationctl/ctl.h"

#define STANDARD_CONFIG GYMSTATION_CONFDIR "/gymstation.conf"
#define NAME_SIZE       512

static const struct argp_option option_table[] = {
    {"config", 'c', "FILE", 0, "The station's configuration (" STANDARD_CONFIG ", where there is one)", 0},
    {"set", 's', "KEY=VALUE", 0, "Overrides one key of it", 0},
    {"source", 'i', "SOURCE", 0, "hx711, iio, nau7802, sim or trace:FILE[@SPEED], instead of sensor.source", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct cell_options *options = state->input;

    switch (key) {
    case 'c': options->config = arg; return 0;
    case 'i': options->source = arg; return 0;
    case 's':
        if (options->set_count == CELL_SETS_MAX)
            argp_error(state, "--set: more than %d are too many; write them into a file", CELL_SETS_MAX);
        options->sets[options->set_count++] = arg;
        return 0;
    default: /* argp's keys, not an enum of ours */ return ARGP_ERR_UNKNOWN;
    }
}

const struct argp cell_argp = {option_table, parse, NULL, NULL, NULL, NULL, NULL};

int cell_config(const struct cell_options *options, struct config *ret)
{
    const char *file = options->config ? options->config : STANDARD_CONFIG;
    char err[CONFIG_ERR_LEN], source[CONFIG_TEXT_LEN + 16];
    int r = 0;

    config_defaults(ret);
    if (options->config || access(file, F_OK) == 0)
        r = config_load(file, ret, err, sizeof(err));
    for (int i = 0; i < options->set_count && r == 0; i++)
        r = config_set(ret, options->sets[i], err, sizeof(err));
    if (r == 0 && options->source) {
        snprintf(source, sizeof(source), "sensor.source=%.*s", CONFIG_TEXT_LEN - 1, options->source);
        r = config_set(ret, source, err, sizeof(err));
    }
    if (r == 0)
        r = config_check(ret, err, sizeof(err));
    return r == 0 ? CTL_FINE : ctl_fail(CTL_USAGE, "%s", err);
}

/* The daemon holds a lock on JOURNAL.lock for as long as it lives. */
bool cell_daemon_runs(const struct config *config)
{
    char name[NAME_SIZE];
    bool held;
    int fd;

    snprintf(name, sizeof(name), "%s.lock", config->journal.path);
    fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    held = flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
    close(fd);
    return held;
}

static int open_sim(struct cell *cell)
{
    const struct config *config = cell->config;
    struct patient_setup setup;
    struct config unused;
    int32_t speed = config->sim.speed_milli == 0 ? SPEED_MAX : config->sim.speed_milli;
    int r = ctl_load(NULL, &unused, &cell->exercises);

    if (r != CTL_FINE)
        return r;
    patient_setup_default(&setup);
    setup.seed = (uint64_t)config->sim.seed;
    setup.start_ns = ctl_mono_ns();
    setup.exercises = cell->exercises->v;
    setup.exercise_count = cell->exercises->count;
    setup.station = config->station;
    setup.body_g = config->sim.weight_g;
    cell->calibration = setup.calibration;
    r = sim_source_open(&setup, speed, ctl_mono_ns(), &cell->source);
    return r == 0 ? CTL_FINE : ctl_fail(CTL_USAGE, "sim: the simulated patient cannot be set up: %s", strerror(-r));
}

static int open_trace(struct cell *cell, const struct config_source *from)
{
    char err[TRACE_ERROR_LEN];

    if (trace_source_open(from->file, from->speed_milli, ctl_mono_ns(), &cell->source, err, sizeof(err)) < 0)
        return ctl_fail(CTL_USAGE, "%s", err);
    cell->is_trace = true;
    cell->calibration = trace_source_header(cell->source)->calibration;
    return CTL_FINE;
}

static int open_sensor(struct cell *cell, const struct sensor_config *sensor)
{
    struct refusal why = {0};

    if (cell_daemon_runs(cell->config))
        return ctl_fail(CTL_FAILED,
                        "the daemon runs and has the load cell: systemctl stop gymstation, do this again, then "
                        "systemctl start gymstation");
    if (sensor_open(sensor, ctl_mono_ns(), &cell->source, &why) < 0)
        return ctl_fail(CTL_FAILED, "%s: %s", why.path, why.reason);
    cell->is_sensor = true;
    return CTL_FINE;
}

int cell_open(struct cell *cell, const struct config *config)
{
    struct sensor_config sensor;
    struct config_source from;

    *cell = (struct cell){.config = config};
    if (sensor_configured(config, &sensor))
        return open_sensor(cell, &sensor);
    config_source(config, &from);
    return from.kind == CONFIG_SOURCE_TRACE ? open_trace(cell, &from) : open_sim(cell);
}

/* 1 and an input of any kind, 0: none is due now, or a negative errno. */
static int take(struct cell *cell, struct input *ret)
{
    const char *text;

    return cell->source->ops->next(cell->source, source_time_ns(&cell->source->time, ctl_mono_ns()), ret, &text);
}

enum cell_result cell_next(struct cell *cell, int timeout_ms, int stop_fd, struct input *ret)
{
    struct pollfd wait[2] = {{.fd = cell->source->ops->fd(cell->source), .events = POLLIN},
                             {.fd = stop_fd, .events = POLLIN}};
    int64_t end_ns = ctl_mono_ns() + timeout_ms * NS_PER_MS, left_ns;
    int r;

    for (;;) {
        r = take(cell, ret);
        if (r < 0)
            return CELL_BROKEN;
        if (r > 0 && (ret->kind == INPUT_FORCE || ret->kind == INPUT_TROUBLE || ret->kind == INPUT_FAULT))
            return CELL_INPUT;
        if (r > 0 && ret->kind == INPUT_END)
            return CELL_ENDED;
        left_ns = end_ns - ctl_mono_ns();
        if (left_ns <= 0 && r == 0)
            return CELL_SILENT;
        if (r == 0)
            poll(wait, 2, (int)(left_ns / NS_PER_MS) + 1);
        if (wait[1].revents)
            return CELL_SILENT;
    }
}

void cell_flush(struct cell *cell)
{
    struct input input;

    if (cell->source->time.speed_milli == SPEED_MAX)
        return;
    while (take(cell, &input) > 0)
        if (input.kind == INPUT_END)
            return;
}

void cell_close(struct cell *cell)
{
    if (cell->source)
        cell->source->ops->close(cell->source);
    exercise_set_free(cell->exercises);
}
