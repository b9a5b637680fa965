/* SPDX-License-Identifier: MIT */
/* JSON by jansson; see json_read.h. */
#include "daemon/io/json/json_read.h"

#include <jansson.h>

#include "gymstation/prescription_json.h"

static enum value_kind kind_of(const json_t *node)
{
    switch (json_typeof(node)) {
    case JSON_OBJECT: return VALUE_GROUP;
    case JSON_ARRAY: return VALUE_LIST;
    case JSON_STRING: return VALUE_TEXT;
    case JSON_INTEGER: return VALUE_INT;
    case JSON_REAL: return VALUE_REAL;
    case JSON_TRUE:
    case JSON_FALSE: return VALUE_BOOL;
    case JSON_NULL: return VALUE_NULL;
    }
    return VALUE_NULL;
}

static void json_node_value(const void *node, struct value *ret)
{
    *ret = (struct value){
        .kind = kind_of(node),
        .integer = json_is_true((const json_t *)node) ? 1 : json_integer_value(node),
        .real = json_real_value(node),
        .text = json_string_value(node),
    };
}

static int json_node_count(const void *node)
{
    return (int)(json_is_array((const json_t *)node) ? json_array_size(node) : json_object_size(node));
}

/* Members by number cost a walk from the first; what is long is refused at its first unknown key. */
static const void *json_node_child(const void *node, int i, const char **ret_key)
{
    union {
        const void *is;
        json_t *iterated; /* jansson iterates without const, and changes nothing */
    } object = {node};

    *ret_key = NULL;
    if (json_is_array((const json_t *)node))
        return json_array_get(node, (size_t)i);
    void *at = json_object_iter(object.iterated);
    while (at && i-- > 0)
        at = json_object_iter_next(object.iterated, at);
    *ret_key = json_object_iter_key(at);
    return json_object_iter_value(at);
}

const struct node_ops json_nodes = {
    .separator = '/',
    .value = json_node_value,
    .count = json_node_count,
    .child = json_node_child,
};

static bool is_container(const json_t *node)
{
    return json_is_object(node) || json_is_array(node);
}

/* Does it stay within PAYLOAD_DEPTH_MAX? level counts node itself. Never goes deeper than one level beyond. */
static bool check_depth(const json_t *node, int level, const char *path, struct field_error *ret_error)
{
    char at[PATH_TEXT_LEN];
    int n = is_container(node) ? json_node_count(node) : 0;

    if (is_container(node) && level > PAYLOAD_DEPTH_MAX)
        return field_refuse(ret_error, node, path, "is nested deeper than %d", PAYLOAD_DEPTH_MAX);
    for (int i = 0; i < n; i++) {
        const char *key;
        const json_t *child = json_node_child(node, i, &key);
        if (!is_container(child))
            continue;
        if (key)
            field_path_key(&json_nodes, path, key, at);
        else
            field_path_index(&json_nodes, path, i, at);
        if (!check_depth(child, level + 1, at, ret_error))
            return false;
    }
    return true;
}

/* jansson's own text quotes the document, whatever it holds; its code is enough. */
static const char *syntax_text(const json_error_t *error)
{
    enum json_error_code code = json_error_code(error);

    if (code == json_error_invalid_utf8)
        return "is not UTF-8";
    if (code == json_error_duplicate_key)
        return "has a key twice in one object";
    if (code == json_error_numeric_overflow)
        return "has a number that is too large";
    if (code == json_error_null_character || code == json_error_null_byte_in_key)
        return "has a NUL character in a text";
    if (code == json_error_premature_end_of_input)
        return "is not JSON: it ends too early";
    return "is not JSON: syntax error";
}

void *json_read(const char *payload, size_t len, struct field_error *ret_error)
{
    json_error_t error;

    if (len > PAYLOAD_MAX) {
        field_refuse(ret_error, NULL, "", "%zu bytes is over %d bytes", len, PAYLOAD_MAX);
        return NULL;
    }
    json_t *document = json_loadb(payload, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (!document) {
        if (json_error_code(&error) == json_error_stack_overflow)
            field_refuse(ret_error, NULL, "", "is nested deeper than %d", PAYLOAD_DEPTH_MAX);
        else
            field_refuse(ret_error, NULL, "", "%s at line %d, column %d of %zu bytes", syntax_text(&error), error.line,
                         error.column, len);
        return NULL;
    }
    if (field_node_is(&json_nodes, document, VALUE_GROUP, "", ret_error) && check_depth(document, 1, "", ret_error))
        return document;
    json_decref(document);
    return NULL;
}

void json_free(void *document)
{
    json_decref(document);
}
