/* SPDX-License-Identifier: MIT */
/* Strict reading of one line of text; see trace_scan.h. */
#include "daemon/io/trace/trace_scan.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool scan_fail(struct scan *scan, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(scan->err, scan->err_len, format, args);
    va_end(args);
    return false;
}

bool scan_blanks(struct scan *scan)
{
    const char *start = scan->p;

    while (scan->p < scan->end && is_blank(*scan->p))
        scan->p++;
    return scan->p > start;
}

bool scan_word(struct scan *scan, const char *what, char *word, size_t size)
{
    const char *start = scan->p;

    while (scan->p < scan->end && !is_blank(*scan->p))
        scan->p++;
    size_t len = (size_t)(scan->p - start);
    if (len == 0)
        return scan_fail(scan, "%s is missing", what);
    if (len >= size)
        return scan_fail(scan, "%s is %zu characters long, at most %zu are allowed", what, len, size - 1);
    memcpy(word, start, len);
    word[len] = '\0';
    return true;
}

/* Digits as they come, saturated so that the range check sees too many of them as too large. */
static bool scan_digits(struct scan *scan, int64_t *ret)
{
    const char *start = scan->p;
    int64_t value = 0;

    while (scan->p < scan->end && is_digit(*scan->p)) {
        int digit = *scan->p++ - '0';
        if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, digit, &value))
            value = INT64_MAX / 10 * 10;
    }
    *ret = value;
    return scan->p > start;
}

static bool scan_sign(struct scan *scan)
{
    if (scan->p == scan->end || *scan->p != '-')
        return false;
    scan->p++;
    return true;
}

static bool at_field_end(const struct scan *scan)
{
    return scan->p == scan->end || is_blank(*scan->p);
}

/* Shows the whole field that is no number, not only its rest. */
static bool no_number(struct scan *scan, const char *what, const char *start, const char *wanted)
{
    const char *end = start;

    while (end < scan->end && !is_blank(*end))
        end++;
    if (end == start)
        return scan_fail(scan, "%s is missing", what);
    return scan_fail(scan, "%s \"%.*s\" is not %s", what, end - start > 40 ? 40 : (int)(end - start), start, wanted);
}

bool scan_int(struct scan *scan, const char *what, int64_t min, int64_t max, int64_t *ret)
{
    const char *start = scan->p;
    bool negative = scan_sign(scan);
    int64_t value;

    if (!scan_digits(scan, &value) || !at_field_end(scan))
        return no_number(scan, what, start, "a whole number");
    if (negative)
        value = -value;
    if (value < min || value > max)
        return scan_fail(scan, "%s %.*s is outside %" PRId64 "..%" PRId64, what, (int)(scan->p - start), start, min,
                         max);
    *ret = value;
    return true;
}

/* Up to three digits after a point, in thousandths. */
static bool scan_thousandths(struct scan *scan, int64_t *ret)
{
    int64_t unit = 100;

    *ret = 0;
    if (scan->p == scan->end || *scan->p != '.')
        return true;
    scan->p++;
    const char *start = scan->p;
    for (; scan->p < scan->end && is_digit(*scan->p) && unit > 0; unit /= 10)
        *ret += unit * (*scan->p++ - '0');
    return scan->p > start;
}

bool scan_milli(struct scan *scan, const char *what, int64_t min_milli, int64_t max_milli, int64_t *ret_milli)
{
    const char *start = scan->p;
    bool negative = scan_sign(scan);
    int64_t whole, part;

    if (!scan_digits(scan, &whole) || !scan_thousandths(scan, &part) || !at_field_end(scan))
        return no_number(scan, what, start, "a number with at most three decimals");
    int64_t value = whole > INT64_MAX / 2000 ? INT64_MAX / 2 : whole * 1000 + part;
    if (negative)
        value = -value;
    if (value < min_milli || value > max_milli)
        return scan_fail(scan, "%s %.*s is outside %g..%g", what, (int)(scan->p - start), start,
                         (double)min_milli / 1000.0, (double)max_milli / 1000.0);
    *ret_milli = value;
    return true;
}

bool scan_end(struct scan *scan)
{
    scan_blanks(scan);
    if (scan->p == scan->end)
        return true;
    return scan_fail(scan, "\"%.40s\" is left over at the end of the line", scan->p);
}

int scan_name(const char *word, const char *(*name)(int index), int n)
{
    for (int i = 0; i < n; i++) {
        const char *s = name(i);
        if (s && strcmp(s, word) == 0)
            return i;
    }
    return -1;
}

size_t stamp_offset(const char *text, size_t len)
{
    size_t i = len;

    while (i > 0 && is_digit(text[i - 1]))
        i--;
    if (i == len || i < 2 || text[i - 1] != '@' || !is_blank(text[i - 2]))
        return len;
    return i - 2;
}

static bool is_control(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7f;
}

bool payload_needs_escape(const char *text, size_t len)
{
    if (len == 0)
        return false;
    if (text[0] == '%' || text[0] == ' ' || text[0] == '@' || text[len - 1] == ' ' || stamp_offset(text, len) < len)
        return true;
    for (size_t i = 0; i < len; i++)
        if (is_control(text[i]))
            return true;
    return false;
}

int payload_format(char *buf, size_t size, const char *text, size_t len)
{
    static const char hex[] = "0123456789ABCDEF";
    bool escape = payload_needs_escape(text, len);
    size_t n = 0;

    if (size < (escape ? 3 * len + 1 : len))
        return -1;
    if (escape)
        buf[n++] = '%';
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if (!escape || (!is_control(text[i]) && c != '%' && c != '@')) {
            buf[n++] = text[i];
            continue;
        }
        buf[n++] = '%';
        buf[n++] = hex[c >> 4];
        buf[n++] = hex[c & 15];
    }
    return (int)n;
}

static int hex_digit(char c)
{
    if (is_digit(c))
        return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static int unescape(struct scan *scan, char *text, size_t len)
{
    size_t n = 0;

    for (size_t i = 1; i < len; i++) {
        if (text[i] != '%') {
            text[n++] = text[i];
            continue;
        }
        int high = i + 2 < len ? hex_digit(text[i + 1]) : -1, low = i + 2 < len ? hex_digit(text[i + 2]) : -1;
        if (high < 0 || low < 0) {
            scan_fail(scan, "payload: %% must be followed by two of 0-9 A-F");
            return -1;
        }
        text[n++] = (char)(high << 4 | low);
        i += 2;
    }
    text[n] = '\0';
    return (int)n;
}

int scan_payload(struct scan *scan, char *text, size_t len)
{
    int n;

    if (len > 0 && text[0] == '%') {
        n = unescape(scan, text, len);
    } else {
        text[len] = '\0';
        n = (int)len;
    }
    if (n <= 0x4000)
        return n;
    scan_fail(scan, "payload of %d bytes is longer than 16384", n);
    return -1;
}
