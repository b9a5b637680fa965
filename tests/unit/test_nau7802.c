/* SPDX-License-Identifier: MIT */
/* The NAU7802's reader on a chip of registers: set-up, calibration, one burst a conversion, and what can go wrong. */
#include <errno.h>
#include <string.h>

#include "daemon/io/sensor/nau7802.h"
#include "sensor_bench.h"

#define PERIOD_NS (12500 * NS_PER_MS / 1000)

/* Bits of the datasheet, once more and independently of the driver. */
enum { REG_PU_CTRL, REG_CTRL1, REG_CTRL2, REG_ADCO = 0x12, REGS = 0x20 };

struct chip {
    struct sensor_bench *bench;
    uint8_t regs[REGS];
    int64_t next_ns, calibrated_ns;
    bool gone, calibration_fails;
    int calibrations, short_reads;
    int32_t code;
    bool fresh;
};

/* The registers as time has left them. */
static void advance(struct chip *chip)
{
    int64_t now_ns = chip->bench->now_ns;

    if ((chip->regs[REG_CTRL2] & 0x04) && now_ns >= chip->calibrated_ns)
        chip->regs[REG_CTRL2] = (uint8_t)((chip->regs[REG_CTRL2] & ~0x0C) | (chip->calibration_fails ? 0x08 : 0));
    if ((chip->regs[REG_PU_CTRL] & 0x16) != 0x16)
        return;
    while (chip->next_ns <= now_ns) {
        chip->next_ns += PERIOD_NS;
        chip->code = -5000 - (int32_t)(chip->next_ns / NS_PER_MS % 611);
        chip->fresh = true;
    }
    chip->regs[REG_PU_CTRL] = (uint8_t)((chip->regs[REG_PU_CTRL] & ~0x20) | (chip->fresh ? 0x20 : 0));
}

static int chip_read(void *self, uint8_t reg, uint8_t *ret, int n)
{
    struct chip *chip = self;

    chip->bench->now_ns += 100000; /* 100 kHz */
    advance(chip);
    if (chip->gone)
        return -EREMOTEIO;
    if (reg == REG_ADCO) {
        chip->regs[REG_ADCO] = (uint8_t)((uint32_t)chip->code >> 16);
        chip->regs[REG_ADCO + 1] = (uint8_t)((uint32_t)chip->code >> 8);
        chip->regs[REG_ADCO + 2] = (uint8_t)chip->code;
        chip->short_reads += n != 3;
        chip->fresh = false;
    }
    memcpy(ret, chip->regs + reg, (size_t)n);
    return 0;
}

static int chip_write(void *self, uint8_t reg, uint8_t value)
{
    struct chip *chip = self;

    chip->bench->now_ns += 100000;
    advance(chip);
    if (chip->gone)
        return -EREMOTEIO;
    chip->regs[reg] = value;
    if (reg == REG_PU_CTRL && (value & 0x01))
        memset(chip->regs, 0, sizeof(chip->regs));
    if (reg == REG_PU_CTRL && (value & 0x06) == 0x06)
        chip->regs[REG_PU_CTRL] |= 0x08;
    if (reg == REG_PU_CTRL && (value & 0x10))
        chip->next_ns = chip->bench->now_ns + 4 * PERIOD_NS;
    if (reg == REG_CTRL2 && (value & 0x04)) {
        chip->calibrations++;
        chip->calibrated_ns = chip->bench->now_ns + 50 * NS_PER_MS;
    }
    return 0;
}

static void chip_close(void *self)
{
    (void)self;
}

static void bench_open(struct sensor_bench *bench, struct chip *chip)
{
    const struct nau7802_bus bus = {.read = chip_read, .write = chip_write, .close = chip_close, .self = chip};
    struct sensor_clock clock = sensor_bench_clock(bench);

    *chip = (struct chip){.bench = bench};
    *bench = (struct sensor_bench){.now_ns = NS_PER_S};
    assert_int_equal(nau7802_open(&bus, 128, 80, &clock, &bench->driver), 0);
    sensor_bench_init(bench, PERIOD_NS);
}

