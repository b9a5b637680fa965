/* SPDX-License-Identifier: MIT */
/*
 * The sensor's thread and its queue to the loop: what makes a driver a source; see sensor.h. The thread is real-time where that
 * is permitted, and calls no malloc, no log, and no lock but the queue's.
 */
#include "daemon/io/sensor/sensor.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "gymstation/queue.h"

#define QUEUE_INPUTS 1024 /* 12 s at 80 SPS: longer than the loop may stand still before the watchdog bites */
#define PRIORITY     60   /* above the kernel's threaded interrupts (50), so that they do not preempt a pulse */
#define STACK_BYTES  (128 * 1024)

struct sensor_source {
    struct source source; /* must be first */
    struct sensor sensor;
    struct sensor_driver *driver;
    struct queue *queue;
    pthread_t thread;
    atomic_bool stop;
    bool realtime, locked;
};

static struct sensor_source *sensor_of(const struct source *source)
{
    return (struct sensor_source *)source;
}

static void give(void *to, const struct input *input)
{
    struct sensor_source *source = to;

    if (queue_push(source->queue, input) < 0)
        sensor_count(&source->sensor, SENSOR_LOST);
}

static void note_cpu(struct sensor_source *source)
{
    struct timespec used;

    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used) == 0)
        atomic_store_explicit(&source->sensor.counters[SENSOR_CPU_US],
                              (uint64_t)used.tv_sec * 1000000 + (uint64_t)used.tv_nsec / 1000, memory_order_relaxed);
}

static void *thread_main(void *arg)
{
    struct sensor_source *source = arg;

    while (!atomic_load_explicit(&source->stop, memory_order_relaxed)) {
        sensor_run(&source->sensor, source->driver);
        note_cpu(source);
    }
    return NULL;
}

/*
 * Pages are locked as they are touched: plain mlockall() costs 47 MB. Future mappings only where there is no limit: under one
 * every later malloc or thread could fail.
 */
static bool lock_memory(void)
{
    struct rlimit limit;
    int what = MCL_CURRENT | MCL_ONFAULT;

    if (getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur == RLIM_INFINITY)
        what |= MCL_FUTURE;
    return mlockall(what) == 0;
}

static int start(struct sensor_source *source)
{
    const struct sched_param param = {.sched_priority = PRIORITY};
    pthread_attr_t attr;
    int r = pthread_attr_init(&attr);

    if (r != 0)
        return -r;
    r = pthread_attr_setstacksize(&attr, STACK_BYTES);
    if (r == 0) {
        source->realtime = pthread_attr_setinheritsched(&attr, PTHREAD_EXPLICIT_SCHED) == 0 &&
                           pthread_attr_setschedpolicy(&attr, SCHED_FIFO) == 0 &&
                           pthread_attr_setschedparam(&attr, &param) == 0 &&
                           pthread_create(&source->thread, &attr, thread_main, source) == 0;
        if (!source->realtime && pthread_attr_setinheritsched(&attr, PTHREAD_INHERIT_SCHED) == 0)
            r = pthread_create(&source->thread, &attr, thread_main, source);
    }
    pthread_attr_destroy(&attr);
    return -r;
}

static int source_fd(const struct source *source)
{
    return queue_fd(sensor_of(source)->queue);
}

static int source_next(struct source *source, int64_t now_ns, struct input *ret_input, const char **ret_text)
{
    (void)now_ns; /* whatever is there has happened */
    *ret_text = NULL;
    return queue_pop(sensor_of(source)->queue, ret_input);
}

static void source_close(struct source *source)
{
    struct sensor_source *sensor = sensor_of(source);

    atomic_store(&sensor->stop, true);
    pthread_join(sensor->thread, NULL); /* 100 ms: the longest step */
    sensor->driver->ops->close(sensor->driver);
    queue_close(sensor->queue);
    free(sensor);
}

static const struct source_ops ops = {.fd = source_fd, .next = source_next, .close = source_close};

int sensor_start(struct sensor_driver *driver, int64_t nominal_ns, int64_t mono_ns, struct source **ret_source)
{
    struct sensor_source *source = calloc(1, sizeof(*source));
    int r = source ? queue_open(&source->queue, QUEUE_INPUTS, sizeof(struct input)) : -ENOMEM;

    if (r < 0)
        goto close_driver;
    source->source.ops = &ops;
    source->source.time = (struct source_time){.base_mono_ns = mono_ns, .base_ns = mono_ns, .speed_milli = 1000};
    source->driver = driver;
    source->sensor.give = give;
    source->sensor.to = source;
    sensor_init(&source->sensor, nominal_ns, mono_ns);
    source->locked = lock_memory();
    r = start(source);
    if (r < 0)
        goto close_queue;
    *ret_source = &source->source;
    return 0;

close_queue:
    queue_close(source->queue);
close_driver:
    driver->ops->close(driver);
    free(source);
    return r;
}

void sensor_counters(const struct source *source, uint64_t ret[SENSOR_COUNTER_COUNT])
{
    struct sensor_source *sensor = sensor_of(source);

    for (int i = 0; i < SENSOR_COUNTER_COUNT; i++)
        ret[i] = atomic_load_explicit(&sensor->sensor.counters[i], memory_order_relaxed);
}

bool sensor_realtime(const struct source *source)
{
    return sensor_of(source)->realtime;
}

bool sensor_locked(const struct source *source)
{
    return sensor_of(source)->locked;
}
