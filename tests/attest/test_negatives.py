#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a firmware and a payload try on the machine to get from attestation what they should not.

The plan for both is put into memory by QEMU (tests/guests/payloads/attest_negatives.h). Needs the
distribution's own Python, which has cbor2 (package python3-cbor2).
"""

import argparse
import io
import os
import re
import struct
import subprocess
import tempfile
import unittest
import unittest.mock

import cbor2

import console
import test_stage0
import test_verified_boot
from test_log import DENIED, IMAGE, INITRD, SEGMENT, TREE, image_of, sha384

ARGS = None
PATCH, RACE, OTHER_TREE, STAGE, TRY, SELF, PAGED = (1 << i for i in range(7))
CALL, BUFFERS, FLOOD, EVIDENCE, LOG, SEAL, REPORT, VERIFY = (1 << i for i in range(7, 15))
RECHECK, BACK = 1 << 15, 1 << 16
EXTENDED, OVERFLOW, OWN, CHANGED = 1, 2, 8, 17
RECHECKED, SAME, OTHER = -70011, 1, 2
PLAN, SCRATCH, INITRD_SIZE = 0x84200000, 0x85000000, 0x3000
MARK = struct.pack("<Q", 0x7ace7ace00000000)
LINKED = 0x80000000
FLASH, FIRMWARE = 0x22000000, 0x80000000
IDENTITY = 0x23fc0000
LOAD_FAULT, STORE_FAULT, FETCH_FAULT = 5, 7, 1
# What the firmware changes in its code, by its first instruction and the one behind it.
NOP, LOAD = struct.pack("<IH", 0x13, 0x8082), struct.pack("<I", 0x00053503)
# What lies in the monitor and is worth having.
WORTH = ("crypto_arena", "crypto_stack", "identity", "secrets", "measurements")


class Machine:
    """Files, and starts of a machine with them."""

    def __init__(self, folder):
        self.folder = folder
        with open(ARGS.behind, "rb") as file:
            self.base, self.image = image_of(file.read())
        self.kernel = self.file("image", self.image)
        self.bundle = os.path.join(folder, "bundle.bin")
        subprocess.run([ARGS.mkbundle, "-m", ARGS.monitor, "-f", ARGS.firmware, "-o", self.bundle],
                       check=True, capture_output=True, timeout=60)
        self.word = self.base + self.image.index(MARK)

    def file(self, name, data):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(data)
        return path

    def bind(self, name, data, addr, more=(), monitor=None):
        """A bundle that names this payload."""
        out = os.path.join(self.folder, name + ".bin")
        subprocess.run([ARGS.mkbundle, "-m", monitor or ARGS.monitor, "-f", ARGS.firmware,
                        "--payload", self.file(name, data), "--payload-addr", hex(addr), *more,
                        "-o", out], check=True, capture_output=True, timeout=60)
        return out

    def flat(self, firmware):
        """A bundle of a raw firmware."""
        out = firmware + ".bundle"
        subprocess.run([ARGS.mkbundle, "-m", ARGS.monitor, "-f", firmware, "-o", out], check=True,
                       capture_output=True, timeout=60)
        return out

    def words(self, what, address, value, tried, harts, bios, behind):
        plan = struct.pack("<4Q24Q", what, address, value, len(tried), *tried,
                           *[0] * (24 - len(tried)))
        self.plan = (plan + behind).ljust(INITRD_SIZE, b"i")
        return [ARGS.qemu, "-M", "virt", "-m", "128M", "-display", "none", "-serial", "stdio",
                "-monitor", "none", "-smp", str(harts), "-bios", bios or self.bundle, "-kernel",
                self.kernel, "-initrd", self.file("initrd", self.plan)]

    def start(self, what, address=0, value=0, tried=(), harts=1, bios=None, behind=b""):
        """Until the machine ends."""
        words = self.words(what, address, value, tried, harts, bios, behind)
        run = subprocess.run(["timeout", "-k", "1", "60"] + words, stdin=subprocess.DEVNULL,
                             capture_output=True, timeout=90, check=False)
        return Start(run.stdout.decode(errors="replace").replace("\r", "")[:200000])

    def refused(self, bios):
        """What a machine says that starts nothing, and waits for ever."""
        return console.listen(self.words(CALL, 0, 0, (), 1, bios, b""),
                              [b"nothing was started", b"t: "], ARGS.timeout)


class Start:
    """What one start has said."""

    def __init__(self, said):
        self.said = said

    def bytes(self, name):
        lines = re.findall(rf"^t: {name} (\d+) ([0-9a-f]+)$", self.said, re.M)
        return bytes.fromhex("".join(text for _, text in lines))

    def number(self, pattern, base=16):
        return int(re.search(pattern, self.said)[1], base)

    def events(self):
        data = self.bytes("log")
        file, events = io.BytesIO(data), []
        while file.tell() != len(data):
            events.append(cbor2.load(file))
        return events

    def all(self, kind):
        """Data of the events of this kind."""
        return [e[4] for e in self.events() if e[2] == kind]

    def event(self, kind):
        """Data of the one event of this kind."""
        found, = self.all(kind)
        return found

    def tries(self, when):
        """{address: (load, store, fetch)} as the firmware has found them."""
        return {int(at, 16): tuple(map(int, causes.split())) for at, causes in (
            (m[1], " ".join(m.groups()[1:])) for m in re.finditer(
                rf"f: {when} ([0-9a-f]+): load (-?\d+) store (-?\d+) fetch (-?\d+)", self.said))}


def region(base, data):
    return struct.pack("<QQ", base, len(data)) + sha384(data)


class Case(unittest.TestCase):
    machine = honest = None

    @classmethod
    def setUpClass(cls):
        """One machine, and one honest start, for all classes."""
        if Case.machine is None:
            folder = tempfile.TemporaryDirectory()
            unittest.addModuleCleanup(folder.cleanup)
            Case.machine = Machine(folder.name)
            Case.honest = Case.machine.start(LOG)

    def start(self, *args, **words):
        start = self.machine.start(*args, **words)
        self.assertNotIn("FAIL", start.said)
        self.assertIn("t: end", start.said)
        return start

    def worth(self):
        """{name: address} of what lies in the monitor, where it runs."""
        base = self.honest.number("monitor at ([0-9a-f]+)")
        lines = subprocess.run([ARGS.nm, ARGS.monitor], check=True, capture_output=True, text=True,
                               timeout=60).stdout.splitlines()
        at = {words[2]: int(words[0], 16) - LINKED + base for words in map(str.split, lines)}
        return {name: at[name] & ~7 for name in WORTH}


class Secrets(Case):
    """N-1, N-14: the firmware looks for secrets, with its PMP open."""

    def test_firmware_reaches_no_secret_before_or_after_the_lock(self):
        addresses = list(self.worth().values())
        start = self.start(TRY | CALL, tried=addresses)
        for when in "first", "then":
            self.assertEqual(start.tries(when), {
                at: (LOAD_FAULT, STORE_FAULT, FETCH_FAULT) for at in addresses}, when)

    def test_the_probe_finds_what_it_may_have(self):
        """Started without a monitor it reads and writes at the same addresses."""
        addresses = list(self.worth().values())
        start = self.machine.start(TRY, tried=addresses, bios=ARGS.firmware)
        self.assertEqual(start.tries("first"), {at: (-1, -1, 0) for at in addresses})

    def test_firmware_never_reaches_the_flash(self):
        places = [FLASH, IDENTITY]
        start = self.start(TRY | CALL, tried=places)
        for when in "first", "then":
            self.assertEqual(start.tries(when), {
                at: (LOAD_FAULT, STORE_FAULT, FETCH_FAULT) for at in places}, when)


class Patched(Case):
    """N-6: the firmware changes its own code after that was measured."""

    def test_code_that_was_changed_is_denied_and_seen(self):
        at = self.machine.word
        start = self.start(SELF | CALL | LOG, tried=[at, *self.worth().values()])
        for place in (at, *self.worth().values()):
            self.assertIn(f"f: patched {place:x}: {LOAD_FAULT}\n", start.said)
        self.assertEqual(start.all(SEGMENT), self.honest.all(SEGMENT))
        self.assertEqual(self.honest.all(DENIED), [])
        self.assertNotEqual(start.all(DENIED), [])

    def rechecked(self, *words):
        """A start with these words whose payload asks for evidence, with its log."""
        start = self.start(sum(words) | EVIDENCE | LOG, tried=[FIRMWARE])
        start.claims = cbor2.loads(cbor2.loads(start.bytes("evidence")).value[2])
        return start

    def judged(self, start, *options):
        """(exit code, {step: (verdict, sentence)}) by cordon, for which this start is right."""
        path = os.path.join(self.machine.folder, "judged")
        with open(path + ".token", "wb") as token, open(path + ".log", "wb") as log:
            token.write(start.bytes("evidence"))
            log.write(start.bytes("log"))
        if not os.path.exists(path + ".pub"):
            self.cordon("keygen", "--out", path)
        self.cordon("refval", "--bundle", self.machine.bundle, "--log", path + ".log", "--token",
                    path + ".token", "--key", path, "--out", path + ".refs")
        done = self.cordon("verify", "--nonce", "00" * 32, "--ref", path + ".refs", "--ref-key",
                           path + ".pub", "--log", path + ".log", "--allow-insecure-identity",
                           "--allow-debug", *options, path + ".token", check=False)
        rows = re.findall(r"^(PASS|WARN|FAIL|SKIP)  (.{17}) (.*)$", done.stdout, re.M)
        return done.returncode, {step.strip(): (verdict, text) for verdict, step, text in rows}

    @staticmethod
    def cordon(*words, check=True):
        return subprocess.run([ARGS.cordon, *words], check=check, capture_output=True, text=True,
                              timeout=60)

    def test_code_is_the_same_if_nobody_changes_it(self):
        start = self.rechecked(RECHECK, CALL)
        code = start.all(SEGMENT)[0]
        self.assertEqual(start.claims[RECHECKED], {1: SAME, 2: 1, 3: sha384(code)})
        self.assertEqual(start.all(CHANGED), [])
        code, rows = self.judged(start, "--require-recheck")
        self.assertEqual((code, rows["firmware code"][0]), (0, "PASS"))

    def test_code_that_was_changed_is_found(self):
        """By who asks for it; who does not, is told nothing."""
        start = self.rechecked(RECHECK, CALL, SELF)
        code = start.all(SEGMENT)[0]
        state, segments, digest = (start.claims[RECHECKED][i] for i in (1, 2, 3))
        self.assertEqual((state, segments), (OTHER, 1))
        self.assertNotEqual(digest, sha384(code))
        self.assertEqual(start.all(CHANGED), [digest])
        code, rows = self.judged(start)
        self.assertEqual(code, 5)
        self.assertEqual(rows["firmware code"], (
            "FAIL", "The firmware's code is not what was measured at start"))
        self.assertEqual([step for step, row in rows.items() if row[0] == "FAIL"],
                         ["firmware code"])

        start = self.rechecked(CALL, SELF)
        self.assertNotIn(RECHECKED, start.claims)
        self.assertEqual(start.all(CHANGED), [])
        code, rows = self.judged(start)
        self.assertEqual((code, rows["firmware code"][0]), (0, "SKIP"))
        code, rows = self.judged(start, "--require-recheck")
        self.assertEqual((code, rows["firmware code"][0]), (6, "FAIL"))

    def test_the_digest_is_that_of_the_bytes_that_run(self):
        """Which only this test knows: a nop has become ld a0, 0(a0)."""
        start = self.rechecked(RECHECK, CALL, SELF)
        region, = (e[4] for e in start.events() if e[2] == SEGMENT and e[4][:4] == b"\0\0\0\x80")
        with open(ARGS.firmware, "rb") as file:
            elf = file.read()
        size, = struct.unpack("<Q", region[8:16])
        text = elf[0x1000:0x1000 + size]
        self.assertEqual(sha384(text), region[16:])
        at = text.index(NOP)
        self.assertEqual(text.count(NOP), 1)
        text = text[:at] + LOAD + text[at + len(LOAD):]
        self.assertEqual(start.claims[RECHECKED][3], sha384(region[:16] + sha384(text)))

    def test_code_that_is_put_back_is_not_found(self):
        """What the manual says of it, and no more: it is looked at when evidence is made."""
        start = self.rechecked(RECHECK, CALL, SELF, BACK)
        self.assertIn(f"f: patched {FIRMWARE:x}: -1\n", start.said)
        self.assertEqual(start.claims[RECHECKED][1], SAME)

    def test_code_that_may_be_written_is_not_looked_at(self):
        """A firmware in one piece: nothing is claimed, and who requires it, refuses it."""
        flat = os.path.join(self.machine.folder, "flat.bin")
        subprocess.run([ARGS.nm.removesuffix("nm") + "objcopy", "-O", "binary", "--pad-to",
                        hex(FIRMWARE + (1 << 20)), ARGS.firmware, flat], check=True, timeout=60)
        with unittest.mock.patch.object(self.machine, "bundle", self.machine.flat(flat)):
            start = self.rechecked(RECHECK, CALL, SELF)
            self.assertEqual(start.claims[RECHECKED], {1: 0, 2: 0, 3: sha384(b"")})
            code, rows = self.judged(start)
            self.assertEqual((code, rows["firmware code"][0]), (0, "SKIP"))
            code, rows = self.judged(start, "--require-recheck")
            self.assertEqual((code, rows["firmware code"][0]), (6, "FAIL"))

    def test_it_would_find_what_it_may_have(self):
        start = self.start(SELF | CALL, tried=[FIRMWARE])
        self.assertIn(f"f: patched {FIRMWARE:x}: -1\n", start.said)


class Handover(Case):
    """N-7 to N-9: the firmware changes what is handed over, or enters something else."""

    def test_honest(self):
        self.assertEqual(self.honest.event(IMAGE), region(self.machine.base, self.machine.image))
        self.assertEqual(self.honest.event(INITRD)[:16], struct.pack("<QQ", PLAN, INITRD_SIZE))

    def changed(self, value):
        """The payload's image with another word."""
        at = self.machine.word - self.machine.base
        return self.machine.image[:at] + struct.pack("<Q", value) + self.machine.image[at + 8:]

    def test_payload_that_was_changed_is_measured_as_it_runs(self):
        start = self.start(PATCH | LOG, self.machine.word, 0x1234)
        self.assertEqual(start.number("t: word ([0-9a-f]+)"), 0x1234)
        self.assertEqual(start.event(IMAGE), region(self.machine.base, self.changed(0x1234)))
        self.assertNotEqual(start.event(IMAGE), self.honest.event(IMAGE))

    def test_payload_that_a_second_hart_changes_is_measured_as_it_runs(self):
        """Whatever the hart stores last, is what is measured and what the payload finds."""
        start = self.start(RACE | LOG, self.machine.word, 0x10000, harts=2)
        word = start.number("t: word ([0-9a-f]+)")
        self.assertGreater(word, 0x10000 + 900)
        self.assertEqual(start.event(IMAGE), region(self.machine.base, self.changed(word)))

    def test_other_initrd_is_measured_as_it_is(self):
        start = self.start(PATCH | LOG, PLAN + INITRD_SIZE - 8, 0x55)
        initrd = self.machine.plan[:-8] + struct.pack("<Q", 0x55)
        self.assertEqual(start.event(INITRD), region(PLAN, initrd))

    def test_other_tree_is_measured_as_it_is(self):
        other = self.start(OTHER_TREE | LOG, SCRATCH).event(TREE)
        honest = self.honest.event(TREE)
        self.assertEqual(other[:8], struct.pack("<Q", SCRATCH))
        self.assertEqual(other[8:16], honest[8:16])
        self.assertNotEqual(other[16:], honest[16:])

    def test_what_is_handed_over_stays(self):
        """The firmware cannot store to what was measured."""
        tree, = struct.unpack("<Q", self.honest.event(TREE)[:8])
        places = [self.machine.base, self.machine.word, PLAN, tree]
        start = self.start(TRY | CALL, tried=places)
        for at in places:
            self.assertEqual(start.tries("first")[at][:2], (-1, -1), hex(at))
            self.assertEqual(start.tries("then")[at][1], STORE_FAULT, hex(at))

    def test_stage_that_is_not_measured_is_said_not_to_be(self):
        start = self.start(STAGE | LOG, SCRATCH)
        self.assertEqual(start.event(IMAGE), struct.pack("<QQ", SCRATCH, 0) + sha384(b""))

    def test_payload_by_page_tables_is_said_not_to_be_measured(self):
        """What runs at its address may be something else then."""
        start = self.start(PAGED | LOG, SCRATCH)
        self.assertEqual(start.event(IMAGE),
                         struct.pack("<QQ", self.machine.base, 0) + sha384(b""))


