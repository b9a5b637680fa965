/* SPDX-License-Identifier: MIT */
/* The table of dose keys; see dose_keys.h. */
#include "daemon/io/config/dose_keys.h"

static const char *phase_word(int phase)
{
    return phase == PHASE_CON || phase == PHASE_ECC ? phase_str((enum phase)phase) : NULL;
}

static const char *rest_mode_word(int mode)
{
    return rest_mode_str((enum rest_mode)mode);
}

static const char *pacing_word(int pacing)
{
    return pacing_str((enum pacing)pacing);
}

static const char *hold_clock_word(int clock)
{
    return hold_clock_str((enum hold_clock)clock);
}

static const char *target_word(int kind)
{
    return target_kind_str((enum target_kind)kind);
}

const char *dose_contact_word(int contact)
{
    return contact_str((enum contact)contact);
}

const char *dose_anchor_word(int anchor)
{
    return anchor_str((enum anchor)anchor);
}

#define AT(member)            FIELD_AT(struct dose, member)
#define SECONDS(from, to)     .kind = FIELD_DECIMAL, .scale = FIELD_S, .min = (from)*1000, .max = (to)*1000, .unit = "s"
#define TEMPO                 .kind = FIELD_TEMPO, .scale = FIELD_S, .min = 0, .max = 15000, .step = 100, .unit = "s"
#define INT(from, to)         .kind = FIELD_INT, .min = (from), .max = (to)
#define WORD(function, count) .kind = FIELD_WORD, .word = (function), .words = (count)

const struct field dose_fields[] = {
    {.path = "sets_min", AT(sets_min), INT(1, SET_MAX), .fallback = 1},
    {.path = "sets", AT(sets), INT(1, SET_MAX), .fallback = 1},
    {.path = "sets_reps",
     AT(sets_reps),
     .kind = FIELD_INTS,
     .min = 1,
     .max = 100,
     .count_offset = offsetof(struct dose, sets_reps_count)},
    {.path = "reps_min", AT(reps_min), INT(1, 100)},
    {.path = "reps_max", AT(reps_max), INT(1, 100)},
    {.path = "tempo.con_s", AT(tempo_ms[PHASE_CON]), TEMPO},
    {.path = "tempo.top_s", AT(tempo_ms[PHASE_TOP]), TEMPO},
    {.path = "tempo.ecc_s", AT(tempo_ms[PHASE_ECC]), TEMPO},
    {.path = "tempo.bottom_s", AT(tempo_ms[PHASE_BOTTOM]), TEMPO},
    {.path = "first_phase", AT(first_phase), WORD(phase_word, PHASE_COUNT), .fallback = PHASE_CON},
    {.path = "ecc_only", AT(ecc_only), .kind = FIELD_BOOL},
    {.path = "holds", AT(holds), INT(1, 10)},
    {.path = "hold_s", AT(hold_ms), SECONDS(1, 120)},
    {.path = "hold_rest_s", AT(hold_rest_ms), SECONDS(0, 300)},
    {.path = "ramp_s", AT(ramp_ms), SECONDS(0, 5), .fallback = 2000},
    {.path = "settle_s", AT(settle_ms), SECONDS(0, 5), .fallback = 1000},
    {.path = "grace_s", AT(grace_ms), SECONDS(0, 10), .fallback = 2000},
    {.path = "fail_frac", AT(fail_frac_milli), .kind = FIELD_DECIMAL, .scale = 1000, .max = 500, .fallback = 150},
    {.path = "hold_clock", AT(hold_clock), WORD(hold_clock_word, 2), .fallback = HOLD_CLOCK_TOTAL},
    /* The published key has no range for the value: over 0, and what an int32_t of millinewtons takes with room. */
    {.path = "target.kind", AT(target.kind), WORD(target_word, 5), .required = true, .fallback = TARGET_NONE},
    {.path = "target.value",
     AT(target.value_milli),
     .kind = FIELD_DECIMAL,
     .scale = 1000,
     .min = 100,
     .max = 20000000,
     .required = true},
    {.path = "target.band_pct",
     AT(target.band_pct_milli),
     .kind = FIELD_DECIMAL,
     .scale = 1000,
     .min = 2000,
     .max = 30000,
     .unit = "%",
     .fallback = 10000},
    {.path = "target.ref_n",
     AT(target.ref_mn),
     .kind = FIELD_DECIMAL,
     .scale = 1000,
     .min = 1000,
     .max = 20000000,
     .unit = "N"},
    {.path = "rest_s", AT(rest_ms), SECONDS(0, 600), .fallback = 90000},
    {.path = "rest_side_s", AT(rest_side_ms), SECONDS(0, 600), .fallback = 30000},
    {.path = "rest_item_s", AT(rest_item_ms), SECONDS(0, 600), .fallback = 120000},
    {.path = "rest_mode", AT(rest_mode), WORD(rest_mode_word, 3), .fallback = REST_MIN},
    {.path = "prep_s", AT(prep_ms), SECONDS(0, 60)},
    {.path = "pacing", AT(pacing), WORD(pacing_word, 3), .fallback = PACING_PACED},
    {.path = "tempo_tol_pct", AT(tempo_tol_pct), INT(1, 100), .unit = "%", .fallback = 20},
    {.path = "tut_tol_pct", AT(tut_tol_pct), INT(1, 100), .unit = "%", .fallback = 8},
    {.path = "load_kg", AT(load_g), .kind = FIELD_DECIMAL, .scale = 1000, .max = 200000, .unit = "kg"},
    {.path = "band", AT(band), .kind = FIELD_TEXT, .min = 1, .max = ID_LEN - 1},
    {.path = "step_height_m",
     AT(step_height_mm),
     .kind = FIELD_DECIMAL,
     .scale = 1000,
     .min = 50,
     .max = 600,
     .unit = "m"},
    {.path = "leave_s", AT(leave_ms), SECONDS(0, 30)},
    {.path = "set_timeout_s", AT(set_timeout_ms), SECONDS(10, 900)},
    {.path = "load_limit_n",
     AT(load_limit_mn),
     .kind = FIELD_DECIMAL,
     .scale = 1000,
     .min = 1000,
     .max = 20000000,
     .unit = "N"},
};

void dose_default(struct dose *ret)
{
    *ret = (struct dose){0};
    fields_default(&(struct field_table){.v = dose_fields, .n = DOSE_FIELD_COUNT, .base = ret});
}

/* `sets` alone means exactly that many; a list of reps says how many sets there are, and the other way round. */
void dose_settle(struct dose *dose, const struct field_table *table)
{
    bool listed = field_seen(table, "sets_reps"), counted = field_seen(table, "sets");

    if (listed && !counted)
        dose->sets = dose->sets_reps_count;
    if (!listed && (counted || field_seen(table, "reps_min") || field_seen(table, "reps_max")))
        dose->sets_reps_count = 0;
    if ((listed || counted) && !field_seen(table, "sets_min"))
        dose->sets_min = dose->sets;
}
