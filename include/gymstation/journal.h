/* SPDX-License-Identifier: MIT */
/*
 * The durable record and the only queue towards the broker: one SQLite file, written by a thread of its own.
 *
 * Three threads meet here and share nothing but bounded queues:
 *   loop     journal_open, journal_append, journal_hold, journal_next_notice, journal_close
 *   journal  the only user of SQLite once journal_open() has returned
 *   mqtt     the journal_drain_* functions
 *
 * An event exists once it is committed; the notice says so. What was appended and not yet committed when the power
 * goes is lost, only ever after the last commit. A disk that stalls or is full delays commits, never the caller:
 * the batch at hand is kept and tried again, nothing is dropped or reordered.
 *
 * Times: t_ns is the event's own stamp. Wall time is attached when the row is written: wall = now_wall + (t_ns -
 * now_mono), so a trace that runs faster than real time dates its events by its own time.
 */
#ifndef GYMSTATION_JOURNAL_H
#define GYMSTATION_JOURNAL_H

#include "gymstation/core.h"

#define JOURNAL_CAPACITY 4096 /* events waiting to be written; beyond it they are lost and counted */
#define JOURNAL_FULL_AT  3072 /* three quarters: from here on no session may start */

struct journal;

struct journal_clock {
    int64_t mono_ns; /* CLOCK_MONOTONIC */
    int64_t wall_ns; /* ns since 1970 */
    bool synced;     /* the kernel knows the wall clock to be disciplined (adjtimex) */
};

/* All texts are copied. */
struct journal_config {
    const char *path;    /* of the SQLite file; its directory must exist */
    const char *station; /* station id */
    const char *boot;    /* boot id, 1-64 bytes */
    const char *serial;  /* the board's serial number, "" where there is none; remembered when the journal is made */
    int64_t keep_ns, max_bytes; /* retention: see journal_keep.c; 0: for ever, of any size */
    bool confirmed_only;        /* acknowledgements of the broker prove nothing (MQTT 3.1.1) */
    void (*clock)(void *self, struct journal_clock *ret); /* NULL: the system's clocks; called in the journal thread */
    void *clock_self;
};

/*
 * A prescription as it is held, with its bytes as they arrived. payload NULL: the slot is empty; rev and hash are then
 * those of what was withdrawn from it, rev 0: of nothing.
 */
struct journal_held {
    int slot; /* 1..SLOT_MAX */
    int64_t rev;
    char hash[HASH_LEN];
    int32_t used; /* sessions that reached their first set */
    char course[COURSE_LEN];
    char *payload;
    size_t size;
    int64_t rejected_rev; /* what was refused last on this slot, so that it is said once; hash "": nothing */
    char rejected_hash[HASH_LEN];
    struct refusal rejected;
};

/* The first reply to a command: its id gets the same bytes again, also after a restart. */
struct journal_reply {
    enum command_kind command;
    char id[ID_LEN]; /* of the command */
    char *payload;
};

#define JOURNAL_REPLIES_MAX 256 /* the newest are kept: with 5 commands a second, those of the last minute or more */

/* What journal_open() found. Valid until journal_close(); the loop's. */
struct journal_found {
    char journal[UUID_LEN];
    bool created;          /* a new journal began */
    char moved_aside[256]; /* where a corrupt or cloned file went (its -wal and -shm beside it), or "" */
    bool clean;            /* the last run wrote station_stopping, or there was none */
    bool closed_session;   /* a session was open: its closing events are committed, reason power_loss */
    bool cloned;           /* the journal was of another board: it is kept as moved_aside, and a new one began */
    bool held_kept;        /* a new journal, and the prescriptions were found beside the old one */
    int64_t starts;        /* how often this journal was opened, this time included */
    bool resumable;        /* resume says where the last session broke off */
    struct resume resume;  /* ended_ns on this boot's clock; after a reboot what passed is taken from the wall clock */
    int64_t ended_wall_ns; /* wall time of that end, or ABSENT */
    int64_t last_seq;      /* 0: no event yet */
    char *last_session;    /* envelope of the last session_completed, or NULL */
    char last_session_id[UUID_LEN];         /* of the session that ended last, or "" */
    struct journal_held held[SLOT_MAX + 1]; /* by slot; payload NULL: empty */
    struct journal_reply *replies;          /* array of replies_n, oldest first; or NULL */
    int replies_n;
};

enum journal_notice_kind {
    JOURNAL_COMMITTED,  /* one event is durable */
    JOURNAL_DELIVERED,  /* the broker has taken all up to seq; at most about one every 250 ms */
    JOURNAL_TROUBLE,    /* writing fails; error and text say how; sent once per change of error */
    JOURNAL_RECOVERED,  /* writing works again */
    JOURNAL_DISK_LOW,   /* the reserve has been given up, or cannot be made; once per change */
    JOURNAL_DISK_OK,    /* there is a reserve again */
    JOURNAL_RESENDING,  /* the answer to journal_resend(): tag, error, gone */
    JOURNAL_REMEMBERED, /* the reply of journal_remember() is durable, and what was appended before it: tag */
    JOURNAL_AHEAD,      /* the collector acknowledged seq, which this journal has not reached: it is an older copy */
};

