/* SPDX-License-Identifier: MIT */
/* Over what a run went: read from the sessions themselves, not from what they were to be drawn from. */
#include "tests/bench/bench.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

static void widen(struct range *range, double v)
{
    if (!range->any || v < range->lo)
        range->lo = v;
    if (!range->any || v > range->hi)
        range->hi = v;
    range->any = true;
}

/* What is given as a number: a tempo may be a word. */
static void widen_by(struct range *range, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (json_is_number(value))
        widen(range, json_number_value(value));
}

static void take_item(struct drawn *drawn, const char *rx)
{
    static const char *const keys[PHASE_COUNT] = {"con_s", "top_s", "ecc_s", "bottom_s"};
    json_t *json = json_loads(rx, 0, NULL);
    const json_t *item = json_array_get(json_object_get(json, "items"), 0);
    for (int p = 0; p < PHASE_COUNT; p++)
        widen_by(&drawn->phases_s[p], json_object_get(item, "tempo"), keys[p]);
    widen_by(&drawn->load_kg, item, "load_kg");
    widen_by(&drawn->step_m, item, "step_height_m");
    drawn->own_pace += json_object_get(item, "pacing") != NULL;
    for (int s = 0; s < 4; s++)
        drawn->sides[s] +=
            strcmp(json_string_value(json_object_get(item, "side")), side_rule_str((enum side_rule)s)) == 0;
    json_decref(json);
}

void drawn_add(struct drawn *drawn, const struct bench_session *session)
{
    const struct patient_setup *patient = &session->patient;
    drawn->setups |= UINT64_C(1) << (session->setup - bench_setups);
    drawn->cases[patient->oddity] = true;
    for (int i = 0; i < DRAWN_RATES; i++)
        if (drawn->rates_milli[i] == 0 || drawn->rates_milli[i] == patient->sps_milli) {
            drawn->rates_milli[i] = patient->sps_milli;
            break;
        }
    widen(&drawn->body_kg, patient->body_g / 1000.0);
    widen(&drawn->band_kg, patient->band_mn / 9806.65);
    widen(&drawn->noise_g, patient->noise_mn / 9.80665);
    widen(&drawn->tires_pct, patient->fatigue_milli / 10.0);
    drawn->still += !patient->sway;
    drawn->fingers += patient->oddity == PATIENT_HAND_TOUCH;
    drawn->leaning += patient->oddity == PATIENT_HAND_LEAN;
    drawn->varied += session->variety != NULL;
    drawn->sessions++;
    take_item(drawn, session->rx);
}

static int count(uint64_t bits)
{
    int n = 0;
    for (; bits != 0; bits &= bits - 1)
        n++;
    return n;
}

static void print_range(const char *what, const struct range *range, const char *unit)
{
    printf("%s %.*f-%.*f %s", what, range->hi < 10, range->lo, range->hi < 10, range->hi, unit);
}

void drawn_print(const struct drawn *drawn)
{
    int cases = 0;
    for (int i = 1; i < PATIENT_CASE_COUNT; i++)
        cases += drawn->cases[i];
    printf("Drawn: %d of %d set-ups, %d of %d cases, samples a second:", count(drawn->setups), BENCH_SETUP_COUNT, cases,
           PATIENT_CASE_COUNT - 1);
    for (int i = 0; i < DRAWN_RATES && drawn->rates_milli[i] != 0; i++)
        printf(" %g", drawn->rates_milli[i] / 1000.0);
    print_range("; bodies of", &drawn->body_kg, "kg");
    print_range(", bands of", &drawn->band_kg, "kg");
    print_range(",\nphases prescribed: con", &drawn->phases_s[PHASE_CON], "s");
    print_range(", top", &drawn->phases_s[PHASE_TOP], "s");
    print_range(", ecc", &drawn->phases_s[PHASE_ECC], "s");
    print_range(", bottom", &drawn->phases_s[PHASE_BOTTOM], "s");
    print_range("; noise of", &drawn->noise_g, "g");
    print_range(", tiring by", &drawn->tires_pct, "%");
    printf(";\nof %d sessions %d without sway, %d beside a finger, %d leaning.\n", drawn->sessions, drawn->still,
           drawn->fingers, drawn->leaning);
    if (drawn->varied == 0)
        return;
    printf(
        "%d more than plain: one leg, dumbbells, high steps, a rail, an own pace; dumbbells of %.0f-%.0f kg, steps "
        "of %.2f-%.2f m,\n%d sessions at an own pace; %d with the left leg, %d with the right, %d with each in turn, "
        "%d with both.\n",
        drawn->varied, drawn->load_kg.lo, drawn->load_kg.hi, drawn->step_m.lo, drawn->step_m.hi, drawn->own_pace,
        drawn->sides[SIDE_RULE_LEFT], drawn->sides[SIDE_RULE_RIGHT], drawn->sides[SIDE_RULE_EACH],
        drawn->sides[SIDE_RULE_BOTH]);
}
