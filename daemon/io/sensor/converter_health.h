/* SPDX-License-Identifier: MIT */
/*
 * Is the converter well? A state machine over what its reader saw, for every kind of converter: it decides which codes become
 * numbers, what the core is told beside them, and when the chip is to be reset. Pure: no clock, no memory, no thread.
 *
 * Times are CLOCK_MONOTONIC in ns. The caller asks converter_health_deadline_ns() and calls with SENSOR_EVENT_DEADLINE once it
 * is reached; other events need not wait for it.
 */
#ifndef GYMSTATION_DAEMON_IO_CONVERTER_HEALTH_H
#define GYMSTATION_DAEMON_IO_CONVERTER_HEALTH_H

#include "gymstation/input.h"

enum sensor_state {
    SENSOR_STATE_SETTLING,   /* after power-up, reset or doubt: conversions are dropped until four clean ones came */
    SENSOR_STATE_GOOD,       /* codes become numbers */
    SENSOR_STATE_WRONG_RATE, /* they do, but the RATE strap is not what the configuration says */
    SENSOR_STATE_LATE,       /* nothing for 2.5 periods */
    SENSOR_STATE_DEAD,       /* nothing for 1 s; resets are being tried */
    SENSOR_STATE_FAILED,     /* three resets did not help; one more now and then */
    SENSOR_STATE_STUCK,      /* the same code for ever, or a code that only wiring gives */
    SENSOR_STATE_SATURATED,  /* at the end of the range, three times in a row */
    SENSOR_STATE_ABSENT,     /* something moves on the line, but nobody who answers the clock */
    SENSOR_STATE_FLAPPING,   /* under half of the conversions of 2 s came: a plug that comes and goes */
    SENSOR_STATE_COUNT
};

enum sensor_event {
    SENSOR_EVENT_CODE,      /* a code that was read properly, and the conversion was seen to become ready */
    SENSOR_EVENT_CODE_LATE, /* the same, but ready when the reader came, or held back in doubt: settles nothing */
    SENSOR_EVENT_REJECT,    /* a read that cannot be right */
    SENSOR_EVENT_SLOW,      /* the reader was too slow to know: nothing is said about the chip */
    SENSOR_EVENT_RESET,     /* the chip has reset itself, by a clock held high too long or a brown-out */
    SENSOR_EVENT_RATE_BAD,  /* measured more than 20 % off */
    SENSOR_EVENT_RATE_GOOD,
    SENSOR_EVENT_DEADLINE,
    SENSOR_EVENT_COUNT
};

struct converter_health {
    enum sensor_state state;
    int64_t entered_ns, deadline_ns; /* of the state; deadline_ns: NEVER for none */
    int64_t period_ns;               /* the reader's; set before each event */
    int64_t good_ns;                 /* last code that was read properly, else when the machine began */
    bool rate_bad, has_code;
    int32_t code;    /* the last one */
    int same, rails; /* in a row, the first included; counted up to their limits */
    bool doubted;    /* a read was refused since samples last flowed */
    int settle;      /* clean conversions still to come */
    int after_reset; /* so many after a reset; the driver's, four unless it knows when its chip has settled */
    int resets;      /* without success */
    int64_t share_ns, share_codes; /* answered since; ABSENT before the first good one */
    unsigned faults;               /* bits 1u << enum fault that the core has been told of */
};

/* What follows from an event. */
struct sensor_verdict {
    bool take;                /* the code is a number */
    bool reset;               /* pulse the chip's reset now */
    int trouble;              /* enum trouble for the core, or -1 */
    unsigned raised, cleared; /* bits 1u << enum fault for the core */
};

/* period_ns: what the configuration says. The chip has just been reset. */
void converter_health_init(struct converter_health *health, int64_t period_ns, int64_t now_ns);
/* code: with the two code events, else ignored; saturated codes are 0x7FFFFF and -0x800000. */
struct sensor_verdict converter_health_step(struct converter_health *health, enum sensor_event event, int32_t code,
                                            int64_t now_ns);
int64_t converter_health_deadline_ns(const struct converter_health *health);

const char *sensor_state_str(enum sensor_state state);
const char *sensor_event_str(enum sensor_event event);

#endif
