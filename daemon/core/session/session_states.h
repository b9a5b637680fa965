/* SPDX-License-Identifier: MIT */
/* What the files of the session machine share: see session.c. */
#ifndef GYMSTATION_CORE_SESSION_STATES_H
#define GYMSTATION_CORE_SESSION_STATES_H

#include "daemon/core/core_state.h"

/* One function per state; each answers every event. */
void state_idle(struct core *core, enum session_event event, int64_t t_ns);
void state_choose(struct core *core, enum session_event event, int64_t t_ns);
void state_ask(struct core *core, enum session_event event, int64_t t_ns);
void state_confirm(struct core *core, enum session_event event, int64_t t_ns);
void state_setup(struct core *core, enum session_event event, int64_t t_ns);
void state_prep(struct core *core, enum session_event event, int64_t t_ns);
void state_work(struct core *core, enum session_event event, int64_t t_ns);
void state_rest(struct core *core, enum session_event event, int64_t t_ns);
void state_paused(struct core *core, enum session_event event, int64_t t_ns);

void session_ignored(const struct core *core);       /* may well happen here and means nothing */
void session_impossible(struct core *core);          /* no machine can produce it here: counted */
void session_shrug(struct core *core, int64_t t_ns); /* a press that does nothing here is answered all the same */
void session_call(struct core *core, int64_t t_ns);
void session_stop(struct core *core, int64_t t_ns); /* stop outside a set: the session is over */
void session_stop_long(struct core *core, int64_t t_ns);
void session_supersede(struct core *core, int64_t t_ns); /* a card was shown */
void session_skip_item(struct core *core, int64_t t_ns);
void session_pause(struct core *core, int64_t t_ns);
void session_play_counter(struct core *core, enum counter_act act, int64_t t_ns);

#endif
