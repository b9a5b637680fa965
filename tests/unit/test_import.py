#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""gymstationctl import: small recordings made here, answers worked out by hand."""
import json
import os
import subprocess
import sys
import tempfile
import unittest

CTL = os.path.join(os.environ.get("GYMSTATION_BUILD", "build/dev"), "gymstationctl")


class Import(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def file(self, text, name="rec.csv"):
        path = os.path.join(self.folder.name, name)
        with open(path, "wb") as f:
            f.write(text if isinstance(text, bytes) else text.encode())
        return path

    def run_import(self, text, *options, code=0):
        path = self.file(text)
        done = subprocess.run([CTL, "import", *options, path], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertTrue(code == 0 or done.stdout == "", "data on stdout beside an error")
        return done.stdout, done.stderr.replace(path, "FILE")

    def inputs(self, text, *options):
        out, _ = self.run_import(text, *options)
        self.assertEqual(out.split("\n")[0], "# gymstation-trace 1")
        return [line for line in out.split("\n") if line and not line.startswith("#")]

    def test_delimiters_are_guessed_and_reported(self):
        for word, text in (("commas", "t,x,F\n0,9,1.5\n0.01,9,-2\n"), ("tabs", "t\tx\tF\n0\t9\t1.5\n0.01\t9\t-2\n"),
                           ("semicolons", "t;x;F\n0;9;1,5\n0,01;9;-2\n"), ("blanks", "t  x F\n 0 9  1,5\n0,01 9 -2\n"),
                           ("tabs", "t\tx\tF\n0\t9\t1,5\n0,01\t9\t-2\n"), ("commas", "t, x, F\r\n0, 9, 1.5\r\n1e-2, 9, -2\r\n")):
            out, err = self.run_import(text, "--time", "t", "--force", "F", "--unit", "N")
            self.assertIn(f"columns parted by {word}, data from line 2", err)
            self.assertIn("2 samples in 0.010 s, 100.00 SPS", err)
            self.assertEqual(out.split("\n")[-3:], ["0 F 1500", "10000000 F -2000", ""], text)
            self.assertIn("# sps: 100.000\n", out)

    def test_columns_by_number_with_and_without_a_header(self):
        for text in ("5,1\n5.5,2\n", "time,force\n5,1\n5.5,2\n", "# device 7\n\nmade by x\ntime,force\n5,1\n5.5,2\n"):
            self.assertEqual(self.inputs(text, "--time", "1", "--force", "2", "--unit", "N"),
                             ["0 F 1000", "500000000 F 2000"])

    def test_names_win_over_position_quotes_and_marks_do_not_count(self):
        text = '\ufeff"Force (N)";"Time, s"\n7;0\n8;1\n'
        self.assertEqual(self.inputs(text, "--time", "Time, s", "--force", "Force (N)", "--unit", "N"),
                         ["0 F 7000", "1000000000 F 8000"])

    def test_columns_count_from_one(self):
        for columns, option in ((("0", "1"), "--time"), (("1", "0"), "--force"), (("0", "F"), "--time")):
            for text in ("t,F\n0,1\n0.1,2\n", "0,1\n0.1,0\n1,1\n"):
                _, err = self.run_import(text, "-t", columns[0], "-f", columns[1], "-u", "N", code=2)
                self.assertIn(f'FILE:1: {option} 0: columns count from 1, and no column is named "0"', err)
        self.assertEqual(self.inputs("x,0,F\n7,1,5\n7,2,6\n", "-t", "0", "-f", "F", "-u", "N"),
                         ["0 F 5000", "1000000000 F 6000"])

    def test_units_are_exact(self):
        # 100 kg x 9.80665 = 980.665 N; 100 lb x 0.45359237 x 9.80665 = 444.82216152605 N
        for unit, force in (("N", 100000), ("kg", 980665), ("kgf", 980665), ("lb", 444822)):
            self.assertEqual(self.inputs("t,F\n0,100\n", "-t", "t", "-f", "F", "-u", unit), [f"0 F {force}"])

    def test_ticks_become_nanoseconds_from_the_first_line(self):
        text = "tick,F\n1181,1\n1182,1\n1843,1\n"
        self.assertEqual(self.inputs(text, "-t", "tick", "-f", "F", "-u", "N", "--time-scale", "0.010008"),
                         ["0 F 1000", "10008000 F 1000", f"{(1843 - 1181) * 10008000} F 1000"])

    def test_padding_keeps_the_recordings_own_median_rate(self):
        text = "t,F\n10,5\n10.1,5\n10.2,5\n12,5\n"
        lines = self.inputs(text, "-t", "t", "-f", "F", "-u", "N", "--pad-s", "0.35", "--pad-n", "2.5")
        at = [int(line.split()[0]) for line in lines]
        self.assertEqual([line.split()[2] for line in lines], ["2500"] * 3 + ["5000"] * 4 + ["2500"] * 3)
        self.assertEqual(at[:5], [0, 100000000, 200000000, 300000000, 400000000])
        self.assertEqual(at[-4:], [2300000000, 2400000000, 2500000000, 2600000000])

    def test_start_press_and_prescription(self):
        rx = self.file(json.dumps({"v": 1, "rev": 1, "id": "rx-1", "by": "pt-1", "items": [
            {"exercise": "iso_heel_dig", "side": "left", "holds": 1, "hold_s": 5}]}, indent=1), "rx.json")
        lines = self.inputs("t,F\n0,1\n0.1,1\n0.3,1\n", "-t", "t", "-f", "F", "-u", "N", "--start", "0.1",
                            "--prescription", rx)
        self.assertTrue(lines[0].startswith("0 P 1 %{%0A"), lines[0])
        self.assertEqual(lines[1:], ["0 F 1000", "100000000 B start 1", "100000000 F 1000", "250000000 B start 0",
                                     "300000000 F 1000"])
        late = self.inputs("t,F\n0,1\n", "-t", "t", "-f", "F", "-u", "N", "--start", "2")
        self.assertEqual(late, ["0 F 1000", "2000000000 B start 1", "2150000000 B start 0"])

    def test_what_is_wrong_is_said_with_its_place(self):
        names = ("-t", "t", "-f", "F", "-u", "N")
        for text, what in (("t,F\n1,1\n0.5,1\n", "FILE:3: time 0.5 is before that of the line before"),
                           ("t,F\n1,1\n2,x\n", 'FILE:3: column 2: "x" is not a number'),
                           ("t,F\n1,1\n2\n", "FILE:3: column 2 is missing"),
                           ("t,F\n1,1\n2,\n", 'FILE:3: column 2: "" is not a number'),
                           ("t,F\n1,1\n2,inf\n", 'FILE:3: column 2: "inf" is not a number'),
                           ("t,F\n1,1\nnan,1\n", 'FILE:3: column 1: "nan" is not a number'),
                           ("t,F\n1,1\n2,3e6\n", "FILE:3: force 3000000 is more than 2147 kN"),
                           ("t,F\n1,1\n2,0x10\n", 'FILE:3: column 2: "0x10" is not a number'),
                           ("t,G\n1,1\n", 'FILE:1: no columns "t" (time) and "F" (force)'),
                           ("", "FILE: there are no lines in it"), ("t,F\n1,nan\n", "FILE: no line has a force"),
                           (b"t,F\n1,1\0\n", "FILE:2: a NUL byte")):
            _, err = self.run_import(text, *names, code=2)
            self.assertIn(what, err)

    def test_a_force_that_the_device_had_not_is_a_gap(self):
        out, err = self.run_import("t,F\n-1,nan\n0,1\n1,nan\n2,NaN\n3,1\n", "-t", "t", "-f", "F", "-u", "N")
        self.assertEqual(out.split("\n")[-3:], ["0 F 1000", "3000000000 F 1000", ""])
        self.assertIn("3 lines without a force (nan) left out", err)

    def test_usage(self):
        for options, what in (((), "--time, --force and --unit are needed"), (("-t", "1", "-f", "2", "-u", "stone"), "none of N, kg, kgf, lb"),
                              (("-t", "1", "-f", "2", "-u", "N", "--pad-s", "-1"), "--pad-s"),
                              (("-t", "1", "-f", "2", "-u", "N", "--pad-n", "1"), "--pad-n without --pad-s"),
                              (("-t", "1", "-f", "2", "-u", "N", "--time-scale", "0"), "--time-scale"),
                              (("-t", "1", "-f", "2", "-u", "N", "--prescription", "/nowhere"), "/nowhere: cannot be opened")):
            _, err = self.run_import("0,1\n1,1\n", *options, code=2)
            self.assertIn(what, err)

    def test_a_prescription_no_station_takes_is_refused(self):
        rx = self.file('{"v":1,"rev":1,"id":"r","by":"p","items":[{"exercise":"flying"}]}', "rx.json")
        _, err = self.run_import("0,1\n1,1\n", "-t", "1", "-f", "2", "-u", "N", "--prescription", rx, code=2)
        self.assertIn("rx.json: /items/0/exercise", err)


DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "shared", "data")


@unittest.skipUnless(os.path.isdir(DATA), f"no recordings in {DATA}")
class Recordings(unittest.TestCase):
    """What real devices wrote. The recordings are read where they are, never copied."""

    def samples(self, name, *options):
        done = subprocess.run([CTL, "import", *options, os.path.join(DATA, name)], capture_output=True, text=True,
                              timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = [line.split() for line in done.stdout.split("\n") if line and line[0] != "#"]
        return [(int(t), int(force)) for t, letter, force in lines if letter == "F"], done.stderr

    def test_sixty_efforts_at_100_samples_a_second(self):
        folder = "isometric_elderly_loadcell"
        names = [n for n in sorted(os.listdir(os.path.join(DATA, folder))) if n.endswith("_100Hz.csv")]
        self.assertEqual(len(names), 60)
        for name in names:
            samples, err = self.samples(os.path.join(folder, name), "-t", "t_s", "-f", "force_kgf", "-u", "kgf")
            # The last 5 s of ID_05 and ID_06, BF and VL, are nan.
            half = name[:8] in ("ID_05_BF", "ID_05_VL", "ID_06_BF", "ID_06_VL")
            self.assertEqual((name, len(samples)), (name, 500 if half else 1000))
            self.assertEqual(samples[-1][0], 4990000000 if half else 9990000000)
            self.assertIn("100.00 SPS", err)
        # ID_12 BF begins with 1.92661 kgf x 9.80665 = 18.89359... N
        samples, _ = self.samples(os.path.join(folder, "ID_12_BF_knee_flex_100Hz.csv"), "-t", "1", "-f", "2", "-u", "kgf")
        self.assertEqual(samples[0], (0, 18894))

    def test_the_gap_of_the_leg_press_stays_a_gap(self):
        samples, err = self.samples("legpress/timeseries.csv", "-t", "tick", "-f", "right_force", "-u", "N",
                                    "--time-scale", "0.010008")
        gaps = [b[0] - a[0] for a, b in zip(samples, samples[1:])]
        self.assertEqual(max(gaps), (1843 - 1745) * 10008000)
        self.assertEqual(samples[0], (0, 70983))
        self.assertIn("99.92 SPS", err)

    def test_force_plates_in_tabs(self):
        for name in ("jump1.txt", "jump2.txt"):
            samples, err = self.samples("cmj_bmclab/" + name, "-t", "Time[s]", "-f", "GRF[N]", "-u", "N")
            self.assertIn("columns parted by tabs", err)
            self.assertIn("450.00 SPS", err)
            self.assertTrue(max(force for _, force in samples) > 1000000)


if __name__ == "__main__":
    if not os.access(CTL, os.X_OK):
        print(f"skipped: {CTL} is not built")
        sys.exit(77)
    unittest.main()
