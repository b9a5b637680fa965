/* SPDX-License-Identifier: MIT */
/* gymstationctl doctor: looks at a station for ten seconds and says what is wrong with it and what to do. */
#include "tools/gymstationctl/doctor.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "gymstation/board.h"
#include "tools/gymstationctl/ctl.h"

#define SECONDS     10
#define SECONDS_MAX 3600

struct options {
    struct cell_options cell;
    double seconds;
};

static const char doc[] = "Looks at a station: ten seconds of the load cell, then wiring, permissions, power, clock, "
                          "journal and broker. One line "
                          "each, ok, warn or fail, with what to do. Exits 1 when something fails.\v"
                          "The load cell can only be looked at while the daemon does not run. Run it as the daemon's "
                          "user to see what that may do.";

static const struct argp_option option_table[] = {
    {"seconds", 'n', "N", 0, "How long to look at the load cell (10)", 0},
    {0},
};
static const struct argp_child children[] = {{&cell_argp, 0, "Station:", 1}, {0}};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *options = state->input;

    switch (key) {
    case ARGP_KEY_INIT: state->child_inputs[0] = &options->cell; return 0;
    case 'n': options->seconds = ctl_seconds(state, arg, 1, SECONDS_MAX); return 0;
    case ARGP_KEY_ARG: argp_error(state, "\"%s\" is too much", arg); return 0;
    default: /* argp's keys, not an enum of ours */ return ARGP_ERR_UNKNOWN;
    }
}

void doctor_say(struct doctor *doctor, enum verdict verdict, const char *what, const char *format, ...)
{
    static const char *const words[] = {"ok", "warn", "FAIL"};
    va_list args;

    doctor->warns += verdict == VERDICT_WARN;
    doctor->fails += verdict == VERDICT_FAIL;
    printf("%-5s %-12s ", words[verdict], what);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
    fflush(stdout);
}

int ctl_doctor(int argc, char **argv)
{
    const struct argp argp = {option_table, parse, NULL, doc, children, NULL, NULL};
    struct options options = {.seconds = SECONDS};
    struct doctor doctor = {.sys = board_sys()};
    int r;

    argp_parse(&argp, argc, argv, 0, NULL, &options);
    r = cell_config(&options.cell, &doctor.config);
    if (r != CTL_FINE)
        return r;
    doctor.seconds = options.seconds;
    doctor_cell(&doctor);
    doctor_host(&doctor);
    printf("%d failed, %d to look at\n", doctor.fails, doctor.warns);
    return doctor.fails > 0 ? CTL_FAILED : CTL_FINE;
}
