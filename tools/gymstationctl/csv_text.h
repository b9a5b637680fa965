/* SPDX-License-Identifier: MIT */
/* The text side of csv.c: lines of a file, cells of a line, numbers of a cell. Private to it. */
#ifndef GYMSTATIONCTL_CSV_TEXT_H
#define GYMSTATIONCTL_CSV_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#define CELL_MAX 256 /* columns of a line; what is beyond is not looked at */

struct csv_lines {
    char **v;
    int n, capacity;
};

struct csv_cells {
    char *text; /* owned: the line, cut up */
    char *v[CELL_MAX];
    int n;
};

/* Says what is wrong; always -EBADMSG. */
int csv_complain(char *err, size_t err_len, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Every line without its end and without a byte order mark. 0 or a negative errno and one line in err. */
int csv_lines_read(const char *path, struct csv_lines *lines, char *err, size_t err_len);
void csv_lines_free(struct csv_lines *lines);

/* Cuts a copy of line at the delimiter, ' ' being any run of blanks; ret->text is to be freed. False: no memory. */
bool csv_split(const char *line, char delimiter, struct csv_cells *ret);

/* A plain decimal number; with a decimal comma where the comma does not part the columns. */
bool csv_number(const char *cell, char delimiter, double *ret);

#endif
