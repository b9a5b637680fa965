/* SPDX-License-Identifier: MIT */
/* The journal as the loop and the mqtt thread see it; its thread is journal_writer.c. No foreign library. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include "daemon/io/journal/journal_writer.h"

int64_t journal_mono_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * NS_PER_S + t.tv_nsec;
}

static void system_clock(void *self, struct journal_clock *ret)
{
    struct timex timex = {.modes = 0}; /* reads only */
    struct timespec wall;
    int state = adjtimex(&timex);

    (void)self;
    clock_gettime(CLOCK_REALTIME, &wall);
    ret->mono_ns = journal_mono_ns();
    ret->wall_ns = wall.tv_sec * NS_PER_S + wall.tv_nsec;
    ret->synced = state >= 0 && state != TIME_ERROR && !(timex.status & STA_UNSYNC);
}

void journal_append_free(struct append *append)
{
    free(append->data);
    free(append->closing);
    free(append->reply.payload);
    for (int i = 0; i < append->held_n; i++)
        free(append->held[i].payload);
    free(append->held);
    *append = (struct append){0};
}

static void drop_queued(struct journal *j)
{
    struct append append;
    struct journal_notice notice;
    struct journal_row row;

    for (int i = 0; i < j->batch_n; i++)
        journal_append_free(&j->batch[i]);
    while (j->appends && queue_pop(j->appends, &append) == 1)
        journal_append_free(&append);
    while (j->notices && queue_pop(j->notices, &notice) == 1) {
        free(notice.envelope);
        free(notice.gone);
    }
    while (j->rows && queue_pop(j->rows, &row) == 1)
        free(row.body);
}

static void destroy(struct journal *j)
{
    drop_queued(j);
    queue_close(j->appends);
    queue_close(j->drains);
    queue_close(j->rows);
    queue_close(j->notices);
    if (j->stop_fd >= 0)
        close(j->stop_fd);
    if (j->done_fd >= 0)
        close(j->done_fd);
    for (int slot = 0; slot <= SLOT_MAX; slot++) {
        free(j->staged[slot].payload);
        free(j->found.held[slot].payload);
    }
    free(j->found.last_session);
    journal_replies_free(&j->found);
    journal_db_close(j->db);
    free(j->path);
    free(j->station);
    free(j->boot);
    free(j);
}

static int allocate(struct journal *j, const struct journal_config *config)
{
    int r;

    j->clock = config->clock ? config->clock : system_clock;
    j->clock_self = config->clock_self;
    j->keep_ns = config->keep_ns;
    j->max_bytes = config->max_bytes;
    j->confirmed_only = config->confirmed_only;
    j->path = strdup(config->path);
    j->station = strdup(config->station);
    j->boot = strdup(config->boot);
    if (!j->path || !j->station || !j->boot)
        return -ENOMEM;
    r = queue_open(&j->appends, JOURNAL_CAPACITY, sizeof(struct append));
    if (r == 0)
        r = queue_open(&j->drains, DRAINS_MAX, sizeof(struct drain));
    if (r == 0)
        r = queue_open(&j->rows, ROWS_MAX, sizeof(struct journal_row));
    if (r == 0)
        r = queue_open(&j->notices, NOTICES_MAX, sizeof(struct journal_notice));
    if (r < 0)
        return r;
    j->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    j->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return j->stop_fd < 0 || j->done_fd < 0 ? -errno : 0;
}

static int open_and_recover(struct journal *j, const char *serial, struct refusal *why)
{
    bool created;
    int r = journal_db_open(&j->db, j->path, &created, why);

    if (r < 0)
        return r;
    r = journal_recover(j, serial);
    if (r < 0)
        snprintf(why->reason, sizeof(why->reason), "%s", journal_db_error(j->db));
    return r;
}

/* Once more with an empty file; the other one is kept for whoever wants to look into it. */
static int start_anew(struct journal *j, const char *serial, const char *what, struct refusal *why)
{
    struct journal_clock now;
    char suffix[40];
    int r;

    j->clock(j->clock_self, &now);
    snprintf(suffix, sizeof(suffix), ".%s-%lld", what, (long long)(now.wall_ns / NS_PER_S));
    journal_db_close(j->db);
    j->db = NULL;
    j->state = (struct writer_state){0};
    r = journal_db_move_aside(j->path, suffix);
    if (r < 0) {
        snprintf(why->reason, sizeof(why->reason), "is %s and cannot be moved aside: %s", what, strerror(-r));
        return r;
    }
    snprintf(j->found.moved_aside, sizeof(j->found.moved_aside), "%s%s", j->path, suffix);
    why->reason[0] = '\0';
    return open_and_recover(j, serial, why);
}

/* Signals belong to the loop. */
static int start_thread(struct journal *j)
{
    sigset_t all, before;
    int r;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    r = -pthread_create(&j->thread, NULL, journal_writer_main, j);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return r;
}

int journal_open(struct journal **ret_journal, const struct journal_config *config, struct refusal *ret_why)
{
    const char *serial = config->serial ? config->serial : "";
    struct journal *j = calloc(1, sizeof(*j));
    int r;

    *ret_why = (struct refusal){0};
    snprintf(ret_why->path, sizeof(ret_why->path), "%s", config->path);
    if (!j)
        return -ENOMEM;
    j->stop_fd = j->done_fd = -1;
    j->backoff_ns = 100 * NS_PER_MS;
    j->found.ended_wall_ns = ABSENT;
    r = allocate(j, config);
    if (r == 0)
        r = open_and_recover(j, serial, ret_why);
    if (r == -EUCLEAN)
        r = start_anew(j, serial, "corrupt", ret_why);
    if (r == -EXDEV) {
        r = start_anew(j, serial, "cloned", ret_why);
        j->found.cloned = true;
    }
    if (r == 0)
        journal_reserve_make(j);
    if (r == 0)
        r = start_thread(j);
    if (r < 0) {
        if (ret_why->reason[0] == '\0')
            snprintf(ret_why->reason, sizeof(ret_why->reason), "%s", strerror(-r));
        destroy(j);
        return r;
    }
    *ret_journal = j;
    return 0;
}

