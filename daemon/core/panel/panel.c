/* SPDX-License-Identifier: MIT */
/* Several sources of the same buttons; see gymstation/panel.h. */
#include "gymstation/panel.h"

void panel_found_down(struct panel *panel, int source, enum button button)
{
    panel->since[button] |= 1u << source;
    panel->up_ns[button][source] = ABSENT;
}

/* Whether the edge still belongs to a button that was down at the start; coming up, it bounces as any other. */
static bool of_the_start(struct panel *panel, int source, const struct button_edge *edge)
{
    uint32_t bit = 1u << source;
    int64_t *up_ns = &panel->up_ns[edge->button][source];

    if (!(panel->since[edge->button] & bit))
        return false;
    if (!edge->pressed) {
        if (*up_ns == ABSENT)
            *up_ns = edge->stamp_ns;
        return true;
    }
    if (*up_ns == ABSENT || edge->stamp_ns - *up_ns < PANEL_BOUNCE_NS) {
        *up_ns = ABSENT;
        return true;
    }
    panel->since[edge->button] &= ~bit;
    return false;
}

bool panel_edge(struct panel *panel, int source, const struct button_edge *edge)
{
    uint32_t bit = 1u << source;
    uint32_t *down = &panel->down[edge->button];
    bool was = *down != 0;

    if (of_the_start(panel, source, edge))
        return false;
    *down = edge->pressed ? *down | bit : *down & ~bit;
    return (*down != 0) != was;
}

bool panel_stuck(const struct panel *panel, int64_t now_ns)
{
    for (int b = 0; b < BUTTON_COUNT; b++)
        for (int source = 0; source < PANEL_SOURCES_MAX; source++)
            if ((panel->since[b] >> source & 1) &&
                (panel->up_ns[b][source] == ABSENT || now_ns - panel->up_ns[b][source] < PANEL_BOUNCE_NS))
                return true;
    return false;
}
