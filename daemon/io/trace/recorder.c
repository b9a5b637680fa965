/* SPDX-License-Identifier: MIT */
#include "gymstation/recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gymstation/queue.h"

#define FILE_NAME_LEN 320

enum message_kind { MESSAGE_BEGIN, MESSAGE_LINE, MESSAGE_GIVE_UP, MESSAGE_WAKE };
enum ending { ENDING_NO, ENDING_DROP, ENDING_KEEP };

struct message {
    enum message_kind kind;
    bool keep_last; /* MESSAGE_BEGIN */
    char *path;     /* MESSAGE_BEGIN */
    char *text;     /* header or line */
};

struct recorder {
    char dir[256];
    struct queue *queue;
    pthread_t thread;
    char *line; /* TRACE_LINE_MAX bytes, the loop's */
    bool recording;
    atomic_uint given_up;
    atomic_int ending; /* enum ending: what to do once everything queued has been written */
    /* the thread's */
    FILE *file;
    char *path;
    bool broken;
};

/* ---- the thread ------------------------------------------------------------------------------------------------- */

static void finish(struct recorder *recorder, bool keep)
{
    if (recorder->file && fclose(recorder->file) != 0)
        recorder->broken = true;
    if (recorder->path && (!keep || recorder->broken))
        unlink(recorder->path);
    if (recorder->broken && keep)
        atomic_fetch_add(&recorder->given_up, 1);
    free(recorder->path);
    recorder->file = NULL;
    recorder->path = NULL;
    recorder->broken = false;
}

static void put(struct recorder *recorder, const char *text)
{
    if (recorder->file && fputs(text, recorder->file) == EOF)
        recorder->broken = true;
}

static void begin(struct recorder *recorder, struct message *message)
{
    finish(recorder, message->keep_last);
    recorder->path = message->path;
    recorder->file = fopen(message->path, "we");
    recorder->broken = recorder->file == NULL;
    put(recorder, message->text);
}

static void take(struct recorder *recorder, struct message *message)
{
    switch (message->kind) {
    case MESSAGE_BEGIN: begin(recorder, message); break;
    case MESSAGE_LINE: put(recorder, message->text); break;
    case MESSAGE_GIVE_UP: recorder->broken = true; break;
    case MESSAGE_WAKE: break;
    }
    free(message->text);
}

static void *run(void *arg)
{
    struct recorder *recorder = arg;
    struct pollfd wait = {.fd = queue_fd(recorder->queue), .events = POLLIN};
    struct message message;
    int ending;

    do {
        /* What woke it may have been drained before the end was looked at: it is looked at again before it waits. */
        if (atomic_load(&recorder->ending) == ENDING_NO)
            poll(&wait, 1, -1);
        ending = atomic_load(&recorder->ending);
        while (queue_pop(recorder->queue, &message))
            take(recorder, &message);
        if (recorder->file && fflush(recorder->file) != 0)
            recorder->broken = true;
    } while (ending == ENDING_NO);
    finish(recorder, ending == ENDING_KEEP);
    return NULL;
}

/* ---- the loop ----------------------------------------------------------------------------------------------------- */

static int refuse(struct refusal *why, const char *dir, const char *reason)
{
    snprintf(why->path, sizeof(why->path), "%s", dir);
    snprintf(why->reason, sizeof(why->reason), "%s", reason);
    return -errno;
}

int recorder_open(struct recorder **ret_recorder, const char *dir, struct refusal *ret_why)
{
    struct recorder *recorder;
    int r;

    if (access(dir, W_OK | X_OK) != 0)
        return refuse(ret_why, dir,
                      "recordings cannot be written here: create the directory and let the service write it");
    recorder = calloc(1, sizeof(*recorder));
    if (recorder == NULL)
        return -ENOMEM;
    snprintf(recorder->dir, sizeof(recorder->dir), "%s", dir);
    recorder->line = malloc(TRACE_LINE_MAX);
    r = recorder->line ? queue_open(&recorder->queue, RECORDER_CAPACITY, sizeof(struct message)) : -ENOMEM;
    if (r < 0)
        goto fail;
    r = -pthread_create(&recorder->thread, NULL, run, recorder);
    if (r < 0)
        goto fail_queue;
    *ret_recorder = recorder;
    return 0;

fail_queue:
    queue_close(recorder->queue);
fail:
    free(recorder->line);
    free(recorder);
    return r;
}

static char *header_text(const struct trace_header *header)
{
    char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    int r = memory ? trace_header_write(memory, header) : -ENOMEM;

    if (memory && fclose(memory) != 0)
        r = -ENOMEM;
    if (r == 0)
        return text;
    free(text);
    return NULL;
}

int recorder_begin(struct recorder *recorder, const struct trace_header *header, const char *name, bool keep_last)
{
    struct message message = {.kind = MESSAGE_BEGIN, .keep_last = keep_last};
    int r = -ENOMEM;

    recorder->recording = false;
    message.path = malloc(FILE_NAME_LEN);
    message.text = header_text(header);
    if (message.path && message.text) {
        snprintf(message.path, FILE_NAME_LEN, "%s/%s.trace", recorder->dir, name);
        r = queue_push(recorder->queue, &message);
    }
    if (r < 0) {
        free(message.path);
        free(message.text);
        return r;
    }
    recorder->recording = true;
    return 0;
}

/* A line is missing from here on: the thread learns of it as soon as there is room to say so. */
static void give_up(struct recorder *recorder)
{
    struct message message = {.kind = MESSAGE_GIVE_UP};

    if (queue_push(recorder->queue, &message) == 0)
        recorder->recording = false;
}

void recorder_input(struct recorder *recorder, const struct input *input, const char *text, size_t text_len)
{
    struct message message = {.kind = MESSAGE_LINE};
    int len;

    if (!recorder->recording)
        return;
    len = trace_line_format(recorder->line, TRACE_LINE_MAX, input, text, text_len);
    if (len == 0)
        return;
    message.text = len > 0 ? strndup(recorder->line, (size_t)len) : NULL;
    if (message.text == NULL || queue_push(recorder->queue, &message) < 0) {
        free(message.text);
        give_up(recorder);
    }
}

unsigned recorder_given_up(const struct recorder *recorder)
{
    return atomic_load(&recorder->given_up);
}

void recorder_close(struct recorder *recorder, bool keep_last)
{
    struct message wake = {.kind = MESSAGE_WAKE};

    if (recorder == NULL)
        return;
    atomic_store(&recorder->ending, keep_last ? ENDING_KEEP : ENDING_DROP);
    (void)queue_push(recorder->queue, &wake); /* a full queue has the thread awake already */
    pthread_join(recorder->thread, NULL);
    queue_close(recorder->queue);
    free(recorder->line);
    free(recorder);
}
