#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The script behind make stats: what it reads in a console, what it draws, what it refuses."""
import contextlib
import io
import os
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

sys.dont_write_bytecode = True

import audit_log
import sections
import stats

CONSOLE = """\
[    0.000064] sched_clock: 64 bits at 10MHz, resolution 100ns
[    0.253030] audit: initializing netlink subsys (disabled)
~# [cordon] audit: version 1, 2 harts
[cordon] audit hart 0: firmware-exits illegal 1000 load-access 3
[cordon] audit hart 0: firmware-exits msi 5
[cordon] audit hart 0: ticks firmware 60000 boot 20000
[cordon] audit hart 0: calls time 12 ipi 7
[cordon] audit hart 0: forwarded time 12
[cordon] audit hart 4: firmware-exits illegal 50
[cordon] audit hart 4: denied monitor 2 csr 1
[cordon] audit: end
"""


class Reading(unittest.TestCase):
    def refused(self, text, words):
        with self.assertRaisesRegex(audit_log.LogError, words):
            audit_log.read_console(text)

    def test_groups_of_each_hart(self):
        table = audit_log.read_console(CONSOLE)
        self.assertEqual((table.hart_count, table.hertz), (2, 10000000))
        self.assertEqual(table.value("firmware-exits", "illegal"), 1050)
        self.assertEqual(table.value("firmware-exits", "illegal", 4), 50)
        self.assertEqual(table.total("firmware-exits", 0), 1008)
        self.assertEqual(table.value("forwarded", "ipi"), 0)
        self.assertEqual(table.names("denied"), ["monitor", "csr"])

    def test_the_last_table_counts(self):
        again = CONSOLE.replace("illegal 50", "illegal 51")
        self.assertEqual(audit_log.read_console(CONSOLE + again)
                         .value("firmware-exits", "illegal", 4), 51)
        unfinished = again.replace("[cordon] audit: end\n", "")
        self.assertEqual(audit_log.read_console(CONSOLE + unfinished)
                         .value("firmware-exits", "illegal", 4), 50)

    def test_a_console_without_a_whole_table(self):
        self.refused("", "no complete audit table")
        self.refused(CONSOLE.replace("[cordon] audit: end", ""), "no complete audit table")
        self.refused("[cordon] audit: end\n", "without a head")

    def test_damaged_tables(self):
        self.refused(CONSOLE.replace("time 12 ipi 7", "time 12 ipi"), "damaged")
        self.refused(CONSOLE.replace("version 1", "version 2"), "version 2")
        self.refused(CONSOLE.replace("2 harts", "1 harts"), "names 2 harts")


class Drawing(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def run_on(self, logs):
        """Status and what was said, of logs by name."""
        for name, text in logs.items():
            if text is not None:
                with open(self.path(name), "w", encoding="utf-8") as log:
                    log.write(text)
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = stats.main(["--out", self.folder.name, "--title", "<a> & b",
                                 *map(self.path, logs)])
        return status, out.getvalue() + err.getvalue()

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def test_two_boots_side_by_side(self):
        less = CONSOLE.replace("forwarded time 12", "forwarded time 0")
        status, said = self.run_on({"audit.log": CONSOLE, "offload+audit.log": less})
        self.assertEqual(status, 0)
        rows = [line.split() for line in self.read("stats.txt").split("\n")]
        for row in ("policies none offload", "illegal 1,050 1,050", "time 12 of 12 0 of 12",
                    "ipi 0 of 7 0 of 7", "while booting 2.0 2.0", "afterwards 4.0 4.0",
                    "monitor 2 2"):
            self.assertIn(row.split(), rows)
        self.assertIn(self.read("stats.txt"), said)
        self.assertIn(self.path("stats.svg"), said)

    def test_the_chart_is_xml_with_every_number(self):
        self.run_on({"audit.log": CONSOLE, "b+audit.log": CONSOLE})
        root = ElementTree.fromstring(self.read("stats.svg"))
        words = [element.text for element in root.iter() if element.tag.endswith("}text")]
        for word in ("<a> & b", "none", "b", "1,050", "12 of 12", "load-access"):
            self.assertIn(word, words)
        for element in root.iter():
            if "width" in element.attrib and "x" in element.attrib:
                self.assertLess(float(element.get("x")) + float(element.get("width")), 800)

    def test_bars_are_as_long_as_their_values(self):
        half = CONSOLE.replace("illegal 1000", "illegal 475")
        self.run_on({"audit.log": CONSOLE, "b+audit.log": half})
        root = ElementTree.fromstring(self.read("stats.svg"))
        bars = [float(e.get("width")) for e in root.iter() if e.get("height") == "11"
                and e.get("fill-opacity")]
        self.assertAlmostEqual(bars[1], bars[0] / 2, delta=0.2)  # 525 of 1050

    def test_ticks_where_the_clock_is_not_known(self):
        self.run_on({"audit.log": CONSOLE.replace("sched_clock", "clock")})
        self.assertIn("Time in the firmware (ticks)", self.read("stats.txt"))

    def test_small_causes_are_put_together(self):
        many = " ".join(f"exception-{n} {n}" for n in range(1, 20))
        table = audit_log.read_console(CONSOLE.replace("msi 5", many))
        rows = sections.make([table])[0].rows
        self.assertEqual(len(rows), sections.ROWS_MAX)
        self.assertEqual(sum(row.values[0] for row in rows), table.total("firmware-exits"))

    def test_bad_logs_are_named_and_nothing_is_written(self):
        status, said = self.run_on({"audit.log": CONSOLE, "offload+audit.log": "panic\n"})
        self.assertEqual(status, stats.BAD_LOG)
        self.assertIn("offload+audit.log has no complete", said)
        status, said = self.run_on({"missing.log": None})
        self.assertEqual(status, stats.BAD_LOG)
        self.assertIn("missing.log cannot be read", said)
        self.assertFalse(os.path.exists(self.path("stats.txt")))


if __name__ == "__main__":
    unittest.main()
