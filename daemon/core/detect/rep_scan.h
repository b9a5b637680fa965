/* SPDX-License-Identifier: MIT */
/*
 * The second look: a finished rep, read from the buffer as physics defines it. F counts from the rest level B; A is
 * the rep's plateau height, p = 0.10.
 *
 *     con   first crossing of pA upward that leads to A/2, until the first crossing of (1-p)A upward
 *     top   until F last falls below (1-p)A
 *     ecc   until F falls below pA
 *
 * A (robust): the peak is the level that is reached for peak_ns in all; of the samples between 0.85 and 1.0 of it,
 * those in the most crowded 4 % (of the peak); A is their mean.
 * A pause of the eccentric below 0.85 is no plateau; overshoot and sag move the peak, not the crowd.
 *
 * Crossings are interpolated between samples. A crossing inside a hole (LIVE_GAP_NS) is not known: what it bounds is
 * left out and start or end is the nearest sample that is known to lie inside the rep.
 */
#ifndef GYMSTATION_CORE_REP_SCAN_H
#define GYMSTATION_CORE_REP_SCAN_H

#include "daemon/core/detect/rep_buffer.h"

/* Half a period of sway, which peaks at 4-5 Hz: a mean over 0.22 s takes most of it away and shifts no edge. */
#define SCAN_SMOOTH_NS   (110 * NS_PER_MS)
#define SCAN_SIGMAS      3  /* a plateau below three times the noise around it is none: 8 of what smoothing leaves */
#define SCAN_LIKE_HALVES 5  /* ... unless it is as high as others were: 2.5 times, for a quick limb's inertia */
#define SCAN_CLEAR_PART  50 /* noise below A/50 is left alone: five sigma do not reach pA */
#define SCAN_LOUD_PART   30 /* noise above A/30: three sigma do; slow edges are smoothed twice as wide */
#define SCAN_SLOW_NS     NS_PER_S         /* crossing time: a movement of 2 s */
#define SCAN_FAR_NS      (50 * NS_PER_MS) /* samples so far apart are those of a converter of ten a second */

/* Samples from..to of a buffer (to excluded); f[i] is sample i above B, smoothed or not. */
struct rep_scan {
    const struct rep_buffer *buffer;
    int64_t rest_mn;
    int from, to;
    int64_t peak_ns;    /* the peak is what is reached for so long in all; 0: the highest sample */
    int64_t clip_mn;    /* samples further than this from B count as so far; 0: as they are */
    int64_t amp_mn;     /* A when the plateau does not show it: who jumps off pushes first; 0: the plateau's */
    int64_t like_mn;    /* a plateau so high is one in more noise, SCAN_LIKE_HALVES; 0: none */
    int64_t rest_sd_mn; /* of the rest level, for rep_scan_read() */
    int64_t sd_mn; /* of f, where a crossing is read: what its sd follows from; 0: not known; rep_scan_read() sets it */
    int64_t half_ns; /* f is a mean over so long before and after; rep_scan_fill() sets it */
    int32_t *f;      /* the caller's, REP_BUFFER_MAX */
    int32_t *v;      /* the samples above B without spikes (rep_scan_clear()), or NULL: as they are */
};

struct scan_crossing {
    bool known;
    int64_t t_ns;
    int64_t sd_ns; /* half of the way between the crossings of levels sd_mn above and below; ABSENT: not known */
    int index;     /* first sample on the far side */
};

struct scan_edges {
    int64_t amp_mn;                          /* A */
    int64_t noise_mn;                        /* sd of the samples about their means; of rep_scan_read() only */
    struct scan_crossing con, top, ecc, end; /* starts of con, top, ecc; end of ecc */
    bool ended;                              /* F has fallen below pA; else end is its lowest sample so far */
};

/*
 * Fills scan->v, the caller's as f is, with samples that no spike is in (rep_spike.h): the amplitude is looked for from
 * sample `reached` on. noise_mn: sd of the quiet signal, or 0.
 */
void rep_scan_clear(struct rep_scan *scan, int reached, int64_t noise_mn, int32_t *v);
/* Sample i above B, as it came or without spikes. */
int64_t rep_scan_at_mn(const struct rep_scan *scan, int i);
/* Fills f with means over +-half_ns (0: the samples themselves). */
void rep_scan_fill(struct rep_scan *scan, int64_t half_ns);
/* sd of the samples about f, as 1.25 times the mean deviation; call after a fill with SCAN_SMOOTH_NS. */
int64_t rep_scan_noise_mn(const struct rep_scan *scan, int from, int to);
int64_t rep_scan_plateau_mn(const struct rep_scan *scan, int from);
/*
 * The rep that reaches A/2 at or after sample `reached`, smoothed as its noise asks for (a mean over 0.22 s makes the
 * shortest movements longer); noise_mn is what is known of the quiet signal, or 0. False: it does not look like a rep.
 */
bool rep_scan_read(struct rep_scan *scan, int reached, int64_t noise_mn, struct scan_edges *ret);
/* Edges of the rep that reaches A/2 at or after sample `reached`; false when it does not look like one. */
bool rep_scan_edges(const struct rep_scan *scan, int reached, struct scan_edges *ret);
/* Phases, tut, peak, mean, impulse and flags of the rep; outcome is the caller's. */
void rep_scan_figures(const struct rep_scan *scan, const struct scan_edges *edges, struct rep_data *ret);
/* A converter of ten samples a second: one sample tells a mean over 0.4 s. */
bool rep_scan_slow(const struct rep_scan *scan);
/* Is there a hole between the two times? */
bool rep_scan_hole(const struct rep_scan *scan, int64_t from_ns, int64_t to_ns);

#endif
