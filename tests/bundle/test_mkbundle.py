#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of mkbundle as its user sees it: files in, file out, exit code, one sentence."""

import argparse
import hashlib
import os
import resource
import struct
import subprocess
import sys
import tempfile
import unittest

USAGE, READ, FOREIGN, MALFORMED, OVERLAP = 2, 3, 4, 5, 6
ADDRESS, WRITE, MONITOR, FIRMWARE, DAMAGED = 7, 8, 9, 10, 11

PT_LOAD = 1
ARGS = None


def elf(segments, entry=0x80000000, bits=64, order="<", machine=243, kind=2):
    """An ELF with program headers only. A segment is (vaddr, paddr, bytes, memsz[, filesz])."""
    header_len, segment_len = 64, 56
    offset = header_len + segment_len * len(segments)
    headers, contents = b"", b""
    for vaddr, paddr, data, memsz, *filesz in segments:
        length = filesz[0] if filesz else len(data)
        headers += struct.pack(order + "IIQQQQQQ", PT_LOAD, 7, offset + len(contents),
                               vaddr, paddr, length, memsz, 8)
        contents += data
    ident = b"\x7fELF" + bytes([bits // 32, 1 if order == "<" else 2, 1]) + bytes(9)
    fields = struct.pack(order + "HHIQQQIHHHHHH", kind, machine, 1, entry, header_len, 0, 0,
                         header_len, segment_len, len(segments), 0, 0, 0)
    return ident + fields + headers + contents


class Bundle:
    """What a bundle says about itself, read independently of the C code."""

    def __init__(self, data):
        self.data = data
        self.relocs_at, self.reloc_count, self.at, self.total = struct.unpack_from("<4Q", data, 48)
        self.entry, count = struct.unpack_from("<QI", data, self.at + 24)
        self.board, self.policies, self.name = (
            data[self.at + start:self.at + start + size].rstrip(b"\0").decode()
            for start, size in ((40, 32), (72, 128), (200, 64)))
        self.parts = [struct.unpack_from("<IIQQQQ48s", data, self.at + 264 + 88 * i)
                      for i in range(count)]

    def segments(self):
        return [(load, self.data[offset:offset + length], memory)
                for kind, _, offset, length, load, memory, _ in self.parts if kind == 3]

    def memory(self):
        """Address -> byte of everything that is loaded."""
        return {load + i: byte for load, data, memory in self.segments()
                for i, byte in enumerate(data + bytes(memory - len(data)))}


class ToolTest(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)
        self.stub = os.path.join(ARGS.inputs, "stub.elf")
        self.out = self.path("out.bin")

    def path(self, name):
        return os.path.join(self.dir.name, name)

    def file(self, name, data):
        with open(self.path(name), "wb") as f:
            f.write(data)
        return self.path(name)

    def tool(self, *args, **kwargs):
        return subprocess.run([ARGS.tool, *args], capture_output=True, text=True, timeout=60,
                              check=False, **kwargs)

    def bundle(self, firmware, *more, monitor=None):
        done = self.tool("-m", monitor or self.stub, "-f", firmware, "-o", self.out, *more)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        with open(self.out, "rb") as f:
            return Bundle(f.read())

    def refused(self, code, *args, says, **kwargs):
        done = self.tool(*args, **kwargs)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertTrue(done.stderr.startswith("mkbundle: "), done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, "one sentence")
        self.assertIn(says, done.stderr)
        self.assertEqual(os.path.exists(self.out), False, "no output is left behind")

    def firmware_refused(self, code, data, *more, says):
        firmware = self.file("fw", data)
        self.refused(code, "-m", self.stub, "-f", firmware, "-o", self.out, *more, says=says)


class Usage(ToolTest):
    def test_missing_and_foreign_arguments(self):
        self.refused(USAGE, says="all needed")
        self.refused(USAGE, "-m", self.stub, "-o", self.out, says="all needed")
        self.refused(USAGE, "-m", self.stub, "-f", self.stub, "-o", self.out, "more",
                     says="not an option")
        self.assertEqual(self.tool("-x").returncode, USAGE)
        self.assertEqual(self.tool("--help").returncode, 0)

    def test_numbers_must_be_numbers(self):
        for bad in ("", "-1", "0x", "12q", "0x10000000000000000"):
            self.firmware_refused(USAGE, b"x", "-a", bad, says="wants a number")

    def test_an_elf_takes_no_load_address(self):
        self.firmware_refused(USAGE, elf([(0x80000000, 0x80000000, b"1234", 4)]),
                              "-a", "0x80000000", says="its own addresses")

    def test_texts_that_do_not_fit(self):
        for option, limit in (("-b", 31), ("-p", 127), ("-n", 63)):
            self.firmware_refused(USAGE, b"x", option, "y" * (limit + 1),
                                  says="longer than %d" % limit)
        self.firmware_refused(USAGE, b"x", "-n", "a\x1b[2J", says="not printable")

    def test_longest_texts_fit(self):
        b = self.bundle(self.file("fw", b"x"), "-b", "y" * 31, "-p", "z" * 127, "-n", "n" * 63)
        self.assertEqual((b.board, b.policies, b.name), ("y" * 31, "z" * 127, "n" * 63))


class Payload(ToolTest):
    def payload(self, data, *more):
        return ("--payload", self.file("payload", data), *more)

    def test_it_is_in_the_manifest(self):
        b = self.bundle(self.file("fw", b"x"),
                        *self.payload(b"abc", "--payload-addr", "0x90000000"))
        wanted = (b"\x0b\xa3\x01\x1a\x90\0\0\0\x02\x03\x03\x58\x30" +
                  hashlib.sha384(b"abc").digest())
        self.assertEqual(b.data.count(wanted), 1)
        without = self.bundle(self.file("fw", b"x"))
        self.assertNotIn(wanted, without.data)

    def test_what_is_none(self):
        self.firmware_refused(USAGE, b"x", "--payload-addr", "0x90000000", says="goes with")
        self.firmware_refused(USAGE, b"x", *self.payload(b"abc", "--payload-addr", "12q"),
                              says="wants a number")
        self.firmware_refused(USAGE, b"x", *self.payload(b"\x7fELF..."), says="an ELF")
        self.firmware_refused(ADDRESS, b"x", *self.payload(b""), says="no payload")
        self.firmware_refused(ADDRESS, b"x",
                              *self.payload(b"abc", "--payload-addr", hex(2**56 - 2)),
                              says="no payload")
        for addr in (0x80000000, 0x7ffffffe):
            self.firmware_refused(OVERLAP, b"x", *self.payload(b"abc", "--payload-addr", hex(addr)),
                                  says="overlaps the firmware")


class Reading(ToolTest):
    def test_what_cannot_be_read(self):
        self.refused(READ, "-m", self.path("none"), "-f", self.stub, "-o", self.out,
                     says="No such file")
        self.refused(READ, "-m", self.stub, "-f", self.dir.name, "-o", self.out,
                     says="not a regular file")
        self.refused(READ, "--verify", self.path("none"), says="No such file")


class FirmwareElf(ToolTest):
    segment = (0x80000000, 0x80000000, b"\x13\0\0\0", 4)

    def test_foreign(self):
        for kwargs, says in (({"bits": 32}, "64-bit"), ({"order": ">"}, "little-endian"),
                             ({"machine": 62}, "another machine"), ({"kind": 1}, "executable"),
                             ({"kind": 4}, "executable")):
            self.firmware_refused(FOREIGN, elf([self.segment], **kwargs), says=says)

    def test_cut_short(self):
        whole = elf([self.segment])
        for length in [*range(4, len(whole), 4), len(whole) - 1]:
            self.firmware_refused(MALFORMED, whole[:length], says="cut short")

    def test_contradictions(self):
        self.firmware_refused(MALFORMED, elf([(0x80000000, 0x80000000, b"12345678", 4)]),
                              says="larger in the file")
        wrong_size = bytearray(elf([self.segment]))
        struct.pack_into("<H", wrong_size, 54, 32)
        self.firmware_refused(MALFORMED, bytes(wrong_size), says="unknown size")
        far_table = bytearray(elf([self.segment]))
        struct.pack_into("<Q", far_table, 32, 2**64 - 8)
        self.firmware_refused(MALFORMED, bytes(far_table), says="cut short")
        far_segment = elf([(0x80000000, 0x80000000, b"1234", 2**63, 2**63)])
        self.firmware_refused(MALFORMED, far_segment, says="cut short")

    def test_overlap(self):
        for second in (0x80000000, 0x80000003, 0x80000fff):
            self.firmware_refused(OVERLAP, elf([(0x80000000, 0x80000000, b"1234", 0x1000),
                                                (second, second, b"5", 1)]), says="overlap")

    def test_neighbours_do_not_overlap(self):
        b = self.bundle(self.file("fw", elf([(0x80001000, 0x80001000, b"5", 1),
                                             (0x80000000, 0x80000000, b"1234", 0x1000)])))
        self.assertEqual(len(b.memory()), 0x1001)

    def test_address_space(self):
        for base, size in ((2**56, 4), (2**56 - 3, 4), (2**64 - 4, 4), (0x80000000, 2**64 - 1)):
            self.firmware_refused(ADDRESS, elf([(base, base, b"1234", size)], entry=base),
                                  says="56-bit")
        self.firmware_refused(ADDRESS, b"1234", "-a", hex(2**56 - 3), says="56-bit")
        self.bundle(self.file("fw", b"1234"), "-a", hex(2**56 - 4))

    def test_segments_and_entry(self):
        self.firmware_refused(FIRMWARE, elf([]), says="nothing to load")
        self.firmware_refused(FIRMWARE, b"", says="empty")
        many = [(0x80000000 + 16 * i, 0x80000000 + 16 * i, b"1234", 4) for i in range(14)]
        self.firmware_refused(FIRMWARE, elf(many), says="more than 12")
        self.assertEqual(len(self.bundle(self.file("fw", elf(many[:12]))).segments()), 12)
        os.unlink(self.out)
        for entry in (0, 0x80000004, 0x80000001, 0x7ffffffe):
            self.firmware_refused(FIRMWARE, elf([self.segment], entry=entry), says="entry")
        bss_only = [(0x80000000, 0x80000000, b"", 64)]
        self.firmware_refused(FIRMWARE, elf(bss_only), says="entry")

    def test_entry_can_be_given(self):
        b = self.bundle(self.file("fw", elf([self.segment], entry=0)), "-e", "0x80000002")
        self.assertEqual(b.entry, 0x80000002)

    def test_bss_segment_and_empty_segment(self):
        b = self.bundle(self.file("fw", elf([self.segment, (0x90000000, 0x90000000, b"", 100),
                                             (0xa0000000, 0xa0000000, b"", 0)])))
        self.assertEqual(b.segments(), [(0x80000000, b"\x13\0\0\0", 4), (0x90000000, b"", 100)])

    def test_physical_addresses_and_entry_follow(self):
        virtual = 0xffffffff80000000
        b = self.bundle(self.file("fw", elf([(virtual, 0x80200000, b"12345678", 16)],
                                            entry=virtual + 4)))
        self.assertEqual(b.segments(), [(0x80200000, b"12345678", 16)])
        self.assertEqual(b.entry, 0x80200004)

    def test_virtual_addresses_where_no_physical_ones_are_given(self):
        b = self.bundle(self.file("fw", elf([(0x80000000, 0, b"1234", 4)], kind=3)))
        self.assertEqual(b.segments(), [(0x80000000, b"1234", 4)])
        b = self.bundle(self.file("fw", elf([(0x1000, 0x1000, b"1234", 4), (0, 0, b"5678", 4)],
                                            entry=0)))
        self.assertEqual(sorted(s[0] for s in b.segments()), [0, 0x1000])

    def test_elf_and_raw_load_the_same(self):
        raw = os.path.join(ARGS.inputs, "firmware.bin")
        with open(raw, "rb") as f:
            expected = f.read()
        memory = self.bundle(os.path.join(ARGS.inputs, "firmware.elf")).memory()
        loaded = bytes(memory.get(0x80000000 + i, 0) for i in range(len(expected)))
        self.assertEqual(loaded, expected)
        self.assertEqual(self.bundle(raw).segments(), [(0x80000000, expected, len(expected))])

    def test_raw_goes_where_it_is_told(self):
        b = self.bundle(self.file("fw", b"12345"), "-a", "0x80200000")
        self.assertEqual((b.segments(), b.entry), ([(0x80200000, b"12345", 5)], 0x80200000))


class MonitorElf(ToolTest):
    def refused_monitor(self, code, monitor, says):
        firmware = self.file("fw", b"1234")
        self.refused(code, "-m", monitor, "-f", firmware, "-o", self.out, says=says)

    def test_what_cannot_be_moved(self):
        for name, says in (("HI20", "is absolute"), ("WORD", "is absolute"),
                           ("DISTANCE", "the fixed address 0x1000 by a distance"),
                           ("ALIGNMENT", "not aligned"), ("AMBIGUOUS", "or a constant"),
                           ("RESERVED", "reserved")):
            self.refused_monitor(MONITOR, os.path.join(ARGS.inputs, "bad-%s.elf" % name), says)
        self.refused_monitor(MONITOR, os.path.join(ARGS.inputs, "norelocs.elf"), "--emit-relocs")

    def test_not_a_monitor(self):
        self.refused_monitor(MONITOR, os.path.join(ARGS.inputs, "firmware.elf"),
                             "monitor header")
        self.refused_monitor(FOREIGN, self.file("raw", b"1234"), "not an ELF")
        self.refused_monitor(FOREIGN, self.file("x", elf([], machine=62)), "another machine")

    def test_cut_short(self):
        with open(self.stub, "rb") as f:
            whole = f.read()
        for length in list(range(4, 400, 25)) + [len(whole) // 2, len(whole) - 1]:
            self.refused_monitor(MALFORMED, self.file("cut", whole[:length]), "")

    def test_random_damage_is_answered_not_crashed(self):
        """A sanitizer's abort has another exit code; whatever passes must verify."""
        with open(self.stub, "rb") as f:
            whole = f.read()
        firmware = self.file("fw", b"1234")
        seed = 1
        for _ in range(80):
            damaged = bytearray(whole)
            for _ in range(4):
                seed = (seed * 6364136223846793005 + 1442695040888963407) % 2**64
                near_tables = seed >> 63
                at = (seed >> 16) % (256 if near_tables else len(whole))
                damaged[at] ^= 1 << (seed >> 60 & 7)
            for i in (0, 1, 2, 3):
                damaged[i] = whole[i]
            done = self.tool("-m", self.file("damaged", damaged), "-f", firmware, "-o", self.out)
            self.assertIn(done.returncode, (0, FOREIGN, MALFORMED, MONITOR, DAMAGED), done.stderr)
            if done.returncode == 0:
                self.assertEqual(self.tool("--verify", self.out).returncode, 0)

    def test_relocations_are_the_address_words(self):
        """Linked at two places, the words that differ are those of the table, no more, no less."""
        firmware = self.file("fw", b"1234")
        near = self.bundle(firmware)
        far = self.bundle(firmware, monitor=os.path.join(ARGS.inputs, "far.elf"))
        table = struct.unpack_from("<%dI" % near.reloc_count, near.data, near.relocs_at)
        self.assertEqual(near.reloc_count, 2)
        self.assertEqual(table, struct.unpack_from("<%dI" % far.reloc_count, far.data,
                                                   far.relocs_at))
        measured = struct.unpack_from("<Q", near.data, 40)[0]
        slide = 0x4000000000 - 0x80000000
        for at in range(128, measured - 7, 8):
            a, b = (struct.unpack_from("<Q", x.data, at)[0] for x in (near, far))
            self.assertEqual(b - a, slide if at in table else 0, hex(at))


class Output(ToolTest):
    def test_two_runs_in_two_folders_are_identical(self):
        first = self.bundle(os.path.join(ARGS.inputs, "firmware.elf"), "-b", "virt").data
        other = self.path("elsewhere")
        os.mkdir(other)
        for name in ("stub.elf", "firmware.elf"):
            with open(os.path.join(ARGS.inputs, name), "rb") as f:
                self.file(os.path.join("elsewhere", name), f.read())
        done = self.tool("-m", "stub.elf", "-f", "./firmware.elf", "-o", "b.bin", "-b", "virt",
                         cwd=other)
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(os.path.join(other, "b.bin"), "rb") as f:
            self.assertEqual(f.read(), first)

    def test_a_monitor_has_one_digest(self):
        one = self.bundle(self.file("one.bin", b"12345"))
        other = self.bundle(self.file("other.bin", b"54321" * 5000))
        self.assertNotEqual(one.data[72:80], other.data[72:80])  # total_len
        self.assertEqual(one.parts[0], other.parts[0])

    def test_names_and_digests(self):
        b = self.bundle(self.file("my-fw.bin", b"12345"), "-p", "sandbox offload", "-b", "virt")
        self.assertEqual((b.board, b.policies, b.name), ("virt", "sandbox offload", "my-fw.bin"))
        self.assertEqual([p[0] for p in b.parts], [1, 4, 2, 3, 5])
        for kind, _, offset, length, _, _, digest in b.parts:
            data = b.data[offset:offset + length]
            if kind == 1:  # but for bundle_off and total_len
                data = data[:64] + bytes(16) + data[80:]
            self.assertEqual(digest, hashlib.sha384(data).digest())
        header = b.data[b.at:b.at + 1672]
        self.assertEqual(b.data[b.at + 1672:b.at + 1720],
                         hashlib.sha384(header + bytes(48)).digest())
        self.assertEqual(b.data[-8:], b"CORDONE1")
        self.assertEqual((b.at % 4096, b.total), (0, len(b.data)))

    def test_nothing_but_the_output_remains(self):
        self.bundle(self.file("fw", b"1"))
        self.assertEqual(sorted(os.listdir(self.dir.name)), ["fw", "out.bin"])

    def test_a_failed_write_leaves_the_old_file(self):
        firmware = self.file("fw", bytes(1 << 20))
        old = self.file("old.bin", b"the old one")

        def small_files_only():
            resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))

        self.refused(WRITE, "-m", self.stub, "-f", firmware, "-o", old, says="cannot write",
                     preexec_fn=small_files_only, restore_signals=False)
        with open(old, "rb") as f:
            self.assertEqual(f.read(), b"the old one")
        self.assertEqual(sorted(os.listdir(self.dir.name)), ["fw", "old.bin"])

    def test_where_nothing_can_be_written(self):
        firmware = self.file("fw", b"1")
        for target, says in ((self.path("none/x"), "No such file"),
                             (self.dir.name, "not a regular file"),
                             ("/dev/null", "not a regular file")):
            self.refused(WRITE, "-m", self.stub, "-f", firmware, "-o", target, says=says)


class Verify(ToolTest):
    def setUp(self):
        super().setUp()
        self.whole = self.bundle(self.file("fw", b"firmware"), "-b", "virt", "-p", "sandbox").data
        os.unlink(self.out)

    def test_whole(self):
        done = self.tool("--verify", self.file("b", self.whole))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for text in ("virt", "sandbox", "monitor", "scratch", "relocations", "0x0080000000"):
            self.assertIn(text, done.stdout)
        self.assertIn(hashlib.sha384(b"firmware").hexdigest(), done.stdout)

    def test_damage(self):
        at = self.whole.rindex(b"firmware")
        damaged = bytearray(self.whole)
        damaged[at] ^= 1
        self.refused(DAMAGED, "--verify", self.file("b", bytes(damaged)),
                     says="part 3 (firmware) does not match")
        self.refused(DAMAGED, "--verify", self.file("b", self.whole[:-1]), says="cut short")
        self.refused(DAMAGED, "--verify", self.file("b", self.whole + b"\0"),
                     says="1 bytes follow")
        self.refused(DAMAGED, "--verify", self.file("b", b""), says="cut short")
        self.refused(DAMAGED, "--verify", self.file("b", bytes(4096)), says="no monitor")


def main():
    global ARGS
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tool", required=True, help="the mkbundle to test")
    parser.add_argument("--inputs", required=True, help="folder with stub.elf and the like")
    ARGS, rest = parser.parse_known_args()
    ARGS.tool = os.path.abspath(ARGS.tool)
    ARGS.inputs = os.path.abspath(ARGS.inputs)
    unittest.main(argv=sys.argv[:1] + rest)


if __name__ == "__main__":
    main()
