#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How a station leaves, with a broker, without one and with a frozen one; and how fast it is, held up or not."""
# gymstation-e2e: quick
import json
import signal
import time

from station import Bench, free_port, no_gap, prescription, wait_for
from suite import main
from test_topics import CURL, FLOOR, idle_station


def test_sigterm_in_mid_session_says_goodbye_within_five_seconds():
    """station_stopping is the last event, status is offline, exit 0, and the next start calls that clean."""
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe()
        bench.prescribe(prescription(CURL, ask=[]))
        station = bench.station("sim.speed=20", source="sim")
        watch.until(lambda: watch.events("rep"), 20, "the first rep")
        before = time.monotonic()
        assert station.stop(5) == 0
        print(f"    SIGTERM to exit: {time.monotonic() - before:.2f} s")
        watch.until(lambda: watch.last("status").payload == "offline", 2, "offline")
        assert watch.events()[-1]["type"] == "station_stopping", watch.events()[-1]
        bench.station("sim.speed=20", source="sim")
        started = watch.until(lambda: watch.events("station_started")[1:], 10, "the next start")[0]
        assert started["data"]["clean"] is True
        no_gap(watch.events())


def test_sigterm_without_a_broker_takes_at_most_five_seconds_and_loses_nothing():
    with Bench() as bench:
        station = idle_station(bench, url=f"mqtt://127.0.0.1:{free_port()}")
        wait_for(lambda: (bench.dir / "journal.db").exists(), 10, "the journal")
        assert station.stop(5) == 0
        bench.start_broker()
        watch = bench.subscribe()
        idle_station(bench)
        watch.until(lambda: len(watch.events("station_started")) == 2, 10, "both runs")
        assert [e["type"] for e in watch.events()] == ["station_started", "station_stopping", "station_started"]
        no_gap(watch.events())


def test_sigterm_with_a_frozen_broker_takes_at_most_five_seconds():
    with Bench() as bench:
        broker = bench.start_broker()
        watch = bench.subscribe()
        station = idle_station(bench)
        watch.until(lambda: watch.events("station_started"), 10, "the first event")
        broker.popen.send_signal(signal.SIGSTOP)
        try:
            before = time.monotonic()
            assert station.stop(5) == 0
            print(f"    SIGTERM to exit, frozen broker: {time.monotonic() - before:.2f} s")
        finally:
            broker.popen.send_signal(signal.SIGCONT)
        watch.until(lambda: watch.last("status").payload == "offline", 5, "offline, by the will or by the last word")


def test_a_program_that_was_held_up_takes_what_was_stamped_meanwhile_before_it_calls_the_sensor_dead():
    """Stopped for two seconds at 320 samples a second: no fault, and the press made meanwhile counts from when it was made."""
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe()
        samples = [(n * 3125000, "F 0") for n in range(5 * 320)]
        presses = [(2_000_000_000, "B start 1"), (2_200_000_000, "B start 0")]
        lines = "".join(f"{t} {what}\n" for t, what in sorted(samples + presses))
        station = idle_station(bench, f"0 P 1 {json.dumps(prescription(FLOOR, ask=[]))}\n{lines}")
        base = watch.until(lambda: watch.events("station_started"), 10, "the start")[0]["t_ns"] / 1e9
        wait_for(lambda: time.monotonic() >= base + 0.8, 2, "some samples")
        station.popen.send_signal(signal.SIGSTOP)
        wait_for(lambda: time.monotonic() >= base + 3.0, 5, "two seconds")
        station.popen.send_signal(signal.SIGCONT)
        started = watch.until(lambda: watch.events("session_started"), 5, "the session")[0]
        assert abs(started["t_ns"] / 1e9 - base - 2.0) < 0.1, (started["t_ns"], base)
        watch.until(lambda: watch.events("rep"), 10, "a rep")
        assert not watch.events("fault_raised"), watch.events("fault_raised")


def test_a_stop_press_is_an_event_at_a_subscriber_within_50_ms():
    """From the edge at the button to the subscriber, all on this machine; a trace in real time, four presses."""
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe()
        presses = "".join(f"{int(t * 1e9)} B {name} 1\n{int((t + 0.1) * 1e9)} B {name} 0\n" for t, name in
                          ((0.5, "start"), (1.5, "stop"), (2.0, "stop"), (2.5, "start"), (3.5, "stop"), (4.0, "stop")))
        idle_station(bench, f"0 P 1 {json.dumps(prescription({**FLOOR, 'prep_s': 0}, ask=[]))}\n{presses}")
        watch.until(lambda: len(watch.events("stop")) == 4, 20, "four stops")
        late = [1000 * m.at - e["data"]["pressed_t_ns"] / 1e6 for m, e in watch.event_messages() if e["type"] == "stop"]
        print("    stop press to subscriber: " + ", ".join(f"{ms:.1f}" for ms in late) + " ms")
        assert all(0 <= ms <= 50 for ms in late), late


if __name__ == "__main__":
    main(globals())
