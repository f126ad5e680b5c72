# SPDX-License-Identifier: Apache-2.0
"""What strangers are given: the evidence of one boot by stage 0 on QEMU, of a device that its owner
has certified, with both logs, the manifest of what was started, and reference values."""
import argparse
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
for folder in ("attest/demo", "attest", "bundle"):
    sys.path.insert(0, os.path.join(os.path.dirname(HERE), folder))

import demo  # noqa: E402 (these two are found by the lines above)
from test_signing import Manifest  # noqa: E402

# What the payload asks with (tests/guests/payloads/attest_evidence.c).
NONCE = bytes(range(0xa0, 0xe0))


FILES = ("cordon", "mkbundle", "signer", "signer_public", "stage0", "monitor", "firmware",
         "payload", "qemu")


def add_options(parser):
    """What a boot needs, on the command line."""
    for name in (*FILES, "policies"):
        parser.add_argument("--" + name.replace("_", "-"), required=True)


def read(path):
    """The bytes of a file."""
    with open(path, "rb") as file:
        return file.read()


class Material:
    """Made by a boot; each piece is bytes, and a file in the folder by its name."""

    def __init__(self, folder, options):
        self.folder = folder
        for name in FILES:
            setattr(options, name, os.path.abspath(getattr(options, name)))
        demo.ARGS = argparse.Namespace(**vars(options), seconds=180)
        owner = demo.Owner(folder)
        bundle = owner.bundle("bundle", options.firmware)
        boot = demo.Small(bundle, owner.flashes(bundle))
        owner.values("corim", boot)
        self.manifest_parts = Manifest(read(bundle))
        demo.run(options.cordon, "keygen", "--out", owner.path("stranger"), "--root", "Another")
        self.put("token", boot.token)
        self.put("token.rechecked", boot.bytes("rechecked"))
        self.put("log.cbor", boot.log)
        self.put("log.tcg", boot.bytes("tcg"))
        self.put("manifest", self.manifest_parts.bytes)
        for name, made in (("root.pem", "root.crt"), ("other-root.pem", "stranger.crt"),
                           ("values.pem", "values.pub"), ("other.pem", "stranger.pub")):
            self.put(name, read(owner.path(made)))
        self.put("signer.pem", read(options.signer_public))

    def path(self, name):
        """Where a piece is."""
        return os.path.join(self.folder, name)

    def put(self, name, data):
        """A piece, or anything else, as a file; its path."""
        with open(self.path(name), "wb") as file:
            file.write(data)
        return self.path(name)

    def __getitem__(self, name):
        return read(self.path(name))
