/* SPDX-License-Identifier: MIT */
/*
 * The patient's chance. xoshiro256** 1.0 and splitmix64 by D. Blackman and S. Vigna (public domain,
 * prng.di.unimi.it): integers only, the same everywhere, and splitmix64 makes good states from small seeds.
 */
#include "daemon/io/patient/patient_parts.h"

static uint64_t splitmix64(uint64_t *x)
{
    *x += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = *x;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

void rng_seed(struct rng *rng, uint64_t seed, enum rng_stream stream)
{
    /* Hash the seed before the stream is added: neighbouring seeds must not share neighbouring streams. */
    uint64_t x = seed;
    x = splitmix64(&x) + (uint64_t)stream;
    for (int i = 0; i < 4; i++)
        rng->s[i] = splitmix64(&x);
}

static uint64_t rotl(uint64_t x, int k)
{
    return (x << k) | (x >> (64 - k));
}

uint64_t rng_next(struct rng *rng)
{
    uint64_t *s = rng->s;
    uint64_t result = rotl(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 45);
    return result;
}

double rng_uniform(struct rng *rng, double lo, double hi)
{
    /* 53 bits: exact in a double, and below 1. */
    double u = (double)(rng_next(rng) >> 11) * 0x1p-53;
    return lo + (hi - lo) * u;
}

int64_t rng_ns(struct rng *rng, int64_t lo, int64_t hi)
{
    return hi > lo ? lo + (int64_t)(rng_next(rng) % (uint64_t)(hi - lo)) : lo;
}

/*
 * Irwin-Hall: the sum of twelve uniforms has variance 1. Twelve 16-bit numbers out of three draws; logarithms and
 * cosines (Box-Muller) would differ by processor. Tails end at 6 sd, which no sensor noise needs to exceed.
 */
double rng_gauss(struct rng *rng)
{
    int64_t sum = 0;
    for (int draw = 0; draw < 3; draw++) {
        uint64_t bits = rng_next(rng);
        for (int i = 0; i < 4; i++, bits >>= 16)
            sum += (int64_t)(bits & 0xffff);
    }
    return (double)(2 * sum - 12 * 65535) / 131072.0;
}

/*
 * Poles r exp(+-i w) with w = 2 pi f / 480, r = exp(-pi width / 480): a1 = 2 r cos w, a2 = -r^2; gain makes the
 * variance 1: gain^2 = (1 + a2) ((1 - a2)^2 - a1^2) / (1 - a2). Computed once, because cos and exp differ by machine.
 */
const struct ar2_kind AR2_SWAY = {1.9705669940134303, -0.9741597847140442, 0.013620132627450734};
const struct ar2_kind AR2_TREMOR = {1.9316514254235133, -0.9489872861541131, 0.04196227462085846};
/* Here r = exp(-1 / (480 x 0.12 s)), and gain lets a parabola of 60 ms ring on with 0.3 of its peak. */
const struct ar2_kind AR2_RING = {1.9278094297079615, -0.9658736772410497, 0.011377750449714306};

double ar2_step(struct ar2 *ar2, const struct ar2_kind *kind, struct rng *rng)
{
    double x = kind->a1 * ar2->x1 + kind->a2 * ar2->x2 + kind->gain * rng_gauss(rng);
    ar2->x2 = ar2->x1;
    ar2->x1 = x;
    return x;
}
