/* SPDX-License-Identifier: MIT */
/*
 * What the collector's store needs of a database: numbered statements with numbers and texts. collect_sqlite.c and
 * collect_pg.c do it; the SQL ($1, $2, ... and ON CONFLICT) is the same for both and lives in collect_store.c.
 */
#ifndef GYMSTATIONCTL_COLLECT_ENGINE_H
#define GYMSTATIONCTL_COLLECT_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ENGINE_PARAMS_MAX  8
#define ENGINE_COLUMNS_MAX 6

struct engine;

struct engine_param {
    const char *text; /* NULL: the number */
    int64_t number;
};

struct engine_ops {
    void (*close)(struct engine *engine);
    /* No parameters, no rows; several statements at once. 0 or -1. */
    int (*script)(struct engine *engine, const char *sql);
    /*
     * Each row goes to `row` (may be NULL): its columns as texts, valid during the call, NULL where the database has none;
     * it stops the walk by returning non-zero. The number of rows that were changed, or -1.
     */
    int (*run)(struct engine *engine, int statement, const struct engine_param *params, int n,
               int (*row)(void *context, const char *const *columns), void *context);
    const char *(*error)(struct engine *engine);
};

struct engine {
    const struct engine_ops *ops;
};

/* texts[0..count-1] are prepared on first use and outlive the engine. NULL with a text in why: it cannot be opened. */
struct engine *engine_sqlite_open(const char *file, bool write, const char *const *texts, char *why, size_t size);
struct engine *engine_pg_open(const char *url, bool write, const char *const *texts, char *why, size_t size);

#endif
