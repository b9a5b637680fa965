/* SPDX-License-Identifier: MIT */
/* Bounded text: always terminated, cut when too long, the rest of the buffer zeroed (so that bytes compare). */
#ifndef GYMSTATION_CORE_TEXT_H
#define GYMSTATION_CORE_TEXT_H

#include <stddef.h>

void text_copy(char *to, size_t size, const char *from);

#endif
