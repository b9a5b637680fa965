/* SPDX-License-Identifier: MIT */
/*
 * The mqtt thread: it drives delivery.h with what happens on the link, in the journal and in the loop. No foreign
 * library. After a connect: subscribe, then what is retained, then the journal's rows; later what is retained goes before
 * rows, so that live state never waits for backlog.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

#include "daemon/io/mqtt_incoming.h"
#include "daemon/io/mqtt_thread.h"

/* Beside the rows' window; together they stay within the 20 that mosquitto grants by default. */
#define OTHERS_MAX 4
/* While stopping: this long without a row from the journal, and all is sent. */
#define QUIET_NS (100 * NS_PER_MS)

enum what { WHAT_ROW, WHAT_RETAINED, WHAT_LIVE, WHAT_REPLY, WHAT_OFFLINE };

static void feed(struct mqtt *m, const struct delivery_input *input, const struct journal_row *row);

static void feed_event(struct mqtt *m, enum delivery_event event, const struct mqtt_link_tag *tag)
{
    struct delivery_input input = {.event = event, .now_ns = mqtt_mono_ns(), .window = m->window};

    if (tag) {
        input.generation = tag->generation;
        input.seq = tag->seq;
    }
    feed(m, &input, NULL);
}

/* --- to the loop ----------------------------------------------------------------------------------------------------- */

static void say_connection(struct mqtt *m)
{
    struct mqtt_message message = {.kind = MQTT_IN_CONNECTION, .connected = m->said_connected, .refusals = m->refusals,
                                   .reconnects = m->connects > 0 ? m->connects - 1 : 0};

    memcpy(message.refusal, m->refusal, sizeof(message.refusal));
    queue_push(m->incoming, &message);
}

static void say_connected(struct mqtt *m, bool connected)
{
    if (m->said_connected == connected)
        return;
    m->said_connected = connected;
    say_connection(m);
}

/* Says each new refusal once; counts all. */
static void note_refusal(struct mqtt *m, const char *what, int code, const char *text)
{
    char refusal[sizeof(m->refusal)];

    if (code >= LINK_CODE_REFUSED)
        snprintf(refusal, sizeof(refusal), "%.40s: %.40s (0x%02x)", what, text, (unsigned)code);
    else
        snprintf(refusal, sizeof(refusal), "%.40s: %.50s", what, text);
    m->refusals++;
    if (strcmp(refusal, m->refusal) == 0)
        return;
    memcpy(m->refusal, refusal, sizeof(refusal));
    say_connection(m);
}

/* --- to the broker --------------------------------------------------------------------------------------------------- */

/* From the first question to the answer; see mqtt_wedged(). */
static void asked(struct mqtt *m)
{
    int_least64_t nothing = 0;

    atomic_compare_exchange_strong(&m->asked_since_ns, &nothing, mqtt_mono_ns());
}

static void heard(struct mqtt *m)
{
    bool waiting = m->reach == REACH_CONNECTING || m->reach == REACH_SUBSCRIBING || m->under_way > 0 ||
                   !delivery_idle(&m->delivery);

    atomic_store(&m->asked_since_ns, waiting ? mqtt_mono_ns() : 0);
}

static void drop(struct mqtt *m)
{
    asked(m);
    mqtt_link_drop(m->link);
    m->reach = REACH_DOWN;
    m->under_way = 0;
    m->live_under_way = false;
    heard(m);
    say_connected(m, false);
}

/* The connection has ended by itself, or is no good any more. */
static void lost(struct mqtt *m)
{
    if (m->reach == REACH_DOWN)
        return;
    m->reach = REACH_DOWN;
    feed_event(m, DELIVERY_LOST, NULL);
    drop(m);
}

static void connect_link(struct mqtt *m)
{
    m->reach = REACH_CONNECTING;
    asked(m);
    if (mqtt_link_connect(m->link) < 0)
        lost(m);
}

