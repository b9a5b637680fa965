/* SPDX-License-Identifier: MIT */
/* The ways into each situation: see situations.h. */
#include "situations.h"

#include "rx_texts.h"

static void begin(struct station_rig *rig, const char *rx)
{
    rig_prescribe(rig, 1, rx);
    rig_click(rig, BUTTON_START);
}

static void idle_empty(struct station_rig *rig)
{
    rig_run(rig, 1);
}

static void idle_one(struct station_rig *rig)
{
    rig_prescribe(rig, 1, RX("", FLOOR("left", "")));
}

static void idle_two(struct station_rig *rig)
{
    idle_one(rig);
    rig_prescribe(rig, 2, RX("'before'", FLOOR("right", "")));
}

static void idle_broken_off(struct station_rig *rig)
{
    begin(rig, RX("", FLOOR("left", "")));
    rig_run(rig, 7);
    rig_click(rig, BUTTON_STOP);
    rig_click(rig, BUTTON_STOP);
}

static void idle_start_down(struct station_rig *rig)
{
    idle_broken_off(rig);
    rig_button(rig, BUTTON_START, true);
}

static void idle_no_start(struct station_rig *rig)
{
    idle_one(rig);
    rig_fault(rig, FAULT_JOURNAL, true);
}

static void choose_empty(struct station_rig *rig)
{
    idle_two(rig);
    rig_click(rig, BUTTON_START);
}

static void choose_counting(struct station_rig *rig)
{
    choose_empty(rig);
    rig_run(rig, 1);
    rig_clicks(rig, BUTTON_START, 2);
}

static void choose_read_back(struct station_rig *rig)
{
    choose_counting(rig);
    rig_run(rig, 3);
}

static void choose_empty_slot(struct station_rig *rig)
{
    choose_counting(rig);
    rig_clicks(rig, BUTTON_START, 1);
    rig_run(rig, 3);
}

static void ask_empty(struct station_rig *rig)
{
    begin(rig, RX("'before'", FLOOR("left", "")));
}

static void ask_counting(struct station_rig *rig)
{
    ask_empty(rig);
    rig_run(rig, 1);
    rig_clicks(rig, BUTTON_START, 2);
}

static void ask_read_back(struct station_rig *rig)
{
    ask_counting(rig);
    rig_run(rig, 3);
}

static void ask_high(struct station_rig *rig)
{
    ask_empty(rig);
    rig_clicks(rig, BUTTON_START, 4);
    rig_run(rig, 3);
}

static void ask_stopped(struct station_rig *rig)
{
    begin(rig, RX("'item'", FLOOR("left", "")));
    rig_run(rig, 7);
    rig_click(rig, BUTTON_STOP);
}

static void ask_stopped_low(struct station_rig *rig)
{
    ask_stopped(rig);
    rig_clicks(rig, BUTTON_START, 3);
    rig_run(rig, 3);
}

static void ask_stopped_high(struct station_rig *rig)
{
    ask_stopped(rig);
    rig_clicks(rig, BUTTON_START, 4);
    rig_run(rig, 3);
}

/* One set of 3 reps is cued (11 s after 5 s of prep) and confirmed. */
static void one_set(struct station_rig *rig, const char *rx)
{
    begin(rig, rx);
    rig_run(rig, 17);
    rig_click(rig, BUTTON_START);
}

static void ask_item(struct station_rig *rig)
{
    one_set(rig, RX("'item'", FLOOR_SETS("left", 1, "") "," FLOOR("right", "")));
    rig_clicks(rig, BUTTON_START, 1);
    rig_run(rig, 3);
}

static void ask_effort(struct station_rig *rig)
{
    one_set(rig, "'ask_effort':true," RX("'set','after'", FLOOR_SETS("left", 1, "")));
    rig_answer(rig, QUESTION_PAIN, 1);
    rig_clicks(rig, BUTTON_START, 5);
    rig_run(rig, 3);
}

static void ask_after(struct station_rig *rig)
{
    one_set(rig, RX("'after'", FLOOR_SETS("left", 1, "")));
    rig_hold_button(rig, BUTTON_START, 2);
    rig_run(rig, 3);
}

static void confirm_more(struct station_rig *rig)
{
    begin(rig, RX("", FLOOR("left", "")));
    rig_run(rig, 17);
}

