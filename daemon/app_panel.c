/* SPDX-License-Identifier: MIT */
/* Buttons, pedals and the card reader: what they say becomes inputs, merged by stamp with what the source has. */
#include <stdlib.h>
#include <string.h>

#include "daemon/app.h"
#include "gymstation/buttons.h"
#include "gymstation/card.h"
#include "gymstation/evdev.h"

#define SOURCE_GPIO  0 /* of the panel; devices follow */
#define RETRY_NS     (1 * NS_PER_S)
#define UNKNOWN_SAID 8 /* keys that are no button: a help while wiring, not a diary */

struct app_panel {
    struct panel panel;
    struct buttons *buttons; /* NULL: none on GPIO */
    struct evdev *evdev;     /* NULL: no devices */
    char paths[EVDEV_MAX][CONFIG_TEXT_LEN];
    int devices, card_device; /* card_device: -1 when there is none */
    unsigned codes[BUTTON_COUNT][CODES_MAX];
    int code_count[BUTTON_COUNT];
    struct card card;
    char secret[CONFIG_TEXT_LEN];
    bool lost; /* the buttons' lines cannot be read any more: a stop might not be seen */
    bool stuck_told;
    int unknown_said;
    int64_t retry_mono_ns;
    struct latency delivery; /* from the edge's stamp to the core */
};

static int64_t station_ns(const struct app *app, int64_t mono_ns)
{
    return source_time_ns(&app->source->time, mono_ns);
}

/* What the source has from before goes in first; should it break, whoever waits for the source says so. */
static void feed(struct app *app, struct input *input, int64_t stamp_ns)
{
    input->stamp_ns = station_ns(app, stamp_ns);
    if (!app->source_broken)
        app_take_source(app, input->stamp_ns);
    app_feed(app, input, NULL, 0);
}

static void edge(struct app *app, int source, const struct button_edge *from)
{
    struct app_panel *panel = app->panel;
    struct input input = {.kind = INPUT_BUTTON};

    if (!panel_edge(&panel->panel, source, from))
        return;
    input.u.button.button = from->button;
    input.u.button.pressed = from->pressed;
    latency_add(&panel->delivery, app_mono_ns() - from->stamp_ns);
    feed(app, &input, from->stamp_ns);
}

/* ---- input devices --------------------------------------------------------------------------------------------------- */

static int button_of(const struct app_panel *panel, unsigned code)
{
    for (int b = 0; b < BUTTON_COUNT; b++)
        for (int i = 0; i < panel->code_count[b]; i++)
            if (panel->codes[b][i] == code)
                return b;
    return -1;
}

static void card_typed(struct app *app, const struct evdev_event *event)
{
    struct input input = {.kind = INPUT_CARD};
    int r = card_key(&app->panel->card, event->code, event->stamp_ns, input.u.card);

    if (r > 0)
        feed(app, &input, event->stamp_ns);
    if (r >= 0)
        return;
    app_say("card.device: what was typed is no card number (4-32 digits and letters); nothing of it is kept");
    app_play(app, &(struct cue){.kind = CUE_REFUSED, .at_ns = station_ns(app, event->stamp_ns)});
}

static void key(struct app *app, const struct evdev_event *event)
{
    struct app_panel *panel = app->panel;
    int button = button_of(panel, event->code);
    struct button_edge told = {.pressed = event->kind != EVDEV_UP, .stamp_ns = event->stamp_ns};

    if (event->device == panel->card_device) {
        if (event->kind == EVDEV_DOWN)
            card_typed(app, event);
        return;
    }
    if (button < 0) {
        if (event->kind == EVDEV_DOWN && panel->unknown_said++ < UNKNOWN_SAID)
            app_say("%s: key code %u is no button: add it to buttons.start_keys or its like if it should be one",
                    panel->paths[event->device], event->code);
        return;
    }
    told.button = (enum button)button;
    if (event->kind == EVDEV_FOUND)
        panel_found_down(&panel->panel, SOURCE_GPIO + 1 + event->device, told.button);
    else
        edge(app, SOURCE_GPIO + 1 + event->device, &told);
}

/* Nothing of it is down any more. */
static void release_all(struct app *app, int source, int64_t stamp_ns)
{
    for (int b = 0; b < BUTTON_COUNT; b++)
        edge(app, source, &(struct button_edge){.button = (enum button)b, .stamp_ns = stamp_ns});
}

static void gone(struct app *app, const struct evdev_event *event)
{
    struct app_panel *panel = app->panel;

    app_say("%s is gone: looking for it once a second", panel->paths[event->device]);
    if (event->device == panel->card_device)
        card_forget(&panel->card);
    release_all(app, SOURCE_GPIO + 1 + event->device, event->stamp_ns);
}

static void device_event(struct app *app, const struct evdev_event *event)
{
    switch (event->kind) {
    case EVDEV_HERE: app_say("%s is there", app->panel->paths[event->device]); break;
    case EVDEV_GONE: gone(app, event); break;
    case EVDEV_FOUND:
    case EVDEV_DOWN:
    case EVDEV_UP: key(app, event); break;
    }
}

/* ---- what the loop calls ---------------------------------------------------------------------------------------------- */

/* Down since the start: said, and ignored until it comes up. The core finds out for itself about those held too long. */
static void tell_stuck(struct app *app)
{
    struct app_panel *panel = app->panel;
    bool stuck = panel->lost || panel_stuck(&panel->panel, app_mono_ns());
    struct input input = {.kind = INPUT_FAULT};

    if (stuck == panel->stuck_told)
        return;
    panel->stuck_told = stuck;
    input.u.fault.fault = FAULT_BUTTON_STUCK;
    input.u.fault.raised = stuck;
    feed(app, &input, app_mono_ns());
}

