/* SPDX-License-Identifier: MIT */
/* Commands: what is taken, what is refused and where (contract section 6). */
#include "rx_fixture.h"

#include <errno.h>

#include "gymstation/command_json.h"

#define COMMAND(keys) "{'v':1,'id':'c-1','by':'pt-2'" keys "}"

static int parse_command(const char *name, const char *quoted, struct command *ret, struct refusal *ret_refusal)
{
    char json[JSON_LEN];
    size_t n = json_of(quoted, json);

    return command_parse(name, json, n, ret, ret_refusal);
}

static void test_plain_commands(void **state)
{
    static const enum command_kind plain[] = {COMMAND_STOP,     COMMAND_SKIP,   COMMAND_TARE,
                                              COMMAND_IDENTIFY, COMMAND_REPORT, COMMAND_CLEAR_CALL};
    struct refusal refusal;
    struct command c;

    (void)state;
    for (int i = 0; i < COUNT(plain); i++) {
        assert_int_equal(parse_command(command_str(plain[i]), COMMAND(""), &c, &refusal), 0);
        assert_int_equal(c.kind, plain[i]);
        assert_string_equal(c.id, "c-1");
        assert_string_equal(c.by, "pt-2");
        assert_true(c.expires_ns == ABSENT);
    }
}

static void test_keys(void **state)
{
    struct refusal refusal;
    struct command c;

    (void)state;
    assert_int_equal(parse_command("stop", COMMAND(",'expires':'1970-01-01T00:00:01.5Z'"), &c, &refusal), 0);
    assert_true(c.expires_ns == 1500000000);
    assert_int_equal(parse_command("answer", COMMAND(",'kind':'pain','nrs':0"), &c, &refusal), 0);
    assert_int_equal(c.answers, QUESTION_PAIN);
    assert_int_equal(c.score, 0);
    assert_int_equal(parse_command("answer", COMMAND(",'cr10':10,'kind':'effort'"), &c, &refusal), 0);
    assert_int_equal(c.answers, QUESTION_EFFORT);
    assert_int_equal(c.score, 10);
    assert_int_equal(parse_command("resend", COMMAND(",'from':843,'to':1842"), &c, &refusal), 0);
    assert_int_equal(c.from_seq, 843);
    assert_int_equal(c.to_seq, 1842);
    assert_int_equal(parse_command("attribute",
                                   COMMAND(",'session':'0193a1b2-c3d4-8e5f-8a6b-7c8d9e0f1a2b','patient':'p-1'"), &c,
                                   &refusal),
                     0);
    assert_string_equal(c.session, "0193a1b2-c3d4-8e5f-8a6b-7c8d9e0f1a2b");
    assert_string_equal(c.patient, "p-1");
}

struct refused_command {
    const char *name, *json, *path, *reason;
};

static void test_refused(void **state)
{
    static const struct refused_command cases[] = {
        {"answer", COMMAND(",'kind':'pain','nrs':11"), "/nrs", "11 is outside 0..10"},
        {"answer", COMMAND(",'kind':'pain','nrs':-1"), "/nrs", "-1 is outside 0..10"},
        {"answer", COMMAND(",'kind':'pain'"), "/nrs", "is required"},
        {"answer", COMMAND(",'kind':'effort','nrs':3"), "/nrs", "does not answer effort; give cr10"},
        {"answer", COMMAND(",'kind':'pain','nrs':3,'cr10':3"), "/cr10", "does not answer pain; give nrs"},
        {"answer", COMMAND(",'kind':'confirm'"), "/kind", "is not one of pain, effort"},
        {"answer", COMMAND(",'nrs':3"), "/kind", "is required"},
        {"resend", COMMAND(",'from':1,'to':1001"), "/to", "asks for more than 1000 events"},
        {"resend", COMMAND(",'from':5,'to':4"), "/to", "is below from"},
        {"resend", COMMAND(",'from':0,'to':4"), "/from", "0 is outside 1.."},
        {"attribute", COMMAND(",'session':'x','patient':'p'"), "/session", "1 bytes is outside 36..36 bytes"},
        {"attribute", COMMAND(",'session':'0193a1b2xc3d4-8e5f-8a6b-7c8d9e0f1a2b','patient':'p'"), "/session",
         "is not a UUID"},
        {"attribute", COMMAND(",'session':'0193a1b2-c3d4-8e5f-8a6b-7c8d9e0f1a2b'"), "/patient", "is required"},
        {"stop", COMMAND(",'nrs':3"), "/nrs", "is not a known key"},
        {"stop", "{'v':2,'id':'c-1','by':'x'}", "/v", "2 is outside 1..1"},
        {"stop", "{'v':1,'by':'x','id':'c-1','expires':5}", "/expires", "needs a time such as"},
        {"stop", "{'id':'c-1','by':'x'}", "/v", "is required"},
        {"stop", "{'v':1,'id':'c-1'}", "/by", "is required"},
    };

    (void)state;
    for (int i = 0; i < COUNT(cases); i++) {
        struct refusal refusal = {.path = ""};
        struct command c;

        assert_int_equal(parse_command(cases[i].name, cases[i].json, &c, &refusal), -EINVAL);
        assert_string_equal(refusal.path, cases[i].path);
        if (!strstr(refusal.reason, cases[i].reason))
            fail_msg("%s: %s", cases[i].json, refusal.reason);
        assert_string_equal(c.id, "c-1"); /* the reply needs it */
        assert_string_equal(command_str(c.kind), cases[i].name);
    }
}

static void test_documents(void **state)
{
    struct refusal refusal;
    struct command c;

    (void)state;
    assert_int_equal(parse_command("stop", "", &c, &refusal), -EINVAL);
    assert_string_equal(refusal.path, "/");
    assert_string_equal(c.id, "");
    assert_int_equal(parse_command("start", COMMAND(""), &c, &refusal), -ENOTSUP); /* there is no remote start */
    assert_string_equal(refusal.reason, "there is no such command");
    assert_string_equal(c.id, "c-1");
    assert_int_equal(parse_command("stop", "{'v':1,'id':'','by':'x'}", &c, &refusal), -EINVAL);
    assert_string_equal(refusal.path, "/id");
    assert_string_equal(c.id, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_commands),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_documents),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
