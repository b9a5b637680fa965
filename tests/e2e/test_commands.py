#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Commands: an id acts once, whatever happens in between, and gets its first reply again, byte for byte."""
# gymstation-e2e: quick
import contextlib
import json
import sqlite3

from station import PREFIX, ID, Bench, no_gap, valid
from suite import main

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


if __name__ == "__main__":
    main(globals())
