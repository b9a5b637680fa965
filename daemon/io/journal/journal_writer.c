/* SPDX-License-Identifier: MIT */
/* The journal thread: gives numbers and wall time to events, commits them, hands rows to mqtt. No foreign library. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

#include "daemon/io/journal/journal_closing.h"
#include "daemon/io/journal/journal_writer.h"
#include "gymstation/event_json.h"

#define RETRY_MIN_NS (100 * NS_PER_MS)
#define RETRY_MAX_NS (5 * NS_PER_S)
/* The rest of a moment is microseconds behind its first event, unless it was lost to a full queue. */
#define MOMENT_NS  (100 * NS_PER_MS)
#define STALLED_MS 20 /* look again when mqtt has not emptied its queue */

struct stamp_extra {
    const char *last_boot;
    int64_t last_t_ns;
};

static int add_envelope(struct journal *j, const struct event_head *head, const char *data,
                        const struct journal_clock *now, const struct stamp_extra *extra, char **ret_envelope)
{
    struct envelope_stamp stamp = {
        .journal = j->found.journal,
        .seq = j->state.next_seq,
        .station = j->station,
        .boot = j->boot,
        .wall_ns = now->wall_ns + (head->t_ns - now->mono_ns),
        .clock = now->synced ? CLOCK_SYNCED : CLOCK_UNSYNCED,
        .session = j->state.session,
        .last_session = j->state.last_session,
        .first_seq = j->state.first_seq,
        .last_boot = extra ? extra->last_boot : NULL,
        .last_t_ns = extra ? extra->last_t_ns : 0,
    };
    struct db_event row = {.seq = stamp.seq,
                           .type = event_type_str(head->type),
                           .boot = j->boot,
                           .session = head->in_session ? j->state.session : "",
                           .t_ns = head->t_ns,
                           .wall_ns = stamp.wall_ns};
    char *envelope = envelope_json(&stamp, head, data);
    int r;

    if (!envelope)
        return -EINVAL;
    row.body = envelope;
    r = journal_db_add(j->db, &row);
    if (r < 0)
        free(envelope);
    else
        *ret_envelope = envelope;
    return r;
}

/* What an event changes for those behind it, in memory and in the file. */
static int after_event(struct journal *j, const struct event_head *head)
{
    j->state.next_seq++;
    if (head->type == EVENT_STATION_STARTED)
        return journal_db_set_meta(j->db, "clean", "0");
    if (head->type == EVENT_STATION_STOPPING)
        return journal_db_set_meta(j->db, "clean", "1");
    if (head->type != EVENT_SESSION_COMPLETED)
        return 0;
    memcpy(j->state.last_session, j->state.session, sizeof(j->state.last_session));
    j->state.session[0] = '\0';
    j->state.first_seq = 0;
    return journal_db_set_meta(j->db, "last_session", j->state.last_session);
}

static int write_event(struct journal *j, const struct event_head *head, const char *data,
                       const struct journal_clock *now, const struct stamp_extra *extra,
                       struct journal_notice *ret_notice)
{
    char *envelope = NULL;
    int r;

    if (head->type == EVENT_SESSION_STARTED) {
        session_uuid(j->found.journal, j->state.next_seq, j->state.session);
        j->state.first_seq = j->state.next_seq;
    }
    *ret_notice = (struct journal_notice){
        .kind = JOURNAL_COMMITTED, .seq = j->state.next_seq, .type = head->type, .t_ns = head->t_ns};
    if (head->in_session)
        memcpy(ret_notice->session, j->state.session, sizeof(ret_notice->session));
    r = add_envelope(j, head, data, now, extra, &envelope);
    if (r == 0)
        r = after_event(j, head);
    if (r == 0 && head->type == EVENT_SESSION_COMPLETED)
        ret_notice->envelope = envelope;
    else
        free(envelope);
    return r;
}

int journal_write_closing(struct journal *j, const struct event_head *head, const char *data,
                          const struct journal_clock *now, const char *last_boot, int64_t last_t_ns)
{
    struct stamp_extra extra = {.last_boot = last_boot, .last_t_ns = last_t_ns};
    struct journal_notice notice; /* nobody listens yet: journal_found() says what there was */
    int r = write_event(j, head, data, now, &extra, &notice);

    if (r == 0)
        free(notice.envelope);
    return r;
}

int journal_write_own(struct journal *j, const struct event *event, const struct journal_clock *now,
                      struct journal_notice *ret_notice)
{
    char *data = event_data_json(event, NULL);
    int r = data ? write_event(j, &event->head, data, now, NULL, ret_notice) : -ENOMEM;

