/* SPDX-License-Identifier: MIT */
/* See storm.h. */
#include "storm.h"

#include <stdio.h>

#include "rx_texts.h"

#define SHORT_CURL                                                                                                     \
    "{'exercise':'banded_curl','side':'left','contact':'box','anchor':'dead','sets':2,'reps_min':2,'reps_max':4,"      \
    "'rest_s':5,'prep_s':1}"
#define SHORT_STEP   "{'exercise':'step_up','side':'each','sets':2,'reps_min':1,'reps_max':3,'rest_s':5,'prep_s':0}"
#define SHORT_BRIDGE "{'exercise':'iso_bridge','holds':3,'hold_s':4,'hold_rest_s':3,'sets':1,'prep_s':2,'leave_s':2}"
#define FIXED        ",'rest_mode':'fixed'"
#define BUTTON       ",'rest_mode':'until_button'"

static const char *const rxs[] = {
    "'ask':[],'items':[" FLOOR("each", "") "]",
    "'ask':['before','set','item','after'],'ask_effort':true,'items':[" LIVE("") "," FLOOR("right", FIXED) "]",
    "'ask':['item'],'uses':3,'login':'anna','items':[" HOLDS("") "," LIVE(BUTTON) "]",
    "'ask':[],'items':[" FLOOR_SETS("left", 1, ",'pacing':'self'") "," HOLDS(FIXED) "]",
    "'items':[" SHORT_CURL "]",
    "'ask':['set'],'items':[" SHORT_STEP "]",
    "'ask':[],'items':[" SHORT_BRIDGE "]",
};

#define RX_COUNT (sizeof(rxs) / sizeof(rxs[0]))

static void prescribe(struct storm *storm, struct station_rig *rig)
{
    char keys[2048];
    int slot = 1 + (int)rng_below(&storm->rng, 3);
    const char *rx = rxs[rng_below(&storm->rng, RX_COUNT)];

    if (rng_below(&storm->rng, 8) == 0) {
        rig_prescribe(rig, slot, NULL);
        return;
    }
    storm->rev += (int)rng_below(&storm->rng, 3);
    snprintf(keys, sizeof(keys), "'rev':%d,%s", storm->rev, rx);
    rig_prescribe(rig, slot, keys);
}

static void touch(struct storm *storm, struct station_rig *rig, enum button button)
{
    storm->down[button] = !storm->down[button];
    rig_button(rig, button, storm->down[button]);
}

/* Mostly a click; now and then held until it comes up again by chance. */
static void press(struct storm *storm, struct station_rig *rig, enum button button)
{
    int64_t longest_ns = rng_below(&storm->rng, 6) == 0 ? 4 * NS_PER_S : NS_PER_S / 2;

    if (storm->down[button] || rng_below(&storm->rng, 12) == 0) {
        touch(storm, rig, button);
        return;
    }
    rig_button(rig, button, true);
    rig_run_until(rig, rig->t_ns + (int64_t)rng_below(&storm->rng, (uint64_t)longest_ns));
    rig_button(rig, button, false);
}

/* Stop stays down while start is pressed. */
static void both(struct storm *storm, struct station_rig *rig)
{
    if (storm->down[BUTTON_START] || storm->down[BUTTON_STOP])
        return;
    rig_button(rig, BUTTON_STOP, true);
    rig_run_until(rig, rig->t_ns + (int64_t)rng_below(&storm->rng, (uint64_t)NS_PER_S));
    rig_click(rig, BUTTON_START);
    rig_run_until(rig, rig->t_ns + (int64_t)rng_below(&storm->rng, (uint64_t)(6 * NS_PER_S)));
    rig_button(rig, BUTTON_STOP, false);
}

static void load(struct storm *storm, struct station_rig *rig)
{
    static const double newtons[] = {0, 0, 5, 30, 100, 104, 250, 700, 700, 710, 760, 2600, 9000};

    rig_load(rig, newtons[rng_below(&storm->rng, sizeof(newtons) / sizeof(newtons[0]))]);
}

