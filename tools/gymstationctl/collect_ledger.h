/* SPDX-License-Identifier: MIT */
/*
 * How complete one journal is, and when to ask its station for what is missing. A gap is asked for after a moment (it
 * may be on its way), a thousand at a time, again with growing patience while nothing comes of it.
 *
 *     seq  1 2 3 4 . . 7 8          upto 4, head 8: asks for 5..6
 *     5, 6 arrive, or the station says that they are gone (or has announced it by events_dropped): upto 8
 */
#ifndef GYMSTATIONCTL_COLLECT_LEDGER_H
#define GYMSTATIONCTL_COLLECT_LEDGER_H

#include "tools/gymstationctl/collect_store.h"

#define LEDGER_ASK_MAX      1000            /* seqs in one resend; the station's limit */
#define LEDGER_GRACE_NS     (2 * NS_PER_S)  /* from noticing a gap to asking */
#define LEDGER_PATIENCE_NS  (10 * NS_PER_S) /* from asking to asking again; doubled each time */
#define LEDGER_PATIENCE_MAX (5 * 60 * NS_PER_S)

struct ledger {
    struct store_journal j;
    int64_t stored_head;  /* the highest seq that is stored or gone: nothing is stored between upto and a gap's end */
    bool current;         /* the station writes this journal: only this one can be asked for */
    bool reported;        /* the station was asked how far it is, since the connection began */
    bool dirty;           /* differs from what the store has */
    int64_t planned_upto; /* upto when it was last decided when to ask */
    int64_t acked;        /* upto that was published last, -1: none */
    int64_t ask_at_ns;    /* when to ask next; NEVER: nothing is missing */
    int64_t patience_ns;
    int64_t asked_from, asked_to; /* 0: nothing is asked for */
    int64_t ask_number;           /* part of the id of the resend under way */
};

/* A journal as it was stored, or a new one (upto and head 0). 0 or -1: the store failed. */
int ledger_init(struct ledger *ledger, struct store *store, const struct store_journal *j);
/* An event arrived. */
enum store_added ledger_take(struct ledger *ledger, struct store *store, const struct store_event *event,
                             int64_t now_ns);
/* These are gone for good; only what is not stored counts. 0 or -1. */
int ledger_gone(struct ledger *ledger, struct store *store, int64_t from, int64_t to, const char *why, int64_t now_ns);
/* The station says that it has written up to seq. */
void ledger_head(struct ledger *ledger, int64_t seq, int64_t now_ns);
/* 1 and what to ask for now, 0, or -1. */
int ledger_ask(struct ledger *ledger, struct store *store, int64_t now_ns, int64_t *ret_from, int64_t *ret_to);
/* The station was too busy: ask again in a while. */
void ledger_busy(struct ledger *ledger, int64_t now_ns);

#endif
