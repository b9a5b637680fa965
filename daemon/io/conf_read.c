/* SPDX-License-Identifier: MIT */
/* Files by libconfig; see conf_read.h. */
#include "daemon/io/conf_read.h"

#include <errno.h>
#include <libconfig.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX_LEN (256 * 1024) /* ten times the longest that makes sense */

struct conf_document {
    config_t config;
};

static enum value_kind kind_of(const config_setting_t *node)
{
    switch (config_setting_type(node)) {
    case CONFIG_TYPE_GROUP: return VALUE_GROUP;
    case CONFIG_TYPE_ARRAY:
    case CONFIG_TYPE_LIST: return VALUE_LIST;
    case CONFIG_TYPE_STRING: return VALUE_TEXT;
    case CONFIG_TYPE_INT:
    case CONFIG_TYPE_INT64: return VALUE_INT;
    case CONFIG_TYPE_FLOAT: return VALUE_REAL;
    case CONFIG_TYPE_BOOL: return VALUE_BOOL;
    }
    return VALUE_NULL;
}

/* Asked by the node's own type only: libconfig would convert, and round, otherwise. */
static void conf_node_value(const void *node, struct value *ret)
{
    *ret = (struct value){.kind = kind_of(node)};
    if (ret->kind == VALUE_INT)
        ret->integer = config_setting_get_int64(node);
    else if (ret->kind == VALUE_BOOL)
        ret->integer = config_setting_get_bool(node);
    else if (ret->kind == VALUE_REAL)
        ret->real = config_setting_get_float(node);
    else if (ret->kind == VALUE_TEXT)
        ret->text = config_setting_get_string(node);
}

static int conf_node_count(const void *node)
{
    return config_setting_length(node);
}

static const void *conf_node_child(const void *node, int i, const char **ret_key)
{
    const config_setting_t *child = config_setting_get_elem(node, (unsigned)i);

    *ret_key = config_setting_name(child);
    return child;
}

const struct node_ops conf_nodes = {
    .separator = '.',
    .value = conf_node_value,
    .count = conf_node_count,
    .child = conf_node_child,
};

/*
 * The whole file as text. libconfig is not given the file itself: its scanner ends the program when reading fails, as
 * it does for a directory.
 */
static int read_text(const char *file, char **ret_text)
{
    FILE *stream = fopen(file, "re");
    int r = 0;

    if (!stream)
        return -errno;
    char *text = malloc(FILE_MAX_LEN + 1);
    if (!text) {
        fclose(stream);
        return -ENOMEM;
    }
    size_t n = fread(text, 1, FILE_MAX_LEN + 1, stream);
    if (ferror(stream))
        r = errno != 0 ? -errno : -EIO;
    else if (n > FILE_MAX_LEN)
        r = -EFBIG;
    else if (memchr(text, '\0', n))
        r = -EILSEQ;
    fclose(stream);
    if (r < 0) {
        free(text);
        return r;
    }
    text[n] = '\0';
    *ret_text = text;
    return 0;
}

int conf_read(const char *file, struct conf_document **ret_document, char *err, size_t err_len)
{
    char *text = NULL;
    int r = read_text(file, &text);

    if (r < 0) {
        snprintf(err, err_len, "%s: cannot be read: %s", file,
                 r == -EILSEQ ? "it is not text (it has a NUL byte)" : strerror(-r));
        return r;
    }
    struct conf_document *document = calloc(1, sizeof(*document));
    if (!document) {
        free(text);
        snprintf(err, err_len, "%s: no memory to read it", file);
        return -ENOMEM;
    }
    config_init(&document->config);
    int ok = config_read_string(&document->config, text);
    free(text);
    if (ok == CONFIG_TRUE) {
        *ret_document = document;
        return 0;
    }
    snprintf(err, err_len, "%s:%d: %s", file, config_error_line(&document->config),
             config_error_text(&document->config));
    conf_free(document);
    return -EINVAL;
}

const void *conf_root(const struct conf_document *document)
{
    return config_root_setting(&document->config);
}

void conf_free(struct conf_document *document)
{
    if (!document)
        return;
    config_destroy(&document->config);
    free(document);
}

void conf_error_text(const char *file, const struct field_error *error, char *err, size_t err_len)
{
    unsigned line = error->node ? config_setting_source_line((const config_setting_t *)error->node) : 0;

    if (line > 0)
        snprintf(err, err_len, "%s:%u: %s: %s", file, line, error->refusal.path, error->refusal.reason);
    else
        snprintf(err, err_len, "%s: %s: %s", file, error->refusal.path, error->refusal.reason);
}
