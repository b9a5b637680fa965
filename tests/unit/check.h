/* SPDX-License-Identifier: MIT */
/* cmocka wants these four before itself. */
#ifndef GYMSTATION_TESTS_CHECK_H
#define GYMSTATION_TESTS_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
