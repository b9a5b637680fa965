/* SPDX-License-Identifier: MIT */
/*
 * An HX711 on the wire, in virtual time, read by a thread that is preempted at the worst moments: the other side of
 * struct hx711_wire. Every call costs time; before and after the level changes the thread may lose the processor.
 *
 * The chip: conversions by a clock of its own, DOUT low when one is ready, bits on rising edges, DOUT high after the 25th.
 * PD_SCK high for more than 60 us powers it down, later bits read 1, and low starts it anew: nothing for four periods. With
 * `reload` a conversion that completes in the middle of a slow read replaces the bits that are left; without, it waits.
 */
#ifndef GYMSTATION_TESTS_HX711_MODEL_H
#define GYMSTATION_TESTS_HX711_MODEL_H

#include "daemon/io/sensor/hx711.h"
#include "rng.h"

/* How often the reader is preempted. S1 and S3 are hardware.md's light and heavy, S4 is beyond a station that works. */
enum model_load { LOAD_NONE, LOAD_S1, LOAD_S2, LOAD_S3, LOAD_S4, LOAD_COUNT };

enum model_wiring {
    WIRING_GOOD,
    WIRING_DATA_HIGH, /* DOUT cut or the chip missing, pulled up */
    WIRING_DATA_LOW,  /* DOUT shorted to ground */
    WIRING_FLOATS,    /* DOUT cut, noise: another level at every look */
    WIRING_HUMS,      /* DOUT cut, the mains: 10 ms low, 10 ms high */
    WIRING_CLOCK_CUT, /* PD_SCK does not arrive */
    WIRING_GONE,      /* the GPIO chip answers with an error */
};

#define MODEL_PAST 64

struct model_conversion {
    int64_t ready_ns;
    int32_t code;
};

struct model {
    struct rng rng;
    int64_t now_ns, period_ns; /* the chip's period */
    enum model_load load;
    enum model_wiring wiring;
    bool reload, hangs; /* hangs: the same code for ever */
    bool fixed;         /* fixed_code is all it gives: saturated, shorted */
    int32_t fixed_code;
    /* the chip */
    bool clock, down, ready, out, waits;
    int pulses;       /* since it was ready */
    uint32_t bits;    /* still to be shifted out, the next one on top of 24 */
    int64_t high_ns;  /* PD_SCK has been high since */
    int64_t next_ns;  /* next conversion completes */
    int cut_at_pulse; /* of a read: the wiring changes then to cut_to; 0: it does not */
    enum model_wiring cut_to;
    int64_t cut_ns, mend_ns; /* for so long, 0: until told; mend_ns: due then */
    int slip_at_pulse, slip; /* of a read: that pulse gets lost (-1), or a spike makes two of it (+1) */
    struct model_conversion past[MODEL_PAST];
    uint64_t conversions, resets;
};

void model_init(struct model *model, uint64_t seed, int64_t period_ns);
struct hx711_wire model_wire(struct model *model);
void model_brown_out(struct model *model);
/* What a read that began at stamp_ns must have given, or ABSENT. */
int64_t model_truth(const struct model *model, int64_t stamp_ns);

#endif
