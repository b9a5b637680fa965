#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Commands: an id acts once, whatever happens in between, and gets its first reply again, byte for byte."""
# gymstation-e2e: quick
import contextlib
import json
import sqlite3
import subprocess

import mqtt5
from station import PREFIX, ID, Bench, no_gap, valid
from suite import ROOT, main

SESSION = "00000000-0000-4000-8000-{:012}"


def attribute(n, patient="p-1"):
    return {"v": 1, "id": f"a-{n}", "by": "pt-2", "session": SESSION.format(n), "patient": patient}


def replies(watch, name, id_):
    return [m.payload for m in watch.of(f"reply/{name}") if json.loads(m.payload).get("id") == id_]


def ask(bench, watch, name, command):
    """Sends a command; the reply that it got. Again where it was one of more than five a second."""
    while True:
        before = len(replies(watch, name, command["id"]))
        bench.publish(f"cmd/{name}", command)
        reply = watch.until(lambda: replies(watch, name, command["id"])[before:], 10, f"a reply to {command['id']}")[0]
        if "commands a second" not in reply:
            return reply


def runs(watch, n):
    """Waits for the nth start; the station has subscribed by then."""
    watch.until(lambda: len({e["seq"] for e in watch.events("station_started")}) >= n, 10, f"start {n}")


def attributed(watch):
    """Sessions by the seq of the event that attributes them: at least once is how events come."""
    return {e["seq"]: e["data"]["session"] for e in watch.events("session_attributed")}


def test_an_id_acts_once_also_after_a_restart_and_after_a_kill():
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe()
        station = bench.station(source="sim")
        runs(watch, 1)
        first = {name: ask(bench, watch, name, {"v": 1, "id": name, "by": "pt-2", **more}) for name, more in
                 (("identify", {}), ("report", {}), ("stop", {}), ("skip", {}), ("clear_call", {}),
                  ("resend", {"from": 1, "to": 2}), ("tare", {}))}
        first["attribute"] = ask(bench, watch, "attribute", attribute(1))
        assert station.stop() == 0
        for n, end in enumerate((lambda s: s.kill(), lambda s: s.stop()), 2):
            station = bench.station(source="sim")
            runs(watch, n)
            assert ask(bench, watch, "attribute", attribute(1)) == first["attribute"]
            for name, reply in first.items():
                if name != "attribute":
                    more = {"from": 1, "to": 2} if name == "resend" else {}
                    assert ask(bench, watch, name, {"v": 1, "id": name, "by": "pt-2", **more}) == reply, name
            again = ask(bench, watch, "attribute", attribute(n))
            assert json.loads(again)["ok"] is True, again
            end(station)
        bench.station(source="sim")
        runs(watch, 4)
        assert ask(bench, watch, "attribute", attribute(2)) and ask(bench, watch, "attribute", attribute(3))
        assert sorted(attributed(watch).values()) == [SESSION.format(n) for n in (1, 2, 3)], attributed(watch)
        assert json.loads(ask(bench, watch, "identify", attribute(1) | {"id": "a-1"}))["code"] in ("invalid", "duplicate")
        valid(m for m in watch.messages if not m.tail.startswith("cmd/"))


def test_who_has_read_ok_can_rely_on_it():
    """Killed at the moment the reply is read: the event is in the journal, and the same id brings no second one."""
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe(f"{PREFIX}/{ID}/reply/#", f"{PREFIX}/{ID}/event", f"{PREFIX}/{ID}/status")
        for n in range(1, 9):
            station = bench.station(source="sim")
            runs(watch, n)
            assert json.loads(ask(bench, watch, "attribute", attribute(n)))["ok"] is True
            station.kill()
            with contextlib.closing(sqlite3.connect(bench.dir / "journal.db")) as db:
                stored = [json.loads(b)["data"]["session"] for (b,) in
                          db.execute("SELECT body FROM event WHERE type = 'session_attributed' ORDER BY seq")]
            assert stored == [SESSION.format(i) for i in range(1, n + 1)], stored
        bench.station(source="sim")
        runs(watch, 9)
        for n in range(1, 9):  # more than five a second are refused: what was seen before is not counted
            ask(bench, watch, "attribute", attribute(n))
        watch.until(lambda: len(attributed(watch)) == 8, 10, "each is delivered")
        last = ask(bench, watch, "attribute", attribute(9))
        assert json.loads(last)["ok"] is True
        watch.until(lambda: len(attributed(watch)) == 9, 10, "one more, and no other")
        events = {e["seq"]: e for e in watch.events()}
        no_gap([events[seq] for seq in sorted(events)])


