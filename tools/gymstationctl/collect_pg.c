/* SPDX-License-Identifier: MIT */
/* The collector's database at a PostgreSQL server; libpq. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

#include "tools/gymstationctl/collect_engine.h"

#define STATEMENTS_MAX 24
/* An advisory lock of this number: one collector writes a database. Any number will do that nobody else takes. */
#define LOCK "SELECT pg_try_advisory_lock(7349023144)"

struct pg_engine {
    struct engine engine;
    PGconn *connection;
    const char *const *texts;
    bool prepared[STATEMENTS_MAX];
};

static struct pg_engine *of(struct engine *engine)
{
    return (struct pg_engine *)engine;
}

static void close_pg(struct engine *engine)
{
    PQfinish(of(engine)->connection);
    free(of(engine));
}

static bool fine(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);

    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

static int script(struct engine *engine, const char *sql)
{
    PGresult *result = PQexec(of(engine)->connection, sql);
    int r = fine(result) ? 0 : -1;

    PQclear(result);
    return r;
}

static bool prepare(struct pg_engine *e, int statement, const char *name)
{
    PGresult *result;

    if (e->prepared[statement])
        return true;
    result = PQprepare(e->connection, name, e->texts[statement], 0, NULL);
    e->prepared[statement] = fine(result);
    PQclear(result);
    return e->prepared[statement];
}

static void give_rows(const PGresult *result, int (*row)(void *context, const char *const *columns), void *context)
{
    for (int i = 0; i < PQntuples(result); i++) {
        const char *columns[ENGINE_COLUMNS_MAX] = {NULL};

        for (int c = 0; c < PQnfields(result) && c < ENGINE_COLUMNS_MAX; c++)
            columns[c] = PQgetisnull(result, i, c) ? NULL : PQgetvalue(result, i, c);
        if (row(context, columns) != 0)
            return;
    }
}

static int run(struct engine *engine, int statement, const struct engine_param *params, int n,
               int (*row)(void *context, const char *const *columns), void *context)
{
    struct pg_engine *e = of(engine);
    char name[16], numbers[ENGINE_PARAMS_MAX][24];
    const char *values[ENGINE_PARAMS_MAX];

    snprintf(name, sizeof(name), "s%d", statement);
    if (n > ENGINE_PARAMS_MAX || !prepare(e, statement, name))
        return -1;
    for (int i = 0; i < n; i++) {
        snprintf(numbers[i], sizeof(numbers[i]), "%" PRId64, params[i].number);
        values[i] = params[i].text ? params[i].text : numbers[i];
    }
    PGresult *result = PQexecPrepared(e->connection, name, n, values, NULL, NULL, 0);
    int changed = fine(result) ? (int)strtol(PQcmdTuples(result), NULL, 10) : -1;
    if (changed >= 0 && row)
        give_rows(result, row, context);
    PQclear(result);
    return changed;
}

static const char *error(struct engine *engine)
{
    return PQerrorMessage(of(engine)->connection);
}

static bool take_lock(struct pg_engine *e)
{
    PGresult *result = PQexec(e->connection, LOCK);
    bool got = fine(result) && PQntuples(result) == 1 && PQgetvalue(result, 0, 0)[0] == 't';

    PQclear(result);
    return got;
}

struct engine *engine_pg_open(const char *url, bool write, const char *const *texts, char *why, size_t size)
{
    static const struct engine_ops ops = {close_pg, script, run, error};
    struct pg_engine *e = calloc(1, sizeof(*e));

    if (!e)
        return NULL;
    *e = (struct pg_engine){.engine.ops = &ops, .texts = texts, .connection = PQconnectdb(url)};
    if (PQstatus(e->connection) != CONNECTION_OK)
        snprintf(why, size, "%s", PQerrorMessage(e->connection));
    else if (write && !take_lock(e))
        snprintf(why, size, "another collector writes this database: a station has exactly one");
    else if (script(&e->engine, "SET client_min_messages = warning; SET synchronous_commit = on") < 0)
        snprintf(why, size, "%s", PQerrorMessage(e->connection));
    else
        return &e->engine;
    why[strcspn(why, "\n")] = '\0';
    close_pg(&e->engine);
    return NULL;
}
