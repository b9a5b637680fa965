/* SPDX-License-Identifier: MIT */
/* What journal_db.c and journal_schema.c share; included by nobody else. */
#ifndef GYMSTATION_IO_JOURNAL_SCHEMA_H
#define GYMSTATION_IO_JOURNAL_SCHEMA_H

#include "daemon/io/journal/journal_db.h"

enum statement {
    STATEMENT_BEGIN,
    STATEMENT_COMMIT,
    STATEMENT_ROLLBACK,
    STATEMENT_LAST_SEQ,
    STATEMENT_ADD,
    STATEMENT_NEXT,
    STATEMENT_ACK,
    STATEMENT_CONFIRM_NEW,
    STATEMENT_CONFIRM_ACKED,
    STATEMENT_QUARANTINE,
    STATEMENT_KEPT_FROM,
    STATEMENT_FIRST,
    STATEMENT_DROP,
    STATEMENT_PAGES,
    STATEMENT_AGAIN,
    STATEMENT_STORED,
    STATEMENT_COUNT_NEW,
    STATEMENT_OLDEST_NEW,
    STATEMENT_LAST_SESSION,
    STATEMENT_SET_SESSION,
    STATEMENT_NO_SESSION,
    STATEMENT_SESSION,
    STATEMENT_META,
    STATEMENT_SET_META,
    STATEMENT_HOLD,
    STATEMENT_HELD,
    STATEMENT_REMEMBER,
    STATEMENT_FORGET,
    STATEMENT_REPLIES,
    STATEMENT_COUNT
};

struct sqlite3;
struct sqlite3_stmt;

struct journal_db {
    struct sqlite3 *sql;
    struct sqlite3_stmt *statement[STATEMENT_COUNT];
    int lock_fd; /* flock: one daemon per journal */
};

int journal_db_errno(int code, struct sqlite3 *sql); /* the library's code as negative errno; sql may be NULL */
int journal_db_prepare(struct journal_db *db);

/* The statement with its parameters bound: i int64_t, t text, b bytes (pointer, size_t). */
struct sqlite3_stmt *journal_db_bind(struct journal_db *db, enum statement which, const char *kinds, ...);
/* Runs a statement that yields no row. */
int journal_db_run(struct journal_db *db, struct sqlite3_stmt *statement);
/* 1 when a row is at hand (the caller resets), 0 when there is none. */
int journal_db_fetch(struct journal_db *db, struct sqlite3_stmt *statement);

#endif
