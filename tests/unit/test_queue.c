/* SPDX-License-Identifier: MIT */
/* The queue between threads: order, bounds, the fd, and many producers at once (the reason it runs under TSan). */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gymstation/queue.h"

#define CAPACITY     8
#define PRODUCERS    4
#define PER_PRODUCER 5000
#define WAIT_MS      30000

struct message {
    int producer;
    int64_t n;
    char text[20];
};

static struct queue *open_queue(void)
{
    struct queue *queue = NULL;

    assert_int_equal(queue_open(&queue, CAPACITY, sizeof(struct message)), 0);
    return queue;
}

static int push(struct queue *queue, int64_t n)
{
    const struct message message = {.n = n, .text = "a text of some size"};

    return queue_push(queue, &message);
}

static bool readable(const struct queue *queue, int wait_ms)
{
    struct pollfd fd = {.fd = queue_fd(queue), .events = POLLIN};

    return poll(&fd, 1, wait_ms) == 1 && (fd.revents & POLLIN);
}

static void what_goes_in_comes_out_in_order(void **state)
{
    struct queue *queue = open_queue();
    struct message message;
    int64_t in = 0, out = 0;

    (void)state;
    /* Fill levels 1..CAPACITY, so that the ring wraps at every offset. */
    for (int round = 0; round < 50; round++) {
        for (int i = 0; i <= round % CAPACITY; i++)
            assert_int_equal(push(queue, in++), 0);
        while (queue_pop(queue, &message)) {
            assert_int_equal(message.n, out++);
            assert_string_equal(message.text, "a text of some size");
        }
        assert_int_equal(in, out);
    }
    queue_close(queue);
}

static void a_full_queue_refuses_and_keeps_what_it_has(void **state)
{
    struct queue *queue = open_queue();
    struct message message;

    (void)state;
    for (int i = 0; i < CAPACITY; i++)
        assert_int_equal(push(queue, i), 0);
    assert_int_equal(push(queue, 99), -EAGAIN);
    assert_int_equal(queue_length(queue), CAPACITY);
    assert_int_equal(queue_pop(queue, &message), 1);
    assert_int_equal(message.n, 0);
    assert_int_equal(push(queue, CAPACITY), 0);
    for (int i = 1; i <= CAPACITY; i++) {
        assert_int_equal(queue_pop(queue, &message), 1);
        assert_int_equal(message.n, i);
    }
    queue_close(queue);
}

static void the_fd_is_readable_exactly_while_something_waits(void **state)
{
    struct queue *queue = open_queue();
    struct message message;

    (void)state;
    assert_false(readable(queue, 0));
    push(queue, 1);
    push(queue, 2);
    assert_true(readable(queue, 0));
    queue_pop(queue, &message);
    assert_true(readable(queue, 0));
    queue_pop(queue, &message);
    assert_false(readable(queue, 0));
    assert_int_equal(queue_pop(queue, &message), 0);
    push(queue, 3);
    assert_true(readable(queue, 0));
    queue_close(queue);
}

static void nonsense_is_refused(void **state)
{
    struct queue *queue = NULL;

    (void)state;
    assert_int_equal(queue_open(&queue, 0, 8), -EINVAL);
    assert_int_equal(queue_open(&queue, 8, 0), -EINVAL);
    assert_int_equal(queue_open(&queue, SIZE_MAX / 2, 8), -EINVAL);
    assert_null(queue);
    queue_close(NULL);
}

struct producer {
    pthread_t thread;
    struct queue *queue;
    int id;
};

static void *produce(void *arg)
{
    struct producer *producer = arg;

    for (int64_t n = 0; n < PER_PRODUCER; n++) {
        const struct message message = {.producer = producer->id, .n = n};

        while (queue_push(producer->queue, &message) == -EAGAIN)
            sched_yield();
    }
    return NULL;
}

static void many_producers_lose_nothing_and_keep_their_order(void **state)
{
    struct queue *queue = open_queue();
    struct producer producers[PRODUCERS];
    int64_t next[PRODUCERS] = {0};
    struct message message;

    (void)state;
    for (int i = 0; i < PRODUCERS; i++) {
        producers[i] = (struct producer){.queue = queue, .id = i};
        assert_int_equal(pthread_create(&producers[i].thread, NULL, produce, &producers[i]), 0);
    }
    for (int got = 0; got < PRODUCERS * PER_PRODUCER;) {
        assert_true(readable(queue, WAIT_MS));
        for (; queue_pop(queue, &message); got++)
            assert_int_equal(message.n, next[message.producer]++);
    }
    for (int i = 0; i < PRODUCERS; i++)
        pthread_join(producers[i].thread, NULL);
    assert_int_equal(queue_length(queue), 0);
    queue_close(queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_goes_in_comes_out_in_order),
        cmocka_unit_test(a_full_queue_refuses_and_keeps_what_it_has),
        cmocka_unit_test(the_fd_is_readable_exactly_while_something_waits),
        cmocka_unit_test(nonsense_is_refused),
        cmocka_unit_test(many_producers_lose_nothing_and_keep_their_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