static void confirm_last(struct station_rig *rig)
{
    begin(rig, RX("", FLOOR_SETS("left", 1, "")));
    rig_run(rig, 17);
}

static void setup_first(struct station_rig *rig)
{
    begin(rig, RX("'before'", FLOOR("left", "") "," FLOOR("right", "")));
    rig_answer(rig, QUESTION_PAIN, 0);
}

static void setup_last(struct station_rig *rig)
{
    one_set(rig, RX("", FLOOR_SETS("left", 1, "") "," FLOOR("right", "")));
    rig_run(rig, 32);
}

static void prep_far(struct station_rig *rig)
{
    begin(rig, RX("", FLOOR("left", "") "," FLOOR("right", "")));
    rig_run(rig, 1);
}

static void prep_near(struct station_rig *rig)
{
    begin(rig, RX("", FLOOR("left", "") "," FLOOR("right", "")));
    rig_run(rig, 2.5);
}

static void prep_contact(struct station_rig *rig)
{
    rig_sensor(rig, RIG_FAST_NS);
    rig_run(rig, 1);
    begin(rig, RX("", LIVE("")));
    rig_run(rig, 1);
}

static void work_cued(struct station_rig *rig)
{
    begin(rig, RX("", FLOOR("left", "")));
    rig_run(rig, 9);
}

static void work_cued_enough(struct station_rig *rig)
{
    begin(rig, RX("'set'", FLOOR("left", "")));
    rig_run(rig, 14);
}

static void hold_wait(struct station_rig *rig)
{
    rig_sensor(rig, RIG_FAST_NS);
    rig_run(rig, 3);
    begin(rig, RX("", HOLDS("")));
    rig_run(rig, 6);
}

static void hold_on(struct station_rig *rig)
{
    hold_wait(rig);
    rig_load(rig, 100);
    rig_run(rig, 2);
}

static void hold_rest(struct station_rig *rig)
{
    hold_on(rig);
    rig_run(rig, 4);
    rig_load(rig, 0);
    rig_run(rig, 1);
}

static void hold_last(struct station_rig *rig)
{
    hold_rest(rig);
    rig_run(rig, 5);
    rig_load(rig, 100);
    rig_run(rig, 2);
}

/* A hand-drawn curl of 6.5 s on a dead anchor. */
static void curl(struct station_rig *rig)
{
    static const double path_n[] = {0,  5,  20, 40, 55, 60, 60, 60, 60, 60, 58, 54, 48,
                                    40, 30, 20, 12, 6,  2,  0,  0,  0,  0,  0,  0,  0};

    for (size_t i = 0; i + 1 < sizeof(path_n) / sizeof(path_n[0]); i++)
        for (int k = 1; k <= 20; k++) {
            rig_load(rig, 700 + path_n[i] + (path_n[i + 1] - path_n[i]) * k / 20);
            rig_run(rig, 0.0125);
        }
}

static void measured_go(struct station_rig *rig)
{
    rig_sensor(rig, RIG_FAST_NS);
    rig_load(rig, 700);
    rig_run(rig, 5);
    begin(rig, RX("'item'", DEAD("")));
    rig_run_until(rig, rig_ns(10));
}

static void measured_one(struct station_rig *rig)
{
    measured_go(rig);
    curl(rig);
}

static void measured_enough(struct station_rig *rig)
{
    measured_one(rig);
    curl(rig);
}

static void rest_min(struct station_rig *rig)
{
    one_set(rig, RX("", FLOOR("left", "") "," FLOOR("right", "")));
}

static void rest_min_armed(struct station_rig *rig)
{
    rest_min(rig);
    rig_click(rig, BUTTON_START);
}

static void rest_min_over(struct station_rig *rig)
{
    rest_min(rig);
    rig_run(rig, 30);
}

static void rest_fixed(struct station_rig *rig)
{
    one_set(rig, RX("", FLOOR("left", ",'rest_mode':'fixed'")));
}

static void rest_button(struct station_rig *rig)
{
    one_set(rig, RX("", FLOOR("left", ",'rest_mode':'until_button'")));
}

static void rest_other_side(struct station_rig *rig)
{
    one_set(rig, RX("", FLOOR("each", "")));
}

static void paused_in_set(struct station_rig *rig)
{
    work_cued(rig);
    rig_click(rig, BUTTON_STOP);
}

