/* SPDX-License-Identifier: MIT */
/*
 * The loop's share of the processor: presses, stops and cues are its work, and it is little (under 2 % of a core). Real-time
 * below the sensor's thread where that is permitted (LimitRTPRIO= of the unit); else it asks for short turns, which
 * needs no permission and which Linux 6.12 and later grants.
 */
#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "daemon/app.h"

#define LOOP_PRIORITY 40     /* the sensor's thread has 60 */
#define FAST_MILLI    20000  /* a source that is faster than this is no station, and would starve the others */
#define SHORT_TURN_NS 100000 /* the least there is: SCHED_OTHER's deadline comes that much after waking up */

/* struct sched_attr of sched_setattr(2), version 0. glibc has it from 2.41 on, and the kernel's header clashes with glibc's. */
struct turns {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime_ns, deadline_ns, period_ns;
};

/* Older kernels refuse or ignore it: then the loop is one process among others. */
static void ask_for_short_turns(void)
{
    struct turns turns = {.size = sizeof(turns), .policy = SCHED_OTHER, .runtime_ns = SHORT_TURN_NS};

    syscall(SYS_sched_setattr, 0, &turns, 0u);
}

void app_hurry(struct app *app)
{
    const struct sched_param param = {.sched_priority = LOOP_PRIORITY};

    if (app->source->time.speed_milli > FAST_MILLI)
        return;
    /* Threads that it starts are none of this business. */
    app->real_time = sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &param) == 0;
    if (app->real_time)
        return;
    app_say("no real-time scheduling (%s): cues may come late on a busy machine; the unit's LimitRTPRIO=60 permits it",
            strerror(errno));
    ask_for_short_turns();
}
