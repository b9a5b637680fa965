/* SPDX-License-Identifier: MIT */
/* Values into structs, row by row; see field.h. Walking a document is in field_walk.c. */
#include "daemon/io/config/field.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "gymstation/exercise.h"
#include "gymstation/wall_time.h"

/* Above this a double no longer holds every integer. */
#define EXACT_MAX 9007199254740992.0 /* 2^53 */

/* How far from a whole number of stored units still counts as one: doubles written with a few decimals. */
#define NEARLY 1e-6

#define LIST_TEXT_LEN 128

const char *field_quote(const char *text, char ret[QUOTE_LEN])
{
    size_t n = 0;

    ret[n++] = '"';
    for (; *text != '\0' && n < 33; text++)
        ret[n++] = *text >= 0x20 && *text < 0x7f ? *text : '?';
    for (int i = 0; *text != '\0' && i < 3; i++)
        ret[n++] = '.';
    ret[n++] = '"';
    ret[n] = '\0';
    return ret;
}

static int64_t scale_of(const struct field *field)
{
    return field->scale > 0 ? field->scale : 1;
}

static void store(const struct field *field, void *base, int64_t number)
{
    unsigned char *at = (unsigned char *)base + field->offset;
    int32_t small = (int32_t)number;
    bool truth = number != 0;

    if (field->size == 0)
        return;
    if (field->kind == FIELD_BOOL)
        memcpy(at, &truth, sizeof(truth));
    else if (field->size == sizeof(small))
        memcpy(at, &small, sizeof(small));
    else
        memcpy(at, &number, sizeof(number));
}

int64_t field_get(const struct field *field, const void *base)
{
    const unsigned char *at = (const unsigned char *)base + field->offset;
    int64_t number = 0;
    int32_t small;
    bool truth;

    if (field->kind == FIELD_BOOL) {
        memcpy(&truth, at, sizeof(truth));
        return truth;
    }
    if (field->size == sizeof(small)) {
        memcpy(&small, at, sizeof(small));
        return small;
    }
    if (field->size == sizeof(number))
        memcpy(&number, at, sizeof(number));
    return number;
}

/* "0..15 s" */
static const char *range_text(const struct field *field, char *ret, size_t size)
{
    double scale = (double)scale_of(field);

    snprintf(ret, size, "%.16g..%.16g%s%s", (double)field->min / scale, (double)field->max / scale,
             field->unit ? " " : "", field->unit ? field->unit : "");
    return ret;
}

/* "con, ecc" */
static const char *words_text(const struct field *field, char *ret, size_t size)
{
    size_t at = 0;

    ret[0] = '\0';
    for (int i = 0; i < field->words; i++) {
        const char *word = field->word(i);
        if (!word || at >= size)
            continue;
        at += (size_t)snprintf(ret + at, size - at, "%s%s", at > 0 ? ", " : "", word);
    }
    return ret;
}

static const char *value_kind_text(enum value_kind kind)
{
    switch (kind) {
    case VALUE_NULL: return "null";
    case VALUE_INT:
    case VALUE_REAL: return "a number";
    case VALUE_BOOL: return "true or false";
    case VALUE_TEXT: return "text";
    case VALUE_LIST: return "a list";
    case VALUE_GROUP: return "a group of keys";
    }
    return "something else";
}

/* What a key takes, for "needs ..., not ...". */
static const char *wanted_text(const struct field *field, char *ret, size_t size)
{
    char list[LIST_TEXT_LEN];

    switch (field->kind) {
    case FIELD_INT:
    case FIELD_INTS: snprintf(ret, size, "a whole number, %s", range_text(field, list, sizeof(list))); break;
    case FIELD_DECIMAL: snprintf(ret, size, "a number, %s", range_text(field, list, sizeof(list))); break;
    case FIELD_TEMPO:
        snprintf(ret, size, "a number, %s, or \"asap\" or \"free\"", range_text(field, list, sizeof(list)));
        break;
    case FIELD_BOOL: snprintf(ret, size, "true or false"); break;
    case FIELD_WORD:
    case FIELD_WORDS: snprintf(ret, size, "one of %s", words_text(field, list, sizeof(list))); break;
    case FIELD_TEXT: snprintf(ret, size, "text"); break;
    case FIELD_TIME: snprintf(ret, size, "a time such as \"2026-12-31T00:00:00Z\""); break;
    case FIELD_OTHER: snprintf(ret, size, "something else"); break;
    }
    return ret;
}

