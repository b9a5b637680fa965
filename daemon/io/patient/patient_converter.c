/* SPDX-License-Identifier: MIT */
/*
 * The load cell's converter: its own clock, the mean of four output periods (that is how such converters settle: 50 ms
 * at 80 SPS, 400 ms at 10), counts, and a read-out that looks for ready every 250 us.
 */
#include "daemon/io/patient/patient_parts.h"

#include <math.h>
#include <string.h>

#define AVERAGED_PERIODS    4
#define CLOCK_ERROR_MAX_PPM 50000
#define POLL_NS             250000   /* the reader's look-out for ready */
#define COUNT_MAX           0x7fffff /* 24 bits, two's complement */

int64_t physics_ns(int64_t start_ns, int64_t k)
{
    /* Split, so that k * 10^9 cannot overflow and no step drifts. */
    return start_ns + k / PHYSICS_HZ * NS_PER_S + k % PHYSICS_HZ * NS_PER_S / PHYSICS_HZ;
}

void converter_init(struct converter *converter, const struct patient_setup *setup, int64_t *ret_rate_milli)
{
    memset(converter, 0, sizeof *converter);
    rng_seed(&converter->rng, setup->seed, RNG_CONVERTER);
    int64_t ppm = rng_ns(&converter->rng, -CLOCK_ERROR_MAX_PPM, CLOCK_ERROR_MAX_PPM + 1);
    if (setup->clock_error_ppm != ABSENT_PPM)
        ppm = setup->clock_error_ppm;
    int64_t rate_nano = (int64_t)setup->sps_milli * (1000000 + ppm); /* nHz, below 4.2e11 */
    /* 10^18 / nHz = ns; the remainder gives the picoseconds. */
    int64_t e18 = INT64_C(1000000000000000000);
    converter->period_ns = e18 / rate_nano;
    converter->period_ps = e18 % rate_nano * 1000 / rate_nano;
    converter->noise_n = setup->noise_mn / 1000.0 * sqrt(setup->sps_milli / 80000.0);
    converter->ready_ns = setup->start_ns + converter->period_ns;
    converter->ready_ps = converter->period_ps;
    converter->stamp_ns = converter->ready_ns + rng_ns(&converter->rng, 0, POLL_NS);
    *ret_rate_milli = (rate_nano + 500000) / 1000000;
}

void converter_take(struct converter *converter, int64_t k, double force_n)
{
    converter->ring[k % CONVERTER_RING] = force_n;
}

/* Mean of the physics steps within the last four periods; before the start the box was empty. */
static double converter_mean(const struct converter *converter, int64_t start_ns, int64_t last_k)
{
    int64_t from_ns = converter->ready_ns - AVERAGED_PERIODS * converter->period_ns;
    double sum = 0;
    int n = 0;
    for (int64_t k = last_k; n < CONVERTER_RING; k--, n++) {
        if (k < 0 ? n > 0 : physics_ns(start_ns, k) <= from_ns)
            break;
        if (k >= 0)
            sum += converter->ring[k % CONVERTER_RING];
    }
    return n > 0 ? sum / n : 0;
}

static int32_t counts(double force_n, const struct calibration *calibration)
{
    double raw = floor(force_n * ((double)calibration->counts_per_n_milli / 1000.0) + 0.5) + calibration->zero_counts;
    if (raw > COUNT_MAX)
        return COUNT_MAX;
    return raw < -COUNT_MAX - 1 ? -COUNT_MAX - 1 : (int32_t)raw;
}

int32_t converter_read(struct converter *converter, const struct calibration *calibration, int64_t start_ns,
                       int64_t last_k)
{
    double force_n = converter_mean(converter, start_ns, last_k);
    force_n += rng_gauss(&converter->rng) * converter->noise_n;
    converter->ready_ns += converter->period_ns;
    converter->ready_ps += converter->period_ps;
    if (converter->ready_ps >= 1000) {
        converter->ready_ps -= 1000;
        converter->ready_ns++;
    }
    converter->stamp_ns = converter->ready_ns + rng_ns(&converter->rng, 0, POLL_NS);
    return counts(force_n, calibration);
}
