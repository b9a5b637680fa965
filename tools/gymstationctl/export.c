/* SPDX-License-Identifier: MIT */
/* gymstationctl sessions and export: what a collector has stored, for people and for spreadsheets. */
#include <argp.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "gymstation/event_json.h"
#include "tools/gymstationctl/collect_store.h"
#include "tools/gymstationctl/ctl.h"

#define LINE_LEN 512

struct options {
    const char *db, *station, *type;
    bool csv;
};

static const char sessions_doc[] = "Prints one line a session that a collector has stored.";
static const char export_doc[] =
    "Prints the events that a collector has stored: as they came, one JSON envelope a line, or as a table.\v"
    "With --csv: repetitions and holds, one a line, for spreadsheets. A cell that is empty was not observed; every "
    "phase "
    "has its own src beside it.";

static const struct argp_option sessions_options[] = {
    {"db", 'd', "FILE|URL", 0, "The collector's database", 0},
    {"station", 's', "ID", 0, "Only this station", 0},
    {0},
};
static const struct argp_option export_options[] = {
    {"db", 'd', "FILE|URL", 0, "The collector's database", 0},
    {"station", 's', "ID", 0, "Only this station", 0},
    {"type", 't', "TYPE", 0, "Only events of this type, such as rep", 0},
    {"csv", 'c', NULL, 0, "A table of repetitions and holds", 0},
    {0},
};

static void check_type(struct argp_state *state, const char *arg)
{
    for (int i = 0; i < EVENT_TYPE_COUNT; i++)
        if (strcmp(event_type_str((enum event_type)i), arg) == 0)
            return;
    argp_error(state, "--type: there is no event \"%s\"", arg);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *options = state->input;

    switch (key) {
    case 'd': options->db = arg; return 0;
    case 's': options->station = arg; return 0;
    case 't':
        check_type(state, arg);
        options->type = arg;
        return 0;
    case 'c': options->csv = true; return 0;
    case ARGP_KEY_ARG: argp_error(state, "\"%s\" is too much", arg); return 0;
    case ARGP_KEY_END:
        if (!options->db)
            argp_error(state, "--db is missing: the collector's database");
        if (options->csv && options->type[0] != '\0')
            argp_error(state, "--csv has repetitions and holds; --type goes without it");
        return 0;
    default: /* argp's keys, not an enum of ours */ return ARGP_ERR_UNKNOWN;
    }
}

/* Opens, walks, closes. */
static int walk(const struct options *options, const char *type, int (*each)(void *, const char *))
{
    char why[300];
    struct store *store = store_open(options->db, false, why, sizeof(why));

    if (!store)
        return ctl_fail(CTL_FAILED, "%s: %s", store_is_file(options->db) ? options->db : "PostgreSQL", why);
    int r = store_bodies(store, options->station, type, each, NULL) < 0
                ? ctl_fail(CTL_FAILED, "the database cannot be read: %s", store_error(store))
                : CTL_FINE;
    store_close(store);
    if (r == CTL_FINE && fflush(stdout) != 0)
        r = ctl_fail(CTL_FAILED, "stdout is gone");
    return r;
}

/* --- sessions ------------------------------------------------------------------------------------------------------ */

static int print_session(void *context, const char *body)
{
    json_t *json = json_loads(body, 0, NULL);
    const char *ts = json_string_value(json_object_get(json, "ts"));
    char line[LINE_LEN];

    (void)context;
    if (ts && event_human(body, line, sizeof(line)) == 0)
        printf("%.10s %s\n", ts, line);
    json_decref(json);
    return 0;
}

int ctl_sessions(int argc, char **argv)
{
    const struct argp argp = {sessions_options, parse, NULL, sessions_doc, NULL, NULL, NULL};
    struct options options = {.station = "", .type = ""};

    argp_parse(&argp, argc, argv, 0, NULL, &options);
    return walk(&options, "session_completed", print_session);
}

/* --- export -------------------------------------------------------------------------------------------------------- */

static int print_body(void *context, const char *body)
{
    (void)context;
    puts(body);
    return 0;
}

static const char *const head_keys[] = {"ts",       "clock",     "station", "session", "patient", "item",
                                        "exercise", "variation", "side",    "set",     "rep",     "type"};
static const char *const phase_names[] = {"con", "top", "ecc", "bottom"};
static const char *const phase_keys[] = {"s", "src", "sd_s", "move_s"};
static const char *const data_keys[] = {"outcome",   "tut_s", "peak_n",        "mean_n", "impulse_ns", "held_s",
                                        "in_band_s", "dips",  "longest_dip_s", "cv_pct", "target_n"};
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void print_header(void)
{
    for (size_t i = 0; i < COUNT(head_keys); i++)
        printf("%s,", head_keys[i]);
    for (size_t i = 0; i < COUNT(data_keys); i++)
        printf("%s,", data_keys[i]);
    for (size_t i = 0; i < COUNT(phase_names); i++)
        for (size_t k = 0; k < COUNT(phase_keys); k++)
            printf("%s_%s,", phase_names[i], phase_keys[k]);
    puts("flags");
}

/* Texts in quotes, as RFC 4180 wants them; what is absent stays empty. */
static void print_text(const char *text)
{
    putchar('"');
    for (; *text; text++) {
        if (*text == '"')
            putchar('"');
        putchar(*text);
    }
    putchar('"');
}

static void print_cell(const json_t *value)
{
    if (json_is_string(value))
        print_text(json_string_value(value));
    else if (json_is_integer(value))
        printf("%lld", (long long)json_integer_value(value));
    else if (json_is_number(value))
        printf("%.15g", json_number_value(value));
    putchar(',');
}

static void print_flags(const json_t *flags)
{
    const json_t *flag;
    size_t i;

    putchar('"');
    json_array_foreach((json_t *)(uintptr_t)flags, i, flag) printf("%s%s", i ? " " : "", json_string_value(flag));
    puts("\"");
}

static int print_row(void *context, const char *body)
{
    json_t *json = json_loads(body, 0, NULL);
    const json_t *data = json_object_get(json, "data"), *phases = json_object_get(data, "phases");
    const char *type = json_string_value(json_object_get(json, "type"));

    (void)context;
    if (type && (strcmp(type, "rep") == 0 || strcmp(type, "hold") == 0)) {
        for (size_t i = 0; i < COUNT(head_keys); i++)
            print_cell(json_object_get(json, head_keys[i]));
        for (size_t i = 0; i < COUNT(data_keys); i++)
            print_cell(json_object_get(data, data_keys[i]));
        for (size_t i = 0; i < COUNT(phase_names); i++)
            for (size_t k = 0; k < COUNT(phase_keys); k++)
                print_cell(json_object_get(json_object_get(phases, phase_names[i]), phase_keys[k]));
        print_flags(json_object_get(data, "flags"));
    }
    json_decref(json);
    return 0;
}

int ctl_export(int argc, char **argv)
{
    const struct argp argp = {export_options, parse, NULL, export_doc, NULL, NULL, NULL};
    struct options options = {.station = "", .type = ""};

    argp_parse(&argp, argc, argv, 0, NULL, &options);
    if (options.csv)
        print_header();
    return walk(&options, options.type, options.csv ? print_row : print_body);
}
