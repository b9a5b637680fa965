/* SPDX-License-Identifier: MIT */
/* The station's present: state, live, slots, health and replies (event_json.h). No patient in any of them. */
#include "gymstation/event_json.h"

#include "daemon/io/json/event_json_put.h"

/* Never negative: a countdown that is over and not yet acted upon has 0 s left. */
static void put_left(struct put *put, int64_t ends_ns, int64_t now_ns)
{
    if (ends_ns != ABSENT && ends_ns != NEVER)
        put_seconds(put, "left_s", ends_ns > now_ns ? ends_ns - now_ns : 0);
}

/* Holds have phases of their own: wait, ramp, hold, rest. NULL: none. */
static const char *phase_now(const struct snapshot *snapshot)
{
    if (snapshot->hold_phase)
        return snapshot->hold_phase;
    return snapshot->phase_known ? phase_str(snapshot->phase) : NULL;
}

static void put_rx(struct put *put, const struct snapshot *snapshot)
{
    if (snapshot->slot == 0)
        return;
    struct put rx = put_open();
    put_int(&rx, "slot", snapshot->slot);
    put_positive(&rx, "rev", snapshot->rx_rev);
    put_str(&rx, "id", snapshot->rx_id);
    put_object(put, "rx", &rx);
}

static void put_question(struct put *put, const struct snapshot *snapshot)
{
    if (!snapshot->asking)
        return;
    struct put question = put_open();
    put_str(&question, "kind", question_str(snapshot->question));
    if (snapshot->question == QUESTION_PAIN)
        put_str(&question, "when", pain_when_str(snapshot->when));
    if (snapshot->entered >= 0)
        put_int(&question, "entered", snapshot->entered);
    put_object(put, "question", &question);
}

static void put_faults(struct put *put, const struct snapshot *snapshot, const struct state_stamp *stamp)
{
    json_t *faults = json_array();
    for (int i = 0; i < FAULT_COUNT; i++) {
        if (!(snapshot->faults & 1u << i))
            continue;
        struct put one = put_open();
        put_str(&one, "fault", fault_str((enum fault)i));
        put_wall_time(&one, "since", stamp->wall_ns - (stamp->t_ns - snapshot->fault_since_ns[i]));
        put_str(&one, "effect", fault_effect_str(fault_effect((enum fault)i)));
        put_str(&one, "text", fault_text((enum fault)i));
        put_append(put, faults, &one);
    }
    put_array(put, "faults", faults);
}

static void put_programme(struct put *put, const struct snapshot *snapshot)
{
    put_positive(put, "item", snapshot->item);
    put_positive(put, "items", snapshot->items);
    put_str(put, "exercise", snapshot->exercise);
    put_str(put, "variation", snapshot->variation);
    put_str(put, "contact", contact_str(snapshot->contact));
    put_str(put, "side", side_str(snapshot->side));
    put_positive(put, "set", snapshot->set);
    put_positive(put, "sets", snapshot->sets);
    put_positive(put, "rep", snapshot->rep);
    put_positive(put, "reps_min", snapshot->reps_min);
    put_positive(put, "reps_max", snapshot->reps_max);
}

char *state_json(const struct snapshot *snapshot, const struct state_stamp *stamp)
{
    struct put state = put_open();
    put_int(&state, "v", 1);
    put_wall_time(&state, "ts", stamp->wall_ns);
    put_str(&state, "boot", stamp->boot);
    put_int(&state, "t_ns", stamp->t_ns);
    put_str(&state, "now", now_str(snapshot->now));
    put_str(&state, "session", stamp->session);
    put_rx(&state, snapshot);
    put_programme(&state, snapshot);
    put_str(&state, "phase", phase_now(snapshot));
    put_left(&state, snapshot->ends_ns, stamp->t_ns);
    put_bool(&state, "measured", snapshot->measured);
    put_question(&state, snapshot);
    if (snapshot->last_result >= 0)
        put_int(&state, "last_result", snapshot->last_result);
    put_bool(&state, "call", snapshot->call);
    put_faults(&state, snapshot, stamp);
    return put_text(&state);
}

char *live_json(const struct snapshot *snapshot, const struct state_stamp *stamp)
{
    const char *phase = phase_now(snapshot);
    struct put live = put_open();
    put_str(&live, "boot", stamp->boot);
    put_int(&live, "t_ns", stamp->t_ns);
    put_str(&live, "session", stamp->session);
    put_positive(&live, "item", snapshot->item);
    put_positive(&live, "set", snapshot->set);
    put_positive(&live, "rep", snapshot->rep);
    put_newtons(&live, "force_n", snapshot->force_mn);
    put_newtons(&live, "target_n", snapshot->target_mn);
    if (phase) {
        put_str(&live, "phase", phase);
        put_str(&live, "src", src_str(snapshot->phase_src));
        put_int(&live, "phase_start_t_ns", snapshot->phase_start_ns);
        put_int(&live, "phase_end_t_ns", snapshot->phase_end_ns);
        if (snapshot->next_phase >= 0)
            put_str(&live, "next_phase", phase_str((enum phase)snapshot->next_phase));
    }
    put_left(&live, snapshot->ends_ns, stamp->t_ns);
    return put_text(&live);
}

