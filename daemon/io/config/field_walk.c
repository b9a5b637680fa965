/* SPDX-License-Identifier: MIT */
/* Tables of rows against a document's groups of keys; see field.h. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "daemon/io/config/field.h"

#define NAME_MAX_LEN 64 /* longer than every key of every table */
#define NEAR_MAX     3  /* edits that still look like a slip of the finger */

bool field_refuse(struct field_error *ret_error, const void *node, const char *path, const char *format, ...)
{
    va_list args;

    ret_error->node = node;
    snprintf(ret_error->refusal.path, sizeof(ret_error->refusal.path), "%s", path[0] != '\0' ? path : "/");
    va_start(args, format);
    vsnprintf(ret_error->refusal.reason, sizeof(ret_error->refusal.reason), format, args);
    va_end(args);
    return false;
}

/*
 * Keys come from strangers: what is not printable ASCII becomes '?', so that a path is always valid UTF-8 wherever it is
 * cut off; '~' and '/' are escaped as JSON pointers (RFC 6901) want it.
 */
void field_path_key(const struct node_ops *ops, const char *path, const char *key, char *ret)
{
    size_t n = (size_t)snprintf(ret, PATH_TEXT_LEN, "%s", path);

    if (n > 0 || ops->separator == '/')
        n += (size_t)snprintf(ret + n, PATH_TEXT_LEN - n, "%c", ops->separator);
    for (; *key != '\0' && n + 2 < PATH_TEXT_LEN; key++) {
        bool escape = ops->separator == '/' && (*key == '~' || *key == '/');
        if (escape)
            ret[n++] = '~';
        if (escape)
            ret[n++] = *key == '~' ? '0' : '1';
        else
            ret[n++] = *key > 0x20 && *key < 0x7f ? *key : '?';
    }
    if (n < PATH_TEXT_LEN)
        ret[n] = '\0';
}

void field_path_index(const struct node_ops *ops, const char *path, int index, char *ret)
{
    bool pointer = ops->separator == '/';
    int n = snprintf(ret, PATH_TEXT_LEN, pointer ? "%s/%d" : "%s[%d]", path, index);

    if (n >= PATH_TEXT_LEN) /* cut off, as every path that is too long */
        ret[PATH_TEXT_LEN - 1] = '\0';
}

const struct field *field_find(const struct field *fields, int n, const char *path)
{
    for (int i = 0; i < n; i++)
        if (strcmp(fields[i].path, path) == 0)
            return &fields[i];
    return NULL;
}

bool field_seen(const struct field_table *table, const char *path)
{
    const struct field *field = field_find(table->v, table->n, path);

    return field && (table->seen & (UINT64_C(1) << (field - table->v))) != 0;
}

static int min_of(int a, int b)
{
    return a < b ? a : b;
}

/* Levenshtein distance; texts over NAME_MAX_LEN are far from everything. */
static int distance(const char *a, const char *b)
{
    int row[NAME_MAX_LEN + 1];
    size_t n = strlen(b);

    if (n > NAME_MAX_LEN || strlen(a) > NAME_MAX_LEN)
        return NAME_MAX_LEN;
    for (size_t j = 0; j <= n; j++)
        row[j] = (int)j;
    for (size_t i = 0; a[i] != '\0'; i++) {
        int diagonal = row[0];
        row[0] = (int)i + 1;
        for (size_t j = 0; j < n; j++) {
            int up = row[j + 1];
            row[j + 1] = min_of(min_of(up, row[j]) + 1, diagonal + (a[i] == b[j] ? 0 : 1));
            diagonal = up;
        }
    }
    return row[n];
}

const char *field_nearest(const struct field *fields, int n, const char *path)
{
    int best = min_of(NEAR_MAX, (int)strlen(path) / 2) + 1;
    const char *found = NULL;

    for (int i = 0; i < n; i++) {
        int d = distance(path, fields[i].path);
        if (d < best) {
            best = d;
            found = fields[i].path;
        }
    }
    return found;
}

void fields_default(const struct field_table *table)
{
    for (int i = 0; i < table->n; i++) {
        const struct field *field = &table->v[i];
        unsigned char *at = (unsigned char *)table->base + field->offset;
        int32_t small = (int32_t)field->fallback;
        bool truth = field->fallback != 0;

        if (field->kind == FIELD_TEXT && field->size > 0)
            snprintf((char *)at, field->size, "%s", field->fallback_text ? field->fallback_text : "");
        else if (field->kind == FIELD_BOOL)
            memcpy(at, &truth, sizeof(truth));
        else if (field->kind == FIELD_INTS)
            memset((unsigned char *)table->base + field->count_offset, 0, sizeof(int32_t));
        else if (field->kind != FIELD_OTHER && field->size == sizeof(small))
            memcpy(at, &small, sizeof(small));
        else if (field->kind != FIELD_OTHER && field->size == sizeof(field->fallback))
            memcpy(at, &field->fallback, sizeof(field->fallback));
    }
}

const void *field_member(const struct node_ops *ops, const void *node, const char *key)
{
    int n = ops->count(node);

    for (int i = 0; i < n; i++) {
        const char *name;
        const void *child = ops->child(node, i, &name);
        if (name && strcmp(name, key) == 0)
            return child;
    }
    return NULL;
}

