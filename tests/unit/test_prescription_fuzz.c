/* SPDX-License-Identifier: MIT */
/*
 * Prescriptions and commands with random damage: whatever arrives, it is taken whole or refused with a place and a reason.
 * The seed is printed; GYMSTATION_SEED repeats a run.
 */
#include "rx_fixture.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "gymstation/command_json.h"

#define ROUNDS 20000

static uint64_t seed, state64;

/* xorshift64*: Vigna 2016, doi 10.1145/2845077 */
static uint64_t next_random(void)
{
    state64 ^= state64 >> 12;
    state64 ^= state64 << 25;
    state64 ^= state64 >> 27;
    return state64 * UINT64_C(2685821657736338717);
}

static size_t below(size_t n)
{
    return (size_t)(next_random() % n);
}

static const char *const seeds[] = {
    RX_WITH(",'patient':'p','valid_until':'2026-12-31T00:00:00Z','uses':3,'body_kg':80,'ask':['item','before']",
            CURL(",'contact':'box','anchor':'dead','tempo':{'con_s':1.5,'top_s':1,'ecc_s':4},'sets':3") "," DIG(
                ",'holds':5,'target':{'kind':'pct_bw','value':25,'band_pct':10},'grace_s':2")),
    RX(BRIDGE(",'sets_reps':[12,10,8],'pacing':'fade','rest_mode':'fixed'")),
    RX("{'exercise':'step_up','side':'each','step_height_m':0.3,'load_kg':4.5,'band':'red'}"),
};

/* What could stand where something else stood. */
static const char *const tokens[] = {"null",    "true", "-1",      "0",     "1e308",    "-0.0", "99999999999999999999",
                                     "[]",      "{}",   "\"\"",    "\"x\"", "\"asap\"", "0.25", "[[[[[[[[[1]]]]]]]]]",
                                     "\\u0000", "\xff", "\"id\":", ",",     ":",        "\n",   "{\"kind\":\"N\"}"};

static size_t insert(char *text, size_t n, size_t at, const char *token)
{
    size_t len = strlen(token);

    if (n + len >= JSON_LEN)
        return n;
    memmove(text + at + len, text + at, n - at);
    memcpy(text + at, token, len);
    return n + len;
}

static size_t erase(char *text, size_t n, size_t at, size_t len)
{
    if (len > n - at)
        len = n - at;
    memmove(text + at, text + at + len, n - at - len);
    return n - len;
}

/* The stretch of digits, or the one byte, that begins at `at`. */
static size_t word_at(const char *text, size_t n, size_t at)
{
    size_t len = 1;

    while (at + len < n && strchr("0123456789.abcdefghijklmnopqrstuvwxyz_", text[at + len]))
        len++;
    return len;
}

static size_t damage(char *text, size_t n)
{
    size_t at = below(n);

    switch (below(5)) {
    case 0: text[at] = (char)next_random(); return n;
    case 1: return erase(text, n, at, 1 + below(8));
    case 2: return insert(text, n, at, tokens[below(COUNT(tokens))]);
    case 3: return insert(text, erase(text, n, at, word_at(text, n, at)), at, tokens[below(COUNT(tokens))]);
    default: return below(10) == 0 ? at : n; /* cut off */
    }
}

static void expect_refusal(const struct refusal *refusal)
{
    assert_true(refusal->path[0] == '/');
    assert_true(refusal->reason[0] != '\0');
    for (const char *c = refusal->path; *c != '\0'; c++)
        assert_true(*c > 0x20 && *c < 0x7f);
    for (const char *c = refusal->reason; *c != '\0'; c++)
        assert_true(*c >= 0x20 && *c < 0x7f);
}

static void expect_sound(const struct rx_arrival *a)
{
    struct refusal refusal;

    assert_int_equal(strlen(a->hash), 64);
    if (!a->ok) {
        expect_refusal(&a->refusal);
        return;
    }
    assert_string_equal(a->refusal.path, "");
    assert_true(a->rev >= 1 && a->rx.rev == a->rev);
    assert_true(a->rx.item_count >= 1 && a->rx.item_count <= ITEM_MAX);
    for (int i = 0; i < a->rx.item_count; i++) {
        const struct rx_item *item = &a->rx.items[i];
        assert_true(item->exercise >= 0 && item->exercise < exercises->count);
        assert_true(item->variation < exercises->v[item->exercise].variation_count);
        assert_true(item->setup < exercises->v[item->exercise].setup_count);
        assert_true(item->dose.sets >= 1 && item->dose.sets <= SET_MAX);
        assert_true(item->dose.sets_reps_count >= 0 && item->dose.sets_reps_count <= SET_MAX);
    }
    assert_true(rx_check(&a->rx, exercises->v, &station, &refusal));
}

static void test_damaged_prescriptions(void **state)
{
    char text[JSON_LEN];
    struct rx_arrival a;
    int taken = 0;

    (void)state;
    state64 = seed;
    for (int round = 0; round < ROUNDS; round++) {
        size_t n = json_of(seeds[round % COUNT(seeds)], text);
        for (size_t i = 1 + below(3); i > 0 && n > 0; i--)
            n = damage(text, n);
        if (n == 0)
            continue;
        rx_arrival_parse(1, text, n, exercises->v, exercises->count, &station, &a);
        expect_sound(&a);
        taken += a.ok;
    }
    /* The damage is not so heavy that nothing is ever taken, nor so light that everything is. */
    assert_in_range(taken, ROUNDS / 100, ROUNDS / 2);
}

static void test_damaged_commands(void **state)
{
    static const char *const payloads[] = {
        "{'v':1,'id':'a','by':'b','expires':'2026-12-31T00:00:00Z'}",
        "{'v':1,'id':'a','by':'b','kind':'pain','nrs':4}",
        "{'v':1,'id':'a','by':'b','from':1,'to':1000}",
        "{'v':1,'id':'a','by':'b','session':'00000000-0000-0000-0000-000000000000','patient':'p'}",
    };
    static const char *const names[] = {"stop", "answer", "resend", "attribute"};
    struct command command;
    char text[JSON_LEN];

    (void)state;
    state64 = seed;
    for (int round = 0; round < ROUNDS; round++) {
        struct refusal refusal = {.path = ""};
        size_t n = json_of(payloads[round % COUNT(payloads)], text);
        n = damage(text, n);
        int r = command_parse(names[round % COUNT(payloads)], text, n, &command, &refusal);
        assert_true(r == 0 || r == -EINVAL);
        if (r < 0)
            expect_refusal(&refusal);
        else
            assert_true(command.id[0] != '\0' && command.by[0] != '\0');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_damaged_prescriptions),
        cmocka_unit_test(test_damaged_commands),
    };
    const char *given = getenv("GYMSTATION_SEED");

    seed = given ? strtoull(given, NULL, 0) : (uint64_t)time(NULL);
    seed = seed != 0 ? seed : 1;
    print_message("seed %" PRIu64 " (GYMSTATION_SEED repeats it)\n", seed);
    return cmocka_run_group_tests(tests, load_exercises, free_exercises);
}
