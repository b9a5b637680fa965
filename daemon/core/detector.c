/* SPDX-License-Identifier: MIT */
/* Which detector serves which set-up. */
#include "daemon/core/detector_memory.h"

const struct detector_ops *detector_ops(enum detector_kind kind)
{
    (void)kind; /* none yet: everything is paced */
    return NULL;
}
