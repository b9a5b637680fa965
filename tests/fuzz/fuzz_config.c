/* SPDX-License-Identifier: MIT */
/* A configuration: taken, and then within every range, or refused with one sentence. */
#include <string.h>

#include "gymstation/config.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct config config;
    char err[CONFIG_ERR_LEN] = "";

    config_defaults(&config);
    int r = config_load(fuzz_file(data, size), &config, err, sizeof(err));
    PROMISE(r <= 0 && (r == 0) == (err[0] == '\0'));
    if (r < 0)
        return 0;
    PROMISE(config.station.id[0] != '\0' && config.station.capacity_mn > 0);
    r = config_check(&config, err, sizeof(err));
    PROMISE(r <= 0 && (r == 0) == (err[0] == '\0'));
    return 0;
}
