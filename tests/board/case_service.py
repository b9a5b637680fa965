# SPDX-License-Identifier: MIT
"""The installed service, under systemd, as its unit says: what it needs it may have, and what ends it is put right."""
import hashlib
import hmac
import os
import pathlib
import time

from board import counts, level
from box import CELL, LAMP, OUTPUTS, SAMPLE, Box
from keys import DIGITS, ENTER, Keys
from station import ID, Process, prescription, run, wait_for

__all__ = ["test_it_is_ready_and_has_its_devices", "test_lines_in_use_at_the_start", "test_pedals_and_cards", "test_the_watchdog", "test_killed_and_stopped",
           "test_a_wrong_configuration_is_not_tried_again", "test_the_doctor_as_its_user"]

CONFIG, CREDENTIALS = pathlib.Path("/etc/gymstation/gymstation.conf"), pathlib.Path("/etc/credstore")
UNIT = "gymstation.service"
SECRET = "0123456789abcdef0123456789abcdef"
START, STOP = 48, 46
FIFO_PRIORITIES = {40, 60}  # of the loop and of the load cell's thread


def systemctl(*args, code=0):
    return run("systemctl", "--no-pager", *args, UNIT, code=code)


def shown(name):
    return run("systemctl", "show", "--value", "-p", name, UNIT).stdout.strip()


def active():
    return shown("ActiveState") == "active" and shown("SubState") == "running"


def said():
    """What the service wrote since it was started."""
    return run("journalctl", "--no-pager", "-o", "cat", f"_SYSTEMD_INVOCATION_ID={shown('InvocationID')}").stdout


def status(pid, key):
    return next(line.split(":", 1)[1].strip() for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
                if line.startswith(key + ":"))


def comes_to(condition, seconds, what):
    """As wait_for, but asks once a second: what asks systemctl takes this machine long, and the board no time at all."""
    def one_second_later():
        time.sleep(1)
        return condition()
    wait_for(one_second_later, seconds, what)


class Service(Box):
    """The service, wired to the board; it starts with what a technician would write into its files."""

    def __enter__(self):
        super().__enter__()
        self.keep.callback(systemctl, "reset-failed", code=None)
        self.keep.callback(systemctl, "stop")
        return self

    def __exit__(self, kind, value, trace):
        if kind:
            print(*said().splitlines()[-20:], sep="\n      ")
        super().__exit__(kind, value, trace)

    def configure(self, *sets):
        text = SAMPLE.read_text()
        for key, value in (("id", ID), ("url", self.url)):
            text = text.replace(next(line for line in text.splitlines() if line.strip().startswith(f"{key} = ")), f'{key} = "{value}";', 1)
        text = text.replace('chip = "pinctrl-bcm2711"', 'chip = "hx711-wire"', 1)
        calibration = dict(one.rpartition(".")[2].split("=") for one in CELL if "calibration" in one)
        text = text.replace("gain = 128;", "gain = 128; calibration = { " + " ".join(f"{k} = {v};" for k, v in calibration.items()) + " };", 1)
        CONFIG.write_text(text + "".join(f"{one}\n" for one in sets))

    def power_on(self, *sets):
        self.configure(*sets)
        systemctl("start")
        self.here()

    def started_again(self, seconds):
        """What it tells of itself; the reason why is the journal's."""
        started = self.until(lambda: len(e := self.watch.events("station_started")) > 1 and e[-1], seconds, "it is started again")
        assert started["data"]["clean"] is False, started
        self.until(lambda: (m := self.watch.last("live")) and m.json["boot"] and m.at > self.watch.last("event").at, 10, "it reads the cell again")

    def here(self):
        self.until(lambda: (m := self.watch.last("status")) and m.payload == "online", 10, "it is online")
        self.until(lambda: (m := self.watch.last("live")) and "force_n" in m.json, 10, "the load cell is read")
        return int(shown("MainPID"))


def test_it_is_ready_and_has_its_devices():
    """Nothing is in the credential store: no secret is needed, and the unit does not fail for want of one."""
    with Service() as box:
        before = counts()["reads"]
        box.power_on()
        pid = int(shown("MainPID"))
        assert active() and shown("Type") == "notify" and shown("NRestarts") == "0"
        assert status(pid, "Uid").split() == [str(pathlib.Path("/var/lib/gymstation").stat().st_uid)] * 4 != ["0"] * 4
        assert int(status(pid, "CapEff"), 16) == 0 and status(pid, "NoNewPrivs") == "1" and status(pid, "Seccomp") == "2"
        assert int(status(pid, "VmLck").split()[0]) > 0, "no memory is locked"
        threads = [int(t) for t in os.listdir(f"/proc/{pid}/task")]
        fifo = {os.sched_getparam(t).sched_priority for t in threads if os.sched_getscheduler(t) & ~os.SCHED_RESET_ON_FORK == os.SCHED_FIFO}
        assert fifo == FIFO_PRIORITIES, f"real-time priorities {fifo}"
        health = box.watch.last("health").json
        assert health["rt"] is True and health["clock"] in ("synced", "unsynced"), health
        box.press("start")
        box.event("start_refused", 10, reason="no_programme")
        box.until(lambda: level(LAMP) == 0, 10, "the lamp is off again")
        assert counts()["reads"] > before
        journal = pathlib.Path("/var/lib/gymstation/journal.db").stat()
        assert journal.st_mode & 0o077 == 0, oct(journal.st_mode)


