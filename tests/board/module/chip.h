/* SPDX-License-Identifier: MIT */
/*
 * An HX711 as its two wires show it (datasheet V2.0): DOUT falls when a conversion is done, every rising edge of PD_SCK
 * brings the next bit, the 25th raises DOUT, 25 to 27 of them choose the next gain, and PD_SCK high for too long is a reset.
 *
 * No clock of its own and no timer: every call brings the time, and what happened since the last one is made up for.
 * Part of the kernel module hx711_wire, which serialises the calls.
 */
#ifndef GYMSTATION_TESTS_BOARD_CHIP_H
#define GYMSTATION_TESTS_BOARD_CHIP_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stdint.h>
#endif

enum chip_dout {
    CHIP_DOUT_WIRED,
    CHIP_DOUT_HIGH,     /* cut, and something pulls it up: never ready */
    CHIP_DOUT_LOW,      /* shorted to ground: always ready, all bits 0 */
    CHIP_DOUT_FLOATING, /* cut, and nothing pulls: any level at any time */
};

struct chip_counts {
    uint64_t conversions; /* done, settled or not */
    uint64_t reads;       /* 25 pulses seen */
    uint64_t power_downs; /* PD_SCK was high for too long */
    uint64_t slow_reads;  /* a conversion was done in the middle of a read */
    uint64_t stray;       /* pulses while there was nothing to read */
};

struct chip {
    /* The world: written by the test at any time. */
    int32_t raw;            /* counts at gain 128; beyond 24 bits the converter saturates */
    uint32_t noise;         /* 0..100000 counts, peak; 0: every reading is the same */
    uint32_t rate_mhz;      /* 1000..400000, conversions in 1000 s */
    uint32_t power_down_ns; /* PD_SCK high beyond this is a reset; 60000 in the datasheet, 0: never */
    enum chip_dout dout;
    bool sck_cut; /* pulses do not arrive */
    bool reload;  /* a conversion that is done in the middle of a read replaces the bits that are still to come */

    struct chip_counts counts;

    /* The chip. */
    bool powered, asleep, ready, sck;
    int64_t sck_since_ns, next_ns; /* last rising edge; when the running conversion is done */
    int64_t same_gain_ns;          /* the same, had the gain not been changed */
    int pulses, gain, gain_wanted;
    uint32_t shift, seed;
};

void chip_init(struct chip *chip, int64_t now_ns);
void chip_power(struct chip *chip, int64_t now_ns,
                bool on); /* brown-out: registers are lost, DOUT is low without power */
void chip_rate(struct chip *chip, int64_t now_ns, uint32_t rate_mhz); /* the RATE strap, or an oscillator that is off */
void chip_set_sck(struct chip *chip, int64_t now_ns, bool level);
bool chip_get_dout(struct chip *chip, int64_t now_ns);

#endif
