/* SPDX-License-Identifier: MIT */
/* Every state of the session, in every situation that makes a difference, with every event: tests/transitions. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "situations.h"

/* What comes along with an event. */
static const struct cell {
    enum session_event event;
    const char *with;
    int n; /* slot of the card, score, or why the set is over */
} cells[] = {
    {SESSION_EVENT_START, "", 0},
    {SESSION_EVENT_START_SHORT, "", 0},
    {SESSION_EVENT_START_LONG, "", 0},
    {SESSION_EVENT_STOP, "", 0},
    {SESSION_EVENT_STOP_LONG, "", 0},
    {SESSION_EVENT_PLUS, "", 0},
    {SESSION_EVENT_MINUS, "", 0},
    {SESSION_EVENT_TIMEOUT, "", 0},
    {SESSION_EVENT_CUE, "", 0},
    {SESSION_EVENT_COUNTER, "", 0},
    {SESSION_EVENT_CONTACT, "", 0},
    {SESSION_EVENT_SET_OVER, " done", SET_DONE},
    {SESSION_EVENT_SET_OVER, " left_box", SET_LEFT_BOX},
    {SESSION_EVENT_SET_OVER, " timeout", SET_TIMEOUT},
    {SESSION_EVENT_CARD, " of slot 1", 1},
    {SESSION_EVENT_CARD, " of slot 2", 2},
    {SESSION_EVENT_SKIP, "", 0},
    {SESSION_EVENT_ANSWER, " pain 3", 3},
    {SESSION_EVENT_ANSWER, " pain 4", 4},
    {SESSION_EVENT_ANSWER, " cr10 5", 5},
};

/* When the event would come: deadlines at their own time, everything else now. NEVER: the deadline is not set. */
static int64_t due_ns(const struct core *core, enum session_event event)
{
    if (event == SESSION_EVENT_TIMEOUT)
        return core->session.deadline_ns;
    if (event == SESSION_EVENT_CUE)
        return core->session.cue_ns;
    if (event == SESSION_EVENT_COUNTER)
        return core->session.counter.deadline_ns;
    return core->now_ns;
}

static int64_t cell_ns(const struct core *core, enum session_event event)
{
    int64_t t_ns = due_ns(core, event);

    return t_ns == NEVER || t_ns < core->now_ns ? core->now_ns : t_ns;
}

static void happen(struct core *core, const struct cell *cell, struct core_outs *outs)
{
    struct command command = {.expires_ns = ABSENT, .score = cell->n, .id = "c", .by = "t"};
    int64_t t_ns = cell_ns(core, cell->event);
    bool in_set = core->session.state == SESSION_STATE_WORK;

    *outs = (struct core_outs){0};
    core->outs = outs;
    core->now_ns = t_ns;
    command.kind = cell->event == SESSION_EVENT_SKIP ? COMMAND_SKIP : COMMAND_ANSWER;
    command.answers = strstr(cell->with, "cr10") ? QUESTION_EFFORT : QUESTION_PAIN;
    if (cell->event == SESSION_EVENT_SKIP || cell->event == SESSION_EVENT_ANSWER)
        core->command = &command;
    if (cell->event == SESSION_EVENT_CARD)
        core->card_slot = cell->n;
    if (cell->event == SESSION_EVENT_SET_OVER && in_set)
        set_finish(core, (enum set_reason)cell->n,
                   (enum set_end)(cell->n == SET_DONE       ? ENDED_BY_REPS
                                  : cell->n == SET_LEFT_BOX ? ENDED_BY_LEAVE
                                                            : ENDED_BY_TIMEOUT),
                   t_ns);
    session_event(core, cell->event, t_ns);
    core->command = NULL;
    core->outs = NULL;
}

/* The results of a session are a table of their own: here its reason is enough. */
static void add_output(const struct core_out *out, struct text *table)
{
    if (out->kind == OUT_EVENT && out->u.event.head.type == EVENT_SESSION_COMPLETED)
        text_add(table, "session_completed %s", session_reason_str(out->u.event.u.session_completed.reason));
    else
        out_line(out, table);
}

/* "state (its deadline) outputs", or "-" for nothing, or "!!" for impossible, or "." where no deadline is set. */
static void add_effect(const struct core *before, const struct core *core, const struct core_outs *outs, bool due,
                       struct text *table)
{
    bool same = memcmp(&before->session, &core->session, sizeof(core->session)) == 0;

    if (core->counters.impossible > before->counters.impossible) {
        text_add(table, "!!");
    } else if (!due) {
        text_add(table, ".");
    } else if (same && outs->n == 0) {
        text_add(table, "-");
    } else {
        text_add(table, "%-7s", session_state_str(core->session.state));
        if (core->session.deadline_ns != NEVER && core->session.deadline_ns != before->session.deadline_ns)
            text_add(table, " (%g s)", seconds(core->session.deadline_ns - core->now_ns));
        for (int i = 0; i < outs->n; i++) {
            text_add(table, "%s", i > 0 ? "; " : " ");
            add_output(&outs->v[i], table);
        }
    }
    text_add(table, "\n");
}

static void add_situation(const struct situation *situation, struct text *table)
{
    struct station_rig *rig = rig_new(NULL);
    struct core_outs outs;
    char name[64];

    situation->make(rig);
    text_add(table, "\n== %s ==\n", situation->name);
    if (rig->core->session.state != situation->state)
        fail_msg("%s: the station is in %s", situation->name, session_state_str(rig->core->session.state));
    for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
        struct station_rig *clone = rig_clone(rig);

        happen(clone->core, &cells[i], &outs);
        snprintf(name, sizeof(name), "%s%s", session_event_str(cells[i].event), cells[i].with);
        text_add(table, "%-17s ", name);
        add_effect(rig->core, clone->core, &outs, due_ns(rig->core, cells[i].event) != NEVER, table);
        assert_int_equal(outs.lost, 0);
        rig_free(clone);
    }
    rig_free(rig);
}

static void test_session_table_is_the_golden_one(void **state)
{
    struct text table = {0};

    (void)state;
    text_add(&table,
             "# Session: situation, event -> state (its deadline) outputs.\n"
             "# '-' ignored; '!!' impossible, counted; '.' the state has such a deadline, but none is set here.\n"
             "# Outputs: events by their type, with item, side, set and rep as in 1L2.3; cues begin with '~',\n"
             "# replies with '>'. Written by test_transitions with GYMSTATION_UPDATE=1.\n");
    for (int i = 0; i < situation_count; i++)
        add_situation(&situations[i], &table);
    golden_check("tests/transitions/session.txt", table.v);
    free(table.v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_session_table_is_the_golden_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
