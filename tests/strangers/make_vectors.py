#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the cases of tampered.txt as files, for a verifier that somebody else has.

    make_vectors.py --out FOLDER --cordon FILE ...

Needs the distribution's own Python, which has cbor2 (package python3-cbor2).
"""
import argparse
import os
import shutil
import sys
import tempfile

sys.dont_write_bytecode = True

# This one first: it says where the other two find what they import.
from material import HERE, Material, add_options  # noqa: E402
import tampered  # noqa: E402

ENDINGS = {"token": "cbor", "manifest": "cbor", "corim": "cbor", "log.cbor": "seq",
           "log.tcg": "bin"}


def put(folder, name, data):
    """A file; its name."""
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)
    return name


def write_case(folder, kind, name, case):
    """The files of one case; a line about it: what, under whom, with which nonce."""
    where = os.path.join(folder, kind)
    os.makedirs(where, exist_ok=True)
    made = [f"{kind}/" + put(where, f"{name}.{ENDINGS[kind]}", case.data)]
    if case.trusted is not None:
        made.append(f"{kind}/" + put(where, f"{name}.pem", case.trusted))
    if kind == "token":
        made.append(case.nonce.hex())
    return " ".join(made) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_options(parser)
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    shutil.rmtree(options.out, ignore_errors=True)
    os.makedirs(options.out)
    with tempfile.TemporaryDirectory() as folder:
        cases = tampered.cases_of(Material(folder, options))
    lines = [write_case(options.out, kind, name, case)
             for kind, named in cases.items() for name, case in named.items()]
    put(options.out, "cases", "".join(lines).encode())
    for file in ("tampered.txt", "vectors.md"):
        shutil.copy(os.path.join(HERE, file),
                    os.path.join(options.out, "README.md" if file == "vectors.md" else file))
    for file in ("cordon.cddl", "manifest.cddl", "corim.cddl"):
        shutil.copy(os.path.join(HERE, "..", "..", "attest", file), options.out)
    print(f"{len(lines)} cases in {options.out}; its README.md says what they are")


if __name__ == "__main__":
    main()
