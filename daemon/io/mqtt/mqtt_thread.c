/* SPDX-License-Identifier: MIT */
/*
 * The mqtt thread: it drives delivery.h with what happens on the link, in the journal and in the loop. No foreign
 * library. After a connect: subscribe, then what is retained, then the journal's rows; later what is retained goes before
 * rows, so that live state never waits for backlog.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

#include "daemon/io/mqtt/mqtt_thread.h"

/* While stopping: this long without a row from the journal, and all is sent. */
#define QUIET_NS (100 * NS_PER_MS)
/* Bytes of a PUBLISH beside topic and payload: fixed header 5, length of the topic 2, id 2, properties 1. */
#define PACKET_EXTRA 10

static void feed(struct mqtt *m, const struct delivery_input *input, const struct journal_row *row);

void mqtt_feed(struct mqtt *m, enum delivery_event event, const struct mqtt_link_tag *tag)
{
    struct delivery_input input = {.event = event, .now_ns = mqtt_mono_ns(), .window = m->window};

    if (tag) {
        input.generation = tag->generation;
        input.seq = tag->seq;
    }
    feed(m, &input, NULL);
}

/* --- to the loop ----------------------------------------------------------------------------------------------------- */

void mqtt_say_connection(struct mqtt *m)
{
    struct mqtt_message message = {.kind = MQTT_IN_CONNECTION,
                                   .connected = m->said_connected,
                                   .refusals = m->refusals,
                                   .takeovers = m->takeovers,
                                   .reconnects = m->connects > 0 ? m->connects - 1 : 0};

    memcpy(message.refusal, m->refusal, sizeof(message.refusal));
    queue_push(m->incoming, &message);
}

void mqtt_say_connected(struct mqtt *m, bool connected)
{
    if (m->said_connected == connected)
        return;
    m->said_connected = connected;
    mqtt_say_connection(m);
}

/* Without prefix and station, where it has them. */
const char *mqtt_retained_name(const struct mqtt *m, int64_t retained)
{
    return retained == RETAINED_DISCOVERY ? "discovery" : m->retained_topic[retained] + strlen(m->root);
}

/* Says each new refusal once; counts all. */
void mqtt_note_refusal(struct mqtt *m, const char *what, int code, const char *text)
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
    mqtt_say_connection(m);
}

/* --- to the broker --------------------------------------------------------------------------------------------------- */

/* From the first question to the answer; see mqtt_wedged(). */
void mqtt_asked(struct mqtt *m)
{
    int_least64_t nothing = 0;

    atomic_compare_exchange_strong(&m->asked_since_ns, &nothing, mqtt_mono_ns());
}

void mqtt_heard(struct mqtt *m)
{
    bool waiting = m->reach == REACH_CONNECTING || m->reach == REACH_SUBSCRIBING || m->under_way > 0 ||
                   !delivery_idle(&m->delivery);

    atomic_store(&m->asked_since_ns, waiting ? mqtt_mono_ns() : 0);
}

static void drop(struct mqtt *m)
{
    mqtt_asked(m);
    mqtt_link_drop(m->link);
    m->reach = REACH_DOWN;
    m->under_way = 0;
    m->live_under_way = false;
    mqtt_heard(m);
    mqtt_say_connected(m, false);
}

/* The connection has ended by itself, or is no good any more. */
void mqtt_lost(struct mqtt *m, int code)
{
    struct delivery_input input = {.event = DELIVERY_LOST,
                                   .now_ns = mqtt_mono_ns(),
                                   .too_large = code == LINK_CODE_TOO_LARGE,
                                   .refused = code >= LINK_CODE_REFUSED};

    if (m->reach == REACH_DOWN)
        return;
    m->reach = REACH_DOWN;
    feed(m, &input, NULL);
    drop(m);
}

void mqtt_row_refused(struct mqtt *m, const struct mqtt_link_tag *tag, int code)
{
    struct delivery_input input = {.event = DELIVERY_REFUSED,
                                   .now_ns = mqtt_mono_ns(),
                                   .generation = tag->generation,
                                   .seq = tag->seq,
                                   .too_large = code == LINK_CODE_TOO_LARGE};

    feed(m, &input, NULL);
}

static void connect_link(struct mqtt *m)
{
    m->reach = REACH_CONNECTING;
    mqtt_asked(m);
    if (mqtt_link_connect(m->link) < 0)
        mqtt_lost(m, 0);
}

static int publish(struct mqtt *m, const char *topic, const char *payload, int qos, struct mqtt_link_tag tag)
{
    struct mqtt_link_publish p = {.topic = topic,
                                  .payload = payload,
                                  .size = strlen(payload),
                                  .qos = qos,
                                  .retained = tag.what == WHAT_RETAINED || tag.what == WHAT_OFFLINE,
                                  .by_name = topic == m->retained_topic[RETAINED_STATUS],
                                  .tag = tag};

    mqtt_asked(m);
    return mqtt_link_publish(m->link, &p);
}

