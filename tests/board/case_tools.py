# SPDX-License-Identifier: MIT
"""gymstationctl at the load cell: what a technician does, and what there is to see when something is wrong."""
import signal
import subprocess
import time

from board import counts, wire
from box import CELL, NOISE, PER_N, SAMPLE, ZERO, Box, raw_of
from station import CTL, ID, Process, run, wait_for

__all__ = ["test_calibrate", "test_calibrate_refuses", "test_tare", "test_record", "test_doctor_at_a_box_that_is_well",
           "test_doctor_finds_what_is_wrong", "test_the_daemon_has_the_cell"]

GRAVITY = 9.80665
MASS_KG = 40


class Bench(Box):
    def options(self, *more, calibrated=True):
        """Of every tool that opens the cell."""
        sets = [f"station.id={ID}", f"mqtt.url={self.url}", f"journal.path={self.dir}/journal.db", *(CELL if calibrated else CELL[:1]), *more]
        return ["--config", SAMPLE, *(word for one in sets for word in ("--set", one))]

    def doctor(self, *more, code=0):
        """Verdict and text of each line."""
        said = run(CTL, "doctor", "--seconds", 3, *self.options(*more), code=code).stdout
        rows = {line[6:19].strip(): (line[:5].strip(), line[19:]) for line in said.splitlines()[:-1]}
        assert len(rows) >= 8, said
        return rows