static void test_it_is_set_up_calibrated_and_read_in_bursts(void **state)
{
    struct sensor_bench bench;
    struct chip chip;

    (void)state;
    bench_open(&bench, &chip);
    sensor_bench_for(&bench, 1);
    assert_true(bench.numbers > 0);                      /* within the second after which the core would call it dead */
    assert_int_equal(chip.regs[REG_CTRL1], 0x27);        /* 3.3 V, gain 128 */
    assert_int_equal(chip.regs[REG_CTRL2] & 0x70, 0x30); /* 80 SPS */
    assert_int_equal(chip.calibrations, 1);
    sensor_bench_for(&bench, 60);
    assert_in_range(bench.numbers, 60 * 80, 61 * 80);
    assert_true(bench.last <= -5000 && bench.last > -5611);
    assert_int_equal(chip.short_reads, 0);
    assert_int_equal(bench.faults, 0);
    bench.driver->ops->close(bench.driver);
}

static void test_a_brown_out_sets_it_up_and_calibrates_anew(void **state)
{
    struct sensor_bench bench;
    struct chip chip;
    uint64_t before;

    (void)state;
    bench_open(&bench, &chip);
    sensor_bench_for(&bench, 3);
    memset(chip.regs, 0, sizeof(chip.regs));
    before = bench.numbers;
    sensor_bench_for(&bench, 0.3);
    assert_int_equal(bench.numbers, before);
    assert_int_equal(bench.troubles[TROUBLE_RESET], 1);
    sensor_bench_for(&bench, 2);
    assert_true(bench.numbers > before + 80);
    assert_int_equal(chip.calibrations, 2);
    assert_int_equal(bench.faults, 0);
    bench.driver->ops->close(bench.driver);
}

static void test_a_chip_that_is_gone_or_cannot_be_calibrated(void **state)
{
    struct sensor_bench bench;
    struct chip chip;
    int64_t from_ns;

    (void)state;
    bench_open(&bench, &chip);
    sensor_bench_for(&bench, 3);
    chip.gone = true;
    from_ns = bench.now_ns;
    while (!bench.faults && bench.now_ns < from_ns + 10 * NS_PER_S)
        sensor_run(&bench.sensor, bench.driver);
    assert_int_equal(bench.faults, 1u << FAULT_SENSOR_DEAD);
    assert_true(bench.now_ns - from_ns <= 1500 * NS_PER_MS);
    assert_true(sensor_bench_for(&bench, 10) < 500);
    chip.gone = false;
    memset(chip.regs, 0, sizeof(chip.regs));
    chip.calibration_fails = true;
    from_ns = (int64_t)bench.numbers;
    sensor_bench_for(&bench, 20);
    assert_int_equal(bench.numbers, from_ns);
    assert_int_equal(bench.faults, 1u << FAULT_SENSOR_DEAD);
    chip.calibration_fails = false;
    sensor_bench_for(&bench, 12);
    assert_int_equal(bench.faults, 0);
    bench.driver->ops->close(bench.driver);
}

static void test_what_it_cannot_do_is_refused(void **state)
{
    const struct nau7802_bus bus = {.close = chip_close};
    struct sensor_driver *driver;

    (void)state;
    assert_int_equal(nau7802_open(&bus, 3, 80, &sensor_clock_real, &driver), -EINVAL);
    assert_int_equal(nau7802_open(&bus, 128, 100, &sensor_clock_real, &driver), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_is_set_up_calibrated_and_read_in_bursts),
        cmocka_unit_test(test_a_brown_out_sets_it_up_and_calibrates_anew),
        cmocka_unit_test(test_a_chip_that_is_gone_or_cannot_be_calibrated),
        cmocka_unit_test(test_what_it_cannot_do_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
