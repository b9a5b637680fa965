/* SPDX-License-Identifier: MIT */
/* Members of JSON objects: optional ones left out, decimals from scaled integers (event_json_put.h). */
#include "daemon/io/json/event_json_put.h"

#include <stdlib.h>
#include <string.h>

#include "gymstation/wall_time.h"

/* 15 digits: every decimal that we print comes back as it was written, and 0.1 is "0.1". */
#define TEXT_FLAGS (JSON_COMPACT | JSON_REAL_PRECISION(15))

struct put put_open(void)
{
    json_t *object = json_object();
    return (struct put){.object = object, .failed = !object};
}

char *put_text(struct put *put)
{
    char *text = put->failed ? NULL : json_dumps(put->object, TEXT_FLAGS);
    json_decref(put->object);
    *put = (struct put){.object = NULL, .failed = true};
    return text;
}

/* jansson takes the value over in every case, and refuses NULL. */
static void put_value(struct put *put, const char *key, json_t *value)
{
    if (json_object_set_new(put->object, key, value) != 0)
        put->failed = true;
}

void put_object(struct put *put, const char *key, struct put *child)
{
    put->failed |= child->failed;
    put_value(put, key, child->object);
}

void put_array(struct put *put, const char *key, json_t *array)
{
    put_value(put, key, array);
}

void put_append(struct put *put, json_t *array, struct put *child)
{
    put->failed |= child->failed;
    if (json_array_append_new(array, child->object) != 0)
        put->failed = true;
}

void put_int(struct put *put, const char *key, int64_t value)
{
    if (value != ABSENT)
        put_value(put, key, json_integer(value));
}

void put_positive(struct put *put, const char *key, int64_t value)
{
    if (value > 0)
        put_value(put, key, json_integer(value));
}

void put_bool(struct put *put, const char *key, bool value)
{
    put_value(put, key, json_boolean(value));
}

void put_judged(struct put *put, const char *key, int value)
{
    if (value >= 0)
        put_bool(put, key, value > 0);
}

static json_t *ascii_of(const char *text)
{
    char *copy = strdup(text);
    if (!copy)
        return NULL;
    for (char *c = copy; *c; c++)
        if ((unsigned char)*c >= 0x80)
            *c = '?';
    json_t *value = json_string(copy);
    free(copy);
    return value;
}

void put_str(struct put *put, const char *key, const char *text)
{
    if (!text || !text[0])
        return;
    json_t *value = json_string(text);
    put_value(put, key, value ? value : ascii_of(text));
}

void put_wall_time(struct put *put, const char *key, int64_t wall_ns)
{
    char text[WALL_TIME_LEN];
    if (wall_ns == ABSENT)
        return;
    wall_time_str(wall_ns, text);
    put_str(put, key, text);
}

/* value / divisor, halves away from zero; divisor > 0 and far below INT64_MAX / 2. */
static int64_t divide_round(int64_t value, int64_t divisor)
{
    int64_t quotient = value / divisor, rest = value % divisor;
    if (rest >= divisor - rest)
        return quotient + 1;
    if (-rest >= divisor + rest)
        return quotient - 1;
    return quotient;
}

void put_decimal(struct put *put, const char *key, int64_t value, int64_t scale, int decimals)
{
    if (value == ABSENT)
        return;
    int64_t unit = 1; /* 10^decimals */
    for (int i = 0; i < decimals; i++)
        unit *= 10;
    /* One correctly rounded division: the same double everywhere, and the nearest to the decimal that is meant. */
    put_value(put, key, json_real((double)divide_round(value, scale / unit) / (double)unit));
}

void put_seconds(struct put *put, const char *key, int64_t value_ns)
{
    put_decimal(put, key, value_ns, NS_PER_S, 3);
}

void put_newtons(struct put *put, const char *key, int64_t value_mn)
{
    put_decimal(put, key, value_mn, 1000, 2);
}

void put_percent(struct put *put, const char *key, int64_t value_milli)
{
    put_decimal(put, key, value_milli, 1000, 1);
}

void put_thousandths(struct put *put, const char *key, int64_t value)
{
    put_decimal(put, key, value, 1000, 3);
}