static int publish(struct mqtt *m, const char *topic, const char *payload, int qos, struct mqtt_link_tag tag)
{
    struct mqtt_link_publish p = {.topic = topic, .payload = payload, .size = strlen(payload), .qos = qos,
                                  .retained = tag.what == WHAT_RETAINED || tag.what == WHAT_OFFLINE, .tag = tag};

    asked(m);
    return mqtt_link_publish(m->link, &p);
}

static void send_row(struct mqtt *m, const struct journal_row *row)
{
    struct mqtt_link_tag tag = {.what = WHAT_ROW, .generation = row->generation, .seq = row->seq};

    if (publish(m, m->event_topic, row->body, 1, tag) < 0)
        lost(m);
}

/* A queue to the journal that is full (r < 0) means that its thread stands still: begin again later. */
static void feed(struct mqtt *m, const struct delivery_input *input, const struct journal_row *row)
{
    struct delivery_output out;
    int r = 0;

    delivery_step(&m->delivery, input, &out);
    if (out.actions & DELIVERY_DO_DROP)
        drop(m);
    if (out.actions & DELIVERY_DO_CONNECT)
        connect_link(m);
    if (out.actions & DELIVERY_DO_ACK)
        r = journal_drain_ack(m->journal, out.upto);
    if (r == 0 && (out.actions & DELIVERY_DO_REWIND))
        r = journal_drain_rewind(m->journal, out.generation);
    if (r == 0 && (out.actions & DELIVERY_DO_CREDIT))
        r = journal_drain_credit(m->journal, out.generation, out.credit);
    if (out.actions & DELIVERY_DO_SEND)
        send_row(m, row);
    if (r < 0)
        lost(m);
}

/* What is retained and new, as far as it may be under way; then the rows may follow. */
static void pump_retained(struct mqtt *m)
{
    if (m->reach != REACH_RETAINED && m->reach != REACH_UP)
        return;
    for (int i = 0; i < RETAINED_COUNT; i++) {
        struct mqtt_link_tag tag = {.what = WHAT_RETAINED, .seq = i};

        if (!m->value[i].dirty || !m->value[i].payload)
            continue;
        if (m->under_way >= OTHERS_MAX || publish(m, m->retained_topic[i], m->value[i].payload, 1, tag) < 0)
            return;
        m->value[i].dirty = false;
        m->under_way++;
    }
    if (m->reach == REACH_RETAINED && m->under_way == 0) {
        m->reach = REACH_UP;
        feed_event(m, DELIVERY_CONNECTED, NULL);
    }
}

static void pump_rows(struct mqtt *m)
{
    struct journal_row row;

    while (journal_drain_next(m->journal, &row) == 1) {
        struct delivery_input input = {.event = DELIVERY_ROW, .now_ns = mqtt_mono_ns(), .generation = row.generation,
                                       .seq = row.seq};

        m->quiet_since_ns = input.now_ns;
        feed(m, &input, &row);
        free(row.body);
    }
}

/* --- from the loop --------------------------------------------------------------------------------------------------- */

static void take_reply(struct mqtt *m, const struct order *order)
{
    struct mqtt_link_publish p = {.topic = order->topic, .payload = order->payload, .size = strlen(order->payload),
                                  .qos = 1, .tag = {.what = WHAT_REPLY},
                                  .correlation = order->correlation_size > 0 ? order->correlation : NULL,
                                  .correlation_size = order->correlation_size};

    if (m->reach != REACH_RETAINED && m->reach != REACH_UP)
        return;
    asked(m);
    if (mqtt_link_publish(m->link, &p) == 0)
        m->under_way++;
}

static void take_live(struct mqtt *m, const struct order *order)
{
    struct mqtt_link_tag tag = {.what = WHAT_LIVE};

    if (m->reach != REACH_UP || m->live_under_way)
        return;
    m->live_under_way = publish(m, m->live_topic, order->payload, 0, tag) == 0;
}

