#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Builds and runs the tests; called by tools/test, which installs what is missing first.

    --quick  one build, unit tests, goldens, rings, the end-to-end tests that are marked as quick
    (none)   also all end-to-end tests, a sample of the fault matrix, the same replays by other compilers and on aarch64,
             the virtual board, clang, and every fuzzer for half a minute, the unit tests and goldens under ASan+UBSan and
             TSan
    --full   also all of the fault matrix, the release build with its tests, and all of ctest and the board on a
             Debian 13

An end-to-end test is an executable tests/e2e/test_*.py. It finds the programs in GYMSTATION_BUILD, exits 77 with its
reason on the last line when it cannot run here, may print `gymstation-e2e: 3 passed, 0 failed, 0 skipped` to be
counted as more than one test, and says that it belongs to --quick by a line `# gymstation-e2e: quick`.
"""
import concurrent.futures
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LOGS = os.path.join(ROOT, "build", "logs")
BOARD_KERNEL_LIMIT_S, BUILD_LIMIT_S, TESTS_LIMIT_S, E2E_LIMIT_S = 2400, 1200, 1200, 600
FAULTS_LIMIT_S = 5400
BOARD_LIMIT_S = 2000  # two boots
DEBIAN_13_LIMIT_S = 3600  # with its debootstrap, the build, ctest and the board
SHOWN_LINES = 60  # of the output of something that failed; the whole is in build/logs

GATE_SEED = 2026
FUZZ_S = 30  # of each fuzzer


class Run:
    """What was counted, and what there is to say about it."""

    def __init__(self):
        self.passed, self.failed, self.skipped = 0, 0, 0
        self.notes = []

    def count(self, passed, failed, skipped):
        self.passed += passed
        self.failed += failed
        self.skipped += skipped

    def note(self, what, text, rerun=None, output=None):
        self.notes.append((what, text, rerun, output))

    def counts(self):
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"

    def add(self, part):
        """Takes over what a step counted and shows the output of what failed in it."""
        self.count(part.passed, part.failed, part.skipped)
        self.notes += part.notes
        for what, text, _, output in part.notes:
            if what == "failed":
                print(f"  {text}")
                show(output or "")

    def print_notes(self):
        for what, text, rerun, _ in sorted(self.notes, key=lambda note: note[0], reverse=True):
            print(f"  {what}: {text}" + (f"\n      again: {rerun}" if rerun else ""))


def command(args, log, limit_s, env=None):
    """Runs args with nothing on stdin, output into the log. Exit code, 124 when it took too long; nothing stays."""
    os.makedirs(LOGS, exist_ok=True)
    with open(log, "w", encoding="utf-8", errors="replace") as out:
        process = subprocess.Popen(args, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                                   env={**os.environ, **(env or {})}, start_new_session=True)
        try:
            return process.wait(limit_s)
        except subprocess.TimeoutExpired:
            out.write(f"\ntook longer than {limit_s} s\n")
            return 124
        finally:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass


def text_of(log):
    with open(log, encoding="utf-8", errors="replace") as f:
        return f.read()


def show(text):
    lines = text.rstrip().split("\n")
    if len(lines) > SHOWN_LINES:
        print(f"    ... {len(lines) - SHOWN_LINES} lines more in build/logs")
    for line in lines[-SHOWN_LINES:]:
        print("    " + line)


class Step:
    """One line of progress: what, then how it went and how long it took."""

    def __init__(self, what):
        self.what, self.started = what, time.monotonic()
        self.log = os.path.join(LOGS, re.sub(r"\W+", "-", what) + ".log")
        print(f"{what} ...", end="", flush=True)

    def done(self, result):
        print(f" {result} ({time.monotonic() - self.started:.1f} s)", flush=True)


def simple(run, what, args):
    """A step that is fine when its command exits 0; it is no test and counts only when it fails."""
    step = Step(what)
    code = command(args, step.log, BUILD_LIMIT_S)
    step.done("ok" if code == 0 else f"FAILED, exit {code}")
    if code != 0:
        part = Run()
        part.count(0, 1, 0)
        part.note("failed", what, args[-1] if args[0] == "bash" else " ".join(args), text_of(step.log))
        run.add(part)
    return code == 0


def build(run, preset):
    return simple(run, f"build {preset}", ["bash", "-c", f"cmake --preset {preset} && cmake --build --preset {preset}"])


def cmocka_counts(output):
    """Passed, failed, skipped as cmocka's summary says; None for a program that is no cmocka test."""
    if "[==========]" not in output:
        return None
    numbers = [re.findall(rf"\[  {word} \] (\d+) test", output) for word in ("PASSED ", "FAILED ", "SKIPPED")]
    return [sum(map(int, found)) for found in numbers]


def last_line(output):
    lines = output.strip().split("\n")
    return lines[-1].strip()


