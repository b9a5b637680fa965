#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The fault matrix: each fault with its count, what was lost, what came twice, the backlog and the time to recover.

    tests/faults/matrix.py            a seeded hundredth of it, under two minutes
    tests/faults/matrix.py --full     every call of a short session, thousands of kills and power cuts, long outages

process.py has the faults of the process, the power and the disk, link.py those of the broker and the way to it, broker.py
those of who is let in and of the clock, collecting.py those of the collector, backlog.py the figures. Every one is judged by ledger.py: what was committed is what the collector stored,
once, byte for byte, in order.
"""
import argparse
import os
import pathlib
import random
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

import backlog  # noqa: E402
import broker  # noqa: E402
import collecting  # noqa: E402
import link  # noqa: E402
import process  # noqa: E402
from ledger import Table  # noqa: E402
from suite import BUILD  # noqa: E402

SAMPLE = {"kill": 8, "torn": 4, "after": 4, "power": 6, "ENOSPC": 5, "EIO": 5, "EROFS": 5, "short": 3}
ALONE = ("reconnects", "many_rows")  # their figures would be those of the others' noise
RESULTS = HERE / "RESULTS.md"
ABOUT = """# What the fault matrix found

The output of `GYMSTATION_SEED=2026 tests/faults/matrix.py --full --results` on a machine with two cores that others used
too. Every fault is struck at a running daemon with its real journal, broker (mosquitto) and collector, and judged by
ledgers: `lost` counts rows that were committed at any time and are not in the collector's database byte for byte; `twice`
counts reps with the same session, item, set and number, and rows of the collector that the journal does not have. `below`
is 3/N, the bound on the rate with 95 % confidence where nothing was found. `taken by it` is the worst backlog: what the
core had given and a death took with it because it was not committed yet, always after the last commit. `worst recovery` is
the time to the first event delivered after a start, or to all being stored after an outage.

The power cut is modelled: what no fsync had covered is put back, by a coin a sector (tests/faults/shim_faults.c). The slow
and lossy line is a proxy that delays pieces of 1448 bytes by 5-30 ms, one in twenty by 0.2-3 s, and cuts at one in a hundred.
Every run also has power cuts over a disk whose fsync does nothing, one for the station and one for the collector, and fails
unless the judge sees what that loses.

