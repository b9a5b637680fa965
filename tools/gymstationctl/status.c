/* SPDX-License-Identifier: MIT */
/* gymstationctl status: one line a station, from what it retains at the broker. */
#include <argp.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "gymstation/wall_time.h"
#include "tools/gymstationctl/ctl.h"
#include "tools/gymstationctl/wire.h"

#define STATIONS_MAX 1024
#define CONNECT_MS   10000
#define QUIET_MS     700 /* retained messages come at once; after this long without one there are no more */
#define FRESH_S      150 /* an online station's health is younger than this */
#define STATION_LEN  33

struct seen {
    char station[STATION_LEN];
    bool online;
    json_t *health, *state;
};

struct options {
    struct wire_options wire;
    const char *station;
};

struct overview {
    const struct options *options;
    struct wire *wire;
    struct seen *v; /* STATIONS_MAX */
    int n;
};

static const char doc[] =
    "Prints one line a station: online or not, what it is doing, events that wait for the broker, clock, faults.\v"
    "A station counts as online while it says so and its health is younger than 150 s. Exits 1 when there is no "
    "station, "
    "or when one is offline or has a fault.";

static const struct argp_option option_table[] = {
    {"station", 's', "ID", 0, "Only this station", 0},
    {0},
};
static const struct argp_child children[] = {{&wire_argp, 0, "Broker:", 1}, {0}};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *options = state->input;

    switch (key) {
    case ARGP_KEY_INIT: state->child_inputs[0] = &options->wire; return 0;
    case 's': options->station = ctl_station(state, arg); return 0;
    case ARGP_KEY_ARG: argp_error(state, "\"%s\" is too much", arg); return 0;
    default: /* argp's keys, not an enum of ours */ return ARGP_ERR_UNKNOWN;
    }
}

static struct seen *seen_of(struct overview *o, const char *station)
{
    for (int i = 0; i < o->n; i++)
        if (strcmp(o->v[i].station, station) == 0)
            return &o->v[i];
    if (o->n == STATIONS_MAX)
        return NULL;
    snprintf(o->v[o->n].station, STATION_LEN, "%s", station);
    return &o->v[o->n++];
}

static void take(struct overview *o, const struct wire_message *message)
{
    char station[STATION_LEN];
    const char *tail;

    if (wire_split(&o->options->wire, message->topic, station, sizeof(station), &tail) < 0)
        return;
    struct seen *seen = seen_of(o, station);
    if (!seen)
        return;
    if (strcmp(tail, "status") == 0) {
        seen->online = strcmp(message->payload, "online") == 0;
        return;
    }
    json_t **slot = strcmp(tail, "health") == 0 ? &seen->health : &seen->state;
    json_decref(*slot);
    *slot = json_loads(message->payload, 0, NULL);
}

static int listen_for_all(struct overview *o)
{
    struct wire_message message;
    int timeout_ms = CONNECT_MS, r = CTL_FINE;
    bool up = false;

    if (wire_connect(o->wire) < 0)
        return ctl_fail(CTL_FAILED, "%s: cannot connect", o->options->wire.url);
    while (r == CTL_FINE && wire_wait(o->wire, &message, timeout_ms) > 0) {
        if (message.kind == WIRE_DOWN)
            r = ctl_fail(CTL_FAILED, "%s: %s", o->options->wire.url, message.payload ? message.payload : "gone");
        if (message.kind == WIRE_UP)
            up = true;
        if (message.kind == WIRE_MESSAGE && message.retained)
            take(o, &message);
        if (up && (message.kind == WIRE_UP || message.retained))
            timeout_ms = QUIET_MS;
        wire_free(&message);
    }
    return r == CTL_FINE && !up ? ctl_fail(CTL_FAILED, "%s: no answer", o->options->wire.url) : r;
}

/* Seconds since the station's health was written; -1: unknown. */
static int64_t age_s(const json_t *health)
{
    const char *ts = json_string_value(json_object_get(health, "ts"));
    int64_t wall_ns;

    if (!ts || wall_time_parse(ts, &wall_ns) < 0)
        return -1;
    return (int64_t)time(NULL) - wall_ns / NS_PER_S;
}

/* True when all is well. */
static bool print_station(const struct seen *seen)
{
    const json_t *faults = json_object_get(seen->state, "faults"), *fault;
    const char *now = json_string_value(json_object_get(seen->state, "now"));
    const char *clock = json_string_value(json_object_get(seen->health, "clock"));
    const char *version = json_string_value(json_object_get(seen->health, "version"));
    int64_t age = age_s(seen->health);
    bool online = seen->online && age >= 0 && age < FRESH_S;
    size_t i;

    printf("%-20s %-8s %-7s queue %-6lld clock %-13s %s", seen->station, online ? "online" : "offline", now ? now : "?",
           (long long)json_integer_value(json_object_get(seen->health, "queue")), clock ? clock : "?",
           version ? version : "?");
    if (!online && age >= 0)
        printf("  last heard %lld s ago", (long long)age);
    if (json_is_true(json_object_get(seen->state, "call")))
        printf("  the patient CALLS");
    json_array_foreach((json_t *)(uintptr_t)faults, i, fault)
    {
        const char *name = json_string_value(json_object_get(fault, "fault"));

        printf("  fault %s", name ? name : "?");
    }
    putchar('\n');
    return online && json_array_size(faults) == 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct seen *)a)->station, ((const struct seen *)b)->station);
}

static int print_all(struct overview *o)
{
    bool well = o->n > 0;

    qsort(o->v, (size_t)o->n, sizeof(*o->v), by_name);
    for (int i = 0; i < o->n; i++)
        well &= print_station(&o->v[i]);
    if (o->n == 0)
        ctl_fail(CTL_FAILED, "no station has ever spoken at %s under %s/", o->options->wire.url,
                 o->options->wire.prefix);
    return well ? CTL_FINE : CTL_FAILED;
}

int ctl_status(int argc, char **argv)
{
    static const char *const tails[] = {"status", "health", "state"};
    const struct argp argp = {option_table, parse, NULL, doc, children, NULL, NULL};
    struct options options = {.station = "+"};
    struct overview overview = {.options = &options};
    struct wire_topic topics[3];
    char filters[3][200], id[48];

    wire_defaults(&options.wire);
    argp_parse(&argp, argc, argv, 0, NULL, &options);
    for (int i = 0; i < 3; i++) {
        snprintf(filters[i], sizeof(filters[i]), "%s/%s/%s", options.wire.prefix, options.station, tails[i]);
        topics[i] = (struct wire_topic){filters[i], 1, false};
    }
    snprintf(id, sizeof(id), "gymstation-status-%ld", (long)getpid());
    overview.v = calloc(STATIONS_MAX, sizeof(*overview.v));
    int r = overview.v ? wire_open(&overview.wire, &options.wire, id, topics, 3, false) : CTL_FAILED;
    if (r == CTL_FINE) {
        r = listen_for_all(&overview);
        wire_leave(overview.wire);
        wire_close(overview.wire);
        if (r == CTL_FINE)
            r = print_all(&overview);
    }
    for (int i = 0; i < overview.n; i++) {
        json_decref(overview.v[i].health);
        json_decref(overview.v[i].state);
    }
    free(overview.v);
    return r;
}
