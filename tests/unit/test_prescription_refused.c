/* SPDX-License-Identifier: MIT */
/* Prescriptions that are refused: each with the place, and the words that tell what is wrong. */
#include "rx_fixture.h"

struct refused {
    const char *json, *path, *reason;
};

static void expect_all(const struct refused *cases, int n)
{
    for (int i = 0; i < n; i++)
        expect_refused(cases[i].json, cases[i].path, cases[i].reason);
}

struct range {
    const char *key; /* a dot: inside that group */
    double min, max;
    const char *unit; /* with its space */
};

/* Independent of the code's table: copied from section 5 of the contract. */
static const struct range item_ranges[] = {
    {"sets_min", 1, 10, ""},
    {"sets", 1, 10, ""},
    {"reps_min", 1, 100, ""},
    {"reps_max", 1, 100, ""},
    {"tempo.con_s", 0, 15, " s"},
    {"tempo.top_s", 0, 15, " s"},
    {"tempo.ecc_s", 0, 15, " s"},
    {"tempo.bottom_s", 0, 15, " s"},
    {"holds", 1, 10, ""},
    {"hold_s", 1, 120, " s"},
    {"hold_rest_s", 0, 300, " s"},
    {"ramp_s", 0, 5, " s"},
    {"settle_s", 0, 5, " s"},
    {"grace_s", 0, 10, " s"},
    {"fail_frac", 0, 0.5, ""},
    {"rest_s", 0, 600, " s"},
    {"rest_side_s", 0, 600, " s"},
    {"rest_item_s", 0, 600, " s"},
    {"prep_s", 0, 60, " s"},
    {"tempo_tol_pct", 1, 100, " %"},
    {"tut_tol_pct", 1, 100, " %"},
    {"load_kg", 0, 200, " kg"},
    {"step_height_m", 0.05, 0.6, " m"},
    {"leave_s", 0, 30, " s"},
    {"set_timeout_s", 10, 900, " s"},
};
static const struct range rx_ranges[] = {
    {"uses", 0, 1000, ""},
    {"body_kg", 20, 250, " kg"},
    {"pain_limit", 0, 10, ""},
    {"v", 1, 1, ""},
};

/* "'key':value", or "'group':{'key':value}" */
static void put_key(const struct range *range, double value, char *ret, size_t size)
{
    const char *dot = strchr(range->key, '.');

    if (dot)
        snprintf(ret, size, "'%.*s':{'%s':%.15g}", (int)(dot - range->key), range->key, dot + 1, value);
    else
        snprintf(ret, size, "'%s':%.15g", range->key, value);
}

static void expect_outside(const struct range *range, bool in_item, double value)
{
    char key[128], json[JSON_LEN], path[PATH_TEXT_LEN], reason[REASON_TEXT_LEN];

    put_key(range, value, key, sizeof(key));
    if (in_item)
        snprintf(json, sizeof(json),
                 RX(CURL("") ","
                             "{'exercise':'iso_heel_dig','side':'left',%s}"),
                 key);
    else if (strcmp(range->key, "v") == 0)
        snprintf(json, sizeof(json), "{%s,'rev':1,'id':'a','by':'b','items':[%s]}", key, CURL(""));
    else
        snprintf(json, sizeof(json), RX_WITH(",%s", CURL("")), key);
    snprintf(path, sizeof(path), "%s/%s", in_item ? "/items/1" : "", range->key);
    for (char *c = path; *c != '\0'; c++)
        *c = (char)(*c == '.' ? '/' : *c);
    snprintf(reason, sizeof(reason), "%.15g%s is outside %.15g..%.15g%s", value, range->unit, range->min, range->max,
             range->unit);
    expect_refused(json, path, reason);
}

static void test_every_range(void **state)
{
    (void)state;
    for (int i = 0; i < COUNT(item_ranges); i++) {
        bool whole = item_ranges[i].unit[0] == '\0' && item_ranges[i].max >= 1;
        double beyond = whole || strcmp(item_ranges[i].unit, " %") == 0 ? 1 : 0.01;
        expect_outside(&item_ranges[i], true, item_ranges[i].min - beyond);
        expect_outside(&item_ranges[i], true, item_ranges[i].max + beyond);
        expect_outside(&item_ranges[i], true, 1e300);
    }
    for (int i = 0; i < COUNT(rx_ranges); i++) {
        expect_outside(&rx_ranges[i], false, rx_ranges[i].min - 1);
        expect_outside(&rx_ranges[i], false, rx_ranges[i].max + 1);
    }
}

