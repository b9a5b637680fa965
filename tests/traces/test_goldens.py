#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every NAME.trace here replays to NAME.events, byte for byte, and twice to the same; every event keeps the contract.

    test_goldens.py            compares; exit 1 and a diff where something differs
    tests/traces/update        writes the goldens anew: say in the commit why they changed
"""
import difflib
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
CTL = pathlib.Path(os.environ.get("GYMSTATION_BUILD", "build/dev"), "gymstationctl").resolve()
VALIDATE = HERE.parent / "schema" / "validate.py"


def replay(*arguments):
    """The path as it is given ends up nowhere in the output, so the folder does not matter."""
    done = subprocess.run([CTL, "replay", *arguments], capture_output=True, timeout=120, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, arguments))}: exit {done.returncode}: {done.stderr.decode()}")
    return done.stdout


def fields(value, path=""):
    """Every leaf of an event by its path."""
    if isinstance(value, (dict, list)) and value:
        items = value.items() if isinstance(value, dict) else enumerate(value)
        return {p: v for key, part in items for p, v in fields(part, f"{path}/{key}").items()}
    return {path: json.dumps(value)}


def event_difference(a, b):
    """The fields in which two lines differ, golden first."""
    old, new = fields(json.loads(a)), fields(json.loads(b))
    return ", ".join(f"{p} {old.get(p, 'absent')} -> {new.get(p, 'absent')}" for p in {**old, **new}
                     if old.get(p) != new.get(p)) or "the order or form of its bytes"


def difference(name, golden, events):
    """Where both have as many lines, by field; else as diff shows it."""
    old, new = golden.decode().splitlines(), events.decode().splitlines()
    if len(old) == len(new):
        return [f"{name}.events:{i}: {event_difference(a, b)}" for i, (a, b) in enumerate(zip(old, new), 1) if a != b]
    lines = difflib.unified_diff([line[49:] for line in old], [line[49:] for line in new], f"{name}.events", "replay",
                                 lineterm="", n=0)
    return [line[:300] for line in lines][:20]


def check(trace):
    """What is wrong with one trace, as lines."""
    events = replay(trace)
    wrong = []
    if "# odd: " not in trace.read_text().split("\n")[1]:
        wrong.append(f"{trace.name}: the second line must say what is odd about it: '# odd: ...'")
    golden = trace.with_suffix(".events")
    if not golden.exists():
        wrong.append(f"{golden.name} is missing: tests/traces/update")
    elif golden.read_bytes() != events:
        wrong += difference(trace.stem, golden.read_bytes(), events)
    if replay(trace) != events:
        wrong.append(f"{trace.name}: two replays differ")
    # The live messages stand between the events and change nothing about them.
    lines = replay("--live", trace).split(b"\n")
    live = [line for line in lines if line.startswith(b'{"live":')]
    if b"\n".join(line for line in lines if line not in live) != events:
        wrong.append(f"{trace.name}: --live changes the events")
    times = [json.loads(line)["live"]["t_ns"] for line in live]
    if times != sorted(times):
        wrong.append(f"{trace.name}: live messages out of order")
    return wrong


def check_contract(traces):
    done = subprocess.run([sys.executable, VALIDATE, *[t.with_suffix(".events") for t in traces]], capture_output=True,
                          text=True, timeout=120, check=False)
    return done.stdout.splitlines() if done.returncode != 0 else []


def main():
    traces = sorted(HERE.glob("*.trace"))
    if not os.access(CTL, os.X_OK):
        print(f"skipped: {CTL} is not built")
        return 77
    if "--update" in sys.argv[1:]:
        for trace in traces:
            trace.with_suffix(".events").write_bytes(replay(trace))
        return 0
    wrong = [line for trace in traces for line in check(trace)] + check_contract(traces)
    # Several traces are replayed each by a fresh core, in the order given.
    if replay(*traces) != b"".join(replay(trace) for trace in traces):
        wrong.append("all traces at once differ from one at a time")
    print("\n".join(wrong) or f"{len(traces)} traces as they should be")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
