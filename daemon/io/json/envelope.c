/* SPDX-License-Identifier: MIT */
/* The event envelope, the session's id and the retained last session (event_json.h). */
#include "gymstation/event_json.h"

#include <inttypes.h>
#include <stdio.h>

#include "daemon/io/json/event_json_put.h"

const char *clock_quality_str(enum clock_quality quality)
{
    switch (quality) {
    case CLOCK_UNSYNCED: return "unsynced";
    case CLOCK_SYNCED: return "synced";
    case CLOCK_RECONSTRUCTED: return "reconstructed";
    }
    return NULL;
}

static struct put open_text(const char *text)
{
    json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    if (object && !json_is_object(object)) {
        json_decref(object);
        object = NULL;
    }
    return (struct put){.object = object, .failed = !object};
}

/* The id of the session that is resumed, in the place that event_data_json() kept for it. */
static void name_resumed(struct put *data, const struct envelope_stamp *stamp)
{
    if (!json_object_get(data->object, "resumes"))
        return;
    if (stamp->last_session && stamp->last_session[0])
        put_str(data, "resumes", stamp->last_session);
    else
        json_object_del(data->object, "resumes");
}

static void name_lost_power(struct put *data, const struct envelope_stamp *stamp)
{
    if (!stamp->last_boot || !stamp->last_boot[0])
        return;
    put_str(data, "last_boot", stamp->last_boot);
    put_int(data, "last_t_ns", stamp->last_t_ns);
}

/* What only the journal knows about an event's data. */
static void complete_data(struct put *data, const struct envelope_stamp *stamp, enum event_type type)
{
    if (type == EVENT_SESSION_STARTED)
        name_resumed(data, stamp);
    if (type == EVENT_SESSION_COMPLETED)
        put_positive(data, "first_seq", stamp->first_seq);
    if (type == EVENT_SESSION_COMPLETED || type == EVENT_SET_COMPLETED)
        name_lost_power(data, stamp);
}

char *envelope_json(const struct envelope_stamp *stamp, const struct event_head *head, const char *data_json)
{
    struct put data = open_text(data_json);
    struct put envelope = put_open();
    complete_data(&data, stamp, head->type);
    put_int(&envelope, "v", 1);
    put_str(&envelope, "journal", stamp->journal);
    put_int(&envelope, "seq", stamp->seq);
    put_str(&envelope, "type", event_type_str(head->type));
    put_str(&envelope, "station", stamp->station);
    put_str(&envelope, "boot", stamp->boot);
    put_int(&envelope, "t_ns", head->t_ns);
    put_wall_time(&envelope, "ts", stamp->wall_ns);
    put_str(&envelope, "clock", clock_quality_str(stamp->clock));
    if (head->in_session) {
        put_str(&envelope, "session", stamp->session);
        put_str(&envelope, "patient", head->patient);
    }
    put_positive(&envelope, "item", head->item);
    put_str(&envelope, "exercise", head->exercise);
    put_str(&envelope, "variation", head->variation);
    put_str(&envelope, "side", side_str(head->side));
    put_positive(&envelope, "set", head->set);
    put_positive(&envelope, "rep", head->rep);
    put_object(&envelope, "data", &data);
    return put_text(&envelope);
}

char *session_retained_json(const char *envelope)
{
    struct put put = open_text(envelope);
    json_object_del(put.object, "patient");
    return put_text(&put);
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The 128 bits of a uuid's text, most significant first; what is not a hex digit is passed over. */
static void uuid_bits(const char *uuid, uint64_t ret[2])
{
    int digits = 0;
    ret[0] = ret[1] = 0;
    for (; *uuid && digits < 32; uuid++)
        if (hex_value(*uuid) >= 0) {
            uint64_t *half = &ret[digits++ / 16];
            *half = *half << 4 | (uint64_t)hex_value(*uuid);
        }
}

/* The finaliser of SplitMix64 (Steele, Lea, Flood 2014): one-to-one on 64 bits, every bit in touches every bit out. */
static uint64_t mix(uint64_t v)
{
    v += UINT64_C(0x9e3779b97f4a7c15);
    v = (v ^ v >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    v = (v ^ v >> 27) * UINT64_C(0x94d049bb133111eb);
    return v ^ v >> 31;
}

/*
 * high = mix(journal.high ^ mix(seq)), low = mix(journal.low ^ mix(high)); then RFC 9562 section 5.8: four bits of
 * version (8) over bits 48-51 and two of variant (binary 10) over bits 64-65. Two
 * sessions of one journal would have to agree in 122 mixed bits to share an id.
 */
void session_uuid(const char *journal_uuid, int64_t seq, char ret[UUID_LEN])
{
    uint64_t journal[2];
    uuid_bits(journal_uuid, journal);
    uint64_t high = mix(journal[0] ^ mix((uint64_t)seq));
    uint64_t low = mix(journal[1] ^ mix(high));
    snprintf(ret, UUID_LEN, "%08" PRIx64 "-%04" PRIx64 "-8%03" PRIx64 "-%04" PRIx64 "-%012" PRIx64, high >> 32,
             high >> 16 & 0xffff, high & 0x0fff, (low >> 48 & 0x3fff) | 0x8000, low & UINT64_C(0xffffffffffff));
}