void app_take_panel(struct app *app)
{
    struct app_panel *panel = app->panel;
    struct button_edge from;
    struct evdev_event event;
    int r = 0;

    while (panel->buttons && (r = buttons_next(panel->buttons, &from)) > 0)
        edge(app, SOURCE_GPIO, &from);
    if (r < 0) {
        app_say("the buttons' lines cannot be read: %s; no session starts before the daemon is started again",
                strerror(-r));
        sd_event_source_set_enabled(app->on_buttons, SD_EVENT_OFF);
        buttons_close(panel->buttons);
        panel->buttons = NULL;
        panel->lost = true;
        release_all(app, SOURCE_GPIO, app_mono_ns());
    }
    while (panel->evdev && evdev_next(panel->evdev, &event) > 0)
        device_event(app, &event);
    tell_stuck(app);
}

void app_tick_panel(struct app *app, int64_t mono_ns)
{
    struct app_panel *panel = app->panel;

    if (panel->evdev == NULL || mono_ns - panel->retry_mono_ns < RETRY_NS)
        return;
    panel->retry_mono_ns = mono_ns;
    evdev_retry(panel->evdev);
}

const struct latency *app_press_delivery(const struct app *app)
{
    return &app->panel->delivery;
}

/* ---- opening and closing ----------------------------------------------------------------------------------------------- */

static int open_buttons(struct app *app)
{
    const struct config *config = app->config;
    struct buttons_setup setup = {
        .chip = config->buttons.chip, .pull = config->buttons.pull, .active_low = config->buttons.active_low};
    struct app_panel *panel = app->panel;
    struct refusal why = {0};

    for (int b = 0; b < BUTTON_COUNT; b++)
        setup.line[b] = config->buttons.line[b];
    if (buttons_open(&panel->buttons, &setup, &why) < 0) {
        app_say("buttons: %s: %s", why.path, why.reason);
        return 1;
    }
    for (int b = 0; b < BUTTON_COUNT && panel->buttons; b++)
        if (buttons_found_down(panel->buttons) & (1u << b))
            panel_found_down(&panel->panel, SOURCE_GPIO, (enum button)b);
    return 0;
}

static int open_card(struct app *app)
{
    struct app_panel *panel = app->panel;
    const char *file = app->config->card.secret_file;

    panel->card_device = -1;
    if (app->config->card.device[0] == '\0')
        return 0;
    if (app_read_password("card.secret_file", file, panel->secret, sizeof(panel->secret)))
        return 2;
    if (strlen(panel->secret) < CARD_SECRET_MIN) {
        app_say("card.secret_file: %s: has less than %d bytes; make one with: openssl rand -hex 32", file,
                CARD_SECRET_MIN);
        return 2;
    }
    card_init(&panel->card, panel->secret);
    panel->card_device = panel->devices++;
    snprintf(panel->paths[panel->card_device], CONFIG_TEXT_LEN, "%s", app->config->card.device);
    return 0;
}

static int open_devices(struct app *app)
{
    struct app_panel *panel = app->panel;
    const char *paths[EVDEV_MAX];
    int r;

    panel->devices = config_paths(app->config->buttons.devices, panel->paths);
    for (int b = 0; b < BUTTON_COUNT; b++)
        panel->code_count[b] = config_codes(app->config->buttons.keys[b], panel->codes[b]);
    r = open_card(app);
    if (r != 0 || panel->devices == 0)
        return r;
    for (int i = 0; i < panel->devices; i++)
        paths[i] = panel->paths[i];
    r = evdev_open(&panel->evdev, paths, panel->devices);
    if (r < 0) {
        app_say("buttons.devices: %s", strerror(-r));
        return 1;
    }
    for (int i = 0; i < panel->devices; i++)
        if (evdev_error(panel->evdev, i) < 0)
            app_say("%s: %s; looking for it once a second", panel->paths[i], strerror(-evdev_error(panel->evdev, i)));
    return 0;
}

static int watch(struct app *app, sd_event_source **ret_source, int fd)
{
    int r = sd_event_add_io(app->loop, ret_source, fd, EPOLLIN, app_on_panel, app);

    if (r >= 0)
        r = sd_event_source_set_priority(*ret_source, APP_PRIORITY_PANEL);
    return r < 0;
}

int app_open_panel(struct app *app)
{
    int r;

    app->panel = calloc(1, sizeof(*app->panel));
    if (app->panel == NULL)
        return 1;
    r = open_buttons(app);
    if (r == 0)
        r = open_devices(app);
    if (r == 0 && app->panel->buttons)
        r = watch(app, &app->on_buttons, buttons_fd(app->panel->buttons));
    if (r == 0 && app->panel->evdev)
        r = watch(app, &app->on_devices, evdev_fd(app->panel->evdev));
    return r;
}

void app_close_panel(struct app *app)
{
    struct app_panel *panel = app->panel;

    if (panel == NULL)
        return;
    buttons_close(panel->buttons);
    evdev_close(panel->evdev);
    sd_event_source_unref(app->on_buttons);
    sd_event_source_unref(app->on_devices);
    explicit_bzero(panel, sizeof(*panel));
    free(panel);
    app->panel = NULL;
}
