#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The scripts behind make bench and make bench-apps: tables, differences, what is refused."""
import contextlib
import io
import json
import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "apps"))

import apps
import bench
import report

COLUMNS = ["native", "sandbox+offload"]


def row(native, monitor, exits):
    """Counts of an operation: monitor, firmware, payload, exits, nested exits."""
    return {"native": [0.0, native, 0.0, 0.0, 0.0],
            "sandbox+offload": [monitor, native, 0.0, exits, 0.0]}


def result():
    """A small result of measure --json; the caller may change it."""
    return {"qemu": "7.2.22", "compiler": "12.2.0", "columns": list(COLUMNS), "results": {
        "csr": {"csrr x1, mscratch": row(1.0, 80.0, 1.0),
                "csrr x31, mscratch": row(1.0, 84.0, 1.0)},
        "harts 4": {"ipi to all others": {"native": [0.0, 2000.0, 7777.0, 0.0, 0.0],
                                          "sandbox+offload": [1500.4, 300.0, 9999.0, 3.0, 1.0]}},
        "linux": {"to power-off": {"native": [0, 900000, 1100000000, 0, 0],
                                   "sandbox+offload": [950000, 6000, 1200000000, 9, 0]}}}}


class Tables(unittest.TestCase):
    def lines(self):
        return report.text(result()["results"], COLUMNS).splitlines()

    def test_operands_are_folded_into_the_dearest(self):
        found = [line for line in self.lines() if line.startswith("csrr")]
        self.assertEqual([line.split() for line in found],
                         [["csrr", "mscratch", "1", "85", "(1)"]])

    def test_numbers_stand_below_their_column(self):
        lines = self.lines()
        head = next(i for i, line in enumerate(lines) if line.endswith(COLUMNS[1]))
        self.assertEqual(len(lines[head]), len(lines[head + 1]))

    def test_what_the_payload_waits_for_is_left_out(self):
        line = next(line for line in self.lines() if line.startswith("ipi"))
        self.assertTrue(line.endswith("1,800 (4)"), line)

    def test_a_boot_is_split(self):
        line = next(line for line in self.lines() if line.startswith("to power-off"))
        self.assertTrue(line.endswith("950,000/6,000/1200.00 M"), line)

    def test_a_column_that_is_not_there_is_a_dash(self):
        found = result()["results"]
        del found["linux"]["to power-off"]["native"]
        lines = report.text(found, COLUMNS).splitlines()
        self.assertIn("-", next(x for x in lines if x.startswith("to power-off")).split())

    def test_markdown_has_as_many_cells_everywhere(self):
        lines = "".join(report.markdown(result()["results"], COLUMNS)).splitlines()
        rows = [line for line in lines if line.startswith("|")]
        self.assertEqual({line.count("|") for line in rows}, {len(COLUMNS) + 2})
        self.assertIn("| csrr mscratch | 1 | 85 (1) |", rows)


