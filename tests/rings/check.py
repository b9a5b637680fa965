# SPDX-License-Identifier: MIT
"""The rules of the rings and of the house, checked on the text and on the objects of a build.

Every rule is a function that yields (file, line, what is wrong and what to do). test_rings.py runs them on the
project, test_rings_selftest.py on files that break each of them.
"""
import json
import os
import re
import subprocess

CORE_INCLUDES = set("stdint.h stdbool.h stddef.h limits.h string.h math.h".split())
CORE_CONTRACTS = set("basics exercise prescription input event cue core course cue_player latency panel".split())
CORE_SYMBOLS = set("memcpy memset memcmp memmove strlen strcmp strncmp strnlen fabs sqrt floor fma".split())
# What compilers call on their own: stack protector, fortified copies, position-independent code.
COMPILER_SYMBOLS = re.compile(r"__stack_chk_(fail|guard)|__mem(cpy|set|move)_chk|_GLOBAL_OFFSET_TABLE_")
SANITIZER_SYMBOLS = re.compile(r"__(asan|ubsan|tsan|sanitizer|sancov)_\w+|__start___sancov\w*|__stop___sancov\w*")

# A foreign header belongs to one library; everything else between <> is the C library or the kernel.
LIBRARIES = [(re.compile(pattern), name) for pattern, name in (
    (r"systemd/", "libsystemd"), (r"sqlite3", "sqlite3"), (r"jansson", "jansson"), (r"libconfig", "libconfig"),
    (r"openssl/", "libcrypto"), (r"MQTT", "Paho"), (r"gpiod", "libgpiod"))]
SHARED_PRIVATE = {"daemon/io/gpio/gpio.h"}  # drivers over the GPIO header, see design: rings

FORBIDDEN = {
    "strcpy": "use snprintf or memcpy with a known size", "strcat": "use snprintf", "sprintf": "use snprintf",
    "vsprintf": "use vsnprintf", "gets": "use getline", "atoi": "use strtol and check it", "atol": "use strtol",
    "atof": "use strtod and check it", "strtok": "use strtok_r or strchr", "alloca": "use a bounded array",
    "sleep": "wait on a condition with a deadline", "usleep": "wait on a condition with a deadline",
    "nanosleep": "wait on a condition with a deadline"}
# The sensor thread sleeps to the predicted conversion: it has nothing to wait on.
MAY_SLEEP = re.compile(r"daemon/io/sensor/hx711[^/]*\.c")

FILE_CAP, FUNCTION_CAP = 400, 80


def files(root, *suffixes):
    """Files of the project that git knows or would add; without git, such as in an archive, all but build/."""
    git = subprocess.run(["git", "-c", "safe.directory=*", "ls-files", "-co", "--exclude-standard"], cwd=root,
                         check=False, capture_output=True, text=True)
    listed = git.stdout.split("\n") if git.returncode == 0 else [
        os.path.relpath(os.path.join(folder, name), root) for folder, _, names in os.walk(root) for name in names]
    return sorted(f for f in listed if f.endswith(suffixes) and not f.startswith(("build/", ".git/")) and
                  os.path.isfile(os.path.join(root, f)))


def read(root, name):
    with open(os.path.join(root, name), encoding="utf-8") as f:
        return f.read()


def strip(text):
    """The text with comments and string contents blanked, lines kept."""
    def blank(match):
        token = match.group(0)
        if token.startswith(("/*", "//")):
            return re.sub(r"[^\n]", " ", token)
        return token[0] + re.sub(r"[^\n]", " ", token[1:-1]) + token[-1]
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', blank, text, flags=re.S)


def includes(root, name):
    """(line, header, True when it is between <>)."""
    for number, line in enumerate(read(root, name).split("\n"), 1):
        match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if match:
            yield number, match.group(2), match.group(1) == "<"


def library_of(header):
    return next((name for pattern, name in LIBRARIES if pattern.match(header)), None)


def core_includes(root):
    for name in files(root, ".c", ".h"):
        if not name.startswith("daemon/core/"):
            continue
        for line, header, system in includes(root, name):
            contract = re.fullmatch(r"gymstation/(\w+)\.h", header)
            if system and header not in CORE_INCLUDES:
                yield name, line, (f"the core includes <{header}>; it may use only {' '.join(sorted(CORE_INCLUDES))}: "
                                   "move what needs more to daemon/io")
            elif not system and not header.startswith("daemon/core/") and not (
                    contract and contract.group(1) in CORE_CONTRACTS):
                yield name, line, (f'the core includes "{header}"; it may use daemon/core/ and gymstation/'
                                   f"{{{','.join(sorted(CORE_CONTRACTS))}}}.h")


