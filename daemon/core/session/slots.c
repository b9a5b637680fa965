/* SPDX-License-Identifier: MIT */
/*
 * Prescriptions by slot. Only a higher rev is taken, and only between sessions; what arrives in a session waits as
 * pending. The same rev and bytes again is silence, other bytes under the same rev are refused.
 */
#include <string.h>

#include "daemon/core/core_state.h"
#include "daemon/core/text.h"

static void refuse(struct refusal *refusal, const char *path, const char *reason)
{
    text_copy(refusal->path, sizeof(refusal->path), path);
    text_copy(refusal->reason, sizeof(refusal->reason), reason);
}

static void set_last(struct slot_state *slot, enum slot_status status, int64_t rev, const char *hash,
                     const struct refusal *refusal)
{
    slot->last = (struct slot_last){.status = status, .rev = rev};
    text_copy(slot->last.hash, sizeof(slot->last.hash), hash);
    if (refusal)
        slot->last.refusal = *refusal;
}

/* Once per rev and hash: a retained prescription comes again with every connection. */
static void reject(struct core *core, const struct rx_arrival *arrival, const struct refusal *refusal, int64_t t_ns)
{
    struct slot_state *slot = &core->slots[arrival->slot];
    const struct slot_last *last = &slot->last;
    struct event *event;

    if (last->status == SLOT_REJECTED && last->rev == arrival->rev && strcmp(last->hash, arrival->hash) == 0)
        return;
    set_last(slot, SLOT_REJECTED, arrival->rev, arrival->hash, refusal);
    event = out_event(core, EVENT_PRESCRIPTION_REJECTED, SCOPE_STATION, t_ns);
    event->u.prescription.slot = arrival->slot;
    event->u.prescription.rev = arrival->rev;
    event->u.prescription.refusal = *refusal;
    text_copy(event->u.prescription.hash, HASH_LEN, arrival->hash);
}

static void hold(struct core *core, int number, const struct prescription *rx, const char *hash, int64_t t_ns)
{
    struct slot_state *slot = &core->slots[number];
    struct event *event;

    if (slot->held.held)
        progression_carry(&slot->held.rx, rx, &slot->held.course);
    else
        slot->held.course = (struct course){0};
    slot->held = (struct slot_held){.held = true, .rx = *rx, .course = slot->held.course};
    text_copy(slot->held.hash, sizeof(slot->held.hash), hash);
    set_last(slot, SLOT_APPLIED, rx->rev, hash, NULL);
    event = out_event(core, EVENT_PRESCRIPTION_ACCEPTED, SCOPE_STATION, t_ns);
    event->u.prescription.slot = number;
    event->u.prescription.rev = rx->rev;
    event->u.prescription.rx = &slot->held.rx;
    text_copy(event->u.prescription.hash, HASH_LEN, hash);
}

/* The rev stays behind as the floor for what may come. An event, because what is withdrawn must stay so after a restart. */
static void withdraw(struct core *core, int number, int64_t t_ns)
{
    struct slot_state *slot = &core->slots[number];
    struct event *event = out_event(core, EVENT_PRESCRIPTION_ACCEPTED, SCOPE_STATION, t_ns);

    event->u.prescription.slot = number;
    event->u.prescription.rev = slot->held.rx.rev;
    slot->held.held = false;
    slot->last = (struct slot_last){.status = SLOT_APPLIED, .rev = slot->held.rx.rev};
}

/* 1: newer than what is held or pending; 0: the very same; -1: refused, *ret says why. */
static int compare(const struct slot_state *slot, const struct rx_arrival *arrival, struct refusal *ret)
{
    bool pending = slot->pending == PENDING_RX;
    int64_t rev = pending ? slot->pending_rx.rev : slot->held.rx.rev;
    const char *hash = pending ? slot->pending_hash : slot->held.hash;

    if (arrival->rev > rev)
        return 1;
    if (arrival->rev == rev && strcmp(arrival->hash, hash) == 0 && (pending || slot->held.held))
        return 0;
    if (arrival->rev < rev)
        refuse(ret, "/rev", "a higher rev is held here already: send a rev above it");
    else if (strcmp(arrival->hash, hash) == 0)
        refuse(ret, "/rev", "this rev was withdrawn: send a higher one");
    else
        refuse(ret, "/rev", "this rev is held here with other content: raise rev with every change");
    return -1;
}

