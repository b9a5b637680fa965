/* SPDX-License-Identifier: MIT */
/* What stations say, read strictly, stored once; and what the collector answers. */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tools/gymstationctl/collect.h"
#include "tools/gymstationctl/ctl.h"

#define TOPIC_LEN 160
#define SEQ_MAX   INT64_C(9007199254740991) /* what JSON carries exactly */

static int64_t wall_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- journals ------------------------------------------------------------------------------------------------------ */

static int load(void *context, const struct store_journal *journal)
{
    struct intake *intake = context;

    if (intake->ledger_n == COLLECT_JOURNALS_MAX)
        return 1;
    intake->ledgers[intake->ledger_n++] = (struct ledger){.j = *journal};
    return 0;
}

int intake_init(struct intake *intake, const struct wire_options *options, struct store *store)
{
    *intake = (struct intake){
        .options = options, .store = store, .run = (uint64_t)wall_ms() << 16 | (uint64_t)getpid() % 0x10000};
    intake->ledgers = calloc(COLLECT_JOURNALS_MAX, sizeof(*intake->ledgers));
    if (!intake->ledgers || store_journals(store, load, intake) < 0)
        return -1;
    for (int i = 0; i < intake->ledger_n; i++) {
        struct store_journal j = intake->ledgers[i].j;

        if (ledger_init(&intake->ledgers[i], store, &j) < 0)
            return -1;
    }
    return 0;
}

void intake_free(struct intake *intake)
{
    free(intake->ledgers);
}

static struct ledger *find(struct intake *intake, const char *journal)
{
    for (int i = 0; i < intake->ledger_n; i++)
        if (strcmp(intake->ledgers[i].j.journal, journal) == 0)
            return &intake->ledgers[i];
    return NULL;
}

/* The journal's ledger, made when it is new. *ret NULL: there are too many. 0 or -1. */
static int ledger_of(struct intake *intake, const char *journal, const char *station, struct ledger **ret)
{
    struct store_journal j = {.last_seen_ms = wall_ms()};

    *ret = find(intake, journal);
    if (*ret)
        return 0;
    if (intake->ledger_n == COLLECT_JOURNALS_MAX) {
        if (!intake->full_told)
            ctl_fail(CTL_FAILED, "more than %d journals: those of other stations are not stored", COLLECT_JOURNALS_MAX);
        intake->full_told = true;
        return 0;
    }
    snprintf(j.journal, sizeof(j.journal), "%s", journal);
    snprintf(j.station, sizeof(j.station), "%s", station);
    *ret = &intake->ledgers[intake->ledger_n++];
    (*ret)->dirty = true;
    return ledger_init(*ret, intake->store, &j);
}

/* From now on this is the journal that the station writes; others of its name are of the past. */
static void make_current(struct intake *intake, struct ledger *ledger, int64_t now_ns)
{
    if (ledger->current)
        return;
    for (int i = 0; i < intake->ledger_n; i++)
        if (strcmp(intake->ledgers[i].j.station, ledger->j.station) == 0)
            intake->ledgers[i].current = false;
    ledger->current = true;
    ledger_head(ledger, 0, now_ns); /* a gap of before is asked for again */
}

/* --- reading ------------------------------------------------------------------------------------------------------- */

static bool read_journal(const json_t *json, const char **ret)
{
    *ret = json_string_value(json_object_get(json, "journal"));
    return *ret && strlen(*ret) == UUID_LEN - 1 && strspn(*ret, "0123456789abcdef-") == UUID_LEN - 1;
}

static bool read_seq(const json_t *json, const char *key, int64_t *ret)
{
    const json_t *value = json_object_get(json, key);

    *ret = json_integer_value(value);
    return json_is_integer(value) && *ret >= 0 && *ret <= SEQ_MAX;
}

/* The envelope's head; false: this is no event of this station. The texts belong to json. */
static bool read_event(const json_t *json, const char *station, struct store_event *ret)
{
    const char *said = json_string_value(json_object_get(json, "station"));

    ret->type = json_string_value(json_object_get(json, "type"));
    ret->ts = json_string_value(json_object_get(json, "ts"));
    ret->session = json_string_value(json_object_get(json, "session"));
    ret->station = station;
    if (!ret->session)
        ret->session = "";
    return json_integer_value(json_object_get(json, "v")) == 1 && read_journal(json, &ret->journal) &&
           read_seq(json, "seq", &ret->seq) && ret->seq > 0 && ret->type && ret->ts && said &&
           strcmp(said, station) == 0;
}

