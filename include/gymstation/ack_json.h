/* SPDX-License-Identifier: MIT */
/* The collector's acknowledgement as it arrives on the topic ack, read strictly. Any thread; no state. */
#ifndef GYMSTATION_ACK_JSON_H
#define GYMSTATION_ACK_JSON_H

#include "gymstation/basics.h"

struct ack {
    char journal[UUID_LEN]; /* in lower case, as journals are named */
    int64_t upto;           /* everything up to this seq is stored for good; 0: nothing */
};

/* 0 and *ret, or -EINVAL with *ret_refusal: where ("/" is the payload as a whole) and why. */
int ack_parse(const char *payload, size_t len, struct ack *ret, struct refusal *ret_refusal);

#endif
