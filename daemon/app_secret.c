/* SPDX-License-Identifier: MIT */
/*
 * Secrets in files: where they are, who may read them; and the station's own certificate: whether it fits its key, how
 * long it is still valid, and what to do when TLS fails.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/app.h"
#include "gymstation/secret.h"

#define CERTIFICATE_PERIOD_NS (60 * NS_PER_S)
#define DAY_NS                (86400 * NS_PER_S)
#define CERT_EXPIRING_DAYS    21 /* three weeks: somebody is there in one of them */

static FILE *open_secret(const char *key, const char *name)
{
    char why[2 * CONFIG_TEXT_LEN + 128];
    FILE *file = secret_open(name, why, sizeof(why));

    if (file == NULL)
        app_say("%s: %s", key, why);
    return file;
}

int app_read_password(const char *key, const char *name, char *ret, size_t size)
{
    FILE *file = open_secret(key, name);
    bool read;

    if (file == NULL)
        return 1;
    read = fgets(ret, (int)size, file) && ret[strspn(ret, "\r\n")] != '\0';
    fclose(file);
    if (!read) {
        app_say("%s: %s: the first line is empty; it has to be the secret", key, name);
        return 1;
    }
    ret[strcspn(ret, "\r\n")] = '\0';
    return 0;
}

static int refuse_file(const char *key, const char *path, int error, const char *otherwise)
{
    app_say("%s: %s: %s", key, path, error == -EINVAL ? otherwise : strerror(-error));
    return 1;
}

/* Paths into ret; what is wrong with these files is said now, not at the first attempt to connect. */
int app_open_tls(struct app *app, struct app_tls *ret)
{
    const struct config *config = app->config;
    FILE *key;
    int r;

    secret_path(config->mqtt.ca_file, ret->ca, sizeof(ret->ca));
    secret_path(config->mqtt.cert_file, ret->cert, sizeof(ret->cert));
    secret_path(config->mqtt.key_file, ret->key, sizeof(ret->key));
    if (ret->ca[0] != '\0' && (r = certificate_read(ret->ca, &app->certificate)) < 0)
        return refuse_file("mqtt.ca_file", ret->ca, r, "holds no certificate (PEM)");
    if (ret->cert[0] == '\0')
        return 0;
    if ((r = certificate_read(ret->cert, &app->certificate)) < 0)
        return refuse_file("mqtt.cert_file", ret->cert, r, "holds no certificate (PEM)");
    key = open_secret("mqtt.key_file", config->mqtt.key_file);
    if (key == NULL)
        return 1;
    fclose(key);
    if ((r = certificate_fits(ret->cert, ret->key)) < 0)
        return refuse_file(
            "mqtt.key_file", ret->key, r,
            "is not the key of mqtt.cert_file, or has a passphrase: give the two files of one certificate");
    snprintf(app->cert_file, sizeof(app->cert_file), "%s", ret->cert);
    return 0;
}

static int64_t wall_ns(void)
{
    struct timespec wall;

    clock_gettime(CLOCK_REALTIME, &wall);
    return wall.tv_sec * NS_PER_S + wall.tv_nsec;
}

int64_t app_cert_days_left(const struct app *app)
{
    int64_t left_ns = app->certificate.until_wall_ns - wall_ns();

    if (app->cert_file[0] == '\0')
        return ABSENT;
    return left_ns < 0 ? -((-left_ns + DAY_NS - 1) / DAY_NS) : left_ns / DAY_NS;
}

/* Read again: it may have been replaced, which the next connection takes up. A clock that is not known judges nothing. */
void app_watch_certificate(struct app *app)
{
    int64_t mono_ns = app_mono_ns();

    if (app->cert_file[0] == '\0' || mono_ns < app->certificate_mono_ns)
        return;
    app->certificate_mono_ns = mono_ns + CERTIFICATE_PERIOD_NS;
    certificate_read(app->cert_file, &app->certificate);
    if (app->wall_synced)
        app_fault(app, FAULT_CERT_EXPIRING, app_cert_days_left(app) < CERT_EXPIRING_DAYS);
}

/* HOST:PORT of mqtt.url, with the port that goes without saying. */
static void broker_address(const struct app *app, char *ret, size_t size)
{
    const char *url = app->config->mqtt.url;
    bool tls = strncmp(url, "mqtts:", 6) == 0;
    const char *host = url + (tls ? strlen("mqtts://") : strlen("mqtt://"));
    const char *behind = strrchr(host, ']'); /* of an address of version 6, which has colons of its own */

    snprintf(ret, size, "%s%s", host, strchr(behind ? behind : host, ':') ? "" : tls ? ":8883" : ":1883");
}

/* Why TLS failed and what may be done; "" when that is not known. */
static const char *tls_advice(struct app *app, const char *refusal)
{
    int64_t now_ns = wall_ns();

    app->certificate_mono_ns = 0;
    app_watch_certificate(app);
    if (app->cert_file[0] != '\0' && now_ns >= app->certificate.until_wall_ns)
        return "; mqtt.cert_file has expired: replace it by a new one (tools/certs)";
    if (app->cert_file[0] != '\0' && now_ns < app->certificate.from_wall_ns)
        return "; mqtt.cert_file is not valid yet: is this clock right?";
    if (strstr(refusal, "verify failed"))
        return "; the broker's certificate is not signed by mqtt.ca_file, has expired or is not valid yet: renew it, "
               "or set this clock";
    if (strstr(refusal, "alert"))
        return "; the broker does not take mqtt.cert_file: is it of the clinic's CA, and not withdrawn?";
    return "";
}

/* What may be done about an attempt to connect that came to nothing. */
static const char *link_advice(struct app *app, const char *refusal)
{
    bool tls = strncmp(app->config->mqtt.url, "mqtts:", 6) == 0;
    const char *advice;

    if (strstr(refusal, "0x86") || strstr(refusal, "0x87"))
        return "; the broker does not know mqtt.username with this password: correct one of them and start again";
    if (strstr(refusal, "(0x"))
        return "";
    advice = tls ? tls_advice(app, refusal) : "";
    if (advice[0] != '\0')
        return advice;
    return tls ? "; nobody answers there (does the broker run, is mqtt.url right?), or the broker's certificate is for "
                 "another name than that in mqtt.url, or it does not take mqtt.cert_file"
               : "; nobody answers there: does the broker run, is mqtt.url right, is there a network?";
}

void app_say_refusal(struct app *app, const char *refusal)
{
    char address[CONFIG_TEXT_LEN + 8], said[sizeof(app->last_refusal)];
    bool connect = strncmp(refusal, "connect: ", 9) == 0;

    broker_address(app, address, sizeof(address));
    if (connect)
        snprintf(said, sizeof(said), "no connection to %.100s: %s%s", address, refusal + 9, link_advice(app, refusal));
    else
        snprintf(said, sizeof(said), "the broker refuses: %s", refusal);
    if (strcmp(app->last_refusal, said) == 0)
        return;
    memcpy(app->last_refusal, said, sizeof(said));
    app_say("%s", said);
}