def test_what_cannot_be_read_is_refused_with_the_path_of_the_whole():
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe()
        bench.station(source="sim")
        runs(watch, 1)
        for what, payload, retain in (("retained", attribute(1), True), ("16 KiB", " " * 16385, False), ("UTF-8", b"\xff", False)):
            mark = len(watch.of("reply/attribute"))
            bench.publish("cmd/attribute", payload, retain=retain)
            reply = watch.until(lambda m=mark: watch.of("reply/attribute")[m:], 10, f"refused: {what}")[0].json
            assert (reply["code"], reply["path"], what in reply["reason"]) == ("invalid", "/", True), reply
        assert not attributed(watch)


def test_no_response_topic_costs_the_connection():
    """One with a wildcard, which a broker may hand on: a publish to it would be the end of the connection."""
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe()
        bench.station(source="sim")
        runs(watch, 1)
        for n, wild in enumerate(("#", "+", "a/#", "../+/x")):
            topic, response = f"{PREFIX}/{ID}/cmd/identify", f"{PREFIX}/{ID}/reply/{wild}"
            with mqtt5.Client(bench.port, name=f"desk-{n}") as desk:
                desk.ids += 1
                props = b"\x08" + mqtt5.text(response)
                payload = json.dumps({"v": 1, "id": f"w-{n}", "by": "desk"}).encode()
                desk.send(0x32, mqtt5.text(topic) + desk.ids.to_bytes(2, "big") + bytes([len(props)]) + props + payload)
                with contextlib.suppress(ConnectionError):  # a broker may refuse it
                    desk.until(0x40)
        assert json.loads(ask(bench, watch, "identify", {"v": 1, "id": "last", "by": "pt-2"}))["ok"] is True
        assert [m.payload for m in watch.of("status")][-1] == "online" and "offline" not in [m.payload for m in watch.of("status")]


def test_while_nothing_can_be_written_every_command_is_answered_and_none_lies():
    with Bench() as bench:
        shim = bench.dir / "shim_faults.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-D_GNU_SOURCE", "-o", shim, ROOT / "tests" / "faults" / "shim_faults.c", "-ldl"],
                       check=True, timeout=60)
        bench.start_broker()
        watch = bench.subscribe()
        station = bench.station(source="sim", env={
            "LD_PRELOAD": str(shim), "GYMSTATION_FAULT": "EIO", "GYMSTATION_FAULT_AT": "300", "GYMSTATION_FAULT_FOR": "1000000",
            "GYMSTATION_FAULT_DIR": str(bench.dir)})
        runs(watch, 1)
        n = 0
        while "cannot be written" not in station.output():  # each of these is an event
            n += 1
            assert n <= 500, "the disk never failed"
            bench.publish_lines("desired/prescription/8", [f"{n}.{i}" for i in range(5)])
        watch.until(lambda: [f for f in watch.last("state").json["faults"] if f["fault"] == "journal"], 10, "state says so")
        reply = json.loads(ask(bench, watch, "attribute", attribute(1)))
        assert (reply["ok"], reply["code"]) == (False, "busy"), reply
        for name in ("identify", "report", "stop", "tare"):
            assert json.loads(ask(bench, watch, name, {"v": 1, "id": name, "by": "pt-2"}))["id"] == name


if __name__ == "__main__":
    main(globals())
