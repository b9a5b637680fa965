/* SPDX-License-Identifier: MIT */
/* Payloads from the network as nodes for fields_read(): size, depth and syntax are checked here, once for all. */
#ifndef GYMSTATION_IO_JSON_READ_H
#define GYMSTATION_IO_JSON_READ_H

#include "daemon/io/config/field.h"

extern const struct node_ops json_nodes;

/*
 * The document, an object, for json_free(); or NULL with *ret_error: over PAYLOAD_MAX bytes, not JSON, not UTF-8, a key
 * twice, nested over PAYLOAD_DEPTH_MAX, not an object.
 */
void *json_read(const char *payload, size_t len, struct field_error *ret_error);
void json_free(void *document); /* NULL is fine */

#endif
