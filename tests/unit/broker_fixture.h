/* SPDX-License-Identifier: MIT */
/* A mosquitto of the test's own, on loopback and a free port, and a subscriber that remembers while it is away. */
#ifndef GYMSTATION_TEST_BROKER_FIXTURE_H
#define GYMSTATION_TEST_BROKER_FIXTURE_H

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "tests/unit/journal_fixture.h"

#include "gymstation/mqtt.h"

#define ROOT "gymstation/leg-01/"

struct broker {
    struct place *place;
    int port;
    char conf[96], acl[96];
    pid_t pid;
    pthread_t reader;
};

static inline int free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    close(fd);
    return ntohs(address.sin_port);
}

/* Starts a program with its output in *ret_out. */
static inline pid_t start(char *const argv[], FILE **ret_out)
{
    int fds[2];
    pid_t pid;

    assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
    pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that failed leaves nothing behind */
        dup2(fds[1], 1);
        dup2(fds[1], 2);
        execvp(argv[0], argv);
        _exit(127);
    }
    close(fds[1]);
    *ret_out = fdopen(fds[0], "r");
    setvbuf(*ret_out, NULL, _IONBF, 0); /* so that poll() on the pipe tells the truth */
    return pid;
}

/* The next line without its end; fails when none comes in time. */
static inline void next_line(FILE *from, char *line, size_t len)
{
    if (!readable(fileno(from)) || !fgets(line, (int)len, from))
        fail_msg("nothing more came");
    line[strcspn(line, "\n")] = '\0';
}

static inline void wait_for_line(FILE *from, const char *part)
{
    static char line[65536];

    do
        next_line(from, line, sizeof(line));
    while (!strstr(line, part));
}

static inline void end(pid_t pid, int signal_number)
{
    kill(pid, signal_number);
    waitpid(pid, NULL, 0);
}

/* acl: lines of a mosquitto ACL file, or NULL: everything is allowed. */
static inline void broker_prepare(struct broker *b, struct place *place, const char *acl)
{
    FILE *file;

    *b = (struct broker){.place = place, .port = free_port()};
    snprintf(b->conf, sizeof(b->conf), "%s/mosquitto.conf", place->dir);
    snprintf(b->acl, sizeof(b->acl), "%s/acl", place->dir);
    file = fopen(b->conf, "w");
    /* durable, or what it has acknowledged dies with it (autosave on every change) */
    fprintf(file,
            "listener %d 127.0.0.1\nallow_anonymous true\nuser root\nlog_dest stderr\nmax_queued_messages 0\n"
            "persistence true\npersistence_location %s/\nautosave_on_changes true\nautosave_interval 1\n%s%s\n",
            b->port, place->dir, acl ? "acl_file " : "", acl ? b->acl : "");
    fclose(file);
    if (!acl)
        return;
    file = fopen(b->acl, "w");
    fputs(acl, file);
    fclose(file);
    chmod(b->acl, 0644);
}

/* It says each autosave: a full pipe would stop it. */
static inline void *read_to_end(void *file)
{
    char line[256];

    while (fgets(line, sizeof(line), file))
        ;
    fclose(file);
    return NULL;
}

static inline void broker_start(struct broker *b)
{
    FILE *log;
    char *const argv[] = {(char[]){"mosquitto"}, (char[]){"-c"}, b->conf, NULL};

    b->pid = start(argv, &log);
    wait_for_line(log, " running");
    assert_int_equal(pthread_create(&b->reader, NULL, read_to_end, log), 0);
}

static inline void broker_end(struct broker *b, int signal_number)
{
    end(b->pid, signal_number);
    pthread_join(b->reader, NULL);
}

struct subscriber {
    pid_t pid;
    FILE *out;
};

