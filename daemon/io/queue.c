/* SPDX-License-Identifier: MIT */
/* Bounded queue between threads; see gymstation/queue.h. */
#include "gymstation/queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct queue {
    pthread_mutex_t lock; /* guards first, length and the eventfd's state; the rest never changes */
    size_t capacity, message_size;
    size_t first, length; /* ring of messages: the oldest is at first */
    int fd;
    unsigned char messages[];
};

/* A sample's thread must not wait behind a loop that was preempted by something of medium priority. */
static int init_lock(pthread_mutex_t *lock)
{
    pthread_mutexattr_t attr;
    int r = pthread_mutexattr_init(&attr);

    if (r != 0)
        return -r;
    r = pthread_mutexattr_setprotocol(&attr, PTHREAD_PRIO_INHERIT);
    if (r == 0)
        r = pthread_mutex_init(lock, &attr);
    pthread_mutexattr_destroy(&attr);
    return -r;
}

int queue_open(struct queue **ret_queue, size_t capacity, size_t message_size)
{
    struct queue *queue;
    size_t bytes;
    int r;

    if (capacity == 0 || message_size == 0 || __builtin_mul_overflow(capacity, message_size, &bytes) ||
        __builtin_add_overflow(bytes, sizeof(*queue), &bytes))
        return -EINVAL;
    queue = malloc(bytes);
    if (!queue)
        return -ENOMEM;
    memset(queue, 0, bytes); /* touched now, so that the first push of a real-time thread takes no page fault */
    queue->capacity = capacity;
    queue->message_size = message_size;
    queue->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (queue->fd < 0) {
        r = -errno;
        goto fail_memory;
    }
    r = init_lock(&queue->lock);
    if (r < 0)
        goto fail_fd;
    *ret_queue = queue;
    return 0;

fail_fd:
    close(queue->fd);
fail_memory:
    free(queue);
    return r;
}

static unsigned char *message_at(struct queue *queue, size_t n)
{
    return queue->messages + (queue->first + n) % queue->capacity * queue->message_size;
}

int queue_push(struct queue *queue, const void *message)
{
    int r = -EAGAIN;

    pthread_mutex_lock(&queue->lock);
    if (queue->length < queue->capacity) {
        memcpy(message_at(queue, queue->length), message, queue->message_size);
        if (queue->length++ == 0)
            (void)eventfd_write(queue->fd, 1); /* the counter is 0 here: this cannot fail */
        r = 0;
    }
    pthread_mutex_unlock(&queue->lock);
    return r;
}

int queue_pop(struct queue *queue, void *ret_message)
{
    eventfd_t counter;
    int r = 0;

    pthread_mutex_lock(&queue->lock);
    if (queue->length > 0) {
        memcpy(ret_message, message_at(queue, 0), queue->message_size);
        queue->first = (queue->first + 1) % queue->capacity;
        if (--queue->length == 0)
            (void)eventfd_read(queue->fd, &counter); /* the counter is 1 here */
        r = 1;
    }
    pthread_mutex_unlock(&queue->lock);
    return r;
}

int queue_fd(const struct queue *queue)
{
    return queue->fd;
}

size_t queue_length(struct queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    size_t length = queue->length;
    pthread_mutex_unlock(&queue->lock);
    return length;
}

void queue_close(struct queue *queue)
{
    if (!queue)
        return;
    pthread_mutex_destroy(&queue->lock);
    close(queue->fd);
    free(queue);
}
