/* SPDX-License-Identifier: MIT */
#include "daemon/core/set/pacer.h"

#define PAUSE_AT (PHASE_COUNT - 1) /* where the pause between reps stands in the order */

/* A tick closer than this to the next accent would sound like a stumble. */
#define TICK_CLEAR_NS (300 * NS_PER_MS)

/* A tempo that nobody gave: what "slowly" is not, but something a person can follow. */
#define PHASE_UNKNOWN_MS 1000

static int64_t phase_ns(const struct dose *dose, const int32_t fallback_ms[PHASE_COUNT], enum phase phase)
{
    int32_t ms = dose->tempo_ms[phase];

    if (ms < 0)
        ms = fallback_ms[phase];
    if (ms < 0)
        ms = PHASE_UNKNOWN_MS;
    return ms * NS_PER_MS;
}

int64_t pacer_cycle_ns(const struct dose *dose, const int32_t fallback_ms[PHASE_COUNT])
{
    int64_t sum_ns = 0;

    for (int p = 0; p < PHASE_COUNT; p++)
        sum_ns += phase_ns(dose, fallback_ms, (enum phase)p);
    /* rx_check() wants 1 s from paced tempos; an all-zero one that is only a fallback must not spin. */
    return sum_ns > 0 ? sum_ns : NS_PER_S;
}

static void begin_phase(struct pacer *pacer, int at, int64_t t_ns)
{
    pacer->at = at;
    pacer->phase_start_ns = t_ns;
    pacer->tick_ns = t_ns + NS_PER_S;
    if (at == 0)
        pacer->rep_start_ns = t_ns;
}

void pacer_begin(struct pacer *pacer, const struct dose *dose, const int32_t fallback_ms[PHASE_COUNT], int64_t t_ns)
{
    int64_t sum_ns = 0;

    *pacer = (struct pacer){.on = true, .pause_start_ns = ABSENT};
    for (int i = 0; i < PHASE_COUNT; i++) {
        pacer->order[i] = (enum phase)(((int)dose->first_phase + i) % PHASE_COUNT);
        pacer->dur_ns[i] = phase_ns(dose, fallback_ms, pacer->order[i]);
        pacer->target_ns[i] = dose->tempo_ms[pacer->order[i]] < 0 ? ABSENT : pacer->dur_ns[i];
        sum_ns += pacer->dur_ns[i];
    }
    if (sum_ns == 0)
        pacer->dur_ns[0] = NS_PER_S;
    /* The first phase of a set always begins at "go", even when it has no length. */
    begin_phase(pacer, 0, t_ns);
}

int64_t pacer_phase_end_ns(const struct pacer *pacer)
{
    return pacer->phase_start_ns + pacer->dur_ns[pacer->at];
}

static bool tick_due(const struct pacer *pacer)
{
    return pacer->tick_ns + TICK_CLEAR_NS <= pacer_phase_end_ns(pacer);
}

int64_t pacer_deadline_ns(const struct pacer *pacer)
{
    if (!pacer->on)
        return NEVER;
    return tick_due(pacer) ? pacer->tick_ns : pacer_phase_end_ns(pacer);
}

/* The cue may be the exercise's own tempo where "as fast as possible" was prescribed: that is no target. */
static void cue_phase(struct rep_data *rep, const struct pacer *pacer, int at)
{
    if (pacer->dur_ns[at] > 0)
        rep->phases[pacer->order[at]] = (struct phase_time){.src = SRC_CUE,
                                                            .dur_ns = pacer->dur_ns[at],
                                                            .sd_ns = ABSENT,
                                                            .move_ns = ABSENT,
                                                            .target_ns = pacer->target_ns[at],
                                                            .in_tolerance = -1};
}

static void end_rep(struct pacer *pacer, struct pacer_step *ret)
{
    int64_t end_ns = pacer_phase_end_ns(pacer);

    ret->rep_ended = true;
    ret->rep = (struct rep_data){.outcome = REP_PACED,
                                 .start_ns = pacer->rep_start_ns,
                                 .end_ns = end_ns,
                                 .tut_ns = ABSENT,
                                 .peak_mn = ABSENT,
                                 .mean_mn = ABSENT,
                                 .impulse_mns = ABSENT,
                                 .flags = FLAG_CUED};
    for (int i = 0; i < PAUSE_AT; i++)
        cue_phase(&ret->rep, pacer, i);
    if (pacer->pause_start_ns != ABSENT)
        cue_phase(&ret->rep, pacer, PAUSE_AT);
    pacer->pause_start_ns = end_ns;
    pacer->cycles++;
}

void pacer_fire(struct pacer *pacer, struct pacer_step *ret)
{
    *ret = (struct pacer_step){.tick = tick_due(pacer)};
    if (ret->tick) {
        pacer->tick_ns += NS_PER_S;
        return;
    }
    ret->phase = true;
    do {
        if (pacer->at == PAUSE_AT - 1)
            end_rep(pacer, ret);
        begin_phase(pacer, (pacer->at + 1) % PHASE_COUNT, pacer_phase_end_ns(pacer));
    } while (pacer->dur_ns[pacer->at] == 0 && !(ret->rep_ended && pacer->at == PAUSE_AT - 1));
}

bool pacer_rep_at(const struct dose *dose, const int32_t fallback_ms[PHASE_COUNT], int64_t begin_ns, int64_t start_ns,
                  int64_t end_ns, struct rep_data *ret)
{
    int64_t middle_ns = start_ns + (end_ns - start_ns) / 2, cycle_ns = pacer_cycle_ns(dose, fallback_ms);
    int64_t cycle = (middle_ns - begin_ns) / cycle_ns;
    struct pacer_step step = {0};
    struct pacer pacer;

    if (middle_ns < begin_ns)
        return false;
    pacer_begin(&pacer, dose, fallback_ms, begin_ns + cycle * cycle_ns);
    pacer.pause_start_ns = cycle > 0 ? pacer.rep_start_ns - pacer.dur_ns[PAUSE_AT] : ABSENT;
    for (pacer.at = 0; pacer.at < PAUSE_AT - 1; pacer.at++)
        pacer.phase_start_ns += pacer.dur_ns[pacer.at];
    end_rep(&pacer, &step);
    *ret = step.rep;
    int64_t cued_ns = ret->start_ns + (ret->end_ns - ret->start_ns) / 2;
    return middle_ns < ret->end_ns && start_ns <= cued_ns && cued_ns < end_ns;
}