    free(data);
    return r;
}

static int write_session_row(struct journal *j, const struct append *last, const struct journal_clock *now)
{
    struct db_session row = {.first_seq = j->state.first_seq,
                             .t_ns = last->head.t_ns,
                             .wall_ns = now->wall_ns + (last->head.t_ns - now->mono_ns),
                             .closing = last->closing};

    if (!last->closing)
        return journal_db_set_session(j->db, NULL);
    memcpy(row.session, j->state.session, sizeof(row.session));
    snprintf(row.boot, sizeof(row.boot), "%s", j->boot);
    return journal_db_set_session(j->db, &row);
}

/* What the notice owns is lost with it when the loop is stuck: all that matters is in the file. */
void journal_notify(struct journal *j, struct journal_notice *notice)
{
    notice->waiting = j->waiting;
    notice->oldest_wall_ns = j->oldest_wall_ns;
    if (queue_push(j->notices, notice) == 0)
        return;
    free(notice->envelope);
    free(notice->gone);
}

void journal_note_trouble(struct journal *j, int error)
{
    struct journal_notice notice = {.kind = JOURNAL_TROUBLE, .error = error};

    if (j->trouble == error)
        return;
    j->trouble = error;
    snprintf(notice.text, sizeof(notice.text), "%s", journal_db_error(j->db));
    journal_notify(j, &notice);
}

void journal_note_success(struct journal *j)
{
    struct journal_notice notice = {.kind = JOURNAL_RECOVERED};
    int64_t seq;

    journal_db_oldest_new(j->db, &seq, &j->oldest_wall_ns);
    j->backoff_ns = RETRY_MIN_NS;
    if (j->trouble == 0)
        return;
    j->trouble = 0;
    journal_notify(j, &notice);
}

/* An event that cannot be rendered would stop all others for ever: it is left out, and said. It is a bug. */
static int write_append(struct journal *j, const struct append *a, const struct journal_clock *now,
                        struct journal_notice *ret_notice)
{
    int r;

    if (!a->data) {
        *ret_notice = (struct journal_notice){.kind = JOURNAL_REMEMBERED, .tag = a->tag};
        return journal_db_remember(j->db, &a->reply);
    }
    r = write_event(j, &a->head, a->data, now, NULL, ret_notice);
    if (r == -EINVAL) {
        *ret_notice = (struct journal_notice){.kind = JOURNAL_TROUBLE, .error = r};
        snprintf(ret_notice->text, sizeof(ret_notice->text), "event %s has no valid data: it is lost",
                 event_type_str(a->head.type));
        r = 0;
    }
    for (int i = 0; r == 0 && i < a->held_n; i++)
        r = journal_db_hold(j->db, &a->held[i]);
    return r;
}

/* The last event of the batch, or NULL: replies say nothing of the session. */
static const struct append *last_event(const struct journal *j)
{
    for (int i = j->batch_n - 1; i >= 0; i--)
        if (j->batch[i].data)
            return &j->batch[i];
    return NULL;
}

static int write_transaction(struct journal *j, int *ret_written, int64_t *ret_taken)
{
    struct journal_clock now;
    int r = journal_db_begin(j->db);

    *ret_written = 0;
    j->clock(j->clock_self, &now);
    for (int i = 0; r == 0 && i < j->batch_n; i++) {
        r = write_append(j, &j->batch[i], &now, &j->notice[i]);
        *ret_written = i + 1;
    }
    if (r == 0 && last_event(j))
        r = write_session_row(j, last_event(j), &now);
    if (r == 0)
        r = journal_write_marks(j, ret_taken);
    return r == 0 ? journal_db_commit(j->db) : r;
}

static void undo_batch(struct journal *j, const struct writer_state *saved, int written)
{
    journal_db_rollback(j->db);
    j->state = *saved;
    for (int i = 0; i < written; i++)
        free(j->notice[i].envelope);
}

static void batch_failed(struct journal *j, const struct writer_state *saved, int written, int error)
{
    journal_note_trouble(j, error);
    undo_batch(j, saved, written);
    j->retry_ns = journal_mono_ns() + j->backoff_ns;
    j->backoff_ns = j->backoff_ns * 2 < RETRY_MAX_NS ? j->backoff_ns * 2 : RETRY_MAX_NS;
}

