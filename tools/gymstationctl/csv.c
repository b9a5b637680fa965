/* SPDX-License-Identifier: MIT */
/* Force recordings of other people's devices; see csv.h. The file is read into lines first: it is looked at twice. */
#include "tools/gymstationctl/csv.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tools/gymstationctl/csv_text.h"

#define PREAMBLE_MAX 100 /* lines that may stand before the data */

/* How a file's lines are to be read. */
struct layout {
    char delimiter;
    int time, force;  /* columns, from 0 */
    int header, data; /* lines, from 0; header -1: none */
};

/* What programs write for a sample that the device did not give: a gap, nothing to make up. */
static bool is_nan(const char *cell)
{
    return strcasecmp(cell, "nan") == 0;
}

static bool has_numbers(const struct csv_cells *cells, const struct layout *layout)
{
    double value;

    return layout->time < cells->n && layout->force < cells->n &&
           csv_number(cells->v[layout->time], layout->delimiter, &value) &&
           (is_nan(cells->v[layout->force]) || csv_number(cells->v[layout->force], layout->delimiter, &value));
}

static bool is_blank(const char *line)
{
    return line[strspn(line, " \t,;")] == '\0' || line[0] == '#';
}

/* --- layout -------------------------------------------------------------------------------------------------------- */

/* 1-based column number, or 0 when the text is no number: a name. */
static int column_number(const char *column)
{
    if (column[0] == '\0' || strspn(column, "0123456789") != strlen(column) || strlen(column) > 3)
        return 0;
    return (int)strtol(column, NULL, 10);
}

static int column_find(const struct csv_cells *cells, const char *column)
{
    int n = column_number(column);

    if (n > 0)
        return n - 1;
    for (int i = 0; i < cells->n; i++)
        if (strcmp(cells->v[i], column) == 0)
            return i;
    return -1;
}

static bool numbers_at(const struct csv_lines *lines, int line, const struct layout *layout)
{
    struct csv_cells cells;

    if (line >= lines->n || is_blank(lines->v[line]) || !csv_split(lines->v[line], layout->delimiter, &cells))
        return false;
    bool found = has_numbers(&cells, layout);
    free(cells.text);
    return found;
}

/* Does this line name every column that was asked for by name? Then the layout knows its columns. */
static bool header_at(const struct csv_lines *lines, int line, const struct csv_spec *spec, struct layout *layout)
{
    struct csv_cells cells;

    if (is_blank(lines->v[line]) || !csv_split(lines->v[line], layout->delimiter, &cells))
        return false;
    layout->time = column_find(&cells, spec->time_column);
    layout->force = column_find(&cells, spec->force_column);
    free(cells.text);
    return layout->time >= 0 && layout->force >= 0;
}

/* With names: the header is the line that has them, and what stands behind it must be data. */
static bool layout_named(const struct csv_lines *lines, const struct csv_spec *spec, struct layout *layout)
{
    for (int i = 0; i < lines->n && i < PREAMBLE_MAX; i++) {
        if (!header_at(lines, i, spec, layout) || numbers_at(lines, i, layout))
            continue; /* a line of numbers may have a "0" in it, and names nothing */
        layout->header = i;
        layout->data = i + 1;
        while (layout->data < lines->n && is_blank(lines->v[layout->data]))
            layout->data++;
        return numbers_at(lines, layout->data, layout);
    }
    return false;
}

/* With numbers only: the data begin at the first line that has numbers in both columns. */
static bool layout_numbered(const struct csv_lines *lines, const struct csv_spec *spec, struct layout *layout)
{
    layout->time = column_number(spec->time_column) - 1;
    layout->force = column_number(spec->force_column) - 1;
    for (layout->data = 0; layout->data < lines->n && layout->data < PREAMBLE_MAX; layout->data++)
        if (numbers_at(lines, layout->data, layout))
            return true;
    return false;
}

static bool layout_try(const struct csv_lines *lines, const struct csv_spec *spec, char delimiter, struct layout *ret)
{
    *ret = (struct layout){.delimiter = delimiter, .header = -1};
    if (column_number(spec->time_column) > 0 && column_number(spec->force_column) > 0)
        return layout_numbered(lines, spec, ret);
    return layout_named(lines, spec, ret);
}

/* The first column is 1, yet many begin with 0. NULL: neither is 0. */
static const char *zero_option(const struct csv_spec *spec)
{
    if (spec->time_column[0] != '\0' && spec->time_column[strspn(spec->time_column, "0")] == '\0')
        return "--time";
    if (spec->force_column[0] != '\0' && spec->force_column[strspn(spec->force_column, "0")] == '\0')
        return "--force";
    return NULL;
}

/* Without a layout that works: names the columns that are there, parted by what occurs most in the first line. */
static int no_layout(const char *path, const struct csv_lines *lines, const struct csv_spec *spec, char *err,
                     size_t err_len)
{
    int first = 0;

    while (first < lines->n && is_blank(lines->v[first]))
        first++;
    if (first == lines->n)
        return csv_complain(err, err_len, "%s: there are no lines in it", path);
    if (zero_option(spec))
        return csv_complain(err, err_len, "%s:%d: %s 0: columns count from 1, and no column is named \"0\"", path,
                            first + 1, zero_option(spec));
    return csv_complain(
        err, err_len,
        "%s:%d: no columns \"%s\" (time) and \"%s\" (force) with numbers in them, parted by tab, semicolon, "
        "comma or blanks; this line reads \"%.100s\"",
        path, first + 1, spec->time_column, spec->force_column, lines->v[first]);
}

static int layout_guess(const char *path, const struct csv_lines *lines, const struct csv_spec *spec,
                        struct layout *ret, char *err, size_t err_len)
{
    /* Tab and semicolon never stand inside a number; a comma may; blanks stand beside the others too. */
    static const char delimiters[] = "\t;, ";