int journal_close(struct journal *j, int timeout_ms)
{
    bool unwritten;

    if (!j)
        return 0;
    atomic_store(&j->stop_deadline_ns, journal_mono_ns() + timeout_ms * NS_PER_MS);
    eventfd_write(j->stop_fd, 1);
    /* The thread ends by itself, unless the disk holds it: then its memory stays with it until the process ends. */
    if (poll(&(struct pollfd){.fd = j->done_fd, .events = POLLIN}, 1, timeout_ms + 1000) != 1) {
        pthread_detach(j->thread);
        return -ETIMEDOUT;
    }
    pthread_join(j->thread, NULL);
    unwritten = atomic_load(&j->uncommitted) > 0;
    destroy(j);
    return unwritten ? -ETIMEDOUT : 0;
}

const struct journal_found *journal_found(const struct journal *j)
{
    return &j->found;
}

/* Hands what journal_hold() staged to the event that it belongs to. */
static int take_staged(struct journal *j, struct append *append)
{
    int n = 0;

    for (int slot = 1; slot <= SLOT_MAX; slot++)
        n += j->staged[slot].slot != 0;
    if (n == 0)
        return 0;
    append->held = calloc((size_t)n, sizeof(*append->held));
    if (!append->held)
        return -ENOMEM;
    for (int slot = 1; slot <= SLOT_MAX; slot++) {
        if (j->staged[slot].slot == 0)
            continue;
        append->held[append->held_n++] = j->staged[slot];
        j->staged[slot] = (struct journal_held){0};
    }
    return 0;
}

/* Takes over what append owns, in every case. */
static int push_append(struct journal *j, struct append *append)
{
    int r;

    atomic_fetch_add(&j->uncommitted, 1);
    r = queue_push(j->appends, append);
    if (r == 0)
        return 0;
    atomic_fetch_sub(&j->uncommitted, 1);
    journal_append_free(append);
    return r;
}

int journal_append(struct journal *j, const struct event_head *head, char *data_json, char *closing_json, bool more)
{
    struct append append = {.head = *head, .data = data_json, .closing = closing_json, .more = more};
    int r = data_json ? take_staged(j, &append) : -ENOMEM;

    if (r == 0)
        r = push_append(j, &append);
    else
        journal_append_free(&append);
    if (r < 0)
        j->lost++;
    return r;
}

int journal_remember(struct journal *j, enum command_kind command, const char *id, const char *payload, int64_t tag)
{
    struct append append = {.reply.command = command, .reply.payload = strdup(payload), .tag = tag};

    if (!append.reply.payload)
        return -ENOMEM;
    snprintf(append.reply.id, sizeof(append.reply.id), "%s", id);
    return push_append(j, &append);
}

int journal_hold(struct journal *j, const struct journal_held *held)
{
    struct journal_held copy = *held;

    if (held->payload) {
        copy.payload = malloc(held->size + 1);
        if (!copy.payload)
            return -ENOMEM;
        memcpy(copy.payload, held->payload, held->size);
        copy.payload[held->size] = '\0';
    }
    free(j->staged[held->slot].payload);
    j->staged[held->slot] = copy;
    return 0;
}

int journal_confirm(struct journal *j, int64_t upto)
{
    return queue_push(j->drains, &(struct drain){.kind = DRAIN_CONFIRM, .n = upto});
}

int journal_resend(struct journal *j, int64_t from, int64_t to, int64_t tag)
{
    return queue_push(j->drains, &(struct drain){.kind = DRAIN_RESEND, .generation = tag, .from = from, .to = to});
}

unsigned journal_backlog(const struct journal *j)
{
    return atomic_load(&j->uncommitted);
}

uint64_t journal_lost(const struct journal *j)
{
    return j->lost;
}

int journal_notice_fd(const struct journal *j)
{
    return queue_fd(j->notices);
}

int journal_next_notice(struct journal *j, struct journal_notice *ret_notice)
{
    return queue_pop(j->notices, ret_notice);
}

int journal_drain_rewind(struct journal *j, int64_t generation)
{
    return queue_push(j->drains, &(struct drain){.kind = DRAIN_REWIND, .generation = generation});
}

int journal_drain_credit(struct journal *j, int64_t generation, int n)
{
    return queue_push(j->drains, &(struct drain){.kind = DRAIN_CREDIT, .generation = generation, .n = n});
}

int journal_drain_ack(struct journal *j, int64_t seq)
{
    return queue_push(j->drains, &(struct drain){.kind = DRAIN_ACK, .n = seq});
}

int journal_drain_quarantine(struct journal *j, int64_t seq)
{
    return queue_push(j->drains, &(struct drain){.kind = DRAIN_QUARANTINE, .n = seq});
}

int journal_drain_forget(struct journal *j)
{
    return queue_push(j->drains, &(struct drain){.kind = DRAIN_FORGET});
}

int journal_drain_fd(const struct journal *j)
{
    return queue_fd(j->rows);
}

int journal_drain_next(struct journal *j, struct journal_row *ret_row)
{
    return queue_pop(j->rows, ret_row);
}
