#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Shows attestation from the making of the keys to the verdicts, and what becomes of those who
cheat. Ends with a table of what should happen and what did.

Exit codes: 0 all was as it should be, 1 something was not, 2 wrong usage, 3 the demonstration
itself failed.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

import test_linux_guest  # noqa: E402 (found by the line above)
import test_rollback  # noqa: E402
import test_serve  # noqa: E402

ARGS = None
FLASH_TOOL = os.path.join(os.path.dirname(HERE), "..", "..", "src", "stage0", "flash.py")
SVN, OLDER = 3, 1
NONCE = bytes(range(0xa0, 0xe0)).hex()  # what the small payload always asks with
LABEL = "demo"
REFUSED = "stage 0: nothing was started"


class Broken(Exception):
    """The demonstration cannot go on."""


def say(text):
    print(f"demo: {text}", flush=True)


def run(*words, codes=(0,)):
    done = subprocess.run([str(w) for w in words], stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=120, text=True, check=False)
    if done.returncode not in codes:
        raise Broken(f"{' '.join(map(str, words))}: exit code {done.returncode}\n"
                     f"{done.stdout}{done.stderr}")
    return done


class Table:
    """What should happen, what did, and in whose words."""

    def __init__(self):
        self.rows, self.good = [], True

    def add(self, case, expected, actual, words):
        self.good = self.good and expected == actual
        self.rows.append((case, expected, actual, words))
        say(f"{case}: {actual}" + (f": {words}" if words else ""))
        if expected != actual:
            say(f"  that is WRONG: expected was: {expected}")

    def show(self):
        print("\n| Case | Expected | Actual | In their words |\n|---|---|---|---|")
        for row in self.rows:
            print("| " + " | ".join(cell.replace("|", "/") for cell in row) + " |")
        print()


class Owner:
    """Who makes keys, certifies the device and signs bundles and reference values."""

    def __init__(self, folder):
        self.folder = folder
        for name, more in (("root", ["--root", "Demo root"]), ("values", [])):
            run(ARGS.cordon, "keygen", "--out", self.path(name), *more)
        said = run(ARGS.cordon, "provision", "--root-key", self.path("root"), "--root-cert",
                   self.path("root.crt"), "--class", "flash-dev", "--sector", self.path("sector"),
                   "--uds-out", self.path("uds")).stdout
        self.device = re.search(r"^device ([0-9a-f]{66})$", said, re.M)[1]

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data)
        return self.path(name)

    def bundle(self, name, firmware, **o):
        """A bundle, signed; o: svn, key, monitor, policies."""
        run(ARGS.mkbundle, "-m", o.get("monitor", ARGS.monitor), "-f", firmware, "-b",
            "qemu-virt", "-p", o.get("policies", ARGS.policies), "-s", o.get("svn", SVN), "-v",
            "1.0", "-k", o.get("key", ARGS.signer), "-o", self.path(name))
        return self.path(name)

    def flashes(self, bundle, starts=b""):
        """QEMU's words for both flashes; starts: what a boot before has left as log of starts."""
        run(sys.executable, FLASH_TOOL, "--stage0", ARGS.stage0, "--bundle", bundle, "--identity",
            self.path("sector"), "--out", self.path("pflash"))
        with open(self.path("pflash1.img"), "r+b") as file:
            file.seek(test_rollback.LOG)
            file.write(starts)
        return ["-bios", "none"] + [
            word for unit in (0, 1) for word in
            ("-drive", f"if=pflash,unit={unit},format=raw,file={self.path('pflash')}{unit}.img" +
             (",readonly=on" if unit == 0 else ""))]

    def starts(self):
        """The log of starts as the last boot has left it."""
        with open(self.path("pflash1.img"), "rb") as file:
            file.seek(test_rollback.LOG)
            return file.read(2 * test_rollback.SECTOR)

    def values(self, name, boot, *more):
        """Signed reference values of a boot that the owner has made himself."""
        run(ARGS.cordon, "refval", "--bundle", boot.bundle, "--token",
            self.write(name + ".token", boot.token), "--log", self.write(name + ".log", boot.log),
            "--stage0", ARGS.stage0, "--key", self.path("values"), "--root",
            self.path("root.crt"), "--name", name, "--out", self.path(name), *more)
        return self.path(name)

    def judging(self, values):
        """What cordon verify and cordon serve are told alike."""
        return ["--root", self.path("root.crt"), "--ref", values, "--ref-key",
                self.path("values.pub"), "--require-policy", "sandbox",
                "--allow-insecure-identity"]

    def verify(self, values, boot, *more):
        """Exit code of cordon verify, and its words on why, or on the firmware's behaviour."""
        done = run(ARGS.cordon, "verify", "--nonce", NONCE, *self.judging(values), "--log",
                   self.write("log", boot.log), *more, self.write("token", boot.token),
                   codes=range(8))
        if done.returncode != 0:
            return done.returncode, done.stderr.strip().removeprefix("cordon: ")
        found = re.search(r"^(?:WARN|PASS) +behaviour +(.*)$", done.stdout, re.M)
        return 0, found[1] if found else ""


