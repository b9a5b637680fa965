/* SPDX-License-Identifier: MIT */
/* The keys of an exercise file; see exercise_keys.h and, for the dose, dose_keys.c. */
#include "daemon/io/config/exercise_keys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/io/config/conf_read.h"
#include "daemon/io/config/dose_keys.h"
#include "gymstation/config.h"

#define SCREEN_TEXT_MAX 1200 /* bytes of instructions or cautions: a screen's worth */

static const char *detector_word(int kind)
{
    return detector_str((enum detector_kind)kind);
}

static const char *grade_word(int grade)
{
    return grade_str((enum grade)grade);
}

static const char *valid_name(const char *text)
{
    size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_");

    return text[n] == '\0' ? NULL : "is not a name of a-z, 0-9 and _";
}

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))
#define NAME        .kind = FIELD_TEXT, .min = 1, .max = NAME_LEN - 1, .valid = valid_name
#define SCREEN(to)  .kind = FIELD_TEXT, .min = 1, .max = (to), .required = true
#define GRADE       .kind = FIELD_WORD, .word = grade_word, .words = GRADE_A + 1, .required = true
#define HEIGHT      .kind = FIELD_DECIMAL, .scale = 1000, .max = 600, .unit = "m"
#define SEES(grade) FIELD_AT(struct setup, sees.grade), GRADE

static const struct field text_fields[] = {
    {.path = "lang", FIELD_AT(struct exercise_text, lang), .kind = FIELD_TEXT, .min = 2, .max = 2, .required = true},
    {.path = "title", SCREEN(80)},
    {.path = "instructions", SCREEN(SCREEN_TEXT_MAX)},
    {.path = "cautions", SCREEN(SCREEN_TEXT_MAX)},
    {.path = "equipment", SCREEN(SCREEN_TEXT_MAX)},
};

static const struct field setup_fields[] = {
    {.path = "contact",
     FIELD_AT(struct setup, contact),
     .kind = FIELD_WORD,
     .word = dose_contact_word,
     .words = CONTACT_COUNT,
     .required = true},
    {.path = "anchor",
     FIELD_AT(struct setup, anchor),
     .kind = FIELD_WORD,
     .word = dose_anchor_word,
     .words = ANCHOR_COUNT},
    {.path = "max_height_m", FIELD_AT(struct setup, max_height_mm), HEIGHT},
    {.path = "min_height_m", FIELD_AT(struct setup, min_height_mm), HEIGHT},
    {.path = "needs_bench", FIELD_AT(struct setup, needs_bench), .kind = FIELD_BOOL},
    {.path = "on_box", FIELD_AT(struct setup, on_box), .kind = FIELD_BOOL},
    {.path = "weighs_body", FIELD_AT(struct setup, weighs_body), .kind = FIELD_BOOL},
    {.path = "detector",
     FIELD_AT(struct setup, detector),
     .kind = FIELD_WORD,
     .word = detector_word,
     .words = DETECTOR_COUNT,
     .required = true},
    {.path = "sees.presence", SEES(presence)},
    {.path = "sees.count", SEES(count)},
    {.path = "sees.con", SEES(con)},
    {.path = "sees.top", SEES(top)},
    {.path = "sees.ecc", SEES(ecc)},
    {.path = "sees.bottom", SEES(bottom)},
    {.path = "sees.tut", SEES(tut)},
    {.path = "variations", .kind = FIELD_OTHER},
};

static const struct field variation_fields[] = {
    {.path = "id", FIELD_AT(struct variation, id), NAME, .required = true},
    {.path = "bilateral", FIELD_AT(struct variation, bilateral), .kind = FIELD_BOOL, .required = true},
    {.path = "dose", .kind = FIELD_OTHER},
};

/* Read in this order, whatever the file's: set-ups name variations, variations build on the dose. */
static const struct field exercise_fields[] = {
    {.path = "id", FIELD_AT(struct exercise, id), NAME, .required = true},
    {.path = "next", FIELD_AT(struct exercise, next), NAME},
    {.path = "hold", FIELD_AT(struct exercise, hold), .kind = FIELD_BOOL, .required = true},
    {.path = "source", .kind = FIELD_TEXT, .min = 1, .max = SCREEN_TEXT_MAX, .required = true},
    {.path = "texts", .kind = FIELD_OTHER, .required = true},
    {.path = "dose", .kind = FIELD_OTHER, .required = true},
    {.path = "variations", .kind = FIELD_OTHER, .required = true},
    {.path = "setups", .kind = FIELD_OTHER, .required = true},
};

