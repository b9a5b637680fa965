#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the broker sees of a station: every topic with its QoS and retain flag, the life of a prescription, commands and
their replies."""
# gymstation-e2e: quick
import hashlib
import json

from station import ID, PATIENT, PREFIX, Bench, Gate, no_gap, prescription, valid, wait_for
from suite import main

CURL = {"exercise": "banded_curl", "side": "left", "anchor": "dead", "sets": 2, "reps_min": 3, "reps_max": 3,
        "tempo": {"con_s": 1.5, "top_s": 1, "ecc_s": 3, "bottom_s": 1}, "rest_s": 5, "prep_s": 5}
FLOOR = {"exercise": "glute_bridge", "side": "both", "contact": "floor", "sets": 3, "reps_min": 30, "reps_max": 30,
         "rest_s": 3, "prep_s": 0, "tempo": {"con_s": 1, "top_s": 0.5, "ecc_s": 1, "bottom_s": 0.5}}
# A recording of nothing: an idle station whose clock stood at 2026-11-22T08:00:00Z and was synced.
IDLE = "# gymstation-trace 1\n0 W 1795334400000000000 synced\n0 F 0\n"


def idle_station(bench, lines="", speed="1", recorder=None, **how):
    trace = bench.write("idle.trace", IDLE + lines)
    sets = (f"recorder.dir={recorder}",) if recorder else ()
    return bench.station(*sets, source=f"trace:{trace}@{speed}", **how)


def slot(watch, number=1):
    last = watch.last(f"prescription/{number}")
    return last.json if last else None


def slot_says(watch, status, rev, number=1):
    """The slot's topic tells the answer to what arrived last and what is held."""
    def told():
        now = slot(watch, number)
        return (now and now.get("last", {}).get("status") == status
                and (now["held"] and now["held"]["rev"]) == rev and now)
    return watch.until(told, 10, f"slot {number}: {status}, holding {rev}; it says {slot(watch, number)}")


def ask(bench, watch, name, payload, count=1, **how):
    """Sends a command; the last of `count` new replies on its own topic."""
    before = len(watch.of(f"reply/{name}"))
    bench.publish(f"cmd/{name}", payload, **how)
    return watch.until(lambda: watch.of(f"reply/{name}")[before:], 10, f"a reply to {name}")[count - 1]


def command(id_, **more):
    return {"v": 1, "id": id_, "by": "pt-e2e", **more}


def barrier(bench, watch, id_):
    """What was sent before has been dealt with: MQTT keeps the order of one connection, the station that of its inputs."""
    ask(bench, watch, "identify", command(id_))


# --- topics ---------------------------------------------------------------------------------------------------------

RETAINED = {"status", "state", "health", "session", "prescription/1"}
PASSING = {"event", "live"}


def test_every_topic_has_its_qos_its_retain_flag_and_a_valid_payload():
    """A whole session: QoS 0 only for live; a late subscriber gets exactly what is retained."""
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe(qos=2)
        bench.prescribe(prescription(CURL, ask=["before"]))
        station = bench.station("sim.speed=20", "sim.sessions=1", "sim.gap_s=2", source="sim")
        watch.until(lambda: watch.events("session_completed") and watch.last("session"), 30, "the session ends")
        watch.until(lambda: '"now":"idle"' in watch.last("state").payload, 10, "state is idle again")
        late = bench.subscribe()
        late.until(lambda: {m.tail for m in late.messages} >= RETAINED, 5, "the late subscriber gets what is retained")
        assert station.stop() == 0
        watch.until(lambda: watch.last("status").payload == "offline", 5, "status is offline")
        ours = [m for m in watch.messages if not m.tail.startswith("desired/")]
        assert {m.tail for m in ours} == RETAINED | PASSING, {m.tail for m in ours}
        for m in ours:
            assert m.retain == (m.tail in RETAINED), m
            assert m.qos == (0 if m.tail == "live" else 1), m
        valid(watch.messages)
        assert [m.payload for m in watch.of("status")] == ["online", "offline"]
        check_session_topic(watch)
        check_patient(watch, station)
        check_rates(watch)


def check_session_topic(watch):
    wanted = watch.events("session_completed")[-1]
    del wanted["patient"]
    assert watch.last("session").json == wanted


def check_patient(watch, station):
    """The token is in events and in the desired prescription, and nowhere else."""
    assert watch.events("session_started")[0]["patient"] == PATIENT
    for m in watch.messages:
        assert PATIENT not in m.topic
        if m.tail != "event" and not m.tail.startswith("desired/"):
            assert PATIENT not in m.payload and '"patient"' not in m.payload, m
    assert PATIENT not in station.output()


