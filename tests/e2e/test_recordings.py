#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Recordings of real people, imported and played through the daemon to a real broker: the leg press is one rep a leg, the
efforts of 64-82 year-olds are holds of the length that the reference says, and the daemon says what replay says.

Leg press (MIT, Keiser): force and position at about 100 Hz; the phases from the position are the reference. Holds (CC0-1.0,
doi 10.1016/j.bspc.2023.105635): ref_summary.csv counts the time above half of the 95th percentile of the force.
"""
import csv

from station import CTL, DATA, ID, PREFIX, Bench, Skip, bare, no_gap, prescription, replay, run, valid
from suite import main

PRESS, ELDERLY = DATA / "legpress", DATA / "isometric_elderly_loadcell"
KGF = 9.80665
CONFIG = f'station = {{ id = "{ID}"; floor_anchor = true; riser_height_m = 0.2; bench = true; }};\n'


def recordings(folder, name):
    """The lines of a reference; skips the test where the recordings are not."""
    if not (folder / name).exists():
        raise Skip(f"the recordings {folder.parent.name}/{folder.name} are not beside the source tree")
    with open(folder / name, encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def imported(bench, rx, name, path, *options):
    rx_file = bench.write("rx.json", rx)
    return bench.write(f"{name}.trace", run(CTL, "import", *options, "--prescription", rx_file, path).stdout)


def shifted(value, by):
    """Trace times become station times: the first line maps to the monotonic time of start-up."""
    if isinstance(value, dict):
        return {k: v + by if k.endswith("t_ns") else shifted(v, by) for k, v in value.items()}
    return value


def played(bench, watch, config, trace):
    """The events that the daemon delivered for a trace at @max, in trace time; they equal the replay's."""
    wanted = replay("--config", config, trace)
    before = len(watch.events())
    station = bench.station(f"journal.path={bench.dir}/{len(bench.processes)}.db", source=f"trace:{trace}@max",
                            complete=False, config=config)
    watch.until(lambda: len(watch.events()) >= before + 1 + len(wanted), 20, f"{len(wanted)} events of {trace.name}")
    station.kill()
    started, *events = watch.events()[before:]
    assert started["type"] == "station_started"
    no_gap([started, *events])
    by = wanted[0]["t_ns"] - events[0]["t_ns"]
    events = [shifted(e, by) for e in events]
    for event, want in zip(events, wanted):
        assert bare(event) == bare(want), f"{trace.name}:\n    daemon {bare(event)}\n    replay {bare(want)}"
    assert len(events) == len(wanted), trace.name
    return events


def place(bench):
    bench.start_broker()
    return bench.subscribe(f"{PREFIX}/{ID}/event"), bench.write("station.conf", CONFIG)


# --- leg press --------------------------------------------------------------------------------------------------------

TICK_S = 0.010008


def test_a_leg_press_imported_as_a_dead_anchored_pull_is_exactly_one_rep_a_leg():
    """Up to five are prescribed, so a second would show. The left leg slips back in mid-push (two_part, still one rep);
    force crossings lie inside the movement that the position shows, and span most of it."""
    phases = recordings(PRESS, "ref_phases_from_position.csv")
    rows = recordings(PRESS, "timeseries.csv")
    rx = prescription({"exercise": "banded_curl", "side": "both", "anchor": "dead", "sets": 1, "reps_min": 1,
                       "reps_max": 5, "pacing": "self", "prep_s": 5}, ask=[])
    with Bench() as bench:
        watch, config = place(bench)
        for leg, flags in (("left", ["two_part"]), ("right", [])):
            rx["items"][0]["side"] = leg
            trace = imported(bench, rx, leg, PRESS / "timeseries.csv", "--time", "tick", "--time-scale", str(TICK_S),
                             "--force", f"{leg}_force", "--unit", "N", "--pad-s", "20", "--pad-n",
                             rows[0][f"{leg}_force"], "--start", "3")
            events = played(bench, watch, config, trace)
            reps = [e for e in events if e["type"] == "rep"]
            assert [(r["rep"], r["side"], r["data"]["outcome"]) for r in reps] == [(1, leg, "full")], reps
            data = reps[0]["data"]
            assert data["flags"] == flags, data["flags"]
            assert {p["src"] for p in data["phases"].values()} == {"load"} and "bottom" not in data["phases"], data["phases"]
            start, end = (data[k] / 1e9 - 20 + int(rows[0]["tick"]) * TICK_S for k in ("start_t_ns", "end_t_ns"))
            ref = [p for p in phases if p["side"] == leg]
            pushed, down = float(ref[0]["t_start"]), float(ref[-1]["t_end"])
            print(f"    {leg}: moved {pushed:.2f}-{down:.2f} s, rep {start:.2f}-{end:.2f} s")
            assert pushed <= start <= end <= down and end - start >= 0.7 * (down - pushed), (pushed, start, end, down)
            done = [e for e in events if e["type"] == "set_completed"][0]["data"]
            assert (done["reason"], done["ended_by"], done["reps"], done["reps_measured"]) == ("done", "still", 1, 1), done
            # One rep is too few for a tempo, which is prescribed: the basis says that it was left out.
            assert events[-1]["type"] == "session_completed" and events[-1]["data"]["compliance"]["basis"] == "mixed"
        valid(watch.messages)


# --- holds ------------------------------------------------------------------------------------------------------------

# Half of the 95th percentile is both where the hold begins (the band's lower edge, 70 % of the target) and where it fails
# (1 - fail_frac of the target). Then held_s is the time above half, where that is one piece. Nobody is on the box before
# and after (padding of 0 N), so there is no rest level to subtract, as the reference subtracts none.
EDGE, GRACE_S, TOLERANCE_S = 0.7, 2, 0.02  # tolerance: the reference counts samples, 10 ms at either end