def contract_includes(root):
    for name in files(root, ".h"):
        if not name.startswith("include/gymstation/"):
            continue
        for line, header, system in includes(root, name):
            if system and library_of(header):
                yield name, line, f"a contract includes <{header}>: no foreign type in a header, declare a struct"
            elif not system and not header.startswith("gymstation/"):
                yield name, line, f'a contract includes "{header}": contracts know only contracts'


def io_includes(root):
    names = [n for n in files(root, ".c", ".h") if n.startswith("daemon/io/")]
    library = {}
    for name in names:
        for line, header, system in includes(root, name):
            foreign = library_of(header) if system else None
            if foreign and library.setdefault(name, foreign) != foreign:
                yield name, line, f"uses {foreign} beside {library[name]}: one foreign library an adapter, split the file"
            if not system and header.startswith("daemon/core/"):
                yield name, line, f'an adapter includes "{header}": use include/gymstation/, the core is not its business'
    for name in names:
        for line, header, system in includes(root, name):
            owner = re.sub(r"\.h$", ".c", header)
            if system or not header.startswith("daemon/io/") or header in SHARED_PRIVATE:
                continue
            used = {library.get(n) for n in (name, header, owner)} - {None}
            if len(used) > 1:
                yield name, line, f'"{header}" joins {" and ".join(sorted(used))}: adapters do not include each other'


def functions(root, names):
    """(file, name, first line, last line) of every function, by universal-ctags."""
    if not names:
        return
    out = subprocess.run(["ctags", "--languages=C", "--langmap=C:.c.h", "--kinds-C=f", "--fields=+ne", "-o", "-",
                          "--output-format=json", *names], cwd=root, check=True, capture_output=True, text=True).stdout
    for tag in map(json.loads, out.splitlines()):
        if "end" in tag:
            yield tag["path"], tag["name"], tag["line"], tag["end"]


def lengths(root):
    for name in files(root, ".c", ".h", ".py", ".sh"):
        count = read(root, name).count("\n")
        if count > FILE_CAP:
            yield name, FILE_CAP, f"{count} lines, the cap is {FILE_CAP}: split it by what it is about"
    for name, function, first, last in functions(root, files(root, ".c", ".h")):
        if last - first + 1 > FUNCTION_CAP:
            yield name, first, f"{function}() has {last - first + 1} lines, the cap is {FUNCTION_CAP}: split it"


def forbidden(root):
    call = re.compile(rf"(?<![\w.>])({'|'.join(FORBIDDEN)})\s*\(")
    for name in files(root, ".c", ".h"):
        for number, line in enumerate(strip(read(root, name)).split("\n"), 1):
            for match in call.finditer(line):
                if not ("sleep" in match.group(1) and MAY_SLEEP.fullmatch(name)):
                    yield name, number, f"{match.group(1)}() is not allowed: {FORBIDDEN[match.group(1)]}"
            if re.match(r"\s*typedef\s+(struct|enum|union)\b", line):
                yield name, number, "typedef of a struct or enum: write `struct x` where it is used"


def conditionals(root):
    """No #if inside functions: two variants are two files."""
    names = files(root, ".c", ".h")
    directives = {n: [i for i, line in enumerate(read(root, n).split("\n"), 1) if re.match(r"\s*#\s*if", line)]
                  for n in names}
    for name, function, first, last in functions(root, [n for n in names if directives[n]]):
        for number in directives[name]:
            if first <= number <= last:
                yield name, number, f"#if inside {function}(): make two files and let CMake choose"


def enumerators(root):
    """Of enums with a name: those without one are constants, such as argp's keys, and no switch is over them."""
    found = set()
    for name in files(root, ".c", ".h"):
        for body in re.findall(r"\benum\s+\w+\s*\{([^}]*)\}", strip(read(root, name))):
            found.update(re.findall(r"(?:^|,)\s*([A-Za-z_]\w*)", body))
    return found


