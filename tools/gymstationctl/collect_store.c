/* SPDX-License-Identifier: MIT */
#include "tools/gymstationctl/collect_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/gymstationctl/collect_engine.h"

enum statement {
    BEGIN,
    COMMIT,
    ADD,
    BODY,
    GONE,
    NEXT_EVENT,
    NEXT_GONE,
    SAVE,
    JOURNALS,
    COUNT,
    COUNT_GONE,
    BODIES,
    BACKUP,
    VERSION,
    STATEMENT_COUNT
};

static const char *const texts[STATEMENT_COUNT] = {
    [BEGIN] = "BEGIN",
    [COMMIT] = "COMMIT",
    [ADD] = "INSERT INTO event (journal, seq, station, type, ts, session, received_ms, body)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
    [BODY] = "SELECT body FROM event WHERE journal = $1 AND seq = $2",
    [GONE] = "INSERT INTO gone (journal, first, last, why) VALUES ($1, $2, $3, $4) ON CONFLICT (journal, first)"
             " DO UPDATE SET last = excluded.last, why = excluded.why WHERE gone.last < excluded.last",
    [NEXT_EVENT] = "SELECT seq FROM event WHERE journal = $1 AND seq > $2 ORDER BY seq LIMIT 1",
    [NEXT_GONE] = "SELECT first, last FROM gone WHERE journal = $1 AND last > $2 ORDER BY first LIMIT 1",
    [SAVE] = "INSERT INTO journal (journal, station, upto, head, duplicates, conflicts, last_seen_ms)"
             " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (journal) DO UPDATE SET station = excluded.station,"
             " upto = excluded.upto, head = excluded.head, duplicates = excluded.duplicates,"
             " conflicts = excluded.conflicts, last_seen_ms = excluded.last_seen_ms",
    [JOURNALS] = "SELECT journal, station, upto || ' ' || head, duplicates, conflicts, last_seen_ms FROM journal"
                 " ORDER BY station, last_seen_ms",
    [COUNT] = "SELECT count(*), coalesce(min(seq), 0), coalesce(max(seq), 0) FROM event WHERE journal = $1",
    [COUNT_GONE] = "SELECT coalesce(sum(last - first + 1), 0) FROM gone WHERE journal = $1",
    [BODIES] = "SELECT body FROM event WHERE (station = $1 OR $1 = '') AND (type = $2 OR $2 = '')"
               " ORDER BY station, received_ms, journal, seq",
    [BACKUP] = "VACUUM INTO $1",
    [VERSION] = "SELECT value FROM meta WHERE key = 'schema'",
};

#define SCHEMA "1"
static const char schema[] =
    "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);"
    "INSERT INTO meta (key, value) VALUES ('schema', '" SCHEMA "') ON CONFLICT DO NOTHING;"
    "CREATE TABLE IF NOT EXISTS event (journal TEXT NOT NULL, seq BIGINT NOT NULL, station TEXT NOT NULL,"
    " type TEXT NOT NULL, ts TEXT NOT NULL, session TEXT NOT NULL, received_ms BIGINT NOT NULL, body TEXT NOT NULL,"
    " PRIMARY KEY (journal, seq));"
    "CREATE INDEX IF NOT EXISTS event_session ON event (session, seq);"
    "CREATE INDEX IF NOT EXISTS event_type ON event (type, station);"
    "CREATE TABLE IF NOT EXISTS gone (journal TEXT NOT NULL, first BIGINT NOT NULL, last BIGINT NOT NULL,"
    " why TEXT NOT NULL, PRIMARY KEY (journal, first));"
    "CREATE TABLE IF NOT EXISTS journal (journal TEXT PRIMARY KEY, station TEXT NOT NULL, upto BIGINT NOT NULL,"
    " head BIGINT NOT NULL, duplicates BIGINT NOT NULL, conflicts BIGINT NOT NULL, last_seen_ms BIGINT NOT NULL);";

struct store {
    struct engine *engine;
    bool file;
};

#define TEXT(t)   ((struct engine_param){.text = (t)})
#define NUMBER(n) ((struct engine_param){.number = (n)})

static int run(struct store *store, enum statement which, const struct engine_param *params, int n,
               int (*row)(void *, const char *const *), void *context)
{
    return store->engine->ops->run(store->engine, (int)which, params, n, row, context);
}

static int64_t number(const char *text)
{
    return text ? strtoll(text, NULL, 10) : 0;
}

bool store_is_file(const char *db)
{
    return strncmp(db, "postgresql://", 13) != 0 && strncmp(db, "postgres://", 11) != 0;
}

static int same_version(void *context, const char *const *columns)
{
    *(bool *)context = columns[0] && strcmp(columns[0], SCHEMA) == 0;
    return 0;
}

struct store *store_open(const char *db, bool write, char *why, size_t size)
{
    struct store *store = calloc(1, sizeof(*store));
    bool known = false;

    snprintf(why, size, "out of memory");
    if (!store)
        return NULL;
    store->file = store_is_file(db);
    store->engine =
        store->file ? engine_sqlite_open(db, write, texts, why, size) : engine_pg_open(db, write, texts, why, size);
    if (!store->engine)
        goto fail;
    if ((write && store->engine->ops->script(store->engine, schema) < 0) ||
        run(store, VERSION, NULL, 0, same_version, &known) < 0) {
        snprintf(why, size, "%s", store_error(store));
        goto fail;
    }
    if (!known) {
        snprintf(why, size, "a database of another version of gymstationctl: use that one, or another database");
        goto fail;
    }
    return store;
fail:
    store_close(store);
    return NULL;
}

