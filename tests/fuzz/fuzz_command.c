/* SPDX-License-Identifier: MIT */
/* A command: its name, a line break, its payload. Taken with an id, or refused with a place and a reason. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gymstation/command_json.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_text(data, size), *payload = memchr(text, '\n', size);
    struct command command = {0};
    struct refusal refusal = {0};

    if (payload) {
        *payload++ = '\0';
        int r = command_parse(text, payload, size - (size_t)(payload - text), &command, &refusal);
        PROMISE(r == 0 || r == -ENOTSUP || r == -EINVAL);
        PROMISE(memchr(command.id, '\0', sizeof(command.id)) != NULL || r == -ENOTSUP);
        PROMISE(r != 0 || (command.id[0] != '\0' && command.kind < COMMAND_COUNT));
        PROMISE(r != -EINVAL || (refusal.path[0] == '/' && refusal.reason[0] != '\0'));
    }
    free(text);
    return 0;
}
