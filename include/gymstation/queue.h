/* SPDX-License-Identifier: MIT */
/*
 * A bounded queue of fixed-size messages with an eventfd: the only way one thread hands anything to another.
 *
 * Any number of threads may push, one pops. Nobody waits for space and nobody waits for a message: a full queue
 * refuses, an empty one says so, and the fd wakes the consumer's loop. The lock is held for one copy and at most one
 * system call, and hands its holder the priority of a real-time thread that waits for it.
 *
 * Messages are copied in and out byte by byte. What a pointer inside a message points to is the producer's before the
 * push, the consumer's after the pop, and in between nobody's: a refused message stays the producer's, and the
 * consumer pops until the queue is empty before it closes it.
 */
#ifndef GYMSTATION_QUEUE_H
#define GYMSTATION_QUEUE_H

#include <stddef.h>

struct queue;

/* capacity in messages, message_size in bytes, both >= 1. 0, -EINVAL, -ENOMEM or what eventfd(2) says. */
int queue_open(struct queue **ret_queue, size_t capacity, size_t message_size);

/* Any thread. 0, or -EAGAIN when the queue is full: the message was not taken, the caller counts what it loses. */
int queue_push(struct queue *queue, const void *message);

/* The consumer's thread: 1 and the oldest message in *ret_message, or 0 when there is none. */
int queue_pop(struct queue *queue, void *ret_message);

/* Readable exactly while the queue holds a message. Poll it, never read it; it stays the queue's. */
int queue_fd(const struct queue *queue);

/* Any thread; how many messages wait. Only a hint: others may push or pop meanwhile. */
size_t queue_length(struct queue *queue);

/* When no other thread uses the queue any more. Messages still inside are dropped. NULL is fine. */
void queue_close(struct queue *queue);

#endif
