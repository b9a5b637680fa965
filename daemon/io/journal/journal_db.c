/* SPDX-License-Identifier: MIT */
/* The journal's statements; SQLite. Opening and the schema are in journal_schema.c. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "daemon/io/journal/journal_schema.h"

static const char *const statement_text[STATEMENT_COUNT] = {
    [STATEMENT_BEGIN] = "BEGIN IMMEDIATE",
    [STATEMENT_COMMIT] = "COMMIT",
    [STATEMENT_ROLLBACK] = "ROLLBACK",
    [STATEMENT_LAST_SEQ] = "SELECT seq FROM sqlite_sequence WHERE name = 'event'",
    [STATEMENT_ADD] = "INSERT INTO event (seq, type, boot, t_ns, wall_ns, session, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
    /* INDEXED BY: without it a million delivered rows are read to find the first new one */
    [STATEMENT_NEXT] =
        "SELECT seq, body FROM event INDEXED BY event_new WHERE state = 0 AND seq > ? ORDER BY seq LIMIT 1",
    [STATEMENT_ACK] = "UPDATE event INDEXED BY event_new SET state = 1 WHERE state = 0 AND seq <= ?",
    /* two, so that each finds its rows by an index of its own however long the history is */
    [STATEMENT_CONFIRM_NEW] = "UPDATE event INDEXED BY event_new SET state = 2 WHERE state = 0 AND seq <= ?",
    [STATEMENT_CONFIRM_ACKED] = "UPDATE event INDEXED BY event_acked SET state = 2 WHERE state = 1 AND seq <= ?",
    [STATEMENT_QUARANTINE] = "UPDATE event SET state = 3 WHERE state = 0 AND seq = ?",
    /* states 1..?1 may go, 3 stays and is not in the way; what has no credible date goes by size alone */
    [STATEMENT_KEPT_FROM] =
        "SELECT seq FROM event WHERE NOT (state = 3 OR state BETWEEN ? AND 2 AND wall_ns BETWEEN ? AND"
        " ?) ORDER BY seq LIMIT 1",
    [STATEMENT_FIRST] = "SELECT seq FROM event WHERE state <> 3 ORDER BY seq LIMIT 1",
    [STATEMENT_DROP] = "DELETE FROM event WHERE seq BETWEEN ? AND ? AND state <> 3",
    [STATEMENT_PAGES] = "SELECT (p.page_count - f.freelist_count) * s.page_size FROM pragma_page_count p,"
                        " pragma_freelist_count f, pragma_page_size s",
    [STATEMENT_AGAIN] = "SELECT seq, body FROM event WHERE seq > ? AND seq <= ? AND state <> 3 ORDER BY seq LIMIT 1",
    [STATEMENT_STORED] = "SELECT seq FROM event WHERE seq >= ? AND seq <= ? AND state <> 3 ORDER BY seq",
    [STATEMENT_COUNT_NEW] = "SELECT count(*) FROM event INDEXED BY event_new WHERE state = 0",
    [STATEMENT_OLDEST_NEW] = "SELECT seq, wall_ns FROM event INDEXED BY event_new WHERE state = 0 ORDER BY seq LIMIT 1",
    [STATEMENT_LAST_SESSION] = "SELECT body FROM event INDEXED BY event_session_completed"
                               " WHERE type = 'session_completed' ORDER BY seq DESC LIMIT 1",
    [STATEMENT_SET_SESSION] =
        "INSERT OR REPLACE INTO open_session (id, session, first_seq, boot, t_ns, wall_ns, closing)"
        " VALUES (1, ?, ?, ?, ?, ?, ?)",
    [STATEMENT_NO_SESSION] = "DELETE FROM open_session",
    [STATEMENT_SESSION] = "SELECT session, first_seq, boot, t_ns, wall_ns, closing FROM open_session",
    [STATEMENT_META] = "SELECT value FROM meta WHERE key = ?",
    [STATEMENT_SET_META] = "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)",
    [STATEMENT_HOLD] = "INSERT OR REPLACE INTO held (slot, rev, hash, used, payload, rejected_rev, rejected_hash,"
                       " rejected_path, rejected_reason, course) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [STATEMENT_HELD] =
        "SELECT slot, rev, hash, used, payload, rejected_rev, rejected_hash, rejected_path, rejected_reason,"
        " course FROM held ORDER BY slot",
    [STATEMENT_REMEMBER] = "INSERT INTO reply (command, id, payload) VALUES (?, ?, ?)",
    [STATEMENT_FORGET] = "DELETE FROM reply WHERE n <= (SELECT max(n) FROM reply) - ?",
    [STATEMENT_REPLIES] = "SELECT command, id, payload FROM reply ORDER BY n",
};