static bool wrong_kind(const struct field *field, const struct value *value, char *reason, size_t size)
{
    char wanted[LIST_TEXT_LEN + 48];

    snprintf(reason, size, "needs %s, not %s", wanted_text(field, wanted, sizeof(wanted)),
             value_kind_text(value->kind));
    return false;
}

static double number_of(const struct value *value)
{
    return value->kind == VALUE_INT ? (double)value->integer : value->real;
}

/* "20 s is outside 0..15 s" */
static bool outside(const struct field *field, const struct value *value, char *reason, size_t size)
{
    char range[LIST_TEXT_LEN];

    snprintf(reason, size, "%.15g%s%s is outside %s", number_of(value), field->unit ? " " : "",
             field->unit ? field->unit : "", range_text(field, range, sizeof(range)));
    return false;
}

static bool set_int(const struct field *field, const struct value *value, void *base, char *reason, size_t size)
{
    int64_t number = value->integer;

    if (value->kind == VALUE_REAL) {
        if (!(fabs(value->real) <= EXACT_MAX))
            return outside(field, value, reason, size);
        if (fabs(value->real - floor(value->real)) > 0)
            return wrong_kind(field, &(struct value){.kind = VALUE_REAL}, reason, size);
        number = (int64_t)value->real;
    }
    if (number < field->min || number > field->max)
        return outside(field, value, reason, size);
    store(field, base, number);
    return true;
}

/*
 * Decimal text cannot always be a double (0.3 is 0.299999999999999988...), but times its scale it is within far less than
 * NEARLY of the integer that was meant.
 */
static bool set_decimal(const struct field *field, const struct value *value, void *base, char *reason, size_t size)
{
    double scaled = number_of(value) * (double)scale_of(field);

    if (!(scaled >= (double)field->min - NEARLY && scaled <= (double)field->max + NEARLY))
        return outside(field, value, reason, size);
    double nearest = floor(scaled + 0.5);
    int64_t number = (int64_t)nearest;
    if (field->step > 0 && (fabs(scaled - nearest) > NEARLY || number % field->step != 0)) {
        snprintf(reason, size, "%.15g%s%s is not a multiple of %.15g%s%s", number_of(value), field->unit ? " " : "",
                 field->unit ? field->unit : "", (double)field->step / (double)scale_of(field), field->unit ? " " : "",
                 field->unit ? field->unit : "");
        return false;
    }
    store(field, base, number);
    return true;
}

static bool set_tempo(const struct field *field, const struct value *value, void *base, char *reason, size_t size)
{
    char quoted[QUOTE_LEN];

    if (value->kind != VALUE_TEXT)
        return set_decimal(field, value, base, reason, size);
    if (strcmp(value->text, "asap") == 0) {
        store(field, base, TEMPO_ASAP);
    } else if (strcmp(value->text, "free") == 0) {
        store(field, base, TEMPO_FREE);
    } else {
        snprintf(reason, size, "%s is neither a number nor asap or free", field_quote(value->text, quoted));
        return false;
    }
    return true;
}

/* The enumerator called that, or -1. */
static int find_word(const struct field *field, const char *text)
{
    for (int i = 0; i < field->words; i++) {
        const char *word = field->word(i);
        if (word && strcmp(word, text) == 0)
            return i;
    }
    return -1;
}

