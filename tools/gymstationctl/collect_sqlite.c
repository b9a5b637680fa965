/* SPDX-License-Identifier: MIT */
/* The collector's database in a file; SQLite. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <sqlite3.h>

#include "tools/gymstationctl/collect_engine.h"

#define STATEMENTS_MAX 24

struct sqlite_engine {
    struct engine engine;
    sqlite3 *db;
    const char *const *texts;
    sqlite3_stmt *statements[STATEMENTS_MAX];
    int lock; /* FILE.lock: one collector writes a database; readers and backups go on beside it */
};

static struct sqlite_engine *of(struct engine *engine)
{
    return (struct sqlite_engine *)engine;
}

static void close_sqlite(struct engine *engine)
{
    struct sqlite_engine *e = of(engine);

    for (int i = 0; i < STATEMENTS_MAX; i++)
        sqlite3_finalize(e->statements[i]);
    sqlite3_close(e->db);
    if (e->lock >= 0)
        close(e->lock);
    free(e);
}

static int script(struct engine *engine, const char *sql)
{
    return sqlite3_exec(of(engine)->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : -1;
}

static sqlite3_stmt *prepared(struct sqlite_engine *e, int statement)
{
    if (!e->statements[statement])
        sqlite3_prepare_v3(e->db, e->texts[statement], -1, SQLITE_PREPARE_PERSISTENT, &e->statements[statement], NULL);
    return e->statements[statement];
}

static void bind(sqlite3_stmt *s, const struct engine_param *params, int n)
{
    for (int i = 0; i < n; i++) {
        char name[16];

        snprintf(name, sizeof(name), "$%d", i + 1);
        if (params[i].text)
            sqlite3_bind_text(s, sqlite3_bind_parameter_index(s, name), params[i].text, -1, SQLITE_STATIC);
        else
            sqlite3_bind_int64(s, sqlite3_bind_parameter_index(s, name), params[i].number);
    }
}

static int run(struct engine *engine, int statement, const struct engine_param *params, int n,
               int (*row)(void *context, const char *const *columns), void *context)
{
    struct sqlite_engine *e = of(engine);
    sqlite3_stmt *s = prepared(e, statement);
    const char *columns[ENGINE_COLUMNS_MAX] = {NULL};
    int code;

    if (!s)
        return -1;
    bind(s, params, n);
    while ((code = sqlite3_step(s)) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(s) && i < ENGINE_COLUMNS_MAX; i++)
            columns[i] = (const char *)sqlite3_column_text(s, i);
        if (row && row(context, columns) != 0)
            break;
    }
    int changed = sqlite3_changes(e->db);
    sqlite3_reset(s);
    return code == SQLITE_DONE || code == SQLITE_ROW ? changed : -1;
}

static const char *error(struct engine *engine)
{
    return sqlite3_errmsg(of(engine)->db);
}

static bool take_lock(struct sqlite_engine *e, const char *file, char *why, size_t size)
{
    char path[4096];

    snprintf(path, sizeof(path), "%s.lock", file);
    e->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (e->lock >= 0 && flock(e->lock, LOCK_EX | LOCK_NB) == 0)
        return true;
    if (e->lock >= 0 && errno == EWOULDBLOCK)
        snprintf(why, size, "another collector writes this database: a station has exactly one");
    else
        snprintf(why, size, "%s: %s", path, strerror(errno));
    return false;
}

struct engine *engine_sqlite_open(const char *file, bool write, const char *const *texts, char *why, size_t size)
{
    static const struct engine_ops ops = {close_sqlite, script, run, error};
    struct sqlite_engine *e = calloc(1, sizeof(*e));
    int flags = write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READWRITE;

    if (!e)
        return NULL;
    *e = (struct sqlite_engine){.engine.ops = &ops, .texts = texts, .lock = -1};
    if (write && !take_lock(e, file, why, size))
        goto fail;
    /* Readers open for writing too: only so can they look into a database whose last writer was killed. */
    if (sqlite3_open_v2(file, &e->db, flags, NULL) != SQLITE_OK) {
        snprintf(why, size, "%s", e->db ? sqlite3_errmsg(e->db) : "out of memory");
        goto fail;
    }
    sqlite3_busy_timeout(e->db, 5000);
    /* FULL: what is acknowledged has survived a pulled plug. */
    if (script(&e->engine, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;") < 0) {
        snprintf(why, size, "%s", sqlite3_errmsg(e->db));
        goto fail;
    }
    return &e->engine;
fail:
    close_sqlite(&e->engine);
    return NULL;
}
