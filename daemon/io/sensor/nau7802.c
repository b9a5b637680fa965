/* SPDX-License-Identifier: MIT */
/* The NAU7802's reader; see nau7802.h. Registers and bits: datasheet rev. 1.7, section 11. */
#include "daemon/io/sensor/nau7802.h"

#include <errno.h>
#include <stdlib.h>

#define PU_CTRL  0x00
#define RR       0x01 /* registers reset */
#define PUD      0x02 /* digital and analogue part powered */
#define PUA      0x04
#define PUR      0x08 /* powered up */
#define CS       0x10 /* cycle start */
#define CR       0x20 /* a conversion is ready */
#define AVDDS    0x80 /* the internal LDO feeds the cell */
#define CTRL1    0x01
#define VLDO_3V3 (4 << 3)
#define CTRL2    0x02
#define CALS     0x04 /* calibrate; clears itself */
#define CAL_ERR  0x08
#define ADCO     0x12 /* three bytes, the highest first */
#define ADC      0x15
#define CHPS_OFF 0x30
#define PGA_PWR  0x1C
#define CAP_ON   0x80
#define POWERED  (PUD | PUA | AVDDS)
#define RUNNING  (POWERED | CS)

#define POWER_UP_NS  (10 * NS_PER_MS)
#define LDO_NS       (250 * NS_PER_MS) /* the regulator settles, before a calibration is worth anything */
#define CALIBRATE_NS (NS_PER_S)        /* 344 ms at 10 SPS */
#define RETRY_NS     (100 * NS_PER_MS)
#define POLL_NS      (1 * NS_PER_MS)
#define EARLY_NS     (1 * NS_PER_MS)

struct nau7802 {
    struct sensor_driver driver; /* must be first */
    struct nau7802_bus bus;
    struct sensor_clock clock;
    uint8_t ctrl1, ctrl2;
    bool running;
    int64_t period_ns, last_ns, next_ns; /* last_ns: ABSENT before the first conversion */
};

static int64_t now_of(const struct nau7802 *nau)
{
    return nau->clock.now_ns(nau->clock.self);
}

static int write_reg(const struct nau7802 *nau, uint8_t reg, uint8_t value)
{
    return nau->bus.write(nau->bus.self, reg, value);
}

static int read_reg(const struct nau7802 *nau, uint8_t reg, uint8_t *ret)
{
    return nau->bus.read(nau->bus.self, reg, ret, 1);
}

/* Sleeps until the register's bits under mask are as wanted: 0, -ETIMEDOUT or what the bus says; *ret the register. */
static int await(const struct nau7802 *nau, uint8_t reg, uint8_t mask, uint8_t wanted, int64_t within_ns, uint8_t *ret)
{
    int64_t until_ns = now_of(nau) + within_ns;
    int r;

    for (;;) {
        r = read_reg(nau, reg, ret);
        if (r < 0 || (*ret & mask) == wanted)
            return r;
        if (now_of(nau) >= until_ns)
            return -ETIMEDOUT;
        nau->clock.sleep_until(nau->clock.self, now_of(nau) + POLL_NS);
    }
}

static void pause_for(const struct nau7802 *nau, int64_t ns)
{
    int64_t until_ns = now_of(nau) + ns;

    while (now_of(nau) < until_ns)
        nau->clock.sleep_until(nau->clock.self, until_ns);
}

static int calibrate(const struct nau7802 *nau)
{
    uint8_t ctrl2;
    int r = write_reg(nau, CTRL2, (uint8_t)(nau->ctrl2 | CALS));

    if (r == 0)
        r = await(nau, CTRL2, CALS, 0, CALIBRATE_NS, &ctrl2);
    if (r == 0 && (ctrl2 & CAL_ERR))
        r = -EIO;
    return r;
}

/* Power up, set, settle, calibrate. About 0.6 s; 0 or a negative errno. */
static int start(const struct nau7802 *nau)
{
    static const struct {
        uint8_t reg, value;
    } fixed[] = {{ADC, CHPS_OFF}, {PGA_PWR, CAP_ON}};
    uint8_t seen;
    int r = write_reg(nau, PU_CTRL, RR);

    if (r == 0)
        r = write_reg(nau, PU_CTRL, PUD | PUA);
    if (r == 0)
        r = await(nau, PU_CTRL, PUR, PUR, POWER_UP_NS, &seen);
    if (r == 0)
        r = write_reg(nau, CTRL1, nau->ctrl1);
    if (r == 0)
        r = write_reg(nau, CTRL2, nau->ctrl2);
    for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]) && r == 0; i++)
        r = write_reg(nau, fixed[i].reg, fixed[i].value);
    if (r == 0)
        r = write_reg(nau, PU_CTRL, RUNNING);
    if (r < 0)
        return r;
    pause_for(nau, LDO_NS);
    return calibrate(nau);
}

