/* SPDX-License-Identifier: MIT */
/* Prescriptions that are taken: what they become. test_prescription_refused.c has those that are not. */
#include "rx_fixture.h"

#define NS_2027 INT64_C(1798675200000000000) /* 2026-12-31T00:00:00Z */

static const char contract_example[] =
    "{'v':1, 'rev':12, 'id':'rx-12', 'by':'pt-2', 'patient':'p-7f3a', 'valid_until':'2026-12-31T00:00:00Z', 'uses':0,"
    "'affected_side':'left', 'pain_limit':3, 'ask':['next_day','before','item'], 'items':["
    "{'exercise':'banded_curl', 'side':'left', 'contact':'box', 'anchor':'dead', 'sets':3, 'reps_min':10, "
    "'reps_max':10,"
    "'tempo':{'con_s':1.5,'top_s':1,'ecc_s':4,'bottom_s':1}, 'rest_s':90, 'prep_s':10, 'pacing':'paced'},"
    "{'exercise':'iso_heel_dig', 'side':'left', 'holds':5, 'hold_s':45, 'hold_rest_s':120,"
    "'target':{'kind':'N','value':250,'band_pct':10}, 'grace_s':2}]}";

static void test_contract_example(void **state)
{
    struct rx_arrival a;

    (void)state;
    expect_ok(contract_example, &a);
    assert_int_equal(a.slot, 3);
    assert_int_equal(a.rev, 12);
    assert_int_equal(a.rx.rev, 12);
    assert_string_equal(a.rx.id, "rx-12");
    assert_string_equal(a.rx.patient, "p-7f3a");
    assert_true(a.rx.valid_from_ns == ABSENT);
    assert_true(a.rx.valid_until_ns == NS_2027);
    assert_int_equal(a.rx.affected_side, SIDE_LEFT);
    assert_int_equal(a.rx.ask, 1u << PAIN_NEXT_DAY | 1u << PAIN_BEFORE | 1u << PAIN_ITEM);
    assert_int_equal(a.rx.item_count, 2);

    const struct rx_item *curl = &a.rx.items[0], *dig = &a.rx.items[1];
    const struct setup *setup = &exercises->v[curl->exercise].setups[curl->setup];
    assert_string_equal(exercises->v[curl->exercise].id, "banded_curl");
    assert_int_equal(setup->contact, CONTACT_BOX);
    assert_int_equal(setup->anchor, ANCHOR_DEAD);
    assert_int_equal(curl->dose.tempo_ms[PHASE_CON], 1500);
    assert_int_equal(curl->dose.tempo_ms[PHASE_ECC], 4000);
    assert_int_equal(curl->dose.sets_min, 3);
    assert_int_equal(dig->dose.hold_ms, 45000);
    assert_int_equal(dig->dose.target.kind, TARGET_N);
    assert_int_equal(dig->dose.target.value_milli, 250000);
    assert_int_equal(dig->dose.target.band_pct_milli, 10000);
}

/* What contract section 5 gives as defaults, for an item that says nothing. */
static void test_defaults(void **state)
{
    struct rx_arrival a;

    (void)state;
    expect_ok(RX(DIG("")), &a);
    const struct dose *d = &a.rx.items[0].dose;
    assert_int_equal(a.rx.pain_limit, 3);
    assert_false(a.rx.ask_effort);
    assert_int_equal(a.rx.uses, 0);
    assert_string_equal(a.rx.patient, "");
    assert_string_equal(a.rx.login, "");
    assert_int_equal(a.rx.body_g, 0);
    assert_true(a.rx.last_session_ns == ABSENT);
    assert_int_equal(d->ramp_ms, 2000);
    assert_int_equal(d->settle_ms, 1000);
    assert_int_equal(d->grace_ms, 2000);
    assert_int_equal(d->fail_frac_milli, 150);
    assert_int_equal(d->hold_clock, HOLD_CLOCK_TOTAL);
    assert_int_equal(d->target.kind, TARGET_NONE);
    assert_int_equal(d->rest_side_ms, 30000);
    assert_int_equal(d->rest_item_ms, 120000);
    assert_int_equal(d->rest_mode, REST_MIN);
    assert_int_equal(d->prep_ms, 30000);
    assert_int_equal(d->pacing, PACING_PACED);
    assert_int_equal(d->tempo_tol_pct, 20);
    assert_int_equal(d->tut_tol_pct, 8);
    assert_int_equal(d->load_g, 0);
    assert_string_equal(d->band, "");
    assert_int_equal(d->step_height_mm, 0);
    assert_int_equal(d->set_timeout_ms, 0);
    assert_int_equal(d->load_limit_mn, 0);
}

