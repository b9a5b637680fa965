/* SPDX-License-Identifier: MIT */
/* Cues in the loop, down to the lines: played at their time, the alert lamp for a call, everything off at the end. */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/app.h"
#include "daemon/io/gpio/gpio.h"
#include "gymstation/cue_player.h"

#define MS(n) ((n)*NS_PER_MS)

struct gpio {
    bool level[CUE_OUTPUT_COUNT];
    int lines, tones, closed;
    int64_t tone_ns[8]; /* when the buzzers came on */
};

/* The chip under test, which app_cues.c reaches through cue_gpio.c. */
static struct gpio chip;

int gpio_open(struct gpio **ret_gpio, const char *name, const struct gpio_line *lines, int n, struct refusal *ret_why)
{
    (void)name;
    (void)lines;
    (void)ret_why;
    chip = (struct gpio){.lines = n};
    *ret_gpio = &chip;
    return 0;
}

int gpio_get(const struct gpio *gpio, int line)
{
    return gpio->level[line];
}

int gpio_set(struct gpio *gpio, int line, bool active)
{
    if (active && line >= CUE_BUZZER && gpio->tones < 8)
        gpio->tone_ns[gpio->tones++] = app_mono_ns();
    gpio->level[line] = active;
    return 0;
}

int gpio_fd(const struct gpio *gpio)
{
    (void)gpio;
    return -1;
}

int gpio_next_edge(struct gpio *gpio, struct gpio_edge *ret_edge)
{
    (void)gpio;
    (void)ret_edge;
    return 0;
}

void gpio_close(struct gpio *gpio)
{
    if (gpio == NULL)
        return;
    memset(gpio->level, 0, sizeof(gpio->level));
    gpio->closed++;
}

struct rig {
    struct config config;
    struct source source;
    struct app app;
};

static struct rig *rig_begin(void)
{
    struct rig *rig = calloc(1, sizeof(*rig));
    const struct core_setup setup = {
        .station.capacity_mn = 2000000, .station.session_idle_ms = 300000, .calibrated = true};

    assert_non_null(rig);
    config_defaults(&rig->config);
    for (int i = 0; i < CUE_OUTPUT_COUNT; i++)
        rig->config.cues.line[i][0] = (char)('1' + i);
    rig->source.time = (struct source_time){.speed_milli = 1000};
    rig->app = (struct app){.config = &rig->config, .source = &rig->source};
    rig->app.core = core_init(malloc(core_size()), &setup);
    assert_true(sd_event_new(&rig->app.loop) >= 0);
    assert_int_equal(app_open_cues(&rig->app), 0);
    return rig;
}

static void rig_end(struct rig *rig)
{
    app_close_cues(&rig->app);
    for (int i = 0; i < CUE_OUTPUT_COUNT; i++)
        assert_false(chip.level[i]);
    assert_int_equal(chip.closed, 1);
    sd_event_unref(rig->app.loop);
    free(rig->app.core);
    free(rig);
}

static void run_until_tones(struct rig *rig, int tones)
{
    int64_t deadline_ns = app_mono_ns() + 20 * NS_PER_S;

    while (chip.tones < tones) {
        assert_true(app_mono_ns() < deadline_ns);
        assert_true(sd_event_run(rig->app.loop, 1000000) >= 0);
    }
}

/* The schedule is absolute: a tone is never early, and its delay is what is counted. */
static void test_tones_come_at_their_time(void **state)
{
    struct rig *rig = rig_begin();
    const struct cue cue = {.kind = CUE_READ_BACK, .at_ns = app_mono_ns(), .arg = 3};

    (void)state;
    app_play(&rig->app, &cue);
    assert_int_equal(chip.tones, 1); /* at once, not at the next turn of the loop */
    assert_true(chip.level[CUE_LAMP] && chip.level[CUE_BUZZER_HIGH]);
    run_until_tones(rig, 3);
    for (int i = 0; i < 3; i++)
        assert_true(chip.tone_ns[i] >= cue.at_ns + i * MS(750));
    assert_int_equal(app_cue_jitter(&rig->app)->n, 2); /* the first answered a press */
    assert_true(app_cue_jitter(&rig->app)->max_ns >= chip.tone_ns[1] - cue.at_ns - MS(750));
    rig_end(rig);
}

/* A long stop calls for help: the alert lamp is on, and stays on after its tones, until a therapist answers. */
static void test_a_call_keeps_the_alert_lamp_on(void **state)
{
    struct rig *rig = rig_begin();
    struct core_outs outs;
    struct input input = {.kind = INPUT_BUTTON, .u.button = {BUTTON_STOP, true}};
    struct command clear = {.kind = COMMAND_CLEAR_CALL, .expires_ns = ABSENT, .id = "c1", .by = "pt"};

    (void)state;
    input.t_ns = input.stamp_ns = app_mono_ns() - 4 * NS_PER_S;
    core_feed(rig->app.core, &(struct input){.kind = INPUT_END, .t_ns = input.t_ns, .stamp_ns = input.t_ns}, &outs);
    core_feed(rig->app.core, &input, &outs);
    app_show_alert(&rig->app);
    assert_false(chip.level[CUE_ALERT]);
    while (core_deadline_ns(rig->app.core) <= input.t_ns + 3 * NS_PER_S)
        core_fire(rig->app.core, &outs);
    app_show_alert(&rig->app);
    assert_true(chip.level[CUE_ALERT]);
    input =
        (struct input){.kind = INPUT_COMMAND, .t_ns = app_mono_ns(), .stamp_ns = app_mono_ns(), .u.command = &clear};
    core_feed(rig->app.core, &input, &outs);
    while (chip.level[CUE_ALERT]) { /* half a second at least: nothing flickers */
        assert_true(app_mono_ns() < input.t_ns + 20 * NS_PER_S);
        app_show_alert(&rig->app);
        sd_event_run(rig->app.loop, 10000);
    }
    rig_end(rig);
}

/* As fast as inputs are taken there is no time to play anything in. */
static void test_nothing_is_played_faster_than_time(void **state)
{
    struct rig *rig = rig_begin();

    (void)state;
    rig->source.time.speed_milli = SPEED_MAX;
    app_play(&rig->app, &(struct cue){.kind = CUE_IDENTIFY, .at_ns = app_mono_ns()});
    app_show_alert(&rig->app);
    assert_int_equal(chip.tones, 0);
    rig_end(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tones_come_at_their_time),
        cmocka_unit_test(test_a_call_keeps_the_alert_lamp_on),
        cmocka_unit_test(test_nothing_is_played_faster_than_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
