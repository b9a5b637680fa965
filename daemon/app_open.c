/* SPDX-License-Identifier: MIT */
/* Opens everything in order; each step says what is wrong and what to do. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/app.h"
#include "gymstation/patient.h"
#include "gymstation/prescription_json.h"
#include "gymstation/sensor.h"
#include "gymstation/trace_source.h"

static int complain(const struct refusal *why)
{
    app_say("%s: %s", why->path, why->reason);
    return 1;
}

static void read_boot_id(char *boot, size_t size)
{
    const char *given = getenv("GYMSTATION_BOOT_ID"); /* where the unit hides /proc/sys */
    FILE *file = given ? NULL : fopen("/proc/sys/kernel/random/boot_id", "re");

    snprintf(boot, size, "%s", given ? given : "unknown");
    if (file == NULL)
        return;
    if (fgets(boot, (int)size, file))
        boot[strcspn(boot, "\n")] = '\0';
    fclose(file);
}

static int open_exercises(struct app *app)
{
    char dir[CONFIG_TEXT_LEN];
    char err[EXERCISE_ERR_LEN];

    snprintf(dir, sizeof(dir), "%s", app->config->exercises.dir);
    if (dir[0] == '\0' && exercise_dir_default(dir, sizeof(dir)) < 0) {
        app_say(
            "exercises.dir: no exercises found beside this program or where they are installed; name their directory");
        return 1;
    }
    if (exercise_dir_load(dir, &app->exercises, err, sizeof(err)) == 0)
        return 0;
    app_say("%s", err);
    return 2;
}

static int open_sim(struct app *app)
{
    const struct config *config = app->config;
    struct patient_setup setup;
    int32_t speed = config->sim.speed_milli == 0 ? SPEED_MAX : config->sim.speed_milli;
    int r;

    patient_setup_default(&setup);
    setup.seed = (uint64_t)config->sim.seed;
    setup.start_ns = app_mono_ns();
    setup.exercises = app->exercises->v;
    setup.exercise_count = app->exercises->count;
    setup.station = app->station;
    if (app->calibration.valid)
        setup.calibration = app->calibration;
    app->calibration = setup.calibration;
    setup.body_g = config->sim.weight_g;
    setup.sessions = config->sim.sessions;
    setup.session_gap_ms = config->sim.gap_ms;
    r = sim_source_open(&setup, speed, app_mono_ns(), &app->source);
    if (r == 0)
        return 0;
    app_say("sensor.source: the simulated patient cannot be set up: %s; look at the keys under sim", strerror(-r));
    return 2;
}

/* What replay refuses is refused here too, before anything has been played or written. */
static int check_trace(struct app *app, const char *file, const struct trace_header *header)
{
    int counts_line = trace_source_counts_line(app->source);

    if (counts_line > 0 && !app->calibration.valid && header->calibrated) {
        app_say("%s:%d: counts (S) need a calibration: give a header line \"# calibration: ZERO_COUNTS COUNTS_PER_N\", "
                "sensor.calibration in the configuration, or \"# calibrated: no\"",
                file, counts_line);
        return 2;
    }
    for (int slot = 1; slot <= SLOT_MAX; slot++) {
        const struct trace_text *payload = &header->slots[slot].payload;

        if (!header->slots[slot].held)
            continue;
        rx_arrival_parse(slot, payload->data, payload->len, app->exercises->v, app->exercises->count, &app->station,
                         &app->arrival);
        if (!app->arrival.ok) {
            app_say("%s: header slot-%d: %s: %s", file, slot, app->arrival.refusal.path, app->arrival.refusal.reason);
            return 2;
        }
    }
    return 0;
}

static int open_trace(struct app *app, const struct config_source *from)
{
    char err[TRACE_ERROR_LEN];
    const struct trace_header *header;
    char id[sizeof(app->station.id)];

    if (trace_source_open(from->file, from->speed_milli, app_mono_ns(), &app->source, err, sizeof(err)) < 0) {
        app_say("%s", err);
        return 2;
    }
    header = trace_source_header(app->source);
    app->source_is_trace = true;
    memcpy(id, app->station.id, sizeof(id));
    if (header->has_station)
        app->station = header->station;
    memcpy(app->station.id, id, sizeof(id));
    if (header->calibration.valid)
        app->calibration = header->calibration;
    app->calibrated = header->calibrated;
    return check_trace(app, from->file, header);
}

/* The load cell. What it cannot do for us is said once; what goes wrong on its wires comes as faults. */
static int open_sensor(struct app *app, const struct sensor_config *sensor)
{
    struct refusal why = {0};

    app->calibrated = app->calibration.valid;
    if (sensor_open(sensor, app_mono_ns(), &app->source, &why) < 0)
        return complain(&why);
    app->source_is_sensor = true;
    if (!sensor_realtime(app->source))
        app_say("the sensor's thread has no real-time scheduling: under load more samples are refused; allow "
                "LimitRTPRIO=60");
    if (!sensor_locked(app->source))
        app_say("memory cannot be locked: a page that was swapped out delays samples; allow LimitMEMLOCK=infinity");
    return 0;
}

static int open_source(struct app *app)
{
    struct sensor_config sensor;
    struct config_source from;

    app->station = app->config->station;
    app_load_calibration(app);
    app->calibrated = true;
    if (sensor_configured(app->config, &sensor))
        return open_sensor(app, &sensor);
    config_source(app->config, &from);
    return from.kind == CONFIG_SOURCE_TRACE ? open_trace(app, &from) : open_sim(app);
}

