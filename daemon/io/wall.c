/* SPDX-License-Identifier: MIT */
/* Wall time as text; see gymstation/wall.h. */
#include "gymstation/wall.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "gymstation/basics.h"

/* n digits at *p as a number within min..max; moves *p behind them. */
static bool take_digits(const char **p, int n, int min, int max, int *ret)
{
    int value = 0;

    for (int i = 0; i < n; i++, (*p)++) {
        if (**p < '0' || **p > '9')
            return false;
        value = value * 10 + (**p - '0');
    }
    *ret = value;
    return value >= min && value <= max;
}

static bool take_char(const char **p, char c)
{
    if (**p != c)
        return false;
    (*p)++;
    return true;
}

static bool take_date(const char **p, struct tm *tm)
{
    if (!take_digits(p, 4, 1970, 2199, &tm->tm_year) || !take_char(p, '-') || !take_digits(p, 2, 1, 12, &tm->tm_mon) ||
        !take_char(p, '-') || !take_digits(p, 2, 1, 31, &tm->tm_mday))
        return false;
    tm->tm_year -= 1900;
    tm->tm_mon -= 1;
    return true;
}

static bool take_time(const char **p, struct tm *tm)
{
    return take_digits(p, 2, 0, 23, &tm->tm_hour) && take_char(p, ':') && take_digits(p, 2, 0, 59, &tm->tm_min) &&
           take_char(p, ':') && take_digits(p, 2, 0, 59, &tm->tm_sec);
}

/* None, or a point and 1-9 digits. */
static bool take_fraction(const char **p, int64_t *ret_ns)
{
    int64_t unit = NS_PER_S / 10;

    *ret_ns = 0;
    if (!take_char(p, '.'))
        return true;
    if (**p < '0' || **p > '9')
        return false;
    for (; **p >= '0' && **p <= '9' && unit > 0; unit /= 10)
        *ret_ns += unit * (*(*p)++ - '0');
    return true;
}

bool wall_parse(const char *text, int64_t *ret_wall_ns)
{
    struct tm tm = { 0 };
    int64_t fraction_ns;

    if (!take_date(&text, &tm) || !take_char(&text, 'T') || !take_time(&text, &tm) ||
        !take_fraction(&text, &fraction_ns) || strcmp(text, "Z") != 0)
        return false;
    int day = tm.tm_mday;
    int64_t seconds = timegm(&tm);
    if (tm.tm_mday != day) /* 31 February */
        return false;
    *ret_wall_ns = seconds * NS_PER_S + fraction_ns;
    return true;
}

static void format(int64_t wall_ns, int decimals, int64_t fraction, char text[WALL_TEXT_LEN])
{
    time_t seconds = (time_t)(wall_ns / NS_PER_S);
    struct tm tm;
    char date[24];

    gmtime_r(&seconds, &tm);
    strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(text, WALL_TEXT_LEN, "%.19s.%0*" PRId64 "Z", date, decimals, fraction);
}

void wall_format(int64_t wall_ns, char text[WALL_TEXT_LEN])
{
    format(wall_ns, 3, wall_ns % NS_PER_S / NS_PER_MS, text);
}

void wall_format_ns(int64_t wall_ns, char text[WALL_TEXT_LEN])
{
    format(wall_ns, 9, wall_ns % NS_PER_S, text);
}
