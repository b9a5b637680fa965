/* SPDX-License-Identifier: MIT */
/* Prescriptions as they arrive; see gymstation/prescription_json.h. The rules between keys are rx_check()'s. */
#include "gymstation/prescription_json.h"

#include <stdio.h>
#include <string.h>

#include "daemon/io/config/dose_keys.h"
#include "daemon/io/json/json_read.h"
#include "gymstation/exercise_file.h"
#include "gymstation/hash.h"

#define REV_MAX INT64_C(9007199254740991) /* 2^53 - 1: what every JSON reader keeps exactly */

/* Steps below this are accepted with a warning: too low to load the leg (contract, step_height_m). */
#define STEP_ADVISED_MM 300

static const char *side_word(int side)
{
    return side == SIDE_LEFT || side == SIDE_RIGHT ? side_str((enum side)side) : NULL;
}

static const char *side_rule_word(int rule)
{
    return side_rule_str((enum side_rule)rule);
}

static const char *when_word(int when)
{
    return pain_when_str((enum pain_when)when);
}

#define AT(member) FIELD_AT(struct prescription, member)
#define ID         .kind = FIELD_TEXT, .min = 1, .max = ID_LEN - 1

static const struct field rx_fields[] = {
    {.path = "v", .kind = FIELD_INT, .min = 1, .max = 1, .required = true},
    {.path = "rev", AT(rev), .kind = FIELD_INT, .min = 1, .max = REV_MAX, .required = true},
    {.path = "id", AT(id), ID, .required = true},
    {.path = "by", AT(by), ID, .required = true},
    {.path = "patient", AT(patient), ID},
    {.path = "valid_from", AT(valid_from_ns), .kind = FIELD_TIME, .fallback = ABSENT},
    {.path = "valid_until", AT(valid_until_ns), .kind = FIELD_TIME, .fallback = ABSENT},
    {.path = "uses", AT(uses), .kind = FIELD_INT, .max = 1000},
    {.path = "login", AT(login), .kind = FIELD_TEXT, .min = 1, .max = HASH_LEN - 1},
    {.path = "affected_side", AT(affected_side), .kind = FIELD_WORD, .word = side_word, .words = SIDE_BOTH},
    {.path = "body_kg", AT(body_g), .kind = FIELD_DECIMAL, .scale = 1000, .min = 20000, .max = 250000, .unit = "kg"},
    {.path = "last_session.id", AT(last_session_id), ID, .required = true},
    {.path = "last_session.ts", AT(last_session_ns), .kind = FIELD_TIME, .required = true, .fallback = ABSENT},
    {.path = "pain_limit", AT(pain_limit), .kind = FIELD_INT, .max = 10, .fallback = 3},
    {.path = "ask",
     AT(ask),
     .kind = FIELD_WORDS,
     .word = when_word,
     .words = PAIN_WHEN_COUNT,
     .fallback = 1 << PAIN_NEXT_DAY | 1 << PAIN_BEFORE | 1 << PAIN_ITEM},
    {.path = "ask_effort", AT(ask_effort), .kind = FIELD_BOOL},
    {.path = "items", .kind = FIELD_OTHER, .required = true},
};
#undef AT

/* What an item says beside its dose. */
struct item_keys {
    char exercise[NAME_LEN], variation[NAME_LEN];
    enum contact contact;
    enum anchor anchor;
    enum side_rule side;
};

#define AT(member) FIELD_AT(struct item_keys, member)
#define NAME       .kind = FIELD_TEXT, .min = 1, .max = NAME_LEN - 1

static const struct field item_fields[] = {
    {.path = "exercise", AT(exercise), NAME, .required = true},
    {.path = "variation", AT(variation), NAME},
    {.path = "contact", AT(contact), .kind = FIELD_WORD, .word = dose_contact_word, .words = CONTACT_COUNT},
    {.path = "anchor", AT(anchor), .kind = FIELD_WORD, .word = dose_anchor_word, .words = ANCHOR_COUNT},
    {.path = "side", AT(side), .kind = FIELD_WORD, .word = side_rule_word, .words = 4, .fallback = SIDE_RULE_BOTH},
};

#define RX_FIELD_COUNT   ((int)(sizeof(rx_fields) / sizeof(rx_fields[0])))
#define ITEM_FIELD_COUNT ((int)(sizeof(item_fields) / sizeof(item_fields[0])))

