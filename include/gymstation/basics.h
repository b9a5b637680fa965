/* SPDX-License-Identifier: MIT */
/*
 * Words and limits that every module shares. Plain data, no functions with effects.
 *
 * Units are in the names: t_ns (nanoseconds of CLOCK_MONOTONIC), _ms, force_mn (millinewtons), _g (grams), _mm.
 * A number that is not known is ABSENT; it is never 0. Renderers leave absent numbers out.
 */
#ifndef GYMSTATION_BASICS_H
#define GYMSTATION_BASICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ABSENT INT64_MIN
#define NEVER  INT64_MAX /* a deadline that is not set */

#define NS_PER_S  INT64_C(1000000000)
#define NS_PER_MS INT64_C(1000000)

/* Standard gravity, exactly 9.80665 m/s2 (3rd CGPM, 1901), here in um/s2. */
#define GRAVITY_UM_S2 INT64_C(9806650)

/* A working zero, either way: 100 kN is beyond every cell, and what one reads less its zero fits an int32_t. */
#define ZERO_MAX_MN 100000000

#define ID_LEN          65 /* ids of 1-64 bytes and their NUL */
#define NAME_LEN        24 /* names of exercises and variations */
#define HASH_LEN        65 /* SHA-256 in lower-case hex */
#define UUID_LEN        37
#define SLOT_MAX        8  /* prescription slots 1..8; slots are numbered from 1 */
#define ITEM_MAX        16 /* items of a prescription */
#define SET_MAX         10 /* sets of an item */
#define PATH_TEXT_LEN   96
#define REASON_TEXT_LEN 160

enum side { SIDE_NONE, SIDE_LEFT, SIDE_RIGHT, SIDE_BOTH };

/* The named phases of a repetition, in the order in which they are performed; tempo speaks of these. */
enum phase { PHASE_CON, PHASE_TOP, PHASE_ECC, PHASE_BOTTOM, PHASE_COUNT };

/* Where a phase time comes from: see README, "Where a number comes from". */
enum src { SRC_NONE, SRC_LOAD, SRC_MODEL, SRC_BUTTON, SRC_CUE };

/* Why something was refused and where: path is a JSON pointer ("/items/0/sets") or a key path. */
struct refusal {
    char path[PATH_TEXT_LEN];
    char reason[REASON_TEXT_LEN];
};

const char *side_str(enum side side);    /* "left" "right" "both"; NULL for SIDE_NONE */
const char *phase_str(enum phase phase); /* "con" "top" "ecc" "bottom" */
const char *src_str(enum src src);       /* "load" "model" "button" "cue"; NULL for SRC_NONE */

#endif