    for (const char *p = delimiters; *p; p++)
        if (layout_try(lines, spec, *p, ret))
            return 0;
    return no_layout(path, lines, spec, err, err_len);
}

/* --- samples ------------------------------------------------------------------------------------------------------- */

static int cell_value(const char *path, int line, const struct csv_cells *cells, const struct layout *layout,
                      int column, double *ret, char *err, size_t err_len)
{
    if (column >= cells->n)
        return csv_complain(err, err_len, "%s:%d: column %d is missing", path, line, column + 1);
    if (!csv_number(cells->v[column], layout->delimiter, ret))
        return csv_complain(err, err_len, "%s:%d: column %d: \"%.40s\" is not a number", path, line, column + 1,
                            cells->v[column]);
    return 0;
}

static int take_sample(const char *path, int line, const struct csv_spec *spec, double time, double *first_time,
                       double force, struct recording *ret, char *err, size_t err_len)
{
    if (ret->n == 0)
        *first_time = time;
    double t_ns = (time - *first_time) * spec->seconds_per_unit * 1e9, mn = force * spec->mn_per_unit;
    if (ret->n > 0 && t_ns < (double)ret->t_ns[ret->n - 1] - 0.5)
        return csv_complain(err, err_len, "%s:%d: time %.9g is before that of the line before: times must not decrease",
                            path, line, time);
    if (t_ns > 1e9 * 86400 * 365)
        return csv_complain(err, err_len,
                            "%s:%d: time %.9g is more than a year after the first: is --time-scale right?", path, line,
                            time);
    if (fabs(mn) > INT32_MAX)
        return csv_complain(err, err_len, "%s:%d: force %.9g is more than 2147 kN: is --unit right?", path, line,
                            force);
    ret->t_ns[ret->n] = llround(t_ns);
    ret->force_mn[ret->n++] = (int32_t)lround(mn);
    return 0;
}

static int read_samples(const char *path, const struct csv_lines *lines, const struct layout *layout,
                        const struct csv_spec *spec, struct recording *ret, char *err, size_t err_len)
{
    double first_time = 0, time, force = 0;
    struct csv_cells cells;
    int r = 0;

    for (int i = layout->data; i < lines->n && r == 0; i++) {
        if (is_blank(lines->v[i]))
            continue;
        if (!csv_split(lines->v[i], layout->delimiter, &cells))
            return -ENOMEM;
        r = cell_value(path, i + 1, &cells, layout, layout->time, &time, err, err_len);
        bool missing = r == 0 && layout->force < cells.n && is_nan(cells.v[layout->force]);
        ret->missing += missing ? 1 : 0;
        if (r == 0 && !missing)
            r = cell_value(path, i + 1, &cells, layout, layout->force, &force, err, err_len);
        if (r == 0 && !missing)
            r = take_sample(path, i + 1, spec, time, &first_time, force, ret, err, err_len);
        free(cells.text);
    }
    return r;
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static int64_t median_period(const struct recording *recording)
{
    size_t n = recording->n > 1 ? recording->n - 1 : 0;
    int64_t *dt = n ? malloc(n * sizeof(*dt)) : NULL;

    if (!dt)
        return 0;
    for (size_t i = 0; i < n; i++)
        dt[i] = recording->t_ns[i + 1] - recording->t_ns[i];
    qsort(dt, n, sizeof(*dt), compare);
    int64_t median = dt[n / 2];
    free(dt);
    return median;
}

static void column_name(const struct csv_lines *lines, const struct layout *layout, int column, char *name)
{
    struct csv_cells cells;

    snprintf(name, CSV_NAME_LEN, "column %d", column + 1);
    if (layout->header < 0 || !csv_split(lines->v[layout->header], layout->delimiter, &cells))
        return;
    if (column < cells.n && cells.v[column][0] != '\0')
        snprintf(name, CSV_NAME_LEN, "%s", cells.v[column]);
    free(cells.text);
}

static int read_recording(const char *path, const struct csv_lines *lines, const struct csv_spec *spec,
                          struct recording *ret, char *err, size_t err_len)
{
    struct layout layout;
    int r = layout_guess(path, lines, spec, &layout, err, err_len);

    if (r < 0)
        return r;
    ret->t_ns = calloc((size_t)lines->n, sizeof(*ret->t_ns));
    ret->force_mn = calloc((size_t)lines->n, sizeof(*ret->force_mn));
    if (!ret->t_ns || !ret->force_mn) {
        csv_complain(err, err_len, "%s: out of memory", path);
        return -ENOMEM;
    }
    ret->delimiter = layout.delimiter;
    ret->first_line = layout.data + 1;
    column_name(lines, &layout, layout.time, ret->time_name);
    column_name(lines, &layout, layout.force, ret->force_name);
    r = read_samples(path, lines, &layout, spec, ret, err, err_len);
    if (r == 0 && ret->n == 0)
        r = csv_complain(err, err_len, "%s: no line has a force", path);
    ret->period_ns = r == 0 ? median_period(ret) : 0;
    return r;
}

int csv_read(const char *path, const struct csv_spec *spec, struct recording *ret, char *err, size_t err_len)
{
    struct csv_lines lines = {0};
    struct recording recording = {0};
    int r = csv_lines_read(path, &lines, err, err_len);

    if (r == 0)
        r = read_recording(path, &lines, spec, &recording, err, err_len);
    csv_lines_free(&lines);
    if (r < 0)
        recording_free(&recording);
    else
        *ret = recording;
    return r;
}

void recording_free(struct recording *recording)
{
    free(recording->t_ns);
    free(recording->force_mn);
}
