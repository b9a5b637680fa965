/* SPDX-License-Identifier: MIT */
/*
 * Sentences from parts, for refusals, without stdio: the core uses no library. What does not fit is cut off; the text
 * always ends with a NUL.
 */
#ifndef GYMSTATION_CORE_PHRASE_H
#define GYMSTATION_CORE_PHRASE_H

#include "gymstation/basics.h"

struct phrase {
    char *at;    /* where the NUL is */
    size_t left; /* bytes from there on, the NUL's included; at least 1 */
};

struct phrase phrase_begin(char *buffer, size_t size);
void phrase_add(struct phrase *text, const char *words);
void phrase_add_int(struct phrase *text, int64_t value);
/* value / 1000 with as many decimals as it needs: 1500 is "1.5". */
void phrase_add_milli(struct phrase *text, int64_t milli);

#endif
