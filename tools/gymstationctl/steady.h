/* SPDX-License-Identifier: MIT */
/* Statistics of a load cell's readings: mean, noise, rate. Counts in 24 bits; plain data. */
#ifndef GYMSTATIONCTL_STEADY_H
#define GYMSTATIONCTL_STEADY_H

#include <stdbool.h>
#include <stdint.h>

#define CONVERTER_COUNTS 8388608 /* of one polarity: 24 bits */

struct readings {
    int64_t n;
    int64_t first_ns, last_ns; /* stamps */
    int32_t min, max;
    double mean, m2;     /* Welford: m2 is the sum of squares about the mean */
    double sx, sxx, sxy; /* of time in seconds since the first, and of counts less the first */
    int32_t first;
};

void readings_add(struct readings *readings, int32_t raw, int64_t stamp_ns);
double readings_sd(const struct readings *readings);    /* counts; 0 for fewer than two */
double readings_rate(const struct readings *readings);  /* samples a second, by the stamps; 0 for fewer than two */
double readings_drift(const struct readings *readings); /* counts a second: slope of the straight line through them */
double readings_span_s(const struct readings *readings);

/*
 * An unloaded HX711 has 90 nV rms of noise at 80 SPS and gain 128 (datasheet V2.0 p. 4): 38 counts of +-20 mV. Ten times that
 * is more than cables and creep add, and less than a person does who tries to stand still (0.15 % of body weight: 120 g).
 */
#define STEADY_SD_MAX 400.0
bool readings_steady(const struct readings *readings);

#endif
