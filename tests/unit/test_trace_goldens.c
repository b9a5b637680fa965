/* SPDX-License-Identifier: MIT */
/*
 * The recordings of tests/traces read, written, read again and written again: the second time the bytes are the same,
 * and what the station says to either is the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "gymstation/exercise_file.h"
#include "gymstation/replay.h"

struct text {
    char *data;
    size_t len;
};

static void write_line(FILE *file, const struct trace_line *line)
{
    struct input input = line->input;
    struct command command = {.kind = line->command};
    static struct rx_arrival arrival;

    arrival.slot = line->slot;
    if (input.kind == INPUT_COMMAND)
        input.u.command = &command;
    if (input.kind == INPUT_PRESCRIPTION)
        input.u.rx_arrival = &arrival;
    assert_int_equal(trace_line_write(file, &input, line->text, line->text_len), 0);
}

/* All of the trace, header and lines, as the writer says it. Comments are not kept. */
static struct text rewrite(FILE *from, const char *name)
{
    char err[TRACE_ERROR_LEN] = "";
    struct trace *trace = NULL;
    struct trace_line line;
    struct text ret = {0};
    int r;

    if (trace_open_file(from, name, &trace, err, sizeof(err)) < 0)
        fail_msg("%s", err);
    FILE *file = open_memstream(&ret.data, &ret.len);
    assert_int_equal(trace_header_write(file, trace_header(trace)), 0);
    while ((r = trace_next(trace, &line, err, sizeof(err))) > 0)
        write_line(file, &line);
    assert_int_equal(r, 0);
    trace_close(trace);
    assert_int_equal(fclose(file), 0);
    return ret;
}

static struct text events(FILE *from, const char *name, const struct replay_setup *setup)
{
    char err[TRACE_ERROR_LEN] = "";
    struct trace *trace = NULL;
    struct text ret = {0};
    FILE *file = open_memstream(&ret.data, &ret.len);

    assert_int_equal(trace_open_file(from, name, &trace, err, sizeof(err)), 0);
    assert_int_equal(replay_trace(trace, setup, file, err, sizeof(err)), 0);
    trace_close(trace);
    assert_int_equal(fclose(file), 0);
    return ret;
}

static void check(const char *path, const struct replay_setup *setup)
{
    struct text first = rewrite(fopen(path, "re"), path);
    struct text second = rewrite(fmemopen(first.data, first.len, "r"), path);
    struct text said = events(fopen(path, "re"), path, setup);
    struct text said_again = events(fmemopen(first.data, first.len, "r"), path, setup);

    assert_int_equal(first.len, second.len);
    assert_memory_equal(first.data, second.data, first.len);
    assert_int_equal(said.len, said_again.len);
    assert_memory_equal(said.data, said_again.data, said.len);
    free(first.data);
    free(second.data);
    free(said.data);
    free(said_again.data);
}

static void every_recording_survives_being_written(void **state)
{
    char dir[4096], err[EXERCISE_ERR_LEN];
    struct exercise_set *set = NULL;
    glob_t found;

    (void)state;
    assert_int_equal(exercise_dir_default(dir, sizeof(dir)), 0);
    assert_int_equal(exercise_dir_load(dir, &set, err, sizeof(err)), 0);
    const struct replay_setup setup = {.exercises = set->v, .exercise_count = set->count};
    assert_int_equal(glob("tests/traces/*.trace", 0, NULL, &found), 0);
    assert_true(found.gl_pathc > 10);
    for (size_t i = 0; i < found.gl_pathc; i++)
        check(found.gl_pathv[i], &setup);
    globfree(&found);
    exercise_set_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_recording_survives_being_written)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
