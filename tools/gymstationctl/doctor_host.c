/* SPDX-License-Identifier: MIT */
/* What is around the load cell: GPIO, scheduling, power, clock, journal, broker. */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include "daemon/io/gpio/gpio_chip.h"
#include "gymstation/board.h"
#include "tools/gymstationctl/ctl.h"
#include "tools/gymstationctl/doctor.h"
#include "tools/gymstationctl/wire.h"

#define RT_PRIORITY  60 /* of the sensor's thread */
#define DISK_WARN_MB 500
#define DISK_FAIL_MB 50
#define HOT_MC       80000 /* a Raspberry Pi slows down from here on */
#define BROKER_MS    5000
#define TOPIC_LEN    160

/* ---- GPIO ---------------------------------------------------------------------------------------------------------------- */

static void say_lines(struct doctor *doctor, const char *what, const char *chip, const struct gpio_line *lines, int n)
{
    struct gpio_found found;
    struct refusal why = {0};
    char text[128];
    int used = 0;

    if (n == 0)
        return;
    if (gpio_find(&gpio_kernel, chip, lines, n, &found, &why) < 0) {
        doctor_say(doctor, VERDICT_FAIL, what, "%s: %s", why.path, why.reason);
        return;
    }
    text[0] = '\0';
    for (int i = 0; i < n && used < (int)sizeof(text) - 24; i++)
        used += snprintf(text + used, sizeof(text) - (size_t)used, "%s%.12s=%u", i ? " " : "", lines[i].name,
                         found.offsets[i]);
    if (access(found.path, R_OK | W_OK) < 0)
        doctor_say(doctor, VERDICT_FAIL, what, "%s may not be opened: put the user into the group gpio", found.path);
    else
        doctor_say(doctor, VERDICT_OK, what, "%s: %s", found.path, text);
}

static void say_gpio(struct doctor *doctor)
{
    const struct config *config = &doctor->config;
    struct gpio_line lines[GPIO_LINES_MAX];
    struct config_source source;
    int n = 0;

    config_source(config, &source);
    lines[0] = (struct gpio_line){.name = config->sensor.dout, .use = GPIO_IN};
    lines[1] = (struct gpio_line){.name = config->sensor.sck, .use = GPIO_OUT};
    say_lines(doctor, "gpio cell", config->sensor.chip, lines, source.kind == CONFIG_SOURCE_HX711 ? 2 : 0);
    for (int b = 0; b < BUTTON_COUNT; b++)
        if (config->buttons.line[b][0] != '\0')
            lines[n++] = (struct gpio_line){.name = config->buttons.line[b], .use = GPIO_EDGES};
    say_lines(doctor, "gpio buttons", config->buttons.chip, lines, n);
    n = 0;
    for (int c = 0; c < CUE_OUTPUT_COUNT; c++)
        if (config->cues.line[c][0] != '\0')
            lines[n++] = (struct gpio_line){.name = config->cues.line[c], .use = GPIO_OUT};
    say_lines(doctor, "gpio cues", config->cues.chip, lines, n);
}

static void say_buttons(struct doctor *doctor)
{
    const struct config *config = &doctor->config;
    char paths[EVDEV_MAX][CONFIG_TEXT_LEN];
    int n = config->buttons.devices[0] ? config_paths(config->buttons.devices, paths) : 0;

    for (int i = 0; i < n; i++)
        if (access(paths[i], R_OK) < 0)
            doctor_say(doctor, VERDICT_FAIL, "buttons", "%s: %s%s", paths[i], strerror(errno),
                       errno == EACCES ? ": put the user into the group input" : ": is it plugged in?");
        else
            doctor_say(doctor, VERDICT_OK, "buttons", "%s", paths[i]);
    if (n == 0 && config->buttons.line[BUTTON_START][0] == '\0')
        doctor_say(doctor, VERDICT_WARN, "buttons", "none is wired: nobody can start; see buttons in gymstation.conf");
    else if (config->buttons.line[BUTTON_STOP][0] == '\0' && config->buttons.keys[BUTTON_STOP][0] == '\0')
        doctor_say(doctor, VERDICT_FAIL, "buttons", "no stop button: wire one before anybody trains");
}

/* ---- the machine ---------------------------------------------------------------------------------------------------------- */

/* The daemon that has this journal, by the lock it holds; 0: none runs, or the kernel does not say. */
static int daemon_pid(const struct config *config)
{
    char name[CONFIG_TEXT_LEN + 8], line[256];
    struct stat lock;
    unsigned long inode;
    int pid, found = 0;
    FILE *locks;

    snprintf(name, sizeof(name), "%s.lock", config->journal.path);
    if (!cell_daemon_runs(config) || stat(name, &lock) < 0)
        return 0;
    locks = fopen("/proc/locks", "re");
    while (locks && found == 0 && fgets(line, sizeof(line), locks))
        if (sscanf(line, "%*d: FLOCK %*s %*s %d %*x:%*x:%lu", &pid, &inode) == 2 && inode == lock.st_ino && pid > 0)
            found = pid;
    if (locks)
        fclose(locks);
    return found;
}

/* The daemon's own threads, not what this user might have: the unit gives real time to the daemon alone. */
static void say_scheduling(struct doctor *doctor)
{
    int pid = daemon_pid(&doctor->config), policy = pid > 0 ? sched_getscheduler(pid) : -1;
    struct rlimit limit;
    bool may = geteuid() == 0 || (getrlimit(RLIMIT_RTPRIO, &limit) == 0 && limit.rlim_cur >= RT_PRIORITY);
    bool has = policy >= 0 && (policy & ~SCHED_RESET_ON_FORK) == SCHED_FIFO;

    if (policy >= 0)
        doctor_say(doctor, has ? VERDICT_OK : VERDICT_WARN, "real time", "%s",
                   has ? "the running daemon has it"
                       : "the running daemon has it not: beside busy programs it gives cues a tenth of a second late, "
                         "and loses reads; the unit's LimitRTPRIO gives it");
    else if (may)
        doctor_say(doctor, VERDICT_OK, "real time", "this user may have priority %d", RT_PRIORITY);
    else
        doctor_say(doctor, VERDICT_WARN, "real time",
                   "this user may not have priority %d outside the unit, whose LimitRTPRIO gives it to the daemon; do "
                   "this again while the daemon runs, to see what it has",
                   RT_PRIORITY);
}