/* A copy beside the journal: not to have it is no trouble until the journal is lost as well. */
static void save_held(struct journal *j)
{
    struct journal_held held[SLOT_MAX + 1] = {0};

    if (journal_db_held(j->db, held) >= 0)
        journal_held_save(j->path, j->station, held);
    for (int slot = 1; slot <= SLOT_MAX; slot++)
        free(held[slot].payload);
}

static void write_batch(struct journal *j)
{
    struct writer_state saved = j->state;
    int64_t taken = 0;
    bool held = false;
    int written;
    int r = write_transaction(j, &written, &taken);

    if (r == -ENOSPC && journal_reserve_release(j)) {
        undo_batch(j, &saved, written); /* at once, with the space of the reserve */
        return;
    }
    if (r < 0) {
        batch_failed(j, &saved, written, r);
        return;
    }
    journal_marks_written(j);
    j->waiting += j->state.next_seq - saved.next_seq - taken;
    journal_note_success(j);
    atomic_fetch_sub(&j->uncommitted, (unsigned)j->batch_n);
    for (int i = 0; i < j->batch_n; i++) {
        journal_notify(j, &j->notice[i]);
        held = held || j->batch[i].held_n > 0;
        journal_append_free(&j->batch[i]);
    }
    j->batch_n = 0;
    if (held)
        save_held(j);
}

/* The batch ends between two events of one moment. */
static bool in_moment(const struct journal *j)
{
    return j->batch_n > 0 && j->batch_n < BATCH_ROOM && j->batch[j->batch_n - 1].more;
}

static void take_appends(struct journal *j)
{
    bool had_part = in_moment(j);

    if (j->batch_n > 0 && !had_part)
        return;
    while ((j->batch_n < BATCH_MAX || in_moment(j)) && queue_pop(j->appends, &j->batch[j->batch_n]) == 1)
        j->batch_n++;
    j->retry_ns = INT64_MIN;
    if (!in_moment(j))
        return;
    if (!had_part)
        j->part_since_ns = journal_mono_ns();
    j->retry_ns = j->part_since_ns + MOMENT_NS;
}

static int poll_timeout_ms(const struct journal *j, int64_t now_ns)
{
    int64_t due_ns = NEVER;

    if (j->batch_n > 0)
        due_ns = j->retry_ns;
    if (journal_marks_due(j) && j->taken_due_ns < due_ns)
        due_ns = j->taken_due_ns;
    if (j->keep_due_ns < due_ns)
        due_ns = j->keep_due_ns;
    if (journal_rows_wanted(j) && now_ns + STALLED_MS * NS_PER_MS < due_ns)
        due_ns = now_ns + STALLED_MS * NS_PER_MS;
    if (j->stopping && now_ns + STALLED_MS * NS_PER_MS < due_ns)
        due_ns = now_ns + STALLED_MS * NS_PER_MS;
    if (due_ns == NEVER)
        return -1;
    return due_ns <= now_ns ? 0 : (int)((due_ns - now_ns) / NS_PER_MS) + 1;
}

static void wait_for_work(struct journal *j)
{
    struct pollfd fds[] = {
        {.fd = queue_fd(j->drains), .events = POLLIN},
        /* A batch at hand comes first, unless it waits for the rest of a moment. */
        {.fd = j->batch_n > 0 && !in_moment(j) ? -1 : queue_fd(j->appends), .events = POLLIN},
        {.fd = j->stopping ? -1 : j->stop_fd, .events = POLLIN},
    };

    poll(fds, 3, poll_timeout_ms(j, journal_mono_ns()));
    if (fds[2].revents)
        j->stopping = true;
}

static bool finished(const struct journal *j)
{
    if (!j->stopping)
        return false;
    return (j->batch_n == 0 && queue_length(j->appends) == 0) || journal_mono_ns() >= atomic_load(&j->stop_deadline_ns);
}

void *journal_writer_main(void *arg)
{
    struct journal *j = arg;

    while (!finished(j)) {
        wait_for_work(j);
        journal_take_drains(j);
        take_appends(j);
        if (j->batch_n > 0 && journal_mono_ns() >= j->retry_ns)
            write_batch(j);
        if (journal_marks_due(j) && journal_mono_ns() >= j->taken_due_ns)
            journal_flush_marks(j);
        journal_send_rows(j);
        if (!j->stopping && journal_mono_ns() >= j->keep_due_ns)
            journal_keep(j);
    }
    journal_take_drains(j);
    if (journal_marks_due(j))
        journal_flush_marks(j);
    eventfd_write(j->done_fd, 1);
    return NULL;
}
