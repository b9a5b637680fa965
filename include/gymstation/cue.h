/* SPDX-License-Identifier: MIT */
/*
 * What the patient hears and sees at the box. The core gives cues with the absolute time at which they are due; the player
 * (cue_player.h) makes tones and light of them, and a sink switches the lines. Called from the loop.
 */
#ifndef GYMSTATION_CUE_H
#define GYMSTATION_CUE_H

#include "gymstation/event.h"

enum cue_kind {
    CUE_COUNTDOWN, /* arg: seconds left, 3 2 1; equal tones */
    CUE_GO,        /* longer, higher: the set begins */
    CUE_TICK,      /* every second of a paced set and of a hold */
    CUE_PHASE,     /* accent: the phase in arg (enum phase) begins now */
    CUE_LAST,      /* the last three seconds of a hold or a rest; arg: seconds left */
    CUE_HOLD,      /* hold now */
    CUE_RELAX,     /* the hold is over */
    CUE_SET_DONE,
    CUE_SETUP,     /* arg: item number; side says which leg */
    CUE_ASK,       /* a question is open; arg: enum question_kind */
    CUE_ENTRY,     /* a press was counted; arg: the count */
    CUE_READ_BACK, /* arg: the number entered */
    CUE_PRESS,     /* a press was understood */
    CUE_REFUSED,   /* a press was seen but does nothing here, or a start was refused */
    CUE_STOPPED,
    CUE_CALL,
    CUE_SESSION_DONE,
    CUE_FAULT,
    CUE_IDENTIFY,
    CUE_COUNT
};

struct cue {
    enum cue_kind kind;
    int64_t at_ns; /* when it is due */
    int arg;
    enum side side;
};

/* What can be switched; levels are bits 1u << enum cue_output. The lamp goes with every sound, the alert beside it. */
enum cue_output { CUE_LAMP, CUE_ALERT, CUE_BUZZER, CUE_BUZZER_HIGH, CUE_OUTPUT_COUNT };

/* Where levels go (cue_gpio.h). Called from the loop; set() returns at once: 0 or a negative errno. close(NULL) is fine. */
struct cue_sink {
    const struct cue_ops *ops;
    /* each sink embeds this as its first member */
};

struct cue_ops {
    int (*set)(struct cue_sink *sink, unsigned levels);
    void (*close)(struct cue_sink *sink); /* everything off first */
};

const char *cue_str(enum cue_kind kind);

#endif
