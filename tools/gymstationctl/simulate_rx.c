/* SPDX-License-Identifier: MIT */
/* gymstationctl simulate: a prescription of one item from the options. */
#include <math.h>

#include <jansson.h>

#include "tools/gymstationctl/simulate.h"

static void put_text(json_t *item, const char *key, const char *value)
{
    if (value != NULL)
        json_object_set_new(item, key, json_string(value));
}

static void put_int(json_t *item, const char *key, int value)
{
    if (value != NOT_GIVEN)
        json_object_set_new(item, key, json_integer(value));
}

static void put_real(json_t *item, const char *key, double value)
{
    if (!isnan(value))
        json_object_set_new(item, key, json_real(value));
}

static bool bilateral(const struct simulate_options *options, const struct exercise_set *set)
{
    int e = exercise_find(set->v, set->count, options->exercise);
    if (e < 0)
        return false; /* the prescription's reader will say so */
    int v = options->variation != NULL ? exercise_variation_find(&set->v[e], options->variation) : 0;
    return v >= 0 && set->v[e].variations[v].bilateral;
}

char *simulate_rx(const struct simulate_options *options, const struct exercise_set *set)
{
    json_t *item = json_object();
    put_text(item, "exercise", options->exercise);
    put_text(item, "variation", options->variation);
    put_text(item, "contact", options->contact);
    put_text(item, "anchor", options->anchor);
    put_text(item, "side", options->side != NULL ? options->side : bilateral(options, set) ? "both" : "left");
    put_text(item, "pacing", options->pacing);
    put_int(item, "reps_min", options->reps);
    put_int(item, "reps_max", options->reps);
    put_int(item, "sets", options->sets);
    put_int(item, "holds", options->holds);
    put_real(item, "hold_s", options->hold_s);
    put_real(item, "hold_rest_s", options->rest_s);
    put_real(item, "rest_s", options->rest_s);
    put_real(item, "load_kg", options->load_kg);
    put_real(item, "step_height_m", options->step_m);
    if (!isnan(options->target_n))
        json_object_set_new(item, "target",
                            json_pack("{s:s, s:f, s:i}", "kind", "N", "value", options->target_n, "band_pct", 10));
    json_t *rx = json_pack("{s:i, s:i, s:s, s:s, s:f, s:[o]}", "v", 1, "rev", 1, "id", "simulated", "by", "simulate",
                           "body_kg", options->patient.body_g / 1000.0, "items", item);
    char *text = rx != NULL ? json_dumps(rx, JSON_COMPACT | JSON_REAL_PRECISION(15)) : NULL;
    json_decref(rx);
    return text;
}
