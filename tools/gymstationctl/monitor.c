/* SPDX-License-Identifier: MIT */
/* gymstationctl monitor: a live, readable log of what stations say. */
#include <argp.h>
#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gymstation/event_json.h"
#include "tools/gymstationctl/ctl.h"
#include "tools/gymstationctl/wire.h"

#define RETRY_MS 1000
#define LINE_LEN 512

struct options {
    struct wire_options wire;
    const char *station; /* or "+" */
    bool json;
    long count; /* events, then exit; 0: until interrupted */
    const char *until;
};

struct monitor {
    struct options options;
    struct wire *wire;
    int signals;
    bool terminal;
    bool complained; /* about the connection, once per loss */
    bool retry;      /* connect again at the next time-out */
    long events;
    bool done;
};

static const char doc[] =
    "Prints what happens at the stations, one line an event, and on a terminal a last line that follows the movement.\v"
    "Goes on until interrupted, or until --count or --until is reached; connects again whenever the connection is "
    "lost. \"listening\" on stderr says that nothing is missed from then on.";

static const struct argp_option option_table[] = {
    {"station", 's', "ID", 0, "Only this station", 0},
    {"json", 'j', NULL, 0, "Print the events as they came, one a line, and nothing else", 0},
    {"count", 'n', "N", 0, "Exit after N events", 0},
    {"until", 'U', "TYPE", 0, "Exit after an event of this type, such as session_completed", 0},
    {0},
};
static const struct argp_child children[] = {{&wire_argp, 0, "Broker:", 1}, {0}};

static long parse_count(struct argp_state *state, const char *arg)
{
    char *end;
    long n = strtol(arg, &end, 10);

    if (end == arg || *end != '\0' || n < 1 || n > 1000000000)
        argp_error(state, "--count: \"%s\" is not a whole number in 1..1000000000", arg);
    return n;
}

static void check_type(struct argp_state *state, const char *arg)
{
    for (int i = 0; i < EVENT_TYPE_COUNT; i++)
        if (strcmp(event_type_str((enum event_type)i), arg) == 0)
            return;
    argp_error(state, "--until: there is no event \"%s\"", arg);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *options = state->input;

    switch (key) {
    case ARGP_KEY_INIT: state->child_inputs[0] = &options->wire; return 0;
    case 's': options->station = ctl_station(state, arg); return 0;
    case 'j': options->json = true; return 0;
    case 'n': options->count = parse_count(state, arg); return 0;
    case 'U':
        check_type(state, arg);
        options->until = arg;
        return 0;
    default: /* argp's keys, not an enum of ours */ return ARGP_ERR_UNKNOWN;
    }
}

/* --- what is printed ----------------------------------------------------------------------------------------------- */

/* A line of the log; the moving line below it is wiped first. */
static void print_line(const struct monitor *monitor, const char *line)
{
    printf("%s%s\n", monitor->terminal ? "\r\033[K" : "", line);
    fflush(stdout);
}

static bool is_type(const char *envelope, const char *type)
{
    json_t *json = json_loads(envelope, 0, NULL);
    const char *found = json_string_value(json_object_get(json, "type"));
    bool is = found && strcmp(found, type) == 0;

    json_decref(json);
    return is;
}

static void print_event(struct monitor *monitor, const char *envelope)
{
    const struct options *options = &monitor->options;
    char line[LINE_LEN];

    if (options->json)
        print_line(monitor, envelope);
    else if (event_human(envelope, line, sizeof(line)) == 0)
        print_line(monitor, line);
    else
        print_line(monitor, "(not an event) ");
    monitor->events++;
    monitor->done = (options->count > 0 && monitor->events >= options->count) ||
                    (options->until && is_type(envelope, options->until));
}

static void print_status(const struct monitor *monitor, const char *station, const char *status)
{
    char line[LINE_LEN];

    if (monitor->options.json)
        return;
    snprintf(line, sizeof(line), "         %s is %.40s", station, status);
    print_line(monitor, line);
}

/* The moving line: where the patient is, and how hard it pulls. */
static void print_live(const char *station, const char *live)
{
    json_t *json = json_loads(live, 0, NULL);
    const char *phase = json_string_value(json_object_get(json, "phase"));
    const json_t *left = json_object_get(json, "left_s");

    printf("\r\033[K         %s  item %lld set %lld rep %lld  %-7s %7.1f N", station,
           (long long)json_integer_value(json_object_get(json, "item")),
           (long long)json_integer_value(json_object_get(json, "set")),
           (long long)json_integer_value(json_object_get(json, "rep")), phase ? phase : "",
           json_number_value(json_object_get(json, "force_n")));
    if (left)
        printf("  %5.1f s left", json_number_value(left));
    fflush(stdout);
    json_decref(json);
}