def count_case(run, case, preset):
    """Counts one entry of ctest's report: the single tests in it where it is a cmocka program."""
    name, output, skip = case.get("name"), case.findtext("system-out") or "", case.find("skipped")
    if skip is not None and "SKIP_RETURN_CODE" in skip.get("message", ""):
        run.count(0, 0, 1)
        run.note("skipped", f"{preset}: {name}: {last_line(output)}")
        return
    ok = case.get("status") == "run"
    passed, failed, skipped = cmocka_counts(output) or (int(ok), 0, 0)
    run.count(passed, max(failed, 0 if ok else 1), skipped)
    if skipped:
        run.note("skipped", f"{preset}: {skipped} in {name}")
    if not ok:
        single = dict.fromkeys(re.findall(r"^\[  FAILED  \] ([A-Za-z_]\S*)$", output, re.M))
        run.note("failed", f"{preset}: {name} {' '.join(single)}".rstrip(),
                 f"ctest --test-dir build/{preset} -R '^{name}$' --output-on-failure", output)


def tsan_wrapper():
    """TSan's shadow memory does not fit beside more than 28 bits of randomised addresses (gcc 12, clang 14)."""
    try:
        with open("/proc/sys/vm/mmap_rnd_bits", encoding="ascii") as f:
            needed = int(f.read()) > 28
    except OSError:
        needed = False
    return ["setarch", "-R"] if needed and subprocess.run(["setarch", "-R", "true"], check=False).returncode == 0 else []


def ctest(run, preset, *more):
    """Runs what is registered with ctest in one build."""
    step = Step(f"tests {preset}")
    report = os.path.join(LOGS, f"{preset}.xml")
    if os.path.exists(report):
        os.remove(report)
    args = [*(tsan_wrapper() if preset == "tsan" else []), "ctest", "--test-dir", f"build/{preset}",
            "-j", str(os.cpu_count() or 1), "--no-tests=error", "--output-junit", report,
            "--test-output-size-passed", "10000000", "--test-output-size-failed", "10000000", *more]
    code = command(args, step.log, TESTS_LIMIT_S)
    part = Run()
    if os.path.exists(report):
        for case in ElementTree.parse(report).getroot().iter("testcase"):
            count_case(part, case, preset)
    if code != 0 and part.failed == 0:
        part.count(0, 1, 0)
        part.note("failed", f"tests {preset}: ctest, exit {code}", " ".join(args), text_of(step.log))
    step.done(part.counts())
    run.add(part)


def script_counts(what, path, code, output):
    part = Run()
    if code == 77:
        part.count(0, 0, 1)
        part.note("skipped", f"{what}: {last_line(output)}")
        return part
    said = re.findall(r"^gymstation-e2e: (\d+) passed, (\d+) failed, (\d+) skipped$", output, re.M)
    for counts in said:
        part.count(*map(int, counts))
    if not said:
        part.count(int(code == 0), 0, 0)
    if code != 0 and part.failed == 0:
        part.count(0, 1, 0)
    if part.failed:
        part.note("failed", f"{what}, exit {code}",
                  f"GYMSTATION_BUILD=$PWD/build/dev {os.path.relpath(path, ROOT)}", output)
    for reason in re.findall(r"^skipped: (.*)$", output, re.M) if part.skipped else []:
        part.note("skipped", f"{what}: {reason}")
    return part


def script(run, what, path, env=None, limit_s=E2E_LIMIT_S, more=()):
    """Runs one script, which may skip by 77 and may count more than one test."""
    step = Step(what)
    code = command([path, *more], step.log, limit_s, env)
    part = script_counts(what, path, code, text_of(step.log))
    step.done(part.counts())
    run.add(part)


def end_to_end(run, quick):
    folder = os.path.join(ROOT, "tests", "e2e")
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        path = os.path.join(folder, name)
        if not re.fullmatch(r"test_\w+\.py", name) or not os.access(path, os.X_OK):
            continue
        if quick and "\n# gymstation-e2e: quick\n" not in text_of(path):
            continue
        script(run, f"end to end {name[:-3]}", path, {"GYMSTATION_BUILD": os.path.join(ROOT, "build", "dev")})


def same_bytes(run):
    """Every compiler, -O0, -O2 and as released, x86-64 and aarch64: the same traces, the same bytes."""
    script(run, "same bytes", os.path.join(ROOT, "tests", "cross", "test_same_bytes.py"),
           {"GYMSTATION_BUILD": os.path.join(ROOT, "build", "dev")})


def faults(run, full):
    """The fault matrix: a seeded sample, with --full every call of a session; its table is shown."""
    script(run, "faults", os.path.join(ROOT, "tests", "faults", "matrix.py"),
           {"GYMSTATION_BUILD": os.path.join(ROOT, "build", "dev")}, FAULTS_LIMIT_S if full else E2E_LIMIT_S,
           ["--full"] if full else [])
    print(text_of(os.path.join(LOGS, "faults.log")).partition("\nfault ")[2].partition("gymstation-e2e")[0])


