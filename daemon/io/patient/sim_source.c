/* SPDX-License-Identifier: MIT */
/*
 * The simulated patient as a source: a timer that fires when the patient's next input is due in station time. What the
 * patient sees or hears may bring the next input forward, so the timer is set anew after each.
 */
#include "gymstation/patient.h"
#include "gymstation/source.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>

struct sim_source {
    struct source source; /* must be first */
    struct patient *patient;
    int fd;
};

static struct sim_source *sim_of(struct source *source)
{
    return (struct sim_source *)source;
}

/* At SPEED_MAX the next input is always due: the expired timer is never read and stays readable. */
static int timer_set(const struct sim_source *sim)
{
    int64_t at_ns = source_mono_ns(&sim->source.time, patient_next_ns(sim->patient));
    if (at_ns < 1)
        at_ns = 1; /* 0 would disarm it */
    struct itimerspec when = {.it_value = {.tv_sec = at_ns / NS_PER_S, .tv_nsec = at_ns % NS_PER_S}};
    return timerfd_settime(sim->fd, TFD_TIMER_ABSTIME, &when, NULL) < 0 ? -errno : 0;
}

static int sim_fd(const struct source *source)
{
    return ((const struct sim_source *)source)->fd;
}

static int sim_next(struct source *source, int64_t now_ns, struct input *ret_input, const char **ret_text)
{
    struct sim_source *sim = sim_of(source);
    bool unhurried = source->time.speed_milli != SPEED_MAX;
    if (unhurried && patient_next_ns(sim->patient) > now_ns)
        return timer_set(sim);
    bool there = patient_next(sim->patient, ret_input);
    *ret_text = NULL;
    if (!unhurried)
        source->time.base_ns = ret_input->t_ns;
    int r = timer_set(sim);
    return r < 0 ? r : there;
}

static void sim_see(struct source *source, const struct snapshot *snapshot, int64_t now_ns)
{
    struct sim_source *sim = sim_of(source);
    patient_see(sim->patient, snapshot, now_ns);
    timer_set(sim); /* a timer that could be set at open can be set again */
}

static void sim_hear(struct source *source, const struct cue *cue)
{
    struct sim_source *sim = sim_of(source);
    patient_hear(sim->patient, cue);
    timer_set(sim);
}

static void sim_close(struct source *source)
{
    struct sim_source *sim = sim_of(source);
    close(sim->fd);
    patient_close(sim->patient);
    free(sim);
}

static const struct source_ops sim_ops = {
    .fd = sim_fd,
    .next = sim_next,
    .see = sim_see,
    .hear = sim_hear,
    .close = sim_close,
};

int sim_source_open(const struct patient_setup *setup, int32_t speed_milli, int64_t mono_ns, struct source **ret_source)
{
    if (speed_milli <= 0)
        return -EINVAL;
    struct sim_source *sim = calloc(1, sizeof *sim);
    if (sim == NULL)
        return -ENOMEM;
    sim->source.ops = &sim_ops;
    sim->source.time =
        (struct source_time){.base_mono_ns = mono_ns, .base_ns = setup->start_ns, .speed_milli = speed_milli};
    int r = patient_open(setup, &sim->patient);
    if (r < 0)
        goto free_sim;
    sim->fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (sim->fd < 0) {
        r = -errno;
        goto close_patient;
    }
    r = timer_set(sim);
    if (r < 0)
        goto close_fd;
    *ret_source = &sim->source;
    return 0;
close_fd:
    close(sim->fd);
close_patient:
    patient_close(sim->patient);
free_sim:
    free(sim);
    return r;
}
