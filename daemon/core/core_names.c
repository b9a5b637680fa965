/* SPDX-License-Identifier: MIT */
/* The words of core.h: what the station is doing now, and how a command was answered. */
#include "gymstation/core.h"

const char *now_str(enum now now)
{
    switch (now) {
    case NOW_IDLE: return "idle";
    case NOW_CHOOSE: return "choose";
    case NOW_ASK: return "ask";
    case NOW_SETUP: return "setup";
    case NOW_PREP: return "prep";
    case NOW_WORK: return "work";
    case NOW_HOLD: return "hold";
    case NOW_REST: return "rest";
    case NOW_PAUSED: return "paused";
    }
    return NULL;
}

const char *reply_code_str(enum reply_code code)
{
    switch (code) {
    case REPLY_OK: return "ok";
    case REPLY_INVALID: return "invalid";
    case REPLY_STALE: return "stale";
    case REPLY_DUPLICATE: return "duplicate";
    case REPLY_BUSY: return "busy";
    case REPLY_UNSUPPORTED: return "unsupported";
    case REPLY_CLOCK_UNSYNCED: return "clock_unsynced";
    }
    return NULL;
}
