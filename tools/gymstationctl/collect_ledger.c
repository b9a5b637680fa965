/* SPDX-License-Identifier: MIT */
#include "tools/gymstationctl/collect_ledger.h"

static int64_t min(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t max(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* When to ask, after something has changed. Progress makes patient again. */
static void plan(struct ledger *l, int64_t now_ns)
{
    bool answered = l->asked_from != 0 && l->j.upto >= l->asked_to;
    bool moved = l->j.upto != l->planned_upto;

    l->planned_upto = l->j.upto;
    if (l->j.upto >= l->j.head) {
        l->asked_from = l->asked_to = 0;
        l->ask_at_ns = NEVER;
        l->patience_ns = LEDGER_PATIENCE_NS;
    } else if (answered) {
        l->asked_from = l->asked_to = 0;
        l->ask_at_ns = now_ns;
        l->patience_ns = LEDGER_PATIENCE_NS;
    } else if (l->ask_at_ns == NEVER || (moved && l->asked_from == 0)) {
        l->ask_at_ns = now_ns + LEDGER_GRACE_NS; /* it is coming in order: nothing is to be asked for */
    }
}

/* Goes on over everything that is stored or gone right behind upto. */
static int advance(struct ledger *l, struct store *store)
{
    int64_t from, to;
    int r = 0;

    while (l->j.upto < l->stored_head && (r = store_next(store, l->j.journal, l->j.upto, &from, &to)) > 0) {
        if (from > l->j.upto + 1)
            return 0;
        l->j.upto = to;
    }
    return r < 0 ? -1 : 0;
}

int ledger_init(struct ledger *l, struct store *store, const struct store_journal *j)
{
    *l = (struct ledger){.j = *j, .acked = -1, .ask_at_ns = NEVER, .patience_ns = LEDGER_PATIENCE_NS};
    l->stored_head = j->head;
    if (advance(l, store) < 0)
        return -1;
    return 0;
}

enum store_added ledger_take(struct ledger *l, struct store *store, const struct store_event *event, int64_t now_ns)
{
    enum store_added added = store_add(store, event);

    l->dirty = true;
    l->j.duplicates += added == STORE_KNOWN;
    l->j.conflicts += added == STORE_CONFLICT;
    l->j.last_seen_ms = event->received_ms;
    if (added != STORE_NEW)
        return added;
    if (l->asked_from != 0 && event->seq >= l->asked_from && event->seq <= l->asked_to)
        l->ask_at_ns = now_ns + LEDGER_PATIENCE_NS; /* it is coming: no need to ask again */
    l->stored_head = max(l->stored_head, event->seq);
    l->j.head = max(l->j.head, event->seq);
    if (event->seq == l->j.upto + 1)
        l->j.upto = event->seq;
    if (advance(l, store) < 0)
        return STORE_FAILED;
    plan(l, now_ns);
    return added;
}

int ledger_gone(struct ledger *l, struct store *store, int64_t from, int64_t to, const char *why, int64_t now_ns)
{
    from = max(from, l->j.upto + 1);
    if (from > to)
        return 0;
    if (store_gone(store, l->j.journal, from, to, why) < 0)
        return -1;
    l->dirty = true;
    l->stored_head = max(l->stored_head, to);
    l->j.head = max(l->j.head, to);
    if (advance(l, store) < 0)
        return -1;
    plan(l, now_ns);
    return 0;
}

void ledger_head(struct ledger *l, int64_t seq, int64_t now_ns)
{
    if (seq > l->j.head) {
        l->j.head = seq;
        l->dirty = true;
    }
    plan(l, now_ns);
}

int ledger_ask(struct ledger *l, struct store *store, int64_t now_ns, int64_t *ret_from, int64_t *ret_to)
{
    int64_t from, to, last = l->j.head;

    if (!l->current || l->ask_at_ns > now_ns || l->j.upto >= l->j.head)
        return 0;
    int r = store_next(store, l->j.journal, l->j.upto, &from, &to);
    if (r < 0)
        return -1;
    if (r > 0)
        last = from - 1;
    l->asked_from = l->j.upto + 1;
    l->asked_to = min(last, l->j.upto + LEDGER_ASK_MAX);
    l->ask_at_ns = now_ns + l->patience_ns;
    l->patience_ns = min(2 * l->patience_ns, LEDGER_PATIENCE_MAX);
    l->ask_number++;
    *ret_from = l->asked_from;
    *ret_to = l->asked_to;
    return 1;
}

void ledger_busy(struct ledger *l, int64_t now_ns)
{
    l->ask_at_ns = now_ns + LEDGER_GRACE_NS;
}
