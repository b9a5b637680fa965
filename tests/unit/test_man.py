#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every option that a program's --help names is in its manual page, and the other way round. Exit 77: not built."""
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("GYMSTATION_BUILD", ROOT / "build" / "dev"))
EVERYWHERE = {"help", "usage", "version"}  # argp's own


def helped(*command):
    run = subprocess.run([BUILD / command[0], *command[1:], "--help"], capture_output=True, text=True, check=True)
    return set(re.findall(r"--([a-z][a-z-]*)", run.stdout)) - EVERYWHERE


def in_manual(text):
    return set(re.findall(r"Fl Fl ([a-z][a-z-]*)", text)) - EVERYWHERE


def section(text, command):
    """What the page says under `.Ss gymstationctl COMMAND`."""
    found = re.search(rf"^\.Ss gymstationctl {command}$(.*?)^\.S[sh] ", text, re.M | re.S)
    return found[1] if found else ""


def check(what, options, text):
    documented = in_manual(text)
    for option in sorted(options - documented):
        print(f"FAILED: {what}: --{option} is not in the manual page")
    for option in sorted(documented - options):
        print(f"FAILED: {what}: the manual page knows --{option}, the program does not")
    return options == documented


def main():
    ok, seen = True, 0
    if (BUILD / "gymstationd").exists():
        seen += 1
        ok &= check("gymstationd", helped("gymstationd"), (ROOT / "daemon" / "gymstationd.8").read_text())
    if (BUILD / "gymstationctl").exists():
        page = (ROOT / "tools" / "gymstationctl" / "gymstationctl.1").read_text()
        overview = subprocess.run([BUILD / "gymstationctl", "--help"], capture_output=True, text=True, check=True).stdout
        for command in re.findall(r"^ {2}([a-z]+) {2,}", overview, re.M):
            seen += 1
            ok &= check(f"gymstationctl {command}", helped("gymstationctl", command), section(page, command))
    if seen == 0:
        print(f"skipped: neither program is in {BUILD}")
        return 77
    print(f"{seen} programs and commands looked at")
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