struct journal_notice {
    enum journal_notice_kind kind;
    int64_t seq;
    enum event_type type;   /* JOURNAL_COMMITTED */
    int64_t t_ns;           /* likewise */
    char session[UUID_LEN]; /* the session the event belongs to, or "" */
    char *envelope;         /* JOURNAL_COMMITTED of a session_completed: the caller's to free(); else NULL */
    int64_t waiting;        /* committed events that the broker has not taken */
    int64_t oldest_wall_ns; /* wall time of the oldest of them, or ABSENT */
    int error;              /* JOURNAL_TROUBLE: negative errno; JOURNAL_RESENDING: likewise, or 0 */
    char text[128];         /* JOURNAL_TROUBLE: likewise, in words */
    int64_t tag;            /* JOURNAL_RESENDING, JOURNAL_REMEMBERED */
    struct seq_range *gone; /* JOURNAL_RESENDING: gone_n ranges that cannot be sent any more; the caller's to free() */
    int gone_n;
};

/*
 * Opens or creates the journal, closes a session that the power cut, and starts the thread. 0, or a negative errno with
 * *ret_why (path: the file; reason: what is wrong and what to do): -EBUSY another process has it, -ENOTSUP its schema
 * is newer than this program.
 */
int journal_open(struct journal **ret_journal, const struct journal_config *config, struct refusal *ret_why);

/*
 * Writes what is queued, for at most timeout_ms, then stops. 0, or -ETIMEDOUT when events were still unwritten: they
 * are lost. Close mqtt first: it drains this journal. NULL is fine.
 */
int journal_close(struct journal *journal, int timeout_ms);

const struct journal_found *journal_found(const struct journal *journal);

/*
 * Appends an event; never blocks. data_json and closing_json are taken over, in every case. data_json is the event's
 * `data` object. closing_json is what journal_closing_json() made of the core as it stands after this event; NULL when
 * there is nothing to close or resume. more: the event appended next is of the same moment; both are committed or
 * neither, so that no power cut can part a stop from the end of its set; only the last one's closing_json counts.
 * 0, or -EAGAIN: the queue is full, the event is lost and counted.
 */
int journal_append(struct journal *journal, const struct event_head *head, char *data_json, char *closing_json,
                   bool more);

/*
 * What slot held->slot holds from now on, copied; committed in the same transaction as the event appended next.
 * At most one call per slot between two events counts: the last. 0 or -ENOMEM.
 */
int journal_hold(struct journal *journal, const struct journal_held *held);

/*
 * A reply, copied, that its command's id is good for from now on. It ends a moment whose events were appended with
 * `more`: they and it are committed in one transaction, or neither, so that no power cut makes a command act twice that
 * had its reply. The notice JOURNAL_REMEMBERED with this tag says when. 0, or -EAGAIN or -ENOMEM: it is not kept, and
 * no notice will come.
 */
int journal_remember(struct journal *journal, enum command_kind command, const char *id, const char *payload,
                     int64_t tag);

/*
 * The collector has stored everything up to seq for good. Cumulative: a lower one than before changes nothing; one that
 * this journal has not reached changes nothing either and comes back as JOURNAL_AHEAD. 0 or -EAGAIN.
 */
int journal_confirm(struct journal *journal, int64_t upto);

/*
 * Sends from..to again, byte for byte; rows that the broker has not had yet go their ordinary way. The notice
 * JOURNAL_RESENDING with this tag says what is gone; error -EBUSY: too many such requests are at work. Of what
 * was on its way when a connection broke the end may be missing: whoever misses it asks again. 0 or -EAGAIN: no notice will come.
 */
int journal_resend(struct journal *journal, int64_t from, int64_t to, int64_t tag);

/*
 * A copy of the journal at path, whether a daemon has it open or not: the state of one moment, whole or not at all. Any
 * process. 0 or a negative errno with *ret_why.
 */
int journal_backup(const char *path, const char *to, struct refusal *ret_why);

/* Events appended and not yet committed. */
unsigned journal_backlog(const struct journal *journal);
/* Events lost to a full queue since start-up. */
uint64_t journal_lost(const struct journal *journal);

/* Readable when there may be a notice. */
int journal_notice_fd(const struct journal *journal);
/* 1 and *ret_notice, or 0. */
int journal_next_notice(struct journal *journal, struct journal_notice *ret_notice);

/*
 * What closes the session at hand if the power goes now, as text: core_closing() and core_closing_resume() (either may
 * be empty: n 0, resume->offered false). NULL when there is nothing to say or no memory; free() it.
 */
char *journal_closing_json(const struct event *events, int n, const struct resume *resume);

/* --- the mqtt thread's side: rows that the broker has not taken, in order, for credit --------------------------- */

struct journal_row {
    int64_t generation; /* of the rewind that asked for it */
    int64_t seq;
    bool again; /* was asked for again: the broker has had it; below every row that has not been taken */
    char *body; /* the envelope, byte-identical every time; the caller's to free() */
};

/* Start again after the last row that was acknowledged; rows of older generations may still arrive. Credit is 0. */
int journal_drain_rewind(struct journal *journal, int64_t generation);
/* Up to n more rows may be sent. */
int journal_drain_credit(struct journal *journal, int64_t generation, int n);
/* The broker has taken every row up to seq. */
int journal_drain_ack(struct journal *journal, int64_t seq);
/* The broker will never take this row: it is kept, not sent any more, and an events_dropped event says so. */
int journal_drain_quarantine(struct journal *journal, int64_t seq);
/* What was asked for again is not wanted by the broker: whoever misses it asks once more. */
int journal_drain_forget(struct journal *journal);
/* Readable when there may be a row. */
int journal_drain_fd(const struct journal *journal);
/* 1 and *ret_row, or 0. */
int journal_drain_next(struct journal *journal, struct journal_row *ret_row);

#endif
