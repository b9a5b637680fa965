/* SPDX-License-Identifier: MIT */
/*
 * Where inputs come from: a load cell's reader, a recorded trace, the simulated patient. A recorded file is just
 * another source, so the daemon itself can replay. All calls from the loop; a source that needs a thread of its own
 * (HX711) hides it behind its fd.
 */
#ifndef GYMSTATION_SOURCE_H
#define GYMSTATION_SOURCE_H

#include "gymstation/core.h"

/*
 * Time as the core sees it. With a live source it is CLOCK_MONOTONIC. A trace is laid over it: its first line maps to
 * the monotonic time of start-up, and it runs `speed` times as fast until it ends; from there on time goes on at
 * its ordinary pace, never backwards.
 */
struct source_time {
    int64_t base_mono_ns, base_ns; /* at monotonic time base_mono_ns the station's time is base_ns */
    int32_t speed_milli;           /* 1000: real time; SPEED_MAX: as fast as inputs are taken */
};
#define SPEED_MAX INT32_MAX

struct source {
    const struct source_ops *ops;
    struct source_time time;
    /* each source embeds this as its first member */
};

struct source_ops {
    /* Becomes readable when next() may have something. */
    int (*fd)(const struct source *source);
    /*
     * The next input that is due: 1 and *ret_input with its stamp_ns and t_ns in station time, 0 when nothing is due
     * now, negative errno when the source is broken. t_ns is the stamp, later where a trace says that it was merged
     * late; the caller raises it to core_now_ns() and never lowers it. Pointers in *ret_input stay valid until the
     * next call. ret_text, when the input came as text (command, prescription), is its payload, else NULL.
     */
    int (*next)(struct source *source, int64_t now_ns, struct input *ret_input, const char **ret_text);
    /* What the station shows and plays; for the simulated patient, NULL elsewhere. */
    void (*see)(struct source *source, const struct snapshot *snapshot, int64_t now_ns);
    void (*hear)(struct source *source, const struct cue *cue);
    void (*close)(struct source *source);
};

/* Station time now, given CLOCK_MONOTONIC. For SPEED_MAX: base_ns (the source moves it as lines are taken). */
int64_t source_time_ns(const struct source_time *time, int64_t mono_ns);
/* The monotonic time at which station time t_ns is reached; for SPEED_MAX at once: base_mono_ns. */
int64_t source_mono_ns(const struct source_time *time, int64_t t_ns);

#endif
