#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The station's unit: as closed as it can be, and not more than it can be. Exit 77: no systemd-analyze here."""
import pathlib
import re
import shutil
import subprocess
import sys

UNIT = pathlib.Path(__file__).resolve().parents[2] / "systemd" / "gymstation.service"
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


def test_every_line_has_its_reason():
    for line in LINES:
        if re.match(r"(Limit|DevicePolicy|SystemCall|Load|User|RestrictAddress|UMask|MemoryDeny|MemoryMax|Environment)", line):
            block = TEXT[:TEXT.index("\n" + line)].rsplit("\n\n", 1)[-1]
            assert "#" in block, line


def test_exposure():
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE}", "--no-pager", UNIT],
                          capture_output=True, text=True, check=False)
    print(done.stdout.splitlines()[-1] if done.stdout else done.stderr)
    assert done.returncode == 0, done.stdout + done.stderr


if __name__ == "__main__":
    test_what_would_stop_the_station_is_not_there()
    test_a_missing_secret_does_not_stop_the_unit()
    test_every_line_has_its_reason()
    if not shutil.which("systemd-analyze"):
        print("systemd-analyze is not installed")
        sys.exit(77)
    test_exposure()
