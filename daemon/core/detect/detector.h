/* SPDX-License-Identifier: MIT */
/*
 * Detectors: samples in, marks out. One set, one detector; the set machine (set.c) chooses it by setup.detector and
 * owns its memory. A detector decides causally for the live stream (MARK_PHASE) and takes a second look over the
 * finished rep's buffer for the figures it publishes (MARK_REP).
 */
#ifndef GYMSTATION_CORE_DETECTOR_H
#define GYMSTATION_CORE_DETECTOR_H

#include "gymstation/event.h"

struct sample {
    int64_t t_ns;     /* the sample's own stamp */
    int32_t force_mn; /* above the working zero */
};

/* What is known before the set: from the last quiet 2 s (quiet.h), or ABSENT. */
struct references {
    int64_t rest_mn;  /* rest level B */
    int64_t noise_mn; /* standard deviation of the quiet signal */
    int64_t bw_mn;    /* body weight, when the patient stands on the box with all of it */
};

/* What the load was at lift-off above the rest level, and how much more on top; rise_mn 0: not known. */
struct rise_reference {
    int64_t level_mn, rise_mn;
};

/* What a set of step-ups has shown: the weight that is raised, and how that began; bw_mn 0: not known. */
struct step_reference {
    int64_t bw_mn;
    double begin_m_s, begin_m; /* upward speed and height when the box began to carry everything */
};

struct detector_setup {
    const struct setup *setup;
    const struct dose *dose; /* step_height_mm is resolved: never 0 for step-ups */
    struct references refs;
    int64_t start_ns;               /* "go" */
    int64_t ref_amp_mn;             /* reference amplitude of the item's earlier sets on this side, or ABSENT */
    struct rise_reference ref_rise; /* the same of hips that rise */
    struct step_reference ref_step; /* and of step-ups */
    bool leant;                     /* in one of those sets a hand on a chair took the measuring away */
};

enum mark_kind {
    MARK_PHASE,  /* live: a phase begins now (may be revised by the rep) */
    MARK_REP,    /* a rep has ended: rep.outcome is REP_FULL or REP_PARTIAL */
    MARK_MOVING, /* something moves: resets the 15 s of stillness; at most one a second */
    MARK_NOT_SEEN /* the signal does not support measuring (once): go on paced; flags say why, none: no rep is told apart */
};

struct mark {
    enum mark_kind kind;
    int64_t t_ns;
    enum phase phase;
    bool doubtful; /* MARK_PHASE, MARK_REP: somebody may be leaning on something: counts, but claims no phase */
    unsigned flags;
    int64_t
        since_ns; /* MARK_NOT_SEEN: from here on (0: from the start) cues count instead of what was not told apart */
    struct rep_data rep; /* phases without targets: the set machine fills target_ns and in_tolerance */
};

#define MARK_MAX 8 /* marks from one sample: four of each that a detector makes of it, two at most */

/* The rep buffer: 60 s at 320 SPS, the longest rep there is (four phases of 15 s). */
#define REP_BUFFER_MAX 19200

struct rep_buffer {
    int n, first; /* ring: oldest at first */
    struct sample v[REP_BUFFER_MAX];
};

struct curl_detector;
struct step_detector;

struct detector_ops {
    const char *name;
    void (*begin)(void *self, const struct detector_setup *setup);
    /* Takes one sample, writes at most MARK_MAX marks, returns how many. */
    int (*step)(void *self, const struct sample *sample, struct mark *marks);
    /* Reference amplitude learnt so far, or ABSENT. */
    int64_t (*ref_amp_mn)(const void *self);
    /* What a thrust has learnt so far; NULL: it is no thrust. */
    struct rise_reference (*ref_rise)(const void *self);
    /* The same of step-ups; NULL: it is none. */
    struct step_reference (*ref_step)(const void *self);
};

/*
 * Leaves out of a rep what cannot be: a phase or movement of less than PHASE_LEAST_NS (nobody measured 0), a phase longer
 * than the rep (the pause lies before it), and con, top and ecc when together they outlast it. Every detector's last word.
 */
#define PHASE_LEAST_NS                                                                                                 \
    (10 * NS_PER_MS) /* less than a sample of the usual converter: an artefact of a fit or a crossing */
void detector_leave_out(struct rep_data *rep);

/* NULL where nothing is to be seen (DETECTOR_PACED) or for holds, which are hold.h. */
const struct detector_ops *detector_ops(enum detector_kind kind);

#endif
