/* SPDX-License-Identifier: MIT */
/* gymstationd: options and exit codes. 0 fine, 1 it did not work, 2 wrong input or usage. */
#include <argp.h>
#include <stdlib.h>

#include "daemon/app.h"

#define SETS_MAX 64

const char *argp_program_version = "gymstationd " GYMSTATION_VERSION;

/* Options without a letter: beyond every character. */
#define OPTION_SOURCE 0x100
#define OPTION_CHECK  0x101

struct options {
    const char *config;
    const char *source;
    const char *sets[SETS_MAX];
    int set_count;
    bool check;
};

static const struct argp_option argp_options[] = {
    {"config", 'c', "FILE", 0, "Configuration; without it every key has its default", 0},
    {"set", 's', "KEY=VALUE", 0,
     "Override one configuration key by its path, such as mqtt.url=mqtt://127.0.0.1:1883; may be repeated", 0},
    {"source", OPTION_SOURCE, "SOURCE", 0,
     "hx711, iio, nau7802, sim, trace:FILE or trace:FILE@SPEED (a multiple of real time, or max); as --set "
     "sensor.source=",
     0},
    {"check-config", OPTION_CHECK, NULL, 0, "Read configuration and exercises, say what is wrong, and stop", 0},
    {0},
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
    struct options *options = state->input;

    switch (key) {
    case 'c': options->config = arg; return 0;
    case 's':
        if (options->set_count == SETS_MAX)
            argp_error(state, "--set: at most %d times", SETS_MAX);
        options->sets[options->set_count++] = arg;
        return 0;
    case OPTION_SOURCE: options->source = arg; return 0;
    case OPTION_CHECK: options->check = true; return 0;
    case ARGP_KEY_ARG: argp_error(state, "%s: no argument is expected here", arg); return 0;
    default: /* keys of argp, not an enum of ours */ return ARGP_ERR_UNKNOWN;
    }
}

static int set_source(struct config *config, const char *source, char *err, size_t err_len)
{
    char assignment[CONFIG_TEXT_LEN + sizeof("sensor.source=")];

    snprintf(assignment, sizeof(assignment), "sensor.source=%s", source);
    return config_set(config, assignment, err, err_len);
}

/* File, then --set in the order given, then --source, then the rules between keys. */
static int read_config(const struct options *options, struct config *config)
{
    char err[CONFIG_ERR_LEN];
    int r = 0;

    config_defaults(config);
    if (options->config)
        r = config_load(options->config, config, err, sizeof(err));
    for (int i = 0; i < options->set_count && r == 0; i++)
        r = config_set(config, options->sets[i], err, sizeof(err));
    if (r == 0 && options->source)
        r = set_source(config, options->source, err, sizeof(err));
    if (r == 0)
        r = config_check(config, err, sizeof(err));
    if (r < 0)
        app_say("%s", err);
    return r;
}

static int check(const struct config *config)
{
    char dir[CONFIG_TEXT_LEN];
    char err[EXERCISE_ERR_LEN];
    struct exercise_set *exercises;

    snprintf(dir, sizeof(dir), "%s", config->exercises.dir);
    if (dir[0] == '\0' && exercise_dir_default(dir, sizeof(dir)) < 0) {
        app_say("exercises.dir: no exercises found; name their directory");
        return 2;
    }
    if (exercise_dir_load(dir, &exercises, err, sizeof(err)) < 0) {
        app_say("%s", err);
        return 2;
    }
    printf("configuration and %d exercises are fine\n", exercises->count);
    exercise_set_free(exercises);
    return 0;
}

int main(int argc, char **argv)
{
    static const struct argp argp = {
        argp_options,
        parse_option,
        NULL,
        "Rehabilitation station: reads load cell and buttons, times exercises, publishes events over MQTT."
        "\vExit status: 0 fine, 1 it did not work, 2 wrong configuration or usage.",
        NULL,
        NULL,
        NULL};
    static struct config config;
    static struct app app;
    struct options options = {0};
    int code;

    argp_err_exit_status = 2;
    argp_parse(&argp, argc, argv, 0, NULL, &options);
    if (read_config(&options, &config) < 0)
        return 2;
    if (options.check)
        return check(&config);
    code = app_open(&app, &config);
    if (code == 0)
        code = app_run(&app);
    app_close(&app);
    return code;
}
