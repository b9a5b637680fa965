/* SPDX-License-Identifier: MIT */
/* gymstationctl tare: asks a station to set its working zero, and waits for the answer. */
#include <argp.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "gymstation/basics.h"
#include "tools/gymstationctl/ctl.h"
#include "tools/gymstationctl/wire.h"

#define WAIT_MS   10000
#define TOPIC_LEN 200
#define NOT_YET   (-1)
#define NO_CLOCK  (-2)

struct options {
    struct wire_options wire;
    const char *station, *by;
};

struct request {
    struct wire *wire;
    char id[ID_LEN], topic[TOPIC_LEN], reply[TOPIC_LEN];
};

static const char doc[] =
    "Asks a station to take its empty box as zero, and prints the answer.\v"
    "Refused while a session runs, while the reading moves, and when it is more than 1 kg off: somebody is on the box.";

static const struct argp_option option_table[] = {
    {"station", 's', "ID", 0, "The station", 0},
    {"by", 'b', "NAME", 0, "Who asks (the user's name)", 0},
    {0},
};
static const struct argp_child children[] = {{&wire_argp, 0, "Broker:", 1}, {0}};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *options = state->input;

    switch (key) {
    case ARGP_KEY_INIT: state->child_inputs[0] = &options->wire; return 0;
    case 's': options->station = ctl_station(state, arg); return 0;
    case 'b': options->by = ctl_by(state, arg); return 0;
    case ARGP_KEY_ARG: argp_error(state, "\"%s\" is too much", arg); return 0;
    case ARGP_KEY_END:
        if (!options->station)
            argp_error(state, "--station: which one? 1-32 of a-z, 0-9 and -");
        return 0;
    default: /* argp's keys, not an enum of ours */ return ARGP_ERR_UNKNOWN;
    }
}

/* CTL_FINE or CTL_FAILED when it is the answer to this request, NO_CLOCK, or NOT_YET when it is none. */
static int answer(const struct request *request, const char *text)
{
    json_t *json = text ? json_loads(text, 0, NULL) : NULL;
    const char *id = json_string_value(json_object_get(json, "id"));
    const char *reason = json_string_value(json_object_get(json, "reason"));
    const char *code = json_string_value(json_object_get(json, "code"));
    int r = NOT_YET;

    if (id && strcmp(id, request->id) == 0) {
        r = json_is_true(json_object_get(json, "ok")) ? CTL_FINE : CTL_FAILED;
        if (r == CTL_FINE)
            puts("tared");
        else if (code && strcmp(code, "clock_unsynced") == 0)
            r = NO_CLOCK;
        else
            ctl_fail(r, "refused: %s: %s", code ? code : "?", reason ? reason : "no reason was given");
    }
    json_decref(json);
    return r;
}

/*
 * It expires: a station that comes back tomorrow is not to be tared then. One that does not know the time says so, and is there:
 * it is asked again without.
 */
static char *payload_of(const struct request *request, const char *by, bool expires)
{
    json_t *json = json_pack("{s:i, s:s, s:s}", "v", 1, "id", request->id, "by", by);
    time_t until = time(NULL) + WAIT_MS / 1000 + 20;
    struct tm utc;
    char text[32], *payload;

    gmtime_r(&until, &utc);
    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
    if (expires)
        json_object_set_new(json, "expires", json_string(text));
    payload = json_dumps(json, JSON_COMPACT);
    json_decref(json);
    return payload;
}

static int publish(struct request *request, const struct options *options, bool expires)
{
    char *payload;
    int r;

    snprintf(request->id, sizeof(request->id), "tare-%lld-%ld-%d", (long long)time(NULL), (long)getpid(), expires);
    payload = payload_of(request, options->by, expires);
    r = payload ? wire_publish(request->wire, request->topic, payload, false) : -1;
    free(payload);
    return r < 0 ? ctl_fail(CTL_FAILED, "%s: cannot publish", options->wire.url) : NOT_YET;
}

static int converse(struct request *request, const struct options *options)
{
    int64_t until_ms = ctl_mono_ns() / NS_PER_MS + WAIT_MS;
    struct wire_message message;
    int r = NOT_YET;

    if (wire_connect(request->wire) < 0)
        return ctl_fail(CTL_FAILED, "%s: cannot connect", options->wire.url);
    while (r < 0 && ctl_mono_ns() / NS_PER_MS < until_ms &&
           wire_wait(request->wire, &message, (int)(until_ms - ctl_mono_ns() / NS_PER_MS)) > 0) {
        if (message.kind == WIRE_DOWN)
            r = ctl_fail(CTL_FAILED, "%s: %s", options->wire.url, message.payload ? message.payload : "gone");
        if (message.kind == WIRE_UP)
            r = publish(request, options, true);
        if (message.kind == WIRE_MESSAGE)
            r = answer(request, message.payload);
        if (r == NO_CLOCK)
            r = publish(request, options, false);
        wire_free(&message);
    }
    return r >= 0 ? r
                  : ctl_fail(CTL_FAILED,
                             "%s has not answered within %d s (gymstationctl status says whether it is online)",
                             options->station, WAIT_MS / 1000);
}

static int send_request(struct request *request, const struct options *options)
{
    const struct wire_topic topic = {.filter = request->reply, .qos = 1};
    char client[64];
    int r;

    snprintf(request->topic, TOPIC_LEN, "%s/%s/cmd/tare", options->wire.prefix, options->station);
    snprintf(request->reply, TOPIC_LEN, "%s/%s/reply/tare", options->wire.prefix, options->station);
    snprintf(client, sizeof(client), "gymstation-tare-%ld", (long)getpid());
    r = wire_open(&request->wire, &options->wire, client, &topic, 1, false);
    if (r != CTL_FINE)
        return r;
    r = converse(request, options);
    wire_leave(request->wire);
    wire_close(request->wire);
    return r;
}

int ctl_tare(int argc, char **argv)
{
    const struct argp argp = {option_table, parse, NULL, doc, children, NULL, NULL};
    const char *user = getenv("USER");
    struct options options = {.by = user && user[0] && strlen(user) < ID_LEN ? user : "somebody"};
    struct request request = {.wire = NULL};

    wire_defaults(&options.wire);
    argp_parse(&argp, argc, argv, 0, NULL, &options);
    return send_request(&request, &options);
}
