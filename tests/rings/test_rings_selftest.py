#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every rule of the ring check finds what breaks it, and a tree that keeps the rules passes."""
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import check  # noqa: E402

SPDX = "/* SPDX-License-Identifier: MIT */\n"
GOOD = {
    "include/gymstation/core.h": SPDX + "#include <stdint.h>\nenum state { STATE_A, STATE_B };\nint core_go(int64_t);\n",
    "daemon/core/core.c": SPDX + '#include "gymstation/core.h"\n#include <string.h>\n'
                                 "/* strcpy( in a comment, default: too */\n"
                                 'int core_go(int64_t t) { return (int)t + (int)strlen("sprintf("); }\n',
    "daemon/io/store.c": SPDX + "#include <sqlite3.h>\n#include <errno.h>\n"
                                "int f(int c) { switch (c) { case 'a': return 1; default: return 0; } }\n",
}
# rule, file, its text after the licence, a word of the message
BAD = [
    ("core_includes", "daemon/core/a.c", "#include <time.h>\n", "<time.h>"),
    ("core_includes", "daemon/core/a.c", '#include "gymstation/queue.h"\n', "queue.h"),
    ("core_includes", "daemon/core/a.c", '#include "daemon/io/store.h"\n', "store.h"),
    ("contract_includes", "include/gymstation/a.h", "#include <jansson.h>\n", "jansson.h"),
    ("contract_includes", "include/gymstation/a.h", '#include "daemon/core/a.h"\n', "daemon/core"),
    ("io_includes", "daemon/io/a.c", "#include <jansson.h>\n#include <sqlite3.h>\n", "sqlite3 beside jansson"),
    ("io_includes", "daemon/io/a.c", '#include "daemon/core/a.h"\n', "daemon/core"),
    ("io_includes", "daemon/io/a.c", '#include <jansson.h>\n#include "daemon/io/store.h"\n', "jansson and sqlite3"),
    ("lengths", "daemon/a.c", "\n" * 400, "401 lines"),
    ("lengths", "daemon/a.c", "int f(void)\n{\n" + "    ;\n" * 80 + "}\n", "f() has 83 lines"),
    ("forbidden", "daemon/a.c", "void f(char *a) { strcpy(a, a); }\n", "strcpy()"),
    ("forbidden", "daemon/a.c", "void f(void) { usleep(1); }\n", "usleep()"),
    ("forbidden", "daemon/a.c", "typedef struct { int a; } a_t;\n", "typedef"),
    ("conditionals", "daemon/a.c", "int f(void)\n{\n#ifdef X\n    return 1;\n#endif\n    return 0;\n}\n", "f()"),
    ("defaults", "daemon/a.c", "int f(int s) { switch (s) { case STATE_A: return 1; default: return 0; } }\n", "enum"),
    ("licences", "daemon/b.py", None, "SPDX"),
    ("headers_alone", "daemon/a.h", "int f(int64_t t);\n", "int64_t"),
]
OBJECTS = [
    ("core_symbols", "core", "int printf(const char *, ...);\nint f(void) { return printf(\"a\"); }\n", "p"),
    ("globals", "core", "int counter;\nint f(void) { return counter++; }\n", "counter"),
    ("globals", "io", "int f(void) { static int calls = 3; return calls++; }\n", "calls"),
]


def findings(files, objects=None):
    with tempfile.TemporaryDirectory() as root:
        subprocess.run(["git", "init", "-q", root], check=True)
        for name, text in files.items():
            os.makedirs(os.path.join(root, os.path.dirname(name)), exist_ok=True)
            with open(os.path.join(root, name), "w", encoding="utf-8") as f:
                f.write(text)
        if objects:
            ring, text = objects
            subprocess.run(["cc", "-c", "-x", "c", "-", "-o", "a.c.o"], cwd=root, input=text, text=True, check=True)
            subprocess.run(["ar", "rc", f"libgymstation_{ring}.a", "a.c.o"], cwd=root, check=True)
        return list(check.run(root, root if objects else None))


def main():
    wrong = [f"a tree that keeps the rules: {line}" for line in findings(GOOD)]
    for rule, name, text, word in BAD:
        found = findings({**GOOD, name: SPDX + text if text else "print()\n"})
        if not any(line.startswith(name) and f" {rule}: " in line and word in line for line in found):
            wrong.append(f"{rule} does not find {word!r} in {name}; found: {found}")
    for rule, ring, text, word in OBJECTS:
        if not any(f" {rule}: " in line and word in line for line in findings(GOOD, (ring, text))):
            wrong.append(f"{rule} does not find {word!r} in the {ring} ring")
    # Constants with pointers in them are no variables, even where the linker has to fill them in.
    wrong += [f"a constant table: {line}" for line in findings(
        GOOD, ("core", 'int g(void);\nint (*const table[])(void) = {g, g};\nint g(void) { return table[0] != 0; }\n'))]
    print("\n".join(wrong) or f"{len(BAD) + len(OBJECTS)} rules broken, {len(BAD) + len(OBJECTS)} found")
    return 1 if wrong else 0


sys.exit(main())
