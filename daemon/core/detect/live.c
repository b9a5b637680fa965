/* SPDX-License-Identifier: MIT */
/* Causal helpers of the detectors. */
#include "daemon/core/detect/live.h"

#include "daemon/core/fixed.h"

static int32_t median_of(int32_t a, int32_t b, int32_t c)
{
    if (a > b) {
        int32_t swap = a;
        a = b;
        b = swap;
    }
    return c < a ? a : c > b ? b : c;
}

bool live_median(struct live_median *median, const struct sample *sample, struct sample *ret)
{
    struct sample *v = median->v;

    if (median->n > 0 && sample->t_ns <= v[median->n - 1].t_ns)
        return false;
    if (median->n < 2) {
        v[median->n++] = *sample;
        *ret = *sample;
        return median->n == 1;
    }
    *ret = (struct sample){.t_ns = v[1].t_ns, .force_mn = median_of(v[0].force_mn, v[1].force_mn, sample->force_mn)};
    v[0] = v[1];
    v[1] = *sample;
    return true;
}

int64_t live_mean(struct live_mean *mean, const struct sample *sample, int64_t window_ns)
{
    while (mean->n > 0 && (mean->n == LIVE_MEAN_MAX || sample->t_ns - mean->v[mean->first].t_ns >= window_ns)) {
        mean->sum -= mean->v[mean->first].force_mn;
        mean->first = (mean->first + 1) % LIVE_MEAN_MAX;
        mean->n--;
    }
    mean->v[(mean->first + mean->n) % LIVE_MEAN_MAX] = *sample;
    mean->n++;
    mean->sum += sample->force_mn;
    return mean->sum / mean->n;
}

bool live_dwell(int64_t *since_ns, bool holds, int64_t t_ns, int64_t dur_ns)
{
    if (!holds) {
        *since_ns = ABSENT;
        return false;
    }
    if (*since_ns == ABSENT)
        *since_ns = t_ns;
    return t_ns - *since_ns >= dur_ns;
}

bool live_move(struct live_move *move, int64_t t_ns, int64_t level_mn, int64_t step_mn)
{
    if (move->level_mn == ABSENT) {
        move->level_mn = level_mn;
        move->said_ns = t_ns;
        return false;
    }
    if (fixed_abs(level_mn - move->level_mn) < step_mn || t_ns - move->said_ns < NS_PER_S)
        return false;
    move->level_mn = level_mn;
    move->said_ns = t_ns;
    return true;
}

void live_phase_begin(struct live_phase *live)
{
    *live = (struct live_phase){.phase = PHASE_BOTTOM, .next = PHASE_BOTTOM, .next_since_ns = ABSENT};
}

static bool stalled(const struct live_phase *live, int64_t t_ns, int64_t u_mn)
{
    return t_ns - live->rise_ns >= LIVE_STALL_NS && u_mn * 10 >= live->peak_mn * 9;
}

static bool comes_down(const struct live_phase *live, const struct live_height *at)
{
    return !at->slow || at->measured_mn < live->last_mn;
}

static bool goes_up(const struct live_phase *live, const struct live_height *at)
{
    return !at->slow || at->measured_mn > live->last_mn;
}

static enum phase from_con(const struct live_phase *live, const struct live_height *at, int64_t amp_mn, int64_t on_mn)
{
    bool high = amp_mn == ABSENT || live->peak_mn * 2 >= amp_mn;

    if (at->u_mn < on_mn)
        return PHASE_BOTTOM;
    if (amp_mn != ABSENT && at->u_mn * 10 >= amp_mn * 9)
        return PHASE_TOP;
    if (high && stalled(live, at->t_ns, at->u_mn))
        return PHASE_TOP;
    return high && comes_down(live, at) && at->u_mn * 10 < live->peak_mn * 8 ? PHASE_ECC : PHASE_CON;
}

static enum phase from_ecc(const struct live_phase *live, const struct live_height *at, int64_t on_mn)
{
    if (at->u_mn < (at->slow ? on_mn * LIVE_SLOW_ON_PCT / 100 : on_mn))
        return PHASE_BOTTOM;
    return goes_up(live, at) && at->u_mn * 20 >= live->peak_mn * 19 ? PHASE_TOP : PHASE_ECC;
}

static enum phase classify(const struct live_phase *live, const struct live_height *at, int64_t amp_mn, int64_t on_mn)
{
    switch (live->phase) {
    case PHASE_BOTTOM: return goes_up(live, at) && at->u_mn >= on_mn ? PHASE_CON : PHASE_BOTTOM;
    case PHASE_CON: return from_con(live, at, amp_mn, on_mn);
    case PHASE_TOP: return comes_down(live, at) && at->u_mn * 10 < live->peak_mn * 9 ? PHASE_ECC : PHASE_TOP;
    case PHASE_ECC: return from_ecc(live, at, on_mn);
    case PHASE_COUNT: break;
    }
    return live->phase;
}

bool live_phase(struct live_phase *live, const struct live_height *at, int64_t amp_mn, int64_t on_mn)
{
    if (live->phase == PHASE_BOTTOM && at->u_mn < on_mn)
        live->peak_mn = live->rise_mn = 0;
    live->peak_mn = fixed_max(live->peak_mn, at->measured_mn);
    if (live->peak_mn * 100 >= live->rise_mn * 103) {
        live->rise_mn = live->peak_mn;
        live->rise_ns = at->t_ns;
    }
    enum phase next = classify(live, at, amp_mn, on_mn);
    live->last_mn = at->measured_mn;
    if (next != live->next) {
        live->next = next;
        live->next_since_ns = ABSENT;
    }
    if (!live_dwell(&live->next_since_ns, next != live->phase, at->t_ns, at->slow ? 0 : LIVE_PHASE_DWELL_NS))
        return false;
    live->phase = next;
    live->next_since_ns = ABSENT;
    return true;
}

int64_t live_rep_ns(const struct dose *dose)
{
    int64_t ms = 0;

    for (int p = PHASE_CON; p <= PHASE_ECC; p++) {
        if (dose->tempo_ms[p] < 0)
            return 0;
        ms += dose->tempo_ms[p];
    }
    return ms * NS_PER_MS;
}

/* The same and the pause; 0 when one of them is the patient's own. */
static int64_t cycle_ns(const struct dose *dose)
{
    int64_t rep_ns = live_rep_ns(dose), pause_ms = dose->tempo_ms[PHASE_BOTTOM];

    return rep_ns == 0 || pause_ms < 0 ? 0 : rep_ns + pause_ms * NS_PER_MS;
}

int64_t live_slow_ns(const struct dose *dose)
{
    int64_t ns = cycle_ns(dose);

    return ns == 0 ? LIVE_FREE_NS
                   : fixed_min(live_rep_ns(dose) + fixed_max(LIVE_MORE_NS, ns * 60 / 100), LIVE_PATIENCE_NS);
}

int64_t live_patience_ns(const struct dose *dose)
{
    int64_t ns = cycle_ns(dose);
    int64_t least_ns = dose->pacing == PACING_PACED ? live_rep_ns(dose) + LIVE_MORE_NS : LIVE_OWN_NS;

    return ns == 0 ? LIVE_FREE_NS : fixed_min(fixed_max(least_ns, ns * 5 / 2), LIVE_PATIENCE_NS);
}
