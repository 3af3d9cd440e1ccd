"""Runs a program under the filter of system calls of a unit, without systemd: under-unit.py UNIT PROGRAM [ARGUMENT...]

The sets of the unit (@system-service) are expanded by systemd-analyze, and loaded with libseccomp (Debian: python3-seccomp).
"""

import os
import subprocess
import sys

import seccomp


def expand(name):
    text = subprocess.run(
        ["systemd-analyze", "syscall-filter", "--no-pager", name], capture_output=True, text=True, check=True
    ).stdout
    calls = set()
    for line in map(str.strip, text.splitlines()[1:]):
        if line.startswith("@"):
            calls |= expand(line)
        elif line and not line.startswith("#"):
            calls.add(line)
    return calls


def allowed(unit):
    # systemd always adds this set to a list of what is allowed.
    calls = expand("@default")
    for line in unit.splitlines():
        if not line.startswith("SystemCallFilter="):
            continue
        value = line.removeprefix("SystemCallFilter=")
        named = set()
        for word in value.removeprefix("~").split():
            named |= expand(word) if word.startswith("@") else {word}
        calls = calls - named if value.startswith("~") else calls | named
    return calls


with open(sys.argv[1], encoding="utf-8") as file:
    CALLS = allowed(file.read())
FILTER = seccomp.SyscallFilter(seccomp.ERRNO(1))  # EPERM, as the units have it
for call in CALLS:
    try:
        FILTER.add_rule(seccomp.ALLOW, call)
    except (RuntimeError, ValueError, OSError):
        pass  # of another processor, or newer than the library
FILTER.load()
os.execvp(sys.argv[2], sys.argv[2:])