def test_lines_in_use_at_the_start():
    """A tool has the load cell for longer than systemd's own limit of starts lasts: the log says who, and then it is ready."""
    with Service() as box:
        box.configure()
        trace = box.dir / "cell.trace"
        tool = Process(box, "record", ["gymstationctl", "record", "--config", CONFIG, trace])
        wait_for(lambda: trace.exists() and trace.stat().st_size > 2000, 10, "the tool has the cell")
        systemctl("start", "--no-block")
        comes_to(lambda: int(shown("NRestarts")) >= 8, 60, "it was started eight times")
        assert "is in use by gymstationctl" in run("journalctl", "--no-pager", "-o", "cat", "-u", UNIT).stdout
        tool.popen.terminate()
        assert tool.popen.wait(10) == 0, tool.output()
        comes_to(active, 30, "it is ready")
        box.here()


def test_pedals_and_cards():
    """Input devices and a credential, under the unit's device policy."""
    with Service() as box:
        pedal, reader = Keys("pedal", (START, STOP)), Keys("reader", (*DIGITS.values(), ENTER))
        for device in (pedal, reader):
            box.keep.callback(device.unplug)
        secret = CREDENTIALS / "gymstation.card"
        secret.write_text(SECRET + "\n")
        secret.chmod(0o600)
        box.keep.callback(secret.unlink)
        box.power_on(f'card = {{ device = "{reader.path}"; secret_file = "gymstation.card"; }};')
        number = "9182736450"
        box.prescribed(prescription({"exercise": "glute_bridge", "side": "both", "contact": "floor"}, ask=[],
                                    login=hmac.new(SECRET.encode(), number.encode(), hashlib.sha256).hexdigest()))
        reader.type("5550001119")
        box.event("start_refused", 10, reason="unknown_card")
        reader.type(number)
        box.counters()  # it has looked at its devices since
        box.press("start")
        assert box.event("session_started", 10)["data"]["identified_by"] == "card"


def test_the_watchdog():
    """A daemon that stands still is replaced, and tells of it."""
    with Service() as box:
        box.power_on()
        pid = int(shown("MainPID"))
        os.kill(pid, 19)  # SIGSTOP
        box.started_again(60)
        assert int(shown("MainPID")) != pid and active() and shown("NRestarts") == "1"


def test_killed_and_stopped():
    with Service() as box:
        box.power_on()
        pid = int(shown("MainPID"))
        os.kill(pid, 9)
        box.started_again(20)
        assert int(shown("MainPID")) != pid and active() and shown("NRestarts") == "1"
        systemctl("stop")
        assert shown("Result") == "success" and shown("ExecMainStatus") == "0", shown("Result")
        assert not any(level(line) for line in OUTPUTS), "lights and buzzers are off"
        assert box.until(lambda: box.watch.last("status").payload == "offline", 10, "it says that it is off")


def test_a_wrong_configuration_is_not_tried_again():
    with Service() as box:
        box.configure("nonsense = 1;")
        systemctl("start", code=1)
        assert shown("ActiveState") == "failed" and shown("ExecMainStatus") == "2" and shown("NRestarts") == "0"
        assert f"{CONFIG}" in said() and "nonsense" in said(), said()


def test_the_doctor_as_its_user():
    with Service() as box:
        box.power_on()
        ask = ("runuser", "-u", "gymstation", "--", "gymstationctl", "doctor", "--config", CONFIG)
        beside = run(*ask, code=None).stdout
        assert "ok    real time    the running daemon has it\n" in beside, beside
        systemctl("stop")
        doctor = run(*ask, code=None)
        print(doctor.stdout)
        assert doctor.returncode == 0, doctor.stderr
        lines = {line.split()[1]: line.split()[0] for line in doctor.stdout.splitlines()[:-1]}
        assert {lines[what] for what in ("cell", "reads", "rate", "values", "gpio", "broker")} == {"ok"}, lines
