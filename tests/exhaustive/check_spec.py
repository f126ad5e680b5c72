#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compare the decoder's reference table with a database of instruction encodings.

The database is DIR/insts.json: a list of objects with name, mask, match and variables (operand
name, location "12|6-5" from the most significant bit down, left_shift, not).  It was written by
others, so every difference is looked at once: spec_differences.txt lists them with the reason,
and a listed difference that no longer exists is an error, too.

Exit: 0 agree, 1 differ, 2 called wrongly or input unusable, 3 not run (no --spec).
"""
import argparse
import fnmatch
import json
import os
import subprocess
import sys

MAJORS = {0x03, 0x07, 0x0F, 0x23, 0x27, 0x2F, 0x73}
AQ_RL = 0x06000000
OPERANDS = {"xd": "rd", "fd": "rd", "xs1": "rs1", "xs2": "rs2", "fs2": "rs2", "csr": "csr"}
# Ops whose rows stand for several named instructions each.
CLASSES = ("FENCE", "VECTOR_MEM")


def fail(message):
    print("check_spec: " + message, file=sys.stderr)
    sys.exit(2)


def read_rows(tool):
    """The reference table, as decode_all --rows prints it."""
    rows = {}
    try:
        output = subprocess.run([tool, "--rows"], check=True, stdout=subprocess.PIPE, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        fail("cannot print the reference table: %s." % error)
    for line in output.stdout.splitlines():
        words = line.split()
        name, op = words[0], words[1]
        row = {"op": op, "len": int(words[2]), "mask": int(words[3], 16),
               "match": int(words[4], 16), "nonzero": 0, "imm": {}, "signed": False}
        for word in words[5:]:
            key, _, value = word.partition("=")
            if key == "signed":
                row["signed"] = True
            elif key == "imm":
                row["imm"] = {int(f): int(t) for f, t in
                              (pair.split(">") for pair in value.split(","))}
            else:
                row[key] = int(value, 16)
        rows[name] = row
    return rows


def bits_of(location):
    """Word bits of "12|6-5" in order, most significant bit of the value first."""
    bits = []
    for part in str(location).split("|"):
        first, _, last = part.partition("-")
        bits.extend(range(int(first), int(last or first) - 1, -1))
    return bits


def operands_of(inst, op):
    """The database's operands in the terms of the reference table."""
    found = {"rd": 0, "rs1": 0, "rs2": 0, "csr": 0, "nonzero": 0, "imm": {}, "signed": False}
    for var in inst["variables"] or []:
        bits = bits_of(var["location"])
        mask = sum(1 << b for b in bits)
        name = OPERANDS.get(var["name"])
        if var["name"] == "imm" and op.startswith("CSRR"):
            name = "rs1"
        if name is not None:
            found[name] = mask
            if var.get("not") == 0:
                found["nonzero"] = mask
        elif var["name"] == "imm":
            top = len(bits) - 1 + var.get("left_shift", 0)
            found["imm"] = {b: top - i for i, b in enumerate(bits)}
            found["signed"] = var.get("sign_extend", False)
    return found


def compare(name, row, insts):
    """The aspects in which our row and the database differ."""
    variants = [name]
    mask, matches = row["mask"], [row["match"]]
    if row["op"] in ("AMO", "AMOCAS"):
        variants += [name + s for s in (".rl", ".aq", ".aqrl")]
        mask |= AQ_RL
        matches = [row["match"] | order << 25 for order in range(4)]
    for variant, match in zip(variants, matches):
        inst = insts.get(variant)
        if inst is None:
            yield "missing", "%s is not in the database" % variant
            continue
        if inst["width"] != row["len"] * 8:
            yield "length", "%d bytes against %d bits" % (row["len"], inst["width"])
        theirs = (int(inst["mask"], 16), int(inst["match"], 16))
        if theirs != (mask, match):
            yield "mask", "ours %08x/%08x, theirs %08x/%08x" % ((mask, match) + theirs)
        operands = operands_of(inst, row["op"])
        for key in ("rd", "rs1", "rs2", "csr", "nonzero", "imm"):
            if row["op"] not in CLASSES + ("FENCE_I",) and row.get(key, 0) != operands[key]:
                yield key, "ours %s, theirs %s" % (row.get(key, 0), operands[key])
        if operands["signed"] and not row["signed"]:
            yield "signed", "the database sign-extends the immediate"