class Linux(test_linux_guest.Session):
    """A boot of Linux by stage 0."""

    def __init__(self, bundle, flashes, commands):
        self.bundle = bundle
        super().__init__(ARGS.qemu, [*flashes, "-kernel", ARGS.kernel, "-initrd", ARGS.initrd],
                         commands, seconds=ARGS.seconds)
        missing = [c for n, c in enumerate(commands) if n not in self.status]
        if missing:
            raise Broken(f"Linux has not done: {missing[0]}\n{self.console[-3000:]}")

    def bytes(self, n):
        if self.status[n] != 0:
            raise Broken(f"a command in the guest failed:\n{self.said[n]}")
        return bytes.fromhex(self.said[n].strip())


class Small:
    """A boot of the small payload by stage 0; it ends when the machine or stage 0 does."""

    def __init__(self, bundle, flashes):
        self.bundle = bundle
        words = ["timeout", "-k", "1", str(ARGS.seconds // 3), ARGS.qemu, "-M", "virt",
                 "-m", "128M", "-display", "none", "-serial", "stdio", "-monitor", "none",
                 *flashes, "-kernel", ARGS.payload]
        self.said = ""
        with subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as qemu:
            while len(self.said) < 400000:
                chunk = os.read(qemu.stdout.fileno(), 4096)
                self.said += chunk.decode(errors="replace").replace("\r", "")
                if not chunk or REFUSED in self.said:
                    break
            qemu.terminate()
        self.refused = REFUSED in self.said and "monitor at" not in self.said

    def bytes(self, name):
        lines = re.findall(rf"^t: {name} (\d+) ([0-9a-f]+)$", self.said, re.M)
        data = bytes.fromhex("".join(text for _, text in lines))
        if not lines or len(data) != int(lines[0][0]):
            raise Broken(f"the payload has not shown its {name}:\n{self.said[-3000:]}")
        return data

    @property
    def token(self):
        return self.bytes("evidence")

    @property
    def log(self):
        return self.bytes("log")

    def sentence(self):
        """Why stage 0 has refused."""
        found = re.search(r"stage 0: (refused: .*)$", self.said, re.M)
        return found[1] if found else self.said[-200:].strip()


def outcome(code):
    return {0: "trusted", 5: "refused, exit code 5", 6: "refused, exit code 6"}.get(
        code, f"exit code {code}")


# ---- the cases ----

def linux_cases(owner, table):
    """Linux learns its reference values, starts again, and answers a server over the network."""
    bundle = owner.bundle("good.bundle", ARGS.firmware)
    say("Linux starts for the first time, at its owner's: reference values are made of it")
    first = Linux(bundle, owner.flashes(bundle), [
        "guest-up", "cordon-agent evidence --nonce " + NONCE, "cordon-agent log",
        f"cordon-agent seal --label {LABEL}"])
    first.token, first.log, key = (first.bytes(n) for n in (1, 2, 3))
    values = owner.values("linux", first, "--payload", ARGS.kernel, "--initrd", ARGS.initrd)
    run(ARGS.cordon, "serve", "--store", owner.path("store.db"), "--enrol", owner.device)
    server = test_serve.Server(owner.folder, "store.db", *owner.judging(values), "--name",
                               "10.0.2.2", program=ARGS.cordon)
    with open(owner.path("serve-cert.pem"), encoding="ascii") as file:
        certificate = file.read().replace("\n", "\\n")
    say("Linux starts again and answers a challenge over the network")
    again = Linux(bundle, owner.flashes(bundle), [
        "guest-up net", f"printf '{certificate}' >/ca",
        f"cordon-agent answer https://10.0.2.2:{server.port} --ca /ca",
        f"cordon-agent seal --label {LABEL}", "cordon-agent confirm"])
    server.stop()
    print(again.said[2])
    verdict = again.said[2].partition("\n")[0]
    table.add("Linux under OpenSBI, over the network", "verdict 0 trusted", verdict,
              "; ".join(re.findall(r"^(?:WARN|FAIL) .*$", again.said[2], re.M)))
    table.add("its sealing key after the reboot", "the same",
              "the same" if again.bytes(3) == key else "another", "")
    table.add("it was trusted, so it is confirmed", "confirmed",
              "confirmed" if again.status[4] == 0 else "not confirmed", again.said[4].strip())
    return owner.starts()


def refusal(owner, table, case, bundle, **o):
    """A case in which stage 0 must not start anything."""
    boot = Small(bundle, owner.flashes(bundle, **o))
    table.add(case, "nothing is started", "nothing is started" if boot.refused else "it starts",
              boot.sentence())


def boot_cases(owner, table, starts):
    """What stage 0 must not start; starts: the log in which version SVN is confirmed, if there is
    one."""
    with open(owner.bundle("modified.bundle", ARGS.firmware), "rb") as file:
        data = bytearray(file.read())
    with open(ARGS.firmware, "rb") as file:
        text = file.read()
    at = data.find(text[0x1000:0x1040])  # a piece of the firmware's code, in the bundle
    if at < 0:
        raise Broken("the firmware's code is not found in the bundle")
    data[at] ^= 1
    refusal(owner, table, "one bit of the firmware is changed",
            owner.write("modified.bundle", data))
    run(ARGS.cordon, "keygen", "--out", owner.path("thief"))
    run(ARGS.cordon, "sign", "--key", owner.path("thief"), "--out", owner.path("thief.bundle"),
        owner.bundle("other.bundle", ARGS.hostile))
    refusal(owner, table, "other firmware, signed by somebody else", owner.path("thief.bundle"))
    if starts:
        refusal(owner, table, f"OpenSBI 1.1, signed as version {OLDER}; {SVN} was confirmed",
                owner.bundle("older.bundle", ARGS.older, svn=OLDER), starts=starts)


def judged(owner, table, case, expected, values, boot, *more):
    """A case in which the machine starts, and the verifier says what to think of it."""
    code, words = owner.verify(values, boot, *more)
    table.add(case, outcome(expected), outcome(code), words)


def small(owner, name, firmware, **o):
    bundle = owner.bundle(name, firmware, **o)
    return Small(bundle, owner.flashes(bundle))


def verdict_cases(owner, table):
    """What starts, because its owner has signed it, and what the verifier says."""
    good = small(owner, "small.bundle", ARGS.firmware)
    values = owner.values("small", good)
    judged(owner, table, "a small payload under OpenSBI", 0, values, good)
    older = small(owner, "older.bundle", ARGS.firmware, svn=OLDER)
    judged(owner, table, f"older signed firmware (version {OLDER}), the flash's log erased", 6,
           values, older)
    other = small(owner, "other.bundle", ARGS.older)
    judged(owner, table, f"OpenSBI 1.1, signed as version {SVN}", 5, values, other)
    calm = small(owner, "calm.bundle", ARGS.calm)
    values = owner.values("calm", calm)
    judged(owner, table, "a small firmware that does nothing bad", 0, values, calm)
    hostile = small(owner, "hostile.bundle", ARGS.hostile)
    contained = "f: the payload's memory and fw_cfg are closed" in hostile.said
    table.add("hostile firmware under the sandbox: what it reaches", "nothing",
              "nothing" if contained else "something", "")
    judged(owner, table, "the same, judged by the calm one's values", 5, values, hostile)
    judged(owner, table, "the same, with --any-firmware", 0, values, hostile, "--any-firmware")
    judged(owner, table, "the same, with --any-firmware --max-denials 0", 6, values, hostile,
           "--any-firmware", "--max-denials", "0")
    bare = small(owner, "open.bundle", ARGS.firmware, monitor=ARGS.open_monitor,
                 policies=ARGS.open_policies)
    judged(owner, table, "no policy sandbox, and reference values that name just that", 6,
           owner.values("open", bare), bare)


def demonstrate(folder, table):
    say("keys are made, and a device gets its identity, of class flash-dev: in a flash file, "
        "which protects nothing")
    say("(class tpm is not built, so no TPM takes part; --allow-insecure-identity says that we "
        "know)")
    owner = Owner(folder)
    say(f"the device is {owner.device}")
    starts = b"" if ARGS.no_linux else linux_cases(owner, table)
    boot_cases(owner, table, starts)
    verdict_cases(owner, table)


def main():
    global ARGS
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("cordon", "mkbundle", "signer", "stage0", "monitor", "open-monitor", "hostile",
                 "calm", "firmware", "older", "payload", "kernel", "initrd", "qemu", "policies",
                 "open-policies"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--seconds", type=int, default=300, help="the most that a boot may take")
    parser.add_argument("--no-linux", action="store_true", help="leave out the cases with Linux")
    ARGS = parser.parse_args()
    ARGS.cordon = os.path.abspath(ARGS.cordon)
    table, start = Table(), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        try:
            demonstrate(folder, table)
        except (Broken, subprocess.TimeoutExpired) as error:
            print(f"demo: broken: {error}", file=sys.stderr)
            return 3
    table.show()
    say(f"{len(table.rows)} cases in {time.monotonic() - start:.0f} s: " +
        ("all are as expected" if table.good else "NOT all are as expected"))
    return 0 if table.good else 1


if __name__ == "__main__":
    sys.exit(main())
