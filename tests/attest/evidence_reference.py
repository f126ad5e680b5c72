#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The known answers of tests/unit/test_evidence.c, made by cbor2 and hashlib.

Prints them as they stand there; "make test-evidence" compares. Needs the distribution's own Python,
which has cbor2 (package python3-cbor2).
"""

import hashlib

import cbor2


def digest(byte):
    return bytes([byte]) * 48


def sha384(data):
    return hashlib.sha384(data).digest()


def encode(item):
    return cbor2.dumps(item, canonical=True)


POLICIES = [("sandbox", 3, True, True, True, 0), ("attest", 0, False, False, False, 5)]
TYPES = ("M-VROM", "M-MON", "M-POL", "VFW", "VFW-DTB", "INITRD", "PAYLOAD")
COUNTERS = ("csr", "call", "device", "inject", "memory", "resume", "monitor", "instruction",
            "firmware-deaths")


def policies():
    return [{1: name, 2: sha384(encode([name, *rest])), 3: rest[-1] == 0}
            for name, *rest in POLICIES]


def component(number, name):
    item = {1: name, 2: digest(number + 1), -1: name.startswith("M-")}
    if name in ("M-MON", "VFW"):
        item[4], item[5] = "1.2", digest(0xaa)
    return item


def claims(full):
    names = TYPES if full else TYPES[1:4]
    out = {
        10: bytes(range(64 if full else 8)), 256: b"\1" + bytes([0x11] * 32), 258: b"board",
        259: b"board", 261: 100000, 262: full, 263: 2 if full else 0,
        265: "tag:cordon,2026:vfm#1", 267: 1 << 40, 268: bytes([0x22] * 32),
        2399: [component(TYPES.index(name), name) for name in names],
        -70001: 2, -70002: {name: 10 ** i for i, name in enumerate(COUNTERS)},
        -70003: {1: digest(0x33), 2: 20, 3: 3000, 4: 1}, -70004: 1, -70005: policies(),
        -70006: {1: 16, 2: full, 3: "iommu" if full else "none",
                 4: "denied" if full else "pass", 5: 4},
        -70007: {1: "zkr" if full else "cdi-only", 2: full},
        -70008: {1: full, 2: 7, 3: 300, 4: not full},
        -70009: {1: 255, 2: full, 3: not full, 4: full},
        -70010: [digest(0x40 + i) for i in range(12)],
    }
    if full:
        out[8] = {1: 2, -1: 2}
        out[-70011] = {1: 2, 2: 5, 3: digest(0x99)}
    return encode(out)


def token(payload):
    protected = encode({1: -35, 3: 263, 4: bytes([0x55] * 20)})
    chain = [bytes([0x60 + i]) * (300 + i) for i in range(3)]
    tbs = encode(["Signature1", protected, b"", payload])
    whole = encode(cbor2.CBORTag(18, [protected, {33: chain}, payload, bytes([0x77] * 96)]))
    return sha384(tbs), whole


def main():
    print("policies", sha384(encode(policies())).hex())
    for full in (True, False):
        payload = claims(full)
        tbs, whole = token(payload)
        name = "full" if full else "least"
        print(name, len(payload), sha384(payload).hex())
        print(f"{name}-tbs", tbs.hex())
        print(f"{name}-token", len(whole), sha384(whole).hex())


if __name__ == "__main__":
    main()
