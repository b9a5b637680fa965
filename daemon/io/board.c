/* SPDX-License-Identifier: MIT */
/* See gymstation/board.h. */
#include "gymstation/board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gymstation/basics.h"

#define NAME_SIZE 320
#define HWMON_MAX 32 /* hwmon0 .. ; a Pi has two or three */

const char *board_sys(void)
{
    const char *given = getenv("GYMSTATION_SYS");

    return given ? given : "/sys";
}

/* The first line of a small file without its newline; false when there is none. */
static bool read_line(const char *name, char *ret, size_t size)
{
    FILE *file = fopen(name, "re");
    bool ok;

    if (file == NULL)
        return false;
    ok = fgets(ret, (int)size, file) != NULL;
    fclose(file);
    if (ok)
        ret[strcspn(ret, "\n")] = '\0';
    return ok;
}

static bool read_number(const char *name, long *ret)
{
    char text[32], *end;

    if (!read_line(name, text, sizeof(text)))
        return false;
    *ret = strtol(text, &end, 10);
    return end != text && *end == '\0';
}

int board_undervoltage(const char *sys)
{
    char name[NAME_SIZE], text[32];
    long alarm;

    for (int i = 0; i < HWMON_MAX; i++) {
        snprintf(name, sizeof(name), "%.256s/class/hwmon/hwmon%d/name", sys, i);
        if (!read_line(name, text, sizeof(text)) || strcmp(text, "rpi_volt") != 0)
            continue;
        snprintf(name, sizeof(name), "%.256s/class/hwmon/hwmon%d/in0_lcrit_alarm", sys, i);
        return read_number(name, &alarm) ? alarm != 0 : -1;
    }
    return -1;
}

int64_t board_temp_mc(const char *sys)
{
    char name[NAME_SIZE];
    long temp;

    snprintf(name, sizeof(name), "%.256s/class/thermal/thermal_zone0/temp", sys);
    return read_number(name, &temp) ? temp : ABSENT;
}