class Bound(Case):
    """A bundle that names its payload: that one begins, and nothing else. I-BND-4"""

    def setUp(self):
        self.bios = self.machine.bind("bound", self.machine.image, self.machine.base)

    def refused(self, what, address, value=0, entry=None, **words):
        words.setdefault("bios", self.bios)
        said = self.machine.start(what, address, value, **words).said
        self.assertIn(f"refused: the payload at {entry or self.machine.base:x} is not the one "
                      "that the manifest names; ", said)
        self.assertNotIn("t: ", said)
        self.assertNotIn("locked", said)

    def test_the_right_payload_begins(self):
        start = self.start(CALL | LOG, bios=self.bios)
        self.assertEqual(start.event(IMAGE), self.honest.event(IMAGE))

    def test_a_payload_that_firmware_has_changed_is_refused(self):
        self.refused(PATCH | LOG, self.machine.word, 0x1234)
        self.start(PATCH | LOG, self.machine.word, 0x1234)  # nobody has named one: it begins

    def test_a_payload_that_a_second_hart_changes_is_refused(self):
        self.refused(RACE | LOG, self.machine.word, 0x10000, harts=2)

    def test_another_payload_is_refused(self):
        """Another file was signed: its first, a middle, or its last byte is another."""
        image = self.machine.image
        for at in 0, len(image) // 2, len(image) - 1:
            other = image[:at] + bytes([image[at] ^ 1]) + image[at + 1:]
            bios = self.machine.bind("other", other, self.machine.base)
            self.refused(CALL, 0, bios=bios)

    def test_another_entry_is_refused(self):
        self.refused(STAGE | LOG, SCRATCH, entry=SCRATCH)
        bios = self.machine.bind("behind", self.machine.image[8:], self.machine.base + 8)
        self.refused(CALL, 0, bios=bios)

    def test_an_entry_by_page_tables_is_refused(self):
        self.refused(PAGED | LOG, SCRATCH)

    def test_a_machine_where_it_cannot_be_kept_to_is_refused(self):
        """A monitor without sandbox; an address without memory."""
        without = self.machine.bind("without", b"payload", self.machine.base,
                                    ["-k", ARGS.own_key], ARGS.own_monitor)
        nowhere = self.machine.bind("nowhere", b"payload", 1 << 40)
        for bios, sentence in ((without, "no policy of this monitor would keep to it"),
                               (nowhere, "the manifest names does not lie in memory")):
            said = self.machine.refused(bios)
            self.assertIn(sentence, said)
            self.assertIn("nothing was started", said)

    def test_the_manifest_says_how_long_it_is(self):
        """A payload without a header is measured as far as the manifest goes."""
        image = self.machine.image.replace(b"RSC\5", bytes(4), 1)
        self.assertNotEqual(image, self.machine.image)
        with unittest.mock.patch.object(self.machine, "kernel", self.machine.file("raw", image)):
            self.assertEqual(self.start(CALL | LOG).event(IMAGE)[8:16], bytes(8))
            bios = self.machine.bind("bare", image, self.machine.base)
            start = self.start(CALL | LOG, bios=bios)
        self.assertEqual(start.event(IMAGE), region(self.machine.base, image))

    def test_its_length_is_the_manifests(self):
        """Bytes behind what was signed may be others."""
        bios = self.machine.bind("part", self.machine.image[:4096], self.machine.base)
        start = self.start(PATCH | LOG, self.machine.word, 0x1234, bios=bios)
        self.assertEqual(start.number("t: word ([0-9a-f]+)"), 0x1234)


