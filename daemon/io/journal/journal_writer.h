/* SPDX-License-Identifier: MIT */
/* What journal.c (the loop's and mqtt's side) and journal_writer.c (the thread) share; included by nobody else. */
#ifndef GYMSTATION_IO_JOURNAL_WRITER_H
#define GYMSTATION_IO_JOURNAL_WRITER_H

#include <pthread.h>
#include <stdatomic.h>

#include "daemon/io/journal/journal_db.h"
#include "gymstation/queue.h"

#define BATCH_MAX   256 /* events in one transaction: one fsync for all that came while the last one lasted */
#define BATCH_ROOM  (BATCH_MAX + CORE_OUT_MAX) /* a moment's events are not parted */
#define ROWS_MAX    256 /* rows on their way to mqtt; credit keeps it far below, rewinds can leave old ones inside */
#define DRAINS_MAX  1024
#define NOTICES_MAX (2 * JOURNAL_CAPACITY)

/* loop -> journal: an event, or (data NULL) a reply to remember */
struct append {
    struct event_head head;
    char *data, *closing;
    bool more; /* the next one is of the same moment: one transaction */
    struct journal_reply reply;
    int64_t tag;               /* of the reply */
    struct journal_held *held; /* array of held_n, with payloads of their own; or NULL */
    int held_n;
};

/* mqtt -> journal; the last two come from the loop */
struct drain {
    enum { DRAIN_REWIND, DRAIN_CREDIT, DRAIN_ACK, DRAIN_QUARANTINE, DRAIN_FORGET, DRAIN_CONFIRM, DRAIN_RESEND } kind;
    int64_t generation; /* of DRAIN_RESEND: the tag */
    int64_t n;          /* credit, or the seq up to which rows are taken or confirmed */
    int64_t from, to;   /* DRAIN_RESEND */
};

#define AGAIN_MAX 8 /* resends at work at a time */

/* What a transaction changes besides the file; restored when it fails. */
struct writer_state {
    int64_t next_seq, first_seq;
    char session[UUID_LEN], last_session[UUID_LEN];
};

struct journal {
    /* set by journal_open(), constant while the thread runs */
    struct journal_found found;
    char *path, *station, *boot;
    void (*clock)(void *self, struct journal_clock *ret);
    void *clock_self;
    int64_t keep_ns, max_bytes;
    bool confirmed_only;
    struct queue *appends, *drains, *rows, *notices;
    int stop_fd, done_fd; /* eventfds: the loop asks the thread to stop, the thread says that it has */
    pthread_t thread;

    /* the loop's */
    struct journal_held staged[SLOT_MAX + 1]; /* slot 0: nothing staged */
    uint64_t lost;

    /* both sides */
    atomic_uint uncommitted;
    atomic_int_least64_t stop_deadline_ns; /* CLOCK_MONOTONIC */

    /* the journal thread's */
    struct journal_db *db;
    struct writer_state state;
    struct append batch[BATCH_ROOM];
    struct journal_notice notice[BATCH_ROOM];
    int batch_n;
    int64_t part_since_ns; /* the batch ends in mid-moment: since when */
    int64_t retry_ns, backoff_ns;
    int trouble; /* the error reported last, or 0 */
    int64_t waiting, oldest_wall_ns;
    int64_t generation, cursor, credit;
    int64_t taken, taken_written, taken_due_ns; /* acknowledged up to; in the file up to; write it at */
    int64_t confirmed, confirmed_written;       /* by the collector, likewise and at the same time */
    struct {
        int64_t from, after, upto;
    } again[AGAIN_MAX]; /* what was asked for again and has not been handed out, oldest first */
    int again_n;
    bool again_turn; /* the next row is one of those */
    bool stopping;
    bool reserved, disk_low; /* the reserve is there; the loop was told that it is not */
    int64_t keep_due_ns;     /* retention and reserve are looked at */
    int64_t age_due_ns;      /* retention by age */
};

int64_t journal_mono_ns(void);
void journal_append_free(struct append *append);

/* On the opening thread, before the writer's: reads what is there and closes a session that the power cut. */
int journal_recover(struct journal *journal, const char *serial);
/* Within a transaction: an event that closes what last_boot left open at last_t_ns. */
int journal_write_closing(struct journal *journal, const struct event_head *head, const char *data,
                          const struct journal_clock *now, const char *last_boot, int64_t last_t_ns);
void *journal_writer_main(void *journal);

/* Within a transaction: an event that the journal itself has to tell. */
int journal_write_own(struct journal *journal, const struct event *event, const struct journal_clock *now,
                      struct journal_notice *ret_notice);

/* Between the thread's files. */
void journal_notify(struct journal *journal, struct journal_notice *notice);
void journal_note_trouble(struct journal *journal, int error);
void journal_note_success(struct journal *journal);

/* journal_keep.c: rows that are put aside or let go, each announced by an event in the same transaction */
void journal_quarantine(struct journal *journal, int64_t seq);
/* Retention and the reserve, when they are due; journal_keep_due_ns() says when. */
void journal_keep(struct journal *journal);
/* journal_reserve.c: space that is given up when the disk is full; true when there was some. */
bool journal_reserve_release(struct journal *journal);
void journal_reserve_make(struct journal *journal);
/* journal_held.c: what slots hold, beside the journal, should it be lost. 0 or a negative errno. */
int journal_held_save(const char *path, const char *station, const struct journal_held held[SLOT_MAX + 1]);
int journal_held_load(const char *path, const char *station, struct journal_held ret[SLOT_MAX + 1]);

/* journal_rows.c: what mqtt and the collector say of rows, and rows to mqtt */
void journal_take_drains(struct journal *journal);
bool journal_rows_wanted(const struct journal *journal);
void journal_send_rows(struct journal *journal);
/* Within a transaction or alone: acknowledgements that are not in the file yet; how many rows are no longer new. */
int journal_write_marks(struct journal *journal, int64_t *ret_changed);
bool journal_marks_due(const struct journal *journal); /* there are such; due at taken_due_ns */
void journal_marks_written(struct journal *journal);   /* the transaction with them was committed */
void journal_flush_marks(struct journal *journal);

#endif
