/* SPDX-License-Identifier: MIT */
/* Sentences from parts; see phrase.h. */
#include "daemon/core/session/phrase.h"

#include <string.h>

struct phrase phrase_begin(char *buffer, size_t size)
{
    buffer[0] = '\0';
    return (struct phrase){.at = buffer, .left = size};
}

void phrase_add(struct phrase *text, const char *words)
{
    size_t n = strlen(words);

    if (n >= text->left)
        n = text->left - 1;
    memcpy(text->at, words, n);
    text->at += n;
    text->left -= n;
    *text->at = '\0';
}

/* Digits of value, at least min_digits of them. */
static void add_digits(struct phrase *text, uint64_t value, int min_digits)
{
    char digits[24];
    size_t at = sizeof(digits) - 1;

    digits[at] = '\0';
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
        min_digits--;
    } while (value > 0 || min_digits > 0);
    phrase_add(text, &digits[at]);
}

static uint64_t add_sign(struct phrase *text, int64_t value)
{
    if (value >= 0)
        return (uint64_t)value;
    phrase_add(text, "-");
    return (uint64_t)0 - (uint64_t)value;
}

void phrase_add_int(struct phrase *text, int64_t value)
{
    add_digits(text, add_sign(text, value), 1);
}

void phrase_add_milli(struct phrase *text, int64_t milli)
{
    uint64_t size = add_sign(text, milli);
    uint64_t fraction = size % 1000;
    int digits = 3;

    add_digits(text, size / 1000, 1);
    if (fraction == 0)
        return;
    for (; fraction % 10 == 0; fraction /= 10)
        digits--;
    phrase_add(text, ".");
    add_digits(text, fraction, digits);
}
