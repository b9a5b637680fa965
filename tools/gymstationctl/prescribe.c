/* SPDX-License-Identifier: MIT */
/* gymstationctl prescribe: checks a prescription, sends it to a station's slot and waits for the answer. */
#include <argp.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "gymstation/hash.h"
#include "gymstation/prescription_json.h"
#include "tools/gymstationctl/ctl.h"
#include "tools/gymstationctl/wire.h"

#define WAIT_MS   10000
#define TOPIC_LEN 200

struct options {
    struct wire_options wire;
    const char *station, *file;
    int slot;
    bool withdraw, check;
};

struct order {
    const struct options *options;
    struct wire *wire;
    char *payload; /* "": withdraws */
    char hash[HASH_LEN];
    char said[TOPIC_LEN], desired[TOPIC_LEN];
    bool sent;
};

static const char doc[] =
    "Checks the prescription in FILE, sends it to a slot of a station and waits for the station's answer.\v"
    "Its rev must be higher than that of what the slot held before. The prescription stays at the broker: a station "
    "that "
    "is off takes it when it comes back. What is pending is taken when the session at hand is over.";

static const struct argp_option option_table[] = {
    {"station", 's', "ID", 0, "The station", 0},
    {"slot", 'n', "N", 0, "Slot 1-8 (1)", 0},
    {"withdraw", 'w', NULL, 0, "Take back what the slot holds, instead of FILE", 0},
    {"check", 'c', NULL, 0, "Only check FILE; whether the station has what it needs is said by the station", 0},
    {0},
};
static const struct argp_child children[] = {{&wire_argp, 0, "Broker:", 1}, {0}};

static void check_arguments(struct argp_state *state, const struct options *options)
{
    if (options->withdraw == (options->file != NULL))
        argp_error(state, "either FILE or --withdraw");
    if (!options->check && !options->station)
        argp_error(state, "--station: whom is it for? 1-32 of a-z, 0-9 and -");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *options = state->input;
    char *end;
    long slot;

    switch (key) {
    case ARGP_KEY_INIT: state->child_inputs[0] = &options->wire; return 0;
    case 's': options->station = ctl_station(state, arg); return 0;
    case 'w': options->withdraw = true; return 0;
    case 'c': options->check = true; return 0;
    case 'n':
        slot = strtol(arg, &end, 10);
        if (*end != '\0' || slot < 1 || slot > SLOT_MAX)
            argp_error(state, "--slot: \"%s\" is not in 1..%d", arg, SLOT_MAX);
        options->slot = (int)slot;
        return 0;
    case ARGP_KEY_ARG:
        if (options->file)
            argp_error(state, "\"%s\" is too much: one prescription at a time", arg);
        options->file = arg;
        return 0;
    case ARGP_KEY_END: check_arguments(state, options); return 0;
    default: /* argp's keys, not an enum of ours */ return ARGP_ERR_UNKNOWN;
    }
}

/* What is wrong with it whatever the station has. */
static int check_file(const char *file, const char *payload, size_t len)
{
    struct station station;
    struct exercise_set *set = NULL;
    struct rx_arrival *arrival = calloc(1, sizeof(*arrival));
    struct config config;
    int r = arrival ? ctl_load(NULL, &config, &set) : CTL_FAILED;

    config_station_complete(&station);
    if (r == CTL_FINE) {
        rx_arrival_parse(1, payload, len, set->v, set->count, &station, arrival);
        if (!arrival->ok)
            r = ctl_fail(CTL_USAGE, "%s: %s: %s", file, arrival->refusal.path, arrival->refusal.reason);
    }
    exercise_set_free(set);
    free(arrival);
    return r;
}

