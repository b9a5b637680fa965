/* SPDX-License-Identifier: MIT */
/*
 * The buttons of the box: the same button may be wired to a GPIO line and be on pedals at the same time. It is down while
 * any of them is. Levels stay raw, bounces included: the core's button machine believes no edge by itself. Pure.
 */
#ifndef GYMSTATION_PANEL_H
#define GYMSTATION_PANEL_H

#include "gymstation/input.h"

#define PANEL_SOURCES_MAX 16
#define PANEL_BOUNCE_NS   (30 * NS_PER_MS) /* as the core's: down again sooner than this has not been up */

/* An edge as a source saw it. */
struct button_edge {
    enum button button;
    bool pressed;
    int64_t stamp_ns; /* CLOCK_MONOTONIC, the kernel's */
};

struct panel {
    uint32_t down[BUTTON_COUNT];                    /* bit per source */
    uint32_t since[BUTTON_COUNT];                   /* down since its source was opened: ignored until it has come up */
    int64_t up_ns[BUTTON_COUNT][PANEL_SOURCES_MAX]; /* of those: when it came up, or ABSENT */
};

/* A button that is down when its source is opened is no press. */
void panel_found_down(struct panel *panel, int source, enum button button);

/* True when the button as a whole changed: the edge is for the core. */
bool panel_edge(struct panel *panel, int source, const struct button_edge *edge);

/* Some button has been down since its source was opened. */
bool panel_stuck(const struct panel *panel, int64_t now_ns);

#endif
