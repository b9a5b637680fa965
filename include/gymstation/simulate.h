/* SPDX-License-Identifier: MIT */
/*
 * A core and a simulated patient in virtual time: the patient presses, the station answers, until the patient is done.
 * Used by gymstationctl and by tests; any thread, nothing is shared.
 */
#ifndef GYMSTATION_SIMULATE_H
#define GYMSTATION_SIMULATE_H

#include "gymstation/patient.h"

#define SIMULATE_MAX_S 14400 /* a run that is not over after four hours of station time never will be */

struct simulate_setup {
    struct patient_setup patient; /* exercises and station are those of the core too */
    const char *rx;               /* payload of the prescription that arrives on slot 1 before the first sample */
    size_t rx_len;
    const char *rx_later; /* another one that arrives on slot 1 during rep 3 of the first set, or NULL */
    size_t rx_later_len;
};

/* Who wants to know; any may be NULL. In the order in which it happens. */
struct simulate_ops {
    /* Before the core takes it; text is the payload of a prescription, else NULL. */
    void (*input)(void *self, const struct input *input, const char *text, size_t len);
    void (*event)(void *self, const struct event *event);
    void (*cue)(void *self, const struct cue *cue);
    /* After each input and deadline has been taken. */
    void (*station)(void *self, const struct core *core, int64_t now_ns);
    void (*truth)(void *self, const struct patient_truth *truth);
};

struct simulate_result {
    int64_t end_ns;     /* of the last input */
    int64_t rate_milli; /* of the converter, clock error included */
    struct core_counters counters;
    struct refusal refusal; /* of the prescription, for -EBADMSG */
};

/*
 * 0; -EBADMSG: the prescription is refused; -ETIME: not over after SIMULATE_MAX_S; -EINVAL: the patient is out of
 * range; -ENOMEM. ret_result is filled as far as it went.
 */
int simulate_run(const struct simulate_setup *setup, const struct simulate_ops *ops, void *self,
                 struct simulate_result *ret_result);

#endif
