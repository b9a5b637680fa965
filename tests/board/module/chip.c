/* SPDX-License-Identifier: MIT */
/* HX711 on the wire; see chip.h. */
#include "chip.h"

#include <linux/math64.h>

#define SETTLING_CONVERSIONS 4 /* datasheet p. 3: 400 ms at 10 SPS, 50 ms at 80 SPS, after reset and gain change */
#define CODE_MAX             0x7fffff
#define CODE_MIN             (-0x800000)

static int64_t period_ns(const struct chip *chip)
{
    return div_u64(1000000000000ULL, chip->rate_mhz);
}

/* Numerical Recipes' generator: the same noise at every boot. */
static uint32_t next_random(struct chip *chip)
{
    chip->seed = chip->seed * 1664525u + 1013904223u;
    return chip->seed >> 8;
}

/* Gain 64 halves the code; gain 32 is channel B, where nothing is connected. */
static int32_t at_gain(const struct chip *chip)
{
    switch (chip->gain) {
    case 128: return chip->raw;
    case 64: return chip->raw / 2;
    }
    return 0;
}

static uint32_t convert(struct chip *chip)
{
    int64_t code = at_gain(chip);

    if (chip->noise > 0)
        code += (int64_t)(next_random(chip) % (2 * chip->noise + 1)) - chip->noise;
    if (code > CODE_MAX)
        code = CODE_MAX;
    if (code < CODE_MIN)
        code = CODE_MIN;
    return (uint32_t)code & 0xffffff;
}

static void reset(struct chip *chip, int64_t now_ns)
{
    chip->asleep = chip->ready = false;
    chip->pulses = 0;
    chip->gain = chip->gain_wanted = 128;
    chip->next_ns = now_ns + SETTLING_CONVERSIONS * period_ns(chip);
}

static void conversion_done(struct chip *chip)
{
    chip->counts.conversions++;
    if (chip->ready && chip->pulses > 0) {
        chip->counts.slow_reads++;
        if (chip->reload)
            chip->shift = convert(chip);
        return;
    }
    chip->gain = chip->gain_wanted;
    chip->shift = convert(chip);
    chip->ready = true;
    chip->pulses = 0;
}

/* Of conversions that nobody read only the last one shows. */
static void catch_up(struct chip *chip, int64_t now_ns)
{
    int64_t period = period_ns(chip);

    if (!chip->powered || chip->asleep)
        return;
    if (chip->sck && chip->power_down_ns > 0 && now_ns - chip->sck_since_ns > chip->power_down_ns) {
        chip->asleep = true;
        chip->counts.power_downs++;
        return;
    }
    if (now_ns < chip->next_ns)
        return;
    chip->next_ns += (div64_s64(now_ns - chip->next_ns, period) + 1) * period;
    conversion_done(chip);
}

/* Another gain starts over: DOUT stays high until it has settled. */
static void choose_gain(struct chip *chip, int64_t now_ns)
{
    if (chip->pulses < 25)
        return;
    if (chip->pulses == 25)
        chip->same_gain_ns = chip->next_ns;
    switch (chip->pulses) {
    case 25: chip->gain_wanted = 128; break;
    case 26: chip->gain_wanted = 32; break;
    case 27: chip->gain_wanted = 64; break;
    }
    chip->next_ns =
        chip->gain_wanted == chip->gain ? chip->same_gain_ns : now_ns + SETTLING_CONVERSIONS * period_ns(chip);
}

static void pulse(struct chip *chip, int64_t now_ns)
{
    if (!chip->ready && (chip->pulses < 25 || chip->pulses > 26)) {
        chip->counts.stray++;
        return;
    }
    chip->pulses++;
    if (chip->pulses == 25) {
        chip->ready = false;
        chip->counts.reads++;
    }
    choose_gain(chip, now_ns);
}

void chip_init(struct chip *chip, int64_t now_ns)
{
    *chip = (struct chip){.noise = 20, .rate_mhz = 80000, .power_down_ns = 60000, .powered = true, .seed = 711};
    reset(chip, now_ns);
}

void chip_power(struct chip *chip, int64_t now_ns, bool on)
{
    if (on && !chip->powered)
        reset(chip, now_ns);
    chip->powered = on;
}

void chip_rate(struct chip *chip, int64_t now_ns, uint32_t rate_mhz)
{
    catch_up(chip, now_ns);
    chip->rate_mhz = rate_mhz;
    if (!chip->asleep)
        chip->next_ns = now_ns + period_ns(chip);
}

void chip_set_sck(struct chip *chip, int64_t now_ns, bool level)
{
    if (chip->sck_cut)
        level = false;
    catch_up(chip, now_ns);
    if (level == chip->sck)
        return;
    chip->sck = level;
    if (!chip->powered)
        return;
    if (level) {
        chip->sck_since_ns = now_ns;
        pulse(chip, now_ns);
    } else if (chip->asleep) {
        reset(chip, now_ns);
    }
}

static bool driven(const struct chip *chip)
{
    if (!chip->powered)
        return false;
    if (chip->asleep || !chip->ready)
        return true;
    return chip->pulses > 0 && (chip->shift >> (24 - chip->pulses) & 1) != 0;
}

bool chip_get_dout(struct chip *chip, int64_t now_ns)
{
    catch_up(chip, now_ns);
    switch (chip->dout) {
    case CHIP_DOUT_WIRED: return driven(chip);
    case CHIP_DOUT_HIGH: return true;
    case CHIP_DOUT_LOW: return false;
    case CHIP_DOUT_FLOATING: return (next_random(chip) & 1) != 0;
    }
    return true;
}
