/* SPDX-License-Identifier: MIT */
/*
 * The same reps give the same bits: every figure of the fit over 60 reps, hashed and pinned. test_fit_compilers.sh
 * builds this with what compilers there are, at -O0 and -O2 and for other processors, and all must print the same.
 */
#include <inttypes.h>
#include <stdio.h>

#include "fit_rep.h"

/* Changes when the fit does: say why in the commit. */
#define PINNED UINT64_C(0x106636dde3425229)

static struct fit_bench bench;

/* Knuth's MMIX generator; sixteenths of a newton, so that no rounding of the test's own comes in. */
static double noise(void *self)
{
    uint64_t *state = self;

    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(int64_t)(*state >> 59) / 16.0 - 1.0;
}

static uint64_t mix(uint64_t hash, int64_t value) /* FNV-1a */
{
    for (int i = 0; i < 8; i++)
        hash = (hash ^ ((uint64_t)value >> (8 * i) & 0xff)) * UINT64_C(1099511628211);
    return hash;
}

static uint64_t mix_time(uint64_t hash, const struct fit_time *time)
{
    return mix(mix(hash, time->ns), time->sd_ns);
}

int main(void)
{
    static const double rates[] = {76.0, 80.0, 87.5, 320.0};
    uint64_t hash = UINT64_C(14695981039346656037), state = 1;
    int believed = 0;

    for (int k = 0; k < 60; k++) {
        struct fit_case c = {.shape = k % 2 ? FIT_CONSTANT : FIT_MIN_JERK,
                             .slack = k % 3 == 0,
                             .con = 1.0 + k % 7 / 8.0,
                             .top = 0.5 + k % 3 / 2.0,
                             .ecc = 1.5 + k % 11 / 4.0,
                             .amp = 30.0 + k % 5 * 8.0,
                             .inertia = k % 4 ? 1.875 : 0.0,
                             .rate = rates[k % 4],
                             .after = 0.25,
                             .hand_mn = k % 5 < 2 ? 1500 * (k % 5 + 1) : 0};
        believed += fit_bench_run(&bench, &c, noise, &state, 580);
        const struct fit_time *times = &bench.result.move[0];
        hash = mix_time(mix_time(hash, times), times + 1);
        hash = mix_time(mix_time(hash, &bench.result.top), &bench.result.begin);
        hash = mix_time(mix_time(hash, &bench.result.crossing[0]), &bench.result.crossing[1]);
        hash = mix_time(hash, &bench.result.end);
        hash = mix_time(mix_time(hash, &bench.result.low[0]), &bench.result.low[1]);
    }
    printf("%016" PRIx64 ", %d of 60 believed\n", hash, believed);
    if (hash != PINNED || believed < 30) {
        fprintf(stderr, "test_fit_bits: the fit's bits should be %016" PRIx64 ", and at least 30 believed\n", PINNED);
        return 1;
    }
    return 0;
}
