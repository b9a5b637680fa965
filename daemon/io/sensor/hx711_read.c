/* SPDX-License-Identifier: MIT */
/* One conversion off the wire, and whether to believe it; see hx711.h. */
#include "daemon/io/sensor/hx711.h"

#define BITS        24
#define SUSPECT_NS  INT64_C(50000) /* datasheet V2.0 p. 5: 50 us at most; reset from 60 us */
#define SPAN_TENTHS 8
#define NEXT_TENTHS 13
#define TAIL_LOOKS  12 /* beyond that of the last pulse: a line that floats stays high for all once in 8000 times */

static int pulse(const struct hx711_wire *wire, struct hx711_read *read)
{
    int64_t before_ns = wire->now_ns(wire->self), bracket_ns;
    int r = wire->clock(wire->self, true);
    int low = wire->clock(wire->self, false); /* whatever happened: never left high */

    bracket_ns = wire->now_ns(wire->self) - before_ns;
    if (bracket_ns > read->bracket_ns)
        read->bracket_ns = bracket_ns;
    if (r < 0 || low < 0)
        return r < 0 ? r : low;
    return wire->data(wire->self); /* after the falling edge */
}

int hx711_read(const struct hx711_wire *wire, int pulses, struct hx711_read *ret)
{
    struct hx711_read read = {.from_ns = ret->from_ns, .ready_ns = ret->ready_ns};
    uint32_t code = 0;
    int bit = 0;

    for (int i = 0; i < pulses; i++) {
        bit = pulse(wire, &read);
        if (bit < 0)
            return bit;
        if (i < BITS)
            code = code << 1 | (uint32_t)bit;
        else if (i < pulses - 1)
            read.gain_low |= bit == 0;
    }
    for (int i = 0; i < TAIL_LOOKS && bit == 1; i++)
        bit = wire->data(wire->self);
    if (bit < 0)
        return bit;
    read.tail_low = bit == 0;
    read.end_ns = wire->now_ns(wire->self);
    read.code = (int32_t)(code ^ 0x800000) - 0x800000; /* two's complement of 24 bits */
    *ret = read;
    return 0;
}

bool hx711_doubtful(const struct hx711_read *read)
{
    return read->bracket_ns >= SUSPECT_NS;
}

enum hx711_belief hx711_believe(const struct hx711_read *read, int64_t period_ns)
{
    if (read->tail_low)
        return HX711_TAIL;
    if (read->gain_low)
        return HX711_GAIN;
    if ((read->end_ns - read->from_ns) * 10 > period_ns * SPAN_TENTHS)
        return HX711_SPAN;
    return hx711_doubtful(read) ? HX711_HOLD : HX711_TAKE;
}

bool hx711_in_step(int64_t interval_ns, int64_t period_ns)
{
    return interval_ns * 10 <= period_ns * NEXT_TENTHS;
}