static void reject(struct intake *intake, const char *station, const char *why)
{
    if (intake->rejected++ < 20)
        ctl_fail(CTL_FAILED, "%s: a payload that is no event of this station was not stored%s", station, why);
}

/* The station itself says what it no longer has. */
static int take_dropped(struct intake *intake, struct ledger *ledger, const json_t *json, int64_t now_ns)
{
    const json_t *data = json_object_get(json, "data");
    const char *why = json_string_value(json_object_get(data, "why"));
    int64_t from, to;

    if (!read_seq(data, "from", &from) || !read_seq(data, "to", &to) || from < 1 || from > to)
        return 0;
    return ledger_gone(ledger, intake->store, from, to, why ? why : "dropped", now_ns);
}

static int take_event(struct intake *intake, const char *station, const struct wire_message *message, int64_t now_ns)
{
    json_t *json = json_loadb(message->payload, message->size, JSON_REJECT_DUPLICATES, NULL);
    struct store_event event = {.received_ms = wall_ms(), .body = message->payload};
    struct ledger *ledger = NULL;
    int r = 0;

    if (strlen(message->payload) != message->size || !read_event(json, station, &event)) {
        reject(intake, station, "");
        goto out;
    }
    r = ledger_of(intake, event.journal, station, &ledger);
    if (r < 0 || !ledger)
        goto out;
    if (strcmp(ledger->j.station, station) != 0) {
        reject(intake, station, ": its journal is another station's (a cloned card?)");
        goto out;
    }
    if (event.seq > ledger->stored_head)
        make_current(intake, ledger, now_ns);
    enum store_added added = ledger_take(ledger, intake->store, &event, now_ns);
    if (added == STORE_CONFLICT)
        ctl_fail(CTL_FAILED, "%s: event %" PRId64 " came with other bytes than before: the first are kept", station,
                 event.seq);
    r = added == STORE_FAILED ? -1 : 0;
    if (r == 0 && strcmp(event.type, "events_dropped") == 0)
        r = take_dropped(intake, ledger, json, now_ns);
out:
    json_decref(json);
    return r;
}

/* health names the journal and its last seq. What is still queued at the station comes by itself, asked for or not. */
static int take_health(struct intake *intake, const char *station, const struct wire_message *message, int64_t now_ns)
{
    json_t *json = json_loadb(message->payload, message->size, 0, NULL);
    const char *journal;
    struct ledger *ledger = NULL;
    int64_t seq;
    int r = 0;

    if (read_journal(json, &journal) && read_seq(json, "seq", &seq)) {
        r = ledger_of(intake, journal, station, &ledger);
        if (r == 0 && ledger && strcmp(ledger->j.station, station) == 0) {
            make_current(intake, ledger, now_ns);
            ledger->j.last_seen_ms = wall_ms();
            ledger->dirty = true;
            ledger_head(ledger, seq, now_ns);
        }
    }
    json_decref(json);
    return r;
}

/* Of this run alone: a station answers an id that it has seen as it did then, and sends nothing again. */
static void ask_id(const struct intake *intake, const struct ledger *ledger, char *ret, size_t size)
{
    snprintf(ret, size, "collect-%.8s-%" PRIx64 "-%" PRId64 "-%" PRId64, ledger->j.journal, intake->run,
             ledger->asked_from, ledger->ask_number);
}

static int take_gone(struct intake *intake, struct ledger *ledger, const json_t *list, int64_t now_ns)
{
    size_t i;
    const json_t *range;
    int64_t from, to, asked_from = ledger->asked_from, asked_to = ledger->asked_to;

    json_array_foreach(list, i, range)
    {
        if (!read_seq(range, "from", &from) || !read_seq(range, "to", &to) || from < asked_from || to > asked_to)
            continue;
        if (ledger_gone(ledger, intake->store, from, to, "gone", now_ns) < 0)
            return -1;
    }
    return 0;
}

static int take_reply(struct intake *intake, const char *station, const struct wire_message *message, int64_t now_ns)
{
    json_t *json = json_loadb(message->payload, message->size, 0, NULL);
    const char *id = json_string_value(json_object_get(json, "id"));
    const char *code = json_string_value(json_object_get(json, "code"));
    char asked[ID_LEN];
    int r = 0;

    for (int i = 0; id && code && r == 0 && i < intake->ledger_n; i++) {
        struct ledger *ledger = &intake->ledgers[i];

        if (!ledger->current || ledger->asked_from == 0 || strcmp(ledger->j.station, station) != 0)
            continue;
        ask_id(intake, ledger, asked, sizeof(asked));
        if (strcmp(asked, id) != 0)
            continue;
        if (strcmp(code, "ok") == 0)
            r = take_gone(intake, ledger, json_object_get(json, "gone"), now_ns);
        else
            ledger_busy(ledger, now_ns);
    }
    json_decref(json);
    return r;
}

