/* SPDX-License-Identifier: MIT */
/* For the tests that read prescriptions and commands: the exercises, a station that has everything, JSON in ' quotes. */
#ifndef GYMSTATION_TESTS_RX_FIXTURE_H
#define GYMSTATION_TESTS_RX_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "gymstation/config.h"
#include "gymstation/exercise_file.h"
#include "gymstation/prescription_json.h"

#define JSON_LEN    4096
#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

/* A prescription of these items, and items to which keys can be added (beginning with a comma). */
#define RX_WITH(keys, items) "{'v':1,'rev':7,'id':'rx','by':'pt'" keys ",'items':[" items "]}"
#define RX(items)            RX_WITH("", items)
#define CURL(keys)           "{'exercise':'banded_curl','side':'left'" keys "}"
#define BRIDGE(keys)         "{'exercise':'glute_bridge'" keys "}"
#define DIG(keys)            "{'exercise':'iso_heel_dig','side':'right'" keys "}"

static struct exercise_set *exercises;
static struct station station;

static inline int load_exercises(void **state)
{
    char dir[512], err[EXERCISE_ERR_LEN] = "";

    (void)state;
    config_station_complete(&station);
    if (exercise_dir_default(dir, sizeof(dir)) == 0 && exercise_dir_load(dir, &exercises, err, sizeof(err)) == 0)
        return 0;
    print_error("%s\n", err);
    return -1;
}

static inline int free_exercises(void **state)
{
    (void)state;
    exercise_set_free(exercises);
    return 0;
}

/* ' becomes ". */
static inline size_t json_of(const char *quoted, char json[JSON_LEN])
{
    size_t n = strlen(quoted);

    assert_true(n < JSON_LEN);
    for (size_t i = 0; i <= n; i++)
        json[i] = (char)(quoted[i] == '\'' ? '"' : quoted[i]);
    return n;
}

static inline void parse(const char *quoted, struct rx_arrival *ret)
{
    char json[JSON_LEN];
    size_t n = json_of(quoted, json);

    rx_arrival_parse(3, json, n, exercises->v, exercises->count, &station, ret);
}

static inline void expect_ok(const char *quoted, struct rx_arrival *ret)
{
    parse(quoted, ret);
    if (!ret->ok)
        fail_msg("%s\nrefused: %s: %s", quoted, ret->refusal.path, ret->refusal.reason);
    assert_string_equal(ret->refusal.path, "");
}

static inline void expect_refused(const char *quoted, const char *path, const char *reason)
{
    struct rx_arrival arrival;

    parse(quoted, &arrival);
    if (arrival.ok)
        fail_msg("%s\nwas taken; should be refused at %s", quoted, path);
    if (strcmp(arrival.refusal.path, path) != 0 || !strstr(arrival.refusal.reason, reason))
        fail_msg("%s\nrefused at %s: %s\nshould be %s: ...%s...", quoted, arrival.refusal.path, arrival.refusal.reason,
                 path, reason);
}

#endif
