/* SPDX-License-Identifier: MIT */
/* The options that every subcommand with a broker has. */
#include <string.h>

#include "gymstation/secret.h"

#include "tools/gymstationctl/wire.h"

enum { KEY_USERNAME = 0x1000, KEY_PASSWORD_FILE, KEY_CAFILE, KEY_CERT, KEY_KEY };

static const struct argp_option option_table[] = {
    {"url", 'u', "URL", 0, "mqtt://HOST[:PORT] or mqtts://HOST[:PORT] (mqtt://127.0.0.1:1883)", 0},
    {"prefix", 'p', "PREFIX", 0, "First part of the topics (gymstation)", 0},
    {"username", KEY_USERNAME, "NAME", 0, "User name at the broker", 0},
    {"password-file", KEY_PASSWORD_FILE, "FILE", 0, "A file with the password, for nobody else to read", 0},
    {"cafile", KEY_CAFILE, "FILE", 0, "mqtts: whom to trust (the system's certificates)", 0},
    {"cert", KEY_CERT, "FILE", 0, "mqtts: a certificate of our own, with --key", 0},
    {"key", KEY_KEY, "FILE", 0, "mqtts: its key, likewise", 0},
    {0},
};

void wire_defaults(struct wire_options *options)
{
    *options = (struct wire_options){.url = "mqtt://127.0.0.1:1883", .prefix = "gymstation"};
}

static void check(struct argp_state *state, const struct wire_options *options)
{
    if (!options->cert_file != !options->key_file)
        argp_error(state, "--cert and --key: both or neither");
    if (options->password_file && !options->username)
        argp_error(state, "--password-file needs --username");
}

static void find(const char **file, char path[512])
{
    if (*file && secret_path(*file, path, 512))
        *file = path;
}

/* Of a unit with LoadCredential=; what is not found there is said by whoever opens it. */
static void find_credentials(struct wire_options *options)
{
    find(&options->ca_file, options->credentials[0]);
    find(&options->cert_file, options->credentials[1]);
    find(&options->key_file, options->credentials[2]);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct wire_options *options = state->input;

    switch (key) {
    case 'u': options->url = arg; return 0;
    case 'p':
        if (arg[0] == '\0' || strlen(arg) > 64 || strpbrk(arg, "+#$ "))
            argp_error(state, "--prefix: \"%s\" is not 1-64 characters without + # $ and blanks", arg);
        options->prefix = arg;
        return 0;
    case KEY_USERNAME: options->username = arg; return 0;
    case KEY_PASSWORD_FILE: options->password_file = arg; return 0;
    case KEY_CAFILE: options->ca_file = arg; return 0;
    case KEY_CERT: options->cert_file = arg; return 0;
    case KEY_KEY: options->key_file = arg; return 0;
    case ARGP_KEY_END:
        check(state, options);
        find_credentials(options);
        return 0;
    default: /* argp's keys, not an enum of ours */ return ARGP_ERR_UNKNOWN;
    }
}

const struct argp wire_argp = {option_table, parse, NULL, NULL, NULL, NULL, NULL};
