/* SPDX-License-Identifier: MIT */
/* The words of basics.h as they stand in events and topics. */
#include "gymstation/basics.h"

const char *side_str(enum side side)
{
    switch (side) {
    case SIDE_LEFT: return "left";
    case SIDE_RIGHT: return "right";
    case SIDE_BOTH: return "both";
    case SIDE_NONE: break;
    }
    return NULL;
}

const char *phase_str(enum phase phase)
{
    switch (phase) {
    case PHASE_CON: return "con";
    case PHASE_TOP: return "top";
    case PHASE_ECC: return "ecc";
    case PHASE_BOTTOM: return "bottom";
    case PHASE_COUNT: break;
    }
    return NULL;
}

const char *src_str(enum src src)
{
    switch (src) {
    case SRC_LOAD: return "load";
    case SRC_MODEL: return "model";
    case SRC_BUTTON: return "button";
    case SRC_CUE: return "cue";
    case SRC_NONE: break;
    }
    return NULL;
}
