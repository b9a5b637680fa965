/* SPDX-License-Identifier: MIT */
/*
 * Lines of a trace: canonical ones come out as they went in, malformed ones are refused, any payload survives (the seed
 * is printed; GYMSTATION_SEED sets it).
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

/* The input with the command or arrival that writing it needs. */
static const struct input *complete(struct trace_line *line, struct command *command, struct rx_arrival *arrival)
{
    if (line->input.kind == INPUT_COMMAND) {
        command->kind = line->command;
        line->input.u.command = command;
    } else if (line->input.kind == INPUT_PRESCRIPTION) {
        arrival->slot = line->slot;
        line->input.u.rx_arrival = arrival;
    }
    return &line->input;
}

static const char *const canonical[] = {
    "0 F 0",
    "1012500000 F 784532",
    "1012500000 F -2147483648",
    "1012500000 S -8388608",
    "1500000000 B start 1",
    "1500000000 B minus 0 @1499999999",
    "1600000000 C stop {\"v\":1, \"id\":\"a b\"}",
    "1600000000 C attribute",
    "1600000000 P 1 {\"v\":1,\"by\":\"x @12\"}",
    "1600000000 P 8",
    "1600000000 P 8 @5",
    "1600000000 P 3 {} @1599999999",
    "1600000000 P 3 %{%0A}%0A",
    "1600000000 P 3 % {} %4012 @12",
    "1600000000 P 3 %%25",
    "1700000000 X not_ready",
    "1700000000 X stuck @3",
    "1700000000 X journal raised",
    "1700000000 X disk_low cleared",
    "1800000000 K 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "1900000000 W 1795334160123000000 synced",
    "1900000000 W 0 unsynced @0",
    "2305843009213693951 F 1",
};

static void canonical_lines_come_out_as_they_went_in(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(canonical) / sizeof(canonical[0]); i++) {
        char text[256], out[2 * TRACE_LINE_MAX], err[TRACE_ERROR_LEN] = "";
        struct trace_line line;
        struct command command = {0};
        static struct rx_arrival arrival;

        snprintf(text, sizeof(text), "%s", canonical[i]);
        assert_int_equal(trace_line_parse(text, strlen(text), &line, err, sizeof(err)), 0);
        int n = trace_line_format(out, sizeof(out), complete(&line, &command, &arrival), line.text, line.text_len);
        assert_int_equal(n, (int)strlen(canonical[i]) + 1);
        assert_int_equal(out[n - 1], '\n');
        out[n - 1] = '\0';
        assert_string_equal(out, canonical[i]);
    }
}

static const struct {
    const char *line, *what;
} malformed[] = {
    {"x", "time \"x\" is not a whole number"},
    {" 5 F 1", "time is missing"},
    {"5", "one of F S B C P X K W"},
    {"5 ", "one of F S B C P X K W"},
    {"5 f 1", "\"f\" is none of"},
    {"5 FF 1", "\"FF\" is none of"},
    {"5F 1", "time \"5F\""},
    {"5 F", "force is missing"},
    {"5 F 1.5", "force \"1.5\" is not a whole number"},
    {"5 F +1", "force \"+1\""},
    {"5 F 0x10", "force \"0x10\""},
    {"5 F 2147483648", "force 2147483648 is outside -2147483648..2147483647"},
    {"5 F 99999999999999999999999999", "outside"},
    {"5 F 1 2", "\"2\" is left over"},
    {"-1 F 1", "time -1 is outside 0.."},
    {"2305843009213693952 F 1", "outside"},
    {"5 S", "counts is missing"},
    {"5 S 2147483648", "counts 2147483648 is outside"},
    {"5 B", "button is missing"},
    {"5 B go 1", "button \"go\" is none of start, stop, plus, minus"},
    {"5 B start", "level is missing"},
    {"5 B start 2", "level 2 is outside 0..1"},
    {"5 B start 1 x", "left over"},
    {"5 C", "command is missing"},
    {"5 C dance {}", "command \"dance\" is not known"},
    {"5 P", "slot is missing"},
    {"5 P 0 {}", "slot 0 is outside 1..8"},
    {"5 P 9 {}", "slot 9 is outside 1..8"},
    {"5 P 1{}", "slot \"1{}\""},
    {"5 P 1 %x%4", "payload"},
    {"5 P 1 %x%4g", "payload"},
    {"5 P 1 %x%0a", "payload"},
    {"5 X", "trouble is missing"},
    {"5 X tired", "trouble \"tired\" is none of"},
    {"5 X journal", "raised or cleared must follow"},
    {"5 X journal up", "\"up\" is neither raised nor cleared"},
    {"5 X not_ready raised", "left over"},
    {"5 K", "card hash is missing"},
    {"5 K 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08x", "at most 64"},
    {"5 W", "wall time is missing"},
    {"5 W -1 synced", "outside"},
    {"5 W 9223372036854775807 synced", "outside"},
    {"5 W 1", "synced or unsynced is missing"},
    {"5 W 1 good", "\"good\" is neither"},
    {"5 F 1 @6", "stamp 6 is after the line's time 5"},
    {"5 F 1 @", "\"@\" is left over"},
    {"5 F 1 @99999999999999999999", "stamp"},
};