def hold_rx(target_n, **more):
    return prescription({"exercise": "iso_heel_dig", "side": "left", "holds": 1, "hold_s": 120, "prep_s": 0, "ramp_s": 0,
                         "settle_s": 0, "grace_s": GRACE_S, "fail_frac": 0.3,
                         "target": {"kind": "N", "value": round(target_n, 4), "band_pct": 30}, **more}, ask=[])


def hold_of(bench, watch, config, name, rx):
    """The one hold of a recording; times from the recording's own beginning."""
    trace = imported(bench, rx, name, ELDERLY / f"{name}_100Hz.csv", "--time", "t_s", "--force", "force_kgf", "--unit",
                     "kgf", "--pad-s", "5", "--start", "1")
    holds = [e for e in played(bench, watch, config, trace) if e["type"] == "hold"]
    assert len(holds) == 1, f"{name}: {len(holds)} holds"
    data = holds[0]["data"]
    # A sample period of padding lies between the padding and the first sample, whose own time is 0.005 s. The station
    # takes off two periods, by which its own converter would have been late; these recordings are of another.
    late_s = -5 + 0.005 + 2 * 0.01
    return {**data, "start_s": data["start_t_ns"] / 1e9 + late_s, "end_s": data["end_t_ns"] / 1e9 + late_s}


# Not comparable: above half in several pieces. The reference adds the pieces up; a hold goes on through what is shorter than
# its grace, so it is longer by that. held_s, dips, longest_dip_s as they become, and what the person did.
IN_PIECES = {
    "ID_01_GL_plantarflex": (9.72, 0, 0.0),  # a moment below while still rising
    "ID_01_TA_dorsiflex": (9.70, 1, 0.70),   # collapses at 7.2-8.2 s and recovers: a dip, not the end
    "ID_03_TA_dorsiflex": (9.20, 1, 0.21),   # rises above for 0.02 s, is below from 0.82 to 1.03 s, then holds
    "ID_04_TA_dorsiflex": (9.70, 0, 0.0),    # a moment below while still rising
    "ID_05_BF_knee_flex": (4.26, 2, 0.83),   # lets go twice
    "ID_06_TA_dorsiflex": (3.43, 2, 0.43),   # comes and goes nine times; stays away for two seconds from 3.4 s on
    "ID_09_VL_knee_ext": (9.75, 1, 0.25),
    "ID_11_BF_knee_flex": (9.98, 0, 0.0),    # hovers at the edge at the start
}


def test_sixty_efforts_are_holds_as_long_as_the_reference_says_where_that_is_comparable():
    """52 with one piece above half: held_s is its time +-0.02 s. The other eight become what is stated above."""
    rows = recordings(ELDERLY, "ref_summary.csv")
    worst, compared = 0.0, 0
    with Bench() as bench:
        watch, config = place(bench)
        for row in rows:
            name = row["trace"]
            hold = hold_of(bench, watch, config, name, hold_rx(float(row["p95_kgf"]) * KGF / 2 / EDGE))
            # All end by letting go (the recording ends), none by 120 s of holding.
            assert hold["outcome"] == "broken" and hold["flags"] == ["no_baseline"], (name, hold)
            if name in IN_PIECES:
                held, dips, longest = IN_PIECES[name]
                assert int(row["n_segments_above_50pct"]) > 1
                assert abs(hold["held_s"] - held) <= TOLERANCE_S and hold["dips"] == dips, (name, hold)
                assert abs(hold["longest_dip_s"] - longest) <= TOLERANCE_S, (name, hold)
                continue
            assert int(row["n_segments_above_50pct"]) == 1, f"{name} is in pieces and not listed"
            off = hold["held_s"] - float(row["time_above_50pct_s"])
            assert abs(off) <= TOLERANCE_S and hold["dips"] == 0, (name, row["time_above_50pct_s"], hold)
            worst, compared = max(worst, abs(off)), compared + 1
        assert compared == 52 and len(rows) == 60, (compared, len(rows))
        print(f"    {compared} compared, at most {1000 * worst:.0f} ms off; {len(IN_PIECES)} in pieces")
        valid(watch.messages)


def test_three_efforts_that_are_odd_become_what_they_are():
    """Releases at 8.1 s; collapses and recovers; dips at 4.3-5.7 s: what the grace decides."""
    p95 = {row["trace"]: float(row["p95_kgf"]) * KGF for row in recordings(ELDERLY, "ref_summary.csv")}
    with Bench() as bench:
        watch, config = place(bench)

        def hold(name, **more):
            share = more.pop("share", 0.5)
            return hold_of(bench, watch, config, name, hold_rx(p95[name] * share / EDGE, **more))

        released = hold("ID_02_VL_knee_ext")
        assert abs(released["end_s"] - 8.38) <= 0.02 and released["dips"] == 0, released
        name = "ID_01_TA_dorsiflex"
        assert abs(hold(name, grace_s=0.5)["end_s"] - 7.5) <= 0.3, "half a second of grace: it ends where it collapses"
        assert hold(name, grace_s=1)["dips"] == 1, "a second of grace: it goes on"
        name = "ID_03_GL_plantarflex"
        assert hold(name)["dips"] == 0, "it never falls below half"
        kept, broken = hold(name, share=0.7, grace_s=2), hold(name, share=0.7, grace_s=0.5)
        assert kept["dips"] == 1 and 0.7 <= kept["longest_dip_s"] <= 0.9, kept
        assert 4.3 <= broken["end_s"] <= 5.0, broken


if __name__ == "__main__":
    main(globals())
