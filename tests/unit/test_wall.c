/* SPDX-License-Identifier: MIT */
/* Wall time as text: what is written reads back, and nothing that is no time is taken for one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gymstation/basics.h"
#include "gymstation/wall.h"

static void known_times(void **state)
{
    int64_t ns;
    char text[WALL_TEXT_LEN];

    (void)state;
    assert_true(wall_parse("1970-01-01T00:00:00Z", &ns));
    assert_int_equal(ns, 0);
    assert_true(wall_parse("2000-03-01T00:00:00.5Z", &ns)); /* the day after 29 February 2000 */
    assert_int_equal(ns, INT64_C(951868800) * NS_PER_S + NS_PER_S / 2);
    assert_true(wall_parse("2026-11-22T07:56:00.123456789Z", &ns));
    wall_format(ns, text);
    assert_string_equal(text, "2026-11-22T07:56:00.123Z");
    wall_format_ns(ns, text);
    assert_string_equal(text, "2026-11-22T07:56:00.123456789Z");
}

static void every_third_day_reads_back(void **state)
{
    (void)state;
    for (int64_t day = 0; day < 84000; day += 3) {
        int64_t ns = day * 86400 * NS_PER_S + (day * 7919 % 86400) * NS_PER_S + day, back;
        char text[WALL_TEXT_LEN];

        wall_format_ns(ns, text);
        assert_true(wall_parse(text, &back));
        assert_int_equal(back, ns);
    }
}

static void other_texts_are_refused(void **state)
{
    static const char *const bad[] = {
        "", "2026", "2026-11-22", "2026-11-22T07:56:00", "2026-11-22T07:56:00.Z", "2026-11-22 07:56:00Z",
        "2026-11-22T07:56:00+01:00", "2026-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-13-01T00:00:00Z",
        "2026-11-22T24:00:00Z", "2026-11-22T07:60:00Z", "2026-11-22T07:56:00.1234567890Z", "1969-12-31T23:59:59Z",
        "2200-01-01T00:00:00Z", " 2026-11-22T07:56:00Z", "2026-11-22T07:56:00Z ", "-026-11-22T07:56:00Z",
    };
    int64_t ns = 42;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_false(wall_parse(bad[i], &ns));
        assert_int_equal(ns, 42);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_times),
        cmocka_unit_test(every_third_day_reads_back),
        cmocka_unit_test(other_texts_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
