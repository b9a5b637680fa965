/* SPDX-License-Identifier: MIT */
/* Opening the journal's file: lock, settings, schema, moving a damaged one aside; SQLite. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <sqlite3.h>

#include "daemon/io/journal/journal_schema.h"

#define SCHEMA_VERSION  5
#define TEXT_OF(number) #number
#define TEXT(number)    TEXT_OF(number)

/*
 * AUTOINCREMENT: a plain rowid restarts once retention has emptied the table, and seq never may. The partial indexes
 * keep the rows that are still to be sent, and the last session, within reach of one look however long the history is.
 */
#define REPLY_TABLE                                                                                                    \
    "CREATE TABLE reply (n INTEGER PRIMARY KEY AUTOINCREMENT, command TEXT NOT NULL, id TEXT NOT NULL,"                \
    " payload TEXT NOT NULL);"

static const char schema[] =
    "BEGIN;"
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE event (seq INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL, boot TEXT NOT NULL,"
    " t_ns INTEGER NOT NULL, wall_ns INTEGER NOT NULL, session TEXT NOT NULL, state INTEGER NOT NULL DEFAULT 0,"
    " body TEXT NOT NULL);"
    "CREATE INDEX event_new ON event (seq) WHERE state = 0;"
    "CREATE INDEX event_acked ON event (seq) WHERE state = 1;"
    "CREATE INDEX event_session_completed ON event (seq) WHERE type = 'session_completed';"
    "CREATE TABLE open_session (id INTEGER PRIMARY KEY CHECK (id = 1), session TEXT NOT NULL, first_seq INTEGER NOT "
    "NULL,"
    " boot TEXT NOT NULL, t_ns INTEGER NOT NULL, wall_ns INTEGER NOT NULL, closing TEXT NOT NULL);"
    "CREATE TABLE held (slot INTEGER PRIMARY KEY CHECK (slot BETWEEN 1 AND 8), rev INTEGER NOT NULL,"
    " hash TEXT NOT NULL, used INTEGER NOT NULL, payload BLOB NOT NULL, rejected_rev INTEGER NOT NULL DEFAULT 0,"
    " rejected_hash TEXT NOT NULL DEFAULT '', rejected_path TEXT NOT NULL DEFAULT '',"
    " rejected_reason TEXT NOT NULL DEFAULT '', course TEXT NOT NULL DEFAULT '');" REPLY_TABLE
    "PRAGMA user_version = " TEXT(SCHEMA_VERSION) ";"
                                                  "COMMIT;";

/* From each version to the one above it, in one transaction each; [0] is never used. */
static const char *const migrations[SCHEMA_VERSION] = {
    [1] = "BEGIN IMMEDIATE;"
          "CREATE INDEX event_acked ON event (seq) WHERE state = 1;"
          "PRAGMA user_version = 2;"
          "COMMIT;",
    [2] = "BEGIN IMMEDIATE;"
          "ALTER TABLE held ADD COLUMN rejected_rev INTEGER NOT NULL DEFAULT 0;"
          "ALTER TABLE held ADD COLUMN rejected_hash TEXT NOT NULL DEFAULT '';"
          "ALTER TABLE held ADD COLUMN rejected_path TEXT NOT NULL DEFAULT '';"
          "ALTER TABLE held ADD COLUMN rejected_reason TEXT NOT NULL DEFAULT '';"
          "PRAGMA user_version = 3;"
          "COMMIT;",
    [3] = "BEGIN IMMEDIATE;" REPLY_TABLE "PRAGMA user_version = 4;"
          "COMMIT;",
    [4] = "BEGIN IMMEDIATE;"
          "ALTER TABLE held ADD COLUMN course TEXT NOT NULL DEFAULT '';"
          "PRAGMA user_version = 5;"
          "COMMIT;",
};

/*
 * busy_timeout: readers (export, backup) never block a writer in WAL mode, but a checkpoint of theirs may for a moment.
 * wal_autocheckpoint: the file stays near 4 MB. synchronous FULL: what is committed survives the plug being pulled.
 */
static const char settings[] = "PRAGMA journal_mode = WAL;"
                               "PRAGMA synchronous = FULL;"
                               "PRAGMA wal_autocheckpoint = 1000;"
                               "PRAGMA journal_size_limit = 4194304;";

static void explain(struct refusal *why, const char *path, const char *reason)
{
    snprintf(why->path, sizeof(why->path), "%.*s", (int)sizeof(why->path) - 1, path); /* cut where it is long */
    snprintf(why->reason, sizeof(why->reason), "%s", reason);
}

/* The file that cannot be made is the lock's, but the place is the journal's. */
static int no_place(struct refusal *why, const char *path, int error)
{
    char reason[REASON_TEXT_LEN];

    snprintf(reason, sizeof(reason), "%s: %s", strerror(error),
             error == ENOENT || error == ENOTDIR ? "create the directory or choose another path"
                                                 : "make the directory writable or choose another path");
    explain(why, path, reason);
    return -error;
}

/* The lock file stays when the daemon ends; the lock does not, however it ends. */
static int lock(const char *path, int *ret_fd, struct refusal *why)
{
    char name[4096];
    int fd;

    if ((size_t)snprintf(name, sizeof(name), "%s.lock", path) >= sizeof(name))
        return -ENAMETOOLONG;
    fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return no_place(why, path, errno);
    if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        explain(why, path, "another gymstationd has this journal open: stop it, or give each its own path");
        close(fd);
        return -EBUSY;
    }
    *ret_fd = fd;
    return 0;
}

