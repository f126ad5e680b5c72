#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws what audit counted: console logs in, stats.txt and stats.svg out. Called by make stats.

usage: stats.py --out FOLDER [--title TEXT] LOG...
A log is called after its policies, in order, with + between them: offload+audit.log.
Status 0: done; 2: wrong usage; 3: a log cannot be used; 4: a file cannot be written.
"""
import argparse
import os
import sys

sys.dont_write_bytecode = True  # the source tree stays clean

import as_svg
import as_text
import audit_log
import sections

BAD_LOG, CANNOT_WRITE = 3, 4


def label_of(path):
    """What stands beside audit itself; audit alone is the monitor without policies."""
    name = os.path.splitext(os.path.basename(path))[0]
    return " ".join(word for word in name.split("+") if word != "audit") or "none"


def read_log(path):
    """The table of one console log; raises LogError with the path in front."""
    try:
        with open(path, encoding="utf-8", errors="replace") as log:
            return audit_log.read_console(log.read().replace("\r", ""))
    except audit_log.LogError as error:
        raise audit_log.LogError(f"{path} {error}") from error
    except OSError as error:
        raise audit_log.LogError(f"{path} cannot be read ({error.strerror}): "
                                 "make stats writes it") from error


def parse_arguments(argv):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", required=True, help="folder of stats.txt and stats.svg")
    parser.add_argument("--title", default="A boot on the monitor", help="what was booted")
    parser.add_argument("logs", nargs="+", help="console logs, one for each set of policies")
    arguments = parser.parse_args(argv)
    if len(arguments.logs) > len(as_svg.COLOURS):
        parser.error(f"the chart has {len(as_svg.COLOURS)} colours: name fewer logs")
    return arguments


def write(path, text):
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)


def main(argv):
    arguments = parse_arguments(argv)
    try:
        tables = [read_log(path) for path in arguments.logs]
    except audit_log.LogError as error:
        print(f"stats: {error}", file=sys.stderr)
        return BAD_LOG
    labels = [label_of(path) for path in arguments.logs]
    found = sections.make(tables)
    text = as_text.render(arguments.title, labels, tables, found)
    paths = [os.path.join(arguments.out, name) for name in ("stats.txt", "stats.svg")]
    try:
        write(paths[0], text)
        write(paths[1], as_svg.render(arguments.title, labels, found))
    except OSError as error:
        print(f"stats: cannot write {error.filename} ({error.strerror}): name another --out",
              file=sys.stderr)
        return CANNOT_WRITE
    print(text + "\n" + "\n".join(paths))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
