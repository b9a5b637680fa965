#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A broker at another address, one that does not take everything, and none at all: nothing is lost, and it is said."""
import contextlib
import json
import sqlite3

from station import ID, PREFIX, Bench, Gate, free_port, no_gap, prescription, wait_for
from suite import main
from test_ack_resend import short_sessions, states
from test_topics import CURL

QUARANTINED = 3


def bodies(bench):
    with contextlib.closing(sqlite3.connect(f"file:{bench.dir}/journal.db?mode=ro", uri=True)) as db:
        return dict(db.execute("SELECT seq, body FROM event ORDER BY seq"))


def test_another_broker_gets_everything_that_the_first_one_had_not():
    """The first broker takes some and goes away for good, the station goes on, is stopped, and is given another address."""
    with Bench() as first, Bench() as second:
        first.start_broker()
        gate, before = Gate(first), first.subscribe(f"{PREFIX}/{ID}/event")
        station = first.station(source=f"trace:{short_sessions(first, 4)}@max", url=gate.url)
        gate.open()
        before.until(lambda: before.events("session_completed")[1:], 30, "two sessions")
        gate.shut()
        assert station.stop() == 0
        trace = short_sessions(first, 30)
        station = first.station(source=f"trace:{trace}@max", url=gate.url)
        wait_for(lambda: "no connection to 127.0.0.1" in station.output(), 10, "it says where nobody answers")
        wait_for(lambda: sum('"session_completed"' in body for body in bodies(first).values()) >= 12, 30, "all is kept")
        second.start_broker()
        watch = second.subscribe()
        assert station.stop() == 0
        first.station(source="sim", url=second.url)
        wanted = len(bodies(first))
        watch.until(lambda: watch.events() and watch.events()[-1]["seq"] >= wanted, 30, "everything else at the other broker")
        events = {e["seq"]: e for e in before.events() + watch.events()}
        no_gap([events[seq] for seq in sorted(events)])
        seqs = [e["seq"] for e in watch.events()]
        assert seqs == sorted(seqs), "in order"
        texts = {m.json["seq"]: m.payload for m in watch.of("event")}
        stored = bodies(first)
        assert all(stored[seq] == text for seq, text in texts.items()), "byte for byte"
        watch.until(lambda: watch.last("prescription/1"), 10, "what is retained is told there as well")


def test_an_event_that_the_broker_never_takes_is_put_aside_and_said_and_the_rest_goes_on():
    with Bench() as bench:
        bench.start_broker("max_packet_size 3000")
        gate, watch = Gate(bench), bench.subscribe()
        gate.open()
        big = prescription(*[dict(CURL, sets=2) for _ in range(8)], ask=[])
        bench.prescribe(big)
        station = bench.station(source="sim", url=gate.url)
        dropped = watch.until(lambda: watch.events("events_dropped"), 60, "it is given up")[0]
        seq = dropped["data"]["from"]
        assert dropped["data"] == {"from": seq, "to": seq, "why": "too_large"}, dropped
        kept = json.loads(bodies(bench)[seq])
        assert kept["type"] == "prescription_accepted" and len(bodies(bench)[seq]) > 3000, kept
        wait_for(lambda: states(bench)[seq] == QUARANTINED, 10, "it is kept, and marked")
        watch.until(lambda: watch.events("set_started"), 60, "the rest goes on")
        assert station.stop() == 0
        watch.until(lambda: watch.events("station_stopping"), 10, "to the end")
        seqs = sorted({e["seq"] for e in watch.events()})
        assert seqs == [s for s in range(1, seqs[-1] + 1) if s != seq], seqs
        health = [m.json for m in watch.of("health") if "last_refusal" in m.json]
        assert "larger than the broker takes" in health[-1]["last_refusal"], health[-1]


if __name__ == "__main__":
    main(globals())
