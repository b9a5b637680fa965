/* SPDX-License-Identifier: MIT */
/*
 * The metronome of a paced set: phases by the prescribed tempo on an absolute schedule (no drift: every time is the
 * start plus a sum), a tick every second and an accent at each phase change (beats further apart than 1.8 s are not
 * felt as rhythm: Repp 2005, doi 10.3758/BF03206433).
 *
 *   con-first:  con top ecc | bottom   con top ecc | bottom ...     a rep is what stands before the bar,
 *   ecc-first:  ecc bottom con | top   ecc bottom con | top ...     the pause behind it belongs to the next rep
 */
#ifndef GYMSTATION_CORE_PACER_H
#define GYMSTATION_CORE_PACER_H

#include "gymstation/event.h"

struct pacer {
    bool on;
    enum phase order[PHASE_COUNT];
    int64_t dur_ns[PHASE_COUNT];    /* in that order */
    int64_t target_ns[PHASE_COUNT]; /* likewise: what is prescribed, or ABSENT: free, asap */
    int at;                         /* index into order */
    int cycles;                     /* reps whose end has been cued */
    int64_t phase_start_ns, tick_ns;
    int64_t rep_start_ns, pause_start_ns; /* pause_start_ns ABSENT before the second rep */
};

struct pacer_step {
    bool tick, phase; /* cues that are due; phase: one begins, see pacer.at */
    bool rep_ended;
    struct rep_data rep; /* REP_PACED, every time SRC_CUE */
};

/* fallback_ms: the exercise's own tempo, for phases prescribed as "free" or "asap". */
void pacer_begin(struct pacer *pacer, const struct dose *dose, const int32_t fallback_ms[PHASE_COUNT], int64_t t_ns);
int64_t pacer_deadline_ns(const struct pacer *pacer);
void pacer_fire(struct pacer *pacer, struct pacer_step *ret);
int64_t pacer_phase_end_ns(const struct pacer *pacer);
/*
 * The rep that was cued around the one from start_ns to end_ns, on the schedule that began at begin_ns. False when that
 * one does not follow the schedule: the middle of each must lie within the other.
 */
bool pacer_rep_at(const struct dose *dose, const int32_t fallback_ms[PHASE_COUNT], int64_t begin_ns, int64_t start_ns,
                  int64_t end_ns, struct rep_data *ret);
/* Length of one whole cycle, pause included. */
int64_t pacer_cycle_ns(const struct dose *dose, const int32_t fallback_ms[PHASE_COUNT]);

#endif