static void malformed_lines_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++) {
        char text[256], err[TRACE_ERROR_LEN] = "";
        struct trace_line line;

        snprintf(text, sizeof(text), "%s", malformed[i].line);
        assert_int_equal(trace_line_parse(text, strlen(text), &line, err, sizeof(err)), -EBADMSG);
        if (!strstr(err, malformed[i].what))
            fail_msg("\"%s\": said \"%s\", wanted \"%s\"", malformed[i].line, err, malformed[i].what);
    }
}

/* Any payload at all reads back as it was. */
static void payloads_survive(void **state)
{
    static const char alphabet[] = " %@0129AZ{}\n\t\r\"x\x7f\xff\0";
    uint64_t random = seed;

    (void)state;
    for (int round = 0; round < 20000; round++) {
        static struct rx_arrival arrival;
        char payload[24], out[256], err[TRACE_ERROR_LEN] = "";
        size_t len = draw(&random, sizeof(payload));
        struct input input = {.kind = INPUT_PRESCRIPTION, .t_ns = 9, .stamp_ns = draw(&random, 10)};
        struct trace_line line;

        for (size_t i = 0; i < len; i++)
            payload[i] = alphabet[draw(&random, sizeof(alphabet) - 1)];
        arrival.slot = 1 + (int)draw(&random, SLOT_MAX);
        input.u.rx_arrival = &arrival;
        int n = trace_line_format(out, sizeof(out), &input, payload, len);
        assert_true(n > 0);
        assert_int_equal(strcspn(out, "\n"), n - 1);
        assert_int_equal(trace_line_parse(out, (size_t)n - 1, &line, err, sizeof(err)), 0);
        assert_int_equal(line.text_len, len);
        assert_memory_equal(line.text, payload, len);
        assert_int_equal(line.input.stamp_ns, input.stamp_ns);
        assert_int_equal(line.slot, arrival.slot);
    }
}

static void what_a_trace_cannot_say_is_refused(void **state)
{
    char out[64];
    struct input end = {.kind = INPUT_END}, nothing = {.kind = INPUT_FORCE};
    struct input force = {.kind = INPUT_FORCE, .u.force = {.has_force = true, .force_mn = 5}};

    (void)state;
    assert_int_equal(trace_line_format(out, sizeof(out), &end, NULL, 0), 0);
    assert_int_equal(trace_line_format(out, sizeof(out), &nothing, NULL, 0), -EINVAL);
    assert_int_equal(trace_line_format(out, 5, &force, NULL, 0), -ENOSPC);
    assert_int_equal(trace_line_format(out, 6, &force, NULL, 0), -ENOSPC);
    assert_int_equal(trace_line_format(out, 7, &force, NULL, 0), 6);
    assert_string_equal(out, "0 F 5\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(canonical_lines_come_out_as_they_went_in),
        cmocka_unit_test(malformed_lines_are_refused),
        cmocka_unit_test(payloads_survive),
        cmocka_unit_test(what_a_trace_cannot_say_is_refused),
    };
    const char *given = getenv("GYMSTATION_SEED");

    seed = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    printf("seed %" PRIu64 "\n", seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