class Talk:
    """A tool that asks."""

    def __init__(self, *args):
        self.process = subprocess.Popen([str(a) for a in args], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.said = ""

    def asked(self, question):
        """What it said up to a question that is still to be answered."""
        start = len(self.said)
        while question not in self.said[start:] or not self.said.endswith(": "):
            got = self.process.stdout.read1(4096)
            assert got, f"it ended without asking \"{question}\": {self.said}"
            self.said += got.decode()
        return self.said[start:]

    def answer(self, text):
        self.process.stdin.write(f"{text}\n".encode())
        self.process.stdin.flush()

    def end(self):
        self.said += self.process.communicate(timeout=60)[0].decode()
        return self.process.returncode


def test_calibrate():
    """Known counts give the counts per gram that follow, and the daemon measures with them, and tells of it."""
    with Bench() as bench:
        talk = Talk(CTL, "calibrate", "--by", "a technician", *bench.options(calibrated=False))
        talk.asked("when it is empty")
        talk.answer("")
        talk.asked("Its mass in kg")
        wire(raw=raw_of(MASS_KG * GRAVITY))
        talk.answer(MASS_KG)
        said = talk.asked("Accept it?")
        talk.answer("yes")
        assert talk.end() == 0, talk.said
        figures = {line[2:20].strip(): line[20:].split()[0] for line in said.splitlines() if line.startswith("  ")}
        print(f"counts per gram {figures['counts per gram']}, capacity {figures['implied capacity']} N, noise {figures['noise']} g")
        assert abs(float(figures["counts per gram"]) / (PER_N * GRAVITY / 1000) - 1) < 0.0005, figures
        assert abs(float(figures["implied capacity"]) / ((2**23 - ZERO) / PER_N) - 1) < 0.001, figures
        assert abs(float(figures["rate"]) - 80) < 0.5 and float(figures["noise"]) < NOISE / PER_N * 1000 / GRAVITY, figures
        bench.daemon = bench.station(CELL[0], source="hx711", config=SAMPLE)
        calibrated = bench.event("calibrated", 10)["data"]
        assert (calibrated["by"], calibrated["mass_kg"]) == ("a technician", MASS_KG), calibrated
        for force_n in (300, 0):
            wire(raw=raw_of(force_n))
            bench.until(lambda: (m := bench.watch.last("live")) and abs(m.json.get("force_n", 1e9) - force_n) < 1, 10, f"{force_n} N")


def test_calibrate_refuses():
    """Who moves, a mass that is too light or does nothing, a cell that says nothing; stopped, nothing is changed."""
    with Bench() as bench:
        talk = Talk(CTL, "calibrate", *bench.options(calibrated=False))
        talk.asked("when it is empty")
        wire(noise=20000)
        talk.answer("")
        assert "refused: the reading moves" in talk.asked("when it is empty")
        wire(noise=NOISE, dout="high")
        talk.answer("")
        assert "refused: there are no readings" in talk.asked("when it is empty")
        wire(dout="wired")
        talk.answer("")
        talk.asked("Its mass in kg")
        talk.answer("2")
        assert "refused: 2.0 kg is outside" in talk.asked("Its mass in kg")
        talk.answer(MASS_KG)
        assert "refused: the reading did not change" in talk.asked("Its mass in kg")
        talk.answer("q")
        assert talk.end() == 1 and "nothing was changed" in talk.said, talk.said
        assert not list(bench.dir.glob("journal.db.calibration*"))


def test_tare():
    with Bench() as bench:
        bench.power_on()
        ask = [CTL, "tare", "--url", bench.url, "--station", ID, "--by", "pt"]
        offset_n = 0.06 * GRAVITY  # less than the zero follows by itself
        wire(raw=raw_of(offset_n))
        time.sleep(4)  # it stands there
        assert run(*ask).stdout == "tared\n"
        tared = bench.event("tared", 10)["data"]
        print(f"tared by {tared['moved_g']} g")
        assert tared["by"] == "pt" and abs(tared["moved_g"] - 60) < 5, tared
        wire(raw=raw_of(700))
        time.sleep(4)
        refused = run(*ask, code=1)
        assert "more than 1 kg from zero" in refused.stderr, refused.stderr
        wire(raw=raw_of(0), noise=20000)
        time.sleep(4)
        refused = run(*ask, code=1)
        assert "not steady" in refused.stderr, refused.stderr
        assert len(bench.watch.events("tared")) == 1


def test_record():
    """What the cell reads, as a trace that can be replayed; Ctrl-C ends it well."""
    with Bench() as bench:
        wire(raw=raw_of(150))
        trace = bench.dir / "cell.trace"
        run(CTL, "record", "--seconds", 3, *bench.options(), trace)
        raw = [int(line.split()[2]) for line in trace.read_text().splitlines() if " S " in line]
        assert 200 < len(raw) <= 241 and all(abs(r - raw_of(150)) <= NOISE for r in raw), (len(raw), set(raw))
        run(CTL, "replay", trace)
        endless = bench.dir / "endless.trace"
        process = Process(bench, "record", [CTL, "record", *bench.options(), endless])
        wait_for(lambda: endless.exists() and endless.stat().st_size > 2000, 10, "it is recorded")
        process.popen.send_signal(signal.SIGINT)
        assert process.popen.wait(10) == 0 and "readings" in process.output(), process.output()


def test_doctor_at_a_box_that_is_well():
    with Bench() as bench:
        rows = bench.doctor()
        for what in ("cell", "reads", "scheduling", "rate", "range", "values", "calibration", "zero", "capacity", "gpio cell",
                     "gpio buttons", "gpio cues", "real time", "broker"):
            assert rows[what][0] == "ok", (what, rows[what])
        assert float(rows["noise"][1].split()[0]) < 10 and abs(float(rows["rate"][1].split()[0]) - 80) < 0.5, rows


def test_doctor_finds_what_is_wrong():
    with Bench() as bench:
        for world, back, what, hint in (
                ({"dout": "high"}, {"dout": "wired"}, "rate", "cable"),
                ({"supply": "off"}, {"supply": "on"}, "rate", "power"),
                ({"rate_mhz": 10000}, {"rate_mhz": 80000}, "rate", "10.00 samples/s where sensor.rate_sps says 80"),
                ({"noise": 0}, {"noise": NOISE}, "rate", "repeats itself"),
                ({"raw": 9000000}, {"raw": ZERO}, "rate", "saturated")):
            wire(**world)
            rows = bench.doctor(code=1)
            print(f"{world}: {what}: {' '.join(rows[what])}")
            assert rows[what][0] == "FAIL" and hint in rows[what][1], rows
            wire(**back)
        wire(raw=raw_of(50 * GRAVITY))
        assert bench.doctor()["zero"][0] == "warn", "somebody is on the box"
        wire(raw=raw_of(0))
        rows = bench.doctor("sensor.chip=pinctrl-none", code=1)
        assert rows["gpio cell"][0] == "FAIL" and "pinctrl-none" in rows["gpio cell"][1], rows
        rows = bench.doctor("buttons.start=99", code=1)
        assert rows["gpio buttons"][0] == "FAIL", rows
        rows = bench.doctor("mqtt.url=mqtt://127.0.0.1:1", code=1)
        assert rows["broker"][0] == "FAIL", rows


def test_the_daemon_has_the_cell():
    """Tools say so, and how to go on; the daemon's readings are not disturbed by their try."""
    with Bench() as bench:
        bench.power_on()
        before = counts()
        for tool in (("calibrate",), ("record", "--seconds", 1)):
            said = run(CTL, *tool, *bench.options(), code=1).stderr
            assert "the daemon runs and has the load cell: systemctl stop gymstation" in said, said
        rows = bench.doctor()
        print("doctor:", *rows["cell"])
        assert rows["cell"][0] == "warn" and "systemctl stop" in rows["cell"][1], rows
        assert rows["gpio cell"][0] == rows["gpio buttons"][0] == "ok", "lines that the daemon uses are found all the same"
        assert not bench.watch.events("fault_raised") and counts()["power_downs"] == before["power_downs"]
        bench.goes_on()