static void take_orders(struct mqtt *m)
{
    struct order order;

    while (queue_pop(m->orders, &order) == 1) {
        switch (order.kind) {
        case ORDER_RETAIN:
            free(m->value[order.retained].payload);
            m->value[order.retained].payload = order.payload;
            m->value[order.retained].dirty = true;
            order.payload = NULL;
            break;
        case ORDER_LIVE:
            take_live(m, &order);
            break;
        case ORDER_REPLY:
            take_reply(m, &order);
            break;
        }
        free(order.payload);
    }
}

/* --- from the link --------------------------------------------------------------------------------------------------- */

static void on_connected(struct mqtt *m, const struct mqtt_link_event *event)
{
    char desired[LINK_TOPIC_LEN + 24], command[LINK_TOPIC_LEN + 8];
    char *topics[] = {desired, command, m->retained_topic[RETAINED_STATUS]};

    snprintf(desired, sizeof(desired), "%sdesired/prescription/+", m->root);
    snprintf(command, sizeof(command), "%scmd/+", m->root);
    m->window = event->window - OTHERS_MAX;
    m->reach = REACH_SUBSCRIBING;
    asked(m);
    if (mqtt_link_subscribe(m->link, topics, 3) < 0)
        lost(m);
}

/* A refused subscription is said and does not keep the events back: they are what the station is for. */
static void on_subscribed(struct mqtt *m, const struct mqtt_link_event *event)
{
    if (event->code < 0) {
        lost(m);
        return;
    }
    if (event->code > 0)
        note_refusal(m, "subscribe", event->code, "not granted");
    m->connects++;
    m->reach = REACH_RETAINED;
    for (int i = 0; i < RETAINED_COUNT; i++)
        m->value[i].dirty = true;
    say_connected(m, true);
}

static void on_row_answered(struct mqtt *m, const struct mqtt_link_event *event)
{
    if (event->code >= LINK_CODE_REFUSED)
        note_refusal(m, "event", event->code, event->text);
    if (event->code < 0)
        lost(m);
    else
        feed_event(m, event->code == 0 ? DELIVERY_TAKEN : DELIVERY_REFUSED, &event->tag);
}

static void on_published(struct mqtt *m, const struct mqtt_link_event *event)
{
    mqtt_link_release(m->link, event->slot);
    switch ((enum what)event->tag.what) {
    case WHAT_ROW:
        on_row_answered(m, event);
        return;
    case WHAT_LIVE:
        m->live_under_way = false;
        return;
    case WHAT_OFFLINE:
        m->offline_taken = true;
        break;
    case WHAT_RETAINED:
    case WHAT_REPLY:
        if (event->code >= LINK_CODE_REFUSED) /* not tried again until the value changes */
            note_refusal(m, event->tag.what == WHAT_REPLY ? "reply" : m->retained_topic[event->tag.seq] + strlen(m->root),
                         event->code, event->text);
        break;
    }
    m->under_way--;
}

static void on_incoming(struct mqtt *m, struct mqtt_link_event *event)
{
    struct mqtt_message *message = &event->message;

    switch (mqtt_incoming_sort(event->topic, m->root, message)) {
    case INCOMING_STATUS: /* the will of a connection of ours that the broker gave up after this one had begun */
        if (message->payload && strcmp(message->payload, "offline") == 0 && !m->stopping)
            m->value[RETAINED_STATUS].dirty = true;
        break;
    case INCOMING_PRESCRIPTION:
    case INCOMING_COMMAND:
        if (queue_push(m->incoming, message) == 0)
            return;
        break;
    case INCOMING_OTHER:
        break;
    }
    free(message->payload);
}

