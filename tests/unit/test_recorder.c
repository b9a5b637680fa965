/* SPDX-License-Identifier: MIT */
/* The recorder's thread: it ends whenever it is told to, with everything written. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "gymstation/recorder.h"

#define TIMES   1000
#define LIMIT_S 120 /* a thread that missed its end is found by the alarm, which ends the test */

static void record(const char *dir, bool keep)
{
    struct input input = {.kind = INPUT_FORCE};
    struct trace_header header;
    struct recorder *recorder;
    struct refusal why;

    input.u.force.has_force = true;
    assert_int_equal(recorder_open(&recorder, dir, &why), 0);
    trace_header_init(&header);
    assert_int_equal(recorder_begin(recorder, &header, "session", false), 0);
    for (int i = 0; i < 5; i++) {
        input.t_ns = input.stamp_ns = i * NS_PER_S;
        recorder_input(recorder, &input, NULL, 0);
    }
    assert_int_equal(recorder_given_up(recorder), 0);
    recorder_close(recorder, keep);
}

static int lines_of(const char *path)
{
    FILE *file = fopen(path, "re");
    int n = 0;

    if (file == NULL)
        return -1;
    for (int c = fgetc(file); c != EOF; c = fgetc(file))
        n += c == '\n';
    fclose(file);
    return n;
}

/* The end is told while the thread may be anywhere: waiting, writing, or just about to wait. */
static void it_ends_at_any_moment_with_everything_written(void **state)
{
    (void)state;
    char dir[] = "/tmp/gymstation-recorder-XXXXXX";
    char path[sizeof(dir) + 32];

    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof(path), "%s/session.trace", dir);
    alarm(LIMIT_S);
    record(dir, true);
    int lines = lines_of(path);
    assert_true(lines > 5);
    for (int i = 0; i < TIMES; i++) {
        record(dir, true);
        assert_int_equal(lines_of(path), lines);
    }
    record(dir, false);
    assert_int_equal(lines_of(path), -1);
    alarm(0);
    assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_ends_at_any_moment_with_everything_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
