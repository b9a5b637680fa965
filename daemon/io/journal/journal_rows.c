/* SPDX-License-Identifier: MIT */
/*
 * The journal thread's other half: rows to mqtt, for credit, and what the broker and the collector say of them. No foreign
 * library.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/io/journal/journal_writer.h"

/* An acknowledgement that is lost costs a duplicate, an fsync costs the card: they are written together. */
#define MARKS_DELAY_NS (250 * NS_PER_MS)
#define RETRY_NS       (5 * NS_PER_S)

/* --- marks: how far rows are taken by the broker, and stored by the collector ----------------------------------------- */

bool journal_marks_due(const struct journal *j)
{
    return j->taken > j->taken_written || j->confirmed > j->confirmed_written;
}

static void mark(struct journal *j, int64_t *to, int64_t seq)
{
    if (seq <= *to)
        return; /* never backwards */
    if (!journal_marks_due(j))
        j->taken_due_ns = journal_mono_ns() + MARKS_DELAY_NS;
    *to = seq;
}

/* What the collector has stored the broker has had, also where its own acknowledgement was lost. */
static void confirm(struct journal *j, int64_t upto)
{
    struct journal_notice notice = {.kind = JOURNAL_AHEAD, .seq = upto};

    if (upto >= j->state.next_seq) {
        journal_notify(j, &notice);
        return;
    }
    mark(j, &j->confirmed, upto);
    if (upto > j->taken)
        j->taken = upto;
}

int journal_write_marks(struct journal *j, int64_t *ret_changed)
{
    int64_t confirmed = 0, acked = 0;
    char text[24];
    int r = 0;

    if (j->confirmed > j->confirmed_written) {
        r = journal_db_confirm(j->db, j->confirmed, &confirmed);
        snprintf(text, sizeof(text), "%lld", (long long)j->confirmed);
        if (r == 0)
            r = journal_db_set_meta(j->db, "confirmed", text);
    }
    if (r == 0 && j->taken > j->taken_written)
        r = journal_db_ack(j->db, j->taken, &acked);
    *ret_changed = confirmed + acked;
    return r;
}

void journal_marks_written(struct journal *j)
{
    j->taken_written = j->taken;
    j->confirmed_written = j->confirmed;
}

void journal_flush_marks(struct journal *j)
{
    struct journal_notice notice = {.kind = JOURNAL_DELIVERED, .seq = j->taken};
    int64_t changed = 0;
    int r = journal_db_begin(j->db);

    if (r == 0)
        r = journal_write_marks(j, &changed);
    if (r == 0)
        r = journal_db_commit(j->db);
    j->taken_due_ns = journal_mono_ns() + (r < 0 ? RETRY_NS : MARKS_DELAY_NS);
    if (r < 0) {
        journal_note_trouble(j, r);
        journal_db_rollback(j->db);
        return;
    }
    journal_marks_written(j);
    j->waiting -= changed;
    journal_note_success(j);
    journal_notify(j, &notice);
}

/* --- rows ------------------------------------------------------------------------------------------------------------ */

/* What has not been taken goes its ordinary way: once, and never before its turn. */
static void resend(struct journal *j, const struct drain *d)
{
    int64_t last = j->state.next_seq - 1, to = d->to < last ? d->to : last;
    struct journal_notice notice = {.kind = JOURNAL_RESENDING, .tag = d->generation};

    if (j->again_n == AGAIN_MAX)
        notice.error = -EBUSY;
    else if (d->from <= to)
        notice.error = journal_db_gone(j->db, d->from, to, &notice.gone, &notice.gone_n);
    if (notice.error == 0 && d->from <= to) {
        j->again[j->again_n].from = d->from;
        j->again[j->again_n].after = d->from - 1;
        j->again[j->again_n++].upto = to < j->taken ? to : j->taken;
    }
    journal_notify(j, &notice);
}

void journal_take_drains(struct journal *j)
{
    struct drain d;

    while (queue_pop(j->drains, &d) == 1) {
        switch (d.kind) {
        case DRAIN_REWIND:
            j->generation = d.generation;
            j->cursor = j->taken;
            j->credit = 0;
            for (int i = 0; i < j->again_n; i++)
                j->again[i].after = j->again[i].from - 1;
            break;
        case DRAIN_CREDIT:
            if (d.generation == j->generation)
                j->credit += d.n;
            break;
        case DRAIN_ACK: mark(j, &j->taken, d.n); break;
        case DRAIN_CONFIRM: confirm(j, d.n); break;
        case DRAIN_RESEND: resend(j, &d); break;
        case DRAIN_QUARANTINE: journal_quarantine(j, d.n); break;
        case DRAIN_FORGET: j->again_n = 0; break;
        }
    }
}

bool journal_rows_wanted(const struct journal *j)
{
    return j->credit > 0 && (j->again_n > 0 || j->cursor + 1 < j->state.next_seq);
}

/* 1 and *ret, 0 when nothing was found where something was asked for. */
static int next_again(struct journal *j, struct journal_row *ret)
{
    int r = journal_db_again(j->db, j->again[0].after, j->again[0].upto, &ret->seq, &ret->body);

    ret->again = true;
    if (r == 0)
        memmove(&j->again[0], &j->again[1], (size_t)--j->again_n * sizeof(j->again[0]));
    return r;
}

static int next_new(struct journal *j, struct journal_row *ret)
{
    int r = journal_db_next(j->db, j->cursor, &ret->seq, &ret->body);

    if (r == 0)
        j->cursor = j->state.next_seq - 1; /* what lies between was taken in an earlier run */
    return r;
}

static void handed_out(struct journal *j, const struct journal_row *row)
{
    if (row->again)
        j->again[0].after = row->seq;
    else
        j->cursor = row->seq;
    j->again_turn = !row->again;
    j->credit--;
}

/* In turns: neither does a collector that asks for years hold up what is new, nor a backlog the collector. */
void journal_send_rows(struct journal *j)
{
    while (journal_rows_wanted(j)) {
        bool again = j->again_n > 0 && (j->cursor + 1 >= j->state.next_seq || j->again_turn);
        struct journal_row row = {.generation = j->generation};
        int r = again ? next_again(j, &row) : next_new(j, &row);

        if (r < 0) {
            journal_note_trouble(j, r);
            return;
        }
        if (r == 0)
            continue;
        if (queue_push(j->rows, &row) < 0) {
            free(row.body);
            return;
        }
        handed_out(j, &row);
    }
}
