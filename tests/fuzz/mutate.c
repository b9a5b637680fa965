/* SPDX-License-Identifier: MIT */
/*
 * What libFuzzer does to bytes hardly ever makes a large number that is still one, or a later time that all lines behind it
 * follow. Half of the inputs come from here: a number at an end of some range, all times from a line on later, a line's
 * words at another line's time, a line less. Only in the fuzz preset.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

#define TEXT_MAX 65536

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

/* Ends of ranges: of types, of what a double holds exactly, of a trace's times and wall times, of years as ns; and none. */
static const char *const odd_numbers[] = {"0",
                                          "1",
                                          "-1",
                                          "10",
                                          "1000",
                                          "2147483647",
                                          "-2147483648",
                                          "2147483648",
                                          "9007199254740991",
                                          "2305843009213693951",
                                          "6148914691236517204",
                                          "9223372036854775807",
                                          "-9223372036854775808",
                                          "99999999999999999999",
                                          "1e308",
                                          "0.1",
                                          "1678",
                                          "2262"};

/* ns: a sample, a second, a minute, an hour, a year, seventy. */
static const int64_t delays_ns[] = {
    1, 12500000, 1000000000, 60000000000, 3600000000000, 31557600000000000, 2208000000000000000};

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* An input on its way: from is read, to is written, whole or not at all. */
struct work {
    const uint8_t *from;
    size_t from_len;
    uint8_t to[TEXT_MAX];
    size_t to_len, max;
    uint32_t random;
};

static size_t below(struct work *work, size_t n)
{
    work->random = work->random * 1664525u + 1013904223u; /* Numerical Recipes */
    return n > 0 ? (work->random >> 8) % n : 0;
}

static void put(struct work *work, const void *bytes, size_t len)
{
    if (work->to_len + len <= work->max)
        memcpy(work->to + work->to_len, bytes, len);
    work->to_len += len;
}

static void put_from(struct work *work, size_t from, size_t to)
{
    put(work, work->from + from, to - from);
}

static bool is_digit(const struct work *work, size_t at)
{
    return at < work->from_len && work->from[at] >= '0' && work->from[at] <= '9';
}

static size_t line_end(const struct work *work, size_t at)
{
    while (at < work->from_len && work->from[at] != '\n')
        at++;
    return at < work->from_len ? at + 1 : at;
}

static size_t any_line(struct work *work)
{
    size_t at = below(work, work->from_len);

    while (at > 0 && work->from[at - 1] != '\n')
        at--;
    return at;
}

/* Behind the digits at `at`. */
static size_t number_end(const struct work *work, size_t at)
{
    while (is_digit(work, at))
        at++;
    return at;
}

static void change_number(struct work *work)
{
    const char *odd = odd_numbers[below(work, COUNT(odd_numbers))];
    size_t at = below(work, work->from_len);

    while (at < work->from_len && !is_digit(work, at))
        at++;
    while (at > 0 && is_digit(work, at - 1))
        at--;
    size_t end = number_end(work, at);
    if (at > 0 && work->from[at - 1] == '-')
        at--;
    put_from(work, 0, at);
    put(work, odd, strlen(odd));
    put_from(work, end, work->from_len);
}

/* The time at the beginning of a line, or -1. */
static int64_t time_at(const struct work *work, size_t line)
{
    size_t end = number_end(work, line);
    int64_t t_ns = 0;

    if (end == line || end - line > 18)
        return -1;
    for (size_t i = line; i < end; i++)
        t_ns = 10 * t_ns + (work->from[i] - '0');
    return t_ns;
}

static void delay(struct work *work)
{
    int64_t by_ns = delays_ns[below(work, COUNT(delays_ns))];
    size_t line = any_line(work);

    put_from(work, 0, line);
    while (line < work->from_len) {
        int64_t t_ns = time_at(work, line);
        size_t end = line_end(work, line);
        char text[24];
        if (t_ns >= 0) {
            snprintf(text, sizeof(text), "%" PRId64, t_ns + by_ns);
            put(work, text, strlen(text));
        }
        put_from(work, t_ns >= 0 ? number_end(work, line) : line, end);
        line = end;
    }
}

static void repeat_line(struct work *work)
{
    size_t line = any_line(work), at = any_line(work);

    put_from(work, 0, at);
    if (time_at(work, at) >= 0 && time_at(work, line) >= 0) {
        put_from(work, at, number_end(work, at));
        line = number_end(work, line);
    }
    put_from(work, line, line_end(work, line));
    put_from(work, at, work->from_len);
}

static void drop_line(struct work *work)
{
    size_t line = any_line(work);

    put_from(work, 0, line);
    put_from(work, line_end(work, line), work->from_len);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
    static void (*const changes[])(struct work * work) = {change_number, change_number, delay, repeat_line, drop_line};
    static struct work work; /* large */

    work.from = data;
    work.from_len = size;
    work.to_len = 0;
    work.max = max_size < TEXT_MAX ? max_size : TEXT_MAX;
    work.random = seed;
    if (size == 0 || below(&work, 2) == 0)
        return LLVMFuzzerMutate(data, size, max_size);
    changes[below(&work, COUNT(changes))](&work);
    if (work.to_len == 0 || work.to_len > work.max)
        return LLVMFuzzerMutate(data, size, max_size);
    memcpy(data, work.to, work.to_len);
    return work.to_len;
}
