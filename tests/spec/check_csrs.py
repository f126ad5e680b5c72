#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compare our tables of CSRs and of their fields with a database of the specification.

The database is DIR/csrs.json: a list of objects with name, address, writable, priv, definedBy and
fields (each with a location "12-11" or a number; location_rv64 where it differs). Compared are the
monitor's list (src/hw/csr_list.h), its names for numbers and fields (src/hw/csr_num.h), those of
the reference model and those of the differential machine. csr_differences.txt lists what differs
on purpose; a line of it that is not needed is an error, too.

Exit: 0 agree, 1 differ, 2 called wrongly or input unusable, 3 not run (no --spec).
"""
import argparse
import fnmatch
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
# Prefixes of names for fields, and the register that they are fields of.
FIELD_PREFIXES = {"MSTATUS": "mstatus", "HSTATUS": "hstatus", "MSECCFG": "mseccfg",
                  "ENVCFG": "menvcfg", "SATP": "satp"}
MODEL_FIELDS = "SIE MIE SPIE UBE MPIE SPP VS MPP FS XS MPRV SUM MXR TVM TW TSR UXL SXL SD".split()
LEVELS = {"U": 0, "S": 1, "VS": 2, "H": 2, "M": 3, "D": 3}


def fail(message):
    print("check_csrs: " + message, file=sys.stderr)
    sys.exit(2)


def read(path):
    with open(os.path.join(TOP, path), encoding="ascii") as file:
        return file.read()


def monitor_list():
    """{name: number} of csr_list.h, with the counters written out."""
    text = re.sub(r"/\*.*?\*/", "", read("src/hw/csr_list.h"), flags=re.S)
    rows = {name: int(number, 16)
            for number, name in re.findall(r"^CSR\((0x[0-9a-f]+), (\w+), \w+\)", text, re.M)}
    for n, event, counter in re.findall(r"^CSR_HPM\((\d+), (0x\w+), (0x\w+)\)", text, re.M):
        rows["mhpmevent" + n], rows["mhpmcounter" + n] = int(event, 16), int(counter, 16)
    return rows


def mask_of(text):
    """The value of BIT(n) or BITS(high, low), MB(n), or (UINT64_C(3) << n)."""
    found = re.fullmatch(r"(?:BIT|MB)\((\d+)\)", text)
    if found:
        return 1 << int(found[1])
    found = re.fullmatch(r"BITS\((\d+), (\d+)\)", text)
    if found:
        high, low = int(found[1]), int(found[2])
        return (1 << high + 1) - (1 << low)
    found = re.fullmatch(r"\(UINT64_C\((\d+)\) << (\d+)\)", text)
    return int(found[1]) << int(found[2]) if found else None


def named_numbers():
    """(where, name, number) of every name for a number."""
    for name, number in monitor_list().items():
        yield "list", name, number
    for name, number in re.findall(r"#define CSR_(\w+) (0x\w+)", read("src/hw/csr_num.h")):
        yield "csr_num", name.lower(), int(number, 16)
    for name, number in re.findall(r"MODEL_CSR_(\w+) = (0x\w+)",
                                   read("tests/model/model_bits.h")):
        yield "model", name.lower(), int(number, 16)
    text = read("tests/differential/csrs.py")
    table = text[text.index("NAMES = {"):text.index("}", text.index("NAMES = {"))]
    for name, number in re.findall(r'"(\w+)": (0x\w+|\d+)', table):
        yield "differential", name, int(number, 0)


def named_fields():
    """(where, register, field, mask)"""
    for prefix, field, text in re.findall(r"#define ([A-Z]+)_(\w+) (BITS?\([\d, ]+\))",
                                          read("src/hw/csr_num.h")):
        if prefix in FIELD_PREFIXES:
            yield "csr_num", FIELD_PREFIXES[prefix], field, mask_of(text)
    for field, text in re.findall(r"#define MODEL_(\w+) +(MB\(\d+\)|\(UINT64_C\(\d\) << \d+\))$",
                                  read("tests/model/model_bits.h"), re.M):
        if field in MODEL_FIELDS:
            yield "model", "mstatus", field, mask_of(text)


def location(field):
    """The mask of a field of the database on RV64; None if it is not there."""
    text = str(field.get("location_rv64", field.get("location", "")))
    mask = 0
    for part in filter(None, text.split("|")):
        high, _, low = part.partition("-")
        mask |= (1 << int(high) + 1) - (1 << int(low or high))
    return mask or None


def compare_numbers(csrs):
    for where, name, number in named_numbers():
        theirs = csrs.get(name)
        if theirs is None:
            yield name, "unknown", f"{where}: the database has no such register"
        elif theirs["address"] != number:
            yield name, "number", f"{where}: ours {number:03x}, theirs {theirs['address']:03x}"


def compare_classes(csrs):
    """Read-only and privilege, which the number says (2.1)."""
    for name, number in monitor_list().items():
        theirs = csrs.get(name)
        if theirs is None:
            continue
        if theirs["writable"] == (number >> 10 == 3):
            yield name, "writable", f"the number says {number >> 10 != 3}, the database not"
        if LEVELS.get(theirs["priv"]) != number >> 8 & 3 and number >> 8 & 3:
            yield name, "privilege", f"the number says {number >> 8 & 3}, theirs {theirs['priv']}"


def only_rv32(defined):
    """Is this register there on RV32 only?"""
    return '"xlen": 32' in json.dumps(defined)


def compare_missing(csrs):
    ours = set(monitor_list().values())
    for name, csr in csrs.items():
        number = csr["address"]
        if number is None or number in ours or only_rv32(csr["definedBy"]):
            continue
        if 0x3A0 <= number < 0x3F0 or not number >> 8 & 3:
            continue     # PMP registers go by range; unprivileged ones are the hart's
        yield name, "missing", f"{number:03x} {json.dumps(csr['definedBy'])[:70]}"


def compare_fields(csrs):
    for where, register, field, mask in named_fields():
        theirs = csrs[register]["fields"].get(field)
        if theirs is None:
            yield f"{register}.{field}", "unknown", f"{where}: no such field"
        elif location(theirs) != mask:
            yield f"{register}.{field}", "field", f"{where}: {mask:x} against {location(theirs):x}"


def read_reviewed():
    reviewed = []
    for line in read("tests/spec/csr_differences.txt").splitlines():
        if line.strip() and not line.startswith("#"):
            words = line.split(None, 2)
            if len(words) != 3:
                fail(f"a line of csr_differences.txt is not 'name aspect reason': {line}")
            reviewed.append(words[:2])
    return reviewed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--spec", help="folder that holds csrs.json")
    args = parser.parse_args()
    if not args.spec:
        print("check_csrs: not run, no folder with csrs.json was given "
              "(make check-spec SPEC_DATA=DIR).")
        sys.exit(3)
    path = os.path.join(args.spec, "csrs.json")
    try:
        with open(path, encoding="utf-8") as file:
            csrs = {csr["name"]: csr for csr in json.load(file)}
    except (OSError, ValueError, KeyError, TypeError) as error:
        fail(f"cannot use {path}: {error}.")
    reviewed, used, bad = read_reviewed(), set(), 0
    found = [*compare_numbers(csrs), *compare_classes(csrs), *compare_missing(csrs),
             *compare_fields(csrs)]
    for name, aspect, text in found:
        hits = [i for i, (pattern, what) in enumerate(reviewed)
                if what == aspect and fnmatch.fnmatchcase(name, pattern)]
        used.update(hits)
        if not hits:
            bad += 1
            print(f"check_csrs: {name}: {aspect}: {text}", file=sys.stderr)
    stale = [line for i, line in enumerate(reviewed) if i not in used]
    for name, aspect in stale:
        print(f"check_csrs: {name} {aspect} is listed as a difference, but there is none: remove "
              "the line.", file=sys.stderr)
    print(f"check_csrs: {len(list(named_numbers()))} names and {len(list(named_fields()))} fields "
          f"against {len(csrs)} registers, {len(found) - bad} differences reviewed, {bad} not, "
          f"{len(stale)} reviews stale")
    sys.exit(1 if bad or stale else 0)


main()
