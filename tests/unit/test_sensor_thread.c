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
#include "daemon/io/hx711.h"
#include "daemon/io/sensor_clock.h"

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

/* 1 % is promised on a machine that has nothing else to do; sanitizers and neighbours are not. */
static double limit_pct(void)
{
    const char *sanitizers = getenv("GYMSTATION_SANITIZE");

    return sanitizers && sanitizers[0] != '\0' ? 50 : 5;
}

static void test_numbers_come_through_the_queue_and_cost_little(void **state)
{
    struct chip chip;
    struct source *source = start(&chip);
    uint64_t counters[SENSOR_COUNTER_COUNT], before_us = 0;
    int64_t last_ns = 0, first_ns = 0;
    double percent;

    (void)state;
    for (int numbers = 0; numbers < 240;) {
        struct input input;

        next_input(source, &input);
        if (input.kind != INPUT_FORCE)
            continue; /* a machine so busy that the reader came late */
        assert_in_range(input.u.force.raw, 0x100000, 0x100000 + 999);
        assert_true(input.stamp_ns > last_ns && input.stamp_ns <= now_ns());
        last_ns = input.stamp_ns;
        if (++numbers > 1)
            continue;
        sensor_counters(source, counters);
        before_us = counters[SENSOR_CPU_US];
        first_ns = last_ns;
    }
    sensor_counters(source, counters);
    percent = (double)(counters[SENSOR_CPU_US] - before_us) * 1e5 / (double)(last_ns - first_ns);
    printf("    80 SPS cost %.2f %% of a core; SCHED_FIFO %s; %d suspect, %d overslept of %d\n", percent,
           sensor_realtime(source) ? "yes" : "no", (int)counters[SENSOR_SUSPECT], (int)counters[SENSOR_OVERSLEPT],
           (int)counters[SENSOR_GOOD]);
    assert_true(percent < limit_pct());
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
