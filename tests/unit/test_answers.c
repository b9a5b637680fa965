/* SPDX-License-Identifier: MIT */
/* Every press is answered by light and sound, wherever the station is. */
#include <string.h>

#include "check.h"
#include "situations.h"

/* A cue within the click, or when its bounce is over. */
static void test_every_click_is_answered_in_every_situation(void **state)
{
    (void)state;
    for (int i = 0; i < situation_count; i++)
        for (int button = 0; button < BUTTON_COUNT; button++) {
            struct station_rig *rig = rig_new(NULL);

            situations[i].make(rig);
            rig_button(rig, BUTTON_START, false);
            rig_run(rig, 0.04);
            rig_forget(rig);
            rig_click(rig, (enum button)button);
            if (rig_cues(rig)[0] == '\0')
                fail_msg("%s: %s is not answered", situations[i].name, button_str((enum button)button));
            rig_free(rig);
        }
}

/* Also by a long one: nobody holds a button down and wonders. */
static void test_every_long_press_is_answered_in_every_situation(void **state)
{
    (void)state;
    for (int i = 0; i < situation_count; i++)
        for (int button = 0; button <= BUTTON_STOP; button++) {
            struct station_rig *rig = rig_new(NULL);

            situations[i].make(rig);
            rig_button(rig, BUTTON_START, false);
            rig_run(rig, 0.04);
            rig_forget(rig);
            rig_hold_button(rig, (enum button)button, 3.1);
            if (rig_cues(rig)[0] == '\0')
                fail_msg("%s: a long %s is not answered", situations[i].name, button_str((enum button)button));
            rig_free(rig);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_click_is_answered_in_every_situation),
        cmocka_unit_test(test_every_long_press_is_answered_in_every_situation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