class Calls(Case):
    """N-10, N-21: the payload's calls."""

    def test_buffers_that_are_not_the_payloads(self):
        base = self.honest.number("monitor at ([0-9a-f]+)")
        size = self.honest.number(r"monitor at [0-9a-f]+ \+(\d+) KiB", 10) << 10
        places = [0, 8, base, base + size // 2, base + size - 8, base - 8, FIRMWARE,
                  FIRMWARE + 0x1000, FIRMWARE - 8, 0x2000000, 0xc000000, 0x10000000, 0x10100000,
                  0x100000, FLASH, IDENTITY, 0x88000000, 0x87fffff8, 1 << 63, (1 << 64) - 8,
                  (1 << 64) - 1, (1 << 56) + PLAN, *list(self.worth().values())[:2]]
        start = self.start(BUFFERS, tried=places)
        self.assertIn(f"t: buffers {11 * (len(places) + 2) + 3 * 5} wrong 0", start.said)
        self.assertIn("t: PASS function 2^32", start.said)

    def test_buffers_of_its_own_are_told_from_others(self):
        """The payload would notice an answer: there is one if the buffer is its own."""
        said = self.machine.start(BUFFERS, tried=[SCRATCH]).said
        self.assertIn(f"t: FAIL read at {SCRATCH:x}: 0 30", said)

    def test_flooded_log(self):
        """Events without room are counted, and the register has them all the same."""
        start = self.start(FLOOD | LOG)
        digests = [bytes([i]) + bytes(47) for i in range(100)]
        register = bytes(48)
        for digest in digests:
            register = sha384(register + digest)
        self.assertEqual(start.bytes("register"), register)
        kept = [e[3] for e in start.events() if e[2] == EXTENDED]
        self.assertEqual(kept, digests[:len(kept)])
        self.assertEqual(start.number(r"t: dropped (\d+)", 10), 100 - len(kept))
        self.assertEqual((len(kept), len(start.event(OVERFLOW))), (64, 4))


