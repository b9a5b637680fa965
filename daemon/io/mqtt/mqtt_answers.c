/* SPDX-License-Identifier: MIT */
/* What the mqtt thread does with what comes from the link. No foreign library. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/io/mqtt/mqtt_incoming.h"
#include "daemon/io/mqtt/mqtt_thread.h"

static void on_connected(struct mqtt *m, const struct mqtt_link_event *event)
{
    char desired[LINK_TOPIC_LEN + 24], command[LINK_TOPIC_LEN + 8], ack[LINK_TOPIC_LEN + 8];
    char birth[] = HOME_ASSISTANT_STATUS;
    char *topics[] = {desired, command, ack, m->retained_topic[RETAINED_STATUS], birth};
    int n = (int)(sizeof(topics) / sizeof(topics[0])) - (m->discovery ? 0 : 1);

    snprintf(desired, sizeof(desired), "%sdesired/prescription/+", m->root);
    snprintf(command, sizeof(command), "%scmd/+", m->root);
    snprintf(ack, sizeof(ack), "%sack", m->root);
    m->window = event->window - OTHERS_MAX;
    m->packet_max = event->packet_max;
    m->reach = REACH_SUBSCRIBING;
    mqtt_asked(m);
    if (mqtt_link_subscribe(m->link, topics, n) < 0)
        mqtt_lost(m, 0);
}

/* A refused subscription is said and does not keep the events back: they are what the station is for. */
static void on_subscribed(struct mqtt *m, const struct mqtt_link_event *event)
{
    if (event->code < 0) {
        mqtt_lost(m, 0);
        return;
    }
    if (event->code > 0)
        mqtt_note_refusal(m, "subscribe", event->code, "not granted");
    m->connects++;
    m->reach = REACH_RETAINED;
    for (int i = 0; i < RETAINED_COUNT; i++)
        m->value[i].dirty = true;
    mqtt_say_connected(m, true);
}

static void on_row_answered(struct mqtt *m, const struct mqtt_link_event *event)
{
    if (event->code >= LINK_CODE_REFUSED)
        mqtt_note_refusal(m, "event", event->code, event->text);
    if (event->code < 0)
        mqtt_lost(m, 0);
    else if (event->code == 0)
        mqtt_feed(m, DELIVERY_TAKEN, &event->tag);
    else
        mqtt_row_refused(m, &event->tag, event->code);
}

static void on_published(struct mqtt *m, const struct mqtt_link_event *event)
{
    mqtt_link_release(m->link, event->slot);
    switch ((enum what)event->tag.what) {
    case WHAT_ROW: on_row_answered(m, event); return;
    case WHAT_LIVE: m->live_under_way = false; return;
    case WHAT_OFFLINE: m->offline_taken = true; break;
    case WHAT_RETAINED:
    case WHAT_REPLY:
        if (event->code >= LINK_CODE_REFUSED) /* not tried again until the value changes */
            mqtt_note_refusal(m, event->tag.what == WHAT_REPLY ? "reply" : mqtt_retained_name(m, event->tag.seq),
                              event->code, event->text);
        break;
    }
    m->under_way--;
}

/*
 * A status that we did not publish is of our run before, at first; later on a namesake's, who threw us out and whom we
 * threw out. (A DISCONNECT would say so, 0x8e, but the library does not hand it on.)
 */
static bool by_namesake(const struct mqtt *m, const struct mqtt_message *status)
{
    return m->connects > 1 && status->run[0] != '\0' && strcmp(status->run, m->run) != 0;
}

static void on_status(struct mqtt *m, const struct mqtt_message *status)
{
    if (by_namesake(m, status)) {
        m->takeovers++;
        mqtt_say_connection(m);
    }
    /* the will of a connection of ours that the broker gave up after this one had begun */
    if (status->payload && strcmp(status->payload, "offline") == 0 && !m->stopping)
        m->value[RETAINED_STATUS].dirty = true;
}

/* All stations hear it at once: each answers in its own time, 0-10 s later. What is retained it has been told already. */
static void on_birth(struct mqtt *m, const struct mqtt_message *message)
{
    if (message->payload && strcmp(message->payload, "online") == 0 && !message->retained)
        m->discovery_due_ns = mqtt_mono_ns() + mqtt_mono_ns() / NS_PER_MS * 7919 % 10000 * NS_PER_MS;
}

static void on_incoming(struct mqtt *m, struct mqtt_link_event *event)
{
    struct mqtt_message *message = &event->message;

    switch (mqtt_incoming_sort(event->topic, m->root, message)) {
    case INCOMING_STATUS: on_status(m, message); break;
    case INCOMING_BIRTH: on_birth(m, message); break;
    case INCOMING_PRESCRIPTION:
    case INCOMING_COMMAND:
    case INCOMING_ACK:
        if (queue_push(m->incoming, message) == 0)
            return;
        break;
    case INCOMING_OTHER: break;
    }
    free(message->payload);
}

void mqtt_take_event(struct mqtt *m, struct mqtt_link_event *event)
{
    if (event->kind == LINK_INCOMING) {
        on_incoming(m, event); /* also from a connection that has ended meanwhile */
        return;
    }
    if (event->connection != mqtt_link_connection(m->link) || m->reach == REACH_DOWN)
        return;
    switch (event->kind) {
    case LINK_CONNECTED: on_connected(m, event); break;
    case LINK_FAILED:
        mqtt_note_refusal(m, "connect", event->code, event->text);
        mqtt_lost(m, event->code);
        break;
    case LINK_SUBSCRIBED: on_subscribed(m, event); break;
    case LINK_PUBLISHED: on_published(m, event); break;
    case LINK_LOST:
        if (event->code >= LINK_CODE_REFUSED)
            mqtt_note_refusal(m, "disconnected", event->code, event->text);
        mqtt_lost(m, event->code);
        break;
    case LINK_INCOMING: break;
    }
    mqtt_heard(m);
}