/* Larger than the broker takes, a packet costs the connection, again and again: it is left out, and said. */
static bool fits(struct mqtt *m, const char *what, const char *topic, size_t size)
{
    if (m->packet_max == 0 || size + strlen(topic) + PACKET_EXTRA <= (size_t)m->packet_max)
        return true;
    mqtt_note_refusal(m, what, LINK_CODE_TOO_LARGE, "larger than the broker takes");
    return false;
}

static void send_row(struct mqtt *m, const struct journal_row *row)
{
    struct mqtt_link_tag tag = {.what = WHAT_ROW, .generation = row->generation, .seq = row->seq};

    if (!fits(m, "event", m->event_topic, strlen(row->body)))
        mqtt_row_refused(m, &tag, LINK_CODE_TOO_LARGE);
    else if (publish(m, m->event_topic, row->body, 1, tag) < 0)
        mqtt_lost(m, 0);
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
    if (r == 0 && (out.actions & DELIVERY_DO_QUARANTINE))
        r = journal_drain_quarantine(m->journal, out.aside);
    if (r == 0 && (out.actions & DELIVERY_DO_FORGET))
        r = journal_drain_forget(m->journal);
    if (r == 0 && (out.actions & DELIVERY_DO_REWIND))
        r = journal_drain_rewind(m->journal, out.generation);
    if (r == 0 && (out.actions & DELIVERY_DO_CREDIT))
        r = journal_drain_credit(m->journal, out.generation, out.credit);
    if (out.actions & DELIVERY_DO_SEND)
        send_row(m, row);
    if (r < 0)
        mqtt_lost(m, 0);
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
        if (m->under_way >= OTHERS_MAX)
            return;
        m->value[i].dirty = false;
        if (!fits(m, mqtt_retained_name(m, i), m->retained_topic[i], strlen(m->value[i].payload)))
            continue;
        if (publish(m, m->retained_topic[i], m->value[i].payload, 1, tag) < 0) {
            m->value[i].dirty = true;
            return;
        }
        m->under_way++;
    }
    if (m->reach == REACH_RETAINED && m->under_way == 0) {
        m->reach = REACH_UP;
        mqtt_feed(m, DELIVERY_CONNECTED, NULL);
    }
}

static void pump_rows(struct mqtt *m)
{
    struct journal_row row;

    while (journal_drain_next(m->journal, &row) == 1) {
        struct delivery_input input = {.event = DELIVERY_ROW,
                                       .now_ns = mqtt_mono_ns(),
                                       .generation = row.generation,
                                       .seq = row.seq,
                                       .again = row.again};

        m->quiet_since_ns = input.now_ns;
        feed(m, &input, &row);
        free(row.body);
    }
}

/* --- from the loop --------------------------------------------------------------------------------------------------- */

static void take_reply(struct mqtt *m, const struct order *order)
{
    struct mqtt_link_publish p = {.topic = order->topic,
                                  .payload = order->payload,
                                  .size = strlen(order->payload),
                                  .qos = 1,
                                  .tag = {.what = WHAT_REPLY},
                                  .correlation = order->correlation_size > 0 ? order->correlation : NULL,
                                  .correlation_size = order->correlation_size};

    if (m->reach != REACH_RETAINED && m->reach != REACH_UP)
        return;
    if (!fits(m, "reply", p.topic, p.size + p.correlation_size))
        return;
    mqtt_asked(m);
    if (mqtt_link_publish(m->link, &p) == 0)
        m->under_way++;
}

static void take_live(struct mqtt *m, const struct order *order)
{
    struct mqtt_link_tag tag = {.what = WHAT_LIVE};

    if (m->reach != REACH_UP || m->live_under_way || !fits(m, "live", m->live_topic, strlen(order->payload)))
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
        case ORDER_LIVE: take_live(m, &order); break;
        case ORDER_REPLY: take_reply(m, &order); break;
        }
        free(order.payload);
    }
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

    if (m->discovery_due_ns < due_ns)
        due_ns = m->discovery_due_ns;
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
            mqtt_take_event(m, &event);
        if (mqtt_mono_ns() >= delivery_deadline_ns(&m->delivery))
            mqtt_feed(m, DELIVERY_TIMEOUT, NULL);
        if (mqtt_mono_ns() >= m->discovery_due_ns) {
            m->discovery_due_ns = NEVER;
            m->value[RETAINED_DISCOVERY].dirty = true;
        }
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
