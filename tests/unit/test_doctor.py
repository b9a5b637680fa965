#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""gymstationctl doctor: recordings that are right or wrong in one way, and a board that says so."""
import os
import pathlib
import random
import subprocess
import tempfile
import unittest

CTL = os.path.join(os.environ.get("GYMSTATION_BUILD", "build/dev"), "gymstationctl")
ZERO, PER_N, KG = 84213, 1049.05, 9.80665


class Doctor(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.hwmon = self.folder / "sys" / "class" / "hwmon" / "hwmon2"
        self.hwmon.mkdir(parents=True)
        (self.hwmon / "name").write_text("rpi_volt\n")
        self.alarm(0)

    def alarm(self, weak):
        (self.hwmon / "in0_lcrit_alarm").write_text(f"{weak}\n")

    def trace(self, kg=0.0, noise=40, drift_g_min=0.0, sps=80.0, header=f"# calibration: {ZERO} {PER_N}\n", value=None, seconds=12):
        rng, lines = random.Random(11), []
        for k in range(int(sps * seconds)):
            t = k / sps
            raw = round(ZERO + (kg + drift_g_min * t / 60000) * KG * PER_N + rng.gauss(0, noise))
            lines.append(f"{round(t * 1e9)} S {raw if value is None else value(k)}")
        path = self.folder / "cell.trace"
        path.write_text("# gymstation-trace 1\n" + header + "\n".join(lines) + "\n")
        return path

    def lines(self, trace, *options, code=0):
        done = subprocess.run([CTL, "doctor", "--source", f"trace:{trace}@max", "--set", "mqtt.url=none",
                               "--set", f"journal.path={self.folder}/journal.db", *options], capture_output=True, text=True,
                              timeout=60, check=False, env={**os.environ, "GYMSTATION_SYS": str(self.folder / "sys")})
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        said = {}
        for line in done.stdout.splitlines():
            verdict, what, text = line[:6].strip(), line[6:19].strip(), line[19:]
            said.setdefault(what, (verdict, text))
        return said

    def judged(self, what, verdict, text, *args, **how):
        got = self.lines(*args, **how)[what]
        self.assertEqual(got[0], verdict, got)
        self.assertIn(text, got[1])

    def test_a_good_station(self):
        said = self.lines(self.trace())
        for what in ("rate", "range", "values", "calibration", "noise", "drift", "zero", "capacity", "power", "journal"):
            self.assertEqual(said[what][0], "ok", what)
        self.assertIn("80.00 samples/s", said["rate"][1])
        self.assertRegex(said["noise"][1], r"^(3\.[5-9]|4\.[0-3]) g$")

    def test_the_wrong_rate(self):
        self.judged("rate", "FAIL", "11.65 samples/s where sensor.rate_sps says 80", self.trace(sps=11.65), code=1)
        self.judged("rate", "ok", "11.65", self.trace(sps=11.65), "--set", "sensor.rate_sps=10")

    def test_no_readings(self):
        path = self.folder / "cell.trace"
        path.write_text("# gymstation-trace 1\n0 X not_ready\n")
        self.judged("rate", "FAIL", "no readings", path, code=1)

    def test_saturated(self):
        self.judged("range", "FAIL", "240 saturated readings",
                    self.trace(value=lambda k: 8388607 if k % 4 == 0 and k < 960 else k), "--seconds", "20", code=1)

    def test_stuck_and_too_few_values(self):
        self.judged("values", "FAIL", "1 unique in", self.trace(value=lambda k: 4711), code=1)
        self.judged("values", "warn", "4 unique in", self.trace(value=lambda k: 4711 + k % 4))

    def test_noise_and_drift(self):
        self.judged("noise", "warn", "much", self.trace(noise=400))
        self.judged("drift", "warn", "+89.", self.trace(drift_g_min=90, noise=4))
        self.judged("drift", "ok", "-20.", self.trace(drift_g_min=-20, noise=4))

    def test_somebody_on_the_box_and_too_much_on_it(self):
        self.judged("zero", "warn", "reads +70.00 kg", self.trace(kg=70))
        self.judged("capacity", "FAIL", "122.", self.trace(kg=250), code=1)

    def test_without_a_calibration(self):
        self.judged("calibration", "FAIL", "run gymstationctl calibrate", self.trace(header=""), code=1)
        (self.folder / "journal.db.calibration").write_text("{}")
        self.judged("calibration", "FAIL", "is damaged", self.trace(header=""), code=1)

    def test_a_working_zero_that_has_gone_too_far(self):
        (self.folder / "journal.db.calibration").write_text(
            f'{{"v":1,"ts":"2026-11-22T07:56:00.000Z","by":"t","zero_counts":{ZERO},"counts_per_n":{PER_N},"mass_kg":40.0,'
            '"sps":80.0,"noise_g":4.0}')
        (self.folder / "journal.db.zero").write_text(f'{{"v":1,"zero_mn":45000,"zero_counts":{ZERO},"counts_per_n":{PER_N}}}')
        self.judged("zero", "FAIL", "+4.59 kg from the calibration's", self.trace(header="", kg=4.59), code=1)

    def test_a_weak_supply(self):
        self.alarm(1)
        self.judged("power", "FAIL", "under-voltage", self.trace(), code=1)
        (self.hwmon / "in0_lcrit_alarm").unlink()
        self.judged("power", "ok", "does not tell", self.trace())

    def test_a_journal_and_a_broker_that_are_not_there(self):
        self.judged("journal", "FAIL", "make the directory", self.trace(), "--set", "journal.path=/nowhere/at/all.db", code=1)
        self.judged("broker", "FAIL", "mqtt://127.0.0.1:1", self.trace(), "--set", "mqtt.url=mqtt://127.0.0.1:1", code=1)

    def test_lines_that_are_not_there(self):
        self.judged("gpio buttons", "FAIL", "nosuchchip", self.trace(), "--set", "buttons.chip=nosuchchip", "--set",
                    "buttons.start=17", "--set", "buttons.stop=27", code=1)
        self.judged("buttons", "FAIL", "/nowhere/kbd", self.trace(), "--set", "buttons.devices=/nowhere/kbd", "--set",
                    "buttons.stop_keys=30", code=1)


if __name__ == "__main__":
    unittest.main()
