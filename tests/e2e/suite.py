# SPDX-License-Identifier: MIT
"""How the end-to-end tests of a file are run and counted: functions test_*, as tests/run.py wants it."""
import argparse
import os
import pathlib
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("GYMSTATION_BUILD", ROOT / "build" / "dev")).resolve()


class Skip(Exception):
    """Says why a test cannot run here."""


def outcome(test):
    """passed, failed or skipped, and what there is to say."""
    try:
        test()
    except Skip as reason:
        return "skipped", str(reason)
    except AssertionError as error:
        where = traceback.extract_tb(error.__traceback__)
        line = next((f.lineno for f in reversed(where) if f.filename == test.__code__.co_filename), 0)
        return "failed", f"line {line}: {error}"
    except Exception:  # a test that breaks has failed; the next one runs
        return "failed", traceback.format_exc()
    return "passed", ""


def timed(test):
    started = time.monotonic()
    how, said = outcome(test) if os.access(BUILD / "gymstationd", os.X_OK) else ("skipped", "gymstationd is not built")
    return test, how, said, time.monotonic() - started


def main(namespace, at_once=3):
    """Runs the functions test_* of a module, or those that are named, some of them at once since they mostly wait; exits as
    tests/run.py wants it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", help="parts of test names")
    names = parser.parse_args().names
    tests = [f for n, f in namespace.items() if n.startswith("test_") and (not names or any(p in n for p in names))]
    counts, reasons = {"passed": 0, "failed": 0, "skipped": 0}, []
    with ThreadPoolExecutor(at_once) as pool:
        for test, how, said, took in pool.map(timed, tests):
            counts[how] += 1
            reasons += [said] if how == "skipped" else []
            print(f"{how:8} {test.__name__} ({took:.1f} s)" + (f"\n  {said}" if said else ""), flush=True)
    for reason in dict.fromkeys(reasons):
        print(f"skipped: {reason}")
    print("gymstation-e2e: " + ", ".join(f"{n} {how}" for how, n in counts.items()))
    if counts["skipped"] == len(tests):
        print(reasons[-1])
        sys.exit(77)
    sys.exit(1 if counts["failed"] else 0)