/* The ends of the ranges are inside: taken, or refused only by a rule between keys (a reason without "outside"). */
static void test_ends_of_ranges(void **state)
{
    char key[128], json[JSON_LEN];
    struct rx_arrival a;

    (void)state;
    for (int i = 0; i < 2 * COUNT(item_ranges); i++) {
        const struct range *range = &item_ranges[i / 2];
        put_key(range, i % 2 ? range->max : range->min, key, sizeof(key));
        snprintf(json, sizeof(json), RX("{'exercise':'glute_bridge',%s}"), key);
        parse(json, &a);
        if (!a.ok)
            assert_null(strstr(a.refusal.reason, "outside"));
    }
}

static void test_document(void **state)
{
    static const struct refused cases[] = {
        {"{", "/", "is not JSON: it ends too early"},
        {"{'v':1,}", "/", "is not JSON: syntax error at line 1, column "},
        {"[]", "/", "needs a group of keys"},
        {RX_WITH(",'uses':1e400", CURL("")), "/", "has a number that is too large"},
        {RX_WITH(",'patient':'a\\u0000b'", CURL("")), "/", "has a NUL character"},
        {"7", "/", "needs a group of keys"},
        {"{'v':1,'v':1}", "/", "has a key twice"},
        {RX(CURL("")) " x", "/", "is not JSON"},
        {"{'rev':1,'id':'a','by':'b','items':[" CURL("") "]}", "/v", "is required"},
        {"{'v':1,'id':'a','by':'b','items':[" CURL("") "]}", "/rev", "is required"},
        {"{'v':1,'rev':1,'by':'b','items':[" CURL("") "]}", "/id", "is required"},
        {"{'v':1,'rev':1,'id':'a','items':[" CURL("") "]}", "/by", "is required"},
        {"{'v':1,'rev':1,'id':'a','by':'b'}", "/items", "is required"},
        {RX(""), "/items", "0 items is outside 1..16"},
        {RX_WITH(",'rev_':1", CURL("")), "/rev_", "is not a known key; did you mean rev?"},
        {RX_WITH(",'colour':'red'", CURL("")), "/colour", "is not a known key"},
        {RX_WITH(",'a/b~c':1", CURL("")), "/a~1b~0c", "is not a known key"},
        {RX_WITH(",'sch\xc3\xb6n':1", CURL("")), "/sch??n", "is not a known key"},
        {RX_WITH(",'last_session.id':'x'", CURL("")), "/last_session.id", "is not a known key"},
        {RX_WITH(",'x':[[[[[[[[1]]]]]]]]", CURL("")), "/x/0/0/0/0/0/0/0", "is nested deeper than 8"},
    };

    (void)state;
    expect_all(cases, COUNT(cases));
}

static void test_size_and_encoding(void **state)
{
    static char big[PAYLOAD_MAX + 2];
    struct rx_arrival a;
    char json[JSON_LEN];
    size_t n = json_of(RX(CURL("")), json);

    (void)state;
    memset(big, ' ', sizeof(big));
    memcpy(big, json, n);
    rx_arrival_parse(1, big, PAYLOAD_MAX, exercises->v, exercises->count, &station, &a);
    assert_true(a.ok);
    rx_arrival_parse(1, big, PAYLOAD_MAX + 1, exercises->v, exercises->count, &station, &a);
    assert_false(a.ok);
    assert_string_equal(a.refusal.path, "/");
    assert_string_equal(a.refusal.reason, "16385 bytes is over 16384 bytes");

    expect_refused(RX_WITH(",'patient':'\xff'", CURL("")), "/", "is not UTF-8");
    n = json_of(RX_WITH(",'patient':'a\\u0000b'", CURL("")), json);
    rx_arrival_parse(1, json, n, exercises->v, exercises->count, &station, &a);
    assert_false(a.ok);
}