int intake_take(struct intake *intake, const struct wire_message *message, int64_t now_ns)
{
    char station[STATION_LEN];
    const char *tail;

    if (wire_split(intake->options, message->topic, station, sizeof(station), &tail) < 0)
        return 0;
    if (strcmp(tail, "event") == 0)
        return take_event(intake, station, message, now_ns);
    if (strcmp(tail, "health") == 0)
        return take_health(intake, station, message, now_ns);
    if (strcmp(tail, "reply/resend") == 0)
        return take_reply(intake, station, message, now_ns);
    if (strcmp(tail, "ack") == 0 && !message->retained) /* ours do not come back to us */
        intake->rivalled = true;
    return 0;
}

/* --- answering ----------------------------------------------------------------------------------------------------- */

int intake_save(struct intake *intake)
{
    for (int i = 0; i < intake->ledger_n; i++) {
        struct ledger *ledger = &intake->ledgers[i];

        if (ledger->dirty && store_save(intake->store, &ledger->j) < 0)
            return -1;
        ledger->dirty = false;
    }
    return 0;
}

static void publish(const struct intake *intake, struct wire *wire, const char *station, const char *tail, json_t *json,
                    bool retain)
{
    char topic[TOPIC_LEN];
    char *text = json_dumps(json, JSON_COMPACT);

    snprintf(topic, sizeof(topic), "%s/%s/%s", intake->options->prefix, station, tail);
    if (text)
        wire_publish(wire, topic, text, retain); /* lost with the connection: said again on the next one */
    free(text);
    json_decref(json);
}

static void acknowledge(const struct intake *intake, struct wire *wire, struct ledger *l)
{
    publish(intake, wire, l->j.station, "ack",
            json_pack("{s:s, s:I}", "journal", l->j.journal, "upto", (json_int_t)l->j.upto), true);
    l->acked = l->j.upto;
}

/* A retained health may be a minute old: what came after it and before us would not be missed. */
static void ask_report(const struct intake *intake, struct wire *wire, struct ledger *l, int64_t now_ns)
{
    char id[ID_LEN];

    snprintf(id, sizeof(id), "collect-%.8s-%" PRIx64 "-%" PRId64, l->j.journal, intake->run, now_ns);
    publish(intake, wire, l->j.station, "cmd/report", json_pack("{s:i, s:s, s:s}", "v", 1, "id", id, "by", "collector"),
            false);
    l->reported = true;
}

int intake_speak(struct intake *intake, struct wire *wire, int64_t now_ns)
{
    for (int i = 0; i < intake->ledger_n; i++) {
        struct ledger *l = &intake->ledgers[i];
        char id[ID_LEN];
        int64_t from, to;

        if (l->current && l->acked != l->j.upto)
            acknowledge(intake, wire, l);
        if (l->current && !l->reported)
            ask_report(intake, wire, l, now_ns);
        int r = ledger_ask(l, intake->store, now_ns, &from, &to);
        if (r < 0)
            return -1;
        if (r == 0)
            continue;
        ask_id(intake, l, id, sizeof(id));
        publish(intake, wire, l->j.station, "cmd/resend",
                json_pack("{s:i, s:s, s:s, s:I, s:I}", "v", 1, "id", id, "by", "collector", "from", (json_int_t)from,
                          "to", (json_int_t)to),
                false);
    }
    return 0;
}

void intake_connected(struct intake *intake, int64_t now_ns)
{
    for (int i = 0; i < intake->ledger_n; i++) {
        intake->ledgers[i].acked = -1;
        intake->ledgers[i].reported = false;
        intake->ledgers[i].current = false; /* until its retained health or an event says so */
        if (intake->ledgers[i].ask_at_ns != NEVER)
            intake->ledgers[i].ask_at_ns = now_ns + LEDGER_GRACE_NS;
        intake->ledgers[i].patience_ns = LEDGER_PATIENCE_NS;
    }
}

int64_t intake_deadline_ns(const struct intake *intake)
{
    int64_t deadline_ns = NEVER;

    for (int i = 0; i < intake->ledger_n; i++)
        if (intake->ledgers[i].current && intake->ledgers[i].ask_at_ns < deadline_ns)
            deadline_ns = intake->ledgers[i].ask_at_ns;
    return deadline_ns;
}