def check_rates(watch):
    """State at most four a second, live ten in a session; the wall clock's view, so with some slack."""
    for tail, limit in (("state", 5), ("live", 11)):
        at = [m.at for m in watch.of(tail)]
        most = max(sum(1 for b in at if a <= b < a + 1) for a in at)
        assert most <= limit, f"{tail}: {most} in a second"
    assert len(watch.of("live")) >= 10 and len(watch.of("state")) >= 5


# --- prescriptions ----------------------------------------------------------------------------------------------------

def rejected(bench, watch, payload, path, reason, held, number=1):
    """An event and the slot's topic say where and why; what is held stays."""
    count = len(watch.events("prescription_rejected"))
    bench.publish(f"desired/prescription/{number}", payload, retain=True)
    event = watch.until(lambda: watch.events("prescription_rejected")[count:], 10, f"rejected {path}")[0]["data"]
    assert event["path"] == path and reason in event["reason"], event
    now = slot_says(watch, "rejected", held, number)
    assert now["last"]["path"] == path and now["last"]["hash"] == event["hash"], now


def test_a_prescription_is_accepted_rejected_with_its_place_or_met_with_silence():
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe()
        idle_station(bench)
        first = prescription(FLOOR, rev=5)
        bench.prescribe(first)
        now = slot_says(watch, "applied", 5)
        accepted = watch.until(lambda: watch.events("prescription_accepted"), 5, "the event")[0]["data"]
        assert accepted["slot"] == 1 and accepted["rev"] == 5 and accepted["hash"] == now["held"]["hash"], accepted
        assert accepted["items"] == now["held"]["items"] and accepted["items"][0]["pacing"] == "paced", accepted
        shown = len(watch.of("prescription/1"))
        bench.prescribe(first)  # the same rev and bytes again: silence
        barrier(bench, watch, "b1")
        assert len(watch.events()) == 2 and len(watch.of("prescription/1")) == shown, watch.events()
        rejected(bench, watch, prescription(FLOOR, rev=5, by="pt-other"), "/rev", "", 5)
        rejected(bench, watch, prescription(FLOOR, rev=4), "/rev", "", 5)
        rejected(bench, watch, prescription({**FLOOR, "sets": 11}, rev=6), "/items/0/sets", "11 is outside 1..10", 5)
        bench.prescribe(prescription({**FLOOR, "sets": 11}, rev=6))  # said once per rev and hash
        barrier(bench, watch, "b2")
        assert len(watch.events("prescription_rejected")) == 3
        rejected(bench, watch, prescription({**FLOOR, "colour": "red"}, rev=6), "/items/0/colour", "", 5)
        rejected(bench, watch, '{"v":1,', "/", "", 5)
        bench.prescribe(prescription(CURL, rev=6))
        slot_says(watch, "applied", 6)
        bench.prescribe("")  # withdrawn
        watch.until(lambda: slot(watch)["held"] is None, 10, "the slot is empty")
        no_gap(watch.events())
        valid([m for m in watch.messages if not m.tail.startswith("desired/")])


def test_a_prescription_that_is_too_large_is_rejected_and_recorded_as_nothing():
    """Its bytes are not kept: a line of a recording without them would withdraw what is held."""
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe()
        folder = bench.dir / "recordings"
        folder.mkdir()
        idle_station(bench, lines="60000000000 F 0\n", recorder=folder)  # it goes on for a minute
        bench.prescribe(prescription(CURL))
        slot_says(watch, "applied", 1)
        text = json.dumps(prescription(CURL, rev=2)).ljust(16385)
        bench.prescribe(text)
        bench.prescribe(text)
        said = slot_says(watch, "rejected", 1)["last"]
        assert (said["path"], said["reason"]) == ("/", "16385 bytes; at most 16384 are taken"), said
        assert said["hash"] == hashlib.sha256(text.encode()).hexdigest(), said
        barrier(bench, watch, "after")
        events = watch.until(lambda: watch.events("prescription_rejected"), 10, "the event")
        assert len(events) == 1 and events[0]["data"]["path"] == "/", events
        valid(watch.messages)
        # Read while it is written: without a session in it no recording is kept.
        lines = wait_for(lambda: [t for t in (f.read_text() for f in folder.iterdir()) if "C identify" in t], 10,
                         "the recording has got there")[0].splitlines()
        recorded = [line for line in lines if " P 1" in line]
        assert len(recorded) == 1 and "{" in recorded[0], recorded