static void test_types_and_words(void **state)
{
    static const struct refused cases[] = {
        {RX_WITH(",'uses':'3'", CURL("")), "/uses", "needs a whole number, 0..1000, not text"},
        {RX_WITH(",'uses':1.5", CURL("")), "/uses", "needs a whole number"},
        {RX_WITH(",'uses':null", CURL("")), "/uses", "not null"},
        {RX_WITH(",'ask_effort':1", CURL("")), "/ask_effort", "needs true or false, not a number"},
        {RX_WITH(",'ask':'item'", CURL("")), "/ask", "needs a list"},
        {RX_WITH(",'ask':['item','never']", CURL("")), "/ask/1",
         "\"never\" is not one of next_day, before, set, item, after"},
        {RX_WITH(",'ask':['item','item']", CURL("")), "/ask/1", "is there twice"},
        {RX_WITH(",'affected_side':'both'", CURL("")), "/affected_side", "is not one of left, right"},
        {RX_WITH(",'patient':''", CURL("")), "/patient", "0 bytes is outside 1..64 bytes"},
        {RX_WITH(",'patient':'a\\nb'", CURL("")), "/patient", "control character"},
        {RX_WITH(",'valid_until':'tomorrow'", CURL("")), "/valid_until", "is not a time in UTC"},
        {RX_WITH(",'valid_from':'2026-12-31T00:00:00Z','valid_until':'2026-12-30T00:00:00Z'", CURL("")), "/valid_until",
         "is not after valid_from"},
        {RX_WITH(",'last_session':{'id':'x'}", CURL("")), "/last_session/ts", "is required"},
        {RX_WITH(",'last_session':5", CURL("")), "/last_session", "needs a group of keys"},
        {"{'v':1,'rev':0,'id':'a','by':'b','items':[" CURL("") "]}", "/rev", "0 is outside 1.."},
        {"{'v':1,'rev':1,'id':'a','by':'b','items':{}}", "/items", "needs a list"},
        {RX("5"), "/items/0", "needs a group of keys"},
    };

    (void)state;
    expect_all(cases, COUNT(cases));
}

static void test_items(void **state)
{
    static const struct refused cases[] = {
        {RX("{'side':'left'}"), "/items/0/exercise", "is required"},
        {RX("{'exercise':'squat'}"), "/items/0/exercise", "\"squat\" is not one of ball_curl, banded_curl, "},
        {RX(BRIDGE(",'variation':'flying'")), "/items/0/variation",
         "\"flying\" is not one of standard, single, feet_elevated"},
        {RX("{'exercise':'banded_curl'}"), "/items/0/side", "is required"},
        {RX(BRIDGE(",'variation':'single'")), "/items/0/side", "is required"},
        {RX("{'exercise':'banded_curl','side':'both'}"), "/items/0/side", "banded_curl standard works one"},
        {RX("{'exercise':'banded_curl','side':'middle'}"), "/items/0/side", "is not one of left, right, each, both"},
        {RX(CURL(",'contact':'ceiling'")), "/items/0/contact", "is not one of box, box_back, box_tap, floor"},
        {RX(CURL(",'contact':'box_tap'")), "/items/0/contact", "has no set-up with contact box_tap"},
        {RX(BRIDGE(",'anchor':'dead'")), "/items/0/anchor", "has no set-up with contact any and anchor dead"},
        {RX(BRIDGE(",'variation':'feet_elevated','contact':'floor'")), "/items/0/contact", "has no set-up"},
        {RX(CURL("") "," CURL(",'reps_minn':3")), "/items/1/reps_minn", "did you mean reps_min?"},
        {RX(CURL(",'tempo':{'con':1}")), "/items/0/tempo/con", "is not a known key; did you mean tempo.con_s?"},
        {RX(CURL(",'tempo':'3-1-2-0'")), "/items/0/tempo", "needs a group of keys"},
        {RX(CURL(",'first_phase':'top'")), "/items/0/first_phase", "is not one of con, ecc"},
        {RX(CURL(",'band':''")), "/items/0/band", "0 bytes is outside 1..64 bytes"},
    };

    (void)state;
    expect_all(cases, COUNT(cases));
}

