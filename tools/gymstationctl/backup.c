/* SPDX-License-Identifier: MIT */
/* gymstationctl backup: a copy of a station's journal, taken while the daemon goes on writing. */
#include <argp.h>

#include "gymstation/journal.h"
#include "tools/gymstationctl/ctl.h"

struct options {
    const char *from, *to;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *options = state->input;

    switch (key) {
    case ARGP_KEY_ARG:
        if (options->to)
            argp_error(state, "%s: two files are enough: the journal and its copy", arg);
        *(options->from ? &options->to : &options->from) = arg;
        return 0;
    case ARGP_KEY_END:
        if (!options->to)
            argp_error(state, "name the journal and the file for its copy");
        return 0;
    default: /* argp's keys, not an enum of ours */ return ARGP_ERR_UNKNOWN;
    }
}

int ctl_backup(int argc, char **argv)
{
    static const char doc[] = "Copies a station's journal as it is at one moment, while the daemon goes on writing. "
                              "The copy is whole or not there. "
                              "It is for reading: put back in the journal's place it would give numbers a second time.";
    const struct argp argp = {NULL, parse, "JOURNAL FILE", doc, NULL, NULL, NULL};
    struct options options = {0};
    struct refusal why;

    argp_parse(&argp, argc, argv, 0, NULL, &options);
    if (journal_backup(options.from, options.to, &why) < 0)
        return ctl_fail(CTL_FAILED, "backup: %s: %s", why.path, why.reason);
    return CTL_FINE;
}
