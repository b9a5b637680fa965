/* SPDX-License-Identifier: MIT */
/*
 * Does a hold begin? Part of the hold's machine (hold.h), which calls these. A force that is held goes up and then stays:
 * from one sample to the next it changes by its tremor (3 % at 8-12 Hz: 2 % a sample at 80 SPS) and its sway. Noise goes
 * up and down by as much as it is: after the averaging of the converter the all-noise trace by 15 % of its mean a sample. What only rises does
 * not count, however steep.
 */
#ifndef GYMSTATION_CORE_HOLD_ENTRY_H
#define GYMSTATION_CORE_HOLD_ENTRY_H

#include "daemon/core/set/hold.h"

#define HOLD_NOISE_PCT     6 /* change from sample to sample, of the mean, less what is left of it at the end */
#define HOLD_NOISE_SAMPLES 5 /* 10 SPS have three of them before a hold is confirmed: their noise shows later */

/* The band and the fail level of a target: what is in the band is never below the fail level. */
void hold_set_levels(struct hold *hold, int64_t target_mn);
/* Without a target: the onset, as long as no level is known. */
void hold_set_onset(struct hold *hold, const struct references *refs);
/* Without a rest level: before each sample of load force_mn above the zero. */
void hold_follow_base(struct hold *hold, int64_t t_ns, int64_t force_mn);
/* Begins to look for the level: the ramp and settling are to be over; a hold that is shorter is known by its end. */
void hold_learn_from(struct hold *hold, int64_t start_ns, int64_t f_start, int64_t t_ns, int64_t f_mn);
/* Where F entered the band between the last sample and this one (t_ns, f_mn), or ABSENT; *ret_f is F there. */
int64_t hold_entry_ns(const struct hold *hold, int64_t t_ns, int64_t f_mn, int64_t *ret_f);
/* How far F has gone up and down again since the entry. */
int64_t hold_back_mn(const struct hold *hold);
/* What has been seen since the entry is noise: nobody holds anything. */
bool hold_is_noise(const struct hold *hold);
/* What was seen from the entry until F left the fail level was noise; where that was too short to tell, until now. */
bool hold_was_noise(const struct hold *hold);

#endif
