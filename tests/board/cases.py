#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What is tried on the board; runs inside, started by tests/board/init. Time is time.monotonic(), which is virtual."""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]

import suite  # noqa: E402
from case_session import *  # noqa: E402,F401,F403
from case_cell import *  # noqa: E402,F401,F403
from case_wire import *  # noqa: E402,F401,F403
from case_keys import *  # noqa: E402,F401,F403
from case_tools import *  # noqa: E402,F401,F403

if __name__ == "__main__":
    suite.main(globals(), at_once=1)  # there is one board