static void test_rules_between_keys(void **state)
{
    static const struct refused cases[] = {
        {RX(CURL(",'sets_min':4")), "/items/0/sets_min", "4 is above sets (3)"},
        {RX(CURL(",'reps_min':12")), "/items/0/reps_min", "12 is above reps_max (10)"},
        {RX(CURL(",'reps_max':8")), "/items/0/reps_min", "10 is above reps_max (8)"},
        {RX(CURL(",'sets':2,'sets_reps':[5,5,5]")), "/items/0/sets_reps", "as many entries as there are sets"},
        {RX(CURL(",'sets_reps':[]")), "/items/0/sets_reps", "is empty"},
        {RX(CURL(",'sets_reps':[5,101]")), "/items/0/sets_reps/1", "101 is outside 1..100"},
        {RX(CURL(",'sets_reps':[1,1,1,1,1,1,1,1,1,1,1]")), "/items/0/sets_reps/10", "has more than 10 entries"},
        {RX(CURL("") "," CURL(",'tempo':{'ecc_s':20}")), "/items/1/tempo/ecc_s", "20 s is outside 0..15 s"},
        {RX(CURL(",'tempo':{'con_s':0.25}")), "/items/0/tempo/con_s", "0.25 s is not a multiple of 0.1 s"},
        {RX(CURL(",'tempo':{'con_s':'fast'}")), "/items/0/tempo/con_s",
         "\"fast\" is neither a number nor asap or free"},
        {RX(CURL(",'tempo':{'top_s':'asap'}")), "/items/0/tempo/top_s", "needs a number of seconds"},
        {RX(CURL(",'pacing':'fade','tempo':{'ecc_s':'free'}")), "/items/0/tempo/ecc_s", "needs a number of seconds"},
        {RX(CURL(",'tempo':{'con_s':0.4,'top_s':0,'ecc_s':0.5,'bottom_s':0}")), "/items/0/tempo",
         "the phases sum up to 0.9 s"},
        {RX(CURL(",'tempo':{'con_s':0,'top_s':0,'ecc_s':0,'bottom_s':0}")), "/items/0/tempo", "sum up to 0 s"},
        {RX(CURL(",'pacing':'self','tempo':{'con_s':0,'top_s':0,'ecc_s':0,'bottom_s':0}")), "/items/0/tempo",
         "all four phases are 0 s"},
        {RX(DIG(",'target':{'value':250}")), "/items/0/target/kind", "is required"},
        {RX(DIG(",'target':{'kind':'N'}")), "/items/0/target/value", "is required"},
        {RX(DIG(",'target':{'kind':'lb','value':250}")), "/items/0/target/kind",
         "is not one of N, kg, pct_bw, pct_ref"},
        {RX(DIG(",'target':{'kind':'N','value':250,'band_pct':1}")), "/items/0/target/band_pct",
         "1 % is outside 2..30 %"},
        {RX(DIG(",'target':{'kind':'pct_ref','value':70}")), "/items/0/target/ref_n", "is required for pct_ref"},
        {RX(DIG(",'target':{'kind':'pct_bw','value':40}")), "/items/0/target/kind", "needs body_kg"},
        {RX(DIG(",'target':{'kind':'N','value':2100}")), "/items/0/target/value",
         "the target of 2100 N is above the load limit of 2000 N"},
        {RX(DIG(",'target':{'kind':'kg','value':100},'load_limit_n':900")), "/items/0/target/value",
         "the target of 980.665 N is above the load limit of 900 N"},
        {RX(DIG(",'load_limit_n':2600")), "/items/0/load_limit_n", "2600 N is above the station's capacity of 2500 N"},
    };

    (void)state;
    expect_all(cases, COUNT(cases));
}

static void test_unsafe_and_missing_setups(void **state)
{
    (void)state;
    station.plate_height_mm = 150;
    expect_refused(RX(CURL(",'contact':'box'")), "/items/0/contact",
                   "unsafe_setup: box is for a box of at most 0.1 m, and this one is 0.15 m high");
    expect_refused(RX(BRIDGE(",'contact':'box'")), "/items/0/contact", "unsafe_setup");
    station.riser_height_mm = 500;
    expect_refused(RX("{'exercise':'step_up','side':'left'}"), "/items/0/contact", "unsafe_setup");
    config_station_complete(&station);
    station.floor_anchor = false;
    expect_refused(RX(CURL(",'anchor':'dead'")), "/items/0/anchor", "this station has none (station.floor_anchor)");
    station.bench = false;
    expect_refused(RX("{'exercise':'hip_thrust','contact':'box'}"), "/items/0/contact", "(station.bench)");
    station.riser_height_mm = 0;
    expect_refused(RX(BRIDGE(",'variation':'feet_elevated'")), "/items/0/contact",
                   "box is for a box of at least 0.11 m, and this one is 0.1 m high");
    config_station_complete(&station);
}

/* The revision is told even when the rest is refused, so that the prescriber knows which one it was. */
static void test_rev_survives_refusal(void **state)
{
    struct rx_arrival a;

    (void)state;
    parse(RX("{'exercise':'squat'}"), &a);
    assert_false(a.ok);
    assert_int_equal(a.rev, 7);
    parse("{'rev':'seven'}", &a);
    assert_int_equal(a.rev, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_range),
        cmocka_unit_test(test_ends_of_ranges),
        cmocka_unit_test(test_document),
        cmocka_unit_test(test_size_and_encoding),
        cmocka_unit_test(test_types_and_words),
        cmocka_unit_test(test_items),
        cmocka_unit_test(test_rules_between_keys),
        cmocka_unit_test(test_unsafe_and_missing_setups),
        cmocka_unit_test(test_rev_survives_refusal),
    };

    return cmocka_run_group_tests(tests, load_exercises, free_exercises);
}
