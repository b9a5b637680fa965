/* SPDX-License-Identifier: MIT */
/* Wall time as text and back (wall_time.h): the proleptic Gregorian calendar in integers. */
#include "gymstation/wall_time.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define S_PER_DAY    INT64_C(86400)
#define DAYS_PER_ERA INT64_C(146097) /* 400 years */

struct date {
    int64_t year;
    int64_t month, day; /* from 1 */
};

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/*
 * Days since 1970-01-01 to a date and back: years begin in March, so that the leap day is the last of its year, and
 * repeat every 400 years (H. Hinnant, "chrono-compatible low-level date algorithms", 2013).
 */
static struct date date_of_days(int64_t days)
{
    days += 719468; /* 0000-03-01 to 1970-01-01 */
    int64_t era = floor_div(days, DAYS_PER_ERA);
    int64_t day_of_era = days - era * DAYS_PER_ERA;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t march_month = (5 * day_of_year + 2) / 153;
    int64_t month = march_month < 10 ? march_month + 3 : march_month - 9;
    return (struct date){
        .year = year_of_era + era * 400 + (month <= 2),
        .month = month,
        .day = day_of_year - (153 * march_month + 2) / 5 + 1,
    };
}

static int64_t days_of_date(struct date date)
{
    int64_t year = date.year - (date.month <= 2);
    int64_t era = floor_div(year, 400);
    int64_t year_of_era = year - era * 400;
    int64_t march_month = date.month > 2 ? date.month - 3 : date.month + 9;
    int64_t day_of_year = (153 * march_month + 2) / 5 + date.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_PER_ERA + day_of_era - 719468;
}

void wall_time_str(int64_t wall_ns, char ret[WALL_TIME_LEN])
{
    int64_t ms = floor_div(wall_ns, NS_PER_MS);
    int64_t s = floor_div(ms, 1000);
    struct date date = date_of_days(floor_div(s, S_PER_DAY));
    int64_t in_day = s - floor_div(s, S_PER_DAY) * S_PER_DAY;
    /* The ranges of int64_t nanoseconds make these widths exact; the modulo tells the compiler so. */
    snprintf(ret, WALL_TIME_LEN, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ", (unsigned)date.year % 10000,
             (unsigned)date.month % 100, (unsigned)date.day % 100, (unsigned)(in_day / 3600) % 100,
             (unsigned)(in_day / 60 % 60), (unsigned)(in_day % 60), (unsigned)(ms - s * 1000) % 1000);
}

/* Exactly `digits` digits at *text, which moves on. */
static bool take_number(const char **text, int digits, int64_t *ret)
{
    int64_t value = 0;
    for (int i = 0; i < digits; i++, (*text)++) {
        if (**text < '0' || **text > '9')
            return false;
        value = value * 10 + (**text - '0');
    }
    *ret = value;
    return true;
}

static bool take_char(const char **text, const char *any_of)
{
    if (!**text || !strchr(any_of, **text))
        return false;
    (*text)++;
    return true;
}

/* ".123456789": more digits than nanoseconds are read and cut off. */
static bool take_fraction(const char **text, int64_t *ret_ns)
{
    int64_t unit = NS_PER_S / 10;
    *ret_ns = 0;
    if (!take_char(text, "."))
        return true;
    if (**text < '0' || **text > '9')
        return false;
    for (; **text >= '0' && **text <= '9'; (*text)++, unit /= 10)
        *ret_ns += unit * (**text - '0');
    return true;
}

/* "Z" or "+01:00". */
static bool take_offset(const char **text, int64_t *ret_s)
{
    *ret_s = 0;
    if (take_char(text, "Zz"))
        return true;
    bool west = **text == '-';
    int64_t hours, minutes;
    if (!take_char(text, "+-") || !take_number(text, 2, &hours) || !take_char(text, ":") ||
        !take_number(text, 2, &minutes) || hours > 23 || minutes > 59)
        return false;
    *ret_s = (hours * 3600 + minutes * 60) * (west ? -1 : 1);
    return true;
}

static bool take_date(const char **text, int64_t *ret_days)
{
    struct date date;
    if (!take_number(text, 4, &date.year) || !take_char(text, "-") || !take_number(text, 2, &date.month) ||
        !take_char(text, "-") || !take_number(text, 2, &date.day))
        return false;
    if (date.month < 1 || date.month > 12 || date.day < 1 || date.day > 31)
        return false;
    *ret_days = days_of_date(date);
    return date_of_days(*ret_days).day == date.day; /* 31 April would come back as 1 May */
}

static bool take_clock(const char **text, int64_t *ret_s)
{
    int64_t hour, minute, second;
    if (!take_number(text, 2, &hour) || !take_char(text, ":") || !take_number(text, 2, &minute) ||
        !take_char(text, ":") || !take_number(text, 2, &second))
        return false;
    *ret_s = hour * 3600 + minute * 60 + second;
    return hour < 24 && minute < 60 && second < 60;
}

int wall_time_parse(const char *text, int64_t *ret_wall_ns)
{
    int64_t days, in_day, fraction_ns, offset_s, wall_ns;
    if (!take_date(&text, &days) || !take_char(&text, "Tt ") || !take_clock(&text, &in_day) ||
        !take_fraction(&text, &fraction_ns) || !take_offset(&text, &offset_s) || *text)
        return -EINVAL;
    if (__builtin_mul_overflow(days * S_PER_DAY + in_day - offset_s, NS_PER_S, &wall_ns) ||
        __builtin_add_overflow(wall_ns, fraction_ns, &wall_ns) || wall_ns == ABSENT)
        return -EINVAL;
    *ret_wall_ns = wall_ns;
    return 0;
}
