/* SPDX-License-Identifier: MIT */
/* The wall clock, which may be unknown for minutes after a start and then jump: told to the core, and watched. */
#include <sys/timex.h>
#include <time.h>

#include "daemon/app.h"

#define CLOCK_PERIOD_NS (1 * NS_PER_S)
#define CLOCK_STEP_NS   (500 * NS_PER_MS) /* drift since the clock was last told, or a jump */

static void tell(struct app *app, int64_t wall_ns)
{
    struct input input = {.kind = INPUT_CLOCK, .stamp_ns = app_now_ns(app)};

    input.u.clock.wall_ns = wall_ns;
    input.u.clock.synced = app->wall_synced;
    app_feed(app, &input, NULL, 0);
}

/*
 * Most boards have no clock of their own: that the time is unknown after a start is no fault until the network has had
 * clock.grace_s to bring it. The same when it is lost later on.
 */
static void judge(struct app *app, int64_t mono_ns)
{
    if (app->wall_synced)
        app->clock_lost_mono_ns = NEVER;
    else if (app->clock_lost_mono_ns == NEVER)
        app->clock_lost_mono_ns = mono_ns;
    if (app->source_is_trace)
        return; /* its clock is the recording's */
    app_fault(app, FAULT_CLOCK,
              app->clock_lost_mono_ns != NEVER &&
                  mono_ns - app->clock_lost_mono_ns >= app->config->clock.grace_s * NS_PER_S);
}

void app_watch_clock(struct app *app, int64_t mono_ns)
{
    struct timex timex = {.modes = 0}; /* reads only */
    struct timespec wall;
    bool synced, same;
    int64_t wall_ns, step_ns;

    if (app->wall_known && mono_ns - app->clock_mono_ns < CLOCK_PERIOD_NS)
        return;
    synced = adjtimex(&timex) != TIME_ERROR;
    clock_gettime(CLOCK_REALTIME, &wall);
    wall_ns = wall.tv_sec * NS_PER_S + wall.tv_nsec;
    step_ns = wall_ns - app_mono_ns() - app->wall_offset_ns;
    same = app->wall_known && synced == app->wall_synced && step_ns < CLOCK_STEP_NS && step_ns > -CLOCK_STEP_NS;
    app->clock_mono_ns = mono_ns;
    if (!same) {
        app->wall_known = true;
        app->wall_offset_ns += step_ns;
        app->wall_synced = synced;
        app->health_due = true;
        if (!app->source_is_trace) /* a recording brings its own */
            tell(app, wall_ns);
    }
    judge(app, mono_ns);
}
