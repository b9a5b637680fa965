#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The station as a service: installed by cmake --install, started by systemd with the unit as it is, the devices given to its
user by the udev rule. Runs inside: `prepare` before systemd, then as a unit of its own, see tests/board/init."""
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]

UNITS = pathlib.Path("/etc/systemd/system")
CONFIG = pathlib.Path("/etc/gymstation/gymstation.conf")
TARGET = """[Unit]
Requires=sysinit.target board-cases.service
After=sysinit.target
AllowIsolate=yes
"""
CASES = """[Unit]
After=sysinit.target systemd-udev-settle.service
Wants=systemd-udev-settle.service
[Service]
Type=oneshot
TimeoutStartSec=infinity
Environment={environment}
WorkingDirectory={tree}
ExecStart=/usr/bin/python3 tests/board/service.py {names}
ExecStopPost=/bin/systemctl poweroff --force --force
StandardOutput=tty
StandardError=tty
TTYPath=/dev/console
"""
KEPT = ("GYMSTATION_BUILD", "BOARD_TREE", "BOARD_CLOCK", "BOARD_MODULE", "PATH", "LC_ALL", "PYTHONDONTWRITEBYTECODE")


def prepare():
    tree, build = os.environ["BOARD_TREE"], os.environ["GYMSTATION_BUILD"]
    subprocess.run(["cmake", "--install", build, "--prefix", "/usr"], check=True, stdout=subprocess.DEVNULL)
    pathlib.Path("/etc/fstab").write_text("", encoding="ascii")
    pathlib.Path("/.dockerenv").unlink(missing_ok=True)  # in a container systemd leaves mounts alone, and credentials are mounts
    for path in ("tmpfiles.d/tmp.conf", "systemd/system/tmp.mount"):  # /tmp stays as it is: the tree may be there
        pathlib.Path("/etc", path).unlink(missing_ok=True)
        pathlib.Path("/etc", path).symlink_to("/dev/null")
    for unit in UNITS.glob("*.wants"):  # nothing of what else this machine may start
        for link in unit.iterdir():
            link.unlink()
    names = " ".join(name for name in os.environ.get("BOARD_NAMES", "").split(",") if name)
    environment = " ".join(f"{key}={os.environ[key]}" for key in KEPT)
    (UNITS / "board.target").write_text(TARGET, encoding="ascii")
    (UNITS / "board-cases.service").write_text(CASES.format(environment=environment, tree=tree, names=names), encoding="ascii")


if __name__ == "__main__":
    if sys.argv[1:] == ["prepare"]:
        prepare()
    else:
        import suite
        import case_service

        suite.main({n: getattr(case_service, n) for n in case_service.__all__}, at_once=1)