static void note_interval(struct nau7802 *nau, struct sensor *sensor, int64_t stamp_ns)
{
    if (nau->last_ns != ABSENT) {
        nau->period_ns += (stamp_ns - nau->last_ns - nau->period_ns) / 16;
        sensor_period(sensor, nau->period_ns, stamp_ns);
    }
    nau->last_ns = stamp_ns;
}

/* One look: 1 and the code, 0 when there is none yet, or a negative errno; -ENOLINK: the chip has lost its settings. */
static int look(const struct nau7802 *nau, int32_t *ret_code)
{
    uint8_t state, bytes[3];
    int r = read_reg(nau, PU_CTRL, &state);

    if (r < 0)
        return r;
    if ((state & POWERED) != POWERED) /* CS may clear itself */
        return -ENOLINK;
    if (!(state & CR))
        return 0;
    r = nau->bus.read(nau->bus.self, ADCO, bytes, sizeof(bytes));
    if (r < 0)
        return r;
    *ret_code = (int32_t)(((uint32_t)bytes[0] << 16 | (uint32_t)bytes[1] << 8 | bytes[2]) ^ 0x800000) - 0x800000;
    return 1;
}

static void go_wrong(struct nau7802 *nau, struct sensor *sensor, int r)
{
    int64_t now_ns = now_of(nau);

    if (r == -ENOLINK)
        sensor_want_reset(sensor, now_ns); /* a brown-out */
    else
        sensor_reject(sensor, SENSOR_REJECTED_IO, now_ns);
    nau->last_ns = ABSENT;
    nau->next_ns = now_ns + RETRY_NS;
}

static int64_t nau_step(struct sensor_driver *driver, struct sensor *sensor)
{
    struct nau7802 *nau = (struct nau7802 *)driver;
    int64_t until_ns = sensor_deadline_ns(sensor), now_ns;
    int32_t code;
    int r;

    nau->clock.sleep_until(nau->clock.self, nau->next_ns < until_ns ? nau->next_ns : until_ns);
    now_ns = now_of(nau);
    if (now_ns < nau->next_ns)
        return now_ns;
    r = nau->running ? look(nau, &code) : -ENOLINK;
    now_ns = now_of(nau);
    if (r < 0) {
        go_wrong(nau, sensor, r);
    } else if (r == 0) {
        nau->next_ns = now_ns + (nau->period_ns / 8 < POLL_NS ? nau->period_ns / 8 : POLL_NS);
    } else {
        note_interval(nau, sensor, now_ns);
        sensor_code(sensor, code, now_ns, true, now_ns);
        nau->next_ns = now_ns + nau->period_ns - EARLY_NS;
    }
    return now_ns;
}

static void nau_reset(struct sensor_driver *driver, struct sensor *sensor)
{
    struct nau7802 *nau = (struct nau7802 *)driver;
    int r = start(nau);

    nau->running = r == 0;
    nau->last_ns = ABSENT;
    nau->next_ns = now_of(nau);
    if (r < 0) {
        sensor_count(sensor, SENSOR_REJECTED_IO);
        nau->next_ns += RETRY_NS;
    }
}

static void nau_close(struct sensor_driver *driver)
{
    struct nau7802 *nau = (struct nau7802 *)driver;

    nau->bus.close(nau->bus.self);
    free(nau);
}

static const struct sensor_driver_ops nau_ops = {.step = nau_step, .reset = nau_reset, .close = nau_close};

/* Bits of the rate, or -1. */
static int rate_bits(int rate_sps)
{
    static const struct {
        int rate_sps, bits;
    } rates[] = {{10, 0}, {20, 1}, {40, 2}, {80, 3}, {320, 7}};

    for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++)
        if (rates[i].rate_sps == rate_sps)
            return rates[i].bits;
    return -1;
}

static int gain_bits(int gain)
{
    for (int bits = 0; bits < 8; bits++)
        if (gain == 1 << bits)
            return bits;
    return -1;
}

int nau7802_open(const struct nau7802_bus *bus, int gain, int rate_sps, const struct sensor_clock *clock,
                 struct sensor_driver **ret_driver)
{
    int rate = rate_bits(rate_sps), gains = gain_bits(gain);
    struct nau7802 *nau = rate < 0 || gains < 0 ? NULL : calloc(1, sizeof(*nau));

    if (!nau) {
        bus->close(bus->self);
        return rate < 0 || gains < 0 ? -EINVAL : -ENOMEM;
    }
    nau->driver.ops = &nau_ops;
    nau->bus = *bus;
    nau->clock = *clock;
    nau->ctrl1 = (uint8_t)(VLDO_3V3 | gains);
    nau->ctrl2 = (uint8_t)(rate << 4);
    nau->period_ns = NS_PER_S / rate_sps;
    nau->last_ns = ABSENT;
    *ret_driver = &nau->driver;
    return 0;
}