bool field_node_is(const struct node_ops *ops, const void *node, enum value_kind kind, const char *path,
                   struct field_error *ret_error)
{
    struct value value;

    ops->value(node, &value);
    if (value.kind == kind)
        return true;
    return field_refuse(ret_error, node, path, "needs %s", kind == VALUE_LIST ? "a list" : "a group of keys");
}

struct walk {
    const struct node_ops *ops;
    struct field_table *tables;
    int table_count;
    struct field_error *error;
};

static bool read_list(const struct walk *w, const struct field *field, void *base, const void *node, const char *path)
{
    char reason[REASON_TEXT_LEN], at[PATH_TEXT_LEN];
    struct value value;

    if (!field_node_is(w->ops, node, VALUE_LIST, path, w->error))
        return false;
    int n = w->ops->count(node);
    if (n < field->min && field->kind == FIELD_INTS)
        return field_refuse(w->error, node, path, "is empty");
    struct field empty = *field;
    empty.fallback = 0;
    fields_default(&(struct field_table){.v = &empty, .n = 1, .base = base});
    for (int i = 0; i < n; i++) {
        const char *key;
        const void *child = w->ops->child(node, i, &key);
        w->ops->value(child, &value);
        if (field_set(field, &value, base, reason, sizeof(reason)))
            continue;
        field_path_index(w->ops, path, i, at);
        return field_refuse(w->error, child, at, "%s", reason);
    }
    return true;
}

static bool read_field(const struct walk *w, const struct field *field, void *base, const void *node, const char *path)
{
    char reason[REASON_TEXT_LEN];
    struct value value;

    if (field->kind == FIELD_INTS || field->kind == FIELD_WORDS)
        return read_list(w, field, base, node, path);
    w->ops->value(node, &value);
    if (field_set(field, &value, base, reason, sizeof(reason)))
        return true;
    return field_refuse(w->error, node, path, "%s", reason);
}

static bool is_group(const struct walk *w, const char *name)
{
    size_t n = strlen(name);

    for (int t = 0; t < w->table_count; t++)
        for (int i = 0; i < w->tables[t].n; i++) {
            const char *path = w->tables[t].v[i].path;
            if (strncmp(path, name, n) == 0 && path[n] == '.')
                return true;
        }
    return false;
}

static bool refuse_unknown(const struct walk *w, const char *name, const void *node, const char *path)
{
    for (int t = 0; t < w->table_count; t++) {
        const char *near = field_nearest(w->tables[t].v, w->tables[t].n, name);
        if (near)
            return field_refuse(w->error, node, path, "is not a known key; did you mean %s?", near);
    }
    return field_refuse(w->error, node, path, "is not a known key");
}

/* Are all required rows of this group there? prefix is "" or "tempo." */
static bool check_required(const struct walk *w, const void *node, const char *path, const char *prefix)
{
    size_t n = strlen(prefix);
    char at[PATH_TEXT_LEN];

    for (int t = 0; t < w->table_count; t++)
        for (int i = 0; i < w->tables[t].n; i++) {
            const struct field *field = &w->tables[t].v[i];
            bool here = strncmp(field->path, prefix, n) == 0 && !strchr(field->path + n, '.');
            if (!here || !field->required || (w->tables[t].seen & (UINT64_C(1) << i)) != 0)
                continue;
            field_path_key(w->ops, path, field->path + n, at);
            return field_refuse(w->error, node, at, "is required");
        }
    return true;
}

static bool walk_group(const struct walk *w, const void *node, const char *path, const char *prefix);

static bool walk_member(const struct walk *w, const void *node, const char *path, const char *name)
{
    for (int t = 0; t < w->table_count; t++) {
        struct field_table *table = &w->tables[t];
        const struct field *field = field_find(table->v, table->n, name);
        if (!field)
            continue;
        table->seen |= UINT64_C(1) << (field - table->v);
        return read_field(w, field, table->base, node, path);
    }
    if (!is_group(w, name))
        return refuse_unknown(w, name, node, path);
    char prefix[NAME_MAX_LEN + 2];
    snprintf(prefix, sizeof(prefix), "%s.", name);
    return walk_group(w, node, path, prefix);
}

/* A prefix is at most a table's longest path, so this ends after as many levels as paths have dots. */
static bool walk_group(const struct walk *w, const void *node, const char *path, const char *prefix)
{
    char name[NAME_MAX_LEN], at[PATH_TEXT_LEN];

    if (!field_node_is(w->ops, node, VALUE_GROUP, path, w->error))
        return false;
    int n = w->ops->count(node);
    for (int i = 0; i < n; i++) {
        const char *key;
        const void *child = w->ops->child(node, i, &key);
        int len = snprintf(name, sizeof(name), "%s%s", prefix, key);
        field_path_key(w->ops, path, key, at);
        if (len >= (int)sizeof(name) || strchr(key, '.'))
            return field_refuse(w->error, child, at, "is not a known key");
        if (!walk_member(w, child, at, name))
            return false;
    }
    return check_required(w, node, path, prefix);
}

bool fields_read(const struct node_ops *ops, const void *node, const char *path, struct field_table *tables,
                 int table_count, struct field_error *ret_error)
{
    const struct walk w = {ops, tables, table_count, ret_error};

    return walk_group(&w, node, path, "");
}
