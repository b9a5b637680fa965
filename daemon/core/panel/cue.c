/* SPDX-License-Identifier: MIT */
/* The names of the cues, for logs and the simulated patient. */
#include "gymstation/cue.h"

const char *cue_str(enum cue_kind kind)
{
    switch (kind) {
    case CUE_COUNTDOWN: return "countdown";
    case CUE_GO: return "go";
    case CUE_TICK: return "tick";
    case CUE_PHASE: return "phase";
    case CUE_LAST: return "last";
    case CUE_HOLD: return "hold";
    case CUE_RELAX: return "relax";
    case CUE_SET_DONE: return "set_done";
    case CUE_SETUP: return "setup";
    case CUE_ASK: return "ask";
    case CUE_ENTRY: return "entry";
    case CUE_READ_BACK: return "read_back";
    case CUE_PRESS: return "press";
    case CUE_REFUSED: return "refused";
    case CUE_STOPPED: return "stopped";
    case CUE_CALL: return "call";
    case CUE_SESSION_DONE: return "session_done";
    case CUE_FAULT: return "fault";
    case CUE_IDENTIFY: return "identify";
    case CUE_COUNT: break;
    }
    return NULL;
}
