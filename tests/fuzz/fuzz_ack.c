/* SPDX-License-Identifier: MIT */
/* A collector's acknowledgement, and the topic on which it might have come. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/io/mqtt/mqtt_incoming.h"
#include "gymstation/ack_json.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_text(data, size);
    struct mqtt_message message = {0};
    struct refusal refusal = {0};
    struct ack ack = {0};
    int r = ack_parse(text, size, &ack, &refusal);

    PROMISE(r == 0 || r == -EINVAL);
    PROMISE(r != 0 || (ack.upto >= 0 && strlen(ack.journal) == UUID_LEN - 1));
    PROMISE(r == 0 || refusal.reason[0] != '\0');
    if (mqtt_incoming_sort(text, "gymstation/leg-01/", &message) == INCOMING_PRESCRIPTION)
        PROMISE(message.slot >= 1 && message.slot <= SLOT_MAX);
    PROMISE(memchr(message.name, '\0', sizeof(message.name)) != NULL);
    free(text);
    return 0;
}
