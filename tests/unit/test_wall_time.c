/* SPDX-License-Identifier: MIT */
/* Wall time: agrees with the C library's calendar everywhere, survives there and back, refuses what is no time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
/* cmocka needs the first two above */
#include <cmocka.h>

#include "gymstation/wall_time.h"

static void known_times_read_as_they_should(void **state)
{
    (void)state;
    static const struct {
        int64_t wall_ns;
        const char *text;
    } known[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {-1, "1969-12-31T23:59:59.999Z"}, /* cut off downwards, also before 1970 */
        {999999, "1970-01-01T00:00:00.000Z"},
        {INT64_C(951782400) * NS_PER_S, "2000-02-29T00:00:00.000Z"}, /* divisible by 400: a leap year */
        {INT64_C(1795334160123999999), "2026-11-22T07:56:00.123Z"},
        {INT64_MAX, "2262-04-11T23:47:16.854Z"},
        {INT64_MIN, "1677-09-21T00:12:43.145Z"},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        char text[WALL_TIME_LEN];
        wall_time_str(known[i].wall_ns, text);
        assert_string_equal(text, known[i].text);
    }
}

static int64_t random_ns(void)
{
    return (int64_t)((uint64_t)rand() << 42 ^ (uint64_t)rand() << 21 ^ (uint64_t)rand());
}

static void any_time_agrees_with_the_c_library_and_survives_there_and_back(void **state)
{
    (void)state;
    unsigned seed = (unsigned)time(NULL);
    print_message("seed %u\n", seed);
    srand(seed);
    for (int i = 0; i < 20000; i++) {
        int64_t wall_ns = random_ns(), back;
        int64_t ms = wall_ns / NS_PER_MS - (wall_ns % NS_PER_MS < 0);
        time_t s = (time_t)(ms / 1000 - (ms % 1000 < 0));
        struct tm tm;
        char text[WALL_TIME_LEN], want[64];
        wall_time_str(wall_ns, text);
        gmtime_r(&s, &tm);
        strftime(want, sizeof want, "%Y-%m-%dT%H:%M:%S", &tm);
        assert_memory_equal(text, want, strlen(want));
        if (ms > INT64_MIN / NS_PER_MS) {
            assert_int_equal(wall_time_parse(text, &back), 0);
            assert_true(back == ms * NS_PER_MS);
        }
    }
}

static void fractions_and_zones_are_understood(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t wall_ns;
    } known[] = {
        {"1970-01-01T00:00:01Z", NS_PER_S},
        {"1970-01-01T00:00:01.5Z", NS_PER_S + NS_PER_S / 2},
        {"1970-01-01T00:00:00.1234567899Z", 123456789},
        {"1970-01-01T01:00:00+01:00", 0},
        {"1969-12-31T18:30:00-05:30", 0},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        int64_t wall_ns;
        assert_int_equal(wall_time_parse(known[i].text, &wall_ns), 0);
        assert_true(wall_ns == known[i].wall_ns);
    }
}

static void what_is_no_time_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "now",
        "2026",
        "2026-11-22",
        "2026-11-22T07:56:00",   /* no zone */
        "2026-11-22T07:56:00.Z", /* no fraction behind the point */
        "2026-11-22T24:00:00Z",
        "2026-11-22T07:60:00Z",
        "2026-11-22T07:56:60Z", /* leap seconds are not in our calendar */
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-11-00T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2026-11-22T07:56:00ZZ",
        "2026-11-22T07:56:00+1:00",
        "2026-11-22T07:56:00+24:00",
        " 2026-11-22T07:56:00Z",
        "+026-11-22T07:56:00Z",
        "0001-01-01T00:00:00Z", /* before 1677: no int64_t nanoseconds */
        "9999-12-31T23:59:59Z",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        int64_t wall_ns = 42;
        if (wall_time_parse(wrong[i], &wall_ns) == 0)
            fail_msg("\"%s\" was taken for a time", wrong[i]);
        assert_int_equal(wall_ns, 42);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_times_read_as_they_should),
        cmocka_unit_test(any_time_agrees_with_the_c_library_and_survives_there_and_back),
        cmocka_unit_test(fractions_and_zones_are_understood),
        cmocka_unit_test(what_is_no_time_is_refused_and_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
