/* SPDX-License-Identifier: MIT */
/*
 * What the journal gives up, and says so: rows that no broker will take, rows that retention lets go. The
 * announcement is committed with the deed, so that no gap ever appears unannounced. No foreign library.
 */
#include <stdio.h>
#include <stdlib.h>

#include "daemon/io/journal_writer.h"

static int announce(struct journal *j, int64_t from, int64_t to, const char *why, struct journal_notice *ret_notice)
{
    struct event event = {.head = {.type = EVENT_EVENTS_DROPPED}, .u.dropped = {.from = from, .to = to}};
    struct journal_clock now;

    j->clock(j->clock_self, &now);
    event.head.t_ns = now.mono_ns;
    snprintf(event.u.dropped.why, sizeof(event.u.dropped.why), "%s", why);
    return journal_write_own(j, &event, &now, ret_notice);
}

void journal_quarantine(struct journal *j, int64_t seq)
{
    struct writer_state saved = j->state;
    struct journal_notice notice;
    int64_t changed = 0;
    int r = journal_db_begin(j->db);

    if (r == 0)
        r = journal_db_quarantine(j->db, seq, &changed);
    if (r == 0 && changed > 0)
        r = announce(j, seq, seq, "too_large", &notice);
    if (r == 0)
        r = journal_db_commit(j->db);
    if (r < 0) { /* it will be refused, and put aside, once more */
        journal_note_trouble(j, r);
        journal_db_rollback(j->db);
        j->state = saved;
        return;
    }
    journal_note_success(j);
    if (changed > 0)
        journal_notify(j, &notice);
}
