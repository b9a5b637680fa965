#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""gymstationctl monitor against a broker of its own: events in order, filters, a broker that goes and comes, Ctrl-C."""
import json
import os
import pathlib
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CTL = pathlib.Path(os.environ.get("GYMSTATION_BUILD", "build/dev"), "gymstationctl").resolve()
MOSQUITTO = shutil.which("mosquitto", path=os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin")
DEADLINE_S = 30


class Broker:
    """On a free port of loopback; start() and stop() as often as wanted."""

    def __init__(self):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        self.folder = tempfile.TemporaryDirectory()
        self.config = pathlib.Path(self.folder.name, "broker.conf")
        self.config.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous true\nuser root\n")
        self.process = None

    def start(self):
        self.process = subprocess.Popen([MOSQUITTO, "-c", self.config], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        end = time.monotonic() + DEADLINE_S
        while time.monotonic() < end:
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
        raise SystemExit("the broker does not start")

    def stop(self):
        self.process.terminate()
        self.process.wait(DEADLINE_S)

    def close(self):
        self.stop()
        self.folder.cleanup()

    def publish(self, topic, lines):
        subprocess.run(["mosquitto_pub", "-h", "127.0.0.1", "-V", "5", "-p", str(self.port), "-q", "1", "-t", topic, "-l"],
                       input="".join(line + "\n" for line in lines), text=True, check=True, timeout=DEADLINE_S)


class Monitor:
    def __init__(self, broker, *options):
        self.process = subprocess.Popen([CTL, "monitor", "--url", f"mqtt://127.0.0.1:{broker.port}", *options],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def wait_said(self, what):
        """Reads stderr until a line has what in it."""
        selector = selectors.DefaultSelector()
        selector.register(self.process.stderr, selectors.EVENT_READ)
        end = time.monotonic() + DEADLINE_S
        while selector.select(max(0, end - time.monotonic())):
            line = self.process.stderr.readline()
            if what in line:
                return
            if line == "":
                break
        raise AssertionError(f"monitor never said {what!r}")

    def finish(self):
        out, _ = self.process.communicate(timeout=DEADLINE_S)
        return self.process.returncode, out


def events():
    done = subprocess.run([CTL, "replay", ROOT / "tests/traces/hold.trace"], capture_output=True, text=True, check=True,
                          timeout=DEADLINE_S)
    return done.stdout.splitlines()


class TestMonitor(unittest.TestCase):
    def setUp(self):
        self.broker = Broker().start()
        self.addCleanup(self.broker.close)

    def test_events_come_as_they_were_and_in_order(self):
        monitor = Monitor(self.broker, "--json", "--until", "session_completed")
        monitor.wait_said("listening")
        lines = events()
        self.broker.publish("gymstation/leg-01/event", lines)
        self.assertEqual(monitor.finish(), (0, "\n".join(lines) + "\n"))

    def test_one_station_and_a_count(self):
        monitor = Monitor(self.broker, "--station", "leg-02", "--prefix", "ward", "--json", "--count", "2")
        monitor.wait_said("listening to ward/leg-02")
        lines = events()
        self.broker.publish("ward/leg-01/event", lines[:1])
        self.broker.publish("gymstation/leg-02/event", lines[:1])
        self.broker.publish("ward/leg-02/event", lines[1:3])
        self.assertEqual(monitor.finish(), (0, "\n".join(lines[1:3]) + "\n"))

    def test_a_person_reads_one_line_an_event_and_the_status(self):
        monitor = Monitor(self.broker, "--until", "session_completed")
        monitor.wait_said("listening")
        lines = events()
        self.broker.publish("gymstation/leg-01/status", ["online"])
        self.broker.publish("gymstation/leg-01/event", ["{}", *lines])
        code, out = monitor.finish()
        self.assertEqual(code, 0)
        self.assertIn("leg-01 is online", out)
        self.assertEqual(len(out.splitlines()), len(lines) + 2)
        self.assertNotIn("\033", out)
        for line, said in zip(lines, out.splitlines()[-len(lines):]):
            self.assertIn(f"#{json.loads(line)['seq']} ", said)

    def test_a_broker_that_goes_and_comes(self):
        monitor = Monitor(self.broker, "--json", "--count", "1")
        monitor.wait_said("listening")
        self.broker.stop()
        monitor.wait_said("trying again")
        self.broker.start()
        monitor.wait_said("listening")
        lines = events()
        self.broker.publish("gymstation/leg-01/event", lines[:1])
        self.assertEqual(monitor.finish(), (0, lines[0] + "\n"))

    def test_ctrl_c_is_a_clean_end(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            monitor = Monitor(self.broker)
            monitor.wait_said("listening")
            monitor.process.send_signal(number)
            self.assertEqual(monitor.finish(), (0, ""))

    def test_usage(self):
        for options, what in ((("--url", "http://x"), "is not mqtt://HOST"), (("--url", "mqtt://"), "is not mqtt://HOST"),
                              (("--station", "a/b"), "--station"), (("--prefix", "a/+"), "--prefix"),
                              (("--count", "0"), "--count"), (("--until", "lunch"), 'no event "lunch"'),
                              (("more",), "Too many arguments")):
            done = subprocess.run([CTL, "monitor", *options], capture_output=True, text=True, check=False, timeout=60)
            self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
            self.assertIn(what, done.stderr)


if __name__ == "__main__":
    if not os.access(CTL, os.X_OK):
        print(f"skipped: {CTL} is not built")
        sys.exit(77)
    if not MOSQUITTO or not shutil.which("mosquitto_pub"):
        print("skipped: mosquitto is not installed")
        sys.exit(77)
    unittest.main()
