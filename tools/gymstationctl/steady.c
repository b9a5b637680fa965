/* SPDX-License-Identifier: MIT */
/* See steady.h. */
#include "tools/gymstationctl/steady.h"

#include <math.h>

#define NS 1e9

void readings_add(struct readings *readings, int32_t raw, int64_t stamp_ns)
{
    double delta, x, y;

    if (readings->n == 0) {
        *readings = (struct readings){.first_ns = stamp_ns, .first = raw, .min = raw, .max = raw};
    }
    readings->n++;
    readings->last_ns = stamp_ns;
    readings->min = raw < readings->min ? raw : readings->min;
    readings->max = raw > readings->max ? raw : readings->max;
    delta = raw - readings->mean;
    readings->mean += delta / (double)readings->n;
    readings->m2 += delta * (raw - readings->mean);
    x = (double)(stamp_ns - readings->first_ns) / NS;
    y = (double)raw - readings->first;
    readings->sx += x;
    readings->sxx += x * x;
    readings->sxy += x * y;
}

double readings_span_s(const struct readings *readings)
{
    return (double)(readings->last_ns - readings->first_ns) / NS;
}

double readings_sd(const struct readings *readings)
{
    return readings->n > 1 ? sqrt(readings->m2 / (double)(readings->n - 1)) : 0;
}

double readings_rate(const struct readings *readings)
{
    double span_s = readings_span_s(readings);

    return readings->n > 1 && span_s > 0 ? (double)(readings->n - 1) / span_s : 0;
}

double readings_drift(const struct readings *readings)
{
    double n = (double)readings->n;
    double spread = n * readings->sxx - readings->sx * readings->sx;

    return spread > 0 ? (n * readings->sxy - readings->sx * n * (readings->mean - readings->first)) / spread : 0;
}

bool readings_steady(const struct readings *readings)
{
    return readings->n > 1 && readings_sd(readings) <= STEADY_SD_MAX;
}
