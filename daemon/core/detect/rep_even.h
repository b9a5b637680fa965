/* SPDX-License-Identifier: MIT */
/* Did a rep's movements go through, or stop or turn on their way? Used by rep_scan.c. */
#ifndef GYMSTATION_CORE_REP_EVEN_H
#define GYMSTATION_CORE_REP_EVEN_H

#include "daemon/core/detect/rep_scan.h"

/* FLAG_TWO_PART and FLAG_PAUSE_IN_ECC as they apply; scan->f as the edges were read from it. */
unsigned rep_even_flags(const struct rep_scan *scan, const struct scan_edges *edges);

#endif
