/* SPDX-License-Identifier: MIT */
/* Files in libconfig's syntax as nodes for fields_read(), with the line of everything that is wrong. */
#ifndef GYMSTATION_IO_CONF_READ_H
#define GYMSTATION_IO_CONF_READ_H

#include "daemon/io/config/field.h"

extern const struct node_ops conf_nodes;

struct conf_document;

/* 0 and *ret_document for conf_free(), or a negative errno with one line in err; -EINVAL is a syntax error. */
int conf_read(const char *file, struct conf_document **ret_document, char *err, size_t err_len);
const void *conf_root(const struct conf_document *document);
void conf_free(struct conf_document *document); /* NULL is fine */

/* "FILE:12: station.id: is required" */
void conf_error_text(const char *file, const struct field_error *error, char *err, size_t err_len);

#endif
