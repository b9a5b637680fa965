/* SPDX-License-Identifier: MIT */
/*
 * Natural logarithm of x > 0 from + * / only: the same bits with every compiler and on every processor, which log() of a
 * libm does not promise. Halved or doubled into 1..2, then 2 artanh((x - 1) / (x + 1)): within 3e-5. x has no unit; one
 * that is not above 0 has none and gives 0, as does one that is no number.
 */
#ifndef GYMSTATION_CORE_LOGARITHM_H
#define GYMSTATION_CORE_LOGARITHM_H

#define LOGARITHM_2    0.693147180559945
#define LOGARITHM_MOST 1e300

static inline double logarithm(double x)
{
    double log = 0.0, z, zz;

    if (!(x > 0.0) || x > LOGARITHM_MOST)
        return 0.0;
    while (x >= 2.0) {
        x /= 2.0;
        log += LOGARITHM_2;
    }
    while (x < 1.0) {
        x *= 2.0;
        log -= LOGARITHM_2;
    }
    z = (x - 1.0) / (x + 1.0);
    zz = z * z;
    return log + 2.0 * z * (1.0 + zz * (1.0 / 3.0 + zz * (1.0 / 5.0 + zz * (1.0 / 7.0 + zz / 9.0))));
}

#endif
