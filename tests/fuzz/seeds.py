#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the inputs of seeds.txt, which is text, as files that a fuzzer begins with.

   seeds.py FOLDER     FOLDER/NAME/NUMBER for each line "NAME bytes in hexadecimal"
"""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def main(folder):
    with open(os.path.join(HERE, "seeds.txt"), encoding="utf-8") as file:
        lines = [line.split(None, 1) for line in file if line.strip() and line[0] != "#"]
    for number, (name, digits) in enumerate(lines):
        os.makedirs(os.path.join(folder, name), exist_ok=True)
        with open(os.path.join(folder, name, f"{number:03}"), "wb") as out:
            out.write(bytes.fromhex(digits))
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(sys.argv[1]))