static const char *slot_status_str(enum slot_status status)
{
    switch (status) {
    case SLOT_NONE: break;
    case SLOT_APPLIED: return "applied";
    case SLOT_PENDING: return "pending";
    case SLOT_REJECTED: return "rejected";
    }
    return NULL;
}

static void put_held(struct put *put, const struct slot_held *held, const struct exercise *exercises)
{
    if (!held->held) {
        put_array(put, "held", json_null());
        return;
    }
    struct put one = put_open();
    put_int(&one, "rev", held->rx.rev);
    put_str(&one, "id", held->rx.id);
    put_str(&one, "hash", held->hash);
    put_items(&one, "items", &held->rx, exercises);
    put_object(put, "held", &one);
}

char *slot_json(const struct slot_held *held, const struct slot_last *last, const struct exercise *exercises)
{
    struct put slot = put_open();
    put_held(&slot, held, exercises);
    if (last->status != SLOT_NONE) {
        struct put one = put_open();
        put_positive(&one, "rev", last->rev);
        put_str(&one, "hash", last->hash);
        put_str(&one, "status", slot_status_str(last->status));
        put_str(&one, "path", last->refusal.path);
        put_str(&one, "reason", last->refusal.reason);
        put_object(&slot, "last", &one);
    }
    return put_text(&slot);
}

char *reply_json(const struct reply *reply)
{
    struct put put = put_open();
    put_int(&put, "v", 1);
    put_str(&put, "id", reply->id);
    put_bool(&put, "ok", reply->code == REPLY_OK);
    put_str(&put, "code", reply_code_str(reply->code));
    if (reply->code != REPLY_OK) {
        put_str(&put, "path", reply->refusal.path);
        put_str(&put, "reason", reply->refusal.reason);
    }
    return put_text(&put);
}

char *resend_reply_json(const char *id, const struct seq_range *gone, int gone_n)
{
    struct put put = put_open();
    json_t *list = json_array();

    put_int(&put, "v", 1);
    put_str(&put, "id", id);
    put_bool(&put, "ok", true);
    put_str(&put, "code", reply_code_str(REPLY_OK));
    for (int i = 0; i < gone_n; i++) {
        struct put range = put_open();

        put_int(&range, "from", gone[i].from);
        put_int(&range, "to", gone[i].to);
        put_append(&put, list, &range);
    }
    put_array(&put, "gone", list);
    return put_text(&put);
}

void health_init(struct health *health)
{
    *health = (struct health){
        .wall_ns = ABSENT,
        .uptime_ns = ABSENT,
        .restarts = ABSENT,
        .conn = ABSENT,
        .seq = ABSENT,
        .queue = ABSENT,
        .queue_oldest_ns = ABSENT,
        .clock = CLOCK_UNSYNCED,
        .sps_milli = ABSENT,
        .noise_mg = ABSENT,
        .zero_mg = ABSENT,
        .calibrated_wall_ns = ABSENT,
        .rt = -1,
        .temp_mc = ABSENT,
        .undervoltage = -1,
        .disk_free_mb = ABSENT,
        .cert_days_left = ABSENT,
    };
}

char *health_json(const struct health *health)
{
    struct put put = put_open();
    put_int(&put, "v", 1);
    put_wall_time(&put, "ts", health->wall_ns);
    put_str(&put, "boot", health->boot);
    put_str(&put, "version", health->version);
    put_seconds(&put, "uptime_s", health->uptime_ns);
    put_int(&put, "restarts", health->restarts);
    put_int(&put, "conn", health->conn);
    put_str(&put, "journal", health->journal);
    put_int(&put, "seq", health->seq);
    put_int(&put, "queue", health->queue);
    put_seconds(&put, "queue_oldest_s", health->queue_oldest_ns);
    put_str(&put, "clock", clock_quality_str(health->clock));
    put_decimal(&put, "sps", health->sps_milli, 1000, 2);
    put_decimal(&put, "noise_g", health->noise_mg, 1000, 1);
    put_decimal(&put, "zero_g", health->zero_mg, 1000, 1);
    put_wall_time(&put, "calibrated_at", health->calibrated_wall_ns);
    put_judged(&put, "rt", health->rt);
    put_decimal(&put, "temp_c", health->temp_mc, 1000, 1);
    put_judged(&put, "undervoltage", health->undervoltage);
    put_int(&put, "disk_free_mb", health->disk_free_mb);
    put_int(&put, "cert_days_left", health->cert_days_left);
    put_str(&put, "last_refusal", health->last_refusal);
    struct put counters = put_open();
    for (int i = 0; i < health->counter_count; i++)
        put_int(&counters, health->counters[i].name, (int64_t)health->counters[i].value);
    put_object(&put, "counters", &counters);
    return put_text(&put);
}
