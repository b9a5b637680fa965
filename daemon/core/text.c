/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "daemon/core/text.h"

void text_copy(char *to, size_t size, const char *from)
{
    size_t n = strnlen(from, size - 1);

    memcpy(to, from, n);
    memset(to + n, 0, size - n);
}
