#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes what fuzzing the verifier begins with: fuzz_seeds.py FOLDER"""
import os
import sys

sys.dont_write_bytecode = True

from maker import Device, Tag, cbor, claims, corim, token, usual_log  # noqa: E402


def main(folder):
    """One good input for each parser; the first byte names it (tests/fuzz/fuzz_verifier.c)."""
    device, log = Device(), usual_log()
    message = token(device, log)
    signed = corim(device, log, roots=[device.root])
    # Of a COSE_Sign1: the payload lies between its own head and that of the signature.
    inner = signed[signed.index(b"\xd9\x01\xf5"):-98]
    manifest = cbor(Tag(98, [b"", {}, cbor({1: 1, 2: "x", 3: "1", 4: 1, 5: "x", 6: bytes(48)}),
                             [[cbor({1: -35, 4: bytes(20)}), {}, bytes(96)]]]))
    seeds = [message, cbor(claims(device, log)), log.data, inner, manifest, device.chain[1],
             message, signed]
    os.makedirs(folder, exist_ok=True)
    for number, seed in enumerate(seeds):
        with open(os.path.join(folder, f"seed{number}"), "wb") as file:
            file.write(bytes([number]) + seed)


main(sys.argv[1])