/* One item on its way from JSON to rx_item. */
struct reading {
    const struct exercise *exercises;
    int exercise_count;
    const struct station *station;
    const void *node;
    char path[PATH_TEXT_LEN];
    struct item_keys keys;
    struct field_table tables[2]; /* item_fields into keys, dose_fields into a dose */
    struct field_error *error;
};

static bool refuse_key(const struct reading *r, const char *key, const char *value, const char *wrong)
{
    char at[PATH_TEXT_LEN], quoted[QUOTE_LEN];

    field_path_key(&json_nodes, r->path, key, at);
    return field_refuse(r->error, r->node, at, "%s is not one of %s", field_quote(value, quoted), wrong);
}

static bool find_exercise(const struct reading *r, struct rx_item *item)
{
    char list[REASON_TEXT_LEN];
    size_t at = 0;

    item->exercise = exercise_find(r->exercises, r->exercise_count, r->keys.exercise);
    if (item->exercise >= 0)
        return true;
    list[0] = '\0';
    for (int i = 0; i < r->exercise_count && at < sizeof(list); i++)
        at += (size_t)snprintf(list + at, sizeof(list) - at, "%s%s", i > 0 ? ", " : "", r->exercises[i].id);
    return refuse_key(r, "exercise", r->keys.exercise, list);
}

static bool find_variation(const struct reading *r, struct rx_item *item)
{
    const struct exercise *exercise = &r->exercises[item->exercise];
    char list[REASON_TEXT_LEN];
    size_t at = 0;

    item->variation = 0;
    if (r->keys.variation[0] == '\0')
        return true;
    item->variation = exercise_variation_find(exercise, r->keys.variation);
    if (item->variation >= 0)
        return true;
    list[0] = '\0';
    for (int i = 0; i < exercise->variation_count && at < sizeof(list); i++)
        at += (size_t)snprintf(list + at, sizeof(list) - at, "%s%s", i > 0 ? ", " : "", exercise->variations[i].id);
    return refuse_key(r, "variation", r->keys.variation, list);
}

/* Is that set-up meant by what the item says, and may the variation use it? */
static bool setup_meant(const struct reading *r, const struct rx_item *item, int setup)
{
    const struct exercise *exercise = &r->exercises[item->exercise];
    const struct setup *s = &exercise->setups[setup];
    unsigned allowed = exercise->variations[item->variation].setups;

    if (allowed != 0 && (allowed & (1u << setup)) == 0)
        return false;
    return (r->keys.contact == CONTACT_NONE || s->contact == r->keys.contact) &&
           (r->keys.anchor == ANCHOR_NONE || s->anchor == r->keys.anchor);
}

/* The first that is meant and fits; when none fits, the first that is meant, and rx_check() says why it is refused. */
static bool find_setup(const struct reading *r, struct rx_item *item)
{
    const struct exercise *exercise = &r->exercises[item->exercise];
    char at[PATH_TEXT_LEN];

    item->setup = -1;
    for (int i = 0; i < exercise->setup_count; i++) {
        if (!setup_meant(r, item, i))
            continue;
        if (setup_fits(&exercise->setups[i], r->station)) {
            item->setup = i;
            return true;
        }
        if (item->setup < 0)
            item->setup = i;
    }
    if (item->setup >= 0)
        return true;
    field_path_key(&json_nodes, r->path, r->keys.anchor != ANCHOR_NONE ? "anchor" : "contact", at);
    return field_refuse(r->error, r->node, at, "%s %s has no set-up with contact %s and anchor %s", exercise->id,
                        exercise->variations[item->variation].id,
                        r->keys.contact != CONTACT_NONE ? contact_str(r->keys.contact) : "any",
                        r->keys.anchor != ANCHOR_NONE ? anchor_str(r->keys.anchor) : "any");
}

static bool find_side(const struct reading *r, struct rx_item *item)
{
    const struct exercise *exercise = &r->exercises[item->exercise];
    const struct variation *variation = &exercise->variations[item->variation];
    char at[PATH_TEXT_LEN];

    item->side = r->keys.side;
    if (variation->bilateral || field_seen(&r->tables[0], "side"))
        return true;
    field_path_key(&json_nodes, r->path, "side", at);
    return field_refuse(r->error, r->node, at, "is required: %s %s works one leg; left, right or each", exercise->id,
                        variation->id);
}

