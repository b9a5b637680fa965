/* SPDX-License-Identifier: MIT */
/*
 * Trace files: headers read back as they were written, what is wrong is refused with its place, and no bytes whatever
 * break the reader (the seed is printed; GYMSTATION_SEED sets it).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gymstation/trace.h"

static uint64_t seed;

static uint32_t draw(uint64_t *random, uint32_t n)
{
    *random = *random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((*random >> 33) % n);
}

static struct trace *open_text(const char *text, size_t len, char *err, size_t err_len)
{
    struct trace *trace = NULL;
    FILE *file = fmemopen((void *)(uintptr_t)text, len, "r");

    assert_non_null(file);
    if (trace_open_file(file, "t.trace", &trace, err, err_len) < 0)
        return NULL;
    return trace;
}

static const struct {
    const char *text, *what;
} bad_files[] = {
    {"", "t.trace:1: the first line must be"},
    {"1 F 1\n", "t.trace:1: the first line must be"},
    {"# gymstation-trace 2\n", "t.trace:1: the first line must be"},
    {"# gymstation-trace 1\n\n5 F 1\n# what follows is wrong\n4 F 1\n", "t.trace:5: time 4 is before 5"},
    {"# gymstation-trace 1\n5 F 1\n# sps: 80\n", "t.trace:3: a header key after the first input"},
    {"# gymstation-trace 1\n# sps: 80\n# sps: 80\n", "t.trace:3: sps is given twice"},
    {"# gymstation-trace 1\n# sps: fast\n", "t.trace:2: sps \"fast\" is not a number"},
    {"# gymstation-trace 1\n# sps: 0\n", "t.trace:2: sps 0 is outside 1..10000"},
    {"# gymstation-trace 1\n# started: today\n", "t.trace:2: started \"today\""},
    {"# gymstation-trace 1\n# started: 2262-04-11T00:00:00Z\n", "t.trace:2: started \"2262"},
    {"# gymstation-trace 1\n# calibration: 5\n", "counts per newton is missing"},
    {"# gymstation-trace 1\n# calibration: 5 0.000\n", "must not be 0"},
    {"# gymstation-trace 1\n# zero_mn: 1.5\n", "zero_mn \"1.5\""},
    {"# gymstation-trace 1\n# zero_mn: -2147483648\n", "is outside -100000000..100000000"},
    {"# gymstation-trace 1\n# calibrated: maybe\n", "\"maybe\" is neither yes nor no"},
    {"# gymstation-trace 1\n# slot-1: {}\n", "slot-1: used=NUMBER"},
    {"# gymstation-trace 1\n# slot-1: used=2\n", "slot-1: the prescription is missing"},
    {"# gymstation-trace 1\n# station: {\n", "t.trace:2: station: "},
    {"# gymstation-trace 1\n# station: {\"id\":\"a\"}\n", "t.trace:2: station: "},
    {"# gymstation-trace 1\n# resume: {}\n", "t.trace:2: resume: "},
};

static int read_all(struct trace *trace, char *err, size_t err_len)
{
    struct trace_line line;
    int r, n = 0;

    while ((r = trace_next(trace, &line, err, err_len)) > 0)
        n++;
    return r < 0 ? r : n;
}

static void bad_files_are_refused_with_their_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bad_files) / sizeof(bad_files[0]); i++) {
        char err[TRACE_ERROR_LEN] = "";
        /* fmemopen() reads no empty buffer: the NUL behind the text goes with it there */
        size_t len = strlen(bad_files[i].text);
        struct trace *trace = open_text(bad_files[i].text, len ? len : 1, err, sizeof(err));

        if (trace)
            assert_true(read_all(trace, err, sizeof(err)) < 0);
        trace_close(trace);
        if (!strstr(err, bad_files[i].what))
            fail_msg("file %zu: said \"%s\", wanted \"%s\"", i, err, bad_files[i].what);
    }
}

static void an_error_is_final(void **state)
{
    const char text[] = "# gymstation-trace 1\n5 F 1\n6 F\n7 F 1\n";
    char err[TRACE_ERROR_LEN] = "";
    struct trace_line line;

    (void)state;
    struct trace *trace = open_text(text, strlen(text), err, sizeof(err));
    assert_non_null(trace);
    assert_int_equal(trace_next(trace, &line, err, sizeof(err)), 1);
    assert_int_equal(trace_line_number(trace), 2);
    assert_int_equal(trace_next(trace, &line, err, sizeof(err)), -EBADMSG);
    assert_int_equal(trace_next(trace, &line, err, sizeof(err)), -EBADMSG);
    trace_close(trace);
}

