/* SPDX-License-Identifier: MIT */
/* gymstationctl collect: the other end of the journal. Stores every event exactly once and tells the station so. */
#include <argp.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>

#include "tools/gymstationctl/collect.h"
#include "tools/gymstationctl/ctl.h"

#define BATCH    1000 /* messages in one transaction: one fsync for all of them */
#define RETRY_NS NS_PER_S
#define BYE_MS   1000
#define TAIL_N   4

struct options {
    struct wire_options wire;
    const char *db, *backup;
    bool check;
};

struct collector {
    const struct options *options;
    struct store *store;
    struct intake intake;
    struct wire *wire;
    int signals;
    bool up, complained;
    int64_t retry_ns; /* NEVER: connected, or under way */
};

static const char doc[] =
    "Stores every event of every station exactly once and acknowledges it, so that the stations may let go of it. What "
    "was missed is noticed and asked for again.\v"
    "--db takes a file (SQLite, made when missing) or postgresql://USER@HOST/DATABASE. A clinic has exactly one "
    "collector. "
    "--check prints one line a journal and exits 1 when events are missing. Exits with 2 when another collector "
    "acknowledges at the same broker.";

static const struct argp_option option_table[] = {
    {"db", 'd', "FILE|URL", 0, "Where to store", 0},
    {"check", 'c', NULL, 0, "Print what is stored and what is missing, then exit", 0},
    {"backup", 'b', "FILE", 0, "Write a copy of the database while it is in use, then exit", 0},
    {0},
};
static const struct argp_child children[] = {{&wire_argp, 0, "Broker:", 1}, {0}};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *options = state->input;

    switch (key) {
    case ARGP_KEY_INIT: state->child_inputs[0] = &options->wire; return 0;
    case 'd': options->db = arg; return 0;
    case 'c': options->check = true; return 0;
    case 'b': options->backup = arg; return 0;
    case ARGP_KEY_ARG: argp_error(state, "\"%s\" is too much", arg); return 0;
    case ARGP_KEY_END:
        if (!options->db)
            argp_error(state, "--db is missing: where to store");
        if (options->backup && !store_is_file(options->db))
            argp_error(state, "--backup copies files; for PostgreSQL use pg_dump");
        return 0;
    default: /* argp's keys, not an enum of ours */ return ARGP_ERR_UNKNOWN;
    }
}

/* --- what the broker says ------------------------------------------------------------------------------------------ */

static void heard_up(struct collector *c)
{
    c->up = true;
    c->complained = false;
    intake_connected(&c->intake, ctl_mono_ns());
    ctl_fail(CTL_FINE, "collecting %s/+/event at %s into %s", c->options->wire.prefix, c->options->wire.url,
             store_is_file(c->options->db) ? c->options->db : "PostgreSQL");
    sd_notify(0, "READY=1");
}

static void heard_down(struct collector *c, const char *why)
{
    if (!c->complained)
        ctl_fail(CTL_FAILED, "%s: %s; trying again every second, stations keep what they have", c->options->wire.url,
                 why ? why : "no connection");
    c->up = false;
    c->complained = true;
    c->retry_ns = ctl_mono_ns() + RETRY_NS;
}

static int heard(struct collector *c, const struct wire_message *message)
{
    switch (message->kind) {
    case WIRE_UP: heard_up(c); break;
    case WIRE_DOWN: heard_down(c, message->payload); break;
    case WIRE_MESSAGE: return intake_take(&c->intake, message, ctl_mono_ns());
    case WIRE_BYE: break;
    }
    return 0;
}

/* A batch in one transaction. Acknowledgements go out when it has been committed, never before. 0 or -1. */
static int hear(struct collector *c)
{
    struct wire_message message;
    int r = 0;

    if (wire_next(c->wire, &message) == 0)
        return 0;
    if (store_begin(c->store) < 0) {
        wire_free(&message);
        return -1;
    }
    for (int n = 1;; n++) {
        r = heard(c, &message);
        wire_free(&message);
        if (r < 0 || n == BATCH || wire_next(c->wire, &message) == 0)
            break;
    }
    return r < 0 || intake_save(&c->intake) < 0 || store_commit(c->store) < 0 ? -1 : 0;
}