def board(run):
    """The virtual station board, on a kernel that is built when there is none yet."""
    kernel, cases = (os.path.join(ROOT, "tests", "board", name) for name in ("kernel", "run"))
    step = Step("board kernel")
    code = command([kernel], step.log, BOARD_KERNEL_LIMIT_S)
    output = text_of(step.log)
    if code == 0:
        step.done("built" if "kernel built in" in output else "found")
        script(run, "board", cases, {"GYMSTATION_BUILD": os.path.join(ROOT, "build", "dev")}, BOARD_LIMIT_S)
        return
    part = script_counts("board kernel", kernel, code, output)
    step.done(part.counts())
    run.add(part)


def fuzz_one(name, folder, found):
    """A fuzzer for FUZZ_S from its seeds: name, exit code, what it said last."""
    log = os.path.join(LOGS, f"{name}.log")
    what = name.removeprefix("fuzz_")
    code = command([os.path.join(ROOT, "build", "fuzz", "tests", name), f"-max_total_time={FUZZ_S}", "-timeout=30",
                    "-rss_limit_mb=2048", f"-artifact_prefix={found}/{what}-", "-print_final_stats=1",
                    f"-seed={os.environ['GYMSTATION_SEED']}", os.path.join(folder, what)], log, FUZZ_S + 120)
    return name, code, text_of(log)


def fuzz(run):
    """Every fuzzer, two at a time. What one finds is kept in build/fuzz/found; its place then is tests/fuzz/corpus."""
    if not simple(run, "build fuzz", ["bash", "-c", "cmake --preset fuzz && cmake --build --preset fuzz --target fuzzers"]):
        return
    step = Step("fuzz")
    found, part = os.path.join(ROOT, "build", "fuzz", "found"), Run()
    names = [n[:-2] for n in sorted(os.listdir(os.path.join(ROOT, "tests", "fuzz"))) if re.fullmatch(r"fuzz_\w+\.c", n)]
    executed = 0
    os.makedirs(found, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(2) as pool:
        subprocess.run([os.path.join(ROOT, "tests", "fuzz", "seeds"), folder], check=True)
        for name, code, output in pool.map(lambda name: fuzz_one(name, folder, found), names):
            part.count(code == 0, code != 0, 0)
            executed += int((re.findall(r"number_of_executed_units: (\d+)", output) or [0])[-1])
            if code != 0:
                part.note("failed", f"{name}, exit {code}", f"build/fuzz/tests/{name} build/fuzz/found/...", output)
    step.done(f"{part.counts()}, {executed} inputs")
    run.add(part)


def clang_build(run):
    return simple(run, "build clang", ["bash", "-c", "cmake --preset dev -B build/clang -DCMAKE_C_COMPILER=clang && "
                                       "cmake --build build/clang"])


def stop(number, _frame):
    """What was started has a session of its own: command() must get the chance to end it."""
    sys.exit(128 + number)


def formatted(run):
    """Other versions of clang-format have other opinions: only the one of .clang-format is asked."""
    if shutil.which("clang-format-14"):
        simple(run, "format", ["bash", "-c", "git ls-files -z '*.[ch]' | xargs -0 clang-format-14 --dry-run -Werror"])


def main():
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, stop)
    mode = sys.argv[1] if len(sys.argv) > 1 else ""
    quick, full = mode == "--quick", mode == "--full"
    run = Run()
    started = float(os.environ.get("GYMSTATION_STARTED") or time.time())
    print(f"setup ok ({time.time() - started:.1f} s)")
    # Random tests look at the same cases every time here, so that red means a change; --full looks further afield.
    os.environ.setdefault("GYMSTATION_SEED", str(random.randrange(1, 1 << 30) if full else GATE_SEED))
    print(f"random tests: GYMSTATION_SEED={os.environ['GYMSTATION_SEED']}")
    formatted(run)
    if build(run, "dev"):
        ctest(run, "dev")
        end_to_end(run, quick)
        if not quick:
            same_bytes(run)
            faults(run, full)
            board(run)
    if not quick:
        clang_build(run)
        fuzz(run)
        # Answers and bench are the core's, which has no threads: under TSan they take as long as all else and tell nothing.
        for preset, without in (("asan", "rings"), ("tsan", "rings|answers|bench")):
            if build(run, preset):
                ctest(run, preset, "-LE", without)
    if full:
        build(run, "release") and ctest(run, "release")
        script(run, "debian 13", os.path.join(ROOT, "tests", "debian13"), limit_s=DEBIAN_13_LIMIT_S)
    print(f"\nSummary, {time.time() - started:.0f} s")
    run.print_notes()
    if run.passed + run.failed == 0:
        print("  failed: nothing ran")
    print(run.counts())
    return 0 if run.failed == 0 and run.passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