static void paused_in_prep(struct station_rig *rig)
{
    prep_far(rig);
    rig_click(rig, BUTTON_STOP);
}

const struct situation situations[] = {
    {"idle, no prescription", idle_empty, SESSION_STATE_IDLE},
    {"idle, one prescription", idle_one, SESSION_STATE_IDLE},
    {"idle, two prescriptions", idle_two, SESSION_STATE_IDLE},
    {"idle, a session broke off", idle_broken_off, SESSION_STATE_IDLE},
    {"idle, a session broke off, start is down", idle_start_down, SESSION_STATE_IDLE},
    {"idle, the journal is full", idle_no_start, SESSION_STATE_IDLE},
    {"choose, nothing counted", choose_empty, SESSION_STATE_CHOOSE},
    {"choose, counting, 2", choose_counting, SESSION_STATE_CHOOSE},
    {"choose, 2 read back", choose_read_back, SESSION_STATE_CHOOSE},
    {"choose, 3 read back, slot 3 is empty", choose_empty_slot, SESSION_STATE_CHOOSE},
    {"ask pain before, nothing counted", ask_empty, SESSION_STATE_ASK},
    {"ask pain before, counting, 2", ask_counting, SESSION_STATE_ASK},
    {"ask pain before, 2 read back", ask_read_back, SESSION_STATE_ASK},
    {"ask pain before, 4 read back, limit 3", ask_high, SESSION_STATE_ASK},
    {"ask pain after a stop in a set, nothing counted", ask_stopped, SESSION_STATE_ASK},
    {"ask pain after a stop in a set, 3 read back", ask_stopped_low, SESSION_STATE_ASK},
    {"ask pain after a stop in a set, 4 read back", ask_stopped_high, SESSION_STATE_ASK},
    {"ask pain after item 1 of 2, 1 read back", ask_item, SESSION_STATE_ASK},
    {"ask effort after the last item, 5 read back, pain after follows", ask_effort, SESSION_STATE_ASK},
    {"ask pain after the session, 0 read back", ask_after, SESSION_STATE_ASK},
    {"confirm, another set follows", confirm_more, SESSION_STATE_CONFIRM},
    {"confirm, the last set", confirm_last, SESSION_STATE_CONFIRM},
    {"setup, first of two items", setup_first, SESSION_STATE_SETUP},
    {"setup, last item", setup_last, SESSION_STATE_SETUP},
    {"prep, 4 s to go", prep_far, SESSION_STATE_PREP},
    {"prep, 2.4 s to go", prep_near, SESSION_STATE_PREP},
    {"prep, waits for somebody on the box", prep_contact, SESSION_STATE_PREP},
    {"work, cued, 0 of 2-3 reps", work_cued, SESSION_STATE_WORK},
    {"work, cued, 2 of 2-3 reps, pain asked after sets", work_cued_enough, SESSION_STATE_WORK},
    {"work, waits for hold 1 of 2", hold_wait, SESSION_STATE_WORK},
    {"work, in hold 1 of 2", hold_on, SESSION_STATE_WORK},
    {"work, between holds 1 and 2", hold_rest, SESSION_STATE_WORK},
    {"work, in hold 2 of 2", hold_last, SESSION_STATE_WORK},
    {"work, measured, 0 of 2-3 reps", measured_go, SESSION_STATE_WORK},
    {"work, measured, 1 of 2-3 reps", measured_one, SESSION_STATE_WORK},
    {"work, measured, 2 of 2-3 reps", measured_enough, SESSION_STATE_WORK},
    {"rest min, not over", rest_min, SESSION_STATE_REST},
    {"rest min, not over, start was pressed", rest_min_armed, SESSION_STATE_REST},
    {"rest min, over", rest_min_over, SESSION_STATE_REST},
    {"rest fixed", rest_fixed, SESSION_STATE_REST},
    {"rest until_button", rest_button, SESSION_STATE_REST},
    {"rest min before the other side", rest_other_side, SESSION_STATE_REST},
    {"paused after a stop in a set", paused_in_set, SESSION_STATE_PAUSED},
    {"paused after a stop in prep", paused_in_prep, SESSION_STATE_PAUSED},
};

const int situation_count = sizeof(situations) / sizeof(situations[0]);