int journal_db_errno(int code, struct sqlite3 *sql)
{
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE: return 0;
    case SQLITE_NOMEM: return -ENOMEM;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return -EBUSY;
    case SQLITE_FULL: return -ENOSPC;
    case SQLITE_READONLY: return -EROFS;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return -EUCLEAN;
    case SQLITE_CANTOPEN: return sql && sqlite3_system_errno(sql) > 0 ? -sqlite3_system_errno(sql) : -ENOENT;
    default: /* foreign codes: there will be more */ return -EIO;
    }
}

int journal_db_prepare(struct journal_db *db)
{
    for (int i = 0; i < STATEMENT_COUNT; i++) {
        int code =
            sqlite3_prepare_v3(db->sql, statement_text[i], -1, SQLITE_PREPARE_PERSISTENT, &db->statement[i], NULL);

        if (code != SQLITE_OK)
            return journal_db_errno(code, db->sql);
    }
    return 0;
}

sqlite3_stmt *journal_db_bind(struct journal_db *db, enum statement which, const char *kinds, ...)
{
    sqlite3_stmt *s = db->statement[which];
    va_list arguments;

    sqlite3_reset(s);
    va_start(arguments, kinds);
    for (int i = 1; kinds[i - 1]; i++) {
        if (kinds[i - 1] == 'i') {
            sqlite3_bind_int64(s, i, va_arg(arguments, int64_t));
        } else if (kinds[i - 1] == 't') {
            sqlite3_bind_text(s, i, va_arg(arguments, const char *), -1, SQLITE_STATIC);
        } else {
            const void *bytes = va_arg(arguments, const void *);

            sqlite3_bind_blob64(s, i, bytes, va_arg(arguments, size_t), SQLITE_STATIC);
        }
    }
    va_end(arguments);
    return s;
}

int journal_db_run(struct journal_db *db, sqlite3_stmt *statement)
{
    int code = sqlite3_step(statement);
    int r = code == SQLITE_DONE || code == SQLITE_ROW ? 0 : journal_db_errno(code, db->sql);

    sqlite3_reset(statement);
    return r;
}

int journal_db_fetch(struct journal_db *db, sqlite3_stmt *statement)
{
    int code = sqlite3_step(statement);

    if (code == SQLITE_ROW)
        return 1;
    sqlite3_reset(statement);
    return code == SQLITE_DONE ? 0 : journal_db_errno(code, db->sql);
}

static const char *column_text(sqlite3_stmt *statement, int column)
{
    const unsigned char *text = sqlite3_column_text(statement, column);

    return text ? (const char *)text : "";
}

static void copy_column(char *to, size_t size, sqlite3_stmt *statement, int column)
{
    const char *text = column_text(statement, column);
    size_t len = strnlen(text, size - 1);

    memcpy(to, text, len);
    to[len] = '\0';
}

const char *journal_db_error(struct journal_db *db)
{
    return sqlite3_errmsg(db->sql);
}

int journal_db_begin(struct journal_db *db)
{
    return journal_db_run(db, journal_db_bind(db, STATEMENT_BEGIN, ""));
}

int journal_db_commit(struct journal_db *db)
{
    return journal_db_run(db, journal_db_bind(db, STATEMENT_COMMIT, ""));
}

void journal_db_rollback(struct journal_db *db)
{
    if (!sqlite3_get_autocommit(db->sql)) /* some errors have rolled back already */
        journal_db_run(db, journal_db_bind(db, STATEMENT_ROLLBACK, ""));
}

int journal_db_last_seq(struct journal_db *db, int64_t *ret_seq)
{
    sqlite3_stmt *s = journal_db_bind(db, STATEMENT_LAST_SEQ, "");
    int r = journal_db_fetch(db, s);

    if (r < 0)
        return r;
    *ret_seq = r > 0 ? sqlite3_column_int64(s, 0) : 0;
    sqlite3_reset(s);
    return 0;
}

int journal_db_add(struct journal_db *db, const struct db_event *e)
{
    return journal_db_run(db, journal_db_bind(db, STATEMENT_ADD, "ittiitt", e->seq, e->type, e->boot, e->t_ns,
                                              e->wall_ns, e->session, e->body));
}

int journal_db_count_new(struct journal_db *db, int64_t *ret_count)
{
    sqlite3_stmt *s = journal_db_bind(db, STATEMENT_COUNT_NEW, "");
    int r = journal_db_fetch(db, s);

    if (r < 0)
        return r;
    *ret_count = sqlite3_column_int64(s, 0);
    sqlite3_reset(s);
    return 0;
}