static void defer(struct slot_state *slot, const struct rx_arrival *arrival)
{
    slot->pending = arrival->withdrawn ? PENDING_WITHDRAWAL : PENDING_RX;
    if (!arrival->withdrawn)
        slot->pending_rx = arrival->rx;
    text_copy(slot->pending_hash, sizeof(slot->pending_hash), arrival->hash);
    set_last(slot, SLOT_PENDING, arrival->rev, arrival->hash, NULL);
}

static void arrived(struct core *core, const struct rx_arrival *arrival, int64_t t_ns)
{
    struct slot_state *slot = &core->slots[arrival->slot];
    struct refusal refusal = {0};
    int newer = compare(slot, arrival, &refusal);

    if (newer < 0) {
        reject(core, arrival, &refusal, t_ns);
    } else if (newer == 0) {
        if (slot->pending == PENDING_WITHDRAWAL)
            slot->pending = PENDING_NONE; /* taken back before it was applied */
        if (slot->pending == PENDING_NONE)
            set_last(slot, SLOT_APPLIED, arrival->rev, arrival->hash, NULL);
    } else if (core->session.active) {
        defer(slot, arrival);
    } else {
        hold(core, arrival->slot, &arrival->rx, arrival->hash, t_ns);
    }
}

void slots_arrival(struct core *core, const struct rx_arrival *arrival, int64_t t_ns)
{
    struct slot_state *slot = &core->slots[arrival->slot];

    if (arrival->withdrawn) {
        if (!slot->held.held && slot->pending == PENDING_NONE)
            return;
        if (core->session.active)
            defer(slot, arrival);
        else
            withdraw(core, arrival->slot, t_ns);
    } else if (!arrival->ok) {
        reject(core, arrival, &arrival->refusal, t_ns);
    } else {
        arrived(core, arrival, t_ns);
    }
}

void slots_apply_pending(struct core *core, int64_t t_ns)
{
    for (int number = 1; number <= SLOT_MAX; number++) {
        struct slot_state *slot = &core->slots[number];
        enum pending_kind pending = slot->pending;

        slot->pending = PENDING_NONE;
        switch (pending) {
        case PENDING_RX: hold(core, number, &slot->pending_rx, slot->pending_hash, t_ns); break;
        case PENDING_WITHDRAWAL: withdraw(core, number, t_ns); break;
        case PENDING_NONE: break;
        }
    }
}

/* An unsynced clock refuses nobody: it may be wrong by years, and the prescription may be right. */
bool slot_ready(const struct core *core, int number, bool anew, enum start_refusal *ret_why)
{
    const struct slot_held *held = number >= 1 && number <= SLOT_MAX ? &core->slots[number].held : NULL;
    int64_t wall_ns;

    if (held == NULL || !held->held) {
        *ret_why = REFUSED_NO_PROGRAMME;
        return false;
    }
    wall_ns = core->wall_synced ? core->now_ns + core->wall_offset_ns : ABSENT;
    if (wall_ns != ABSENT && ((held->rx.valid_from_ns != ABSENT && wall_ns < held->rx.valid_from_ns) ||
                              (held->rx.valid_until_ns != ABSENT && wall_ns > held->rx.valid_until_ns))) {
        *ret_why = REFUSED_EXPIRED;
        return false;
    }
    if (held->rx.uses > 0 && held->used >= held->rx.uses && (anew || !session_resume_offered(core, number))) {
        *ret_why = REFUSED_USED_UP;
        return false;
    }
    return true;
}
