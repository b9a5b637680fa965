/* SPDX-License-Identifier: MIT */
/* Texts beside their golden files: see golden_check() in station.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "station.h"

static void read_all(const char *path, struct text *ret)
{
    char part[4096];
    FILE *file = fopen(path, "r");
    size_t n;

    text_clear(ret);
    if (!file)
        return; /* the first difference says the rest */
    while ((n = fread(part, 1, sizeof(part), file)) > 0)
        text_add(ret, "%.*s", (int)n, part);
    fclose(file);
}

static void write_all(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    if (!file)
        fail_msg("%s: cannot be written", path);
    fputs(text, file);
    fclose(file);
}

static int line_len(const char *text)
{
    return (int)strcspn(text, "\n");
}

void golden_check(const char *path, const char *text)
{
    struct text golden = {0};
    const char *a, *b = text;
    int line = 1;

    if (getenv("GYMSTATION_UPDATE"))
        write_all(path, text);
    read_all(path, &golden);
    for (a = golden.v; *a != '\0' && *a == *b; a++, b++)
        line += *a == '\n';
    if (*a != *b) {
        for (; a > golden.v && a[-1] != '\n'; a--, b--) {
        }
        print_error("%s:%d differs\n  golden: %.*s\n  now:    %.*s\n", path, line, line_len(a), a, line_len(b), b);
        free(golden.v);
        fail();
    }
    free(golden.v);
}