class Differences(unittest.TestCase):
    def compare(self, old, new):
        """(status, lines) of bench.py difference."""
        with tempfile.TemporaryDirectory() as folder:
            paths = [os.path.join(folder, name) for name in ("old.json", "new.json")]
            for path, found in zip(paths, (old, new)):
                bench.write_json(path, found)
            with contextlib.redirect_stdout(io.StringIO()) as said, \
                    contextlib.redirect_stderr(said):
                status = bench.main(["difference", *paths])
        return status, said.getvalue().splitlines()

    def test_nothing_differs(self):
        self.assertEqual(self.compare(result(), result()), (0, []))

    def test_only_what_differs_is_said_with_its_share(self):
        new = result()
        new["results"]["csr"]["csrr x1, mscratch"]["sandbox+offload"][0] = 71.0
        status, lines = self.compare(result(), new)
        self.assertEqual((status, len(lines)), (0, 1))
        self.assertEqual(lines[0].split(), ["csr", "csrr", "x1,", "mscratch", "sandbox+offload",
                                            "81.0", "->", "72.0", "-11.1", "%"])

    def test_of_linux_only_the_monitor_counts(self):
        new = result()
        new["results"]["linux"]["to power-off"]["sandbox+offload"][2] += 5e6
        self.assertEqual(self.compare(result(), new)[1], [])

    def test_rows_of_one_side_are_named(self):
        new = result()
        new["results"]["csr"]["csrr x5, mepc"] = new["results"]["csr"].pop("csrr x1, mscratch")
        lines = self.compare(result(), new)[1]
        self.assertEqual([line.split()[-1] for line in lines], ["gone"] * 2 + ["new"] * 2)

    def test_another_qemu_is_no_comparison(self):
        new = dict(result(), qemu="10.0.2")
        status, lines = self.compare(result(), new)
        self.assertEqual(status, bench.CANNOT)
        self.assertIn("qemu 7.2.22 made the older one, this is 10.0.2", lines[0])

    def test_files_keep_what_was_measured(self):
        self.assertEqual(json.loads(bench.compact(result())), result())

    def test_a_file_that_is_none_is_refused(self):
        with contextlib.redirect_stderr(io.StringIO()) as said:
            self.assertEqual(bench.main(["table", os.devnull]), bench.CANNOT)
        self.assertIn("cannot be read", said.getvalue())


class Check(unittest.TestCase):
    def check(self, new):
        """(status, lines) of bench.py check of a measurement that is made up."""
        measured = dict(new, disagreeing=[], failed=[])
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "baseline.json")
            bench.write_json(path, result())
            before, bench.measure = bench.measure, lambda arguments, wanted: measured
            try:
                with contextlib.redirect_stdout(io.StringIO()) as said:
                    status = bench.main(["check", path])
            finally:
                bench.measure = before
        return status, said.getvalue().splitlines()

    def test_the_same_passes(self):
        self.assertEqual(self.check(result()), (0, ["5 passed, 0 failed"]))

    def test_three_percent_pass_and_more_fails(self):
        for grown, failed in ((85.4, 0), (88.6, 1)):
            new = result()
            new["results"]["csr"]["csrr x31, mscratch"]["sandbox+offload"][0] = grown
            status, lines = self.check(new)
            self.assertEqual((status, lines[-1]),
                             (bench.GREW if failed else 0, f"{5 - failed} passed, {failed} failed"))

    def test_a_row_that_is_gone_fails(self):
        new = result()
        del new["results"]["linux"]
        status, lines = self.check(new)
        self.assertEqual((status, lines[-1]), (bench.GREW, "4 passed, 1 failed"))


class Applications(unittest.TestCase):
    ROUNDS = ([{"redis-set": (100.0, "requests/s"), "compile": (10.0, "seconds")},
               {"redis-set": (110.0, "requests/s"), "compile": (12.0, "seconds")},
               {"redis-set": (120.0, "requests/s"), "compile": (11.0, "seconds")}],
              [{"redis-set": (99.0, "requests/s"), "compile": (22.0, "seconds")},
               {"redis-set": (55.0, "requests/s"), "compile": (20.0, "seconds")},
               {"redis-set": (44.0, "requests/s"), "compile": (24.0, "seconds")}])

    def test_more_requests_and_fewer_seconds_are_faster(self):
        rows = [line.split("|")[1:-1] for line in apps.table(self.ROUNDS)][2:]
        cells = {row[0].strip(): [cell.strip() for cell in row[1:]] for row in rows}
        self.assertEqual(cells["redis-set"],
                         ["110 requests/s", "55 requests/s", "0.50", "18%", "100%"])
        self.assertEqual(cells["compile"], ["11 seconds", "22 seconds", "0.50", "18%", "18%"])

    def test_lines_of_the_guest_are_read(self):
        self.assertEqual(apps.LINE.match("app: cpu 12.5 events/s").groups(),
                         ("cpu", "12.5", "events/s"))
        self.assertIsNone(apps.LINE.match("app: cpu  events/s"))


if __name__ == "__main__":
    unittest.main()
