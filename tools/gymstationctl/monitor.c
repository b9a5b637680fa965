/* SPDX-License-Identifier: MIT */
/* gymstationctl monitor: a live, readable log of what stations say. */
#include <argp.h>
#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "gymstation/event_json.h"
#include "tools/gymstationctl/ctl.h"
#include "tools/gymstationctl/monitor.h"

#define RETRY_MS 1000
#define BYE_MS   1000
#define LINE_LEN 512

struct options {
    struct listener_options listen;
    bool json;
    long count; /* events, then exit; 0: until interrupted */
    const char *until;
};

struct monitor {
    struct options options;
    struct listener *listener;
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
    "lost. \"listening\" on stderr says that nothing is missed from then on. Passwords and client certificates are not "
    "offered: watch a broker that wants them through mosquitto_sub.";

static const struct argp_option option_table[] = {
    {"url", 'u', "URL", 0, "mqtt://HOST[:PORT] or mqtts://HOST[:PORT] (mqtt://127.0.0.1:1883)", 0},
    {"station", 's', "ID", 0, "Only this station", 0},
    {"prefix", 'p', "PREFIX", 0, "First part of the topics (gymstation)", 0},
    {"json", 'j', NULL, 0, "Print the events as they came, one a line, and nothing else", 0},
    {"count", 'n', "N", 0, "Exit after N events", 0},
    {"until", 'U', "TYPE", 0, "Exit after an event of this type, such as session_completed", 0},
    {0},
};

static void check_topic_part(struct argp_state *state, const char *name, const char *arg, size_t max)
{
    if (arg[0] == '\0' || strlen(arg) > max || strpbrk(arg, "+#$ "))
        argp_error(state, "--%s: \"%s\" is not 1-%zu characters without + # $ and blanks", name, arg, max);
}

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
    case 'u': options->listen.url = arg; return 0;
    case 's':
        check_topic_part(state, "station", arg, 32);
        if (strchr(arg, '/'))
            argp_error(state, "--station: \"%s\" has a / in it", arg);
        options->listen.station = arg;
        return 0;
    case 'p':
        check_topic_part(state, "prefix", arg, 64);
        options->listen.prefix = arg;
        return 0;
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

static void print_status(const struct monitor *monitor, const struct heard *heard)
{
    char line[LINE_LEN];

    if (monitor->options.json)
        return;
    snprintf(line, sizeof(line), "         %s is %.40s", heard->station, heard->text);
    print_line(monitor, line);
}

/* The moving line: where the patient is, and how hard it pulls. */
static void print_live(const struct heard *heard)
{
    json_t *json = json_loads(heard->text, 0, NULL);
    const char *phase = json_string_value(json_object_get(json, "phase"));
    const json_t *left = json_object_get(json, "left_s");

    printf("\r\033[K         %s  item %lld set %lld rep %lld  %-7s %7.1f N", heard->station,
           (long long)json_integer_value(json_object_get(json, "item")),
           (long long)json_integer_value(json_object_get(json, "set")),
           (long long)json_integer_value(json_object_get(json, "rep")), phase ? phase : "",
           json_number_value(json_object_get(json, "force_n")));
    if (left)
        printf("  %5.1f s left", json_number_value(left));
    fflush(stdout);
    json_decref(json);
}

static void print_heard(struct monitor *monitor, const struct heard *heard)
{
    switch (heard->kind) {
    case HEARD_LISTENING:
        fprintf(stderr, "listening to %s/%s at %s\n", monitor->options.listen.prefix, monitor->options.listen.station,
                monitor->options.listen.url);
        monitor->complained = false;
        break;
    case HEARD_NOTHING:
        if (!monitor->complained)
            fprintf(stderr, "%s: %s; trying again every second\n", monitor->options.listen.url,
                    heard->text ? heard->text : "no connection");
        monitor->complained = monitor->retry = true;
        break;
    case HEARD_EVENT: print_event(monitor, heard->text); break;
    case HEARD_STATUS: print_status(monitor, heard); break;
    case HEARD_LIVE: print_live(heard); break;
    case HEARD_BYE: break;
    }
}

/* --- the loop ------------------------------------------------------------------------------------------------------ */

static void hear_all(struct monitor *monitor)
{
    struct heard heard;

    while (!monitor->done && listener_next(monitor->listener, &heard) > 0) {
        print_heard(monitor, &heard);
        free(heard.text);
    }
}

/* Until it is done or interrupted. */
static int watch(struct monitor *monitor)
{
    struct pollfd fds[] = {{.fd = listener_fd(monitor->listener), .events = POLLIN},
                           {.fd = monitor->signals, .events = POLLIN}};

    monitor->retry = listener_connect(monitor->listener) < 0;
    while (!monitor->done) {
        int n = poll(fds, 2, monitor->retry ? RETRY_MS : -1);
        if (n < 0 && errno != EINTR)
            return ctl_fail(CTL_FAILED, "cannot wait: %s", strerror(errno));
        if (n == 0)
            monitor->retry = listener_connect(monitor->listener) < 0;
        if (n > 0 && fds[1].revents)
            return CTL_FINE;
        if (n > 0 && fds[0].revents)
            hear_all(monitor);
        if (ferror(stdout))
            return ctl_fail(CTL_FAILED, "stdout is gone");
    }
    return CTL_FINE;
}

/* Says goodbye to the broker, which may be gone. */
static void leave(struct monitor *monitor)
{
    struct pollfd fd = {.fd = listener_fd(monitor->listener), .events = POLLIN};
    struct heard heard = {.kind = HEARD_NOTHING};

    if (monitor->terminal)
        printf("\r\033[K");
    listener_disconnect(monitor->listener);
    while (heard.kind != HEARD_BYE && poll(&fd, 1, monitor->retry ? 0 : BYE_MS) > 0) {
        if (listener_next(monitor->listener, &heard) > 0)
            free(heard.text);
    }
    listener_close(monitor->listener);
}

static int block_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL); /* before Paho's threads begin: they inherit it */
    return signalfd(-1, &set, SFD_CLOEXEC);
}

int ctl_monitor(int argc, char **argv)
{
    const struct argp argp = {option_table, parse, NULL, doc, NULL, NULL, NULL};
    struct monitor monitor = {
        .options.listen = {.url = "mqtt://127.0.0.1:1883", .prefix = "gymstation", .station = "+"}};

    argp_parse(&argp, argc, argv, 0, NULL, &monitor.options);
    monitor.terminal = !monitor.options.json && isatty(STDOUT_FILENO);
    monitor.options.listen.live = monitor.terminal;
    monitor.signals = block_signals();
    if (monitor.signals < 0)
        return ctl_fail(CTL_FAILED, "signals: %s", strerror(errno));
    int r = listener_open(&monitor.options.listen, &monitor.listener);
    if (r == -EINVAL)
        return ctl_fail(CTL_USAGE, "--url: \"%s\" is not mqtt://HOST[:PORT] or mqtts://HOST[:PORT]",
                        monitor.options.listen.url);
    if (r < 0)
        return ctl_fail(CTL_FAILED, "cannot listen: %s", strerror(-r));
    int code = watch(&monitor);
    leave(&monitor);
    close(monitor.signals);
    return code;
}
