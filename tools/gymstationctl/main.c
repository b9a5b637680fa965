/* SPDX-License-Identifier: MIT */
/* gymstationctl: finds the subcommand and hands over. */
#include <argp.h>
#include <string.h>

#include "tools/gymstationctl/ctl.h"

#define COMMANDS                                                                                                       \
    "replay, import, monitor, simulate, prescribe, status, collect, sessions, export, calibrate, tare, doctor, "       \
    "record, backup"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *argv0; /* what its messages begin with */
} commands[] = {
    {"replay", ctl_replay, "gymstationctl replay"},
    {"import", ctl_import, "gymstationctl import"},
    {"monitor", ctl_monitor, "gymstationctl monitor"},
    {"simulate", ctl_simulate, "gymstationctl simulate"},
    {"prescribe", ctl_prescribe, "gymstationctl prescribe"},
    {"status", ctl_status, "gymstationctl status"},
    {"collect", ctl_collect, "gymstationctl collect"},
    {"sessions", ctl_sessions, "gymstationctl sessions"},
    {"export", ctl_export, "gymstationctl export"},
    {"calibrate", ctl_calibrate, "gymstationctl calibrate"},
    {"tare", ctl_tare, "gymstationctl tare"},
    {"record", ctl_record, "gymstationctl record"},
    {"doctor", ctl_doctor, "gymstationctl doctor"},
    {"backup", ctl_backup, "gymstationctl backup"},
};
#define COMMAND_N (sizeof(commands) / sizeof(commands[0]))

static const char doc[] =
    "Looks after Gymstation's recordings and stations.\v"
    "Commands:\n"
    "  replay     feed traces to a core in virtual time, print its events\n"
    "  import     turn a force recording (CSV) into a trace\n"
    "  monitor    watch stations live through their broker\n"
    "  simulate   write the trace of a simulated patient\n"
    "  prescribe  check a prescription, send it, wait for the answer\n"
    "  status     one line a station\n"
    "  collect    store the events of all stations, once and for good\n"
    "  sessions   one line a session that was collected\n"
    "  export     what was collected, as JSON lines or as a table\n"
    "  calibrate  read the empty box and a known mass, and write down what follows\n"
    "  tare       ask a station to take its empty box as zero\n"
    "  record     write what the load cell reads as a trace\n"
    "  doctor     look at a station: what is wrong with it, and what to do\n"
    "  backup     copy a station's journal while it is in use\n"
    "\n"
    "`gymstationctl COMMAND --help` says more. Exit codes: 0 fine, 1 it did not work, 2 wrong input or usage.";

static error_t parse(int key, char *arg, struct argp_state *state)
{
    int *first = state->input;

    (void)arg;
    switch (key) {
    case ARGP_KEY_ARG:
        *first = state->next - 1;
        state->next = state->argc; /* the rest is the command's */
        return 0;
    case ARGP_KEY_NO_ARGS: argp_error(state, "a command is missing; there are " COMMANDS); return 0;
    default: /* argp's keys, not an enum of ours */ return ARGP_ERR_UNKNOWN;
    }
}

int main(int argc, char **argv)
{
    const struct argp argp = {NULL, parse, "COMMAND [ARGUMENT...]", doc, NULL, NULL, NULL};
    int first = argc;

    argp_program_version = "gymstationctl " GYMSTATION_VERSION;
    argp_err_exit_status = CTL_USAGE;
    argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &first);
    for (size_t i = 0; first < argc && i < COMMAND_N; i++) {
        if (strcmp(argv[first], commands[i].name) != 0)
            continue;
        argv[first] = (char *)(uintptr_t)commands[i].argv0; /* argp only reads it */
        return commands[i].run(argc - first, argv + first);
    }
    return ctl_fail(CTL_USAGE, "there is no command \"%s\"; there are " COMMANDS, first < argc ? argv[first] : "");
}