class Starts(unittest.TestCase):
    """N-13, N-22, N-25, N-28: a start by stage 0 is another start; so is another machine's."""

    def machine(self, folder, svn, uds=test_stage0.UDS):
        """A function that starts a machine of this secret with a bundle of this version."""
        files = test_stage0.Folder(folder)
        out = files.file("bundle.bin")
        subprocess.run([ARGS.mkbundle, "-m", ARGS.monitor, "-f", ARGS.firmware, "-s", str(svn),
                        "-o", out], check=True, capture_output=True, timeout=60)
        with open(out, "rb") as file:
            flashes = files.flashes(file.read(), test_stage0.sector(uds=uds))
        words = ["timeout", "-k", "1", "60", ARGS.qemu, "-M", "virt", "-m", "128M", "-display",
                 "none", "-serial", "stdio", "-monitor", "none", "-bios", "none", *flashes,
                 "-device", f"loader,file={ARGS.payload}"]

        def start():
            run = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=90,
                                 check=False)
            begun = Start(run.stdout.decode(errors="replace").replace("\r", "")[:200000])
            self.assertIn("t: end", begun.said)
            return begun
        return start

    def keys(self, svn, uds=test_stage0.UDS):
        """{version: sealing key} that this machine gives its payload."""
        with tempfile.TemporaryDirectory() as folder:
            start = self.machine(folder, svn, uds)()
        errors = re.findall(r"t: seal (\d+) error (-?\d+)", start.said)
        self.assertEqual([int(e) for _, e in errors], [0] * (svn + 1) + [-4] * (4 - svn))
        return dict(re.findall(r"^t: key (\d+) ([0-9a-f]{96})$", start.said, re.M))

    def test_start_again_is_counted_and_has_another_seed(self):
        with tempfile.TemporaryDirectory() as folder:
            start = self.machine(folder, 3)
            first, second, third = (
                cbor2.loads(cbor2.loads(start().bytes("evidence")).value[2]) for _ in range(3))
        self.assertEqual([c[267] for c in (first, second, third)], [1, 2, 3])
        self.assertEqual(len({c[268] for c in (first, second, third)}), 3)
        for claim in (10, 256, 2399):  # nonce, device, what runs
            self.assertEqual(first[claim], second[claim])

    def test_older_monitor_has_no_newer_sealing_key(self):
        newer, older = self.keys(4), self.keys(2)
        self.assertEqual(len(set(newer.values())), 5)
        self.assertEqual(older, {n: newer[n] for n in ("0", "1", "2")})

    def test_other_device_has_no_sealing_key_of_this_one(self):
        self.assertFalse(set(self.keys(2).values()) & set(self.keys(2, bytes(48)).values()))

    def test_report_of_another_machine_is_not_verified(self):
        with tempfile.TemporaryDirectory() as folder:
            other = self.machine(folder, 3)().bytes("report")
        with tempfile.TemporaryDirectory() as folder:
            verifier = Machine(folder)
            own = verifier.start(REPORT).bytes("report")
            self.assertEqual((len(own), len(other)), (160, 160))
            self.assertIn("t: verified 0 1\n", verifier.start(VERIFY, behind=own).said)
            self.assertIn("t: verified -1 0\n", verifier.start(VERIFY, behind=other).said)


