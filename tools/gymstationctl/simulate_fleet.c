/* SPDX-License-Identifier: MIT */
/* gymstationctl simulate --fleet: many patients, each a file, for load tests. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "tools/gymstationctl/ctl.h"
#include "tools/gymstationctl/simulate.h"

/* A fleet's patients differ in body and manner by their seed; neighbours are no more alike than others. */
static struct simulate_options nth_patient(const struct simulate_options *options, uint64_t i)
{
    struct simulate_options one = *options;
    uint64_t mix = (options->patient.seed + i) * UINT64_C(0x9e3779b97f4a7c15);
    one.patient.seed = options->patient.seed + i;
    if (!options->edge_given)
        one.patient.edge = (enum patient_edge)((mix >> 32) % PATIENT_EDGE_COUNT);
    if (!options->blend_given)
        one.patient.blend_milli = (int32_t)((mix >> 24) % 201);
    if (!options->body_given)
        one.patient.body_g = 50000 + (int32_t)((mix >> 40) % 60001);
    return one;
}

static FILE *open_in(const char *dir, uint64_t seed, const char *suffix, char *path, size_t size)
{
    int n = snprintf(path, size, "%s/%06" PRIu64 ".%s", dir, seed, suffix);
    if (n < 0 || (size_t)n >= size) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    return fopen(path, "we");
}

static int write_one(const struct simulate_options *one, const char *rx, size_t rx_len)
{
    char path[4096];
    FILE *truth = NULL, *trace = open_in(one->into, one->patient.seed, "trace", path, sizeof path);
    int code = CTL_FAILED;
    if (trace != NULL)
        truth = open_in(one->into, one->patient.seed, "truth", path, sizeof path);
    if (truth != NULL)
        code = simulate_write(one, rx, rx_len, trace, truth);
    else
        ctl_fail(CTL_FAILED, "%s: %s", path, strerror(errno));
    if (truth != NULL && fclose(truth) != 0 && code == CTL_FINE)
        code = ctl_fail(CTL_FAILED, "%s: %s", path, strerror(errno));
    if (trace != NULL && fclose(trace) != 0 && code == CTL_FINE)
        code = ctl_fail(CTL_FAILED, "%s: %s", path, strerror(errno));
    return code;
}

int simulate_fleet(const struct simulate_options *options, const char *rx, size_t rx_len)
{
    int code = CTL_FINE;
    if (mkdir(options->into, 0777) < 0 && errno != EEXIST)
        return ctl_fail(CTL_FAILED, "--into: %s: %s", options->into, strerror(errno));
    for (int i = 0; i < options->fleet && code == CTL_FINE; i++) {
        struct simulate_options one = nth_patient(options, (uint64_t)i);
        code = write_one(&one, rx, rx_len);
    }
    return code;
}
