/* SPDX-License-Identifier: MIT */
/* The kernel's IIO drivers as a source, on a directory that looks like theirs. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/io/sensor/iio.h"
#include "sensor_bench.h"

#define PERIOD_NS (100 * NS_PER_MS)

struct fake {
    char root[64], device[96], raw[128];
    int32_t zero; /* what the kernel's file adds */
    bool frozen, broken;
    int32_t code;
};

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* A new conversion each time somebody has slept. */
static void convert(void *chip, int64_t now_ns)
{
    struct fake *fake = chip;
    char text[32];

    if (!fake->frozen)
        fake->code = 1000 + (int32_t)(now_ns / NS_PER_MS % 977);
    snprintf(text, sizeof(text), "%d\n", fake->code + fake->zero);
    put(fake->raw, fake->broken ? "" : text);
}

static void fake_open(struct fake *fake, const char *name)
{
    char path[128];

    *fake = (struct fake){.zero = strcmp(name, "hx711") == 0 ? 0x800000 : 0};
    snprintf(fake->root, sizeof(fake->root), "/tmp/gymstation-iio-XXXXXX");
    assert_non_null(mkdtemp(fake->root));
    snprintf(fake->device, sizeof(fake->device), "%s/iio:device3", fake->root);
    assert_int_equal(mkdir(fake->device, 0755), 0);
    snprintf(path, sizeof(path), "%s/name", fake->device);
    snprintf(fake->raw, sizeof(fake->raw), "%s/in_voltage0_raw", fake->device);
    put(path, name);
    convert(fake, 0);
}

static void fake_close(struct fake *fake)
{
    char path[128];

    snprintf(path, sizeof(path), "%s/name", fake->device);
    unlink(path);
    unlink(fake->raw);
    rmdir(fake->device);
    rmdir(fake->root);
}

static void bench_open(struct sensor_bench *bench, struct fake *fake, const char *device)
{
    struct sensor_clock clock = sensor_bench_clock(bench);
    struct refusal why = {0};

    *bench = (struct sensor_bench){.now_ns = NS_PER_S, .slept = convert, .chip = fake};
    assert_int_equal(iio_open(fake->root, device, PERIOD_NS, &clock, &bench->driver, &why), 0);
    sensor_bench_init(bench, PERIOD_NS);
}

static void test_both_drivers_give_signed_counts(void **state)
{
    static const char *const names[] = {"hx711", "nau7802"};

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct sensor_bench bench;
        struct fake fake;

        fake_open(&fake, names[i]);
        bench_open(&bench, &fake, i ? fake.device : "");
        assert_true(sensor_bench_for(&bench, 60) < 1000); /* a file that answers at once is not read in a circle */
        assert_in_range(bench.numbers, 550, 610);
        assert_in_range(bench.last, 1000, 1977);
        assert_int_equal(bench.last, fake.code);
        assert_int_equal(bench.faults, 0);
        bench.driver->ops->close(bench.driver);
        fake_close(&fake);
    }
}

static void test_a_chip_that_does_not_answer_and_comes_back(void **state)
{
    struct sensor_bench bench;
    struct fake fake;
    int64_t from_ns;

    (void)state;
    fake_open(&fake, "hx711");
    bench_open(&bench, &fake, "");
    sensor_bench_for(&bench, 5);
    fake.broken = true;
    from_ns = bench.now_ns;
    while (!bench.faults && bench.now_ns < from_ns + 10 * NS_PER_S)
        sensor_run(&bench.sensor, bench.driver);
    assert_int_equal(bench.faults, 1u << FAULT_SENSOR_DEAD);
    assert_true(bench.now_ns - from_ns <= 1500 * NS_PER_MS);
    assert_true(sensor_bench_for(&bench, 10) < 500);
    fake.broken = false;
    sensor_bench_for(&bench, 2);
    assert_int_equal(bench.faults, 0);
    fake.frozen = true;
    sensor_bench_for(&bench, 1.5);
    assert_int_equal(bench.faults, 1u << FAULT_SENSOR_STUCK);
    bench.driver->ops->close(bench.driver);
    fake_close(&fake);
}

static void test_no_device_is_refused(void **state)
{
    struct sensor_driver *driver;
    struct refusal why;
    struct fake fake;

    (void)state;
    fake_open(&fake, "ads1115");
    assert_int_equal(iio_open(fake.root, "", PERIOD_NS, &sensor_clock_real, &driver, &why), -ENOENT);
    assert_string_equal(why.path, fake.root);
    assert_int_equal(iio_open(fake.root, "/nowhere", PERIOD_NS, &sensor_clock_real, &driver, &why), -ENOENT);
    assert_string_equal(why.path, "/nowhere/in_voltage0_raw");
    fake_close(&fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_drivers_give_signed_counts),
        cmocka_unit_test(test_a_chip_that_does_not_answer_and_comes_back),
        cmocka_unit_test(test_no_device_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
