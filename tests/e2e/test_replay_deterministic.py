#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The same trace gives the same bytes, and so does the same simulated patient; the daemon at @max says what replay says."""
# gymstation-e2e: quick
from concurrent.futures import ThreadPoolExecutor

from station import CTL, ID, PREFIX, ROOT, Bench, bare, replay, run
from suite import main

TRACES = sorted((ROOT / "tests" / "traces").glob("*.trace"))
EXERCISES = sorted(path.stem for path in (ROOT / "config" / "exercises").glob("*.conf"))


def twice(*args):
    """What it prints, both times the same bytes."""
    first, second = (run(*args).stdout for _ in range(2))
    assert first == second, f"{' '.join(map(str, args))}: two runs differ"
    return first


def in_parallel(function, values):
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(function, values))


def test_every_trace_replays_to_the_same_bytes():
    assert len(TRACES) >= 20, "where are the traces?"
    in_parallel(lambda trace: twice(CTL, "replay", trace), TRACES)
    in_parallel(lambda trace: twice(CTL, "replay", "--live", trace), TRACES)


def test_where_a_trace_lies_and_what_is_replayed_beside_it_change_nothing():
    together = run(CTL, "replay", *TRACES[:5]).stdout
    assert together == "".join(run(CTL, "replay", trace).stdout for trace in TRACES[:5])
    with Bench() as bench:
        copy = bench.write("copy", TRACES[0].read_text())
        assert run(CTL, "replay", copy).stdout == run(CTL, "replay", TRACES[0]).stdout


def simulated(bench, exercise):
    """The trace of a simulated patient, written twice and replayed twice."""
    trace = twice(CTL, "simulate", "--exercise", exercise, "--reps", "3", "--seed", "7")
    events = twice(CTL, "replay", bench.write(f"{exercise}.trace", trace))
    assert '"session_completed"' in events, f"{exercise}: no session in it"


def test_every_simulated_exercise_gives_the_same_trace_and_the_same_events():
    assert len(EXERCISES) == 8, EXERCISES
    with Bench() as bench:
        in_parallel(lambda exercise: simulated(bench, exercise), EXERCISES)


def test_another_seed_is_another_patient():
    one, other = (run(CTL, "simulate", "--exercise", "banded_curl", "--reps", "3", "--seed", seed).stdout for seed in "78")
    assert one != other


def unmoved(value):
    """Without what runs on the daemon's own clock, and without what names a session of another journal."""
    if isinstance(value, dict):
        return {k: unmoved(v) for k, v in value.items() if not k.endswith("t_ns") and k not in ("station", "resumes")}
    return value


def within(trace):
    """The sessions' events up to the last line; then replay runs on at once, the daemon at the pace of its clock."""
    lines = [line for line in trace.read_text().splitlines() if line and not line.startswith("#")]
    last = int(lines[-1].split()[0]) if lines else 0
    return [e for e in replay(trace) if "session" in e and e["t_ns"] <= last]


def test_the_daemon_at_max_says_of_every_trace_what_replay_says():
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe(f"{PREFIX}/{ID}/event")
        compared = 0
        for trace in TRACES:
            wanted = within(trace)
            if not wanted:
                continue
            before = len(watch.events())
            station = bench.station(f"journal.path={bench.dir}/{trace.stem}.db", "station.capacity_n=2500",
                                    "station.riser_height_m=0.3", source=f"trace:{trace}@max")
            sessions = lambda: [e for e in watch.events()[before:] if "session" in e]
            watch.until(lambda: len(sessions()) >= len(wanted), 20, f"{trace.name}: {len(wanted)} events")
            station.kill()
            for event, want in zip(sessions(), wanted):
                event, want = unmoved(event), unmoved(want)
                assert bare(event) == bare(want), f"{trace.name}:\n    daemon {bare(event)}\n    replay {bare(want)}"
            compared += 1
        print(f"    {compared} of {len(TRACES)} traces have sessions")
        assert compared >= 12


if __name__ == "__main__":
    main(globals())
