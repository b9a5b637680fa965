/* SPDX-License-Identifier: MIT */
/*
 * Push-buttons on GPIO lines: raw edges with the kernel's stamp. After every drain the levels are read again: an edge
 * that was lost shows as one that comes late. Where the kernel's queue was full (16 a line) it has the stamp of the last
 * that was kept: within the bounce that filled the queue; otherwise the time at which it was noticed. Call buttons_next()
 * now and then also without an edge: what is in doubt is looked at again. Debouncing is the core's business. Opened and
 * used from the loop.
 */
#ifndef GYMSTATION_BUTTONS_H
#define GYMSTATION_BUTTONS_H

#include "gymstation/panel.h"

enum button_pull { PULL_OFF, PULL_UP, PULL_DOWN, PULL_COUNT };

struct buttons_setup {
    const char *chip;               /* label, path, or "": by the lines' names */
    const char *line[BUTTON_COUNT]; /* offset or name; "": there is no such button */
    enum button_pull pull;
    bool active_low; /* pressed pulls the line to ground */
};

struct buttons;

/*
 * 0 with *ret_buttons, NULL when no line is given. Negative errno with *ret_why: see gpio.h; the path is the chip or the
 * line.
 */
int buttons_open(struct buttons **ret_buttons, const struct buttons_setup *setup, struct refusal *ret_why);

/* Bits 1u << enum button: down when they were opened. */
unsigned buttons_found_down(const struct buttons *buttons);

int buttons_fd(const struct buttons *buttons); /* readable when there may be an edge */

/* 1 and the next edge, 0 when there is none (the levels have been read again by then), negative errno. */
int buttons_next(struct buttons *buttons, struct button_edge *ret_edge);

void buttons_close(struct buttons *buttons); /* NULL is fine */

const char *button_pull_str(enum button_pull pull); /* "off" "up" "down" */

#endif
