/* SPDX-License-Identifier: MIT */
/*
 * How counts become forces, and where the zero is. Both are kept beside the journal and survive it. What a recording says
 * of itself goes before everything else, and a recording changes nothing that is kept.
 */
#include <errno.h>

#include "daemon/app.h"

static bool same_calibration(const struct app *app, const struct working_zero *zero)
{
    return zero->calibrated_wall_ns == app->calibrated_as.wall_ns && zero->of.valid == app->calibration.valid &&
           zero->of.zero_counts == app->calibration.zero_counts &&
           zero->of.counts_per_n_milli == app->calibration.counts_per_n_milli;
}

/* A damaged calibration is none: what an older one in the configuration says would be wrong without a word. */
void app_load_calibration(struct app *app)
{
    struct refusal why;
    int r;

    app->calibration = app->config->sensor.calibration;
    app->calibrated_as = (struct calibrated_data){.wall_ns = ABSENT};
    r = calibration_load(app->config->journal.path, &app->calibrated_as, &why);
    if (r == 0)
        app->calibration = app->calibrated_as.calibration;
    if (r == 0 || r == -ENOENT)
        return;
    app->calibration.valid = false;
    app_say("%s: %s; nothing is measured until the load cell is calibrated again", why.path, why.reason);
}

/*
 * A zero belongs to the calibration that it was taken with: with another one the station begins at the calibration's own
 * zero, and never at what happens to be on the box.
 */
void app_load_zero(struct app *app)
{
    struct working_zero zero;
    struct refusal why;
    int r;

    app->zero = (struct working_zero){.of = app->calibration, .calibrated_wall_ns = app->calibrated_as.wall_ns};
    if (app->source_is_trace)
        return;
    r = working_zero_load(app->config->journal.path, &zero, &why);
    if (r == 0 && same_calibration(app, &zero))
        app->zero = zero;
    else if (r < 0 && r != -ENOENT)
        app_say("%s: %s; the zero is the calibration's until the station is tared", why.path, why.reason);
    /* Told already: a zero has been kept for it. A damaged file may tell it twice, which is better than never. */
    app->calibration_told = r == 0 && same_calibration(app, &zero);
}

int app_open_zero(struct app *app)
{
    int r = app->source_is_trace ? 0 : zero_keeper_open(&app->zero_keeper, app->config->journal.path);

    if (r < 0)
        app_say("the working zero cannot be kept: no thread for it");
    return r < 0;
}

static bool keep(struct app *app)
{
    return app->zero_keeper && zero_keeper_put(app->zero_keeper, &app->zero) == 0;
}

void app_tell_calibration(struct app *app)
{
    struct event event = {.head = {.type = EVENT_CALIBRATED, .t_ns = app_now_ns(app)}};

    if (app->source_is_trace || app->calibration_told || app->calibrated_as.wall_ns == ABSENT)
        return;
    event.u.calibrated = app->calibrated_as;
    app_own_event(app, &event);
    app->calibration_told = keep(app);
}

void app_keep_zero(struct app *app)
{
    int32_t zero_mn = core_zero_mn(app->core), before_mn = app->zero.zero_mn;

    if (zero_mn == before_mn || app->source_is_trace)
        return;
    app->zero.zero_mn = zero_mn;
    if (keep(app))
        app->health_due = true;
    else
        app->zero.zero_mn = before_mn; /* the queue is full: at the next tick */
}

void app_close_zero(struct app *app)
{
    if (app->core)
        app_keep_zero(app);
    zero_keeper_close(app->zero_keeper);
    app->zero_keeper = NULL;
}
