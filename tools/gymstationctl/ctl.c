/* SPDX-License-Identifier: MIT */
/* What several subcommands need. */
#include "tools/gymstationctl/ctl.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
