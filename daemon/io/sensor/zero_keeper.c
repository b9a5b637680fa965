/* SPDX-License-Identifier: MIT */
/* Saves the working zero beside the loop, which must not wait for a disk; see gymstation/calibration.h. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "gymstation/calibration.h"
#include "gymstation/queue.h"

#define CAPACITY 8    /* only the last one counts */
#define AGAIN_MS 4000 /* after a disk that refused */

struct zero_message {
    bool wake; /* nothing but that: the end has come */
    struct working_zero zero;
};

struct zero_keeper {
    char *journal;
    struct queue *queue;
    pthread_t thread;
    atomic_bool ending;
};

/* Takes what was handed over; true when there is something new. */
static bool take(struct zero_keeper *keeper, struct working_zero *zero)
{
    struct zero_message message;
    bool fresh = false;

    while (queue_pop(keeper->queue, &message)) {
        if (message.wake)
            continue;
        *zero = message.zero;
        fresh = true;
    }
    return fresh;
}

static void *run(void *arg)
{
    struct zero_keeper *keeper = arg;
    struct pollfd wait = {.fd = queue_fd(keeper->queue), .events = POLLIN};
    struct working_zero zero;
    struct refusal why;
    bool due = false, ending;

    do {
        poll(&wait, 1, due ? AGAIN_MS : -1);
        ending = atomic_load(&keeper->ending);
        due = take(keeper, &zero) || due;
        due = due && working_zero_save(keeper->journal, &zero, &why) < 0;
    } while (!ending);
    return NULL;
}

int zero_keeper_open(struct zero_keeper **ret, const char *journal)
{
    struct zero_keeper *keeper = calloc(1, sizeof(*keeper));
    int r = -ENOMEM;

    if (keeper == NULL)
        return r;
    keeper->journal = strdup(journal);
    if (keeper->journal)
        r = queue_open(&keeper->queue, CAPACITY, sizeof(struct zero_message));
    if (r < 0)
        goto fail;
    r = -pthread_create(&keeper->thread, NULL, run, keeper);
    if (r < 0)
        goto fail_queue;
    *ret = keeper;
    return 0;

fail_queue:
    queue_close(keeper->queue);
fail:
    free(keeper->journal);
    free(keeper);
    return r;
}

int zero_keeper_put(struct zero_keeper *keeper, const struct working_zero *zero)
{
    const struct zero_message message = {.zero = *zero};

    return queue_push(keeper->queue, &message);
}

void zero_keeper_close(struct zero_keeper *keeper)
{
    const struct zero_message wake = {.wake = true};

    if (keeper == NULL)
        return;
    atomic_store(&keeper->ending, true);
    (void)queue_push(keeper->queue, &wake); /* a full queue has the thread awake already */
    pthread_join(keeper->thread, NULL);
    queue_close(keeper->queue);
    free(keeper->journal);
    free(keeper);
}
