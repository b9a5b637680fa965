/* SPDX-License-Identifier: MIT */
/* Rows of the table and the errors collected in them. */
#include "tests/bench/bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    bool share;
} figure_rows[FIGURE_COUNT] = {
    [FIGURE_CON] = {"con", false},
    [FIGURE_TOP] = {"top", false},
    [FIGURE_ECC] = {"ecc", false},
    [FIGURE_BOTTOM] = {"bottom", false},
    [FIGURE_CON_MOVE] = {"con move", false},
    [FIGURE_TOP_MOVE] = {"top move", false},
    [FIGURE_ECC_MOVE] = {"ecc move", false},
    [FIGURE_BOTTOM_MOVE] = {"bottom move", false},
    [FIGURE_REP] = {"rep", true},
    [FIGURE_TUT] = {"TUT", true},
    [FIGURE_HOLD] = {"hold", false},
    [FIGURE_LIVE_CON] = {"live con", false},
    [FIGURE_LIVE_TOP] = {"live top", false},
    [FIGURE_LIVE_ECC] = {"live ecc", false},
    [FIGURE_LIVE_BOTTOM] = {"live bottom", false},
    [FIGURE_LIVE_WRONG] = {"live wrong", true},
    [FIGURE_TOLD] = {"told", false},
    [FIGURE_ECC_QUICK] = {"ecc to 2 s", false},
    [FIGURE_ECC_SLOW] = {"ecc of 3 s", false},
};

const char *figure_str(enum figure_kind kind)
{
    return figure_rows[kind].name;
}

bool figure_is_share(enum figure_kind kind)
{
    return figure_rows[kind].share;
}

void figure_add(struct figure *figure, double error)
{
    if (figure->n == figure->size) {
        figure->size = figure->size > 0 ? figure->size * 2 : 64;
        figure->v = realloc(figure->v, (size_t)figure->size * sizeof figure->v[0]);
        if (figure->v == NULL)
            abort(); /* a bench without memory has nothing to say */
    }
    figure->v[figure->n++] = error;
    figure->sorted = false;
}

static int by_size(const void *a, const void *b)
{
    double x = fabs(*(const double *)a), y = fabs(*(const double *)b);
    return (x > y) - (x < y);
}

struct figure_summary figure_summary(struct figure *figure)
{
    struct figure_summary summary = {.n = figure->n};
    if (figure->n == 0)
        return summary;
    if (!figure->sorted)
        qsort(figure->v, (size_t)figure->n, sizeof figure->v[0], by_size);
    figure->sorted = true;
    for (int i = 0; i < figure->n; i++)
        summary.bias += figure->v[i] / figure->n;
    summary.median = fabs(figure->v[(figure->n - 1) / 2]);
    summary.p90 = fabs(figure->v[(figure->n - 1) * 9 / 10]);
    return summary;
}

struct row *rows_find(struct rows *rows, const char *name, bool counted)
{
    for (int i = 0; i < rows->n; i++)
        if (strcmp(rows->v[i].name, name) == 0)
            return &rows->v[i];
    if (rows->n == ROWS_MAX)
        abort(); /* more cases than ROWS_MAX has room for: raise it */
    struct row *row = &rows->v[rows->n++];
    memset(row, 0, sizeof *row);
    snprintf(row->name, sizeof row->name, "%s", name);
    row->counted = counted;
    return row;
}

void rows_clear(struct rows *rows)
{
    for (int i = 0; i < rows->n; i++)
        for (int k = 0; k < FIGURE_COUNT; k++)
            free(rows->v[i].figures[k].v);
    rows->n = 0;
}

void row_add(struct row *row, enum figure_kind kind, double error)
{
    figure_add(&row->figures[kind], error);
    if (row->scores != NULL && row->scores->n < SCORES_MAX)
        row->scores->v[row->scores->n++] = (struct score){.truth = row->truth, .kind = kind, .error = error};
}

int row_asked(const struct row *row, enum figure_kind kind)
{
    bool live = kind >= FIGURE_LIVE_CON && kind <= FIGURE_LIVE_BOTTOM;
    bool timed = kind == FIGURE_ECC_QUICK || kind == FIGURE_ECC_SLOW;
    return kind <= FIGURE_TUT ? row->reps : live || timed ? row->asked[kind] : -1;
}

double row_share(const struct row *row, enum figure_kind kind)
{
    int asked = row_asked(row, kind);
    return asked > 0 ? (double)row->figures[kind].n / asked : -1;
}
