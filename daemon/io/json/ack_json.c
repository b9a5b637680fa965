/* SPDX-License-Identifier: MIT */
/* The collector's acknowledgement; see gymstation/ack_json.h. */
#include "gymstation/ack_json.h"

#include <errno.h>

#include "daemon/io/json/json_read.h"

#define SEQ_MAX INT64_C(9007199254740991) /* 2^53 - 1: what every JSON reader keeps exactly */

static const struct field ack_fields[] = {
    {.path = "journal",
     FIELD_AT(struct ack, journal),
     .kind = FIELD_TEXT,
     .min = UUID_LEN - 1,
     .max = UUID_LEN - 1,
     .required = true},
    {.path = "upto", FIELD_AT(struct ack, upto), .kind = FIELD_INT, .max = SEQ_MAX, .required = true},
};

static void lower_case(char *text)
{
    for (; *text; text++)
        if (*text >= 'A' && *text <= 'F')
            *text = (char)(*text - 'A' + 'a');
}

int ack_parse(const char *payload, size_t len, struct ack *ret, struct refusal *ret_refusal)
{
    struct field_error error = {0};
    struct ack ack = {.upto = 0};
    struct field_table table = {.v = ack_fields, .n = sizeof(ack_fields) / sizeof(ack_fields[0]), .base = &ack};
    void *document = json_read(payload, len, &error);
    bool ok = document && fields_read(&json_nodes, document, "", &table, 1, &error);

    json_free(document);
    if (!ok) {
        *ret_refusal = error.refusal;
        return -EINVAL;
    }
    lower_case(ack.journal);
    *ret = ack;
    return 0;
}
