/* SPDX-License-Identifier: MIT */
/*
 * What the collector keeps: every event once by (journal, seq), what is gone for good, and how far each journal is
 * complete. A SQLite file, or a PostgreSQL server. One thread.
 */
#ifndef GYMSTATIONCTL_COLLECT_STORE_H
#define GYMSTATIONCTL_COLLECT_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "gymstation/basics.h"

#define STATION_LEN 33

struct store;

struct store_event {
    const char *journal, *station, *type, *ts, *session; /* session: "" outside one */
    int64_t seq, received_ms;                            /* ms since 1970 */
    const char *body;                                    /* the envelope, byte for byte */
};

/* How a journal stands. One without gaps has upto == head. */
struct store_journal {
    char journal[UUID_LEN], station[STATION_LEN];
    int64_t upto;       /* every seq up to here is stored or known to be gone */
    int64_t head;       /* the highest seq that is known to exist */
    int64_t duplicates; /* arrivals that were stored already */
    int64_t conflicts;  /* arrivals under a seq that is stored with other bytes: two stations share a journal */
    int64_t last_seen_ms;
};

enum store_added { STORE_FAILED = -1, STORE_NEW, STORE_KNOWN, STORE_CONFLICT };

/* db: a file, or postgresql://... write: the only writer, creates what is missing. NULL with the reason in why. */
struct store *store_open(const char *db, bool write, char *why, size_t size);
void store_close(struct store *store);
const char *store_error(struct store *store);

int store_begin(struct store *store); /* these return 0 or -1 */
int store_commit(struct store *store);

enum store_added store_add(struct store *store, const struct store_event *event);
int store_gone(struct store *store, const char *journal, int64_t from, int64_t to, const char *why);
int store_save(struct store *store, const struct store_journal *journal);
/* The first stretch behind `after` that is stored or gone: 1 and its ends, 0 when there is none, -1. */
int store_next(struct store *store, const char *journal, int64_t after, int64_t *ret_from, int64_t *ret_to);
/* Every journal, by station and name. `each` stops the walk by returning non-zero. */
int store_journals(struct store *store, int (*each)(void *context, const struct store_journal *journal), void *context);
/* Events stored of a journal, its first and last seq (0 without events), and how many seqs are gone. */
int store_count(struct store *store, const char *journal, int64_t *ret_events, int64_t *ret_first, int64_t *ret_last,
                int64_t *ret_gone);
/* Bodies in order, of one station or of all (station ""), of the types in the list or of all (type ""). */
int store_bodies(struct store *store, const char *station, const char *type,
                 int (*each)(void *context, const char *body), void *context);
/* A copy while it is being written; files only. 0, or -1 with the reason in store_error(). */
int store_backup(struct store *store, const char *to);
bool store_is_file(const char *db);

#endif
