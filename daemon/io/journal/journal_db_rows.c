/* SPDX-License-Identifier: MIT */
/* What becomes of rows: sent, acknowledged, confirmed, put aside, dropped; and the replies to commands; SQLite. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "daemon/io/journal/journal_schema.h"

static int fetch_body(struct journal_db *db, sqlite3_stmt *s, int64_t *ret_seq, char **ret_body)
{
    int r = journal_db_fetch(db, s);

    if (r <= 0)
        return r;
    *ret_seq = sqlite3_column_int64(s, 0);
    *ret_body = strdup((const char *)sqlite3_column_text(s, 1));
    sqlite3_reset(s);
    return *ret_body ? 1 : -ENOMEM;
}

int journal_db_next(struct journal_db *db, int64_t after, int64_t *ret_seq, char **ret_body)
{
    return fetch_body(db, journal_db_bind(db, STATEMENT_NEXT, "i", after), ret_seq, ret_body);
}

int journal_db_again(struct journal_db *db, int64_t after, int64_t upto, int64_t *ret_seq, char **ret_body)
{
    return fetch_body(db, journal_db_bind(db, STATEMENT_AGAIN, "ii", after, upto), ret_seq, ret_body);
}

/* One range more at the end of *ranges, which grows. */
static int add_range(struct seq_range **ranges, int *n, int64_t from, int64_t to)
{
    struct seq_range *more = realloc(*ranges, (size_t)(*n + 1) * sizeof(*more));

    if (!more)
        return -ENOMEM;
    more[*n] = (struct seq_range){.from = from, .to = to};
    *ranges = more;
    ++*n;
    return 0;
}

int journal_db_gone(struct journal_db *db, int64_t from, int64_t to, struct seq_range **ret_gone, int *ret_n)
{
    sqlite3_stmt *s = journal_db_bind(db, STATEMENT_STORED, "ii", from, to);
    struct seq_range *gone = NULL;
    int64_t next = from; /* the lowest seq that has not been looked for */
    int n = 0, r;

    while ((r = journal_db_fetch(db, s)) > 0) {
        int64_t seq = sqlite3_column_int64(s, 0);

        if (seq > next)
            r = add_range(&gone, &n, next, seq - 1);
        next = seq + 1;
        if (r < 0)
            break;
    }
    sqlite3_reset(s);
    if (r == 0 && next <= to)
        r = add_range(&gone, &n, next, to);
    if (r < 0) {
        free(gone);
        return r;
    }
    *ret_gone = gone;
    *ret_n = n;
    return 0;
}

int journal_db_confirm(struct journal_db *db, int64_t upto, int64_t *ret_new)
{
    int r = journal_db_run(db, journal_db_bind(db, STATEMENT_CONFIRM_NEW, "i", upto));

    if (r < 0)
        return r;
    *ret_new = sqlite3_changes64(db->sql);
    return journal_db_run(db, journal_db_bind(db, STATEMENT_CONFIRM_ACKED, "i", upto));
}

/* The first column of the first row; fallback where there is none. */
static int fetch_int(struct journal_db *db, sqlite3_stmt *s, int64_t fallback, int64_t *ret)
{
    int r = journal_db_fetch(db, s);

    if (r < 0)
        return r;
    *ret = r > 0 ? sqlite3_column_int64(s, 0) : fallback;
    sqlite3_reset(s);
    return 0;
}

int journal_db_may_go(struct journal_db *db, bool acked_too, int64_t from_wall_ns, int64_t to_wall_ns,
                      int64_t *ret_from, int64_t *ret_to)
{
    int64_t kept = 0;
    int r = fetch_int(db, journal_db_bind(db, STATEMENT_FIRST, ""), NEVER, ret_from);

    if (r == 0)
        r = fetch_int(db,
                      journal_db_bind(db, STATEMENT_KEPT_FROM, "iii", (int64_t)(acked_too ? ROW_ACKED : ROW_CONFIRMED),
                                      from_wall_ns, to_wall_ns),
                      NEVER, &kept);
    *ret_to = kept - 1;
    return r;
}

int journal_db_drop(struct journal_db *db, int64_t from, int64_t to)
{
    return journal_db_run(db, journal_db_bind(db, STATEMENT_DROP, "ii", from, to));
}

int journal_db_bytes(struct journal_db *db, int64_t *ret_bytes)
{
    return fetch_int(db, journal_db_bind(db, STATEMENT_PAGES, ""), 0, ret_bytes);
}

int journal_db_quarantine(struct journal_db *db, int64_t seq, int64_t *ret_changed)
{
    int r = journal_db_run(db, journal_db_bind(db, STATEMENT_QUARANTINE, "i", seq));

    if (r == 0)
        *ret_changed = sqlite3_changes64(db->sql);
    return r;
}

int journal_db_ack(struct journal_db *db, int64_t upto, int64_t *ret_changed)
{
    int r = journal_db_run(db, journal_db_bind(db, STATEMENT_ACK, "i", upto));

    if (r == 0)
        *ret_changed = sqlite3_changes64(db->sql);
    return r;
}

int journal_db_remember(struct journal_db *db, const struct journal_reply *reply)
{
    int r = journal_db_run(
        db, journal_db_bind(db, STATEMENT_REMEMBER, "ttt", command_str(reply->command), reply->id, reply->payload));

    return r == 0 ? journal_db_run(db, journal_db_bind(db, STATEMENT_FORGET, "i", (int64_t)JOURNAL_REPLIES_MAX)) : r;
}

static bool read_command_name(const char *name, enum command_kind *ret)
{
    for (int i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(command_str((enum command_kind)i), name) != 0)
            continue;
        *ret = (enum command_kind)i;
        return true;
    }
    return false;
}

static int read_reply(sqlite3_stmt *s, struct journal_found *found)
{
    struct journal_reply *reply = &found->replies[found->replies_n];

    if (!read_command_name((const char *)sqlite3_column_text(s, 0), &reply->command))
        return 0; /* a command that this version does not have can not be repeated either */
    snprintf(reply->id, sizeof(reply->id), "%s", (const char *)sqlite3_column_text(s, 1));
    reply->payload = strdup((const char *)sqlite3_column_text(s, 2));
    if (!reply->payload)
        return -ENOMEM;
    found->replies_n++;
    return 0;
}

int journal_db_replies(struct journal_db *db, struct journal_found *ret)
{
    sqlite3_stmt *s = journal_db_bind(db, STATEMENT_REPLIES, "");
    int r;

    ret->replies = calloc(JOURNAL_REPLIES_MAX, sizeof(*ret->replies));
    if (!ret->replies)
        return -ENOMEM;
    while ((r = journal_db_fetch(db, s)) > 0 && ret->replies_n < JOURNAL_REPLIES_MAX) {
        r = read_reply(s, ret);
        if (r < 0)
            break;
    }
    sqlite3_reset(s);
    return r < 0 ? r : 0;
}

void journal_replies_free(struct journal_found *found)
{
    for (int i = 0; i < found->replies_n; i++)
        free(found->replies[i].payload);
    free(found->replies);
    found->replies = NULL;
    found->replies_n = 0;
}