static int open_core(struct app *app)
{
    void *memory = malloc(core_size());
    struct core_setup setup = {.exercises = app->exercises->v,
                               .exercise_count = app->exercises->count,
                               .station = app->station,
                               .calibrated = app->calibrated,
                               .calibration = app->calibration};

    if (memory == NULL)
        return 1;
    app_load_zero(app);
    setup.zero_mn = app->source_is_trace ? trace_source_header(app->source)->zero_mn : app->zero.zero_mn;
    app->core = core_init(memory, &setup);
    return 0;
}

/* Of the board, from the device tree; "" on machines without one. */
static void read_serial(const struct config *config, char *serial, size_t size)
{
    FILE *file = config->journal.serial[0] ? NULL : fopen("/sys/firmware/devicetree/base/serial-number", "re");

    snprintf(serial, size, "%s", config->journal.serial);
    if (file == NULL)
        return;
    serial[fread(serial, 1, size - 1, file)] = '\0'; /* the file's own end is a NUL */
    fclose(file);
}

static int open_journal(struct app *app)
{
    char serial[ID_LEN];
    const struct journal_config config = {.path = app->config->journal.path,
                                          .station = app->station.id,
                                          .boot = app->boot,
                                          .serial = serial,
                                          .keep_ns = app->config->journal.keep_days * 86400 * NS_PER_S,
                                          .max_bytes = app->config->journal.max_mb * INT64_C(1000000),
                                          .confirmed_only = strcmp(app->config->mqtt.protocol, "5") != 0};
    struct refusal why = {0};

    read_serial(app->config, serial, sizeof(serial));

    if (journal_open(&app->journal, &config, &why) < 0) {
        app_say("journal.path: %s: %s", why.path, why.reason);
        return 1;
    }
    app->committed_seq = journal_found(app->journal)->last_seq;
    memcpy(app->last_session, journal_found(app->journal)->last_session_id, sizeof(app->last_session));
    return 0;
}

/* What was held and what broke off: from the journal, or as the recording says it was. */
void app_take_up(struct app *app)
{
    const struct journal_found *found = journal_found(app->journal);

    if (found->moved_aside[0] != '\0')
        app_say("the journal %s: it is kept as %s, and a new one has begun%s",
                found->cloned ? "was another board's" : "was damaged", found->moved_aside,
                found->held_kept ? "; the prescriptions were kept" : "");
    app_replies_found(app);
    if (app->source_is_trace) {
        const struct trace_header *header = trace_source_header(app->source);

        struct resume resume = header->resume;

        app_hold_recorded(app, header);
        resume.ended_ns += trace_source_shift_ns(app->source);
        core_offer_resume(app->core, &resume);
        return;
    }
    app_hold_found(app);
    if (found->resumable)
        core_offer_resume(app->core, &found->resume);
}

static int open_mqtt(struct app *app)
{
    const struct config *config = app->config;
    struct refusal why = {0};
    char password[CONFIG_TEXT_LEN] = "";
    struct app_tls tls;
    const struct mqtt_config mqtt = {.url = config->mqtt.url,
                                     .station = app->station.id,
                                     .prefix = config->mqtt.prefix,
                                     .username = config->mqtt.username,
                                     .password = password,
                                     .ca_file = tls.ca,
                                     .cert_file = tls.cert,
                                     .key_file = tls.key,
                                     .v3 = strcmp(config->mqtt.protocol, "5") != 0,
                                     .discovery = config->mqtt.discovery,
                                     .keepalive_s = config->mqtt.keep_alive_s};

    if (config->mqtt.password_file[0] != '\0' &&
        app_read_password("mqtt.password_file", config->mqtt.password_file, password, sizeof(password)))
        return 2;
    if (app_open_tls(app, &tls))
        return 2;
    if (mqtt_open(&app->mqtt, &mqtt, app->journal, &why) < 0)
        return complain(&why) + 1;
    if (config->mqtt.discovery)
        mqtt_retain(app->mqtt, MQTT_DISCOVERY, 0,
                    discovery_json(config->mqtt.prefix, app->station.id, GYMSTATION_VERSION));
    if (journal_found(app->journal)->last_session)
        mqtt_retain(app->mqtt, MQTT_SESSION, 0, session_retained_json(journal_found(app->journal)->last_session));
    return 0;
}

static int open_recorder(struct app *app)
{
    struct refusal why = {0};

    if (app->config->recorder.dir[0] == '\0')
        return 0;
    return recorder_open(&app->recorder, app->config->recorder.dir, &why) < 0 ? complain(&why) : 0;
}

/* Before any thread starts, so that all of them leave the signals to the loop; a broken pipe is an error, not an end. */
static void block_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
}

int app_open(struct app *app, const struct config *config)
{
    int (*const steps[])(struct app *) = {open_exercises, open_source,   open_core,     open_journal,  app_open_zero,
                                          open_mqtt,      open_recorder, app_open_loop, app_open_cues, app_open_panel};
    int r = 0;

    *app = (struct app){.config = config,
                        .oldest_wall_ns = ABSENT,
                        .started_mono_ns = app_mono_ns(),
                        .undervoltage = -1,
                        .clock_lost_mono_ns = NEVER};
    app->touched_ns = INT64_MIN / 2;
    block_signals();
    read_boot_id(app->boot, sizeof(app->boot));
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) && r == 0; i++)
        r = steps[i](app);
    return r;
}
