#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The rules of the tree that a machine can see: STYLE.md says why. Prints file:line: what to do."""
import json
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FOLDERS = ["base", "content", "text", "decode", "model", "known", "extract", "detect", "policy",
           "engine", "cli"]
BANNED = {
    "strcpy": "wn_arena_strndup or memcpy", "strcat": "wn_buf_puts", "sprintf": "snprintf",
    "vsprintf": "vsnprintf", "strtok": "wn_next_field", "atoi": "wn_parse_u64",
    "atof": "wn_parse_double", "strtol": "wn_parse_u64", "strtoul": "wn_parse_u64",
    "strtod": "wn_parse_double", "gets": "read", "strncpy": "memcpy", "alloca": "wn_arena_alloc",
    "rand": "a seeded generator of your own", "system": "posix_spawn", "popen": "posix_spawn",
    "fork": "posix_spawn",
}
RAW_MEMORY = {"malloc", "calloc", "realloc", "free", "strdup", "strndup"}
MAX_FUNCTION, MAX_COMPLEXITY, MAX_FILE = 100, 20, 1000
# Exceptions, each with its reason.
LONG_FUNCTIONS = {
    ("tests/unit/test_policy_rule.c", "refuses_bad_rules"): "one table of refusals",
}
OWN_MEMORY = {
    "src/base/mem.c": "the one door to malloc",
    "fuzz/main.c": "stands for libFuzzer, outside the library",
}

problems = []


def say(path, line, text):
    problems.append(f"{path}:{line}: {text}")


def tracked(*suffixes):
    out = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"],
                         cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [p for p in out.split("\n") if p.endswith(suffixes) and os.path.exists(os.path.join(ROOT, p))]


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as f:
        return f.read()


def strip(text):
    """Blank out comments and literals, keeping line breaks and offsets."""
    def blank(m):
        return re.sub(r"[^\n]", " ", m.group(0))
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', blank, text,
                  flags=re.S)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def check_heads(path, text):
    if "SPDX-License-Identifier: Apache-2.0" not in text[:200]:
        say(path, 1, "no SPDX line: start with SPDX-License-Identifier: Apache-2.0")
    if text.count("\n") > MAX_FILE:
        say(path, 1, f"more than {MAX_FILE} lines: give each concern a file of its own")
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > 100 and "http" not in line:
            say(path, number, "longer than 100 columns")


def check_calls(path, code):
    for m in re.finditer(r"\b([a-z_]+)\s*\(", code):
        name = m.group(1)
        if name in BANNED:
            say(path, line_of(code, m.start()), f"{name} is banned: use {BANNED[name]}")
        elif (name in RAW_MEMORY and path.startswith(("src/", "fuzz/")) and path not in OWN_MEMORY):
            say(path, line_of(code, m.start()), f"{name} is banned here: use src/base/mem.h")


def check_includes(path, text):
    parts = path.split("/")
    if parts[0] != "src" or parts[1] not in FOLDERS:
        return
    rank = FOLDERS.index(parts[1])
    for m in re.finditer(r'^#include "([^"]+)"', text, re.M):
        target = m.group(1).split("/")
        if target == ["config.h"] or (len(target) == 1 and "." in target[0] and "_tables" in target[0]):
            continue
        if target[0] != "src" or target[1] not in FOLDERS:
            say(path, line_of(text, m.start()), "include from the root: \"src/...\"")
        elif FOLDERS.index(target[1]) > rank:
            say(path, line_of(text, m.start()),
                f"src/{parts[1]} may not use src/{target[1]}: it is above it in docs/ARCHITECTURE.md")


def check_prototypes(path, text):
    """A prototype stands under a comment, or directly under another one that the comment covers."""
    code = strip(text)
    lines, blanked = text.split("\n"), code.split("\n")
    for m in re.finditer(r"^(?!typedef|static|#|struct \w+;|extern const)[\w][\w \*]*?\b(\w+)\([^;{}]*?\)[^;{}]*;",
                         code, re.M):
        above = line_of(code, m.start()) - 2
        while above >= 0 and blanked[above].strip() and not blanked[above].startswith("#"):
            above -= 1
        if above < 0 or not lines[above].strip().endswith("*/"):
            say(path, line_of(code, m.start()), f"{m.group(1)} is not documented")


def check_functions(path, code):
    out = subprocess.run(
        ["ctags", "--output-format=json", "--fields=+ne", "--kinds-C=f", "-o", "-",
         os.path.join(ROOT, path)], check=True, capture_output=True, text=True).stdout
    lines = code.split("\n")
    for row in map(json.loads, filter(None, out.split("\n"))):
        if row.get("kind") != "function" or "end" not in row:
            continue
        start, end, name = row["line"], row["end"], row["name"]
        body = "\n".join(lines[start - 1:end])
        paths = 1 + len(re.findall(r"\b(?:if|for|while|case)\b|&&|\|\||\?", body))
        if (path, name) in LONG_FUNCTIONS:
            continue
        if end - start + 1 > MAX_FUNCTION:
            say(path, start, f"{name} has {end - start + 1} lines; the limit is {MAX_FUNCTION}")
        if paths > MAX_COMPLEXITY:
            say(path, start, f"{name} has complexity {paths}; the limit is {MAX_COMPLEXITY}")


def check_headers_alone(paths):
    flags = ["-std=gnu17", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", "-Iinclude", "-I.",
             "-fsyntax-only", "-x"]
    for path in paths:
        kinds = ["c"]
        if path.startswith("include/"):
            kinds.append("c++")
        for kind in kinds:
            args = ["clang++" if kind == "c++" else "cc"]
            args += [f if not (kind == "c++" and f.startswith("-std")) else "-std=c++11" for f in flags]
            r = subprocess.run(args + [kind, path], cwd=ROOT, capture_output=True, text=True)
            if r.returncode:
                say(path, 1, f"does not compile alone as {kind}: {r.stderr.strip().splitlines()[0]}")


def check_format(paths):
    r = subprocess.run(["clang-format", "--dry-run", *paths], cwd=ROOT, capture_output=True, text=True)
    for line in r.stderr.split("\n"):
        m = re.match(r"(.*?):(\d+):\d+: warning: code should be clang-formatted", line)
        if m:
            say(m.group(1), m.group(2), "not formatted: run `make format`")


def main():
    sources = tracked(".c", ".h")
    for path in sources:
        text = read(path)
        code = strip(text)
        check_heads(path, text)
        check_calls(path, code)
        check_includes(path, text)
        if path.endswith(".h"):
            check_prototypes(path, text)
        if path.endswith(".c"):
            check_functions(path, code)
    for path in tracked(".py", ".mjs", ".sh", "meson.build", "Makefile"):
        if "SPDX-License-Identifier" not in read(path)[:200]:
            say(path, 1, "no SPDX line: start with SPDX-License-Identifier: Apache-2.0")
    check_headers_alone([p for p in sources if p.endswith(".h")])
    check_format(sources)
    for p in problems:
        print(p)
    print(f"{len(sources)} files looked at, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