int journal_db_oldest_new(struct journal_db *db, int64_t *ret_seq, int64_t *ret_wall_ns)
{
    sqlite3_stmt *s = journal_db_bind(db, STATEMENT_OLDEST_NEW, "");
    int r = journal_db_fetch(db, s);

    if (r < 0)
        return r;
    *ret_seq = r > 0 ? sqlite3_column_int64(s, 0) : 0;
    *ret_wall_ns = r > 0 ? sqlite3_column_int64(s, 1) : ABSENT;
    sqlite3_reset(s);
    return 0;
}

int journal_db_last_session(struct journal_db *db, char **ret_body)
{
    sqlite3_stmt *s = journal_db_bind(db, STATEMENT_LAST_SESSION, "");
    int r = journal_db_fetch(db, s);

    if (r <= 0)
        return r;
    *ret_body = strdup(column_text(s, 0));
    sqlite3_reset(s);
    return *ret_body ? 1 : -ENOMEM;
}

int journal_db_set_session(struct journal_db *db, const struct db_session *p)
{
    if (!p)
        return journal_db_run(db, journal_db_bind(db, STATEMENT_NO_SESSION, ""));
    return journal_db_run(db, journal_db_bind(db, STATEMENT_SET_SESSION, "titiit", p->session, p->first_seq, p->boot,
                                              p->t_ns, p->wall_ns, p->closing));
}

int journal_db_session(struct journal_db *db, struct db_session *ret)
{
    sqlite3_stmt *s = journal_db_bind(db, STATEMENT_SESSION, "");
    int r = journal_db_fetch(db, s);

    if (r <= 0)
        return r;
    copy_column(ret->session, sizeof(ret->session), s, 0);
    ret->first_seq = sqlite3_column_int64(s, 1);
    copy_column(ret->boot, sizeof(ret->boot), s, 2);
    ret->t_ns = sqlite3_column_int64(s, 3);
    ret->wall_ns = sqlite3_column_int64(s, 4);
    ret->closing = strdup(column_text(s, 5));
    sqlite3_reset(s);
    return ret->closing ? 1 : -ENOMEM;
}

int journal_db_meta(struct journal_db *db, const char *key, char *ret, size_t size)
{
    sqlite3_stmt *s = journal_db_bind(db, STATEMENT_META, "t", key);
    int r = journal_db_fetch(db, s);

    if (r <= 0)
        return r;
    copy_column(ret, size, s, 0);
    sqlite3_reset(s);
    return 1;
}

int journal_db_set_meta(struct journal_db *db, const char *key, const char *value)
{
    return journal_db_run(db, journal_db_bind(db, STATEMENT_SET_META, "tt", key, value));
}

int journal_db_hold(struct journal_db *db, const struct journal_held *held)
{
    /* What was withdrawn keeps its row, with no bytes: nothing up to its rev may come back after a restart. */
    return journal_db_run(db, journal_db_bind(db, STATEMENT_HOLD, "iitibitttt", (int64_t)held->slot, held->rev,
                                              held->hash, (int64_t)held->used, held->payload ? held->payload : "",
                                              held->payload ? held->size : 0, held->rejected_rev, held->rejected_hash,
                                              held->rejected.path, held->rejected.reason, held->course));
}

static int read_held(sqlite3_stmt *s, struct journal_held *ret)
{
    int size = sqlite3_column_bytes(s, 4);

    ret->slot = sqlite3_column_int(s, 0);
    ret->rev = sqlite3_column_int64(s, 1);
    copy_column(ret->hash, sizeof(ret->hash), s, 2);
    ret->used = sqlite3_column_int(s, 3);
    ret->rejected_rev = sqlite3_column_int64(s, 5);
    copy_column(ret->rejected_hash, sizeof(ret->rejected_hash), s, 6);
    copy_column(ret->rejected.path, sizeof(ret->rejected.path), s, 7);
    copy_column(ret->rejected.reason, sizeof(ret->rejected.reason), s, 8);
    copy_column(ret->course, sizeof(ret->course), s, 9);
    if (size == 0)
        return 0;                               /* withdrawn */
    ret->payload = calloc(1, (size_t)size + 1); /* a NUL behind the bytes */
    if (!ret->payload)
        return -ENOMEM;
    memcpy(ret->payload, sqlite3_column_blob(s, 4), (size_t)size);
    ret->size = (size_t)size;
    return 0;
}

int journal_db_held(struct journal_db *db, struct journal_held ret[SLOT_MAX + 1])
{
    sqlite3_stmt *s = journal_db_bind(db, STATEMENT_HELD, "");
    int r = journal_db_fetch(db, s);

    for (; r > 0; r = journal_db_fetch(db, s)) {
        int slot = sqlite3_column_int(s, 0);

        if (slot >= 1 && slot <= SLOT_MAX && read_held(s, &ret[slot]) < 0) {
            sqlite3_reset(s);
            return -ENOMEM;
        }
    }
    return r;
}
