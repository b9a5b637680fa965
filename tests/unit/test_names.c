/* SPDX-License-Identifier: MIT */
/* Every enumerator has a name of its own; only the documented "none" values have no name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
/* cmocka needs the four above first */
#include <cmocka.h>

#include "gymstation/core.h"

/* One row per table: names of 0..count-1; the first named one is 1 where 0 means "none". */
struct table {
    const char *what;
    const char *(*name)(int value);
    int first, count;
};

#define ADAPT(f, type)                                                                                                 \
    static const char *f##_of(int value)                                                                               \
    {                                                                                                                  \
        return f((enum type)value);                                                                                    \
    }
ADAPT(side_str, side)
ADAPT(phase_str, phase)
ADAPT(src_str, src)
ADAPT(event_type_str, event_type)
ADAPT(start_refusal_str, start_refusal)
ADAPT(identified_by_str, identified_by)
ADAPT(rep_outcome_str, rep_outcome)
ADAPT(hold_outcome_str, hold_outcome)
ADAPT(set_reason_str, set_reason)
ADAPT(set_end_str, set_end)
ADAPT(session_reason_str, session_reason)
ADAPT(basis_str, basis)
ADAPT(fault_effect_str, fault_effect)
ADAPT(fault_text, fault)
ADAPT(button_str, button)
ADAPT(trouble_str, trouble)
ADAPT(fault_str, fault)
ADAPT(command_str, command_kind)
ADAPT(question_str, question_kind)
ADAPT(cue_str, cue_kind)
ADAPT(now_str, now)
ADAPT(reply_code_str, reply_code)

static const char *flag_str_of(int bit)
{
    return flag_str(1u << (unsigned)bit);
}

static const struct table tables[] = {
    {"side", side_str_of, 1, SIDE_BOTH + 1},
    {"phase", phase_str_of, 0, PHASE_COUNT},
    {"src", src_str_of, 1, SRC_CUE + 1},
    {"event_type", event_type_str_of, 0, EVENT_TYPE_COUNT},
    {"start_refusal", start_refusal_str_of, 0, REFUSED_PAIN + 1},
    {"identified_by", identified_by_str_of, 0, BY_ONLY + 1},
    {"rep_outcome", rep_outcome_str_of, 0, REP_PACED + 1},
    {"hold_outcome", hold_outcome_str_of, 0, HOLD_STOPPED + 1},
    {"set_reason", set_reason_str_of, 0, SET_UNCONFIRMED + 1},
    {"set_end", set_end_str_of, 0, ENDED_BY_RESTART + 1},
    {"session_reason", session_reason_str_of, 0, SESSION_POWER_LOSS + 1},
    {"basis", basis_str_of, 0, BASIS_CUED + 1},
    {"fault_effect", fault_effect_str_of, 0, EFFECT_NO_START + 1},
    {"fault_text", fault_text_of, 0, FAULT_COUNT},
    {"flag", flag_str_of, 0, FLAG_COUNT},
    {"button", button_str_of, 0, BUTTON_COUNT},
    {"trouble", trouble_str_of, 0, TROUBLE_COUNT},
    {"fault", fault_str_of, 0, FAULT_COUNT},
    {"command", command_str_of, 0, COMMAND_COUNT},
    {"question", question_str_of, 0, QUESTION_CONFIRM + 1},
    {"cue", cue_str_of, 0, CUE_COUNT},
    {"now", now_str_of, 0, NOW_PAUSED + 1},
    {"reply_code", reply_code_str_of, 0, REPLY_CLOCK_UNSYNCED + 1},
};

static void check_distinct(const struct table *table, int value)
{
    const char *name = table->name(value);
    if (!name || !name[0])
        fail_msg("%s %d has no name", table->what, value);
    for (int other = table->first; other < value; other++)
        if (strcmp(name, table->name(other)) == 0)
            fail_msg("%s: %d and %d are both \"%s\"", table->what, other, value, name);
}

static void every_enumerator_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        for (int value = tables[i].first; value < tables[i].count; value++)
            check_distinct(&tables[i], value);
}

static void none_and_what_is_no_enumerator_have_no_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        if (tables[i].first == 1)
            assert_null(tables[i].name(0));
        assert_null(tables[i].name(tables[i].count));
    }
    assert_null(flag_str(0));
    assert_null(flag_str(FLAG_CUED | FLAG_GAP)); /* one bit at a time */
}

static void faults_act_as_the_station_promises(void **state)
{
    (void)state;
    assert_int_equal(fault_effect(FAULT_SENSOR_DEAD), EFFECT_PACED);
    assert_int_equal(fault_effect(FAULT_UNCALIBRATED), EFFECT_PACED);
    assert_int_equal(fault_effect(FAULT_BUTTON_STUCK), EFFECT_NO_START);
    assert_int_equal(fault_effect(FAULT_JOURNAL), EFFECT_NO_START);
    assert_int_equal(fault_effect(FAULT_CLOCK), EFFECT_NONE);
}

static void fault_texts_are_one_line_a_screen_can_show(void **state)
{
    (void)state;
    for (int fault = 0; fault < FAULT_COUNT; fault++) {
        const char *text = fault_text((enum fault)fault);
        assert_in_range(strlen(text), 20, 140);
        assert_null(strchr(text, '\n'));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_enumerator_has_a_name_of_its_own),
        cmocka_unit_test(none_and_what_is_no_enumerator_have_no_name),
        cmocka_unit_test(faults_act_as_the_station_promises),
        cmocka_unit_test(fault_texts_are_one_line_a_screen_can_show),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