static void long_lines_are_refused(void **state)
{
    char err[TRACE_ERROR_LEN] = "";
    char *text = malloc(4 * TRACE_LINE_MAX);

    (void)state;
    assert_non_null(text);
    int n = snprintf(text, 100, "# gymstation-trace 1\n5 P 1 ");
    memset(text + n, 'x', TRACE_PAYLOAD_MAX + 1);
    text[n + TRACE_PAYLOAD_MAX + 1] = '\n';
    assert_null(open_text(text, (size_t)n + TRACE_PAYLOAD_MAX + 2, err, sizeof(err)));
    assert_non_null(strstr(err, "t.trace:2: payload of 16385 bytes is longer than 16384"));
    memset(text + n, 'x', 3 * TRACE_LINE_MAX);
    assert_null(open_text(text, (size_t)n + 3 * TRACE_LINE_MAX, err, sizeof(err)));
    assert_non_null(strstr(err, "t.trace:2: the line is longer than"));
    free(text);
}

static void a_nul_byte_is_refused(void **state)
{
    static const char text[] = "# gymstation-trace 1\n5 F 1\0 2\n";
    char err[TRACE_ERROR_LEN] = "";

    (void)state;
    assert_null(open_text(text, sizeof(text) - 1, err, sizeof(err)));
    assert_non_null(strstr(err, "t.trace:2: the line contains a NUL byte"));
}

static void full_header(struct trace_header *header)
{
    static char one[] = "{\"v\":1,\n\t\"by\":\"50 % @9\"}", two[] = "{}";

    trace_header_init(header);
    header->sps_milli = 87500;
    header->started_wall_ns = INT64_C(1795334160123) * NS_PER_MS;
    header->has_station = true;
    header->station = (struct station){"leg-01", 95, 0, true, false, 1999999, 12500};
    header->calibration = (struct calibration){true, -84213, -210512};
    header->zero_mn = -1204;
    header->calibrated = false;
    header->slots[1].held = header->slots[8].held = true;
    header->slots[1].used = 3;
    header->slots[1].course = (struct course){.pain = 2, .good = {1, 2}, .judged = {1, 0}};
    header->slots[1].payload = (struct trace_text){one, strlen(one)};
    header->slots[8].payload = (struct trace_text){two, strlen(two)};
    header->resume = (struct resume){
        true, 8, 12, "abc", 15, 9, 1, 7, true, -123456789,
    };
    snprintf(header->last_session, sizeof(header->last_session), "00000000-0000-8000-8000-00000000002a");
}

static void a_header_reads_back(void **state)
{
    struct trace_header header;
    char *text[2] = {NULL, NULL}, err[TRACE_ERROR_LEN] = "";
    size_t len[2];

    (void)state;
    full_header(&header);
    FILE *file = open_memstream(&text[0], &len[0]);
    assert_int_equal(trace_header_write(file, &header), 0);
    fclose(file);
    struct trace *trace = open_text(text[0], len[0], err, sizeof(err));
    assert_string_equal(err, "");
    const struct trace_header *back = trace_header(trace);
    assert_int_equal(back->sps_milli, header.sps_milli);
    assert_int_equal(back->started_wall_ns, header.started_wall_ns);
    assert_string_equal(back->station.id, "leg-01");
    assert_int_equal(back->station.plate_height_mm, 95);
    assert_int_equal(back->station.capacity_mn, 1999999);
    assert_int_equal(back->station.session_idle_ms, 12500);
    assert_true(back->station.floor_anchor && !back->station.bench && !back->calibrated && back->has_station);
    assert_int_equal(back->calibration.zero_counts, -84213);
    assert_int_equal(back->calibration.counts_per_n_milli, -210512);
    assert_int_equal(back->zero_mn, -1204);
    assert_int_equal(back->slots[1].used, 3);
    assert_memory_equal(&back->slots[1].course, &header.slots[1].course, sizeof(struct course));
    assert_int_equal(back->slots[8].course.good[0], 0);
    assert_int_equal(back->slots[1].payload.len, header.slots[1].payload.len);
    assert_string_equal(back->slots[1].payload.data, header.slots[1].payload.data);
    assert_false(back->slots[2].held);
    assert_string_equal(back->resume.hash, "abc");
    assert_string_equal(back->last_session, header.last_session);
    assert_true(back->resume.offered && back->resume.counted && back->resume.item == 15 &&
                back->resume.ended_ns == -123456789);
    file = open_memstream(&text[1], &len[1]);
    assert_int_equal(trace_header_write(file, back), 0);
    fclose(file);
    assert_string_equal(text[1], text[0]);
    trace_close(trace);
    free(text[0]);
    free(text[1]);
}