/* What no default covers: an exercise has to say it itself. */
static const char *const rep_keys[] = {"sets",        "reps_min",       "reps_max", "tempo.con_s", "tempo.top_s",
                                       "tempo.ecc_s", "tempo.bottom_s", "rest_s",   "prep_s",      "leave_s"};
static const char *const hold_keys[] = {"holds", "hold_s", "hold_rest_s", "prep_s", "leave_s"};

struct reading {
    const void *root;
    struct exercise *exercise;
    struct exercise_info *info;
    struct dose dose; /* of the exercise, before a variation's changes */
    struct field_error error;
};

typedef bool read_element(struct reading *r, const void *node, const char *path, int i);

static bool read_each(struct reading *r, const char *key, int max, read_element *element, int *ret_count)
{
    const void *list = field_member(&conf_nodes, r->root, key);
    char path[PATH_TEXT_LEN];
    const char *name;

    if (!field_node_is(&conf_nodes, list, VALUE_LIST, key, &r->error))
        return false;
    int n = conf_nodes.count(list);
    if (n < 1 || n > max)
        return field_refuse(&r->error, list, key, "%d entries is outside 1..%d", n, max);
    for (int i = 0; i < n; i++) {
        field_path_index(&conf_nodes, key, i, path);
        *ret_count = i + 1;
        if (!element(r, conf_nodes.child(list, i, &name), path, i))
            return false;
    }
    return true;
}

/* A copy of a member that has been found to be text. */
static bool keep(struct reading *r, const void *node, const char *key, const char *path, char **ret_copy)
{
    struct value value;

    conf_nodes.value(field_member(&conf_nodes, node, key), &value);
    *ret_copy = strdup(value.text);
    return *ret_copy || field_refuse(&r->error, node, path, "no memory to read it");
}

static bool read_text(struct reading *r, const void *node, const char *path, int i)
{
    struct exercise_text *text = &r->info->texts[i];
    struct field_table table = {.v = text_fields, .n = COUNT(text_fields), .base = text};

    return fields_read(&conf_nodes, node, path, &table, 1, &r->error) && keep(r, node, "title", path, &text->title) &&
           keep(r, node, "instructions", path, &text->instructions) &&
           keep(r, node, "cautions", path, &text->cautions) && keep(r, node, "equipment", path, &text->equipment);
}

static bool check_texts(struct reading *r)
{
    bool english = false;

    for (int i = 0; i < r->info->text_count; i++) {
        const char *lang = r->info->texts[i].lang;
        english = english || strcmp(lang, "en") == 0;
        for (int k = 0; k < i; k++)
            if (strcmp(lang, r->info->texts[k].lang) == 0)
                return field_refuse(&r->error, r->root, "texts", "has \"%s\" twice", lang);
    }
    return english || field_refuse(&r->error, r->root, "texts", "has no English text (lang = \"en\")");
}

static bool read_dose(struct reading *r)
{
    const void *node = field_member(&conf_nodes, r->root, "dose");
    struct field_table table = {.v = dose_fields, .n = DOSE_FIELD_COUNT, .base = &r->dose};
    bool hold = r->exercise->hold;
    const char *const *keys = hold ? hold_keys : rep_keys;
    int n = hold ? COUNT(hold_keys) : COUNT(rep_keys);
    char path[PATH_TEXT_LEN];

    dose_default(&r->dose);
    if (!fields_read(&conf_nodes, node, "dose", &table, 1, &r->error))
        return false;
    dose_settle(&r->dose, &table);
    for (int i = 0; i < n; i++) {
        if (field_seen(&table, keys[i]))
            continue;
        field_path_key(&conf_nodes, "dose", keys[i], path);
        return field_refuse(&r->error, node, path, "is required");
    }
    return true;
}

static bool read_variation(struct reading *r, const void *node, const char *path, int i)
{
    struct variation *variation = &r->exercise->variations[i];
    struct field_table table = {.v = variation_fields, .n = COUNT(variation_fields), .base = variation};
    struct field_table dose = {.v = dose_fields, .n = DOSE_FIELD_COUNT, .base = &variation->dose};
    char at[PATH_TEXT_LEN];

    if (!fields_read(&conf_nodes, node, path, &table, 1, &r->error))
        return false;
    field_path_key(&conf_nodes, path, "dose", at);
    variation->dose = r->dose;
    const void *changes = field_member(&conf_nodes, node, "dose");
    if (changes && !fields_read(&conf_nodes, changes, at, &dose, 1, &r->error))
        return false;
    dose_settle(&variation->dose, &dose);
    for (int k = 0; k < i; k++)
        if (strcmp(variation->id, r->exercise->variations[k].id) == 0)
            return field_refuse(&r->error, node, path, "id \"%s\" is there twice", variation->id);
    return true;
}

