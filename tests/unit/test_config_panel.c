/* SPDX-License-Identifier: MIT */
/* gymstation.conf: how buttons, pedals, card reader and lamps may be wired. */
#include "check.h"

#include <errno.h>
#include <string.h>

#include "gymstation/config.h"

static int set(struct config *config, const char *assignment)
{
    char err[CONFIG_ERR_LEN];

    return config_set(config, assignment, err, sizeof(err));
}

static void refused(const char *assignment, const char *part)
{
    char err[CONFIG_ERR_LEN] = "";
    struct config config;

    config_defaults(&config);
    assert_int_equal(config_set(&config, assignment, err, sizeof(err)), -EINVAL);
    assert_non_null(strstr(err, part));
}

static void test_lists_are_taken_apart(void **state)
{
    char paths[EVDEV_MAX][CONFIG_TEXT_LEN];
    unsigned codes[CODES_MAX];
    struct config config;

    (void)state;
    config_defaults(&config);
    assert_int_equal(config_paths(config.buttons.devices, paths), 0);
    assert_int_equal(config_codes(config.buttons.keys[BUTTON_STOP], codes), 0);
    assert_int_equal(set(&config, "buttons.devices=/dev/input/event3, /dev/input/by-id/usb-x"), 0);
    assert_int_equal(config_paths(config.buttons.devices, paths), 2);
    assert_string_equal(paths[0], "/dev/input/event3");
    assert_string_equal(paths[1], "/dev/input/by-id/usb-x");
    assert_int_equal(set(&config, "buttons.stop_keys=48,1 , 767"), 0);
    assert_int_equal(config_codes(config.buttons.keys[BUTTON_STOP], codes), 3);
    assert_true(codes[0] == 48 && codes[1] == 1 && codes[2] == 767);
}

static void test_what_is_no_list_is_refused(void **state)
{
    (void)state;
    refused("buttons.devices=event3", "paths");
    refused("buttons.devices=/a,", "paths");
    refused("buttons.devices=/a,/b,/c,/d,/e,/f,/g,/h", "more than 7");
    refused("buttons.stop_keys=0", "1..767");
    refused("buttons.stop_keys=768", "1..767");
    refused("buttons.stop_keys=48,,49", "1..767");
    refused("buttons.stop_keys=4x", "1..767");
    refused("buttons.stop_keys=1,2,3,4,5,6,7,8,9", "more than 8");
    refused("buttons.pull=sideways", "pull");
}

/* Rules between keys: the last assignment makes it right. */
static void test_what_belongs_together(void **state)
{
    static const char *const rows[][4] = {
        {"buttons.start=17", "buttons.stop=27"},
        {"buttons.stop=27", "buttons.devices=/dev/input/event3", "buttons.start_keys=48"},
        {"buttons.devices=/dev/input/event3", "buttons.start_keys=48", "buttons.stop_keys=30"},
        {"card.device=/dev/input/event4", "card.secret_file=/etc/gymstation/card"},
    };

    (void)state;
    for (size_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
        char err[CONFIG_ERR_LEN] = "";
        struct config config;
        int i = 0;

        config_defaults(&config);
        for (; i < 4 && rows[row][i]; i++) {
            if (i > 0 && rows[row][i + (i < 3)] == NULL)
                assert_int_equal(config_check(&config, err, sizeof(err)), -EINVAL);
            assert_int_equal(set(&config, rows[row][i]), 0);
        }
        assert_int_equal(config_check(&config, err, sizeof(err)), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists_are_taken_apart),
        cmocka_unit_test(test_what_is_no_list_is_refused),
        cmocka_unit_test(test_what_belongs_together),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
