/* SPDX-License-Identifier: MIT */
/* The shapes of a hip thrust's movements; rise_fit.h. */
#include "daemon/core/fit/rise_guess.h"

enum rise_shape rise_mirror(enum rise_shape shape)
{
    switch (shape) {
    case RISE_MIN_JERK:
    case RISE_CONSTANT:
    case RISE_BLENDED:
    case RISE_ROUNDED: return shape;
    case RISE_EARLY: return RISE_LATE;
    case RISE_EARLIER: return RISE_LATER;
    case RISE_LATE: return RISE_EARLY;
    case RISE_LATER: return RISE_EARLIER;
    case RISE_SHAPE_COUNT: break;
    }
    return shape;
}
