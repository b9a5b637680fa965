#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The station's unit: as closed as it can be, and not more than it can be. Exit 77: no systemd-analyze here."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "systemd"
UNIT = FOLDER / "gymstation.service"
COLLECTORS = (FOLDER / "gymstation-collect.service", FOLDER / "gymstation-collect-backup.service")
COLLECTORS_EXPOSURE = 15
EXPOSURE = 23  # tenths, of 100; a service without any of it has 96. Devices, network, the clock and real time cost most of it

TEXT = UNIT.read_text()
LINES = [line.strip() for line in TEXT.splitlines() if "=" in line and not line.startswith("#")]


def test_what_would_stop_the_station_is_not_there():
    """Each has been somebody's improvement: see hardware.md's reasons in the unit."""
    for key in ("ProtectClock", "RestrictRealtime", "PrivateDevices", "PrivateNetwork", "DynamicUser"):
        assert not [line for line in LINES if line.startswith(key + "=")], key
    for line in ("DevicePolicy=closed", "DeviceAllow=char-gpiochip rw", "DeviceAllow=char-i2c rw", "DeviceAllow=char-input r",
                 "LimitRTPRIO=60", "LimitMEMLOCK=infinity", "Environment=GYMSTATION_BOOT_ID=%b"):
        assert line in LINES, line
    filters = [line for line in LINES if line.startswith("SystemCallFilter=")]
    assert filters[-1] == "SystemCallFilter=adjtimex clock_adjtime", "@privileged has taken the reading of the clock away"
    assert not any("@resources" in line and "~" in line for line in filters), "no thread could get its priority"


def test_a_missing_secret_does_not_stop_the_unit():
    for line in LINES:
        assert not line.startswith("LoadCredential") or ":" not in line, f"{line}: a path that is not there fails the unit"


def test_no_number_of_starts_is_too_many():
    """A line that somebody else holds for some seconds, and systemd's limit of starts, would leave the station off for good."""
    for unit in (UNIT, COLLECTORS[0]):
        section = unit.read_text().split("\n[Service]")[0]
        assert "\nStartLimitIntervalSec=0\n" in section, f"{unit.name}: [Unit] has no StartLimitIntervalSec=0"
        for key in ("StartLimitBurst", "StartLimitAction"):
            assert key not in unit.read_text(), f"{unit.name}: {key}"


def test_every_line_has_its_reason():
    for line in LINES:
        if re.match(r"(StartLimit|Limit|DevicePolicy|SystemCall|Load|User|RestrictAddress|UMask|MemoryDeny|MemoryMax|Environment)", line):
            block = TEXT[:TEXT.index("\n" + line)].rsplit("\n\n", 1)[-1]
            assert "#" in block, line


def test_secrets_are_credentials_that_may_be_missing_for_the_collector_too():
    text = COLLECTORS[0].read_text()
    assert re.findall(r"^LoadCredential=(.*)$", text, re.M) == ["gymstation-collect.key", "gymstation-collect.password"], text


def test_exposure():
    for unit, limit in ((UNIT, EXPOSURE), *((unit, COLLECTORS_EXPOSURE) for unit in COLLECTORS)):
        done = subprocess.run(["systemd-analyze", "security", "--offline=true", f"--threshold={limit}", "--no-pager", unit],
                              capture_output=True, text=True, check=False)
        print(done.stdout.splitlines()[-1] if done.stdout else done.stderr)
        assert done.returncode == 0, done.stdout + done.stderr


def test_systemd_has_nothing_to_say_of_the_units():
    """Every key is known and in its section. The programs are installed elsewhere than here: any other stands for them."""
    with tempfile.TemporaryDirectory() as folder:
        units = []
        for unit in sorted(FOLDER.glob("gymstation*.service")) + sorted(FOLDER.glob("*.timer")):
            copy = pathlib.Path(folder, unit.name)
            copy.write_text(re.sub(r"/usr/bin/gymstation\w+", "/bin/true", unit.read_text()))
            units.append(copy)
        assert len(units) >= 4, units
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False)
        said = [line for line in (done.stdout + done.stderr).splitlines() if "gymstation" in line]
        assert done.returncode == 0 and not said, said


if __name__ == "__main__":
    test_what_would_stop_the_station_is_not_there()
    test_a_missing_secret_does_not_stop_the_unit()
    test_no_number_of_starts_is_too_many()
    test_every_line_has_its_reason()
    test_secrets_are_credentials_that_may_be_missing_for_the_collector_too()
    if not shutil.which("systemd-analyze"):
        print("systemd-analyze is not installed")
        sys.exit(77)
    test_exposure()
    test_systemd_has_nothing_to_say_of_the_units()
