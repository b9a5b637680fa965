#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""gymstationctl replay as a program: options, exit codes, complaints, and traces damaged at random (the seed is printed)."""
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CTL = pathlib.Path(os.environ.get("GYMSTATION_BUILD", "build/dev"), "gymstationctl").resolve()
SEED = int(os.environ.get("GYMSTATION_SEED", random.randrange(1 << 30)))
RX = {"v": 1, "rev": 1, "id": "rx-1", "by": "pt-1", "ask": [],
      "items": [{"exercise": "iso_heel_dig", "side": "left", "holds": 1, "sets": 1, "hold_s": 2, "prep_s": 3,
                 "target": {"kind": "N", "value": 200, "band_pct": 10}}]}
HEAD = "# gymstation-trace 1\n"


def samples(letter="F", scale=1000.0, zero=0):
    """200 N from 6 s to 12 s, 20 samples a second, and start pressed at 2 s."""
    lines = []
    for i in range(280):
        lines.append(f"{i * 50000000} {letter} {round((200 if 120 <= i < 240 else 0) * scale) + zero}")
        if i == 40:
            lines += [f"{i * 50000000} B start 1", f"{i * 50000000} B start 0"]
    return "\n".join(lines) + "\n"


class Replay(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def file(self, name, text):
        path = pathlib.Path(self.folder.name, name)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    def replay(self, *arguments, code=0):
        done = subprocess.run([CTL, "replay", *arguments], capture_output=True, timeout=120, check=False)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stdout.decode(), done.stderr.decode().replace(self.folder.name + "/", "")

    def types(self, text):
        return [json.loads(line)["type"] for line in text.splitlines()]

    def held(self, text):
        return [json.loads(line)["data"]["held_s"] for line in text.splitlines() if '"type":"hold"' in line]

    def test_a_prescription_of_its_own_is_held_before_the_first_line(self):
        out, _ = self.replay("--prescription", self.file("rx.json", json.dumps(RX)), self.file("a", HEAD + samples()))
        self.assertEqual(self.types(out), ["session_started", "set_started", "hold", "set_completed",
                                           "session_completed"])
        self.assertEqual(self.held(out), [2.0])
        bare, _ = self.replay(self.file("a", HEAD + samples()))
        self.assertEqual(self.types(bare), ["start_refused"])

    def test_counts_are_weighed_by_the_header_or_the_configuration(self):
        rx = self.file("rx.json", json.dumps(RX))
        forces, _ = self.replay("-p", rx, self.file("f", HEAD + samples()))
        counts = samples("S", -210.5, -84213)
        own, _ = self.replay("-p", rx, self.file("s", HEAD + "# calibration: -84213 -210.5\n" + counts))
        self.assertEqual(own, forces)
        config = self.file("c.conf", 'station: { id = "replay"; };\n'
                                     "sensor: { calibration: { zero_counts = -84213; counts_per_n = -210.5; }; };\n")
        told, _ = self.replay("-p", rx, "--config", config, self.file("s2", HEAD + counts))
        self.assertEqual(self.held(told), [2.0])
        _, err = self.replay("-p", rx, self.file("s3", HEAD + counts), code=2)
        self.assertIn("s3:2: counts (S) need a calibration", err)
        paced, _ = self.replay("-p", rx, self.file("s4", HEAD + "# calibrated: no\n" + counts))
        self.assertIn('"cued"', paced)

    def test_started_dates_the_events(self):
        rx = self.file("rx.json", json.dumps(RX))
        head = HEAD + "# started: 2026-11-22T07:56:00.500Z\n"
        out, _ = self.replay("-p", rx, self.file("a", head + samples()))
        first = json.loads(out.split("\n")[0])
        self.assertEqual((first["ts"], first["clock"]), ("2026-11-22T07:56:02.500Z", "synced"))
        out, _ = self.replay("-p", rx, self.file("b", HEAD + samples()))
        first = json.loads(out.split("\n")[0])
        self.assertEqual((first["ts"], first["clock"]), ("1970-01-01T00:00:02.000Z", "unsynced"))

    def test_nothing_is_printed_of_a_malformed_trace(self):
        rx = json.dumps(RX)
        for text, what in ((HEAD + "0 P 1 " + rx + "\n" + samples() + "5 F 1\n", "bad:285: time 5 is before"),
                           (HEAD + "0 P 1 " + rx + "\n1 Q\n", 'bad:3: "Q" is none of'),
                           ("# a trace\n", "bad:1: the first line must be"), ("", "bad:1: the first line must be"),
                           (HEAD + "# slot-1: used=0 {}\n1 F 1\n", "bad: header slot-1: /"),
                           (bytes(range(256)) * 40, "bad:1: the first line must be")):
            out, err = self.replay(self.file("bad", text), code=2)
            self.assertEqual(out, "")
            self.assertIn(what, err)

    def test_usage(self):
        good = self.file("good", HEAD)
        for arguments, what in (((), "a trace is missing"), (("/nowhere",), "/nowhere: cannot be opened"),
                                (("--config", "/nowhere", good), "/nowhere"),
                                (("--prescription", "/nowhere", good), "/nowhere: cannot be opened"),
                                (("--prescription", self.file("x", "{"), good), "x: /: "),
                                (("--prescription", self.file("y", '{"v":1,"rev":0}'), good), "y: /"),
                                (("--prescription", self.file("z", " " * 16385), good), "longer than 16384 bytes")):
            out, err = self.replay(*arguments, code=2)
            self.assertEqual(out, "")
            self.assertIn(what, err)

    def test_an_unwritable_stdout_is_no_success(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full")
        with open("/dev/full", "wb") as full:
            done = subprocess.run([CTL, "replay", ROOT / "tests/traces/no_programme.trace"], stdout=full,
                                  stderr=subprocess.PIPE, timeout=60, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"cannot be written", done.stderr)

    def test_damage_is_read_or_refused(self):
        """Bytes changed, lines dropped, doubled or swapped: exit 0 or 2, nothing else, and 2 prints nothing."""
        print(f"seed {SEED}", flush=True)
        rnd = random.Random(SEED)
        traces = [p.read_bytes() for p in sorted((ROOT / "tests/traces").glob("*.trace"))]
        codes = {0: 0, 2: 0}
        for _ in range(150):
            text = bytearray(rnd.choice(traces))
            for _ in range(rnd.randrange(1, 5)):
                text[rnd.randrange(21, len(text)) if len(text) > 21 else 0] = rnd.choice(b"0159-@# \n{}%FSBCPXKW\xff\0")
            lines = bytes(text).split(b"\n")
            if rnd.random() < 0.5:
                i = rnd.randrange(len(lines))
                lines[i:i + 1] = rnd.choice(([], [lines[i]] * 2, [lines[-1 - i]]))
            path = self.file("mutant", b"\n".join(lines))
            done = subprocess.run([CTL, "replay", path], capture_output=True, timeout=120, check=False)
            self.assertIn(done.returncode, codes, (SEED, done.stderr))
            self.assertTrue(done.returncode == 0 or done.stdout == b"", SEED)
            codes[done.returncode] += 1
        self.assertTrue(min(codes.values()) > 0, codes)


if __name__ == "__main__":
    if not os.access(CTL, os.X_OK):
        print(f"skipped: {CTL} is not built")
        sys.exit(77)
    unittest.main()