In each journal that is looked at, from its first row on, every `session_started` and every `set_started` must have one
completion, before the station says that it started again, and no death may be told of twice. Of the collector's lives three
in four were spared until they had acknowledged more than the lives before them; what was acknowledged must then be there.
"""
KILLS, CUTS, STORMS = 2000, 6000, 100  # of --full: sessions with a SIGKILL, with a power cut; storms of each kind


def batches(name, strike, rounds, size=process.BATCH):
    """Faults at random, so many to a journal."""
    for n in range(-(-rounds // size)):
        yield f"{name}_{n}", lambda t, s, n=n: strike(t, s + n, min(size, rounds - n * size))


def deaths(full):
    """Of the process, the power and the disk."""
    for action, sample in SAMPLE.items():
        n = None if full else sample
        yield f"every_call_{action}", lambda t, s, a=action, n=n: process.struck_at_every_call(t, s, a, n)
    yield from batches("killed_at_random", lambda t, s, n: process.struck_at_random(
        t, s, ("kill", "torn", "after"), "SIGKILL at random calls", n), KILLS if full else 8)
    yield from batches("old_protocol", lambda t, s, n: process.struck_at_random(
        t, s, process.DEATHS, "SIGKILL or power cut at random calls, over MQTT 3.1.1", n, ("mqtt.protocol=3.1.1",)),
        500 if full else 4)
    yield from batches("power_at_random", lambda t, s, n: process.struck_at_random(
        t, s, ("power",), "power cut at random calls", n), CUTS if full else 50)
    yield from batches("disk_in_a_storm", lambda t, s, n: process.disk_in_a_storm(t, s, n), STORMS if full else 2, 10)
    yield from batches("retention", lambda t, s, n: process.struck_while_it_lets_go(t, s, n), 100 if full else 2, 10)
    yield "a_disk_that_lies", lambda t, s: process.a_disk_that_lies(s)


def outages(full):
    """Of the way, the broker, the collector and the clock: these mostly wait."""
    yield "pubacks_eaten", lambda t, s: link.pubacks_eaten(t, 8 if full else 1)
    yield "half_open", lambda t, s: link.half_open(t, 10 if full else 1)
    yield "cut", lambda t, s: link.cut(t, 30 if full else 3)
    yield "broker_stopped", lambda t, s: link.broker_stopped(t, 10 if full else 1)
    yield "broker_killed", lambda t, s: link.broker_killed(t, 20 if full else 2)
    yield "bad_line", lambda t, s: link.bad_line(t, s, 30 if full else 4)
    yield "bad_line_to_collector", lambda t, s: link.bad_line_to_the_collector(t, s, 30 if full else 4)
    yield "acl_refused", lambda t, s: broker.acl_refused(t, 10 if full else 1)
    yield "password_refused", lambda t, s: broker.password_refused(t, 10 if full else 1)
    for n, about in enumerate(broker.CERTIFICATES):
        if full or n in (0, 4):
            yield f"certificate_{n}", lambda t, s, about=about: broker.certificate(t, *about)
    yield "collector_killed", lambda t, s: collecting.struck(
        t, s, ("kill", "torn", "after"), "collector: SIGKILL at random calls", 900 if full else 15)
    yield "collector_power", lambda t, s: collecting.struck(
        t, s, ("power",), "collector: power cut at random calls", 900 if full else 15)
    yield "collector_disk_that_lies", lambda t, s: collecting.a_disk_that_lies(s)
    yield "taken_over", lambda t, s: broker.taken_over(t, 30 if full else 3)
    yield "clock_jumps", lambda t, s: broker.clock_jumps(t, 60 if full else 6)
    yield "reconnects", lambda t, s: backlog.reconnects(t, s, 30 if full else 2)
    yield "broker_away", lambda t, s: backlog.broker_away(t, 1 if full else 0.02)
    yield "many_rows", lambda t, s: backlog.many_rows(t, 1_000_000 if full else 20_000)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--results", action="store_true", help="write the table into tests/faults/RESULTS.md")
    parser.add_argument("names", nargs="*", help="parts of names of faults")
    options = parser.parse_args()
    seed = int(os.environ.get("GYMSTATION_SEED", random.randrange(1 << 30)))
    print(f"GYMSTATION_SEED={seed}")
    if not os.access(BUILD / "gymstationd", os.X_OK):
        print("gymstationd is not built")
        sys.exit(77)
    table, failed = Table(), 0
    chosen = [(n, f) for n, f in [*outages(options.full), *deaths(options.full)]
              if not options.names or any(p in n for p in options.names)]

    def one(scenario):
        began = time.monotonic()
        try:
            scenario[1](table, seed)
        except AssertionError as error:
            return scenario[0], str(error) or traceback.format_exc(), time.monotonic() - began
        except Exception:  # a scenario that breaks has failed; the next one runs
            return scenario[0], traceback.format_exc(), time.monotonic() - began
        return scenario[0], "", time.monotonic() - began

    def tell(name, error, took):
        print(f"{'failed' if error else 'passed'}  {name} ({took:.1f} s)" + (f"\n  {error}" if error else ""), flush=True)
        return bool(error)

    with ThreadPoolExecutor(4) as pool:
        failed += sum(tell(*said) for said in pool.map(one, [s for s in chosen if s[0] not in ALONE]))
    failed += sum(tell(*one(s)) for s in chosen if s[0] in ALONE)
    if killed_s := table.worst_recovery_s("SIGKILL", "power cut"):
        table.figure("first event delivered after a restart, worst of all", killed_s, "s", process.RESTART_S)
    print(table.text(), end="")
    missed = len(table.missed) if options.full else 0  # of a sample on a busy machine a figure says little
    if options.results:
        RESULTS.write_text(ABOUT + "\n" + "".join("    " + line for line in table.text().splitlines(True)))
    print(f"gymstation-e2e: {len(chosen) - failed} passed, {failed + missed} failed, 0 skipped")
    sys.exit(1 if failed + missed else 0)


if __name__ == "__main__":
    main()
