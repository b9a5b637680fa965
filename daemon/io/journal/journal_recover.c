/* SPDX-License-Identifier: MIT */
/*
 * What the journal does before its thread starts: find out what the last run left behind, and close the session that the
 * power cut. No foreign library.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "daemon/io/journal/journal_closing.h"
#include "daemon/io/journal/journal_writer.h"

static int make_uuid(char ret[UUID_LEN])
{
    uint8_t b[16];

    if (getrandom(b, sizeof(b), 0) != (ssize_t)sizeof(b))
        return -errno;
    b[6] = (uint8_t)((b[6] & 0x0f) | 0x40); /* version 4, RFC 9562 */
    b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
    snprintf(ret, UUID_LEN, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2],
             b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
    return 0;
}

/* The journal's own id is the mark that its first transaction was completed. */
static int identify(struct journal *j, const char *serial)
{
    struct journal_found *f = &j->found;
    char known[ID_LEN] = "";
    int r = journal_db_meta(j->db, "journal", f->journal, sizeof(f->journal));

    f->created = r == 0;
    if (r == 0)
        r = make_uuid(f->journal);
    if (r < 0)
        return r;
    if (f->created) {
        r = journal_db_set_meta(j->db, "journal", f->journal);
        if (r == 0)
            r = journal_db_set_meta(j->db, "serial", serial);
        if (r == 0)
            r = journal_db_set_meta(j->db, "clean", "1");
        return r;
    }
    r = journal_db_meta(j->db, "serial", known, sizeof(known));
    if (r >= 0 && !known[0] && serial[0])
        return journal_db_set_meta(j->db, "serial", serial); /* made before the board was asked */
    if (r > 0 && serial[0] && strcmp(known, serial) != 0)
        return -EXDEV; /* the same numbers would be given twice */
    return r < 0 ? r : 0;
}

static int count_start(struct journal *j)
{
    char text[24] = "";
    int r = journal_db_meta(j->db, "starts", text, sizeof(text));

    if (r < 0)
        return r;
    j->found.starts = strtoll(text, NULL, 10) + 1;
    snprintf(text, sizeof(text), "%" PRId64, j->found.starts);
    return journal_db_set_meta(j->db, "starts", text);
}

/*
 * Where the end of the session lies on this boot's clock. In the same boot that is known; after a reboot only the wall
 * clock tells, and where it went backwards no time has passed. Never later than now.
 */
static void place_resume(struct journal *j, const struct db_session *row, const struct resume *resume,
                         const struct journal_clock *now)
{
    struct journal_found *f = &j->found;
    int64_t passed_ns;

    if (!resume->offered)
        return;
    f->resumable = true;
    f->resume = *resume;
    f->ended_wall_ns = row->wall_ns + (resume->ended_ns - row->t_ns);
    if (strcmp(row->boot, j->boot) == 0)
        passed_ns = now->mono_ns - resume->ended_ns;
    else
        passed_ns = now->wall_ns - f->ended_wall_ns;
    f->resume.ended_ns = now->mono_ns - (passed_ns > 0 ? passed_ns : 0);
}

/* The closing events happen now, in this boot; what they tell of is the last commit of the other. */
static int close_session(struct journal *j, const struct db_session *row, const struct journal_closing *closing,
                         const struct journal_clock *now)
{
    memcpy(j->state.session, row->session, sizeof(j->state.session));
    j->state.first_seq = row->first_seq;
    for (int i = 0; i < closing->n; i++) {
        struct event_head head = closing->heads[i];
        int r;

        head.t_ns = now->mono_ns;
        r = journal_write_closing(j, &head, closing->data[i], now, row->boot, row->t_ns);
        if (r < 0)
            return r;
    }
    j->found.closed_session = closing->n > 0;
    return journal_db_set_session(j->db, NULL);
}

static int recover_session(struct journal *j)
{
    struct db_session row = {0};
    struct journal_closing closing = {0};
    struct journal_clock now;
    int r = journal_db_session(j->db, &row);

    if (r <= 0)
        return r;
    j->clock(j->clock_self, &now);
    r = journal_closing_parse(row.closing, &closing);
    if (r == -EINVAL)
        r = 0; /* written by another version: the session stays without an end rather than the station without a start */
    if (r == 0)
        r = close_session(j, &row, &closing, &now);
    if (r == 0)
        place_resume(j, &row, &closing.resume, &now);
    journal_closing_free(&closing);
    free(row.closing);
    return r;
}

static int read_state(struct journal *j)
{
    char clean[2] = "1";
    int64_t last_seq;
    int r = journal_db_last_seq(j->db, &last_seq);

    if (r < 0)
        return r;
    j->state.next_seq = last_seq + 1;
    r = journal_db_meta(j->db, "clean", clean, sizeof(clean));
    if (r >= 0)
        r = journal_db_meta(j->db, "last_session", j->state.last_session, sizeof(j->state.last_session));
    j->found.clean = clean[0] == '1';
    return r < 0 ? r : 0;
}

/* Read after recovery, so that its events count. */
static int read_rest(struct journal *j)
{
    int64_t oldest_seq;
    char confirmed[24] = "";
    int r = journal_db_count_new(j->db, &j->waiting);

    if (r == 0)
        r = journal_db_oldest_new(j->db, &oldest_seq, &j->oldest_wall_ns);
    if (r == 0)
        r = journal_db_meta(j->db, "confirmed", confirmed, sizeof(confirmed));
    if (r < 0)
        return r;
    j->confirmed = j->confirmed_written = strtoll(confirmed, NULL, 10);
    j->taken = j->taken_written = oldest_seq > 0 ? oldest_seq - 1 : j->state.next_seq - 1;
    j->cursor = j->taken;
    j->found.last_seq = j->state.next_seq - 1;
    memcpy(j->found.last_session_id, j->state.last_session, sizeof(j->found.last_session_id));
    r = journal_db_last_session(j->db, &j->found.last_session);
    if (r >= 0)
        r = journal_db_held(j->db, j->found.held);
    if (r >= 0)
        r = journal_db_replies(j->db, &j->found);
    return r < 0 ? r : 0;
}

/* A journal that begins: what was held is taken over from beside the one before. */
static int take_held(struct journal *j)
{
    struct journal_held *held = j->found.held;
    int r = 0;

    if (!j->found.created || journal_held_load(j->path, j->station, held) < 0)
        return 0;
    for (int slot = 1; slot <= SLOT_MAX && r == 0; slot++) {
        if (held[slot].rev > 0)
            r = journal_db_hold(j->db, &held[slot]);
        j->found.held_kept = j->found.held_kept || held[slot].payload;
        free(held[slot].payload);
        held[slot] = (struct journal_held){0};
    }
    return r;
}

int journal_recover(struct journal *j, const char *serial)
{
    int r = journal_db_begin(j->db);

    if (r == 0)
        r = identify(j, serial);
    if (r == 0)
        r = count_start(j);
    if (r == 0)
        r = read_state(j);
    if (r == 0)
        r = recover_session(j);
    if (r == 0)
        r = take_held(j);
    if (r == 0)
        r = journal_db_commit(j->db);
    if (r < 0) {
        journal_db_rollback(j->db);
        return r;
    }
    return read_rest(j);
}