/* The slot's topic: CTL_FINE or CTL_FAILED when it is the answer, -1 when it is not. */
static int answer(const struct order *order, const char *text)
{
    json_t *json = json_loads(text, 0, NULL);
    const json_t *held = json_object_get(json, "held"), *last = json_object_get(json, "last");
    const char *hash = json_string_value(json_object_get(last, "hash"));
    const char *status = json_string_value(json_object_get(last, "status"));
    const char *held_hash = json_string_value(json_object_get(held, "hash"));
    int r = -1;

    if (order->options->withdraw && json_is_null(held)) {
        puts("withdrawn");
        r = CTL_FINE;
    } else if (!order->options->withdraw && held_hash && strcmp(held_hash, order->hash) == 0) {
        printf("applied: rev %lld\n", (long long)json_integer_value(json_object_get(held, "rev")));
        r = CTL_FINE;
    } else if (hash && status && strcmp(hash, order->hash) == 0 && strcmp(status, "pending") == 0) {
        puts("pending: it is taken when the session at hand is over");
        r = CTL_FINE;
    } else if (hash && status && strcmp(hash, order->hash) == 0 && strcmp(status, "rejected") == 0) {
        r = ctl_fail(CTL_FAILED, "rejected: %s: %s", json_string_value(json_object_get(last, "path")),
                     json_string_value(json_object_get(last, "reason")));
    }
    json_decref(json);
    return r;
}

static int converse(struct order *order)
{
    int64_t until_ms = ctl_mono_ns() / NS_PER_MS + WAIT_MS;
    struct wire_message message;
    int r = -1;

    if (wire_connect(order->wire) < 0)
        return ctl_fail(CTL_FAILED, "%s: cannot connect", order->options->wire.url);
    while (r < 0 && ctl_mono_ns() / NS_PER_MS < until_ms &&
           wire_wait(order->wire, &message, (int)(until_ms - ctl_mono_ns() / NS_PER_MS)) > 0) {
        if (message.kind == WIRE_DOWN)
            r = ctl_fail(CTL_FAILED, "%s: %s", order->options->wire.url, message.payload ? message.payload : "gone");
        if (message.kind == WIRE_UP && wire_publish(order->wire, order->desired, order->payload, true) < 0)
            r = ctl_fail(CTL_FAILED, "%s: cannot publish", order->options->wire.url);
        if (message.kind == WIRE_MESSAGE && !message.retained)
            r = answer(order, message.payload);
        if (message.kind == WIRE_MESSAGE && message.retained && !order->options->withdraw)
            r = answer(order, message.payload); /* the same again is met with silence */
        wire_free(&message);
    }
    if (r < 0)
        r = ctl_fail(CTL_FAILED,
                     "%s has not answered within %d s: it takes it from the broker when it comes back "
                     "(gymstationctl status says whether it is online)",
                     order->options->station, WAIT_MS / 1000);
    return r;
}

static int send_order(struct order *order)
{
    const struct options *o = order->options;
    struct wire_topic topic = {order->said, 1, false};
    char id[64];

    snprintf(order->said, TOPIC_LEN, "%s/%s/prescription/%d", o->wire.prefix, o->station, o->slot);
    snprintf(order->desired, TOPIC_LEN, "%s/%s/desired/prescription/%d", o->wire.prefix, o->station, o->slot);
    snprintf(id, sizeof(id), "gymstation-prescribe-%ld", (long)getpid());
    int r = wire_open(&order->wire, &o->wire, id, &topic, 1, false);
    if (r != CTL_FINE)
        return r;
    r = converse(order);
    wire_leave(order->wire);
    wire_close(order->wire);
    return r;
}

int ctl_prescribe(int argc, char **argv)
{
    const struct argp argp = {option_table, parse, "[FILE]", doc, children, NULL, NULL};
    struct options options = {.slot = 1};
    struct order order = {.options = &options, .payload = NULL};
    size_t len = 0;
    int r = CTL_FINE;

    wire_defaults(&options.wire);
    argp_parse(&argp, argc, argv, 0, NULL, &options);
    if (options.withdraw)
        order.payload = strdup("");
    else
        r = ctl_read_file(options.file, PAYLOAD_MAX, &order.payload, &len);
    if (r == CTL_FINE && !options.withdraw)
        r = check_file(options.file, order.payload, len);
    if (r == CTL_FINE && sha256_hex(order.payload, len, order.hash) < 0)
        r = ctl_fail(CTL_FAILED, "out of memory");
    if (r == CTL_FINE && !options.check)
        r = send_order(&order);
    free(order.payload);
    return r;
}
