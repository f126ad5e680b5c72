#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What software that we did not write says to the evidence of a boot, and to the same with
something changed: for each line of tampered.txt and each stranger, a test.

    test_strangers.py --strangers openssl,cddl --cordon FILE ... [unittest's options]

Needs the distribution's own Python, which has cbor2 (package python3-cbor2).
"""
import argparse
import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True

# This one first: it says where the other two find what they import.
from material import HERE, Material, add_options  # noqa: E402
import strangers  # noqa: E402
import tampered  # noqa: E402

COLUMNS = ("go-cose", "npm", "openssl", "cddl", "cbor2", "tpm2_eventlog")
NOT_ASKED = "."
GENUINE = ("untouched", "rechecked")  # as the machine has made them


def table():
    """Expected verdicts by stranger, kind and name."""
    rows = {}
    with open(os.path.join(HERE, "tampered.txt"), encoding="utf-8") as file:
        for line in file:
            words = line.partition(" : ")[0].split()
            if line.strip() and not line.startswith("#"):
                kind, name, *verdicts = words
                assert len(verdicts) == len(COLUMNS) and (kind, name) not in rows, line
                rows[kind, name] = dict(zip(COLUMNS, verdicts))
    return rows


class Table(unittest.TestCase):
    """The table is about the cases that there are, and each is refused by somebody."""

    rows = cases = None

    def test_every_case_has_its_line(self):
        self.assertEqual(sorted(self.rows), sorted(
            (kind, name) for kind, cases in self.cases.items() for name in cases))

    def test_every_change_is_noticed_by_somebody(self):
        for (kind, name), verdicts in self.rows.items():
            refused = set(verdicts.values()) - {"-", NOT_ASKED}
            self.assertEqual(bool(refused), name not in GENUINE, (kind, name))

    def test_every_change_is_one(self):
        for kind, cases in self.cases.items():
            good = cases["untouched"]
            for name, case in cases.items():
                if name != "untouched":
                    self.assertNotEqual((case.data, case.trusted, case.nonce),
                                        (good.data, good.trusted, good.nonce), (kind, name))


def make_strangers(options, material):
    """Those that the command line names, by name."""
    makers = {
        "go-cose": lambda: strangers.Program(material, options.go),
        "npm": lambda: strangers.Program(material, "node", options.npm),
        "openssl": lambda: strangers.OpenSsl(material),
        "cddl": lambda: strangers.Cddl(material, options.cddl),
        "cbor2": lambda: strangers.Cbor2(material),
        "tpm2_eventlog": lambda: strangers.Tpm2EventLog(material),
    }
    return {name: makers[name]() for name in options.strangers.split(",")}


def test_of(expected, verdict):
    """The test of one verdict."""
    def test(self):
        self.assertEqual(verdict[0], expected, verdict[1])
    return test


def tests_of(name, stranger, rows, cases):
    """A class with a test for each line of the table that asks this stranger."""
    wanted = {key: cases[key[0]][key[1]] for key in rows if rows[key][name] != NOT_ASKED}
    verdicts = stranger.verdicts(wanted)
    tests = {}
    for (kind, case), verdict in verdicts.items():
        expected = rows[kind, case][name]
        verb = "accepts" if expected == "-" else "refuses"
        tests[f"test_{verb}_{kind}_{case}".replace("-", "_")] = test_of(expected, verdict)
    return type(name, (unittest.TestCase,), tests)


def parse_options():
    """Options, and what is left for unittest."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_options(parser)
    parser.add_argument("--strangers", required=True)
    for name in ("go", "npm", "cddl"):
        parser.add_argument("--" + name)
    return parser.parse_known_args()


def main():
    options, rest = parse_options()
    with tempfile.TemporaryDirectory() as folder:
        material = Material(folder, options)
        Table.rows, Table.cases = table(), tampered.cases_of(material)
        for name, stranger in make_strangers(options, material).items():
            globals()[name] = tests_of(name, stranger, Table.rows, Table.cases)
        unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