static bool read_keys(struct reading *r, struct dose *dose)
{
    r->tables[0] = (struct field_table){.v = item_fields, .n = ITEM_FIELD_COUNT, .base = &r->keys};
    r->tables[1] = (struct field_table){.v = dose_fields, .n = DOSE_FIELD_COUNT, .base = dose};
    fields_default(&r->tables[0]);
    return fields_read(&json_nodes, r->node, r->path, r->tables, 2, r->error);
}

/* Twice over the keys: first to learn which exercise it is, then over that exercise's own dose. */
static bool read_item(struct reading *r, struct rx_item *item)
{
    *item = (struct rx_item){0};
    if (!read_keys(r, &item->dose) || !find_exercise(r, item) || !find_variation(r, item) || !find_setup(r, item) ||
        !find_side(r, item))
        return false;
    item->dose = r->exercises[item->exercise].variations[item->variation].dose;
    if (!read_keys(r, &item->dose))
        return false;
    dose_settle(&item->dose, &r->tables[1]);
    return true;
}

static bool read_items(struct reading *r, const void *document, struct prescription *rx)
{
    const void *list = field_member(&json_nodes, document, "items");
    const char *key;

    if (!field_node_is(&json_nodes, list, VALUE_LIST, "/items", r->error))
        return false;
    int n = json_nodes.count(list);
    if (n < 1 || n > ITEM_MAX)
        return field_refuse(r->error, list, "/items", "%d items is outside 1..%d", n, ITEM_MAX);
    for (rx->item_count = 0; rx->item_count < n; rx->item_count++) {
        r->node = json_nodes.child(list, rx->item_count, &key);
        field_path_index(&json_nodes, "/items", rx->item_count, r->path);
        if (!read_item(r, &rx->items[rx->item_count]))
            return false;
    }
    return true;
}

/* The revision, for the answer, even when everything else is wrong. */
static int64_t rev_of(const void *document)
{
    const void *node = field_member(&json_nodes, document, "rev");
    struct value value = {.kind = VALUE_NULL};

    if (node)
        json_nodes.value(node, &value);
    return value.kind == VALUE_INT && value.integer >= 1 && value.integer <= REV_MAX ? value.integer : 0;
}

static void warn_low_step(struct rx_arrival *arrival)
{
    for (int i = 0; i < arrival->rx.item_count; i++) {
        int32_t mm = arrival->rx.items[i].dose.step_height_mm;
        if (mm == 0 || mm >= STEP_ADVISED_MM)
            continue;
        snprintf(arrival->warning.path, sizeof(arrival->warning.path), "/items/%d/step_height_m", i);
        snprintf(arrival->warning.reason, sizeof(arrival->warning.reason), "%.3g m is below the advised %.3g m",
                 mm / 1000.0, STEP_ADVISED_MM / 1000.0);
        return;
    }
}

static bool read_document(struct reading *r, const void *document, struct rx_arrival *arrival)
{
    struct field_table table = {.v = rx_fields, .n = RX_FIELD_COUNT, .base = &arrival->rx};

    fields_default(&table);
    return fields_read(&json_nodes, document, "", &table, 1, r->error) && read_items(r, document, &arrival->rx);
}

void rx_arrival_parse(int slot, const char *payload, size_t len, const struct exercise *exercises, int exercise_count,
                      const struct station *station, struct rx_arrival *ret)
{
    struct field_error error = {0};
    struct reading r = {.exercises = exercises, .exercise_count = exercise_count, .station = station, .error = &error};

    *ret = (struct rx_arrival){.slot = slot, .withdrawn = len == 0};
    if (sha256_hex(payload, len, ret->hash) < 0)
        field_refuse(&error, NULL, "", "no memory to read it");
    if (ret->withdrawn || error.refusal.path[0] != '\0') {
        ret->refusal = error.refusal;
        return;
    }
    void *document = json_read(payload, len, &error);
    if (document) {
        ret->rev = rev_of(document);
        ret->ok = read_document(&r, document, ret) && rx_check(&ret->rx, exercises, station, &error.refusal);
    }
    json_free(document);
    if (ret->ok)
        warn_low_step(ret);
    else
        ret->refusal = error.refusal;
}

void rx_arrival_too_large(int slot, size_t size, const char *hash, struct rx_arrival *ret)
{
    *ret = (struct rx_arrival){.slot = slot};
    snprintf(ret->hash, sizeof(ret->hash), "%s", hash);
    snprintf(ret->refusal.path, sizeof(ret->refusal.path), "/");
    snprintf(ret->refusal.reason, sizeof(ret->refusal.reason), "%zu bytes; at most %d are taken", size, PAYLOAD_MAX);
}