def defaults(root):
    """No `default:` in a switch over an enum of ours: -Wswitch-enum shall find the case that is missing."""
    own = enumerators(root)
    for name in files(root, ".c", ".h"):
        depth, switches = 0, []  # of open switches: [depth of its body, whether a case is an enumerator of ours]
        tokens = re.finditer(r"\bswitch\b|[{}]|\bcase\s+(\w+)\s*:|\bdefault\s*:|\n", strip(read(root, name)))
        line, pending = 1, False
        for token in tokens:
            text = token.group(0)
            if text == "\n":
                line += 1
            elif text == "switch":
                pending = True
            elif text == "{":
                depth += 1
                if pending:
                    switches.append([depth, False])
                    pending = False
            elif text == "}":
                if switches and switches[-1][0] == depth:
                    switches.pop()
                depth -= 1
            elif switches and text.startswith("case"):
                switches[-1][1] |= token.group(1) in own
            elif switches and text.startswith("default") and switches[-1][1]:
                yield name, line, "default: hides cases of an enum of ours: list every one"


def licences(root):
    for name in files(root, ".c", ".h", ".py", ".sh", "CMakeLists.txt"):
        if "SPDX-License-Identifier: MIT" not in "\n".join(read(root, name).split("\n")[:3]):
            yield name, 1, "no SPDX-License-Identifier: MIT in the first three lines"


def headers_alone(root):
    """Every header compiles on its own."""
    for name in files(root, ".h"):
        done = subprocess.run(["cc", "-std=c17", "-D_GNU_SOURCE", "-I.", "-Iinclude", "-fsyntax-only", "-x", "c", name],
                              cwd=root, capture_output=True, text=True)
        if done.returncode:
            yield name, 1, "does not compile on its own: " + done.stderr.strip().split("\n")[0]


def core_symbols(root, build, sanitized):
    """What the core's objects call beside each other."""
    archive = os.path.join(build, "libgymstation_core.a")
    if not os.path.exists(archive):
        return
    out = subprocess.run(["nm", "-A", archive], check=True, capture_output=True, text=True).stdout
    rows = [re.match(r".*?:([^:]+):\s*[0-9a-f]*\s+(\w)\s+(\S+)", line) for line in out.splitlines()]
    rows = [row.groups() for row in rows if row]
    own = {symbol for _, kind, symbol in rows if kind not in "Uw"}
    for member, kind, symbol in rows:
        if kind in "Uw" and symbol not in own | CORE_SYMBOLS and not COMPILER_SYMBOLS.fullmatch(symbol) and not (
                sanitized and SANITIZER_SYMBOLS.fullmatch(symbol)):
            yield f"daemon/core ({member[:-2]})", 1, (f"calls {symbol}(); the core may call only "
                                                    f"{' '.join(sorted(CORE_SYMBOLS))}")


def globals_(root, build, sanitized):
    """No variable that outlives a call, outside the log. Sanitizers add their own: only looked at without them."""
    for ring in () if sanitized else ("core", "io", "app"):
        archive = os.path.join(build, f"libgymstation_{ring}.a")
        if not os.path.exists(archive):
            continue
        member = ""
        for line in subprocess.run(["objdump", "-t", archive], check=True, capture_output=True,
                                   text=True).stdout.splitlines():
            member = line.split(":")[0] if ":     file format " in line else member
            row = re.match(r"[0-9a-f]+ .{5,6}O (\.t?bss|\.t?data(?!\.rel\.ro)|\*COM\*)\S*\s+[0-9a-f]+\s+(\S+)", line)
            if row and not member.startswith("log"):
                yield member[:-2], 1, f"the {ring} ring keeps the variable {row.group(2)}: pass it in a struct, or make it const"


TEXT_RULES = [core_includes, contract_includes, io_includes, lengths, forbidden, conditionals, defaults, licences,
              headers_alone]
OBJECT_RULES = [core_symbols, globals_]


def run(root, build=None, sanitized=False):
    """All findings as lines `file:line: rule: text`."""
    for rule in TEXT_RULES:
        for name, line, text in rule(root):
            yield f"{name}:{line}: {rule.__name__}: {text}"
    for rule in OBJECT_RULES if build else []:
        for name, line, text in rule(root, build, sanitized):
            yield f"{name}:{line}: {rule.__name__.rstrip('_')}: {text}"
