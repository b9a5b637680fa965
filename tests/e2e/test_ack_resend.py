#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The collector's side of delivery: its cumulative acknowledgement, and events asked for again, byte for byte."""
# gymstation-e2e: quick
import contextlib
import json
import sqlite3

from station import Bench, no_gap, prescription, replay, valid, wait_for
from suite import main

ACKED, CONFIRMED = 1, 2

# Paced on the floor, nothing asked: a press of start every 20 s is a session, and the station is idle in the end.
SHORT = prescription({"exercise": "glute_bridge", "side": "both", "contact": "floor", "sets": 1, "reps_min": 5,
                      "reps_max": 5, "prep_s": 0, "tempo": {"con_s": 0.3, "top_s": 0.2, "ecc_s": 0.3, "bottom_s": 0.2}},
                     ask=[])


def short_sessions(bench, sessions):
    lines = ["# gymstation-trace 1", "# sps: 1.00", f"0 P 1 {json.dumps(SHORT)}"]
    for t in range(20 * sessions):
        lines.append(f"{t}000000000 F 0")
        if t % 20 == 5:
            lines += [f"{t}100000000 B start 1", f"{t}300000000 B start 0"]
    return bench.write("short.trace", "\n".join(lines) + "\n")


def states(bench):
    """The state of every row of the journal by its seq; what is not in the file yet is not there."""
    with contextlib.closing(sqlite3.connect(f"file:{bench.dir}/journal.db?mode=ro", uri=True)) as db, \
            contextlib.suppress(sqlite3.OperationalError):  # its tables are not there yet
        return dict(db.execute("SELECT seq, state FROM event"))
    return {}


def delivered(bench, sessions=12):
    """A station whose trace has been played and delivered; (station, subscriber, its events)."""
    bench.start_broker()
    watch = bench.subscribe()
    trace = short_sessions(bench, sessions)
    wanted = len(replay(trace)) + 1  # and station_started
    station = bench.station(source=f"trace:{trace}@max")
    watch.until(lambda: len(watch.events()) >= wanted, 20, f"{wanted} events")
    wait_for(lambda: list(states(bench).values()) == [ACKED] * wanted, 20, "all is taken by the broker")
    events = watch.events()
    no_gap(events)
    return station, watch, events


def resend(bench, watch, id_, from_, to):
    """The reply."""
    bench.publish("cmd/resend", {"v": 1, "id": id_, "by": "collector", "from": from_, "to": to})
    return watch.until(lambda: [m for m in watch.of("reply/resend") if m.json.get("id") == id_], 10, f"the reply to {id_}")[-1]


def test_an_acknowledgement_confirms_up_to_its_seq_and_never_goes_back():
    with Bench() as bench:
        _, watch, events = delivered(bench)
        journal, half = events[0]["journal"], len(events) // 2

        def confirmed():
            return sum(s == CONFIRMED for s in states(bench).values())

        bench.publish("ack", {"journal": journal, "upto": half}, retain=True)
        wait_for(lambda: confirmed() == half, 10, f"{half} rows are confirmed, not {confirmed()}")
        for wrong in ({"journal": journal, "upto": half - 5}, {"journal": "0" * 8 + journal[8:], "upto": half + 5},
                      {"journal": journal, "upto": len(events) + 100}, {"journal": journal, "upto": -1},
                      {"journal": journal}, "[" * 50, ""):
            bench.publish("ack", wrong, retain=True)
        bench.publish("ack", {"journal": journal.upper(), "upto": half + 1}, retain=True)
        wait_for(lambda: confirmed() == half + 1, 10, f"what was wrong changed nothing: {half + 1}, not {confirmed()}")
        assert all(s == CONFIRMED for q, s in states(bench).items() if q <= half + 1)
        valid(m for m in watch.messages if m.tail != "ack")


def test_a_retained_acknowledgement_is_taken_at_the_next_start_also_for_what_the_broker_never_had():
    with Bench() as bench:
        station, _, events = delivered(bench)
        assert station.stop() == 0
        bench.publish("ack", {"journal": events[0]["journal"], "upto": len(events)}, retain=True)
        station = bench.station(source=f"trace:{bench.dir}/short.trace@max")
        wait_for(lambda: sum(s == CONFIRMED for s in states(bench).values()) == len(events), 20, "all before are confirmed")
        assert "ack:" not in station.output()


def test_what_is_asked_for_again_comes_byte_for_byte():
    with Bench() as bench:
        _, watch, events = delivered(bench)
        first = {m.json["seq"]: m.payload for m in watch.of("event")}
        mark = len(watch.of("event"))
        reply = resend(bench, watch, "r1", 3, 40)
        assert reply.json == {"v": 1, "id": "r1", "ok": True, "code": "ok", "gone": []}, reply
        again = watch.until(lambda: len(watch.of("event")) >= mark + 38 and watch.of("event")[mark:], 10, "38 events again")
        assert [m.json["seq"] for m in again] == list(range(3, 41))
        assert all(m.payload == first[m.json["seq"]] and m.qos == 1 and not m.retain for m in again)
        # the same id acts once and says the same
        mark = len(watch.of("event"))
        assert resend(bench, watch, "r1", 3, 40).json == reply.json
        assert resend(bench, watch, "r2", len(events) + 10, len(events) + 20).json["gone"] == []
        assert resend(bench, watch, "r3", 1, 1001).json["path"] == "/to"
        assert resend(bench, watch, "r4", 5, 4).json["code"] == "invalid"
        assert len(watch.of("event")) == mark, "nothing came again"
        valid(watch.messages)


def test_what_is_gone_is_named():
    with Bench() as bench:
        station, watch, events = delivered(bench)
        assert station.stop() == 0
        with contextlib.closing(sqlite3.connect(f"{bench.dir}/journal.db")) as db:
            db.execute("DELETE FROM event WHERE seq < 10 OR seq IN (12, 13)")
            db.commit()
        watch.kill()
        bench.station(source=f"trace:{bench.write('idle.trace', '# gymstation-trace 1')}@max")
        watch = bench.subscribe()
        watch.until(lambda: watch.last("status") and watch.last("status").payload == "online", 10, "it is online")
        reply = resend(bench, watch, "r1", 2, 20)
        assert reply.json["gone"] == [{"from": 2, "to": 9}, {"from": 12, "to": 13}], reply
        wanted = [10, 11, *range(14, 21)]
        watch.until(lambda: [e["seq"] for e in watch.events() if e["seq"] <= len(events)][-len(wanted):] == wanted, 10,
                    "what is left comes again")


def test_two_stations_with_one_id_are_told():
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe()
        idle = bench.write("idle.trace", "# gymstation-trace 1\n0 F 0\n")
        first = bench.station(source=f"trace:{idle}")
        watch.until(lambda: watch.events("station_started"), 10, "the first one is there")
        bench.station(f"journal.path={bench.dir}/other.db", source=f"trace:{idle}")
        watch.until(lambda: watch.events("fault_raised", fault="duplicate_id"), 20, "the fault is raised")
        assert "station.id" in first.output(), first.output()
        valid(watch.messages)


if __name__ == "__main__":
    main(globals())
