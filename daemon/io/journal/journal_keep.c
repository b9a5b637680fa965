/* SPDX-License-Identifier: MIT */
/*
 * What the journal gives up, and says so: rows that no broker will take, rows that retention lets go. The
 * announcement is committed with the deed, so that no gap ever appears unannounced. No foreign library.
 */
#include <stdio.h>
#include <stdlib.h>

#include "daemon/io/journal/journal_writer.h"

#define DROP_MAX       1000 /* rows in a transaction, and in an announcement */
#define KEEP_PERIOD_NS (10 * NS_PER_S)
#define MORE_NS        (100 * NS_PER_MS)
/* Once a day: a row that is old by now can wait, and announcements of single rows would be more than what they free. */
#define AGE_PERIOD_NS (86400 * NS_PER_S)
/* 2020-01-01: earlier dates are of boards that did not know the time. */
#define CREDIBLE_NS (INT64_C(1577836800) * NS_PER_S)

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

/* ---- retention ------------------------------------------------------------------------------------------------------ */

/*
 * Only what a collector has stored for good goes, oldest first; where none has ever acknowledged anything, what the
 * broker has taken, unless its acknowledgements prove nothing.
 */
static int drop_once(struct journal *j, int64_t from_wall_ns, int64_t to_wall_ns, int64_t *ret_n,
                     struct journal_notice *ret_notice)
{
    bool acked_too = j->confirmed == 0 && !j->confirmed_only;
    int64_t from = 0, to = 0;
    int r = journal_db_may_go(j->db, acked_too, from_wall_ns, to_wall_ns, &from, &to);

    *ret_n = 0;
    if (to >= j->state.next_seq)
        to = j->state.next_seq - 1; /* all that there is */
    if (r < 0 || to < from)
        return r;
    if (to - from >= DROP_MAX)
        to = from + DROP_MAX - 1;
    r = journal_db_drop(j->db, from, to);
    if (r == 0)
        r = announce(j, from, to, "retention", ret_notice);
    if (r == 0)
        *ret_n = to - from + 1;
    return r;
}

/* In one transaction; how many went. */
static int64_t drop(struct journal *j, int64_t from_wall_ns, int64_t to_wall_ns)
{
    struct writer_state saved = j->state;
    struct journal_notice notice;
    int64_t n = 0;
    int r = journal_db_begin(j->db);

    if (r == 0)
        r = drop_once(j, from_wall_ns, to_wall_ns, &n, &notice);
    if (r == 0)
        r = journal_db_commit(j->db);
    if (r == 0) {
        j->waiting += n > 0; /* the announcement */
        if (n > 0)
            journal_notify(j, &notice);
        return n;
    }
    journal_note_trouble(j, r);
    journal_db_rollback(j->db);
    j->state = saved;
    return 0;
}

/* Too large: a batch at a time, so that no commit waits long; the rest when it is looked at next, soon. */
static bool drop_for_size(struct journal *j)
{
    int64_t bytes = 0;

    if (j->max_bytes == 0 || journal_db_bytes(j->db, &bytes) < 0 || bytes <= j->max_bytes)
        return false;
    return drop(j, INT64_MIN, INT64_MAX) > 0;
}

/* Only by a clock that is right: one that is ten years ahead would make everything old. */
static bool drop_for_age(struct journal *j, int64_t now_ns)
{
    struct journal_clock now;

    if (j->keep_ns == 0 || now_ns < j->age_due_ns)
        return false;
    j->clock(j->clock_self, &now);
    if (now.synced && drop(j, CREDIBLE_NS, now.wall_ns - j->keep_ns) > 0)
        return true;
    j->age_due_ns = now_ns + AGE_PERIOD_NS;
    return false;
}

void journal_keep(struct journal *j)
{
    int64_t now_ns = journal_mono_ns();
    bool more;

    j->keep_due_ns = now_ns + KEEP_PERIOD_NS;
    journal_reserve_make(j);
    if (j->trouble != 0 || j->batch_n > 0)
        return;
    more = drop_for_size(j);
    more = drop_for_age(j, now_ns) || more;
    if (more)
        j->keep_due_ns = now_ns + MORE_NS;
}
