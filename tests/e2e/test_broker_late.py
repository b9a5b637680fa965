#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every event is delivered at least once and in order, however late the broker comes and however it dies: the journal is
the only queue."""
# gymstation-e2e: quick
import json
import time

from station import ID, PREFIX, Bench, Gate, no_gap, prescription, replay, wait_for
from suite import main

# Paced on the floor, one rep a second, nothing asked: a press of start every 20 s keeps it going, sessions on end.
BRISK = prescription({"exercise": "glute_bridge", "side": "both", "contact": "floor", "sets": 10, "reps_min": 20,
                      "reps_max": 20, "rest_s": 0, "prep_s": 0,
                      "tempo": {"con_s": 0.3, "top_s": 0.2, "ecc_s": 0.3, "bottom_s": 0.2}}, ask=[])


def brisk_trace(bench, seconds):
    """A trace of sessions one after another; two to three events a second."""
    lines = ["# gymstation-trace 1", "# sps: 1.00", f"0 P 1 {json.dumps(BRISK)}"]
    for t in range(seconds):
        lines.append(f"{t}000000000 F 0")
        if t % 20 == 5:
            lines += [f"{t}100000000 B start 1", f"{t}300000000 B start 0"]
    return bench.write("brisk.trace", "\n".join(lines) + "\n")


def first_arrivals(watches):
    """The events of all subscribers in the order in which each (journal, seq) came first."""
    seen = {}
    for watch in watches:
        for event in watch.events():
            known = seen.setdefault((event["journal"], event["seq"]), event)
            assert known == event, f"seq {event['seq']} came twice and differs"
    return list(seen.values())


def wanted_count(trace):
    return len(replay(trace)) + 1  # and station_started


def test_every_event_arrives_although_the_broker_is_down_for_the_first_five_seconds():
    with Bench() as bench:
        trace = brisk_trace(bench, 1200)
        wanted, gate = wanted_count(trace), Gate(bench)
        started = time.monotonic()
        station = bench.station(source=f"trace:{trace}@max", url=gate.url)
        wait_for(lambda: time.monotonic() - started >= 5, 6, "five seconds without a broker")
        assert station.running
        bench.start_broker()
        watch = bench.subscribe()
        gate.open()
        up = time.monotonic()
        watch.until(lambda: len(watch.events()) >= wanted, 20, f"{wanted} events")
        first, last = watch.event_messages()[0][0], watch.event_messages()[-1][0]
        print(f"    {wanted} events; the first {first.at - up:.2f} s after the broker was there, then "
              f"{wanted / (last.at - first.at):.0f} a second")
        events = watch.events()
        no_gap(events)
        assert [e["type"] for e in events[1:]] == [e["type"] for e in replay(trace)]


def test_a_broker_killed_in_mid_delivery_loses_nothing():
    """SIGKILL at a quarter and at half of the backlog; each seq at least once, first arrivals in order."""
    with Bench() as bench:
        trace = brisk_trace(bench, 6000)
        wanted, gate = wanted_count(trace), Gate(bench)
        bench.station(source=f"trace:{trace}@max", url=gate.url)
        bench.start_broker()
        watches = []
        for share in (0.25, 0.5, 1):
            # QoS 0: the subscriber then never writes, and reads to the end what the dying broker had sent.
            watch = bench.subscribe(f"{PREFIX}/{ID}/event", qos=0)
            watches.append(watch)
            gate.open()
            enough = int(wanted * share)
            watch.until(lambda: watch.events() and watch.events()[-1]["seq"] >= enough, 30, f"seq {enough}")
            if share < 1:
                bench.broker.kill()
                gate.shut()
                watch.kill()
                watch.reader.join(10)
                bench.start_broker()
        events = first_arrivals(watches)
        no_gap(events)
        assert len(events) == wanted, (len(events), wanted)
        again = sum(len(w.events()) for w in watches) - wanted
        print(f"    {wanted} events, {again} of them twice")


if __name__ == "__main__":
    main(globals())
