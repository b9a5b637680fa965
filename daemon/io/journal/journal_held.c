/* SPDX-License-Identifier: MIT */
/*
 * FILE.held, beside the journal FILE: what the slots hold, so that a station whose journal was damaged still has its
 * prescriptions, without a broker. Written as a whole and renamed into place; jansson.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "daemon/io/journal/journal_writer.h"

#define HELD_VERSION 1

static json_t *slot_object(const struct journal_held *held)
{
    return json_pack("{s:i, s:I, s:s, s:i, s:s, s:s%}", "slot", held->slot, "rev", (json_int_t)held->rev, "hash",
                     held->hash, "used", (int)held->used, "course", held->course, "payload",
                     held->payload ? held->payload : "", held->payload ? held->size : (size_t)0);
}

static char *text_of(const char *station, const struct journal_held held[SLOT_MAX + 1])
{
    json_t *slots = json_array();
    json_t *root = json_pack("{s:i, s:s, s:O}", "v", HELD_VERSION, "station", station, "slots", slots);
    char *text;

    for (int slot = 1; slot <= SLOT_MAX; slot++)
        if (held[slot].rev > 0)
            json_array_append_new(slots, slot_object(&held[slot]));
    text = json_dumps(root, JSON_INDENT(1));
    json_decref(slots);
    json_decref(root);
    return text;
}

static int write_file(const char *name, const char *text)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600); /* it names the patient's token */
    size_t size = strlen(text);
    int r;

    if (fd < 0)
        return -errno;
    errno = EIO;
    r = write(fd, text, size) == (ssize_t)size && fsync(fd) == 0 ? 0 : -errno;
    close(fd);
    return r;
}

int journal_held_save(const char *path, const char *station, const struct journal_held held[SLOT_MAX + 1])
{
    char name[4096], fresh[4096];
    char *text = text_of(station, held);
    int r;

    if (!text)
        return -ENOMEM;
    if ((size_t)snprintf(name, sizeof(name), "%s.held", path) >= sizeof(name) ||
        (size_t)snprintf(fresh, sizeof(fresh), "%s.held.new", path) >= sizeof(fresh)) {
        free(text);
        return -ENAMETOOLONG;
    }
    r = write_file(fresh, text);
    free(text);
    if (r == 0 && rename(fresh, name) < 0)
        r = -errno;
    return r;
}

static int read_slot(json_t *object, struct journal_held ret[SLOT_MAX + 1])
{
    struct journal_held held = {0};
    const char *hash, *payload, *course = ""; /* an older version left none */
    json_int_t rev;
    size_t size;
    int used;

    if (json_unpack(object, "{s:i, s:I, s:s, s:i, s?s, s:s%}", "slot", &held.slot, "rev", &rev, "hash", &hash, "used",
                    &used, "course", &course, "payload", &payload, &size) < 0)
        return -EINVAL;
    if (held.slot < 1 || held.slot > SLOT_MAX || strlen(hash) >= sizeof(held.hash) ||
        strlen(course) >= sizeof(held.course) || ret[held.slot].rev > 0)
        return -EINVAL;
    held.rev = rev;
    held.used = used;
    held.size = size;
    memcpy(held.hash, hash, strlen(hash) + 1);
    memcpy(held.course, course, strlen(course) + 1);
    held.payload = size > 0 ? strdup(payload) : NULL;
    if (size > 0 && !held.payload)
        return -ENOMEM;
    ret[held.slot] = held;
    return 0;
}

int journal_held_load(const char *path, const char *station, struct journal_held ret[SLOT_MAX + 1])
{
    char name[4096];
    json_t *root, *slots;
    const char *of;
    int version, r = -EINVAL;

    if ((size_t)snprintf(name, sizeof(name), "%s.held", path) >= sizeof(name))
        return -ENAMETOOLONG;
    root = json_load_file(name, 0, NULL);
    /* of a station with another name: a copied card, and other people's prescriptions */
    if (json_unpack(root, "{s:i, s:s, s:o}", "v", &version, "station", &of, "slots", &slots) == 0 &&
        version == HELD_VERSION && strcmp(of, station) == 0 && json_is_array(slots))
        r = 0;
    for (size_t i = 0; r == 0 && i < json_array_size(slots); i++)
        r = read_slot(json_array_get(slots, i), ret);
    json_decref(root);
    for (int slot = 1; r < 0 && slot <= SLOT_MAX; slot++) {
        free(ret[slot].payload);
        ret[slot] = (struct journal_held){0};
    }
    return r;
}
