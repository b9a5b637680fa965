/* SPDX-License-Identifier: MIT */
/*
 * The journal's file: rows in, rows out. Internal to the journal; one thread at a time. SQLite: WAL, synchronous=FULL.
 * Functions return 0 or a negative errno; journal_db_error() then has the library's words.
 */
#ifndef GYMSTATION_IO_JOURNAL_DB_H
#define GYMSTATION_IO_JOURNAL_DB_H

#include "gymstation/journal.h"

struct journal_db;

/*
 * States of a row: committed, taken by the broker, stored for good by the collector, refused by the broker for what it
 * is. Only confirmed rows may go (acked ones where no collector has ever acknowledged anything).
 */
enum row_state { ROW_NEW, ROW_ACKED, ROW_CONFIRMED, ROW_QUARANTINED };

struct db_event {
    int64_t seq;
    const char *type, *boot, *session, *body;
    int64_t t_ns, wall_ns;
};

/* The one row that says what to do if the power goes. */
struct db_session {
    char session[UUID_LEN]; /* "": only something to resume */
    int64_t first_seq;
    char boot[ID_LEN]; /* of the last commit, with its time and wall time */
    int64_t t_ns, wall_ns;
    char *closing; /* journal_closing.h; the caller's to free() */
};

/*
 * Opens or creates. *ret_created when the file or its schema is new. -EUCLEAN: not a database, or damaged; -EBUSY:
 * another process has it; -ENOTSUP: a newer schema; -EINVAL: a database, but not a journal.
 */
int journal_db_open(struct journal_db **ret_db, const char *path, bool *ret_created, struct refusal *ret_why);
void journal_db_close(struct journal_db *db);
/* Renames the file with its -wal and -shm to path + suffix. */
int journal_db_move_aside(const char *path, const char *suffix);

const char *journal_db_error(struct journal_db *db);

int journal_db_begin(struct journal_db *db);
int journal_db_commit(struct journal_db *db);
void journal_db_rollback(struct journal_db *db);

/* The highest seq ever given, also when retention has taken its row. */
int journal_db_last_seq(struct journal_db *db, int64_t *ret_seq);
int journal_db_add(struct journal_db *db, const struct db_event *event);
/* The first new row behind after: 1, or 0 when there is none. */
int journal_db_next(struct journal_db *db, int64_t after, int64_t *ret_seq, char **ret_body);
/* Every new row up to seq becomes acked; how many did. */
int journal_db_ack(struct journal_db *db, int64_t upto, int64_t *ret_changed);
/*
 * The rows at the front of the history that may go: confirmed ones, acked_too also acked ones, of these wall times.
 * None when *ret_to < *ret_from. Quarantined rows stay and are not in the way.
 */
int journal_db_may_go(struct journal_db *db, bool acked_too, int64_t from_wall_ns, int64_t to_wall_ns,
                      int64_t *ret_from, int64_t *ret_to);
int journal_db_drop(struct journal_db *db, int64_t from, int64_t to);
int journal_db_bytes(struct journal_db *db, int64_t *ret_bytes); /* in use; what was deleted is used again */
/* A new row becomes quarantined; how many did: 1 or 0. */
int journal_db_quarantine(struct journal_db *db, int64_t seq, int64_t *ret_changed);
/* Every row up to seq that is new or acked becomes confirmed; how many of them were new. */
int journal_db_confirm(struct journal_db *db, int64_t upto, int64_t *ret_new);
/* The first row in after+1..upto that the broker has had: 1, or 0 when there is none. */
int journal_db_again(struct journal_db *db, int64_t after, int64_t upto, int64_t *ret_seq, char **ret_body);
/* The ranges of from..to of which nothing can be sent any more; an array for free(), NULL when there are none. */
int journal_db_gone(struct journal_db *db, int64_t from, int64_t to, struct seq_range **ret_gone, int *ret_n);
/* New rows, and the oldest one's seq and wall time (0 and ABSENT when there is none). */
int journal_db_count_new(struct journal_db *db, int64_t *ret_count);
int journal_db_oldest_new(struct journal_db *db, int64_t *ret_seq, int64_t *ret_wall_ns);
/* 1 and the envelope of the newest session_completed, or 0. */
int journal_db_last_session(struct journal_db *db, char **ret_body);

int journal_db_set_session(struct journal_db *db, const struct db_session *session); /* NULL: none */
int journal_db_session(struct journal_db *db, struct db_session *ret);               /* 1, or 0 when there is none */

/* Texts by key: 1 and ret, or 0. */
int journal_db_meta(struct journal_db *db, const char *key, char *ret, size_t size);
int journal_db_set_meta(struct journal_db *db, const char *key, const char *value);

/* The newest JOURNAL_REPLIES_MAX are kept. */
int journal_db_remember(struct journal_db *db, const struct journal_reply *reply);
/* Oldest first, an array for journal_replies_free(). */
int journal_db_replies(struct journal_db *db, struct journal_found *ret);
void journal_replies_free(struct journal_found *found);

int journal_db_hold(struct journal_db *db, const struct journal_held *held);
int journal_db_held(struct journal_db *db, struct journal_held ret[SLOT_MAX + 1]);

#endif
