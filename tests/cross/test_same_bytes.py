#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The same traces give the same bytes with gcc and clang, at -O0, -O2 and as released, on x86-64 and aarch64 (qemu-user).

Builds replayer.c with the whole of what it needs of core, adapters and app, once per compiler, and compares what they
print over all of tests/traces and simulated patients of every exercise with what the first prints. What is built stays
in GYMSTATION_BUILD/cross, the arm64 libraries in GYMSTATION_ARM64 (by default under /var/cache), both outside the tree.
"""
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = pathlib.Path(os.environ.get("GYMSTATION_BUILD", ROOT / "build" / "dev")).resolve()
LIBRARIES = pathlib.Path(os.environ.get("GYMSTATION_ARM64", "/var/cache/gymstation/arm64"))
CROSS = BUILD / "cross"
FLAGS = ("-std=c17 -w -ffp-contract=off -D_GNU_SOURCE -DGYMSTATION_CONFDIR='\"/etc/gymstation\"' "
         f"-DGYMSTATION_DATADIR='\"/usr/share/gymstation\"' -DGYMSTATION_VERSION='\"cross\"' -I{ROOT} -I{ROOT}/include")
MAIN = [HERE / "replayer.c"] + [ROOT / "tools" / "gymstationctl" / f"{name}.c"
                                for name in ("ctl", "simulate_rx", "simulate_write")]
AARCH64 = "aarch64-linux-gnu-gcc"
LEVELS = {"O0": "-O0", "O2": "-O2", "released": "-O3 -flto=2"}  # as the release preset builds the core
# The configuration knows the drivers, a replay calls none of them: they are left out, and what they would have been is
# never called (a call would crash, and fail the test).
DRIVERS = re.compile(r"^#include <(gpiod|sqlite3|MQTT\w+|systemd/\S+)\.h>", re.M)
LIBRARIES_LINKED = "-static -Wl,--unresolved-symbols=ignore-all -ljansson -lconfig -lcrypto -lm"


def emulator():
    """Debian 12 also has it as qemu-user-static; either will do for a static program."""
    return next(filter(None, map(shutil.which, ("qemu-aarch64", "qemu-aarch64-static"))), None)


def why_not_aarch64():
    if not shutil.which(AARCH64):
        return f"no {AARCH64} (gcc-aarch64-linux-gnu)"
    if not emulator():
        return "no qemu-aarch64 (qemu-user)"
    done = subprocess.run([HERE / "arm64_libraries", LIBRARIES], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "the arm64 libraries cannot be installed" if done.returncode else None


def variants(aarch64):
    """Name, compiler, flags, what runs it."""
    found = [(f"{compiler}-{level}", compiler, flags, []) for compiler in ("gcc", "clang")
             for level, flags in LEVELS.items() if shutil.which(compiler) and (compiler, level) != ("clang", "released")]
    if aarch64:
        include = f"-isystem {LIBRARIES}/usr/include -isystem {LIBRARIES}/usr/include/aarch64-linux-gnu"
        found += [(f"aarch64-{level}", AARCH64, f"{flags} {include}", [emulator()]) for level, flags in LEVELS.items()]
    return found


def sources():
    """What of the archives a replayer needs: the linker's own answer for the build that is here."""
    objects = [str(CROSS / f"{path.stem}.o") for path in MAIN]
    for path, name in zip(MAIN, objects):
        subprocess.run(f"gcc {FLAGS} -c {path} -o {name}", shell=True, check=True)
    rings = [str(BUILD / f"libgymstation_{ring}.a") for ring in ("app", "io", "core")]
    linked = subprocess.run(["gcc", *objects, "-Wl,-t,-t", "-Wl,--start-group", *rings, "-Wl,--end-group",
                             *LIBRARIES_LINKED.split(), "-o", str(CROSS / "linked")],
                            capture_output=True, text=True, check=False)
    if linked.returncode != 0:
        raise SystemExit(f"the replayer does not link:\n{linked.stderr[-2000:]}")
    members = set(re.findall(r"libgymstation_\w+\.a\)(\S+\.c)\.o", linked.stdout))
    needed = sorted(path for path in (ROOT / "daemon").rglob("*.c") if path.name in members)
    return MAIN + [path for path in needed if not DRIVERS.search(path.read_text(encoding="utf-8"))]


def write_ninja(builds, files):
    lines = ["rule cc", "  command = $cc $flags -MD -MF $out.d -c $in -o $out", "  depfile = $out.d", "  deps = gcc",
             "rule link", "  command = $cc $flags $in $libraries -o $out"]
    for name, compiler, flags, run in builds:
        libraries = f"-L{LIBRARIES}/usr/lib/aarch64-linux-gnu" if run else ""
        libraries += " -flto=2" if "-flto" in flags else ""
        objects = [CROSS / name / path.relative_to(ROOT).with_suffix(".o") for path in files]
        for path, out in zip(files, objects):
            lines += [f"build {out}: cc {path}", f"  cc = {compiler}", f"  flags = {FLAGS} {flags}"]
        lines += [f"build {CROSS / name / 'replayer'}: link {' '.join(map(str, objects))}", f"  cc = {compiler}",
                  f"  libraries = {libraries} {LIBRARIES_LINKED}"]
    (CROSS / "build.ninja").write_text("\n".join(lines) + "\n")


def first_difference(expected, found):
    """The trace or patient it is in, and the two lines."""
    section = ""
    expected, found = expected.split(b"\n"), found.split(b"\n")
    for a, b in zip(expected, found):
        if a.startswith(b"== "):
            section = a[3:].decode()
        if a != b:
            return f"{section}:\n    {a[:400].decode()}\n    {b[:400].decode()}"
    return f"{section}: {len(expected)} and {len(found)} lines"


def main():
    if not (BUILD / "libgymstation_core.a").exists() or not shutil.which("gcc") or not shutil.which("ninja"):
        print(f"needs gcc, ninja and a build in {BUILD}")
        return 77
    CROSS.mkdir(exist_ok=True)
    missing = why_not_aarch64()
    builds = variants(not missing)
    write_ninja(builds, sources())
    done = subprocess.run(["ninja", "-C", CROSS, "--quiet"], check=False, capture_output=True, text=True)
    if done.returncode != 0:  # else what the linker says of static programs is of no use here
        print(done.stdout + done.stderr)
        return 1
    traces = sorted((HERE.parent / "traces").glob("*.trace"))

    def output(build):
        program = [*build[3], CROSS / build[0] / "replayer", ROOT / "config" / "exercises", *traces]
        return subprocess.run(program, stdout=subprocess.PIPE, check=True).stdout

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as threads:
        outputs = list(threads.map(output, builds))
    wrong = 0
    for (name, *_), found in zip(builds, outputs):
        same = found == outputs[0]
        wrong += not same
        print(f"{name}: {len(found)} bytes" + ("" if same else f", not those of {builds[0][0]}, first in "
                                               + first_difference(outputs[0], found)))
    sections = re.findall(rb"^== ", outputs[0], re.M)
    print(f"{len(traces)} traces and {len(sections) - len(traces)} patients, {len(builds)} builds")
    if missing:
        print(f"skipped: aarch64 is not compared: {missing}")
    print(f"gymstation-e2e: {len(builds) - wrong} passed, {wrong} failed, {2 if missing else 0} skipped")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
