# SPDX-License-Identifier: Apache-2.0
"""What the tests of cordon share: a folder of their own, and calls of the program."""
import argparse
import os
import subprocess
import sys
import tempfile
import unittest

from maker import NONCE, SIGNER, Device, corim, public_pem, token, usual_log

NOW = "1795000000"
OK, USAGE, MALFORMED, CRYPTO, STALE, REFERENCE, POLICY, INSECURE = range(8)
STEPS = ["form", "algorithm", "chain", "attestation key", "signature", "profile", "nonce",
         "requester", "identity", "debug", "binding", "reference values", "components",
         "security version", "policies", "registers", "log", "firmware code", "isolation",
         "behaviour"]


class CordonCase(unittest.TestCase):
    """A test with a folder, and the program that the command line names."""

    tool = flip = reference = None

    @classmethod
    def setUpClass(cls):
        cls.device, cls.log = Device(), usual_log()
        cls.good = token(cls.device, cls.log)
        cls.refs = corim(cls.device, cls.log)

    def setUp(self):
        self.home = tempfile.TemporaryDirectory()
        self.addCleanup(self.home.cleanup)

    def path(self, name):
        """A name in the test's folder."""
        return os.path.join(self.home.name, name)

    def put(self, name, content):
        """Write a file; its path."""
        with open(self.path(name), "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
        return self.path(name)

    def get(self, name):
        """The bytes of a file in the test's folder."""
        with open(self.path(name), "rb") as file:
            return file.read()

    def run_tool(self, *args, expect=OK):
        """Run cordon; what it printed. Anything but the exit code expected fails the test."""
        done = subprocess.run([self.tool, *args], capture_output=True, text=True, timeout=60,
                              check=False)
        self.assertEqual(done.returncode, expect, f"{args}\n{done.stdout}\n{done.stderr}")
        if expect == OK:
            self.assertEqual(done.stderr, "")
        elif args[0] != "diff":
            self.assertRegex(done.stderr, r"\Acordon: [^\n]+\n\Z", "one sentence, no more")
        return done.stdout if expect in (OK, REFERENCE) else done.stdout + done.stderr

    def verify_args(self, message, *more, **o):
        """The command line of an appraisal, files written; o: log, refs, root, nonce, ref_key."""
        args = ["verify", *more, "--ref", self.put("ref", o.get("refs", self.refs)),
                "--ref-key", self.put("ref.pub", o.get("ref_key", public_pem(SIGNER)))]
        if "--challenge" not in more:
            args += ["--nonce", o.get("nonce", NONCE).hex()]
        if "--at" not in more:
            args += ["--at", NOW]
        if o.get("root", True):
            args += ["--root", self.put("root.crt", o.get("root", self.device.root_pem()))]
        if o.get("log") is not None:
            args += ["--log", self.put("log", o["log"])]
        return args + [self.put("token", message)]

    def verdicts(self, out):
        """Verdict and sentence of each step, from the table."""
        rows = {}
        for line in out.splitlines():
            for step in STEPS:
                if line[6:].startswith(step + " ") and line[:4] in ("PASS", "FAIL", "WARN",
                                                                    "SKIP"):
                    rows[step] = line[:4], line[6:][len(step):].strip()
        return rows

    def accept(self, message, *more, **o):
        """The token must pass; the verdicts."""
        out = self.run_tool(*self.verify_args(message, *more, **o))
        rows = self.verdicts(out)
        self.assertEqual(sorted(rows), sorted(STEPS), out)
        return rows

    def refuse(self, message, code, step, why, *more, **o):
        """The token must fail with this code, first in this step, for this reason."""
        done = subprocess.run([self.tool, *self.verify_args(message, *more, **o)], text=True,
                              capture_output=True, timeout=60, check=False)
        rows = self.verdicts(done.stdout)
        first = next((s for s in STEPS if rows.get(s, ("",))[0] == "FAIL"), None)
        self.assertEqual((done.returncode, first), (code, step), done.stdout + done.stderr)
        self.assertIn(why, rows[step][1])
        self.assertEqual(done.stderr, f"cordon: refused: {rows[step][1]}\n")
        self.assertIn("result  contraindicated", done.stdout)
        return rows


def main():
    """The command line of a suite."""
    parser = argparse.ArgumentParser()
    for name in ("tool", "flip", "reference"):
        parser.add_argument("--" + name)
    options, rest = parser.parse_known_args()
    for name, value in vars(options).items():
        setattr(CordonCase, name, value)
    unittest.main(module="__main__", argv=[sys.argv[0], *rest])