def relation(row, inst):
    """How the words of a database instruction lie to those of our row."""
    mask, match = int(inst["mask"], 16), int(inst["match"], 16)
    if inst["width"] != row["len"] * 8 or (match ^ row["match"]) & mask & row["mask"]:
        return "disjoint"
    for var in inst["variables"] or []:
        field = sum(1 << b for b in bits_of(var["location"]))
        if var.get("not") == 0 and row["mask"] & field == field and not row["match"] & field:
            return "disjoint"
    return "inside" if mask & row["mask"] == row["mask"] else "overlap"


def compare_rest(rows, insts):
    """Database instructions that no row of ours names."""
    named = set()
    for name, row in rows.items():
        named.update([name] + ([name + s for s in (".rl", ".aq", ".aqrl")]
                               if row["op"] in ("AMO", "AMOCAS") else []))
    for name, inst in sorted(insts.items()):
        if name in named:
            continue
        relations = {our: relation(row, inst) for our, row in rows.items()}
        touching = [our for our, rel in relations.items() if rel != "disjoint"]
        inside = [our for our, rel in relations.items()
                  if rel == "inside" and rows[our]["op"] in CLASSES]
        if len(touching) == 1 and touching == inside:
            continue
        if touching:
            yield name, "overlap", "its words are ours of " + " ".join(touching)
        elif inst["width"] == 32 and int(inst["match"], 16) & 0x7F in MAJORS:
            yield name, "not-decoded", "one of our major opcodes, but no row"


def read_reviewed(path):
    reviewed = []
    with open(path, encoding="ascii") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                words = line.split(None, 2)
                if len(words) != 3:
                    fail("a line of %s is not 'name aspect reason': %s" % (path, line.strip()))
                reviewed.append(words[:2])
    return reviewed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--spec", help="folder that holds insts.json")
    parser.add_argument("--tool", required=True, help="the decode_all program")
    args = parser.parse_args()
    if not args.spec:
        print("check_spec: not run, no folder with insts.json was given "
              "(make check-spec SPEC_DATA=DIR).")
        sys.exit(3)
    path = os.path.join(args.spec, "insts.json")
    try:
        with open(path, encoding="utf-8") as file:
            insts = {i["name"]: i for i in json.load(file) if "mask" in i}
    except (OSError, ValueError, KeyError, TypeError) as error:
        fail("cannot use %s: %s." % (path, error))
    rows = read_rows(args.tool)
    here = os.path.dirname(os.path.abspath(__file__))
    reviewed = read_reviewed(os.path.join(here, "spec_differences.txt"))

    found = [(name, aspect, text) for name, row in rows.items() if row["op"] != "VECTOR_MEM"
             for aspect, text in compare(name, row, insts)]
    found += compare_rest(rows, insts)
    used = set()
    unreviewed = 0
    for name, aspect, text in found:
        hits = [i for i, (pattern, what) in enumerate(reviewed)
                if what == aspect and fnmatch.fnmatchcase(name, pattern)]
        used.update(hits)
        if not hits:
            unreviewed += 1
            print("check_spec: %s: %s: %s" % (name, aspect, text), file=sys.stderr)
    stale = 0
    for i, (pattern, aspect) in enumerate(reviewed):
        if i not in used:
            stale += 1
            print("check_spec: %s %s is listed as a difference, but there is none: remove the "
                  "line." % (pattern, aspect), file=sys.stderr)
    print("check_spec: %d rows against %d instructions, %d differences reviewed, %d not, "
          "%d reviews stale" % (len(rows), len(insts), len(found) - unreviewed, unreviewed, stale))
    sys.exit(1 if unreviewed or stale else 0)


main()
