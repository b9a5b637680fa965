/* SPDX-License-Identifier: MIT */
/* Over what a run went: read from the sessions themselves, not from what they were to be drawn from. */
#include "tests/bench/bench.h"

#include <jansson.h>
#include <stdio.h>

static void widen(struct range *range, double v)
{
    if (!range->any || v < range->lo)
        range->lo = v;
    if (!range->any || v > range->hi)
        range->hi = v;
    range->any = true;
}

static void take_tempo(struct drawn *drawn, const char *rx)
{
    static const char *const keys[PHASE_COUNT] = {"con_s", "top_s", "ecc_s", "bottom_s"};
    json_t *json = json_loads(rx, 0, NULL);
    json_t *tempo = json_object_get(json_array_get(json_object_get(json, "items"), 0), "tempo");
    for (int p = 0; tempo != NULL && p < PHASE_COUNT; p++)
        widen(&drawn->phases_s[p], json_number_value(json_object_get(tempo, keys[p])));
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
    drawn->sessions++;
    take_tempo(drawn, session->rx);
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
}
