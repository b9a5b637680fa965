#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Calibration and zero at a running station: taken at the start, told once, kept beside the journal."""
# gymstation-e2e: quick
import json

from station import CTL, Bench, Process, no_gap, run, valid, wait_for
from suite import main

ZERO, PER_N, KG = 84213, 1091, 9.80665


def cell(bench, *loads_kg):
    """Counts at 80 samples/s, six seconds of each load."""
    lines = [f"{(480 * i + k) * 12500000} S {round(ZERO + kg * KG * PER_N) + k % 7}" for i, kg in enumerate(loads_kg)
             for k in range(480)]
    return bench.write("cell.trace", "# gymstation-trace 1\n" + "\n".join(lines) + "\n")


def calibrate(bench, *loads_kg):
    run(CTL, "calibrate", "--source", f"trace:{cell(bench, *loads_kg)}@max", "--set", f"journal.path={bench.dir}/journal.db",
        "--by", "tech-1", data=f"\n{loads_kg[-1] - loads_kg[0]}\nyes\n")


def test_a_calibration_is_told_once_and_its_zero_kept():
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe()
        calibrate(bench, 0, 40)
        station = bench.station(source="sim")
        said = watch.until(lambda: watch.events("calibrated"), 10, "it is told")[0]
        written = json.loads((bench.dir / "journal.db.calibration").read_text())
        assert {**said["data"], "v": 1} == written, (said, written)
        watch.until(lambda: watch.last("health") and watch.last("health").json.get("calibrated_at") == written["ts"], 10,
                    "health says when")
        wait_for((bench.dir / "journal.db.zero").exists, 10, "the zero is kept")
        assert station.stop() == 0
        station = bench.station(source="sim")
        watch.until(lambda: watch.events("station_started")[1:], 10, "the next start")
        assert station.stop() == 0
        watch.until(lambda: watch.events("station_stopping")[1:], 10, "its end")
        assert len(watch.events("calibrated")) == 1
        calibrate(bench, 1, 41)
        bench.station(source="sim")
        watch.until(lambda: watch.events("calibrated")[1:], 10, "another calibration is told")
        no_gap(watch.events())
        valid(watch.messages)


def test_a_zero_survives_and_belongs_to_its_calibration():
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe()
        figures = (f"sensor.calibration.zero_counts={ZERO}", f"sensor.calibration.counts_per_n={PER_N}")
        zero = {"v": 1, "zero_mn": 800, "zero_counts": ZERO, "counts_per_n": PER_N}
        bench.write("journal.db.zero", zero)  # less than what the zero follows by itself
        for sets, wanted in ((figures, 81.6), (figures[:1] + (f"sensor.calibration.counts_per_n={PER_N + 1}",), 0.0)):
            station = bench.station(*sets, source="sim")
            said = watch.until(lambda: watch.last("health"), 10, "health").json["zero_g"]
            assert said == wanted, (said, wanted)
            assert station.stop() == 0
            bench.publish("health", retain=True)
            watch.until(lambda: watch.last("health").payload == "", 10, "it is forgotten")
            watch.messages.clear()
            watch.known = 0


def test_a_damaged_calibration_is_none():
    with Bench() as bench:
        bench.start_broker()
        bench.write("journal.db.calibration", '{"v":1,"ts":"2026-11-22T07:56:00.000Z"}')
        station = bench.station(source="sim")
        wait_for(lambda: "journal.db.calibration: is damaged:" in station.output(), 10, "it is said")
        assert station.stop() == 0


def test_tare_is_asked_for_and_answered():
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe()
        # a minute of 50 g, too little for the zero to follow by itself
        bench.station(f"sensor.calibration.zero_counts={ZERO}", f"sensor.calibration.counts_per_n={PER_N}",
                      source=f"trace:{cell(bench, *[0.05] * 10)}")
        watch.until(lambda: watch.events("station_started"), 10, "it is there")
        ask = (CTL, "tare", "--url", bench.url, "--station", "leg-e2e", "--by", "tech-1")
        wait_for(lambda: run(*ask, code=None).returncode == 0, 20, "a steady reading is taken")
        said = watch.until(lambda: watch.events("tared"), 10, "it is told")[0]
        assert said["data"]["by"] == "tech-1" and 45 <= said["data"]["moved_g"] <= 55, said
        done = run(CTL, "tare", "--url", "mqtt://127.0.0.1:1", "--station", "leg-e2e", code=1)
        assert "mqtt://127.0.0.1:1" in done.stderr, done.stderr
        valid(watch.messages)


def test_a_recording_of_the_cell_can_be_read_again():
    with Bench() as bench:
        calibrate(bench, 0, 40)
        trace = bench.dir / "recorded.trace"
        run(CTL, "record", "--source", f"trace:{cell(bench, 0, 40)}@max", "--set", f"journal.path={bench.dir}/journal.db", trace)
        text = trace.read_text()
        assert text.count(" S ") == 960 and "# calibration: 84216 1091." in text, text[:400]
        run(CTL, "replay", trace)
        recorder = bench_process(bench, bench.dir / "sim.trace")
        wait_for(lambda: (bench.dir / "sim.trace").exists() and (bench.dir / "sim.trace").read_text().count(" S ") > 80, 20,
                 "readings are written while they come")
        assert recorder.stop() == 0, recorder.output()
        run(CTL, "replay", bench.dir / "sim.trace")


def bench_process(bench, trace):
    return Process(bench, "record", [CTL, "record", "--source", "sim", "--set", f"journal.path={bench.dir}/none.db", trace])


def test_a_weak_supply_is_a_fault_until_it_is_strong_again():
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe()
        volt = bench.dir / "sys" / "class" / "hwmon" / "hwmon1"
        volt.mkdir(parents=True)
        (volt / "name").write_text("rpi_volt\n")
        (volt / "in0_lcrit_alarm").write_text("1\n")
        bench.station(source="sim", env={"GYMSTATION_SYS": str(bench.dir / "sys")})
        watch.until(lambda: watch.events("fault_raised", fault="undervoltage"), 10, "it is raised")
        watch.until(lambda: watch.last("health") and watch.last("health").json.get("undervoltage") is True, 10, "in health too")
        (volt / "in0_lcrit_alarm").write_text("0\n")
        watch.until(lambda: watch.events("fault_cleared", fault="undervoltage"), 20, "it is cleared")
        valid(watch.messages)


if __name__ == "__main__":
    main(globals())
