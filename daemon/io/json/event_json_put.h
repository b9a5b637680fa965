/* SPDX-License-Identifier: MIT */
/*
 * Putting members into a JSON object, private to the files that render the public contract (event_json*.c,
 * envelope*.c, state_json.c). A put that finds no memory marks the object as failed; the end of the chain then says
 * NULL, so that no message ever lacks a field for want of memory.
 */
#ifndef GYMSTATION_IO_EVENT_JSON_PUT_H
#define GYMSTATION_IO_EVENT_JSON_PUT_H

#include <jansson.h>

#include "gymstation/exercise.h"

struct put {
    json_t *object;
    bool failed;
};

struct put put_open(void);
/* The object's compact text, to be freed by the caller, or NULL; the object is gone afterwards. */
char *put_text(struct put *put);

/* Move child into parent (or to the end of array); child is gone afterwards. An empty object is kept. */
void put_object(struct put *put, const char *key, struct put *child);
void put_array(struct put *put, const char *key, json_t *array);
void put_append(struct put *put, json_t *array, struct put *child);

void put_int(struct put *put, const char *key, int64_t value); /* left out when ABSENT */
/* left out when value is 0 or less: numbers counted from 1, and amounts where 0 means none */
void put_positive(struct put *put, const char *key, int64_t value);
void put_bool(struct put *put, const char *key, bool value);
void put_judged(struct put *put, const char *key, int value); /* 1, 0, or left out when -1 */
/* Left out when NULL or "". Bytes that are not UTF-8 (a text cut in the middle of a character) become '?'. */
void put_str(struct put *put, const char *key, const char *text);
void put_wall_time(struct put *put, const char *key, int64_t wall_ns); /* left out when ABSENT */

/*
 * value / scale with at most so many decimals, rounded half away from zero in integers; left out when ABSENT.
 * scale is a power of ten, not below 10^decimals.
 */
void put_decimal(struct put *put, const char *key, int64_t value, int64_t scale, int decimals);
void put_seconds(struct put *put, const char *key, int64_t value_ns);    /* 3 decimals */
void put_newtons(struct put *put, const char *key, int64_t value_mn);    /* 2 decimals; N s from mN s likewise */
void put_percent(struct put *put, const char *key, int64_t value_milli); /* 1 decimal */
void put_thousandths(struct put *put, const char *key, int64_t value);   /* 3 decimals: ms, g, mm, factors */

/* What an event and the file beside the journal say of a calibration. */
struct calibrated_data;
void calibrated_put(struct put *put, const struct calibrated_data *calibrated);

/* The resolved items of a prescription, in the keys and units in which they are prescribed. */
struct prescription;
void put_items(struct put *put, const char *key, const struct prescription *rx, const struct exercise *exercises);

#endif
