/* SPDX-License-Identifier: MIT */
/* Commands as they arrive; see gymstation/command_json.h. */
#include "gymstation/command_json.h"

#include <errno.h>
#include <string.h>

#include "daemon/io/json/json_read.h"

#define SEQ_MAX    INT64_C(9007199254740991) /* 2^53 - 1: what every JSON reader keeps exactly */
#define RESEND_MAX 1000                      /* rows a single resend may ask for */

/* The patient's own press confirms a set; nobody does so from afar. */
static const char *answers_word(int kind)
{
    static const char *const words[] = {
        [QUESTION_PAIN] = "pain", [QUESTION_EFFORT] = "effort", [QUESTION_CONFIRM] = NULL};

    return words[kind];
}

/* 8-4-4-4-12 hexadecimal digits (RFC 9562); upper case is taken as well. */
static const char *valid_uuid(const char *text)
{
    for (size_t i = 0; i < UUID_LEN - 1; i++) {
        bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        if (hyphen ? text[i] != '-' : !strchr("0123456789abcdefABCDEF", text[i]) || text[i] == '\0')
            return "is not a UUID";
    }
    return NULL;
}

#define AT(member) FIELD_AT(struct command, member)
#define ID         .kind = FIELD_TEXT, .min = 1, .max = ID_LEN - 1, .required = true
#define SCORE      .kind = FIELD_INT, .max = 10
#define SEQ        .kind = FIELD_INT, .min = 1, .max = SEQ_MAX, .required = true

static const struct field common_fields[] = {
    {.path = "v", .kind = FIELD_INT, .min = 1, .max = 1, .required = true},
    {.path = "id", AT(id), ID},
    {.path = "by", AT(by), ID},
    {.path = "expires", AT(expires_ns), .kind = FIELD_TIME, .fallback = ABSENT},
};
static const struct field answer_fields[] = {
    {.path = "kind",
     AT(answers),
     .kind = FIELD_WORD,
     .word = answers_word,
     .words = QUESTION_CONFIRM + 1,
     .required = true},
    {.path = "nrs", AT(score), SCORE},
    {.path = "cr10", AT(score), SCORE},
};
static const struct field resend_fields[] = {
    {.path = "from", AT(from_seq), SEQ},
    {.path = "to", AT(to_seq), SEQ},
};
static const struct field attribute_fields[] = {
    {.path = "session",
     AT(session),
     .kind = FIELD_TEXT,
     .min = UUID_LEN - 1,
     .max = UUID_LEN - 1,
     .valid = valid_uuid,
     .required = true},
    {.path = "patient", AT(patient), ID},
};

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

/* The keys that a command has beside the common ones. */
static struct field_table own_fields(struct command *command)
{
    switch (command->kind) {
    case COMMAND_ANSWER: return (struct field_table){.v = answer_fields, .n = COUNT(answer_fields), .base = command};
    case COMMAND_RESEND: return (struct field_table){.v = resend_fields, .n = COUNT(resend_fields), .base = command};
    case COMMAND_ATTRIBUTE:
        return (struct field_table){.v = attribute_fields, .n = COUNT(attribute_fields), .base = command};
    case COMMAND_STOP:
    case COMMAND_SKIP:
    case COMMAND_TARE:
    case COMMAND_IDENTIFY:
    case COMMAND_REPORT:
    case COMMAND_CLEAR_CALL:
    case COMMAND_COUNT: break;
    }
    return (struct field_table){.base = command};
}

/* The score goes with its question: nrs with pain, cr10 with effort. */
static bool check_answer(const struct command *command, const struct field_table *own, struct field_error *error)
{
    bool pain = command->answers == QUESTION_PAIN;
    const char *wanted = pain ? "nrs" : "cr10", *other = pain ? "cr10" : "nrs";

    if (field_seen(own, other))
        return field_refuse(error, NULL, pain ? "/cr10" : "/nrs", "does not answer %s; give %s",
                            pain ? "pain" : "effort", wanted);
    return field_seen(own, wanted) || field_refuse(error, NULL, pain ? "/nrs" : "/cr10", "is required");
}

static bool check_resend(const struct command *command, struct field_error *error)
{
    if (command->to_seq < command->from_seq)
        return field_refuse(error, NULL, "/to", "is below from");
    if (command->to_seq - command->from_seq >= RESEND_MAX)
        return field_refuse(error, NULL, "/to", "asks for more than %d events", RESEND_MAX);
    return true;
}

static bool read_command(const void *document, struct command *command, struct field_error *error)
{
    struct field_table tables[] = {{.v = common_fields, .n = COUNT(common_fields), .base = command},
                                   own_fields(command)};

    fields_default(&tables[0]);
    if (!fields_read(&json_nodes, document, "", tables, COUNT(tables), error))
        return false;
    if (command->kind == COMMAND_ANSWER)
        return check_answer(command, &tables[1], error);
    return command->kind != COMMAND_RESEND || check_resend(command, error);
}

/* For the reply: the id, even when something before it is wrong. */
static void read_id(const void *document, struct command *command)
{
    const void *node = field_member(&json_nodes, document, "id");
    char reason[REASON_TEXT_LEN];
    struct value value;

    if (!node)
        return;
    json_nodes.value(node, &value);
    field_set(field_find(common_fields, COUNT(common_fields), "id"), &value, command, reason, sizeof(reason));
}

static bool find_kind(const char *name, enum command_kind *ret)
{
    for (int i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(command_str((enum command_kind)i), name) != 0)
            continue;
        *ret = (enum command_kind)i;
        return true;
    }
    return false;
}

int command_parse(const char *name, const char *payload, size_t len, struct command *ret, struct refusal *ret_refusal)
{
    struct field_error error = {0};
    bool ok = false, known;

    *ret = (struct command){.expires_ns = ABSENT};
    known = find_kind(name, &ret->kind);
    void *document = json_read(payload, len, &error);
    if (document) {
        ok = known && read_command(document, ret, &error);
        if (!ok)
            read_id(document, ret);
    }
    json_free(document);
    if (known && ok)
        return 0;
    if (!known)
        field_refuse(&error, NULL, "", "there is no such command");
    *ret_refusal = error.refusal;
    return known ? -EINVAL : -ENOTSUP;
}

bool command_repeats(const struct command *command, enum command_kind kind, const char *id)
{
    return strcmp(command->id, id) == 0 && (kind == COMMAND_STOP || command->kind != COMMAND_STOP);
}