static void comments_and_windows_line_ends_are_fine(void **state)
{
    const char text[] = "# gymstation-trace 1\r\n# who: a test\r\n#\r\n# calibration of 1970: unknown\r\n\r\n"
                        "  \r\n5 F 7\r\n# a remark: between\r\n5 B start 1\r\n6 P 1 {}\r\n7 F 8";
    char err[TRACE_ERROR_LEN] = "";
    struct trace_line line;

    (void)state;
    struct trace *trace = open_text(text, strlen(text), err, sizeof(err));
    assert_string_equal(err, "");
    assert_int_equal(trace_header(trace)->station.capacity_mn, 2500000);
    assert_int_equal(trace_next(trace, &line, err, sizeof(err)), 1);
    assert_int_equal(trace_line_number(trace), 7);
    assert_int_equal(trace_next(trace, &line, err, sizeof(err)), 1);
    assert_int_equal(trace_next(trace, &line, err, sizeof(err)), 1);
    assert_string_equal(line.text, "{}");
    assert_int_equal(trace_next(trace, &line, err, sizeof(err)), 1);
    assert_int_equal(line.input.u.force.force_mn, 8);
    assert_int_equal(trace_next(trace, &line, err, sizeof(err)), 0);
    assert_int_equal(trace_next(trace, &line, err, sizeof(err)), 0);
    trace_close(trace);
}

static const char inputs[] = "0 F 0\n1012500000 F 784532\n1012500000 S -8388608\n1500000000 B start 1\n"
                             "1500000000 B minus 0 @1499999999\n1600000000 C stop {\"v\":1, \"id\":\"a b\"}\n"
                             "1600000000 P 8\n1600000000 P 3 % {} %4012 @12\n1700000000 X not_ready\n"
                             "1700000000 X journal raised\n1800000000 K 9f86d081884c7d65\n"
                             "1900000000 W 1795334160123000000 synced\n";

static void mutate(char *text, size_t len, uint64_t *random)
{
    static const char bytes[] = "0159-@# \t\n\r:{}%XPFSBKWC\"\0\xff";
    uint32_t n = 1 + draw(random, 6);

    for (uint32_t i = 0; i < n; i++)
        text[draw(random, (uint32_t)len)] = bytes[draw(random, sizeof(bytes) - 1)];
}

/* Mutated files are read or refused with a place; what was read can be written and reads back. */
static void mutations_break_nothing(void **state)
{
    char *text = NULL;
    size_t len = 0;
    uint64_t random = seed;
    struct trace_header header;
    int read = 0, refused = 0;

    (void)state;
    full_header(&header);
    FILE *file = open_memstream(&text, &len);
    trace_header_write(file, &header);
    fputs(inputs, file);
    fclose(file);
    char *mutant = malloc(len);
    assert_non_null(mutant);
    for (int round = 0; round < 20000; round++) {
        char err[TRACE_ERROR_LEN] = "";
        memcpy(mutant, text, len);
        mutate(mutant, len, &random);
        struct trace *trace = open_text(mutant, len, err, sizeof(err));
        int r = trace ? read_all(trace, err, sizeof(err)) : -EBADMSG;
        assert_true(r >= 0 || strncmp(err, "t.trace:", 8) == 0);
        *(r >= 0 ? &read : &refused) += 1;
        trace_close(trace);
    }
    assert_true(read > 100 && refused > 1000);
    free(mutant);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_files_are_refused_with_their_place),
        cmocka_unit_test(an_error_is_final),
        cmocka_unit_test(long_lines_are_refused),
        cmocka_unit_test(a_nul_byte_is_refused),
        cmocka_unit_test(a_header_reads_back),
        cmocka_unit_test(comments_and_windows_line_ends_are_fine),
        cmocka_unit_test(mutations_break_nothing),
    };
    const char *given = getenv("GYMSTATION_SEED");

    seed = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    printf("seed %" PRIu64 "\n", seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