/* --- the loop ------------------------------------------------------------------------------------------------------ */

static int timeout_ms(const struct collector *c)
{
    int64_t deadline_ns = c->up ? intake_deadline_ns(&c->intake) : c->retry_ns;
    int64_t left_ns = deadline_ns - ctl_mono_ns();

    if (deadline_ns == NEVER)
        return -1;
    return left_ns <= 0 ? 0 : left_ns > NS_PER_S ? 1000 : (int)(left_ns / 1000000) + 1;
}

static void connect_again(struct collector *c)
{
    if (c->up || c->retry_ns > ctl_mono_ns())
        return;
    c->retry_ns = wire_connect(c->wire) < 0 ? ctl_mono_ns() + RETRY_NS : NEVER;
}

static int run(struct collector *c)
{
    struct pollfd fds[] = {{.fd = wire_fd(c->wire), .events = POLLIN}, {.fd = c->signals, .events = POLLIN}};

    c->retry_ns = ctl_mono_ns();
    for (;;) {
        connect_again(c);
        if (poll(fds, 2, timeout_ms(c)) < 0 && errno != EINTR)
            return ctl_fail(CTL_FAILED, "cannot wait: %s", strerror(errno));
        if (fds[1].revents)
            return CTL_FINE;
        if (c->intake.rivalled)
            return ctl_fail(CTL_USAGE,
                            "another collector acknowledges at this broker: this one ends, a clinic has one");
        if (hear(c) < 0 || (c->up && intake_speak(&c->intake, c->wire, ctl_mono_ns()) < 0))
            return ctl_fail(CTL_FAILED, "%s: cannot be written: %s; nothing that was not stored is acknowledged",
                            store_is_file(c->options->db) ? c->options->db : "PostgreSQL", store_error(c->store));
    }
}

/* Gives the last acknowledgements their way out. */
static void leave(struct collector *c)
{
    if (c->up)
        wire_leave(c->wire); /* what still comes is neither stored nor acknowledged: it will be asked for */
}

static int collect(const struct options *options, struct store *store)
{
    static const char *const tails[TAIL_N] = {"event", "health", "reply/resend", "ack"};
    struct collector c = {.options = options, .store = store, .retry_ns = NEVER};
    char filters[TAIL_N][200], id[64];
    struct wire_topic topics[TAIL_N];
    int r;

    for (int i = 0; i < TAIL_N; i++) {
        snprintf(filters[i], sizeof(filters[i]), "%s/+/%s", options->wire.prefix, tails[i]);
        topics[i] = (struct wire_topic){filters[i], 1, true};
    }
    /* Unique: two under one name would throw each other out for ever, and the broker need not say why. */
    snprintf(id, sizeof(id), "gymstation-collect-%ld-%lx", (long)getpid(), (unsigned long)ctl_mono_ns());
    c.signals = wire_block_signals();
    if (intake_init(&c.intake, &options->wire, store) < 0)
        return ctl_fail(CTL_FAILED, "the database cannot be read: %s", store_error(store));
    r = wire_open(&c.wire, &options->wire, id, topics, TAIL_N, true);
    if (r == CTL_FINE) {
        r = run(&c);
        leave(&c);
    }
    wire_close(c.wire);
    intake_free(&c.intake);
    close(c.signals);
    return r;
}

int ctl_collect(int argc, char **argv)
{
    const struct argp argp = {option_table, parse, NULL, doc, children, NULL, NULL};
    struct options options = {0};
    char why[300];
    int r;

    wire_defaults(&options.wire);
    argp_parse(&argp, argc, argv, 0, NULL, &options);
    bool reads = options.check || options.backup;
    struct store *store = store_open(options.db, !reads, why, sizeof(why));
    if (!store)
        return ctl_fail(CTL_FAILED, "%s: %s", store_is_file(options.db) ? options.db : "PostgreSQL", why);
    if (options.backup && store_backup(store, options.backup) < 0)
        r = ctl_fail(CTL_FAILED, "%s: %s", options.backup, store_error(store));
    else if (reads)
        r = options.check ? collect_report(store) : CTL_FINE;
    else
        r = collect(&options, store);
    store_close(store);
    return r;
}
