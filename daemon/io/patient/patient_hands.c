/* SPDX-License-Identifier: MIT */
/* The patient's hands on the buttons: presses one after another, with the bounces of real contacts. */
#include "daemon/io/patient/patient_parts.h"

#include <string.h>

#define BOUNCE_NS   (8 * NS_PER_MS) /* contacts settle within this */
#define BOUNCES_MAX 4
#define BETWEEN_NS  (200 * NS_PER_MS)

void hands_init(struct hands *hands, const struct patient_setup *setup)
{
    memset(hands, 0, sizeof *hands);
    hands->bounce = setup->bounce;
    rng_seed(&hands->rng, setup->seed, RNG_BOUNCE);
}

int64_t hands_press(struct hands *hands, int64_t at_ns, int64_t held_ns, enum button button)
{
    int64_t free_ns = at_ns;
    if (hands->n_presses > 0) {
        const struct press *before = &hands->presses[hands->n_presses - 1];
        free_ns = before->at_ns + before->held_ns + BETWEEN_NS;
    } else if (hands->n_edges > 0) {
        free_ns = hands->edges[hands->n_edges - 1].at_ns + BETWEEN_NS;
    }
    if (hands->n_presses == PRESS_QUEUE) /* more fingers than the patient has */
        return free_ns;
    struct press *press = &hands->presses[hands->n_presses++];
    *press = (struct press){.at_ns = at_ns > free_ns ? at_ns : free_ns, .held_ns = held_ns, .button = button};
    return press->at_ns + press->held_ns;
}

void hands_forget(struct hands *hands)
{
    hands->n_presses = 0;
}

bool hands_busy(const struct hands *hands)
{
    return hands->n_presses > 0 || hands->n_edges > 0;
}

int64_t hands_next_ns(const struct hands *hands)
{
    if (hands->n_edges > 0)
        return hands->edges[0].at_ns;
    return hands->n_presses > 0 ? hands->presses[0].at_ns : NEVER;
}

static void edge_add(struct hands *hands, int64_t at_ns, enum button button, bool pressed)
{
    hands->edges[hands->n_edges++] = (struct edge){.at_ns = at_ns, .button = button, .pressed = pressed};
}

/* One change of level; the contact opens and closes again up to BOUNCES_MAX times within BOUNCE_NS. */
static void change_add(struct hands *hands, int64_t at_ns, enum button button, bool pressed)
{
    edge_add(hands, at_ns, button, pressed);
    if (!hands->bounce)
        return;
    int64_t bounces = rng_ns(&hands->rng, 0, BOUNCES_MAX + 1);
    int64_t slice_ns = BOUNCE_NS / (2 * BOUNCES_MAX);
    for (int64_t i = 0; i < bounces; i++) {
        int64_t open_ns = at_ns + 2 * i * slice_ns + rng_ns(&hands->rng, slice_ns / 8, slice_ns);
        edge_add(hands, open_ns, button, !pressed);
        edge_add(hands, open_ns + rng_ns(&hands->rng, slice_ns / 8, slice_ns), button, pressed);
    }
}

static void press_begin(struct hands *hands)
{
    struct press press = hands->presses[0];
    hands->n_presses--;
    memmove(&hands->presses[0], &hands->presses[1], (size_t)hands->n_presses * sizeof hands->presses[0]);
    change_add(hands, press.at_ns, press.button, true);
    change_add(hands, press.at_ns + press.held_ns, press.button, false);
}

struct edge hands_take(struct hands *hands)
{
    if (hands->n_edges == 0)
        press_begin(hands);
    struct edge edge = hands->edges[0];
    hands->n_edges--;
    memmove(&hands->edges[0], &hands->edges[1], (size_t)hands->n_edges * sizeof hands->edges[0]);
    return edge;
}
