/* SPDX-License-Identifier: MIT */
/* Files by libconfig; see conf_read.h. */
#include "daemon/io/config/conf_read.h"

#include <errno.h>
#include <libconfig.h>
#include <stdbool.h>
#include <stdint.h>
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

/*
 * libconfig 1.5 keeps the low 32 bits of a whole number without L and tells nobody, so 4294967596 seconds would become
 * 300: the text is looked through before it is parsed.
 */
enum number_fault { NUMBER_FINE, NUMBER_NEEDS_L, NUMBER_BEYOND };

/* *ret_end is behind the number. Decimal unless 0x, as in libconfig's scanner; a real number is its own business. */
static enum number_fault number_check(const char *text, const char **ret_end)
{
    bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    char *end;

    errno = 0;
    long long value = strtoll(text, &end, hex ? 16 : 10);
    bool beyond = errno == ERANGE;
    *ret_end = end;
    if (!hex && (*end == '.' || *end == 'e' || *end == 'E')) {
        *ret_end = end + strspn(end, "0123456789.eE+-");
        return NUMBER_FINE;
    }
    if (beyond)
        return NUMBER_BEYOND;
    return *end == 'L' || (value >= INT32_MIN && value <= INT32_MAX) ? NUMBER_FINE : NUMBER_NEEDS_L;
}

/* Behind a string, with its escapes. */
static const char *skip_string(const char *at)
{
    for (at++; *at != '\0' && *at != '"'; at++)
        if (at[0] == '\\' && at[1] != '\0')
            at++;
    return *at == '\0' ? at : at + 1;
}

/* Behind a comment, a string or a name, which may have digits that are no number; at itself where none begins. */
static const char *skip_other(const char *at)
{
    static const char name[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_*";

    if (*at == '#' || strncmp(at, "//", 2) == 0)
        return at + strcspn(at, "\n");
    if (strncmp(at, "/*", 2) == 0) {
        const char *end = strstr(at + 2, "*/");
        return end ? end + 2 : at + strlen(at);
    }
    if (*at == '"')
        return skip_string(at);
    return *at >= '0' && *at <= '9' ? at : at + (*at == '-' ? 0 : strspn(at, name));
}

static bool number_begins(const char *at)
{
    size_t sign = *at == '-' || *at == '+' ? 1 : 0;

    return at[sign] >= '0' && at[sign] <= '9';
}

static int line_of(const char *text, const char *at)
{
    int line = 1;

    for (; text < at; text++)
        line += *text == '\n';
    return line;
}

/* 0, or -EINVAL with the line of the first number that would not be read as it is written. */
static int check_numbers(const char *file, const char *text, char *err, size_t err_len)
{
    const char *at = text, *end;

    while (*at != '\0') {
        enum number_fault fault = NUMBER_FINE;

        end = skip_other(at);
        if (end == at && number_begins(at))
            fault = number_check(at, &end);
        if (fault != NUMBER_FINE) {
            int n = end - at < 40 ? (int)(end - at) : 40;
            snprintf(err, err_len, "%s:%d: %.*s is too large for a whole number%s%.*s%s", file, line_of(text, at), n,
                     at, fault == NUMBER_NEEDS_L ? " here; write " : "", fault == NUMBER_NEEDS_L ? n : 0, at,
                     fault == NUMBER_NEEDS_L ? "L" : "");
            return -EINVAL;
        }
        at = end > at ? end : at + 1;
    }
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
    r = check_numbers(file, text, err, err_len);
    if (r < 0) {
        free(text);
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