/* Subscribes to everything of the station; the broker keeps for it what comes while it is away: broker_introduce(). */
static inline void subscriber_start(struct subscriber *s, const struct broker *b)
{
    char port[16];
    char *const argv[] = {(char[]){"stdbuf"},
                          (char[]){"-oL"},
                          (char[]){"mosquitto_sub"},
                          (char[]){"-h"},
                          (char[]){"127.0.0.1"},
                          (char[]){"-p"},
                          port,
                          (char[]){"-i"},
                          (char[]){"sub"},
                          (char[]){"-c"},
                          (char[]){"-q"},
                          (char[]){"1"},
                          (char[]){"-d"},
                          (char[]){"-t"},
                          (char[]){ROOT "#"},
                          (char[]){"-F"},
                          (char[]){"=%r %t %p"},
                          NULL};

    snprintf(port, sizeof(port), "%d", b->port);
    s->pid = start(argv, &s->out);
}

static inline void subscriber_end(struct subscriber *s)
{
    end(s->pid, SIGKILL);
    fclose(s->out);
}

/* Ready to be started, and knows the subscriber, which is away. */
static inline void broker_introduce(struct broker *b)
{
    struct subscriber s;

    broker_start(b);
    subscriber_start(&s, b);
    wait_for_line(s.out, "Subscribed"); /* later on this would swallow what was kept for it */
    subscriber_end(&s);
    broker_end(b, SIGTERM);
}

/*
 * The next message on a topic below the station whose name begins with name: its payload. Without what the broker
 * retained and sends again on every subscription (=1).
 */
static inline void next_message(struct subscriber *s, const char *name, char *line, size_t len, char **ret_payload)
{
    char *topic;

    for (;;) {
        next_line(s->out, line, len);
        topic = strstr(line, " " ROOT);
        if (strncmp(line, "=0", 2) != 0 || !topic)
            continue;
        topic += strlen(" " ROOT);
        if (strncmp(topic, name, strlen(name)) == 0)
            break;
    }
    *ret_payload = strchr(topic, ' ') + 1;
}

static inline void publish(const struct broker *b, bool retained, const char *topic, const char *payload)
{
    char port[16];
    char *const argv[] = {(char[]){"mosquitto_pub"},
                          (char[]){"-h"},
                          (char[]){"127.0.0.1"},
                          (char[]){"-p"},
                          port,
                          (char[]){"-q"},
                          (char[]){"1"},
                          (char[]){"-t"},
                          (char *)(uintptr_t)topic,
                          (char[]){"-m"},
                          (char *)(uintptr_t)payload,
                          retained ? (char[]){"-r"} : NULL,
                          NULL};
    FILE *out;
    int status;
    pid_t pid;

    snprintf(port, sizeof(port), "%d", b->port);
    pid = start(argv, &out);
    waitpid(pid, &status, 0);
    fclose(out);
    assert_int_equal(status, 0);
}

static inline struct mqtt *station(const struct broker *b, struct journal *journal)
{
    char url[64];
    struct mqtt_config config = {.url = url, .station = "leg-01", .prefix = "gymstation"};
    struct mqtt *mqtt = NULL;
    struct refusal why;

    snprintf(url, sizeof(url), "mqtt://127.0.0.1:%d", b->port);
    if (mqtt_open(&mqtt, &config, journal, &why) < 0)
        fail_msg("%s: %s", why.path, why.reason);
    return mqtt;
}

static inline struct mqtt_message next_in(struct mqtt *mqtt, enum mqtt_message_kind kind)
{
    for (;;) {
        struct mqtt_message message;

        while (mqtt_next(mqtt, &message) == 0)
            assert_true(readable(mqtt_fd(mqtt)));
        if (message.kind == kind)
            return message;
        free(message.payload);
    }
}

static inline void wait_connected(struct mqtt *mqtt)
{
    while (!next_in(mqtt, MQTT_IN_CONNECTION).connected)
        ;
}

static inline bool have_mosquitto(void)
{
    return system("command -v mosquitto >/dev/null && command -v mosquitto_sub >/dev/null") == 0;
}

#endif
