/* SPDX-License-Identifier: MIT */
/* Samples of a bridge or thrust; see pelvis_input.h. */
#include "daemon/core/detect/pelvis/pelvis_input.h"

#include "daemon/core/fixed.h"

void pelvis_input_begin(struct pelvis_input *input)
{
    *input = (struct pelvis_input){.last_ns = ABSENT, .taken = {.t_ns = ABSENT}};
}

static bool spike(const struct pelvis_input *input, const struct sample *sample)
{
    return input->taken.t_ns != ABSENT &&
           fixed_abs((int64_t)sample->force_mn - input->taken.force_mn) > PELVIS_SPIKE_MN;
}

int pelvis_input(struct pelvis_input *input, const struct sample *sample, struct sample ret[PELVIS_INPUT_MAX])
{
    int64_t since_ns = input->last_ns != ABSENT ? sample->t_ns - input->last_ns : NS_PER_MS;
    bool apart = since_ns > PELVIS_SLOW_NS;
    int n = 0;

    if (since_ns <= 0)
        return 0;
    input->slow = apart && input->apart;
    input->apart = apart;
    input->last_ns = sample->t_ns;
    if (live_median(&input->median, sample, &ret[0]) && ret[0].t_ns > input->taken.t_ns)
        input->taken = ret[n++];
    if (input->slow && !spike(input, sample))
        input->taken = ret[n++] = *sample;
    return n;
}
