/* SPDX-License-Identifier: MIT */
/* Keys of a card reader; see gymstation/card.h. */
#include "gymstation/card.h"

#include <errno.h>
#include <linux/input-event-codes.h>
#include <string.h>

#include "gymstation/hash.h"

void card_init(struct card *card, const char *secret)
{
    *card = (struct card){.secret = secret};
}

void card_forget(struct card *card)
{
    explicit_bzero(card->number, sizeof(card->number));
    card->n = 0;
    card->spoilt = false;
}

/* A US keyboard, which is what readers pretend to be; keypad digits as well. 0: not part of a number. */
static char typed(unsigned code)
{
    static const char main_keys[] = {
        [KEY_1] = '1',   [KEY_2] = '2',   [KEY_3] = '3',   [KEY_4] = '4',   [KEY_5] = '5',   [KEY_6] = '6',
        [KEY_7] = '7',   [KEY_8] = '8',   [KEY_9] = '9',   [KEY_0] = '0',   [KEY_Q] = 'q',   [KEY_W] = 'w',
        [KEY_E] = 'e',   [KEY_R] = 'r',   [KEY_T] = 't',   [KEY_Y] = 'y',   [KEY_U] = 'u',   [KEY_I] = 'i',
        [KEY_O] = 'o',   [KEY_P] = 'p',   [KEY_A] = 'a',   [KEY_S] = 's',   [KEY_D] = 'd',   [KEY_F] = 'f',
        [KEY_G] = 'g',   [KEY_H] = 'h',   [KEY_J] = 'j',   [KEY_K] = 'k',   [KEY_L] = 'l',   [KEY_Z] = 'z',
        [KEY_X] = 'x',   [KEY_C] = 'c',   [KEY_V] = 'v',   [KEY_B] = 'b',   [KEY_N] = 'n',   [KEY_M] = 'm',
        [KEY_KP7] = '7', [KEY_KP8] = '8', [KEY_KP9] = '9', [KEY_KP4] = '4', [KEY_KP5] = '5', [KEY_KP6] = '6',
        [KEY_KP1] = '1', [KEY_KP2] = '2', [KEY_KP3] = '3', [KEY_KP0] = '0',
    };

    return code < sizeof(main_keys) ? main_keys[code] : '\0';
}

static int finish(struct card *card, char ret_hash[HASH_LEN])
{
    bool good = !card->spoilt && card->n >= CARD_NUMBER_MIN && card->n <= CARD_NUMBER_MAX;
    int r = -EINVAL;

    if (good)
        r = hmac_sha256_hex(card->secret, strlen(card->secret), card->number, (size_t)card->n, ret_hash);
    card_forget(card);
    return r < 0 ? r : 1;
}

int card_key(struct card *card, unsigned code, int64_t stamp_ns, char ret_hash[HASH_LEN])
{
    char c = typed(code);

    if (card->n > 0 && stamp_ns - card->last_ns > CARD_PAUSE_NS)
        card_forget(card);
    card->last_ns = stamp_ns;
    if (code == KEY_ENTER || code == KEY_KPENTER)
        return card->n > 0 || card->spoilt ? finish(card, ret_hash) : 0;
    if (code == KEY_LEFTSHIFT || code == KEY_RIGHTSHIFT)
        return 0; /* capital letters of hexadecimal numbers */
    if (c == '\0')
        card->spoilt = true;
    else if (card->n < CARD_NUMBER_MAX)
        card->number[card->n] = c;
    if (card->n <= CARD_NUMBER_MAX && c != '\0')
        card->n++;
    return 0;
}
