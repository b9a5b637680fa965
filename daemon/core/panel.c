/* SPDX-License-Identifier: MIT */
/* Several sources of the same buttons; see gymstation/panel.h. */
#include "gymstation/panel.h"

void panel_found_down(struct panel *panel, int source, enum button button)
{
    panel->since[button] |= 1u << source;
}

bool panel_edge(struct panel *panel, int source, enum button button, bool pressed)
{
    uint32_t bit = 1u << source;
    bool was = panel->down[button] != 0;

    if (panel->since[button] & bit) {
        if (!pressed)
            panel->since[button] &= ~bit;
        return false;
    }
    if (pressed)
        panel->down[button] |= bit;
    else
        panel->down[button] &= ~bit;
    return (panel->down[button] != 0) != was;
}

bool panel_stuck(const struct panel *panel)
{
    for (int b = 0; b < BUTTON_COUNT; b++)
        if (panel->since[b])
            return true;
    return false;
}
