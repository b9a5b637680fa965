/* SPDX-License-Identifier: MIT */
/*
 * Curls so quick that the limb's inertia weighs as much as the band: what of them can be read, and when not even their
 * number can. Inertia fills the valley between two reps or takes the top off one: one of a row is not told apart, two
 * are told for one, or half of one. In a set whose cues come quicker than QUICK_CYCLE_NS the cues tell better than that.
 * It goes by them, from the last rep told on, when a rep
 *
 *   would be partial;
 *   follows the one before by less than QUICK_LEAST_PCT of a cycle, from middle to middle;
 *   lasts longer than QUICK_LONG_PCT of a cycle;
 *   follows the one before by more than QUICK_MOST_PCT, or begins later than QUICK_LATE_PCT after "go", and the load was
 *   up meanwhile;
 *
 * or when none was told for two cycles and the load was up. Who rests for a cycle, or stops, has not been up: that stays
 * measured.
 */
#ifndef GYMSTATION_CORE_CURL_QUICK_H
#define GYMSTATION_CORE_CURL_QUICK_H

#include "daemon/core/detect/curl/detector_curl.h"
#include "daemon/core/fixed.h"

#define QUICK_CYCLE_NS  (3 * NS_PER_S) /* four phases below a second */
#define QUICK_LEAST_PCT 60
#define QUICK_MOST_PCT  160
#define QUICK_LONG_PCT  140
#define QUICK_LATE_PCT  80
#define QUICK_ROSE_NS   (150 * NS_PER_MS) /* a leg that is stopped is over sooner */
#define QUICK_AFTER_NS  (300 * NS_PER_MS) /* of the end of a rep, whose last part may still be to come */
#define QUICK_BEFORE_NS (100 * NS_PER_MS) /* of the next one's beginning */
#define QUICK_REST_NS   (700 * NS_PER_MS) /* of the rest before the way up, as it was read: late by 0.1 s at most */
#define QUICK_LAGS      3                 /* samples: half of what a converter averages, and the median */
#define QUICK_STILL_NS  (20 * NS_PER_MS)  /* more, about a breakpoint */
#define QUICK_VAGUE_NS  (80 * NS_PER_MS)  /* sd: in doubt whether inertia carries the load past a level it is larger */
#define QUICK_SURE_PART 10                /* of a rep, the sd of its length */

/* What of a rep is too quick to be read. */
struct quick_ways {
    bool con, ecc;
};

struct quick_ways quick_ways(const struct rep_scan *scan, const struct scan_edges *edges, int64_t noise_mn);
/* Flags that inertia is the reason of. */
unsigned quick_flags(const struct quick_ways *quick, const struct scan_edges *edges);
/*
 * Leaves out what cannot be read. What looks as if it could be is no better where all is cued to be quick: its crossings
 * hang on a plateau that inertia has made, and so does the time under tension.
 */
void quick_drop(const struct quick_ways *ways, bool quickly_cued, struct rep_data *rep);

/*
 * Its start, end, phases and time under tension, inertia and what means do to quick edges taken into account
 * (swing_fit.h). They stay what they were where no curve fits; an uncertain one says nothing of the tension, and a
 * phase with an sd over QUICK_VAGUE_NS is left out. What the curve leaves still of the rep says whether a hand leans.
 */
void curl_quick_times(struct curl_detector *curl, const struct rep_scan *scan, const struct scan_edges *edges,
                      struct rep_data *rep);

bool curl_quick_cued(const struct curl_detector *curl);

/* The next rep of a quickly cued set, before it is told: the count is not to be trusted with it. */
bool curl_quick_doubt(const struct curl_detector *curl, const struct scan_edges *edges, enum rep_outcome outcome);
/* Asked at every sample; true once. */
bool curl_quick_over(struct curl_detector *curl, int64_t t_ns);
/* What either says: reps in doubt are nothing against a band that others were told of. */
unsigned curl_quick_flag(const struct curl_detector *curl);

static inline int64_t curl_raw_mn(const struct rep_scan *scan, int i)
{
    return fixed_force(rep_buffer_at(scan->buffer, i)->force_mn - scan->rest_mn);
}

#endif
