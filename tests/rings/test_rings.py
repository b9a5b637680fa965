#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds the project to its rings and house rules. Run by ctest, or by hand from the top: tests/rings/test_rings.py"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import check  # noqa: E402

root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
build = os.environ.get("GYMSTATION_BUILD", os.path.join(root, "build", "dev"))
if not os.path.exists(os.path.join(build, "libgymstation_core.a")):
    sys.exit(f"{build} has no core: build it with cmake --preset dev && cmake --build --preset dev")
findings = list(check.run(root, build, bool(os.environ.get("GYMSTATION_SANITIZE"))))
for finding in findings:
    print(finding)
print(f"{len(findings)} findings")
sys.exit(1 if findings else 0)