def test_a_prescription_waits_for_the_end_of_the_session():
    """Pending while a session runs, applied and said after session_completed; the session goes on as it was."""
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe()
        bench.prescribe(prescription(CURL, ask=[]))
        bench.station("sim.speed=20", "sim.sessions=1", "sim.gap_s=20", source="sim")
        watch.until(lambda: watch.events("set_started"), 20, "the first set")
        bench.prescribe(prescription({**CURL, "sets": 1}, rev=2))
        slot_says(watch, "pending", 1)
        assert not watch.events("session_completed"), "too late to be pending"
        slot_says(watch, "applied", 2)
        watch.until(lambda: watch.events("prescription_accepted", rev=2), 10, "accepted")
        kinds = [(e["type"], e["data"].get("rev")) for e in watch.events()]
        assert kinds.index(("session_completed", None)) < kinds.index(("prescription_accepted", 2)), kinds
        assert len(watch.events("set_completed", reason="done")) == 2, "the session was to have two sets"


def test_an_event_of_the_station_leaves_the_session_its_name():
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe()
        bench.prescribe(prescription(CURL, ask=[]))
        bench.station("sim.speed=2", source="sim")
        session = watch.until(lambda: watch.events("set_started"), 20, "the first set")[0]["session"]
        bench.prescribe({"v": 1}, slot=2)
        watch.until(lambda: watch.events("prescription_rejected"), 5, "rejected")
        before = len(watch.of("live"))
        watch.until(lambda: len(watch.of("live")) > before + 2, 5, "live goes on")
        assert watch.last("live").json.get("session") == watch.last("state").json.get("session") == session


def test_what_is_held_survives_a_restart_without_a_broker():
    """Told again, and accepted once: an event whose acknowledgement the stop cut off comes again under its old seq."""
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe()
        gate = Gate(bench)
        station = idle_station(bench)
        bench.prescribe(prescription(FLOOR, rev=3))
        told = slot_says(watch, "applied", 3)
        watch.until(lambda: watch.events("prescription_accepted"), 10, "accepted")
        assert station.stop() == 0
        seen = {e["seq"]: e["type"] for e in watch.events()}
        bench.broker.kill()
        watch.kill()
        # A live source, since a recording brings its own prescriptions; a new broker that retains nothing.
        bench.station("sim.sessions=1", "sim.gap_s=3600", source="sim", url=gate.url)
        bench.start_broker()
        watch = bench.subscribe()  # in place before the station gets through
        gate.open()
        now = watch.until(lambda: slot(watch), 10, "what the slot holds")
        assert now == told, now
        barrier(bench, watch, "b1")
        watch.until(lambda: watch.events("station_started"), 10, "the station has started again")
        types = [kind for _, kind in sorted({**seen, **{e["seq"]: e["type"] for e in watch.events()}}.items())]
        assert types.count("prescription_accepted") == 1, types
        assert types[-1] == "station_started", types


# --- commands -----------------------------------------------------------------------------------------------------------

def test_stop_by_command_ends_the_set_and_the_session():
    """In a set: the set ends, `stop` says who and when; again, from the pause: the session ends, stopped."""
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe()
        press = "1000000000 B start 1\n1200000000 B start 0\n"
        rx = json.dumps(prescription(FLOOR, ask=[]))
        idle_station(bench, f"0 P 1 {rx}\n{press}")
        watch.until(lambda: watch.events("rep"), 20, "the first rep")
        reply = ask(bench, watch, "stop", command("s1"))
        assert reply.json == {"v": 1, "id": "s1", "ok": True, "code": "ok"} and reply.qos == 1 and not reply.retain
        stop = watch.until(lambda: watch.events("stop"), 5, "the stop event")[0]["data"]
        assert stop["source"] == "command" and stop["by"] == "pt-e2e" and stop["during"] == "work", stop
        watch.until(lambda: watch.events("set_completed", reason="stopped"), 5, "the set ends")
        watch.until(lambda: '"now":"paused"' in watch.last("state").payload, 5, "paused")
        assert ask(bench, watch, "stop", command("s2")).json["ok"]
        watch.until(lambda: watch.events("session_completed", reason="stopped"), 5, "the session ends")
        assert ask(bench, watch, "stop", command("s3")).json["ok"] is False
        valid(watch.messages)


