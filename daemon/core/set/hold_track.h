/* SPDX-License-Identifier: MIT */
/* Part of the hold's machine (hold.h), which calls these: what is added up on its way, its dips, and its end. */
#ifndef GYMSTATION_CORE_HOLD_TRACK_H
#define GYMSTATION_CORE_HOLD_TRACK_H

#include "daemon/core/set/hold.h"

/* F ran straight from f0 at t0 to f1 at t1. */
void hold_add(struct hold *hold, int64_t t0_ns, int64_t f0, int64_t t1_ns, int64_t f1);
/* F fell below the fail level at t_ns: if it stays there, this is where the hold ended. */
void hold_leave(struct hold *hold, int64_t t_ns);
void hold_enter_dip(struct hold *hold);
void hold_close_dip(struct hold *hold, int64_t end_ns);
/* At the end of a hold that was up to t_ns: the last force stands until then. */
void hold_end_here(struct hold *hold, enum hold_outcome outcome, int64_t t_ns);
/* When F last left the fail level; a dip before that, however short F was up between the two, had ended by then. */
void hold_end_at_left(struct hold *hold, enum hold_outcome outcome);

#endif