/* Faults are mended more often than they come. */
static void fault(struct storm *storm, struct station_rig *rig)
{
    enum fault fault = (enum fault)(FAULT_SENSOR_RATE + rng_below(&storm->rng, FAULT_COUNT - FAULT_SENSOR_RATE));
    unsigned bit = 1u << fault;

    if (storm->faults != 0 && rng_below(&storm->rng, 4) != 0) {
        for (fault = FAULT_SENSOR_DEAD; (storm->faults & 1u << fault) == 0; fault++) {
        }
        bit = 1u << fault;
    }
    if (fault == FAULT_OVERLOAD || fault == FAULT_UNCALIBRATED || fault == FAULT_BUTTON_STUCK)
        return; /* the core's own */
    storm->faults ^= bit;
    rig_fault(rig, fault, (storm->faults & bit) != 0);
}

static void sensor(struct storm *storm, struct station_rig *rig)
{
    if (rig->period_ns == 0)
        rig_sensor(rig, rng_below(&storm->rng, 2) == 0 ? RIG_SLOW_NS : RIG_FAST_NS);
    else if (rng_below(&storm->rng, 2) == 0)
        rig_trouble(rig, (enum trouble)rng_below(&storm->rng, TROUBLE_COUNT));
    else
        rig_sensor(rig, rng_below(&storm->rng, 3) == 0 ? 0 : RIG_FAST_NS);
}

static void command(struct storm *storm, struct station_rig *rig)
{
    uint64_t kind = rng_below(&storm->rng, COMMAND_COUNT + 12);
    enum question_kind question = rng_below(&storm->rng, 3) == 0 ? QUESTION_EFFORT : QUESTION_PAIN;

    if (kind == COMMAND_STOP && rng_below(&storm->rng, 4) != 0)
        return;
    if (kind < COMMAND_COUNT && kind != COMMAND_ANSWER)
        rig_command(rig, (enum command_kind)kind);
    else
        rig_answer(rig, question, rng_below(&storm->rng, 30) == 0 ? 4 : (int)rng_below(&storm->rng, 4));
}

static void happen(struct storm *storm, struct station_rig *rig)
{
    uint64_t what = rng_below(&storm->rng, 100);

    for (int button = 0; button < BUTTON_COUNT; button++)
        if (storm->down[button] && rng_below(&storm->rng, 4) == 0)
            touch(storm, rig, (enum button)button);
    if (what < 40)
        press(storm, rig, BUTTON_START);
    else if (what < 44)
        press(storm, rig, BUTTON_STOP);
    else if (what < 47)
        press(storm, rig, rng_below(&storm->rng, 2) == 0 ? BUTTON_PLUS : BUTTON_MINUS);
    else if (what < 48)
        both(storm, rig);
    else if (what < 66)
        load(storm, rig);
    else if (what < 86)
        command(storm, rig);
    else if (what < 89)
        prescribe(storm, rig);
    else if (what < 92)
        sensor(storm, rig);
    else if (what < 95)
        fault(storm, rig);
    else if (what < 97)
        rig_card(rig, rng_below(&storm->rng, 3) == 0 ? "nobody" : "anna");
    else
        rig_clock(rig, (int64_t)rng_below(&storm->rng, 1000000) * NS_PER_S, rng_below(&storm->rng, 2) == 0);
}

int64_t storm_step(struct storm *storm, struct station_rig *rig)
{
    uint64_t how_long = rng_below(&storm->rng, 20);

    happen(storm, rig);
    if (how_long < 12)
        return (int64_t)rng_below(&storm->rng, (uint64_t)(2 * NS_PER_S));
    if (how_long < 19)
        return (int64_t)rng_below(&storm->rng, (uint64_t)(12 * NS_PER_S));
    return (int64_t)rng_below(&storm->rng, (uint64_t)(320 * NS_PER_S));
}

void storm_begin(struct storm *storm, uint64_t seed, struct station_rig *rig)
{
    *storm = (struct storm){.rng = {seed}, .rev = 1};
    rig_run(rig, 1);
    for (int i = 0; i < 4; i++)
        prescribe(storm, rig);
}

void storm_end(struct storm *storm, struct station_rig *rig)
{
    for (int button = 0; button < BUTTON_COUNT; button++)
        if (storm->down[button])
            touch(storm, rig, (enum button)button);
    for (int fault = 0; fault < FAULT_COUNT; fault++)
        if (storm->faults & (1u << fault))
            rig_fault(rig, (enum fault)fault, false);
    rig_sensor(rig, RIG_SLOW_NS);
    rig_load(rig, 0);
    rig_run(rig, 0.5);
}
