/* SPDX-License-Identifier: MIT */
/* A trace: refused with its line, or replayed to its end. What it says of a station can be written and read again. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gymstation/replay.h"
#include "tests/fuzz/fuzz.h"

/* Each line, written again, reads the same. */
static void copy_lines(char *text, size_t size)
{
    static char again[TRACE_LINE_MAX + 1], copy[TRACE_LINE_MAX + 1], err[TRACE_ERROR_LEN];
    char *end = memchr(text, '\n', size);
    size_t len = end ? (size_t)(end - text) : size;
    struct trace_line line, back;

    if (len >= sizeof(copy))
        return;
    memcpy(copy, text, len);
    copy[len] = '\0';
    if (trace_line_parse(copy, len, &line, err, sizeof(err)) < 0) {
        PROMISE(err[0] != '\0');
        return;
    }
    if (line.input.kind == INPUT_COMMAND || line.input.kind == INPUT_PRESCRIPTION)
        return; /* what they say is not known here */
    int n = trace_line_format(again, sizeof(again), &line.input, line.text, line.text_len);
    PROMISE(n > 0);
    PROMISE(trace_line_parse(again, (size_t)n - 1, &back, err, sizeof(err)) == 0);
    PROMISE(back.input.kind == line.input.kind && back.input.t_ns == line.input.t_ns &&
            back.input.stamp_ns == line.input.stamp_ns);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct exercise_set *set = fuzz_exercises();
    const struct replay_setup setup = {.exercises = set->v, .exercise_count = set->count};
    char err[2 * TRACE_ERROR_LEN] = "", *text = fuzz_text(data, size);
    struct trace *trace = NULL;
    FILE *file = size ? fmemopen(text, size, "r") : NULL, *out = fopen("/dev/null", "w");

    PROMISE(out != NULL);
    if (file && trace_open_file(file, "fuzz", &trace, err, sizeof(err)) == 0) {
        int r = replay_trace(trace, &setup, out, err, sizeof(err));
        PROMISE(r == 0 || (r == -EBADMSG && strncmp(err, "fuzz", 4) == 0));
        trace_close(trace);
    } else {
        PROMISE(!file || err[0] != '\0');
    }
    fclose(out);
    copy_lines(text, size);
    free(text);
    return 0;
}
