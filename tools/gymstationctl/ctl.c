/* SPDX-License-Identifier: MIT */
/* What several subcommands need. */
#include "tools/gymstationctl/ctl.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int ctl_fail(int code, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fputs("gymstationctl: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    return code;
}

int64_t ctl_mono_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * NS_PER_S + now.tv_nsec;
}

const char *ctl_station(struct argp_state *state, const char *arg)
{
    size_t n = strspn(arg, "abcdefghijklmnopqrstuvwxyz0123456789-");

    if (n == 0 || n > 32 || arg[n] != '\0')
        argp_error(state, "--station: \"%s\" is not 1-32 of a-z, 0-9 and -", arg);
    return arg;
}

const char *ctl_by(struct argp_state *state, const char *arg)
{
    if (arg[0] == '\0' || strlen(arg) >= ID_LEN)
        argp_error(state, "--by: \"%s\" is not 1-64 bytes", arg);
    return arg;
}

double ctl_seconds(struct argp_state *state, const char *arg, double min, double max)
{
    char *end;
    double seconds = strtod(arg, &end);

    if (end == arg || *end != '\0' || !(seconds >= min && seconds <= max))
        argp_error(state, "--seconds: \"%s\" is not in %g..%g", arg, min, max);
    return seconds;
}

int ctl_read_file(const char *path, size_t max, char **ret, size_t *ret_len)
{
    FILE *file = fopen(path, "re");

    if (!file)
        return ctl_fail(CTL_USAGE, "%s: cannot be opened: %s", path, strerror(errno));
    char *text = malloc(max + 2);
    size_t len = text ? fread(text, 1, max + 1, file) : 0;
    bool broken = ferror(file) != 0;
    fclose(file);
    if (!text)
        return ctl_fail(CTL_FAILED, "%s: out of memory", path);
    if (broken || len > max) {
        free(text);
        return broken ? ctl_fail(CTL_USAGE, "%s: cannot be read", path)
                      : ctl_fail(CTL_USAGE, "%s: is longer than %zu bytes", path, max);
    }
    text[len] = '\0';
    *ret = text;
    *ret_len = len;
    return CTL_FINE;
}

int ctl_load(const char *path, struct config *ret_config, struct exercise_set **ret_set)
{
    char err[CONFIG_ERR_LEN > EXERCISE_ERR_LEN ? CONFIG_ERR_LEN : EXERCISE_ERR_LEN], standard[4096];
    const char *dir = standard;

    config_defaults(ret_config);
    if (path && (config_load(path, ret_config, err, sizeof(err)) < 0 || config_check(ret_config, err, sizeof(err)) < 0))
        return ctl_fail(CTL_USAGE, "%s", err);
    if (ret_config->exercises.dir[0] != '\0')
        dir = ret_config->exercises.dir;
    else if (exercise_dir_default(standard, sizeof(standard)) < 0)
        return ctl_fail(CTL_FAILED, "the exercises are neither in the source tree nor installed");
    if (exercise_dir_load(dir, ret_set, err, sizeof(err)) < 0)
        return ctl_fail(CTL_USAGE, "%s", err);
    return CTL_FINE;
}