static void take_event(struct mqtt *m, struct mqtt_link_event *event)
{
    if (event->kind == LINK_INCOMING) {
        on_incoming(m, event); /* also from a connection that has ended meanwhile */
        return;
    }
    if (event->connection != mqtt_link_connection(m->link) || m->reach == REACH_DOWN)
        return;
    switch (event->kind) {
    case LINK_CONNECTED:
        on_connected(m, event);
        break;
    case LINK_FAILED:
        note_refusal(m, "connect", event->code, event->text);
        lost(m);
        break;
    case LINK_SUBSCRIBED:
        on_subscribed(m, event);
        break;
    case LINK_PUBLISHED:
        on_published(m, event);
        break;
    case LINK_LOST:
        if (event->code >= LINK_CODE_REFUSED)
            note_refusal(m, "disconnected", event->code, event->text);
        lost(m);
        break;
    case LINK_INCOMING:
        break;
    }
    heard(m);
}

/* --- the thread ------------------------------------------------------------------------------------------------------ */

/* Everything is sent, or nothing can be: say offline, and wait for that to be taken. True when there is no more to do. */
static bool stop_step(struct mqtt *m, int64_t now_ns)
{
    struct mqtt_link_tag tag = {.what = WHAT_OFFLINE};

    if (m->reach == REACH_DOWN || m->reach == REACH_CONNECTING || m->offline_taken ||
        now_ns >= atomic_load(&m->stop_deadline_ns))
        return true;
    if (m->offline_sent || m->reach != REACH_UP || m->under_way > 0)
        return false;
    if (m->delivery.state == DELIVERY_UP && (!delivery_idle(&m->delivery) || now_ns - m->quiet_since_ns < QUIET_NS) &&
        now_ns < atomic_load(&m->stop_deadline_ns) - 4 * QUIET_NS) /* what is left is for `offline` */
        return false;
    m->offline_sent = true;
    if (publish(m, m->retained_topic[RETAINED_STATUS], "offline", 1, tag) < 0)
        return true;
    m->under_way++;
    return false;
}

static int poll_timeout_ms(const struct mqtt *m, int64_t now_ns)
{
    int64_t due_ns = delivery_deadline_ns(&m->delivery);

    if (m->stopping && now_ns + QUIET_NS / 4 < due_ns)
        due_ns = now_ns + QUIET_NS / 4;
    if (due_ns == NEVER)
        return -1;
    return due_ns <= now_ns ? 0 : (int)((due_ns - now_ns) / NS_PER_MS) + 1;
}

static void wait_for_work(struct mqtt *m)
{
    struct pollfd fds[] = {
        {.fd = queue_fd(m->events), .events = POLLIN},
        {.fd = queue_fd(m->orders), .events = POLLIN},
        {.fd = journal_drain_fd(m->journal), .events = POLLIN},
        {.fd = m->stopping ? -1 : m->stop_fd, .events = POLLIN},
    };

    poll(fds, 4, poll_timeout_ms(m, mqtt_mono_ns()));
    if (!fds[3].revents)
        return;
    m->stopping = true;
    m->quiet_since_ns = mqtt_mono_ns();
}

static void run(struct mqtt *m)
{
    struct mqtt_link_event event;

    do {
        wait_for_work(m);
        while (queue_pop(m->events, &event) == 1)
            take_event(m, &event);
        if (mqtt_mono_ns() >= delivery_deadline_ns(&m->delivery))
            feed_event(m, DELIVERY_TIMEOUT, NULL);
        take_orders(m);
        pump_retained(m);
        pump_rows(m);
    } while (!m->stopping || !stop_step(m, mqtt_mono_ns()));
}

void *mqtt_thread_main(void *arg)
{
    struct mqtt *m = arg;
    int64_t now_ns = mqtt_mono_ns();

    delivery_init(&m->delivery, (uint64_t)now_ns, now_ns);
    if (mqtt_link_open(&m->link, &m->link_config, m->events) == 0)
        run(m);
    mqtt_link_close(m->link);
    eventfd_write(m->done_fd, 1);
    return NULL;
}
