/* SPDX-License-Identifier: MIT */
/*
 * How a slot's items have gone lately: what has to be remembered between sessions to suggest a progression. Plain data;
 * the core writes it, the journal and the header of a recording keep it as text. One thread at a time.
 */
#ifndef GYMSTATION_COURSE_H
#define GYMSTATION_COURSE_H

#include "gymstation/basics.h"

#define COURSE_SESSIONS 2 /* in a row, for a suggestion */
#define COURSE_LEN      (ITEM_MAX + 2)

/* Zero: nothing is known. */
struct course {
    int32_t pain;             /* worst score in the last session, 0-10; means something while an item is good */
    int32_t good[ITEM_MAX];   /* sessions in a row up to the last one in which the item went well, 0..COURSE_SESSIONS */
    int32_t judged[ITEM_MAX]; /* of those, in how many its tempo was observed */
};

/* "" while no item is good; else the pain ('0'-'9', 'a' for 10) and a digit an item, as far as needed. */
void course_str(const struct course *course, char ret[COURSE_LEN]);
bool course_parse(const char *text, struct course *ret); /* false, and ret untouched, when it is none */

#endif
