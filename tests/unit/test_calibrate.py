#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""gymstationctl calibrate: recordings with known counts, answers from a script."""
import json
import os
import pathlib
import random
import subprocess
import tempfile
import unittest

CTL = os.path.join(os.environ.get("GYMSTATION_BUILD", "build/dev"), "gymstationctl")
ZERO, PER_N = 84213, 1049.05
KG = 9.80665


class Calibrate(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.written = self.folder / "journal.db.calibration"

    def trace(self, *loads, noise=40):
        """Six seconds of each load, kg, at 80 samples/s; a load of None is a person who stands on it."""
        rng, lines, k = random.Random(7), ["# gymstation-trace 1"], 0
        for load in loads:
            for _ in range(480):
                sway = rng.gauss(70, 1) if load is None else load
                lines.append(f"{k * 12500000} S {round(ZERO + sway * KG * PER_N + rng.gauss(0, noise))}")
                k += 1
        path = self.folder / "cell.trace"
        path.write_text("\n".join(lines) + "\n")
        return path

    def run_it(self, trace, answers, *options, code=0):
        done = subprocess.run([CTL, "calibrate", "--source", f"trace:{trace}@max", "--by", "tech-1",
                               "--set", f"journal.path={self.folder}/journal.db", *options],
                              input=answers, capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        if code != 0:
            self.assertFalse(list(self.folder.glob("*.new")), "leftovers")
        return done.stdout, done.stderr

    def test_two_points_make_a_calibration(self):
        out, _ = self.run_it(self.trace(0, 40), "\n40\nyes\n")
        for text in ("counts per gram   10.28", "counts per newton 1049.", "implied capacity  79", "rated 2000 N (204 kg)",
                     "noise             3.", "rate              80.00 samples/s", "20 % of the rated load"):
            self.assertIn(text, out)
        written = json.loads(self.written.read_text())
        self.assertLess(abs(written["zero_counts"] - ZERO), 10)
        self.assertLess(abs(written["counts_per_n"] - PER_N), 0.05)
        self.assertEqual((written["by"], written["mass_kg"], written["sps"]), ("tech-1", 40.0, 80.0))

    def test_a_cell_wired_the_other_way_round(self):
        path = self.folder / "cell.trace"
        lines = [f"{k * 12500000} S {(-ZERO if k < 480 else -500000) + k % 7}" for k in range(960)]
        path.write_text("# gymstation-trace 1\n" + "\n".join(lines) + "\n")
        self.run_it(path, "\n100\nyes\n")
        self.assertLess(json.loads(self.written.read_text())["counts_per_n"], 0)

    def test_nothing_is_written_unless_it_is_accepted(self):
        for answers in ("", "q\n", "\nq\n", "\n40\n", "\n40\nno\n", "\n40\nabort\n"):
            _, err = self.run_it(self.trace(0, 40), answers, code=1)
            self.assertIn("stopped: nothing was changed", err)
            self.assertFalse(self.written.exists())

    def test_masses_that_are_none(self):
        out, _ = self.run_it(self.trace(0, 40), "\nheavy\n-3\n2\n300\n40x\n40 kg\nyes\n")
        self.assertEqual(out.count("not a mass in kilograms"), 3)
        self.assertEqual(out.count("is outside 10.2..203.9 kg"), 2)
        self.assertTrue(self.written.exists())

    def test_somebody_on_the_box_is_not_empty(self):
        out, _ = self.run_it(self.trace(None, None, None, None, 0, 40), "\n\n40\nyes\n")
        self.assertEqual(out.count("refused: the reading moves"), 1)
        self.assertLess(abs(json.loads(self.written.read_text())["zero_counts"] - ZERO), 10)

    def test_a_person_is_no_known_mass(self):
        out, _ = self.run_it(self.trace(0, None, None, None, None), "\n70\n", code=1)
        self.assertIn("refused: the reading moves", out)

    def test_a_mass_that_changes_nothing(self):
        out, _ = self.run_it(self.trace(0, 0, 0, 0, 0), "\n40\n", code=1)
        self.assertIn("refused: the reading did not change", out)

    def test_a_weak_cell_uses_too_little_of_the_range(self):
        path = self.folder / "cell.trace"
        path.write_text("# gymstation-trace 1\n" + "".join(f"{k * 12500000} S {15000 * (k >= 480) + k % 5}\n"
                                                           for k in range(960)))
        out, _ = self.run_it(path, "\n40\n", code=1)
        self.assertIn("less than 0.24 % of its range", out)

    def test_a_zero_far_from_the_last_one_is_a_load_left_on_the_box(self):
        self.run_it(self.trace(0, 40), "\n40\nyes\n")
        before = self.written.read_text()
        out, _ = self.run_it(self.trace(20, 60), "\n", code=1)
        self.assertIn("refused: 20.0 kg from the zero of the last calibration", out)
        self.assertEqual(self.written.read_text(), before)
        self.run_it(self.trace(20, 60), "\n40\nyes\n", "--anew")
        self.assertNotEqual(self.written.read_text(), before)

    def test_a_recording_of_forces_has_no_counts(self):
        path = self.folder / "cell.trace"
        path.write_text("# gymstation-trace 1\n0 F 0\n")
        out, _ = self.run_it(path, "\n", code=1)
        self.assertIn("no counts, only forces", out)

    def test_a_directory_that_cannot_be_written_is_said(self):
        _, err = self.run_it(self.trace(0, 40), "\n40\nyes\n", "--set", "journal.path=/nowhere/journal.db", code=1)
        self.assertIn("/nowhere/journal.db.calibration: cannot be written", err)


if __name__ == "__main__":
    unittest.main()
