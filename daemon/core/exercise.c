/* SPDX-License-Identifier: MIT */
/* The words of exercise.h, and which set-ups a station can offer. */
#include "gymstation/exercise.h"

const char *contact_str(enum contact contact)
{
    switch (contact) {
    case CONTACT_NONE: return NULL;
    case CONTACT_BOX: return "box";
    case CONTACT_BOX_BACK: return "box_back";
    case CONTACT_BOX_TAP: return "box_tap";
    case CONTACT_FLOOR: return "floor";
    case CONTACT_COUNT: return NULL;
    }
    return NULL;
}

const char *anchor_str(enum anchor anchor)
{
    switch (anchor) {
    case ANCHOR_NONE: return NULL;
    case ANCHOR_LIVE: return "live";
    case ANCHOR_DEAD: return "dead";
    case ANCHOR_FRONT: return "front";
    case ANCHOR_COUNT: return NULL;
    }
    return NULL;
}

const char *grade_str(enum grade grade)
{
    switch (grade) {
    case GRADE_NONE: return "-";
    case GRADE_C: return "C";
    case GRADE_B: return "B";
    case GRADE_A: return "A";
    }
    return NULL;
}

const char *detector_str(enum detector_kind kind)
{
    switch (kind) {
    case DETECTOR_PACED: return "paced";
    case DETECTOR_CURL: return "curl";
    case DETECTOR_STEP: return "step";
    case DETECTOR_HOLD: return "hold";
    case DETECTOR_BRIDGE: return "bridge";
    case DETECTOR_THRUST: return "thrust";
    case DETECTOR_TAP: return "tap";
    case DETECTOR_COUNT: return NULL;
    }
    return NULL;
}

const char *pacing_str(enum pacing pacing)
{
    switch (pacing) {
    case PACING_PACED: return "paced";
    case PACING_SELF: return "self";
    case PACING_FADE: return "fade";
    }
    return NULL;
}

const char *rest_mode_str(enum rest_mode mode)
{
    switch (mode) {
    case REST_FIXED: return "fixed";
    case REST_MIN: return "min";
    case REST_UNTIL_BUTTON: return "until_button";
    }
    return NULL;
}

const char *hold_clock_str(enum hold_clock clock)
{
    switch (clock) {
    case HOLD_CLOCK_TOTAL: return "total";
    case HOLD_CLOCK_IN_BAND: return "in_band";
    }
    return NULL;
}

const char *target_kind_str(enum target_kind kind)
{
    switch (kind) {
    case TARGET_NONE: return NULL;
    case TARGET_N: return "N";
    case TARGET_KG: return "kg";
    case TARGET_PCT_BW: return "pct_bw";
    case TARGET_PCT_REF: return "pct_ref";
    }
    return NULL;
}

int32_t setup_height_mm(const struct setup *setup, const struct station *station)
{
    if (setup->contact == CONTACT_FLOOR)
        return 0;
    return station->plate_height_mm + (setup->min_height_mm > 0 ? station->riser_height_mm : 0);
}

bool setup_fits(const struct setup *setup, const struct station *station)
{
    int32_t height_mm = setup_height_mm(setup, station);

    if (setup->anchor == ANCHOR_DEAD && !station->floor_anchor)
        return false;
    if (setup->needs_bench && !station->bench)
        return false;
    if (setup->max_height_mm > 0 && height_mm > setup->max_height_mm)
        return false;
    return height_mm >= setup->min_height_mm;
}