static int query_int(sqlite3 *sql, const char *text, int64_t *ret)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(sql, text, -1, &statement, NULL);

    if (code == SQLITE_OK) {
        code = sqlite3_step(statement);
        if (code == SQLITE_ROW)
            *ret = sqlite3_column_int64(statement, 0);
    }
    sqlite3_finalize(statement);
    return journal_db_errno(code, sql);
}

static int migrate(sqlite3 *sql, int64_t version)
{
    int code = SQLITE_OK;

    for (; version < SCHEMA_VERSION && code == SQLITE_OK; version++)
        code = sqlite3_exec(sql, migrations[version], NULL, NULL, NULL);
    if (code != SQLITE_OK && !sqlite3_get_autocommit(sql))
        sqlite3_exec(sql, "ROLLBACK", NULL, NULL, NULL);
    return journal_db_errno(code, sql);
}

/* A new file gets the schema; one of this program's or an older version passes; anything else is refused and left alone. */
static int check_schema(sqlite3 *sql, const char *path, bool *ret_created, struct refusal *why)
{
    int64_t version = 0, tables = 0;
    int r = query_int(sql, "PRAGMA user_version", &version);

    if (r == 0)
        r = query_int(sql, "SELECT count(*) FROM sqlite_master", &tables);
    if (r < 0)
        return r;
    *ret_created = version == 0 && tables == 0;
    if (*ret_created)
        return journal_db_errno(sqlite3_exec(sql, schema, NULL, NULL, NULL), sql);
    if (version >= 1 && version <= SCHEMA_VERSION)
        return migrate(sql, version);
    explain(why, path,
            version > SCHEMA_VERSION ? "was written by a newer gymstation: update this one"
                                     : "is a database, but not a journal: choose another path");
    return version > SCHEMA_VERSION ? -ENOTSUP : -EINVAL;
}

static int open_file(struct journal_db *db, const char *path, bool *ret_created, struct refusal *why)
{
    int code = sqlite3_open_v2(path, &db->sql, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
    int r;

    if (code == SQLITE_OK) {
        sqlite3_busy_timeout(db->sql, 2000);
        code = sqlite3_exec(db->sql, settings, NULL, NULL, NULL);
    }
    r = journal_db_errno(code, db->sql);
    if (r == 0)
        r = check_schema(db->sql, path, ret_created, why);
    if (r == 0)
        r = journal_db_prepare(db);
    if (r < 0 && why->reason[0] == '\0')
        explain(why, path, db->sql ? sqlite3_errmsg(db->sql) : "out of memory");
    return r;
}

int journal_db_open(struct journal_db **ret_db, const char *path, bool *ret_created, struct refusal *ret_why)
{
    struct journal_db *db = calloc(1, sizeof(*db));
    int r;

    if (!db)
        return -ENOMEM;
    db->lock_fd = -1;
    explain(ret_why, path, "");
    r = lock(path, &db->lock_fd, ret_why);
    if (r == 0)
        r = open_file(db, path, ret_created, ret_why);
    if (r < 0) {
        journal_db_close(db);
        return r;
    }
    *ret_db = db;
    return 0;
}

void journal_db_close(struct journal_db *db)
{
    if (!db)
        return;
    for (int i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(db->statement[i]);
    sqlite3_close(db->sql);
    if (db->lock_fd >= 0)
        close(db->lock_fd);
    free(db);
}

int journal_db_move_aside(const char *path, const char *suffix)
{
    static const char *const parts[] = {"", "-wal", "-shm"};

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        char from[4096], to[4096];

        if ((size_t)snprintf(from, sizeof(from), "%s%s", path, parts[i]) >= sizeof(from) ||
            (size_t)snprintf(to, sizeof(to), "%s%s%s", path, suffix, parts[i]) >= sizeof(to))
            return -ENAMETOOLONG;
        if (rename(from, to) < 0 && errno != ENOENT)
            return -errno;
    }
    return 0;
}
