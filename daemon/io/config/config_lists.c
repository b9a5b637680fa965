/* SPDX-License-Identifier: MIT */
/* Values of gymstation.conf that are lists, written in one text with commas: input devices and key codes. */
#include <stdlib.h>
#include <string.h>

#include "daemon/io/config/config_keys.h"

#define KEY_CODE_MAX 767 /* KEY_MAX of linux/input-event-codes.h */

/* The next element of the list at *text, which moves behind it; its length. NULL at the end. */
static const char *element(const char **text, size_t *ret_len)
{
    const char *begin = *text;

    if (begin == NULL)
        return NULL;
    begin += strspn(begin, " ");
    size_t len = strcspn(begin, ",");
    *text = begin[len] == ',' ? begin + len + 1 : NULL;
    while (len > 0 && begin[len - 1] == ' ')
        len--;
    *ret_len = len;
    return begin;
}

const char *config_paths_valid(const char *text)
{
    const char *path;
    size_t len;
    int n = 0;

    if (text[0] == '\0')
        return NULL;
    while ((path = element(&text, &len)) != NULL) {
        if (len < 2 || path[0] != '/')
            return "has something else than paths such as /dev/input/by-id/NAME-event-kbd, with commas between them";
        if (++n == EVDEV_MAX) /* one is left for the card reader */
            return "names more than 7 devices";
    }
    return NULL;
}

int config_paths(const char *text, char ret[EVDEV_MAX][CONFIG_TEXT_LEN])
{
    const char *path;
    size_t len;
    int n = 0;

    if (text[0] == '\0')
        return 0;
    while (n < EVDEV_MAX && (path = element(&text, &len)) != NULL) {
        memcpy(ret[n], path, len);
        ret[n++][len] = '\0';
    }
    return n;
}

/* -1 where it is no key code. */
static long code_of(const char *text, size_t len)
{
    char *rest;
    long code = len > 0 && text[0] >= '0' && text[0] <= '9' ? strtol(text, &rest, 10) : -1;

    return code >= 1 && code <= KEY_CODE_MAX && rest == text + len ? code : -1;
}

const char *config_codes_valid(const char *text)
{
    const char *code;
    size_t len;
    int n = 0;

    if (text[0] == '\0')
        return NULL;
    while ((code = element(&text, &len)) != NULL) {
        if (code_of(code, len) < 0)
            return "has something else than key codes, 1..767 with commas between them";
        if (++n > CODES_MAX)
            return "has more than 8 key codes";
    }
    return NULL;
}

int config_codes(const char *text, unsigned ret[CODES_MAX])
{
    const char *code;
    size_t len;
    int n = 0;

    if (text[0] == '\0')
        return 0;
    while (n < CODES_MAX && (code = element(&text, &len)) != NULL)
        ret[n++] = (unsigned)code_of(code, len);
    return n;
}
