/* SPDX-License-Identifier: MIT */
/* Lines, cells and numbers of a recording; see csv_text.h. */
#include "tools/gymstationctl/csv_text.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int csv_complain(char *err, size_t err_len, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(err, err_len, format, args);
    va_end(args);
    return -EBADMSG;
}

/* --- lines --------------------------------------------------------------------------------------------------------- */

void csv_lines_free(struct csv_lines *lines)
{
    for (int i = 0; i < lines->n; i++)
        free(lines->v[i]);
    free(lines->v);
}

static bool lines_add(struct csv_lines *lines, char *line)
{
    if (lines->n == lines->capacity) {
        int capacity = lines->capacity ? 2 * lines->capacity : 1024;
        char **v = realloc(lines->v, (size_t)capacity * sizeof(*v));
        if (!v)
            return false;
        lines->v = v;
        lines->capacity = capacity;
    }
    lines->v[lines->n++] = line;
    return true;
}

int csv_lines_read(const char *path, struct csv_lines *lines, char *err, size_t err_len)
{
    FILE *file = fopen(path, "re");
    char *line = NULL;
    size_t size = 0;
    ssize_t len;
    int r = 0;

    if (!file) {
        r = -errno;
        csv_complain(err, err_len, "%s: cannot be opened: %s", path, strerror(-r));
        return r;
    }
    while (r == 0 && (len = getline(&line, &size, file)) >= 0) {
        if (memchr(line, '\0', (size_t)len))
            r = csv_complain(err, err_len, "%s:%d: a NUL byte: this is not text", path, lines->n + 1);
        line[strcspn(line, "\r\n")] = '\0';
        const char *text = lines->n == 0 && strncmp(line, "\xef\xbb\xbf", 3) == 0 ? line + 3 : line;
        char *copy = strdup(text);
        if (!copy || !lines_add(lines, copy)) {
            free(copy);
            csv_complain(err, err_len, "%s: out of memory", path);
            r = -ENOMEM;
        }
    }
    if (r == 0 && ferror(file)) {
        csv_complain(err, err_len, "%s: cannot be read", path);
        r = -EIO;
    }
    free(line);
    fclose(file);
    return r;
}

/* --- cells --------------------------------------------------------------------------------------------------------- */

/* Blanks and one pair of quotes around a cell are not part of it. */
static char *trim(char *cell)
{
    cell += strspn(cell, " \t");
    size_t len = strlen(cell);
    while (len > 0 && (cell[len - 1] == ' ' || cell[len - 1] == '\t'))
        len--;
    if (len >= 2 && cell[0] == '"' && cell[len - 1] == '"') {
        cell++;
        len -= 2;
    }
    cell[len] = '\0';
    return cell;
}

static char *find_delimiter(char *p, char delimiter)
{
    bool quoted = false;

    for (; *p; p++) {
        if (*p == '"')
            quoted = !quoted;
        else if (!quoted && (*p == delimiter || (delimiter == ' ' && *p == '\t')))
            return p;
    }
    return NULL;
}

bool csv_split(const char *line, char delimiter, struct csv_cells *ret)
{
    char *p = ret->text = strdup(line);

    ret->n = 0;
    while (p && ret->n < CELL_MAX) {
        if (delimiter == ' ')
            p += strspn(p, " \t");
        char *end = find_delimiter(p, delimiter);
        if (end)
            *end = '\0';
        if (delimiter != ' ' || *p != '\0')
            ret->v[ret->n++] = trim(p);
        p = end ? end + 1 : NULL;
    }
    return ret->text != NULL;
}

bool csv_number(const char *cell, char delimiter, double *ret)
{
    char text[64], *end;

    if (strlen(cell) >= sizeof(text) || strspn(cell, "0123456789+-.,eE") != strlen(cell))
        return false;
    snprintf(text, sizeof(text), "%s", cell);
    char *comma = delimiter == ',' ? NULL : strchr(text, ',');
    if (comma)
        *comma = '.';
    *ret = strtod(text, &end);
    return end != text && *end == '\0' && isfinite(*ret);
}
