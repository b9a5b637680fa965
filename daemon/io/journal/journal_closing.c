/* SPDX-License-Identifier: MIT */
/* The text that the journal keeps beside the open session; jansson. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "daemon/io/journal/journal_closing.h"
#include "gymstation/event_json.h"
#include "gymstation/journal.h"

/* Real numbers keep the digits that event_json.h gave them. */
#define DUMP (JSON_COMPACT | JSON_REAL_PRECISION(15))

static json_t *event_object(const struct event *event)
{
    const struct event_head *h = &event->head;
    char *text = event_data_json(event, NULL);
    json_t *data = text ? json_loads(text, 0, NULL) : NULL;

    free(text);
    if (!data)
        return NULL;
    return json_pack("{s:s, s:I, s:b, s:s, s:i, s:i, s:i, s:s, s:s, s:i, s:o}", "type", event_type_str(h->type), "t_ns",
                     (json_int_t)h->t_ns, "in_session", (int)h->in_session, "patient", h->patient, "item", h->item,
                     "set", h->set, "rep", h->rep, "exercise", h->exercise, "variation", h->variation, "side",
                     (int)h->side, "data", data);
}

static json_t *resume_object(const struct resume *r)
{
    return json_pack("{s:i, s:I, s:s, s:i, s:i, s:i, s:i, s:b, s:I}", "slot", r->slot, "rev", (json_int_t)r->rev,
                     "hash", r->hash, "item", r->item, "set", r->set, "side_index", r->side_index, "reps_done",
                     r->reps_done, "counted", (int)r->counted, "ended_ns", (json_int_t)r->ended_ns);
}

char *journal_closing_json(const struct event *events, int n, const struct resume *resume)
{
    json_t *root, *list;
    char *text = NULL;

    if (n <= 0 && !(resume && resume->offered))
        return NULL;
    root = json_object();
    list = json_array();
    for (int i = 0; i < n; i++)
        if (json_array_append_new(list, event_object(&events[i])) < 0)
            goto out;
    if (json_object_set(root, "events", list) < 0)
        goto out;
    if (resume && resume->offered && json_object_set_new(root, "resume", resume_object(resume)) < 0)
        goto out;
    text = json_dumps(root, DUMP);
out:
    json_decref(list);
    json_decref(root);
    return text;
}

static bool type_from_str(const char *text, enum event_type *ret)
{
    for (int i = 0; i < EVENT_TYPE_COUNT; i++) {
        if (strcmp(event_type_str((enum event_type)i), text) != 0)
            continue;
        *ret = (enum event_type)i;
        return true;
    }
    return false;
}

/* Copies a text that must fit. */
static bool copy_text(char *to, size_t size, const char *text)
{
    size_t len = strlen(text);

    if (len >= size)
        return false;
    memcpy(to, text, len + 1);
    return true;
}

static int parse_event(json_t *object, struct event_head *ret_head, char **ret_data)
{
    const char *type, *patient, *exercise, *variation;
    struct event_head h = {0};
    json_int_t t_ns;
    json_t *data;
    int in_session, side;

    if (json_unpack(object, "{s:s, s:I, s:b, s:s, s:i, s:i, s:i, s:s, s:s, s:i, s:o}", "type", &type, "t_ns", &t_ns,
                    "in_session", &in_session, "patient", &patient, "item", &h.item, "set", &h.set, "rep", &h.rep,
                    "exercise", &exercise, "variation", &variation, "side", &side, "data", &data) < 0)
        return -EINVAL;
    if (!type_from_str(type, &h.type) || !json_is_object(data) || side < SIDE_NONE || side > SIDE_BOTH)
        return -EINVAL;
    if (!copy_text(h.patient, sizeof(h.patient), patient) || !copy_text(h.exercise, sizeof(h.exercise), exercise) ||
        !copy_text(h.variation, sizeof(h.variation), variation))
        return -EINVAL;
    h.t_ns = t_ns;
    h.in_session = in_session != 0;
    h.side = (enum side)side;
    *ret_data = json_dumps(data, DUMP);
    if (!*ret_data)
        return -ENOMEM;
    *ret_head = h;
    return 0;
}

static int parse_resume(json_t *object, struct resume *ret)
{
    struct resume r = {.offered = true};
    json_int_t rev, ended_ns;
    const char *hash;
    int counted = true; /* what an older version left says nothing: most sessions had reached a set */

    if (json_unpack(object, "{s:i, s:I, s:s, s:i, s:i, s:i, s:i, s?b, s:I}", "slot", &r.slot, "rev", &rev, "hash",
                    &hash, "item", &r.item, "set", &r.set, "side_index", &r.side_index, "reps_done", &r.reps_done,
                    "counted", &counted, "ended_ns", &ended_ns) < 0)
        return -EINVAL;
    if (!copy_text(r.hash, sizeof(r.hash), hash) || r.slot < 1 || r.slot > SLOT_MAX)
        return -EINVAL;
    r.rev = rev;
    r.counted = counted != 0;
    r.ended_ns = ended_ns;
    *ret = r;
    return 0;
}

int journal_closing_parse(const char *text, struct journal_closing *ret)
{
    struct journal_closing closing = {0};
    json_t *root = json_loads(text, 0, NULL);
    json_t *list = json_object_get(root, "events");
    json_t *resume = json_object_get(root, "resume");
    int r = -EINVAL;

    if (!json_is_array(list) || json_array_size(list) > CLOSING_MAX)
        goto out;
    for (size_t i = 0; i < json_array_size(list); i++) {
        r = parse_event(json_array_get(list, i), &closing.heads[closing.n], &closing.data[closing.n]);
        if (r < 0)
            goto out;
        closing.n++;
    }
    r = resume ? parse_resume(resume, &closing.resume) : 0;
out:
    json_decref(root);
    if (r < 0)
        journal_closing_free(&closing);
    else
        *ret = closing;
    return r;
}

void journal_closing_free(struct journal_closing *closing)
{
    for (int i = 0; i < closing->n; i++)
        free(closing->data[i]);
    closing->n = 0;
}
