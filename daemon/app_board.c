/* SPDX-License-Identifier: MIT */
/* The board's own trouble: a supply that is too weak. Said as a fault, since it is how stations lose files and samples. */
#include "daemon/app.h"
#include "gymstation/board.h"

#define PERIOD_NS (5 * NS_PER_S) /* the kernel's driver looks every 2 s, and its alarm tells what was since */

void app_watch_board(struct app *app, int64_t mono_ns)
{
    int weak;

    if (app->source_is_trace || mono_ns - app->board_mono_ns < PERIOD_NS)
        return;
    app->board_mono_ns = mono_ns;
    weak = board_undervoltage(board_sys());
    if (weak < 0)
        return;
    if (weak != app->undervoltage)
        app->health_due = true;
    app->undervoltage = weak;
    app_fault(app, FAULT_UNDERVOLTAGE, weak);
}
