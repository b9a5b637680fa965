/* SPDX-License-Identifier: MIT */
/* A command as it arrives on cmd/<name>, or in a trace, read strictly. Any thread; no state. */
#ifndef GYMSTATION_COMMAND_JSON_H
#define GYMSTATION_COMMAND_JSON_H

#include "gymstation/input.h"

/*
 * 0 and *ret; -ENOTSUP: there is no command of that name; -EINVAL: refused, *ret_refusal says where ("/" is the payload
 * as a whole) and why. On failure only ret->kind (when the name is known) and ret->id are of use, for the reply:
 * id is "" when it could not be read. Whether it is stale or a duplicate is the caller's to decide.
 */
int command_parse(const char *name, const char *payload, size_t len, struct command *ret, struct refusal *ret_refusal);

/*
 * A command of this kind with this id has acted: must this one not? An id is good for one command; a stop is kept from
 * acting by an earlier stop only.
 */
bool command_repeats(const struct command *command, enum command_kind kind, const char *id);

#endif
