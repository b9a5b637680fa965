/* SPDX-License-Identifier: MIT */
/*
 * HX711 on two GPIO lines (datasheet V2.0). What goes wrong on Linux is one thing: the reader is preempted while PD_SCK is
 * high, and after 60 us the chip resets itself. So every pulse is put between two looks at the clock, and a read is believed
 * by these rules:
 *
 *   A  refused: DOUT low after the last pulse, a gain bit of 0, or a read that spans more than 0.8 of a period
 *   B  a pulse whose bracket is 50 us or more makes the read suspect: it is kept back until the next conversion is
 *      ready. Within 1.3 periods: no reset happened, and it is given with its own time. Later: discarded, a reset
 *   C  every read is given, with its own time, only when the next one has come: a line that is cut in the middle of a read
 *      may stay high or flip, and then nothing in that read tells. The price is a period of delay, and no number lost
 *   D  dropped: a conversion that stands out from both of its neighbours, as no force on a chip that averages four periods
 *      does (hx711_flip.c): a contact that opened for a part of one read, a pulse that got lost. By more than 8192 counts at
 *      gain 128 (7.5 N on four 50 kg cells) and twice the three steps before it; a flip that is smaller becomes a number
 *
 * The bracket cannot be shorter than the pulse was, so rule B misses nothing; what it doubts for nothing it mostly gets back.
 *
 * DOUT is polled, not waited for with edges: they would be 12 interrupts a sample, exactly when timing matters.
 */
#ifndef GYMSTATION_DAEMON_IO_HX711_H
#define GYMSTATION_DAEMON_IO_HX711_H

#include "daemon/io/sensor/sensor.h"

/* The two lines and the clock: of the machine, or of a model in virtual time. Levels or 0; negative errno. */
struct hx711_wire {
    int (*clock)(void *self, bool high); /* PD_SCK */
    int (*data)(void *self);             /* DOUT */
    int64_t (*now_ns)(void *self);       /* CLOCK_MONOTONIC */
    void (*sleep_until)(void *self, int64_t t_ns);
    void (*close)(void *self);
    void *self;
};

struct hx711_read {
    int64_t from_ns;    /* the conversion was not ready before */
    int64_t ready_ns;   /* it was seen ready: the sample's stamp */
    int64_t end_ns;     /* after the last look at DOUT */
    int64_t bracket_ns; /* the longest */
    int32_t code;
    bool tail_low, gain_low;
};

/* Rule D: those that were believed last, the newest first. Zeroed: none. */
struct hx711_flip {
    int32_t code[4];
    int n;
    int64_t ready_ns; /* of the newest */
};

enum hx711_belief { HX711_TAKE, HX711_HOLD, HX711_TAIL, HX711_GAIN, HX711_SPAN };

/* Clocks one conversion out with 25, 26 or 27 pulses. 0 or a negative errno; from_ns and ready_ns stay as they are. */
int hx711_read(const struct hx711_wire *wire, int pulses, struct hx711_read *ret);
/* The rule. A read that is held, or refused with such a bracket, puts the next interval to the question. */
enum hx711_belief hx711_believe(const struct hx711_read *read, int64_t period_ns);
bool hx711_doubtful(const struct hx711_read *read);
/* Was there no reset, by the time from one ready to the next? */
bool hx711_in_step(int64_t interval_ns, int64_t period_ns);
/* Is code, ready at ready_ns and with `after` behind it, a flip? If not it is remembered. gain: 128, 64 or 32. */
bool hx711_flip_step(struct hx711_flip *flip, int32_t code, int32_t after, int64_t ready_ns, int64_t period_ns,
                     int gain);

/* gain 128, 64 or 32. The wire is the driver's from here on, also on failure. 0, -EINVAL or -ENOMEM. */
int hx711_open(const struct hx711_wire *wire, int gain, int64_t nominal_ns, struct sensor_driver **ret_driver);

/* hx711_gpio.c: the wire on the header's lines; as gpio_open(). */
int hx711_gpio_open(const char *chip, const char *dout, const char *sck, struct hx711_wire *ret_wire,
                    struct refusal *ret_why);

#endif
