# SPDX-License-Identifier: Apache-2.0
"""Where the monitor's instructions of one operation go: by function, and line by line."""
import bisect
import re
import subprocess

from counter import symbols

INSN = re.compile(r"^\s*([0-9a-f]+):\t(.*)$")


def by_function(run, nm, elf):
    """[(instructions, function)] of the profile, most first."""
    names = symbols(nm, elf)
    start = names["_start"]
    places = sorted((address - start, name) for name, address in names.items()
                    if not name.startswith((".L", "$")))
    sums = {}
    for at, count in run.profile.items():
        name = places[bisect.bisect_right(places, (at, "\x7f")) - 1][1]
        sums[name] = sums.get(name, 0) + count
    return sorted(((count, name) for name, count in sums.items()), reverse=True)


def listing(run, objdump, elf, start):
    """The disassembly of what ran, with how often each instruction did."""
    text = subprocess.run([objdump, "-d", "--no-show-raw-insn", elf], capture_output=True,
                          text=True, check=True, stdin=subprocess.DEVNULL).stdout
    for line in text.splitlines():
        found = INSN.match(line)
        count = run.profile.get(int(found[1], 16) - start) if found else None
        if count or (line.endswith(">:") and "<.L" not in line):
            yield count, line


def show(run, tools, elf, laps):
    """Print the functions, then the listing of those that ran."""
    print("per lap  function")
    for count, name in by_function(run, tools + "nm", elf):
        print(f"{count / laps:7.2f}  {name}")
    heading = None
    for count, line in listing(run, tools + "objdump", elf,
                               symbols(tools + "nm", elf)["_start"]):
        if count is None:
            heading = line
            continue
        if heading:
            print("\n" + heading)
            heading = None
        print(f"{count / laps:7.2f}  {line.strip()}")