static void say_power(struct doctor *doctor)
{
    int weak = board_undervoltage(doctor->sys);
    int64_t temp_mc = board_temp_mc(doctor->sys);

    if (weak > 0)
        doctor_say(doctor, VERDICT_FAIL, "power",
                   "under-voltage: use the supply that belongs to the board, and a short cable");
    else
        doctor_say(doctor, VERDICT_OK, "power",
                   weak == 0 ? "no under-voltage" : "this board does not tell under-voltage");
    if (temp_mc != ABSENT)
        doctor_say(doctor, temp_mc >= HOT_MC ? VERDICT_WARN : VERDICT_OK, "temperature", "%.1f degrees%s",
                   (double)temp_mc / 1000, temp_mc >= HOT_MC ? ": it slows down; give it air" : "");
}

static void say_clock(struct doctor *doctor)
{
    struct timex timex = {.modes = 0};
    bool synced = adjtimex(&timex) != TIME_ERROR;

    if (synced)
        doctor_say(doctor, VERDICT_OK, "clock", "synchronized, within %.0f ms", (double)timex.maxerror / 1000);
    else
        doctor_say(doctor, VERDICT_WARN, "clock",
                   "not synchronized: times of day are marked so until it is; check the network and timedatectl");
}

static void say_journal(struct doctor *doctor)
{
    char dir[CONFIG_TEXT_LEN], *slash;
    struct statvfs disk;
    double free_mb;

    snprintf(dir, sizeof(dir), "%s", doctor->config.journal.path);
    slash = strrchr(dir, '/');
    if (slash)
        slash[slash == dir] = '\0';
    else
        snprintf(dir, sizeof(dir), ".");
    if (access(dir, R_OK | W_OK | X_OK) < 0 || statvfs(dir, &disk) < 0) {
        doctor_say(doctor, VERDICT_FAIL, "journal", "%s: %s: make the directory, and give it to the daemon's user", dir,
                   strerror(errno));
        return;
    }
    if (access(doctor->config.journal.path, F_OK) == 0 && access(doctor->config.journal.path, R_OK | W_OK) < 0) {
        doctor_say(doctor, VERDICT_FAIL, "journal", "%s: %s: give it to the daemon's user", doctor->config.journal.path,
                   strerror(errno));
        return;
    }
    free_mb = (double)disk.f_bavail * (double)disk.f_frsize / 1e6;
    doctor_say(doctor,
               free_mb < DISK_FAIL_MB   ? VERDICT_FAIL
               : free_mb < DISK_WARN_MB ? VERDICT_WARN
                                        : VERDICT_OK,
               "journal", "%s%s, %.0f MB free%s", doctor->config.journal.path,
               access(doctor->config.journal.path, F_OK) == 0 ? "" : " (made at the first start)", free_mb,
               free_mb < DISK_WARN_MB ? ": free some" : "");
}

/* ---- the broker ----------------------------------------------------------------------------------------------------------- */

static const char *text_or_null(const char *text)
{
    return text[0] != '\0' ? text : NULL;
}

static void say_broker(struct doctor *doctor)
{
    const struct config *config = &doctor->config;
    const struct wire_options options = {.url = config->mqtt.url,
                                         .prefix = config->mqtt.prefix,
                                         .username = text_or_null(config->mqtt.username),
                                         .password_file = text_or_null(config->mqtt.password_file),
                                         .ca_file = text_or_null(config->mqtt.ca_file),
                                         .cert_file = text_or_null(config->mqtt.cert_file),
                                         .key_file = text_or_null(config->mqtt.key_file)};
    char topic[TOPIC_LEN], id[64];
    const struct wire_topic topics = {.filter = topic, .qos = 1};
    struct wire_message message = {.kind = WIRE_DOWN};
    struct wire *wire = NULL;

    if (strcmp(options.url, "none") == 0) {
        doctor_say(doctor, VERDICT_WARN, "broker", "mqtt.url is none: what is measured stays on the station");
        return;
    }
    snprintf(topic, sizeof(topic), "%.64s/%.32s/status", config->mqtt.prefix, config->station.id);
    snprintf(id, sizeof(id), "gymstation-doctor-%ld", (long)getpid());
    if (wire_open(&wire, &options, id, &topics, 1, false) != CTL_FINE || wire_connect(wire) < 0) {
        doctor_say(doctor, VERDICT_FAIL, "broker", "%s: no connection could be begun: see above", options.url);
        wire_close(wire);
        return;
    }
    if (wire_wait(wire, &message, BROKER_MS) > 0 && message.kind == WIRE_UP)
        doctor_say(doctor, VERDICT_OK, "broker", "%s answers", options.url);
    else
        doctor_say(doctor, VERDICT_FAIL, "broker", "%s: %s: is it running, and are name and password right?",
                   options.url, message.payload ? message.payload : "does not answer");
    wire_free(&message);
    wire_leave(wire);
    wire_close(wire);
}

void doctor_host(struct doctor *doctor)
{
    say_gpio(doctor);
    say_buttons(doctor);
    say_scheduling(doctor);
    say_power(doctor);
    say_clock(doctor);
    say_journal(doctor);
    say_broker(doctor);
}
