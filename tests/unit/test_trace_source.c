/* SPDX-License-Identifier: MIT */
/*
 * A trace as the daemon's source: stamps shifted to start-up, nothing early, the pace of the speed, one end, and time
 * that never goes backwards. Waits on the source's fd with a deadline.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "gymstation/trace_source.h"

#define WAIT_MS 10000

static char path[] = "/tmp/gymstation-test-XXXXXX";

static int write_file(void **state)
{
    int fd = mkstemp(path);

    (void)state;
    return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

static void put(const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static int64_t mono_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * NS_PER_S + now.tv_nsec;
}

static const char small[] = "# gymstation-trace 1\n# calibration: 5 2\n"
                            "7000000000 F 1\n7000000000 P 3 {\"a\":1}\n7050000000 S 15 @7049000000\n"
                            "7100000000 C stop {}\n";

static void at_max_everything_comes_at_once(void **state)
{
    char err[TRACE_ERROR_LEN] = "";
    struct source *source = NULL;
    struct input input;
    const char *text = "";
    int64_t start = mono_ns();

    (void)state;
    put(small);
    assert_int_equal(trace_source_open(path, SPEED_MAX, start, &source, err, sizeof(err)), 0);
    assert_int_equal(trace_source_header(source)->calibration.zero_counts, 5);
    assert_int_equal(trace_source_shift_ns(source), start - 7 * NS_PER_S);
    assert_int_equal(source_time_ns(&source->time, mono_ns()), start);
    struct pollfd poll_fd = {.fd = source->ops->fd(source), .events = POLLIN};
    assert_int_equal(poll(&poll_fd, 1, WAIT_MS), 1);

    assert_int_equal(source->ops->next(source, start, &input, &text), 1);
    assert_true(input.kind == INPUT_FORCE && input.u.force.force_mn == 1 && !text);
    assert_int_equal(input.stamp_ns, start);
    assert_int_equal(source->ops->next(source, start, &input, &text), 1);
    assert_int_equal(input.u.rx_arrival->slot, 3);
    assert_string_equal(text, "{\"a\":1}");
    assert_int_equal(source->ops->next(source, start, &input, &text), 1);
    assert_int_equal(input.t_ns, start + 50 * NS_PER_MS);
    assert_int_equal(input.stamp_ns, start + 49 * NS_PER_MS);
    assert_true(input.u.force.has_raw && !input.u.force.has_force);
    assert_int_equal(source_time_ns(&source->time, mono_ns()), start + 50 * NS_PER_MS);
    assert_int_equal(source->ops->next(source, start, &input, &text), 1);
    assert_int_equal(input.u.command->kind, COMMAND_STOP);
    assert_string_equal(text, "{}");
    assert_int_equal(source->ops->next(source, start, &input, &text), 1);
    assert_true(input.kind == INPUT_END && input.t_ns == start + 100 * NS_PER_MS && !text);
    assert_int_equal(source->ops->next(source, start, &input, &text), 0);
    assert_int_equal(poll(&poll_fd, 1, 0), 0);
    int64_t first = source_time_ns(&source->time, mono_ns());
    assert_true(first >= start + 100 * NS_PER_MS && source_time_ns(&source->time, mono_ns()) >= first);
    assert_int_equal(source->time.speed_milli, 1000);
    source->ops->close(source);
}

/* At ten times real time, 100 ms of trace take 10 ms: never earlier, and each wake-up brings something. */
static void nothing_comes_early(void **state)
{
    char err[TRACE_ERROR_LEN] = "";
    struct source *source = NULL;
    struct input input;
    int64_t start = mono_ns(), last = 0;
    int given = 0, r;

    (void)state;
    put(small);
    assert_int_equal(trace_source_open(path, 10000, start, &source, err, sizeof(err)), 0);
    struct pollfd poll_fd = {.fd = source->ops->fd(source), .events = POLLIN};
    while (given < 5) {
        assert_int_equal(poll(&poll_fd, 1, WAIT_MS), 1);
        int64_t now = source_time_ns(&source->time, mono_ns());
        while ((r = source->ops->next(source, now, &input, NULL)) > 0) {
            given++;
            assert_true(input.t_ns <= now && input.t_ns >= last);
            last = input.t_ns;
        }
        assert_int_equal(r, 0);
    }
    assert_int_equal(input.kind, INPUT_END);
    assert_true(mono_ns() >= start + 10 * NS_PER_MS);
    assert_true(source_time_ns(&source->time, mono_ns()) >= last);
    source->ops->close(source);
}

static void an_empty_trace_just_ends(void **state)
{
    char err[TRACE_ERROR_LEN] = "";
    struct source *source = NULL;
    struct input input;
    int64_t start = mono_ns();

    (void)state;
    put("# gymstation-trace 1\n");
    assert_int_equal(trace_source_open(path, 1000, start, &source, err, sizeof(err)), 0);
    struct pollfd poll_fd = {.fd = source->ops->fd(source), .events = POLLIN};
    assert_int_equal(poll(&poll_fd, 1, WAIT_MS), 1);
    assert_int_equal(source->ops->next(source, start, &input, NULL), 1);
    assert_true(input.kind == INPUT_END && input.t_ns == start);
    assert_int_equal(source->ops->next(source, start, &input, NULL), 0);
    source->ops->close(source);
}

static void a_malformed_file_is_refused_before_it_plays(void **state)
{
    char err[TRACE_ERROR_LEN] = "";
    struct source *source = NULL;

    (void)state;
    put("# gymstation-trace 1\n1 F 1\n2 F 2\n3 F\n");
    assert_int_equal(trace_source_open(path, 1000, mono_ns(), &source, err, sizeof(err)), -EBADMSG);
    assert_null(source);
    assert_non_null(strstr(err, ":4: force is missing"));
    assert_int_equal(trace_source_open("/nowhere/at/all", 1000, mono_ns(), &source, err, sizeof(err)), -ENOENT);
    assert_non_null(strstr(err, "/nowhere/at/all: cannot be opened"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_max_everything_comes_at_once),
        cmocka_unit_test(nothing_comes_early),
        cmocka_unit_test(an_empty_trace_just_ends),
        cmocka_unit_test(a_malformed_file_is_refused_before_it_plays),
    };

    return cmocka_run_group_tests(tests, write_file, remove_file);
}
