/* SPDX-License-Identifier: MIT */
/*
 * A card reader that types like a keyboard: a number and Enter. Only the number's keyed hash leaves this module: the
 * number itself is wiped as soon as it has been hashed, or given up. Used from the loop.
 */
#ifndef GYMSTATION_CARD_H
#define GYMSTATION_CARD_H

#include "gymstation/basics.h"

#define CARD_NUMBER_MIN 4              /* characters; fewer are a cat on the keyboard */
#define CARD_NUMBER_MAX 32             /* 16 bytes in hex */
#define CARD_SECRET_MIN 16             /* bytes; HMAC-SHA-256 wants a secret nobody guesses */
#define CARD_PAUSE_NS   (2 * NS_PER_S) /* a reader types without pausing: what is older is no part of this number */

struct card {
    const char *secret; /* the caller's */
    char number[CARD_NUMBER_MAX];
    int n;       /* characters typed, counting on where they do not fit */
    bool spoilt; /* a key that belongs to no number */
    int64_t last_ns;
};

void card_init(struct card *card, const char *secret);

/*
 * A key went down (evdev.h). 1 with HMAC-SHA-256(secret, number) in lower-case hex when it was Enter behind a number of
 * 0-9 and a-z (as typed, letters small); 0: go on; -EINVAL: Enter behind something else; -ENOMEM: not hashed.
 */
int card_key(struct card *card, unsigned code, int64_t stamp_ns, char ret_hash[HASH_LEN]);

void card_forget(struct card *card); /* what was typed so far; the reader was unplugged */

#endif
