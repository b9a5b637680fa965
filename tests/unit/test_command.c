/* SPDX-License-Identifier: MIT */
/* Commands from the broker: what they do in the core, and their one reply each. */
#include <string.h>

#include "check.h"
#include "rx_texts.h"
#include "station.h"

static struct station_rig *in_set(void)
{
    struct station_rig *rig = rig_new(NULL);

    rig_prescribe(rig, 1, RX("", FLOOR("left", "") "," FLOOR("right", "")));
    rig_click(rig, BUTTON_START);
    rig_run_until(rig, rig_ns(7));
    rig_forget(rig);
    return rig;
}

static void test_stop_is_a_stop(void **state)
{
    struct station_rig *rig = in_set();

    (void)state;
    rig_command(rig, COMMAND_STOP);
    assert_string_equal(rig_all(rig), "7.000 stop 1L command during work\n7.000 ~ stopped\n"
                                      "7.000 set_completed 1L1 stopped by command reps=0 measured=0\n"
                                      "7.000 > stop ok\n");
    rig_command(rig, COMMAND_STOP);
    assert_true(core_idle(rig->core));
    rig_forget(rig);
    rig_command(rig, COMMAND_STOP);
    assert_string_equal(rig_all(rig), "7.000 > stop invalid: no session is running\n");
    rig_free(rig);
}

static void test_skip_waits_for_the_end_of_a_set(void **state)
{
    struct station_rig *rig = in_set();

    (void)state;
    rig_command(rig, COMMAND_SKIP);
    assert_string_equal(rig_replies(rig), "> skip busy: a set is running: stop it first\n");
    rig_click(rig, BUTTON_STOP);
    rig_command(rig, COMMAND_SKIP);
    assert_string_equal(rig_replies(rig), "> skip ok\n");
    assert_int_equal(rig_now(rig), NOW_SETUP);
    rig_free(rig);
}

static void test_an_answer_needs_its_question(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_answer(rig, QUESTION_PAIN, 1);
    rig_prescribe(rig, 1, RX("'before'", FLOOR("left", "")));
    rig_click(rig, BUTTON_START);
    rig_answer(rig, QUESTION_EFFORT, 1);
    rig_answer(rig, QUESTION_PAIN, 1);
    rig_answer(rig, QUESTION_PAIN, 1);
    assert_string_equal(rig_replies(rig), "> answer invalid: no session is running\n"
                                          "> answer invalid: /kind: another question is open\n"
                                          "> answer ok\n"
                                          "> answer invalid: /kind: no question is open\n");
    rig_free(rig);
}

static void test_tare_only_in_idle_and_only_when_steady(void **state)
{
    struct station_rig *rig = in_set();

    (void)state;
    rig_command(rig, COMMAND_TARE);
    rig_clicks(rig, BUTTON_STOP, 2);
    rig_load(rig, 0.9);
    rig_run(rig, 3);
    rig_command(rig, COMMAND_TARE);
    rig_command(rig, COMMAND_TARE); /* what was taken is not taken twice */
    assert_int_equal(core_zero_mn(rig->core), 900);
    rig_load(rig, 40);
    rig_run(rig, 3);
    rig_command(rig, COMMAND_TARE);
    assert_string_equal(rig_replies(rig),
                        "> tare busy: a session is running\n> tare ok\n> tare ok\n"
                        "> tare invalid: more than 1 kg from zero: is something or somebody on the box?\n");
    assert_non_null(strstr(rig->log.v, "tared moved=91g by t\n"));
    rig_free(rig);
}

static void send(struct station_rig *rig, struct command *command)
{
    struct input input = {.kind = INPUT_COMMAND};

    input.u.command = command;
    rig_feed(rig, &input);
}

/* An expired stop is obeyed all the same; nothing else is, nor what an unsynced clock cannot judge. */
static void test_expired_commands_are_stale(void **state)
{
    struct station_rig *rig = in_set();
    struct command skip = {.kind = COMMAND_IDENTIFY, .expires_ns = 100 * NS_PER_S};
    struct command stop = {.kind = COMMAND_STOP, .expires_ns = 100 * NS_PER_S};

    (void)state;
    rig_clock(rig, 101 * NS_PER_S, false);
    send(rig, &skip);
    rig_clock(rig, 101 * NS_PER_S, true);
    send(rig, &skip);
    send(rig, &stop);
    assert_string_equal(rig_replies(rig),
                        "> identify clock_unsynced: /expires: the time is not known here: send it again without\n"
                        "> identify stale: /expires: this command has expired: send it again with a later time\n"
                        "> stop ok\n");
    assert_int_equal(rig_now(rig), NOW_PAUSED);
    rig_free(rig);
}

static void test_identify_attribute_and_what_the_core_does_not_answer(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_command(rig, COMMAND_IDENTIFY);
    rig_command(rig, COMMAND_ATTRIBUTE);
    rig_command(rig, COMMAND_REPORT);
    assert_string_equal(rig_all(rig), "0.000 ~ identify\n0.000 > identify ok\n"
                                      "0.000 session_attributed \n0.000 > attribute ok\n"
                                      "0.000 > report unsupported: this station does not do that\n");
    rig_free(rig);
}

/* There is no remote start. */
static void test_no_command_starts_anything(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_prescribe(rig, 1, RX("", FLOOR("left", "")));
    for (int kind = 0; kind < COMMAND_COUNT; kind++)
        rig_command(rig, (enum command_kind)kind);
    assert_true(core_idle(rig->core));
    rig_click(rig, BUTTON_START);
    rig_click(rig, BUTTON_STOP); /* paused */
    for (int kind = 0; kind < COMMAND_COUNT; kind++)
        if (kind != COMMAND_STOP && kind != COMMAND_SKIP)
            rig_command(rig, (enum command_kind)kind);
    assert_int_equal(rig_now(rig), NOW_PAUSED);
    rig_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stop_is_a_stop),
        cmocka_unit_test(test_skip_waits_for_the_end_of_a_set),
        cmocka_unit_test(test_an_answer_needs_its_question),
        cmocka_unit_test(test_tare_only_in_idle_and_only_when_steady),
        cmocka_unit_test(test_expired_commands_are_stale),
        cmocka_unit_test(test_identify_attribute_and_what_the_core_does_not_answer),
        cmocka_unit_test(test_no_command_starts_anything),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
