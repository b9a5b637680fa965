/* SPDX-License-Identifier: MIT */
/*
 * A prescription's items with every default filled in, in the keys and units in which they are prescribed, so that what
 * is read here could be prescribed again. Keys that do not apply to the item are left out, and so are the two defaults
 * that are computed anew for every set (set_timeout_s, load_limit_n) when nobody prescribed them.
 */
#include "daemon/io/json/event_json_put.h"

#include "gymstation/prescription.h"

static void put_tempo_phase(struct put *put, const char *key, int32_t tempo_ms)
{
    if (tempo_ms == TEMPO_ASAP)
        put_str(put, key, "asap");
    else if (tempo_ms == TEMPO_FREE)
        put_str(put, key, "free");
    else
        put_thousandths(put, key, tempo_ms);
}

static void put_tempo(struct put *put, const struct dose *dose)
{
    struct put tempo = put_open();
    put_tempo_phase(&tempo, "con_s", dose->tempo_ms[PHASE_CON]);
    put_tempo_phase(&tempo, "top_s", dose->tempo_ms[PHASE_TOP]);
    put_tempo_phase(&tempo, "ecc_s", dose->tempo_ms[PHASE_ECC]);
    put_tempo_phase(&tempo, "bottom_s", dose->tempo_ms[PHASE_BOTTOM]);
    put_object(put, "tempo", &tempo);
}

static void put_sets(struct put *put, const struct dose *dose)
{
    if (dose->sets_reps_count > 0) {
        json_t *list = json_array();
        for (int i = 0; i < dose->sets_reps_count; i++)
            if (json_array_append_new(list, json_integer(dose->sets_reps[i])) != 0)
                put->failed = true;
        put_array(put, "sets_reps", list);
        return;
    }
    if (dose->sets_min != dose->sets)
        put_positive(put, "sets_min", dose->sets_min);
    put_positive(put, "sets", dose->sets);
}

static void put_rep_keys(struct put *put, const struct dose *dose)
{
    if (dose->sets_reps_count == 0) {
        put_positive(put, "reps_min", dose->reps_min);
        put_positive(put, "reps_max", dose->reps_max);
    }
    put_tempo(put, dose);
    put_str(put, "first_phase", phase_str(dose->first_phase));
    put_bool(put, "ecc_only", dose->ecc_only);
}

static void put_hold_keys(struct put *put, const struct dose *dose)
{
    put_positive(put, "holds", dose->holds);
    put_thousandths(put, "hold_s", dose->hold_ms);
    put_thousandths(put, "hold_rest_s", dose->hold_rest_ms);
    put_thousandths(put, "ramp_s", dose->ramp_ms);
    put_thousandths(put, "settle_s", dose->settle_ms);
    put_thousandths(put, "grace_s", dose->grace_ms);
    put_thousandths(put, "fail_frac", dose->fail_frac_milli);
    put_str(put, "hold_clock", hold_clock_str(dose->hold_clock));
}

static void put_target(struct put *put, const struct target *target)
{
    if (target->kind == TARGET_NONE)
        return;
    struct put one = put_open();
    put_str(&one, "kind", target_kind_str(target->kind));
    put_thousandths(&one, "value", target->value_milli);
    put_thousandths(&one, "band_pct", target->band_pct_milli);
    if (target->kind == TARGET_PCT_REF)
        put_newtons(&one, "ref_n", target->ref_mn);
    put_object(put, "target", &one);
}

/* 0 stands for "none" or "computed" in these. */
static void put_amount(struct put *put, const char *key, int32_t thousandths)
{
    if (thousandths > 0)
        put_thousandths(put, key, thousandths);
}

static void put_rest_and_load(struct put *put, const struct dose *dose)
{
    put_thousandths(put, "rest_s", dose->rest_ms);
    put_thousandths(put, "rest_side_s", dose->rest_side_ms);
    put_thousandths(put, "rest_item_s", dose->rest_item_ms);
    put_str(put, "rest_mode", rest_mode_str(dose->rest_mode));
    put_thousandths(put, "prep_s", dose->prep_ms);
    put_str(put, "pacing", pacing_str(dose->pacing));
    put_positive(put, "tempo_tol_pct", dose->tempo_tol_pct);
    put_positive(put, "tut_tol_pct", dose->tut_tol_pct);
    put_amount(put, "load_kg", dose->load_g);
    put_str(put, "band", dose->band);
    put_amount(put, "step_height_m", dose->step_height_mm);
    put_thousandths(put, "leave_s", dose->leave_ms);
    put_amount(put, "set_timeout_s", dose->set_timeout_ms);
    put_amount(put, "load_limit_n", dose->load_limit_mn);
}

static void put_item(struct put *put, json_t *array, const struct rx_item *item, const struct exercise *exercises)
{
    const struct exercise *exercise = &exercises[item->exercise];
    const struct setup *setup = &exercise->setups[item->setup];
    struct put one = put_open();
    put_str(&one, "exercise", exercise->id);
    put_str(&one, "variation", exercise->variations[item->variation].id);
    put_str(&one, "contact", contact_str(setup->contact));
    put_str(&one, "anchor", anchor_str(setup->anchor));
    put_str(&one, "side", side_rule_str(item->side));
    put_sets(&one, &item->dose);
    if (exercise->hold)
        put_hold_keys(&one, &item->dose);
    else
        put_rep_keys(&one, &item->dose);
    put_target(&one, &item->dose.target);
    put_rest_and_load(&one, &item->dose);
    put_append(put, array, &one);
}

void put_items(struct put *put, const char *key, const struct prescription *rx, const struct exercise *exercises)
{
    json_t *array = json_array();
    for (int i = 0; i < rx->item_count; i++)
        put_item(put, array, &rx->items[i], exercises);
    put_array(put, key, array);
}
