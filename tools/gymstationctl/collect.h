/* SPDX-License-Identifier: MIT */
/* gymstationctl collect, in parts: collect.c connects and waits, collect_intake.c reads and stores, collect_report.c tells. */
#ifndef GYMSTATIONCTL_COLLECT_H
#define GYMSTATIONCTL_COLLECT_H

#include "tools/gymstationctl/collect_ledger.h"
#include "tools/gymstationctl/wire.h"

#define COLLECT_JOURNALS_MAX 4096 /* a station has one, and a new one after a mishap */

struct intake {
    const struct wire_options *options;
    struct store *store;
    struct ledger *ledgers; /* COLLECT_JOURNALS_MAX */
    int ledger_n;
    int64_t rejected; /* payloads on event topics that are no events */
    bool full_told;
    uint64_t run;  /* tells the ids of our commands from those of the run before */
    bool rivalled; /* somebody else acknowledges: a clinic has one collector */
};

/* What is stored, into memory. 0 or -1. */
int intake_init(struct intake *intake, const struct wire_options *options, struct store *store);
void intake_free(struct intake *intake);
/* One message of a station, within a transaction. 0, or -1: the store failed and nothing can be believed any more. */
int intake_take(struct intake *intake, const struct wire_message *message, int64_t now_ns);
/* Writes how journals stand, within the transaction. 0 or -1. */
int intake_save(struct intake *intake);
/* After the commit: publishes acknowledgements and asks for what is missing. 0 or -1. */
int intake_speak(struct intake *intake, struct wire *wire, int64_t now_ns);
/* Everything is to be said again: the connection is new. */
void intake_connected(struct intake *intake, int64_t now_ns);
/* When intake_speak() has something to ask next, or NEVER. */
int64_t intake_deadline_ns(const struct intake *intake);

/* --check: a line a journal; CTL_FAILED when one has a gap. */
int collect_report(struct store *store);

#endif