static bool set_word(const struct field *field, const struct value *value, void *base, char *reason, size_t size)
{
    char list[LIST_TEXT_LEN], quoted[QUOTE_LEN];
    int i = find_word(field, value->text);

    if (i < 0) {
        snprintf(reason, size, "%s is not one of %s", field_quote(value->text, quoted),
                 words_text(field, list, sizeof(list)));
        return false;
    }
    if (field->kind == FIELD_WORD) {
        store(field, base, i);
        return true;
    }
    int64_t bits = field_get(field, base), bit = INT64_C(1) << i;
    if ((bits & bit) != 0) {
        snprintf(reason, size, "%s is there twice", field_quote(value->text, quoted));
        return false;
    }
    store(field, base, bits | bit);
    return true;
}

static bool has_control(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            return true;
    return false;
}

static bool set_text(const struct field *field, const struct value *value, void *base, char *reason, size_t size)
{
    size_t n = strlen(value->text);
    char quoted[QUOTE_LEN];

    if (n < (size_t)field->min || n > (size_t)field->max) {
        snprintf(reason, size, "%zu bytes is outside %" PRId64 "..%" PRId64 " bytes", n, field->min, field->max);
        return false;
    }
    if (has_control(value->text)) {
        snprintf(reason, size, "has a control character in it");
        return false;
    }
    const char *wrong = field->valid ? field->valid(value->text) : NULL;
    if (wrong) {
        snprintf(reason, size, "%s %s", field_quote(value->text, quoted), wrong);
        return false;
    }
    if (field->size > n)
        memcpy((unsigned char *)base + field->offset, value->text, n + 1);
    return true;
}

static bool set_time(const struct field *field, const struct value *value, void *base, char *reason, size_t size)
{
    char quoted[QUOTE_LEN];
    int64_t wall_ns;

    if (wall_time_parse(value->text, &wall_ns) != 0) {
        snprintf(reason, size, "%s is not a time in UTC such as \"2026-12-31T00:00:00Z\"",
                 field_quote(value->text, quoted));
        return false;
    }
    store(field, base, wall_ns);
    return true;
}

/* Appends to the list of whole numbers. */
static bool add_int(const struct field *field, const struct value *value, void *base, char *reason, size_t size)
{
    const struct field count = {.kind = FIELD_INT, .offset = field->count_offset, .size = sizeof(int32_t)};
    int64_t n = field_get(&count, base);
    struct field element = *field;

    if ((size_t)n >= field->size / sizeof(int32_t)) {
        snprintf(reason, size, "has more than %zu entries", field->size / sizeof(int32_t));
        return false;
    }
    element.offset += (size_t)n * sizeof(int32_t);
    element.size = sizeof(int32_t);
    if (!set_int(&element, value, base, reason, size))
        return false;
    store(&count, base, n + 1);
    return true;
}

static bool is_number(const struct value *value)
{
    return value->kind == VALUE_INT || value->kind == VALUE_REAL;
}

static bool kind_fits(const struct field *field, const struct value *value)
{
    switch (field->kind) {
    case FIELD_INT:
    case FIELD_INTS:
    case FIELD_DECIMAL: return is_number(value);
    case FIELD_TEMPO: return is_number(value) || value->kind == VALUE_TEXT;
    case FIELD_BOOL: return value->kind == VALUE_BOOL;
    case FIELD_WORD:
    case FIELD_WORDS:
    case FIELD_TEXT:
    case FIELD_TIME: return value->kind == VALUE_TEXT;
    case FIELD_OTHER: return true;
    }
    return false;
}

bool field_set(const struct field *field, const struct value *value, void *base, char *reason, size_t size)
{
    if (!kind_fits(field, value))
        return wrong_kind(field, value, reason, size);
    switch (field->kind) {
    case FIELD_INT: return set_int(field, value, base, reason, size);
    case FIELD_INTS: return add_int(field, value, base, reason, size);
    case FIELD_DECIMAL: return set_decimal(field, value, base, reason, size);
    case FIELD_TEMPO: return set_tempo(field, value, base, reason, size);
    case FIELD_BOOL: store(field, base, value->integer); return true;
    case FIELD_WORD:
    case FIELD_WORDS: return set_word(field, value, base, reason, size);
    case FIELD_TEXT: return set_text(field, value, base, reason, size);
    case FIELD_TIME: return set_time(field, value, base, reason, size);
    case FIELD_OTHER: return true;
    }
    return false;
}
