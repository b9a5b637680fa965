/* SPDX-License-Identifier: MIT */
/*
 * The sensor's thread in real time: numbers through the queue, what it costs, how it ends. The chip answers at once, but every
 * look at a line is one system call, as it is on a board.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "daemon/io/sensor/hx711.h"
#include "daemon/io/sensor/sensor_clock.h"

#define PERIOD_NS   (12500 * NS_PER_MS / 1000)
#define DEADLINE_NS (60 * NS_PER_S)

struct chip {
    int pipe[2]; /* something to ask the kernel about */
    int64_t next_ns;
    bool ready, high;
    int pulses;
    uint32_t bits, count;
};

static int64_t now_ns(void)
{
    return sensor_clock_real.now_ns(NULL);
}

static void ask_kernel(const struct chip *chip)
{
    int n;

    assert_int_equal(ioctl(chip->pipe[0], FIONREAD, &n), 0);
}

static int chip_clock(void *self, bool high)
{
    struct chip *chip = self;

    ask_kernel(chip);
    if (high && !chip->high && chip->ready && ++chip->pulses > 24)
        chip->ready = false;
    chip->high = high;
    return 0;
}

static int chip_data(void *self)
{
    struct chip *chip = self;

    ask_kernel(chip);
    if (now_ns() >= chip->next_ns && !chip->ready) {
        chip->next_ns += (now_ns() - chip->next_ns) / PERIOD_NS * PERIOD_NS + PERIOD_NS;
        chip->ready = true;
        chip->pulses = 0;
        chip->bits = 0x100000 + chip->count++ % 1000;
    }
    return !chip->ready ? 1 : chip->pulses == 0 ? 0 : (int)(chip->bits >> (24 - chip->pulses)) & 1;
}

static void chip_close(void *self)
{
    struct chip *chip = self;

    close(chip->pipe[0]);
    close(chip->pipe[1]);
}

static struct source *start(struct chip *chip)
{
    const struct hx711_wire wire = {.clock = chip_clock,
                                    .data = chip_data,
                                    .now_ns = sensor_clock_real.now_ns,
                                    .sleep_until = sensor_clock_real.sleep_until,
                                    .close = chip_close,
                                    .self = chip};
    struct sensor_driver *driver;
    struct source *source;

    *chip = (struct chip){.next_ns = now_ns() + PERIOD_NS};
    assert_int_equal(pipe(chip->pipe), 0);
    assert_int_equal(hx711_open(&wire, 128, PERIOD_NS, &driver), 0);
    assert_int_equal(sensor_start(driver, PERIOD_NS, now_ns(), &source), 0);
    return source;
}

/* Waits for the next input, whatever it is. */
static void next_input(struct source *source, struct input *ret)
{
    struct pollfd ready = {.fd = source->ops->fd(source), .events = POLLIN};
    int64_t until_ns = now_ns() + DEADLINE_NS;
    const char *text;

    while (source->ops->next(source, now_ns(), ret, &text) == 0) {
        assert_true(now_ns() < until_ns);
        poll(&ready, 1, 1000);
    }
}

/*
 * 1 % is promised for what is delivered; a debug build may take twice that, and sanitizers what they need. It is the thread's
 * processor time, and the best of some seconds counts: neighbours make every call dearer, never cheaper.
 */
#ifdef NDEBUG
#define LIMIT_PCT 1.0
#else
#define LIMIT_PCT 2.0
#endif
#define WINDOW      80 /* numbers: a second */
#define WINDOWS     3
#define WINDOWS_MAX 30 /* until one is cheap enough */

static double limit_pct(void)
{
    const char *sanitizers = getenv("GYMSTATION_SANITIZE");

    return sanitizers && sanitizers[0] != '\0' ? 50 : LIMIT_PCT;
}

static uint64_t cpu_us(const struct source *source)
{
    uint64_t counters[SENSOR_COUNTER_COUNT];

    sensor_counters(source, counters);
    return counters[SENSOR_CPU_US];
}

/* Per cent of a core at 80 SPS that the next numbers cost. */
static double window_pct(struct source *source, int64_t *last_ns)
{
    uint64_t before_us = cpu_us(source);
    struct input input;

    for (int numbers = 0; numbers < WINDOW;) {
        next_input(source, &input);
        if (input.kind != INPUT_FORCE)
            continue; /* a machine so busy that the reader came late */
        assert_in_range(input.u.force.raw, 0x100000, 0x100000 + 999);
        assert_true(input.stamp_ns > *last_ns && input.stamp_ns <= now_ns());
        *last_ns = input.stamp_ns;
        numbers++;
    }
    return (double)(cpu_us(source) - before_us) * 1e5 / ((double)WINDOW * PERIOD_NS);
}

static void test_numbers_come_through_the_queue_and_cost_little(void **state)
{
    struct chip chip;
    struct source *source = start(&chip);
    uint64_t counters[SENSOR_COUNTER_COUNT];
    int64_t last_ns = 0;
    double best_pct = window_pct(source, &last_ns); /* with what starting costs */

    (void)state;
    for (int i = 0; i < WINDOWS || (i < WINDOWS_MAX && best_pct >= limit_pct()); i++) {
        double pct = window_pct(source, &last_ns);

        best_pct = pct < best_pct ? pct : best_pct;
    }
    sensor_counters(source, counters);
    printf("    80 SPS cost %.2f %% of a core; SCHED_FIFO %s; %d suspect, %d overslept of %d\n", best_pct,
           sensor_realtime(source) ? "yes" : "no", (int)counters[SENSOR_SUSPECT], (int)counters[SENSOR_OVERSLEPT],
           (int)counters[SENSOR_GOOD]);
    assert_true(best_pct < limit_pct());
    source->ops->close(source);
}

static void test_it_ends_while_nobody_takes_its_numbers(void **state)
{
    struct chip chip;
    struct source *source = start(&chip);
    struct pollfd ready = {.fd = source->ops->fd(source), .events = POLLIN};

    (void)state;
    assert_int_equal(poll(&ready, 1, (int)(DEADLINE_NS / NS_PER_MS)), 1);
    source->ops->close(source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_come_through_the_queue_and_cost_little),
        cmocka_unit_test(test_it_ends_while_nobody_takes_its_numbers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
