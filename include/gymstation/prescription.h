/* SPDX-License-Identifier: MIT */
/*
 * What the therapist wants: one prescription per slot, with every default filled in from the exercises.
 * prescription_json.h reads the JSON; the rules that need more than one key are here, pure.
 */
#ifndef GYMSTATION_PRESCRIPTION_H
#define GYMSTATION_PRESCRIPTION_H

#include "gymstation/exercise.h"

enum side_rule { SIDE_RULE_LEFT, SIDE_RULE_RIGHT, SIDE_RULE_EACH, SIDE_RULE_BOTH };

/* When pain is asked; also the bits of prescription.ask (1u << when). */
enum pain_when { PAIN_NEXT_DAY, PAIN_BEFORE, PAIN_SET, PAIN_ITEM, PAIN_AFTER, PAIN_WHEN_COUNT };

struct rx_item {
    int exercise; /* index into the table the core was given */
    int variation;
    int setup; /* index into exercise.setups */
    enum side_rule side;
    struct dose dose;
};

struct prescription {
    int64_t rev;
    char id[ID_LEN], by[ID_LEN], patient[ID_LEN]; /* patient "": none */
    int64_t valid_from_ns, valid_until_ns;        /* wall time, ns since 1970; ABSENT: none */
    int32_t uses;                                 /* 0: no limit */
    char login[HASH_LEN];                         /* keyed hash of a card; "": none */
    enum side affected_side;                      /* or SIDE_NONE */
    int32_t body_g;                               /* 0: not given */
    char last_session_id[ID_LEN];                 /* "": none */
    int64_t last_session_ns;                      /* wall time or ABSENT */
    int32_t pain_limit;                           /* 0-10 */
    unsigned ask;                                 /* bits 1u << enum pain_when */
    bool ask_effort;
    int item_count;
    struct rx_item items[ITEM_MAX];
};

/* A prescription as it arrived on slot, read or refused; an empty payload withdraws. */
struct rx_arrival {
    int slot; /* 1..SLOT_MAX */
    bool withdrawn;
    bool ok;             /* rx is complete and valid */
    int64_t rev;         /* as far as it could be read, else 0 */
    char hash[HASH_LEN]; /* SHA-256 of the bytes */
    struct prescription rx;
    struct refusal refusal; /* when !ok */
    struct refusal warning; /* when ok: accepted, but somebody should know; path "": nothing */
};

const char *side_rule_str(enum side_rule rule);
const char *pain_when_str(enum pain_when when); /* "next_day" "before" "set" "item" "after" */

/* Number of sides a set-round of the item has: 2 for SIDE_RULE_EACH, else 1. */
int rx_item_sides(const struct rx_item *item);

/*
 * The rules between keys: reps_min <= reps_max, sums of paced tempo, targets with their references, sides of
 * bilateral exercises, set-ups that the station does not have or where the patient would stand too high.
 * True when all hold; else *ret_refusal says the first that does not, and where.
 */
bool rx_check(const struct prescription *rx, const struct exercise *exercises, const struct station *station,
              struct refusal *ret_refusal);

#endif
