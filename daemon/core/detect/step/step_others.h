/* SPDX-License-Identifier: MIT */
/*
 * Others on the box of a step-up: somebody steps onto it in mid-set and leaves again. Their weight hides that the patient
 * goes down: everything up to their leaving would be one long rep.
 *
 * Whoever carries more than STEP_OTHERS_PER_CENT of the body weight for half a second would leave the ground at 1 m/s: a
 * level that stands still there is the patient, up, and somebody else, `base`. It is taken out of the samples, those in the
 * buffer included, and the reps go on. They have gone when less than nothing is left of the load, or when the patient
 * seems to have come down, and what the box carries is rather the body weight alone than the others and a resting foot.
 *
 * What they weigh is known as well as the patient stood still meanwhile, and they sway, too: the reps count, and are not
 * measured. Where the two levels are one (others as heavy as the patient less the foot) the patient has come down, unless far
 * too soon for a rep; if it was the others who left, that rep's end is told too early, and nothing else. Plain memory;
 * forces in mN.
 */
#ifndef GYMSTATION_CORE_STEP_OTHERS_H
#define GYMSTATION_CORE_STEP_OTHERS_H

#include "daemon/core/detect/rep_buffer.h"

#define STEP_OTHERS_PER_CENT 120
#define STEP_OTHERS_COME_NS  (2 * NS_PER_S)    /* to step onto the box, at most */
#define STEP_OTHERS_GO_NS    (300 * NS_PER_MS) /* half of the time that they take to step off it */
#define STEP_OTHERS_DWELL_NS (150 * NS_PER_MS) /* less than nothing */
#define STEP_OTHERS_LEVEL_NS (100 * NS_PER_MS) /* a level is the mean over that */

struct step_others {
    int64_t base_mn;  /* what they weigh; 0: nobody is there */
    int64_t foot_mn;  /* what rests on the box while the patient is down and nobody else is there: a slow mean */
    int64_t below_ns; /* less than nothing has been on it since, or ABSENT */
    bool acted;       /* somebody was there in the rep under way */
};

void step_others_begin(struct step_others *others);

/* The patient is down, f_mn on the box. */
void step_others_foot(struct step_others *others, int64_t bw_mn, int64_t f_mn);

/*
 * The load has stood still at level_mn since still_ns. True: they have come while the patient is up, or a light one has gone
 * and the patient is up now; the samples are put right.
 */
bool step_others_change(struct step_others *others, struct rep_buffer *buffer, int64_t bw_mn, int64_t level_mn,
                        int64_t still_ns, bool up);

/* After each sample, the newest in the buffer. True: they have gone, and the samples are put right. */
bool step_others_go(struct step_others *others, struct rep_buffer *buffer, int64_t bw_mn, bool up);

/*
 * The load has been low since low_ns. True: they have gone, and the patient is still up; the samples are put right.
 * soon: it would be a rep of less than half of the usual length.
 */
bool step_others_went(struct step_others *others, struct rep_buffer *buffer, int64_t bw_mn, int64_t low_ns, bool soon);

#endif