/* The variations that may use set-up i: those it lists, or all. */
static bool link_variations(struct reading *r, const void *list, const char *path, int i)
{
    struct exercise *exercise = r->exercise;
    char quoted[QUOTE_LEN];
    struct value value;
    const char *name;

    for (int v = 0; !list && v < exercise->variation_count; v++)
        exercise->variations[v].setups |= 1u << i;
    if (!list)
        return true;
    if (!field_node_is(&conf_nodes, list, VALUE_LIST, path, &r->error))
        return false;
    for (int k = 0; k < conf_nodes.count(list); k++) {
        const void *node = conf_nodes.child(list, k, &name);
        conf_nodes.value(node, &value);
        int v = value.kind == VALUE_TEXT ? exercise_variation_find(exercise, value.text) : -1;
        if (v < 0)
            return field_refuse(&r->error, node, path, "%s is not a variation of %s",
                                field_quote(value.text ? value.text : "", quoted), exercise->id);
        exercise->variations[v].setups |= 1u << i;
    }
    return true;
}

static bool read_setup(struct reading *r, const void *node, const char *path, int i)
{
    struct field_table table = {.v = setup_fields, .n = COUNT(setup_fields), .base = &r->exercise->setups[i]};
    char at[PATH_TEXT_LEN];

    if (!fields_read(&conf_nodes, node, path, &table, 1, &r->error))
        return false;
    field_path_key(&conf_nodes, path, "variations", at);
    return link_variations(r, field_member(&conf_nodes, node, "variations"), at, i);
}

/* The rules between keys hold for the defaults as they do for a prescription, in every set-up of a variation. */
static bool check_variation(struct reading *r, const struct station *station, int v)
{
    struct exercise *exercise = r->exercise;
    const struct variation *variation = &exercise->variations[v];
    struct prescription rx = {.item_count = 1, .body_g = 80000, .valid_from_ns = ABSENT, .valid_until_ns = ABSENT};
    struct refusal refusal;
    char path[PATH_TEXT_LEN];

    field_path_index(&conf_nodes, "variations", v, path);
    if (variation->setups == 0)
        return field_refuse(&r->error, r->root, path, "no set-up is for \"%s\"", variation->id);
    for (int s = 0; s < exercise->setup_count; s++) {
        if ((variation->setups & (1u << s)) == 0)
            continue;
        rx.items[0] = (struct rx_item){.variation = v, .setup = s, .dose = variation->dose};
        rx.items[0].side = variation->bilateral ? SIDE_RULE_BOTH : SIDE_RULE_EACH;
        if (!rx_check(&rx, exercise, station, &refusal))
            return field_refuse(&r->error, r->root, path, "with setups[%d]: %s: %s", s, strrchr(refusal.path, '/') + 1,
                                refusal.reason);
    }
    return true;
}

static bool read_root(struct reading *r)
{
    struct field_table table = {.v = exercise_fields, .n = COUNT(exercise_fields), .base = r->exercise};
    struct station station;

    if (!fields_read(&conf_nodes, r->root, "", &table, 1, &r->error) ||
        !keep(r, r->root, "source", "source", &r->info->source) ||
        !read_each(r, "texts", EXERCISE_LANG_MAX, read_text, &r->info->text_count) || !check_texts(r) ||
        !read_dose(r) || !read_each(r, "variations", VARIATION_MAX, read_variation, &r->exercise->variation_count) ||
        !read_each(r, "setups", SETUP_MAX, read_setup, &r->exercise->setup_count))
        return false;
    config_station_complete(&station);
    for (int v = 0; v < r->exercise->variation_count; v++)
        if (!check_variation(r, &station, v))
            return false;
    return true;
}

int exercise_read(const char *file, struct exercise *ret, struct exercise_info *ret_info, char *err, size_t err_len)
{
    struct reading r = {.exercise = ret, .info = ret_info};
    struct conf_document *document;
    int result = conf_read(file, &document, err, err_len);

    if (result < 0)
        return result;
    r.root = conf_root(document);
    if (!read_root(&r)) {
        conf_error_text(file, &r.error, err, err_len);
        result = -EINVAL;
    }
    conf_free(document);
    return result;
}

void exercise_info_free(struct exercise_info *info)
{
    free(info->source);
    for (int i = 0; i < info->text_count; i++) {
        free(info->texts[i].title);
        free(info->texts[i].instructions);
        free(info->texts[i].cautions);
        free(info->texts[i].equipment);
    }
}
