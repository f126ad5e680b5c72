#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the two flashes of QEMU's virt machine: OUT0.img with stage 0, OUT1.img with bundle,
identity sector and erased rest. Exit codes: 0 done, 1 a file cannot be used, 2 wrong usage."""

import argparse
import sys

FLASH = 32 << 20    # bytes of each flash
SECTOR = 256 << 10
SLOT = 16 * SECTOR  # of each of the slots A, B and recovery
SLOTS = ("a", "b", "recovery")


def read(path, most, what):
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        sys.exit(f"flash.py: cannot read the {what}: {error}")
    if not 0 < len(data) <= most:
        sys.exit(f"flash.py: the {what} {path} has {len(data)} bytes: it must have 1 to {most}")
    return data


def write(path, parts):
    """An image: parts are pairs of offset and bytes; everything else is erased."""
    image = bytearray(b"\xff" * FLASH)
    for at, data in parts:
        image[at:at + len(data)] = data
    with open(path, "wb") as file:
        file.write(image)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stage0", required=True)
    parser.add_argument("--bundle", required=True)
    parser.add_argument("--slot", choices=SLOTS, default="a")
    parser.add_argument("--identity", help="what cordon provision has made")
    parser.add_argument("--out", required=True, help="beginning of the names of the images")
    args = parser.parse_args()
    parts = [(SLOTS.index(args.slot) * SLOT, read(args.bundle, SLOT, "bundle"))]
    if args.identity:
        parts.append((FLASH - SECTOR, read(args.identity, SECTOR, "identity sector")))
    write(args.out + "0.img", [(0, read(args.stage0, FLASH, "stage 0"))])
    write(args.out + "1.img", parts)


if __name__ == "__main__":
    main()
