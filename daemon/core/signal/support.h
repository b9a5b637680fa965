/* SPDX-License-Identifier: MIT */
/*
 * Hands on a chair, seen by a box that carries all of the body: between two repetitions the load comes back to the same
 * level, unless a hand takes some of it (a touching finger wanders by 3 N, who leans on the chair by 15 N, both slowly:
 * time constant 2 s). What is watched are the valleys: the lowest mean of 0.5 s in the second before a rise of A/2; how far they
 * lie apart is their mean distance from their median over the last SUPPORT_VALLEYS. Sway alone leaves 0.2-0.4 of its sd.
 *
 * Others are no hands: somebody or something put on the box moves the level by more than SUPPORT_MOST_MN, and the
 * valleys before are forgotten. A shove every third time is none either; leaning every second time is.
 * Plain memory, a bounded number of steps a sample.
 */
#ifndef GYMSTATION_CORE_SUPPORT_H
#define GYMSTATION_CORE_SUPPORT_H

#include <stdbool.h>
#include <stdint.h>

#define SUPPORT_BLOCK_NS  INT64_C(50000000)
#define SUPPORT_BLOCKS    10 /* 0.5 s */
#define SUPPORT_MEANS     20 /* 1 s: what counts is the level from which a rep sets off */
#define SUPPORT_VALLEYS   6
#define SUPPORT_LEAST     3 /* valleys before leaning is told, and touching */
#define SUPPORT_SURE      5
#define SUPPORT_TOUCH_MN  1200  /* on top of what the noise explains: 4 % of sets without hands, 75 % of those with */
#define SUPPORT_NOISE_PCT 12    /* of the noise's sd */
#define SUPPORT_LEAN_MN   8000  /* between the 2.4 N of a touching finger and the 12 N of who leans */
#define SUPPORT_LEAN_PART 10    /* of A: who turns round at once at the bottom does not come down all the way */
#define SUPPORT_MOST_MN   60000 /* 6 kg: three sd of the difference of two valleys of who leans */
#define SUPPORT_OTHERS_MN 50000 /* so much above B + A is no hand: the caller begins anew */

enum support_grade { SUPPORT_NONE, SUPPORT_TOUCH, SUPPORT_LEAN };

struct support {
    int64_t block_ns, sum_mn; /* the block under way began then */
    int n;                    /* samples in it */
    int64_t blocks[SUPPORT_BLOCKS];
    int n_blocks, next;
    bool high;                    /* the load is up; else it is on its way to a valley or in it */
    int64_t turn_mn;              /* highest mean since */
    int64_t means[SUPPORT_MEANS]; /* of the way down and the valley */
    int n_means;
    int64_t valleys[SUPPORT_VALLEYS]; /* newest last */
    int n_valleys;
};

void support_begin(struct support *support);
/* amp_mn: A as far as it is known. True when there is one more valley. */
bool support_step(struct support *support, int64_t t_ns, int64_t force_mn, int64_t amp_mn);
enum support_grade support_grade(const struct support *support, int64_t noise_mn, int64_t amp_mn);
/* Mean distance of the valleys from their median, the furthest at most twice the next; 0 while there are too few. */
int64_t support_spread_mn(const struct support *support);

#endif
