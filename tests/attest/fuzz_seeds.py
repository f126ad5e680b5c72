#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes what fuzzing the verifier begins with: fuzz_seeds.py FOLDER"""
import os
import sys

sys.dont_write_bytecode = True

from maker import (FIRMWARE, Device, Tag, cbor, claims, corim, region, sha384,  # noqa: E402
                   token, usual_log)


def main(folder):
    """One good input for each parser; the first byte names it (tests/fuzz/fuzz_verifier.c)."""
    device, log = Device(), usual_log()
    looked = {"claims": {-70011: {1: 1, 2: 1, 3: sha384(region(*FIRMWARE[0]))}}}
    message = token(device, log)
    signed = corim(device, log, roots=[device.root])
    # Of a COSE_Sign1: the payload lies between its own head and that of the signature.
    inner = signed[signed.index(b"\xd9\x01\xf5"):-98]
    manifest = cbor(Tag(98, [b"", {}, cbor({1: 1, 2: "x", 3: "1", 4: 1, 5: "x", 6: bytes(48)}),
                             [[cbor({1: -35, 4: bytes(20)}), {}, bytes(96)]]]))
    seeds = [message, cbor(claims(device, log)), log.data, inner, manifest, device.chain[1],
             message, signed]
    inputs = [*enumerate(seeds), (1, cbor(claims(device, log, **looked)))]
    os.makedirs(folder, exist_ok=True)
    for number, (parser, seed) in enumerate(inputs):
        with open(os.path.join(folder, f"seed{number}"), "wb") as file:
            file.write(bytes([parser]) + seed)


main(sys.argv[1])