REFUSED = [  # name, payload, code, path, part of the reason
    ("stop", "{", "invalid", "/", "JSON"),
    ("stop", "[1]", "invalid", "/", ""),
    ("stop", {"v": 1, "by": "x"}, "invalid", "/id", "required"),
    ("stop", {"v": 2, "id": "r", "by": "x"}, "invalid", "/v", ""),
    ("tare", command("r", colour=1), "invalid", "/colour", ""),
    ("answer", command("r", kind="pain", nrs=11), "invalid", "/nrs", "11 is outside 0..10"),
    ("answer", command("r", kind="pain", nrs="3"), "invalid", "/nrs", ""),
    ("answer", command("r", kind="pain", cr10=3), "invalid", "/cr10", ""),
    ("attribute", command("r", session="nonsense", patient="p"), "invalid", "/session", "36 bytes"),
    ("skip", command("r", expires="2026-11-22T07:00:00Z"), "stale", "/expires", "expired"),
    ("tare", b'{"v":1,"id":"r","by":"\xff"}', "invalid", "/", ""),
    ("tare", "[" * 9 + "]" * 9, "invalid", "/", ""),
    ("tare", command("r", by="x" * 17000), "invalid", "/", "16 KiB"),
    ("start", command("r"), "unsupported", "/", ""),
]


def test_a_command_that_is_wrong_is_refused_with_its_place_and_changes_nothing():
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe()
        idle_station(bench)
        watch.until(lambda: watch.last("status"), 10, "online")
        for name, payload, code, path, reason in REFUSED:
            reply = ask(bench, watch, name, payload).json
            what = f"{name} {str(payload)[:80]}: {reply}"
            assert reply["ok"] is False and reply["code"] == code, what
            assert reply.get("path", "/") == path and reason in reply.get("reason", ""), what
        assert [e["type"] for e in watch.events()] == ["station_started"]
        valid([m for m in watch.messages if not m.tail.startswith("cmd/")])


def test_a_retained_command_is_refused_when_it_comes_and_when_the_station_comes():
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe()
        bench.publish("cmd/attribute", attribution("old"), retain=True)
        station = idle_station(bench)
        watch.until(lambda: watch.of("reply/attribute"), 10, "the answer to what waited at the broker")
        assert "retained" in watch.of("reply/attribute")[0].json["reason"]
        reply = ask(bench, watch, "attribute", attribution("new"), retain=True)
        assert reply.json["code"] == "invalid", reply
        assert station.stop() == 0
        assert not watch.events("session_attributed")


def attribution(id_):
    return command(id_, session="018f3a52-0000-8000-8000-000000000001", patient=PATIENT)


def test_an_id_seen_before_acts_once_and_gets_its_first_reply_again():
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe()
        idle_station(bench)
        watch.until(lambda: watch.last("status"), 10, "online")
        first = ask(bench, watch, "attribute", attribution("a1"))
        again = ask(bench, watch, "attribute", attribution("a1"))
        assert first.json["ok"] and first.payload == again.payload, (first, again)
        ask(bench, watch, "attribute", attribution("a2"))
        watch.until(lambda: len(watch.events("session_attributed")) == 2, 5, "two that acted")


def test_an_id_of_another_command_is_told_and_never_keeps_a_stop_from_acting():
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe()
        press = "1000000000 B start 1\n1200000000 B start 0\n"
        idle_station(bench, f"0 P 1 {json.dumps(prescription(FLOOR, ask=[]))}\n{press}")
        watch.until(lambda: watch.events("rep"), 20, "the first rep")
        ask(bench, watch, "identify", command("x1"))
        reply = ask(bench, watch, "skip", command("x1")).json
        assert reply["code"] == "duplicate" and reply["path"] == "/id", reply
        assert ask(bench, watch, "stop", command("x1")).json["ok"]
        watch.until(lambda: watch.events("set_completed", reason="stopped"), 5, "the set ends")
        valid(watch.messages)


def test_a_reply_goes_to_the_response_topic_too_with_its_correlation():
    """Below reply/ only: a station does not write where a command tells it to."""
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe()
        idle_station(bench)
        watch.until(lambda: watch.last("status"), 10, "online")
        mine = f"{PREFIX}/{ID}/reply/desk-7"
        ask(bench, watch, "identify", command("c1"), props=[("response-topic", mine), ("correlation-data", "x")])
        watch.until(lambda: watch.of("reply/desk-7"), 5, "the reply at the response topic")
        ask(bench, watch, "identify", command("c2"), props=[("response-topic", f"{PREFIX}/{ID}/event")])
        barrier(bench, watch, "c3")
        assert [e["type"] for e in watch.events()] == ["station_started"]


def test_more_than_five_commands_a_second_are_told_busy():
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe()
        idle_station(bench)
        watch.until(lambda: watch.last("status"), 10, "online")
        bench.publish_lines("cmd/identify", [command(f"m{i}") for i in range(14)])
        replies = watch.until(lambda: len(watch.of("reply/identify")) == 14 and watch.of("reply/identify"), 5, "14 replies")
        codes = [m.json["code"] for m in replies]
        assert codes[:5] == ["ok"] * 5 and codes.count("busy") >= 4 and set(codes) == {"ok", "busy"}, codes


if __name__ == "__main__":
    main(globals())