void store_close(struct store *store)
{
    if (store && store->engine)
        store->engine->ops->close(store->engine);
    free(store);
}

const char *store_error(struct store *store)
{
    return store->engine->ops->error(store->engine);
}

int store_begin(struct store *store)
{
    return run(store, BEGIN, NULL, 0, NULL, NULL) < 0 ? -1 : 0;
}

int store_commit(struct store *store)
{
    return run(store, COMMIT, NULL, 0, NULL, NULL) < 0 ? -1 : 0;
}

struct compared {
    const char *body;
    bool same;
};

static int compare(void *context, const char *const *columns)
{
    struct compared *c = context;

    c->same = columns[0] && strcmp(columns[0], c->body) == 0;
    return 0;
}

enum store_added store_add(struct store *store, const struct store_event *e)
{
    const struct engine_param params[] = {TEXT(e->journal), NUMBER(e->seq),   TEXT(e->station),       TEXT(e->type),
                                          TEXT(e->ts),      TEXT(e->session), NUMBER(e->received_ms), TEXT(e->body)};
    struct compared compared = {.body = e->body};
    int changed = run(store, ADD, params, 8, NULL, NULL);

    if (changed != 0)
        return changed < 0 ? STORE_FAILED : STORE_NEW;
    if (run(store, BODY, params, 2, compare, &compared) < 0)
        return STORE_FAILED;
    return compared.same ? STORE_KNOWN : STORE_CONFLICT;
}

int store_gone(struct store *store, const char *journal, int64_t from, int64_t to, const char *why)
{
    const struct engine_param params[] = {TEXT(journal), NUMBER(from), NUMBER(to), TEXT(why)};

    return run(store, GONE, params, 4, NULL, NULL) < 0 ? -1 : 0;
}

int store_save(struct store *store, const struct store_journal *j)
{
    const struct engine_param params[] = {TEXT(j->journal),       TEXT(j->station),      NUMBER(j->upto),
                                          NUMBER(j->head),        NUMBER(j->duplicates), NUMBER(j->conflicts),
                                          NUMBER(j->last_seen_ms)};

    return run(store, SAVE, params, 7, NULL, NULL) < 0 ? -1 : 0;
}

struct stretch {
    int64_t from, to;
    int n;
};

static int take_stretch(void *context, const char *const *columns)
{
    struct stretch *s = context;

    *s = (struct stretch){number(columns[0]), number(columns[1] ? columns[1] : columns[0]), 1};
    return 1;
}

int store_next(struct store *store, const char *journal, int64_t after, int64_t *ret_from, int64_t *ret_to)
{
    const struct engine_param params[] = {TEXT(journal), NUMBER(after)};
    struct stretch event = {0}, gone = {0};

    if (run(store, NEXT_EVENT, params, 2, take_stretch, &event) < 0 ||
        run(store, NEXT_GONE, params, 2, take_stretch, &gone) < 0)
        return -1;
    if (event.n + gone.n == 0)
        return 0;
    const struct stretch *first = gone.n && (!event.n || gone.from <= event.from) ? &gone : &event;
    *ret_from = first->from > after ? first->from : after + 1;
    *ret_to = first->to;
    return 1;
}

struct walk {
    int (*each)(void *, const struct store_journal *);
    void *context;
};

static int give_journal(void *context, const char *const *columns)
{
    struct walk *walk = context;
    struct store_journal j = {
        .duplicates = number(columns[3]), .conflicts = number(columns[4]), .last_seen_ms = number(columns[5])};
    char *end;

    snprintf(j.journal, sizeof(j.journal), "%s", columns[0]);
    snprintf(j.station, sizeof(j.station), "%s", columns[1]);
    j.upto = strtoll(columns[2], &end, 10);
    j.head = strtoll(end, NULL, 10);
    return walk->each(walk->context, &j);
}

int store_journals(struct store *store, int (*each)(void *context, const struct store_journal *journal), void *context)
{
    struct walk walk = {each, context};

    return run(store, JOURNALS, NULL, 0, give_journal, &walk) < 0 ? -1 : 0;
}

static int take_count(void *context, const char *const *columns)
{
    int64_t *v = context;

    v[0] = number(columns[0]);
    v[1] = number(columns[1]);
    v[2] = number(columns[2]);
    return 0;
}

int store_count(struct store *store, const char *journal, int64_t *ret_events, int64_t *ret_first, int64_t *ret_last,
                int64_t *ret_gone)
{
    const struct engine_param params[] = {TEXT(journal)};
    int64_t v[3] = {0}, gone[3] = {0};

    if (run(store, COUNT, params, 1, take_count, v) < 0 || run(store, COUNT_GONE, params, 1, take_count, gone) < 0)
        return -1;
    *ret_events = v[0];
    *ret_first = v[1];
    *ret_last = v[2];
    *ret_gone = gone[0];
    return 0;
}

struct bodies {
    int (*each)(void *, const char *);
    void *context;
};

static int give_body(void *context, const char *const *columns)
{
    struct bodies *bodies = context;

    return bodies->each(bodies->context, columns[0]);
}

int store_bodies(struct store *store, const char *station, const char *type,
                 int (*each)(void *context, const char *body), void *context)
{
    const struct engine_param params[] = {TEXT(station), TEXT(type)};
    struct bodies bodies = {each, context};

    return run(store, BODIES, params, 2, give_body, &bodies) < 0 ? -1 : 0;
}

int store_backup(struct store *store, const char *to)
{
    const struct engine_param params[] = {TEXT(to)};

    return run(store, BACKUP, params, 1, NULL, NULL) < 0 ? -1 : 0;
}
