/* SPDX-License-Identifier: MIT */
/* What may be claimed of whom: physics takes phases away from who leans on a chair, from then on. */
#include "tests/bench/bench.h"

/*
 * The first repetition of a set is over before a patient with leaning steps puts any weight on the chair. Live, nobody
 * knows in the second one yet that there will be any: the phases of that are forgiven.
 */
#define LEANS_AFTER      1
#define LEANS_AFTER_LIVE 2

static bool leans_then(const struct bench_session *session, const struct watch *watch, int64_t t_ns, int after)
{
    if (!leaning_curl(session) || session->patient.oddity != PATIENT_LEANING_STEPS)
        return leaning_curl(session);
    for (int i = 0; i < watch->truths; i++) {
        const struct patient_truth *truth = &watch->truth[i];
        if (truth->n <= after && t_ns >= truth->con_move_ns - NS_PER_S &&
            t_ns <= truth->ecc_move_end_ns + (after - 1) * NS_PER_S)
            return false;
    }
    return true;
}

unsigned judge_allowed(const struct bench_session *session, const struct watch *watch, int64_t t_ns, bool live)
{
    return leans_then(session, watch, t_ns, live ? LEANS_AFTER_LIVE : LEANS_AFTER) ? 0 : session->setup->phases;
}
