/* SPDX-License-Identifier: MIT */
/* What the exercises give, in words for the therapist who watches; see envelope_human.h. */
#include <string.h>

#include "daemon/io/json/envelope_human.h"

/* Why a figure is missing or doubtful, as one would say it; the contract's word where there is none here. */
static const struct {
    const char *flag, *words;
} flag_words[] = {
    {"no_baseline", "no rest level before it"},
    {"cued", "counted by the cues, not seen"},
    {"band_not_seen", "the band's pull was not seen"},
    {"sensor_fault", "load cell at fault"},
    {"gap", "readings missing"},
    {"hand_support", "leaning on something"},
    {"no_touchdown", "touches of the floor not seen"},
    {"two_part", "in two parts"},
    {"pause_in_ecc", "pause on the way down"},
    {"height", "height in doubt"},
    {"overload", "overload"},
    {"live_anchor", "band on a live anchor"},
    {"low_rate", "too few readings a second"},
    {"movement_not_seen", "the movement was not seen"},
    {"other_load", "something else on the box"},
};

static void say_flag(struct human_line *line, const char *flag)
{
    for (size_t i = 0; i < sizeof(flag_words) / sizeof(flag_words[0]); i++)
        if (strcmp(flag_words[i].flag, flag) == 0) {
            human_say(line, "%s", flag_words[i].words);
            return;
        }
    human_say_words(line, flag);
}

/* "  [leaning on something; readings missing]" */
static void say_flags(struct human_line *line, const json_t *data)
{
    const json_t *flags = json_object_get(data, "flags");
    for (size_t i = 0; i < json_array_size(flags); i++) {
        const char *flag = json_string_value(json_array_get(flags, i));
        human_say(line, "%s", i == 0 ? "  [" : "; ");
        say_flag(line, flag ? flag : "");
    }
    if (json_array_size(flags) > 0)
        human_say(line, "]");
}

/* The source that all phases share, or NULL. */
static const char *common_src(const json_t *phases)
{
    const char *common = NULL;
    for (int phase = 0; phase < PHASE_COUNT; phase++) {
        const json_t *one = json_object_get(phases, phase_str((enum phase)phase));
        if (!one)
            continue;
        if (common && strcmp(common, human_str(one, "src")) != 0)
            return NULL;
        common = human_str(one, "src");
    }
    return common;
}

static void say_phases(struct human_line *line, const json_t *phases)
{
    const char *common = common_src(phases);
    for (int phase = 0; phase < PHASE_COUNT; phase++) {
        const json_t *one = json_object_get(phases, phase_str((enum phase)phase));
        if (!one)
            continue;
        human_say_num(line, "  ", one, "s", 2, "");
        human_say_num(line, "±", one, "sd_s", 2, "");
        human_say(line, " %s", phase_str((enum phase)phase));
        human_say_num(line, " of ", one, "target_s", 1, "");
        if (!common)
            human_say(line, " (%s)", human_str(one, "src"));
        if (json_is_false(json_object_get(one, "in_tolerance")))
            human_say(line, " off tempo");
    }
    if (common)
        human_say(line, "  (%s)", common);
}

void human_rep(struct human_line *line, const json_t *envelope)
{
    const json_t *data = human_data(envelope);
    human_say(line, "%-7s", human_str(data, "outcome"));
    say_phases(line, json_object_get(data, "phases"));
    human_say_num(line, "  under tension ", data, "tut_s", 1, " s");
    human_say_num(line, "  peak ", data, "peak_n", 0, " N");
    say_flags(line, data);
}

void human_hold(struct human_line *line, const json_t *envelope)
{
    const json_t *data = human_data(envelope);
    human_say(line, "%-7s", human_str(data, "outcome"));
    human_say_num(line, "  held ", data, "held_s", 1, " s");
    human_say_num(line, ", in band ", data, "in_band_s", 1, " s");
    if (human_num(data, "dips") > 0) {
        human_say(line, ", %lld dip%s", human_num(data, "dips"), human_num(data, "dips") == 1 ? "" : "s");
        human_say_num(line, ", longest ", data, "longest_dip_s", 1, " s");
    }
    human_say_num(line, "  mean ", data, "mean_n", 0, " N");
    human_say_num(line, " of ", data, "target_n", 0, " N");
    human_say_num(line, "  cv ", data, "cv_pct", 1, " %");
    say_flags(line, data);
}

void human_set_started(struct human_line *line, const json_t *envelope)
{
    const json_t *data = human_data(envelope);
    const json_t *sees = json_object_get(data, "observability");
    human_say(line, "%s", human_str(envelope, "exercise"));
    human_say_str(line, " (", envelope, "variation", ")");
    human_say_str(line, " on ", data, "contact", "");
    human_say_str(line, ", anchor ", data, "anchor", "");
    human_say_num(line, ", ", data, "load_kg", 1, " kg");
    human_say_num(line, ", target ", data, "target_n", 0, " N");
    human_say(line, "  sees count %s con %s top %s ecc %s", human_str(sees, "count"), human_str(sees, "con"),
              human_str(sees, "top"), human_str(sees, "ecc"));
}

