/* SPDX-License-Identifier: MIT */
/* A prescription: refused with its place, or taken, and then a core can be started with it whatever it says. */
#include <stdlib.h>
#include <string.h>

#include "gymstation/config.h"
#include "gymstation/core.h"
#include "gymstation/prescription_json.h"
#include "tests/fuzz/fuzz.h"

#define RUN_NS  (120 * NS_PER_S)
#define STEP_NS (NS_PER_S / 4)

static struct core_outs outs;

static void feed(struct core *core, struct input *input)
{
    while (core_deadline_ns(core) <= input->t_ns)
        core_fire(core, &outs);
    core_feed(core, input, &outs);
}

static void press(struct core *core, int64_t t_ns, bool pressed)
{
    struct input input = {.kind = INPUT_BUTTON, .t_ns = t_ns, .stamp_ns = t_ns};

    input.u.button.button = BUTTON_START;
    input.u.button.pressed = pressed;
    feed(core, &input);
}

static void weigh(struct core *core, int64_t t_ns)
{
    struct input input = {.kind = INPUT_FORCE, .t_ns = t_ns, .stamp_ns = t_ns};

    input.u.force.has_force = true;
    input.u.force.force_mn = t_ns % NS_PER_S < NS_PER_S / 2 ? 800000 : 650000;
    feed(core, &input);
}

/* Somebody presses start now and then and moves about on the box. */
static void use(const struct rx_arrival *arrival, const struct station *station)
{
    static void *memory;
    const struct exercise_set *set = fuzz_exercises();
    const struct core_setup setup = {
        .exercises = set->v, .exercise_count = set->count, .station = *station, .calibrated = true};
    struct core_counters counters;

    if (!memory)
        memory = malloc(core_size());
    PROMISE(memory != NULL);
    struct core *core = core_init(memory, &setup);
    struct input input = {.kind = INPUT_PRESCRIPTION, .t_ns = 1, .stamp_ns = 1};
    input.u.rx_arrival = arrival;
    feed(core, &input);
    for (int64_t t_ns = NS_PER_S; t_ns < RUN_NS; t_ns += STEP_NS) {
        if (t_ns % (7 * NS_PER_S) == 0)
            press(core, t_ns, true);
        if (t_ns % (7 * NS_PER_S) == NS_PER_S / 2)
            press(core, t_ns, false);
        weigh(core, t_ns);
    }
    core_counters(core, &counters);
    PROMISE(counters.impossible == 0 && counters.lost_outputs == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct rx_arrival arrival; /* large */
    const struct exercise_set *set = fuzz_exercises();
    struct station station;
    char *text = fuzz_text(data, size);

    config_station_complete(&station);
    rx_arrival_parse(1, text, size, set->v, set->count, &station, &arrival);
    PROMISE(arrival.ok || arrival.withdrawn || (arrival.refusal.path[0] == '/' && arrival.refusal.reason[0] != '\0'));
    PROMISE(arrival.withdrawn == (size == 0));
    if (arrival.ok)
        use(&arrival, &station);
    free(text);
    return 0;
}