static void test_hash_and_withdrawal(void **state)
{
    struct rx_arrival a;

    (void)state;
    rx_arrival_parse(1, "", 0, exercises->v, exercises->count, &station, &a);
    assert_true(a.withdrawn);
    assert_false(a.ok);
    /* SHA-256 of nothing and of "abc": FIPS 180-2, appendix B.1 */
    assert_string_equal(a.hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    rx_arrival_parse(1, "abc", 3, exercises->v, exercises->count, &station, &a);
    assert_false(a.withdrawn);
    assert_false(a.ok);
    assert_string_equal(a.hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/* Every exercise, variation and set-up can be prescribed by name alone on a station that has everything. */
static void test_every_exercise_minimal(void **state)
{
    char json[JSON_LEN];
    struct rx_arrival a;
    int n = 0;

    (void)state;
    for (int e = 0; e < exercises->count; e++) {
        const struct exercise *exercise = &exercises->v[e];
        for (int v = 0; v < exercise->variation_count; v++, n++) {
            snprintf(json, sizeof(json), RX("{'exercise':'%s','variation':'%s'%s}"), exercise->id,
                     exercise->variations[v].id, exercise->variations[v].bilateral ? "" : ",'side':'each'");
            expect_ok(json, &a);
            assert_int_equal(a.rx.items[0].exercise, e);
            assert_int_equal(a.rx.items[0].variation, v);
            assert_true(setup_fits(&exercise->setups[a.rx.items[0].setup], &station));
            assert_memory_equal(&a.rx.items[0].dose, &exercise->variations[v].dose, sizeof(struct dose));
        }
    }
    assert_true(n >= 8);
}

struct decimal_case {
    const char *text;
    int32_t mm;
};

/* Decimals become integers without a trace of binary fractions. */
static void test_decimals(void **state)
{
    static const struct decimal_case cases[] = {{"0.3", 300},  {"0.30", 300}, {"3e-1", 300},
                                                {"0.05", 50},  {"0.6", 600},  {"0.29", 290},
                                                {"0.57", 570}, {"0.07", 70},  {"0.1005", 101}};
    char json[JSON_LEN];
    struct rx_arrival a;

    (void)state;
    for (int i = 0; i < COUNT(cases); i++) {
        snprintf(json, sizeof(json), RX("{'exercise':'step_up','side':'left','step_height_m':%s}"), cases[i].text);
        expect_ok(json, &a);
        assert_int_equal(a.rx.items[0].dose.step_height_mm, cases[i].mm);
    }
    for (int tenth = 0; tenth <= 150; tenth++) {
        snprintf(json, sizeof(json), RX(CURL(",'tempo':{'ecc_s':%d.%d}")), tenth / 10, tenth % 10);
        expect_ok(json, &a);
        assert_int_equal(a.rx.items[0].dose.tempo_ms[PHASE_ECC], tenth * 100);
    }
}

static void test_tempo_words(void **state)
{
    struct rx_arrival a;

    (void)state;
    expect_ok(RX(CURL(",'pacing':'self','tempo':{'con_s':'asap','top_s':'free'}")), &a);
    const struct dose *d = &a.rx.items[0].dose;
    assert_int_equal(d->tempo_ms[PHASE_CON], TEMPO_ASAP);
    assert_int_equal(d->tempo_ms[PHASE_TOP], TEMPO_FREE);
    assert_int_equal(d->tempo_ms[PHASE_ECC], 4000); /* the exercise's */
}

static void test_sets(void **state)
{
    static const char step[] = "{'exercise':'step_up','side':'left'%s}";
    char json[JSON_LEN], item[256];
    struct rx_arrival a;
    static const struct {
        const char *keys;
        int sets_min, sets, listed;
    } cases[] = {{"", 2, 3, 0},
                 {",'sets':4", 4, 4, 0},
                 {",'sets_min':1", 1, 3, 0},
                 {",'sets_min':1,'sets':5", 1, 5, 0},
                 {",'sets':5,'sets_min':1", 1, 5, 0},
                 {",'sets_reps':[12,10,8,6]", 4, 4, 4},
                 {",'sets_reps':[12,10],'sets_min':1", 1, 2, 2}};

    (void)state;
    for (int i = 0; i < COUNT(cases); i++) {
        snprintf(item, sizeof(item), step, cases[i].keys);
        snprintf(json, sizeof(json), RX("%s"), item);
        expect_ok(json, &a);
        assert_int_equal(a.rx.items[0].dose.sets_min, cases[i].sets_min);
        assert_int_equal(a.rx.items[0].dose.sets, cases[i].sets);
        assert_int_equal(a.rx.items[0].dose.sets_reps_count, cases[i].listed);
    }
    assert_int_equal(a.rx.items[0].dose.sets_reps[0], 12);
    assert_int_equal(a.rx.items[0].dose.sets_reps[1], 10);
}

/* Known keys that do not apply are taken: sets with holds, holds with reps. */
static void test_keys_that_do_not_apply(void **state)
{
    struct rx_arrival a;

    (void)state;
    expect_ok(RX(DIG(",'sets':2,'reps_min':20,'tempo':{'con_s':'asap'}")), &a);
    assert_int_equal(a.rx.items[0].dose.sets, 2);
    expect_ok(RX(CURL(",'holds':3,'step_height_m':0.3,'sets':1")), &a);
    expect_ok(RX_WITH(",'ask':[]", CURL("")), &a);
    assert_int_equal(a.rx.ask, 0);
}

static enum contact contact_of(const struct rx_arrival *a)
{
    return exercises->v[a->rx.items[0].exercise].setups[a->rx.items[0].setup].contact;
}

static enum anchor anchor_of(const struct rx_arrival *a)
{
    return exercises->v[a->rx.items[0].exercise].setups[a->rx.items[0].setup].anchor;
}

/* Without a word about it the first set-up that the station can offer is taken. */
static void test_default_setup_follows_the_station(void **state)
{
    struct rx_arrival a;

    (void)state;
    expect_ok(RX(CURL("")), &a);
    assert_int_equal(anchor_of(&a), ANCHOR_DEAD);
    station.floor_anchor = false;
    expect_ok(RX(CURL("")), &a);
    assert_int_equal(anchor_of(&a), ANCHOR_LIVE);
    station.plate_height_mm = 150;
    expect_ok(RX(CURL("")), &a);
    assert_int_equal(contact_of(&a), CONTACT_FLOOR);
    expect_ok(RX("{'exercise':'hip_thrust','contact':'box_back'}"), &a);
    station.bench = false;
    station.riser_height_mm = 0;
    expect_ok(RX("{'exercise':'hip_thrust'}"), &a);
    assert_int_equal(contact_of(&a), CONTACT_FLOOR);
    config_station_complete(&station);
}

/* Feet on a high box are a variation of their own: it gets the riser, and the ordinary bridge never does. */
static void test_feet_elevated(void **state)
{
    struct rx_arrival a;

    (void)state;
    expect_ok(RX(BRIDGE("")), &a);
    const struct exercise *bridge = &exercises->v[a.rx.items[0].exercise];
    assert_int_equal(setup_height_mm(&bridge->setups[a.rx.items[0].setup], &station), 100);
    expect_ok(RX(BRIDGE(",'variation':'feet_elevated'")), &a);
    assert_int_equal(setup_height_mm(&bridge->setups[a.rx.items[0].setup], &station), 300);
}

static void test_low_step_is_taken_with_a_warning(void **state)
{
    struct rx_arrival a;

    (void)state;
    expect_ok(RX(CURL("") ",{'exercise':'step_up','side':'left','step_height_m':0.2}"), &a);
    assert_string_equal(a.warning.path, "/items/1/step_height_m");
    assert_string_equal(a.warning.reason, "0.2 m is below the advised 0.3 m");
    expect_ok(RX("{'exercise':'step_up','side':'left','step_height_m':0.3}"), &a);
    assert_string_equal(a.warning.path, "");
}

static void test_body_weight_targets(void **state)
{
    struct rx_arrival a;

    (void)state;
    expect_ok(RX_WITH(",'body_kg':80.5", DIG(",'target':{'kind':'pct_bw','value':40}")), &a);
    assert_int_equal(a.rx.body_g, 80500);
    expect_ok(RX(CURL(",'target':{'kind':'pct_bw','value':10}")), &a); /* standing on the box weighs the patient */
    expect_ok(RX(DIG(",'target':{'kind':'pct_ref','value':70,'ref_n':412.5}")), &a);
    assert_int_equal(a.rx.items[0].dose.target.ref_mn, 412500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_contract_example),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_hash_and_withdrawal),
        cmocka_unit_test(test_every_exercise_minimal),
        cmocka_unit_test(test_decimals),
        cmocka_unit_test(test_tempo_words),
        cmocka_unit_test(test_sets),
        cmocka_unit_test(test_keys_that_do_not_apply),
        cmocka_unit_test(test_default_setup_follows_the_station),
        cmocka_unit_test(test_feet_elevated),
        cmocka_unit_test(test_low_step_is_taken_with_a_warning),
        cmocka_unit_test(test_body_weight_targets),
    };

    return cmocka_run_group_tests(tests, load_exercises, free_exercises);
}