static void say_tempo(struct human_line *line, const json_t *data)
{
    if (human_has(data, "tempo_pct"))
        human_say(line, "  tempo kept in %.0f %% of %lld phases", json_number_value(json_object_get(data, "tempo_pct")),
                  human_num(data, "tempo_n"));
    else if (human_num(data, "tempo_n") > 0)
        human_say(line, "  tempo not judged (%lld phases)", human_num(data, "tempo_n"));
}

static void say_under_tension(struct human_line *line, const json_t *data)
{
    const json_t *kept = json_object_get(data, "tut_in_tolerance");
    human_say_num(line, "  under tension ", data, "tut_s", 1, " s");
    if (human_has(data, "tut_reps") && human_num(data, "tut_reps") < human_num(data, "reps"))
        human_say(line, " in %lld of them", human_num(data, "tut_reps"));
    if (human_num(data, "tut_reps") > human_num(data, "reps")) /* of holds */
        human_say(line, " in %lld, broken ones too", human_num(data, "tut_reps"));
    if (!kept)
        return;
    human_say_num(line, "  con, top and ecc ", data, "tut_move_s", 1, " s");
    human_say_num(line, " of ", data, "tut_target_s", 1, " s");
    human_say(line, " (%s over %lld reps)", json_is_true(kept) ? "as prescribed" : "not as prescribed",
              human_num(data, "tut_n"));
}

/* Positive: what counts got less, force in holds and length in reps. */
static void say_fatigue(struct human_line *line, const json_t *data)
{
    double pct = json_number_value(json_object_get(data, "fatigue_pct"));
    if (human_has(data, "fatigue_pct"))
        human_say(line, "  fatigue %.0f %% %s from first to last", pct < 0 ? -pct : pct, pct < 0 ? "more" : "less");
}

void human_set_completed(struct human_line *line, const json_t *envelope)
{
    const json_t *data = human_data(envelope);
    human_say_words(line, human_str(data, "reason"));
    human_say(line, "  %lld counted, %lld measured", human_num(data, "reps"), human_num(data, "reps_measured"));
    say_tempo(line, data);
    say_under_tension(line, data);
    say_fatigue(line, data);
    human_say_str(line, "  ended by ", data, "ended_by", "");
    if (json_is_false(json_object_get(data, "trusted")))
        human_say(line, "  not trusted: the load cell was at fault");
}

static void say_asymmetry(struct human_line *line, const json_t *item)
{
    double pct = json_number_value(json_object_get(item, "asymmetry_pct"));
    if (human_has(item, "asymmetry_pct"))
        human_say(line, ", %s %.0f %% less force than the other side", pct < 0 ? "left" : "right",
                  pct < 0 ? -pct : pct);
}

static void say_item_results(struct human_line *line, const json_t *items)
{
    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *item = json_array_get(items, i);
        bool hold = human_has(item, "holds");
        human_say(line, "%s%s %lld/%lld sets, %lld/%lld %s", i == 0 ? "  " : "; ", human_str(item, "exercise"),
                  human_num(item, "sets_done"), human_num(item, "sets"), human_num(item, hold ? "holds_done" : "reps"),
                  human_num(item, hold ? "holds" : "reps_min"), hold ? "holds" : "reps");
        if (json_is_true(json_object_get(item, "skipped")))
            human_say(line, " (skipped)");
        say_asymmetry(line, item);
    }
}

/* The factors that the per cent are the product of. */
static void say_compliance(struct human_line *line, const json_t *compliance)
{
    human_say_num(line, "  compliance ", compliance, "pct", 1, " %");
    human_say_str(line, "  basis ", compliance, "basis", ":");
    human_say_num(line, " volume ", compliance, "volume", 2, "");
    human_say_num(line, " tempo ", compliance, "tempo", 2, "");
    human_say_num(line, " load ", compliance, "load", 2, "");
    if (json_number_value(json_object_get(compliance, "rest_overrun_s")) > 0)
        human_say_num(line, "  rested ", compliance, "rest_overrun_s", 0, " s longer");
}

void human_session_completed(struct human_line *line, const json_t *envelope)
{
    const json_t *data = human_data(envelope);
    human_say_words(line, human_str(data, "reason"));
    human_say_num(line, "  ", data, "duration_s", 0, " s");
    say_compliance(line, json_object_get(data, "compliance"));
    say_item_results(line, json_object_get(data, "items"));
}
