/* SPDX-License-Identifier: MIT */
/* What an X.509 certificate says of itself, as far as a station has to know it about its own. From the loop's thread. */
#ifndef GYMSTATION_CERTIFICATE_H
#define GYMSTATION_CERTIFICATE_H

#include <stdint.h>

struct certificate {
    int64_t from_wall_ns, until_wall_ns; /* valid between these, UTC since 1970; beyond 1970..2262: 0, INT64_MAX */
};

/* The first one of a PEM file. 0, or a negative errno: of opening it, or -EINVAL when it holds no certificate. */
int certificate_read(const char *path, struct certificate *ret_certificate);

/* Whether the key in a PEM file is that of the certificate in another. 0, -EINVAL when it is not, or of opening them. */
int certificate_fits(const char *path, const char *key_path);

#endif