static void print_message(struct monitor *monitor, const struct wire_message *message)
{
    char station[40];
    const char *tail;

    if (wire_split(&monitor->options.wire, message->topic, station, sizeof(station), &tail) < 0)
        return;
    if (strcmp(tail, "event") == 0)
        print_event(monitor, message->payload);
    else if (strcmp(tail, "live") == 0)
        print_live(station, message->payload);
    else
        print_status(monitor, station, message->payload);
}

static void print_heard(struct monitor *monitor, const struct wire_message *heard)
{
    const struct wire_options *wire = &monitor->options.wire;

    switch (heard->kind) {
    case WIRE_UP:
        fprintf(stderr, "listening to %s/%s at %s\n", wire->prefix, monitor->options.station, wire->url);
        monitor->complained = false;
        break;
    case WIRE_DOWN:
        if (!monitor->complained)
            fprintf(stderr, "%s: %s; trying again every second\n", wire->url,
                    heard->payload ? heard->payload : "no connection");
        monitor->complained = monitor->retry = true;
        break;
    case WIRE_MESSAGE: print_message(monitor, heard); break;
    case WIRE_BYE: break;
    }
}

/* --- the loop ------------------------------------------------------------------------------------------------------ */

static void hear_all(struct monitor *monitor)
{
    struct wire_message message;

    while (!monitor->done && wire_next(monitor->wire, &message) > 0) {
        print_heard(monitor, &message);
        wire_free(&message);
    }
}

/* Until it is done or interrupted. */
static int watch(struct monitor *monitor)
{
    struct pollfd fds[] = {{.fd = wire_fd(monitor->wire), .events = POLLIN},
                           {.fd = monitor->signals, .events = POLLIN}};

    monitor->retry = wire_connect(monitor->wire) < 0;
    while (!monitor->done) {
        int n = poll(fds, 2, monitor->retry ? RETRY_MS : -1);
        if (n < 0 && errno != EINTR)
            return ctl_fail(CTL_FAILED, "cannot wait: %s", strerror(errno));
        if (n == 0)
            monitor->retry = wire_connect(monitor->wire) < 0;
        if (n > 0 && fds[1].revents)
            return CTL_FINE;
        if (n > 0 && fds[0].revents)
            hear_all(monitor);
        if (ferror(stdout))
            return ctl_fail(CTL_FAILED, "stdout is gone");
    }
    return CTL_FINE;
}

/* Events and status must not be missed, the moving line may be. */
static int open_wire(struct monitor *monitor)
{
    static const char *const tails[] = {"event", "status", "live"};
    const struct options *options = &monitor->options;
    struct wire_topic topics[3];
    char filters[3][200], id[48];

    for (int i = 0; i < 3; i++) {
        snprintf(filters[i], sizeof(filters[i]), "%s/%s/%s", options->wire.prefix, options->station, tails[i]);
        topics[i] = (struct wire_topic){filters[i], i < 2, false};
    }
    snprintf(id, sizeof(id), "gymstation-monitor-%ld", (long)getpid());
    return wire_open(&monitor->wire, &options->wire, id, topics, monitor->terminal ? 3 : 2, false);
}

int ctl_monitor(int argc, char **argv)
{
    const struct argp argp = {option_table, parse, NULL, doc, children, NULL, NULL};
    struct monitor monitor = {.options.station = "+"};

    wire_defaults(&monitor.options.wire);
    argp_parse(&argp, argc, argv, 0, NULL, &monitor.options);
    monitor.terminal = !monitor.options.json && isatty(STDOUT_FILENO);
    monitor.signals = wire_block_signals();
    if (monitor.signals < 0)
        return ctl_fail(CTL_FAILED, "signals: %s", strerror(errno));
    int code = open_wire(&monitor);
    if (code == CTL_FINE) {
        code = watch(&monitor);
        if (monitor.terminal)
            printf("\r\033[K");
        if (!monitor.retry)
            wire_leave(monitor.wire);
        wire_close(monitor.wire);
    }
    close(monitor.signals);
    return code;
}