class Production(test_verified_boot.BootTest):
    """N-39: a monitor with a key of its own, that enforces."""

    def test_own_key_starts(self):
        said = self.runs(self.make(ARGS.own_monitor, "-k", ARGS.own_key))
        self.assertNotIn("INSECURE: TEST", said)

    def test_bundle_signed_with_the_test_key_is_refused(self):
        bundle = self.make(ARGS.own_monitor, "-k", ARGS.own_key)
        key = test_verified_boot.TEST_KEY
        bundle.sign(key, self.kid(key)[0], self.dir.name)
        self.refused(bundle, "the manifest is signed by a key that is not authorised")

    def test_no_byte_of_the_test_key_is_in_it(self):
        x_and_y = self.kid(test_verified_boot.TEST_KEY)[1][1:]
        private = subprocess.run(["openssl", "ec", "-in", test_verified_boot.TEST_KEY, "-outform",
                                  "DER"], check=True, capture_output=True, timeout=60).stdout
        with open(ARGS.own_monitor, "rb") as file:
            image = file.read()
        with open(ARGS.monitor, "rb") as file:
            self.assertIn(x_and_y[:16], file.read())
        for secret in x_and_y[:48], x_and_y[48:], private[8:56]:
            for form in secret, secret[::-1]:
                for at in 0, 16, 32:
                    self.assertNotIn(form[at:at + 16], image)
        self.assertIn(self.kid(ARGS.own_key)[1], image)


def main():
    global ARGS
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    for name in ("monitor", "mkbundle", "firmware", "behind", "payload", "qemu", "nm", "stage0",
                 "key", "own-monitor", "own-key", "guest", "cordon"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--timeout", type=int, default=60)
    ARGS, rest = parser.parse_known_args()
    test_stage0.ARGS = test_verified_boot.ARGS = ARGS
    unittest.main(argv=[__file__] + rest)


if __name__ == "__main__":
    main()
