#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""cordon verify: what is right passes, and everything else fails in its step, for its reason.

    test_verifier.py --tool CORDON --flip FLIP [unittest's options]
"""
import argparse
import json
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True

from cordon_case import (CRYPTO, INSECURE, MALFORMED, OK, POLICY, REFERENCE,  # noqa: E402
                         STALE, STEPS, USAGE, CordonCase)
from maker import (NONCE, Device, Pairs, cbor, claims, corim, der,  # noqa: E402
                   event_digest, extension, head, oid, region, sha384,
                   sig_structure, token, usual_log)
from p384 import N, Key  # noqa: E402


def replace(data, old, new):
    """Bytes with the one place of old changed."""
    assert data.count(old) == 1, data.count(old)
    return data.replace(old, new)


class Good(CordonCase):
    """Tokens that pass."""

    def test_all_pass(self):
        rows = self.accept(self.good, log=self.log.data)
        self.assertEqual({v for v, _ in rows.values()}, {"PASS"})

    def test_without_log(self):
        rows = self.accept(self.good)
        self.assertEqual(rows["log"][0], "SKIP")

    def test_log_may_have_grown(self):
        longer = usual_log()
        longer.add(6, 10, bytes(8))
        self.accept(self.good, log=longer.data)

    def test_json(self):
        args = self.verify_args(self.good, "--json", log=self.log.data)
        result = json.loads(self.run_tool(*args))["submods"]["monitor"]
        self.assertEqual((result["ear.status"], result["cordon.exit"]), ("affirming", OK))
        self.assertEqual([s["step"] for s in result["cordon.steps"]], STEPS)
        vector = result["ear.trustworthiness-vector"]
        self.assertEqual(set(vector), {"instance-identity", "configuration", "executables",
                                       "hardware", "runtime-opaque", "storage-opaque"})
        self.assertEqual(vector["instance-identity"], 2)

    def test_json_of_a_failure(self):
        done = subprocess.run([self.tool, *self.verify_args(
            self.good, "--json", nonce=bytes(32))], capture_output=True, text=True, check=False)
        result = json.loads(done.stdout)["submods"]["monitor"]
        self.assertEqual((done.returncode, result["cordon.failed"]), (STALE, ["nonce"]))
        self.assertEqual(result["ear.status"], "contraindicated")
        self.assertEqual(result["ear.trustworthiness-vector"]["instance-identity"], 96)

    def test_nonces_of_any_length(self):
        for size in (8, 33, 64):
            nonce = bytes(size)
            self.accept(token(self.device, self.log, say={"claims": {10: nonce}}), nonce=nonce)

    def test_confirmation_key(self):
        self.accept(token(self.device, self.log, say={"claims": {8: {1: 2, -1: 1}}}))

    def test_required_policy(self):
        self.accept(self.good, "--require-policy", "sandbox", "--min-svn", "3")

    def test_two_firmwares_known(self):
        other = usual_log(firmware=[(0x80000000, b"other")])
        say = {"firmware": [(0x80000000, b"other")]}
        refs = corim(self.device, self.log, registers=[0, 1, 2], digests={
            "VFW": [sha384(region(0x80000000, b"other")), sha384(b"".join(
                region(*r) for r in [(0x80000000, b"firmware text"),
                                     (0x80040000, b"firmware data")]))]})
        self.accept(token(self.device, other, say=say), refs=refs, log=other.data)
        self.accept(self.good, refs=refs)

    def test_any_firmware_in_the_sandbox(self):
        other = usual_log(firmware=[(0x80000000, b"other")])
        message = token(self.device, other, say={"firmware": [(0x80000000, b"other")]})
        rows = self.accept(message, "--any-firmware", log=other.data)
        self.assertEqual(rows["components"][0], "WARN")
        self.refuse(message, REFERENCE, "components", "VFW has another digest")

    def test_any_firmware_needs_the_sandbox(self):
        device = Device("open", policies=["attest"])
        log = usual_log(firmware=[(0x80000000, b"other")], policies=["attest"])
        message = token(device, log, say={"firmware": [(0x80000000, b"other")]})
        self.refuse(message, REFERENCE, "components", "VFW has another digest",
                    "--any-firmware", refs=corim(device, usual_log(policies=["attest"])))


class Freshness(CordonCase):
    """Attacks 23, 24 and 26: replayed and mixed."""

    def challenge(self, *more):
        """A challenge; its nonce."""
        return bytes.fromhex(self.run_tool("challenge", "--out", self.path("c"), *more).strip())

    def answer(self, nonce):
        """A token for this nonce."""
        return token(self.device, self.log, say={"claims": {10: nonce}})

    def now(self, delta=0):
        """Options: this many seconds after the challenge was made."""
        created = int(self.get("c").split()[6])
        return ["--challenge", self.path("c"), "--at", str(created + delta)]

    def test_23_old_token_new_nonce(self):
        self.refuse(self.good, STALE, "nonce", "answers another nonce", nonce=sha384(b"new")[:32])

    def test_23_nonce_that_only_begins_so(self):
        self.refuse(self.good, STALE, "nonce", "answers another nonce", nonce=NONCE[:31])

    def test_24_same_nonce_twice(self):
        message = self.answer(self.challenge())
        again = self.now()
        self.accept(message, *again)
        self.refuse(message, STALE, "nonce", "was answered before", *again)

    def test_24_a_wrong_token_does_not_use_it_up(self):
        message = self.answer(self.challenge())
        self.refuse(self.good, STALE, "nonce", "answers another nonce", *self.now())
        self.accept(message, *self.now())

    def test_expired(self):
        message = self.answer(self.challenge("--ttl", "10"))
        self.refuse(message, STALE, "nonce", "has expired", *self.now(10))
        self.refuse(message, STALE, "nonce", "from the future", *self.now(-1))
        self.accept(message, *self.now(9))

    def test_damaged_record(self):
        self.challenge()
        whole = self.get("c")
        for damaged in (b"", whole[:-1], whole + b"x", whole.replace(b"nonce ", b"nonce zz"),
                        whole.replace(b"challenge 1", b"challenge 2"), whole[:30] + b"\0"):
            self.put("c", damaged)
            self.run_tool(*self.verify_args(self.good, "--challenge", self.path("c")),
                          expect=MALFORMED)

    def test_26_new_token_old_log(self):
        other = usual_log(payload=b"another kernel")
        self.refuse(self.good, REFERENCE, "log", "not the one of this token", log=other.data)

    def test_26_shorter_log(self):
        self.refuse(self.good, REFERENCE, "log", "shorter", log=self.log.data[:-1])

    def test_26_old_chain_new_token(self):
        old = Device(svn=2)
        old.ak = self.device.ak
        self.refuse(token(self.device, self.log, chain=[self.device.chain[0], *Device(
            "old").chain[1:]]), CRYPTO, "chain", "not certified by this monitor")

    def test_26_other_monitor_of_the_same_device(self):
        old = Device(monitor=sha384(b"older monitor"))
        self.refuse(token(self.device, self.log, chain=old.chain), CRYPTO, "binding",
                    "the monitor in the claims is not the one")

    def test_26_device_of_another_name(self):
        self.refuse(token(self.device, self.log, say={"claims": {256: b"\1" + bytes(32)}}),
                    CRYPTO, "binding", "the device in the claims is not")


class Changed(CordonCase):
    """Attack 32: every byte, one at a time."""

    def flip_range(self, message, first, last):
        """Codes that came out, with their counts."""
        args = self.verify_args(message)
        done = subprocess.run(
            [self.flip, args[-1], NONCE.hex(), self.path("ref"), self.path("ref.pub"),
             self.path("root.crt"), str(first), str(last)], capture_output=True, text=True,
            timeout=120, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return {int(c): int(n) for c, n in (x.split() for x in done.stdout.splitlines()) if n != "0"}

    def ends(self):
        """Where the chain begins and ends in the token."""
        first = self.good.index(self.device.chain[0])
        return first, self.good.index(self.device.chain[2]) + len(self.device.chain[2])

    def test_32_protected(self):
        first, last = self.ends()
        begin = self.flip_range(self.good, 0, first)
        self.assertLessEqual(set(begin), {MALFORMED, CRYPTO}, begin)
        rest = self.flip_range(self.good, last, len(self.good))
        self.assertLessEqual(set(rest), {MALFORMED, CRYPTO}, rest)
        self.assertEqual(sum(begin.values()) + sum(rest.values()),
                         first + len(self.good) - last)

    def test_32_chain(self):
        codes = self.flip_range(self.good, *self.ends())
        self.assertLessEqual(set(codes), {MALFORMED, CRYPTO}, codes)

    def test_32_signature(self):
        changed = self.good[:-1] + bytes([self.good[-1] ^ 1])
        self.refuse(changed, CRYPTO, "signature", "the signature is wrong")

    def test_32_claim(self):
        changed = replace(self.good, b"tag:cordon,2026:vfm#1", b"tag:cordon,2026:vfm#2")
        self.refuse(changed, CRYPTO, "signature", "the signature is wrong")


class Chains(CordonCase):
    """Attack 33: certificates."""

    def refuse_chain(self, why, **o):
        """A device with something wrong about it."""
        device = Device(**o)
        self.refuse(token(device, self.log), CRYPTO, "chain", why)

    def with_chain(self, chain, code, why):
        """Other certificates with a good token."""
        step = "form" if len(chain) != 3 else "chain"
        self.refuse(token(self.device, self.log, chain=chain), code, step, why)

    def test_33_leaf_swapped(self):
        other = Device("other")
        self.with_chain([other.chain[0], *self.device.chain[1:]], CRYPTO,
                        "not certified by this monitor")

    def test_33_leaf_of_same_monitor(self):
        device = Device("device")
        device.ak = Key("another ak")
        chain = [device._ak(), *self.device.chain[1:]]
        self.refuse(token(self.device, self.log, chain=chain), CRYPTO, "attestation key",
                    "not the one in the first certificate")

    def test_33_intermediate_dropped(self):
        self.with_chain([self.device.chain[0], self.device.chain[2]], MALFORMED,
                        "does not have three certificates")

    def test_33_root_sent_along(self):
        self.with_chain(self.device.chain + [self.device.chain[2]], MALFORMED,
                        "does not have three certificates")

    def test_33_order(self):
        self.with_chain(self.device.chain[::-1], CRYPTO, "not named after its key")
        self.with_chain(self.device.chain[1:] + self.device.chain[:1], MALFORMED,
                        "does not have one DICE extension")

    def test_33_own_root(self):
        device = Device(root=Key("my own root"))
        self.refuse(token(device, self.log), CRYPTO, "chain", "not certified by a root that you")

    def test_33_own_root_of_same_name_and_id(self):
        device = Device(root=Key("my own root"), uds={"akid": Key("root").id})
        self.refuse(token(device, self.log), CRYPTO, "chain", "not certified by a root that you")

    def test_33_expired(self):
        self.refuse_chain("too early or too late", mon={"after": b"20260102000000Z"})

    def test_33_not_yet(self):
        self.refuse_chain("too early or too late", ak={"before": b"490101000000Z"})

    def test_33_path_lengths(self):
        self.refuse_chain("path length 0", mon={"path": None})
        self.refuse_chain("path length 0", mon={"path": 1})
        self.refuse_chain("path length 1", uds={"path": 0})
        self.refuse_chain("path length 1", uds={"path": None})

    def test_33_ak_as_ca(self):
        self.refuse_chain("not for signing alone", ak={"ca": True})

    def test_33_usages(self):
        self.refuse_chain("not for signing alone", ak={"usage": 0x84})
        self.refuse_chain("path length 0", mon={"usage": 0x84})
        self.refuse_chain("path length 0", mon={"ca": False, "path": None})

    def test_33_names_and_numbers(self):
        self.refuse_chain("not named after its key", ak={"serial": b"\1" * 20})
        self.refuse_chain("not named after its key", mon={"skid": b"\1" * 20})
        self.refuse_chain("not certified by this monitor", ak={"akid": b"\1" * 20})

    def test_33_signed_by_another(self):
        self.refuse_chain("not certified by this monitor", ak_issuer=Key("someone"))

    def test_33_algorithm(self):
        null = der(0x30, oid("1.2.840.10045.4.3.3"), b"\5\0")
        self.refuse_chain("ECDSA and SHA-384", ak={"alg": null})
        sha256 = der(0x30, oid("1.2.840.10045.4.3.2"))
        self.refuse_chain("ECDSA and SHA-384", mon={"alg": sha256})

    def test_33_unknown_critical_extension(self):
        self.refuse_chain("not for signing alone",
                          ak={"extra": [extension("1.2.3.4", b"\5\0", True)]})

    def test_33_root_that_is_no_authority(self):
        self.refuse(self.good, CRYPTO, "chain", "not an authority",
                    root=self.device.root_pem(ca=False))

    def test_33_root_of_short_path(self):
        self.refuse(self.good, CRYPTO, "chain", "more levels", root=self.device.root_pem(path=0))

    def test_dice_extension(self):
        def extra(value):
            return {"mon": {"extra": value}}

        oid_dice = "1.3.6.1.4.1.11129.2.1.24"
        good = self.device.dice()
        for value, why in (([], "does not have one"),
                           ([extension(oid_dice, good)] * 2, "does not have one"),
                           ([extension(oid_dice, good + b"\0")], "is not an OpenDiceInput"),
                           ([extension(oid_dice, der(0x30))], "lacks a field"),
                           ([extension(oid_dice, good[:-1])], "is not an OpenDiceInput")):
            self.refuse(token(Device(**extra(value)), self.log), MALFORMED, "chain", why)
        self.refuse(token(Device(config_digest=bytes(48)), self.log), MALFORMED, "chain",
                    "has another digest")

    def test_roots_of_reference_values(self):
        mine = corim(self.device, self.log, roots=[self.device.root])
        self.accept(self.good, refs=mine)
        others = corim(self.device, self.log, roots=[Key("another root")])
        self.refuse(self.good, REFERENCE, "reference values", "other roots", refs=others)


class Forms(CordonCase):
    """Attacks 34 to 37: headers and encodings."""

    def header(self, code, step, why, **o):
        """A token with another header or another frame."""
        self.refuse(token(self.device, self.log, **o), code, step, why)

    def kid(self):
        """The right kid."""
        return self.device.ak.id

    def test_34_algorithms(self):
        for algorithm in (-7, -36, -8, 0, 5, -37):
            self.header(CRYPTO, "algorithm", "only ES384",
                        protected={1: algorithm, 3: 263, 4: self.kid()})

    def test_34_algorithm_missing(self):
        self.header(MALFORMED, "form", "names no algorithm", protected={3: 263, 4: self.kid()})
        self.header(MALFORMED, "form", "item", protected=b"")
        self.header(MALFORMED, "form", "names no algorithm", protected={})

    def test_34_algorithm_unprotected(self):
        self.header(MALFORMED, "form", "names no algorithm", protected={3: 263, 4: self.kid()},
                    unprotected={1: -35, 33: self.device.chain})

    def test_34_content_type(self):
        self.header(MALFORMED, "algorithm", "content type", protected={1: -35, 4: self.kid()})
        self.header(MALFORMED, "algorithm", "content type",
                    protected={1: -35, 3: "application/eat+cwt", 4: self.kid()})

    def test_34_key_twice(self):
        twice = cbor(Pairs([(1, -35), (3, 263), (3, 263), (4, self.kid())]))
        self.header(MALFORMED, "form", "a key twice", protected=twice)
        payload = cbor(Pairs([(10, NONCE), (10, NONCE)]))
        self.header(MALFORMED, "profile", "a key twice", payload=payload)

    def test_34_order(self):
        wrong = cbor(Pairs([(3, 263), (1, -35), (4, self.kid())]))
        self.header(MALFORMED, "form", "not in order", protected=wrong)

    def test_34_indefinite(self):
        good = cbor(claims(self.device, self.log))
        size = len(head(5, good[0] & 31))
        self.header(MALFORMED, "profile", "indefinite", payload=b"\xbf" + good[size:] + b"\xff")
        self.refuse(b"\xd2\x9f" + self.good[2:] + b"\xff", MALFORMED, "form", "indefinite")

    def test_34_longer_head(self):
        protected = b"\xa3\x01\x38\x22\x03\x1a\x00\x00\x01\x07\x04" + cbor(self.kid())
        self.header(MALFORMED, "form", "shortest", protected=protected)

    def test_34_trailing(self):
        self.refuse(self.good + b"\0", MALFORMED, "form", "bytes follow")
        self.header(MALFORMED, "profile", "bytes follow",
                    payload=cbor(claims(self.device, self.log)) + b"\0")

    def test_34_truncated(self):
        for size in (0, 1, 2, 100, len(self.good) - 1):
            self.refuse(self.good[:size], MALFORMED, "form", "the token is malformed")

    def test_34_tags(self):
        for tags in ([], [17], [98], [18, 61], [18, 98], [18, 55799]):
            self.header(MALFORMED, "form", "tag 18", tags=tags)
        self.header(MALFORMED, "form", "not an array of four", tags=[18, 18])

    def test_34_values(self):
        for bad in (b"\xf9\x3c\x00", b"\xf7", b"\xe0", b"\xf8\x20", b"\x62\xc3\x28", b"\x1c",
                    b"\x81" * 40 + b"\x01"):
            self.refuse(b"\xd2" + bad, MALFORMED, "form", "the token is malformed")

    def test_35_signature_numbers(self):
        message = sig_structure(cbor({1: -35, 3: 263, 4: self.kid()}),
                                cbor(claims(self.device, self.log)))
        r, s = self.device.ak.sign(message)
        for x, y in ((0, s), (r, 0), (0, 0), (N, s), (r, N), (r, s + N if s + N < 2**384 else
                                                              2**384 - 1)):
            self.header(CRYPTO, "signature", "zero or not below the order",
                        signature=x.to_bytes(48, "big") + y.to_bytes(48, "big"))
        for x, y in ((1, s), (r, 1), (1, 1), (N - 1, N - 1), (s, r)):
            self.header(CRYPTO, "signature", "the signature is wrong",
                        signature=x.to_bytes(48, "big") + y.to_bytes(48, "big"))

    def test_35_signature_length(self):
        for size in (1, 95, 97, 104):
            self.header(MALFORMED, "form", "signature of 96 bytes", signature=bytes(size))

    def test_36_kid(self):
        for kid in (self.device.mon.id, bytes(20), self.kid()[:19], b""):
            self.header(CRYPTO, "attestation key", "not the one in the first",
                        protected={1: -35, 3: 263, 4: kid})
        self.header(CRYPTO, "attestation key", "not the one", protected={1: -35, 3: 263})

    def test_37_unknown_headers(self):
        for key, value in ((2, [4]), (2, [99]), (99, 1), ("x", 1), (15, {}), (8, b"\xa0")):
            self.header(MALFORMED, "form", "parameter that we do not know",
                        protected={1: -35, 3: 263, 4: self.kid(), key: value})
        self.header(MALFORMED, "form", "parameter that we do not know",
                    unprotected={33: self.device.chain, 34: 1})

    def test_claims(self):
        for change in ({10: None}, {10: bytes(7)}, {10: bytes(65)}, {256: bytes(33)},
                       {265: "tag:other"}, {1: "issuer"}, {-70011: 1}, {-70010: [bytes(48)] * 11},
                       {2399: []}, {263: 4}, {-70004: 4}, {262: 1}, {-70002: {"x": -1}},
                       {268: bytes(31)}, {-70005: []}, {8: 5}):
            self.refuse(token(self.device, self.log, say={"claims": change}), MALFORMED,
                        "profile", "the claims are malformed")

    def test_largest_number(self):
        self.accept(token(self.device, self.log, say={"claims": {261: 2**64 - 1}}))

    def test_components_in_order(self):
        good = claims(self.device, self.log)[2399]
        for wrong in (good[::-1], good[:1] * 2 + good[1:], good + [{1: "OTHER", 2: bytes(48),
                                                                   -1: True}]):
            self.refuse(token(self.device, self.log, say={"claims": {2399: wrong}}), MALFORMED,
                        "profile", "the claims are malformed")


class Identity(CordonCase):
    """Attacks 38 and 44: devices that protect nothing."""

    def test_38_zero(self):
        device = Device(klass=3, self_made=True, organisation="INSECURE zero identity")
        message = token(device, self.log)
        refs = corim(device, self.log)
        self.refuse(message, INSECURE, "chain", "never provisioned", refs=refs)
        rows = self.accept(message, "--allow-insecure-identity", refs=refs)
        self.assertEqual((rows["chain"][0], rows["identity"][0]), ("WARN", "WARN"))

    def test_38_first_line(self):
        device = Device(klass=3, self_made=True)
        args = self.verify_args(token(device, self.log), "--allow-insecure-identity", root=None)
        out = self.run_tool(*args)
        self.assertTrue(out.startswith("INSECURE IDENTITY"), out)
        self.assertIn("result  warning", out)

    def test_38_self_made_that_says_it_is_better(self):
        device = Device(klass=0, self_made=True)
        self.refuse(token(device, self.log), INSECURE, "chain", "never provisioned")

    def test_flash_dev(self):
        device = Device(klass=2)
        self.refuse(token(device, self.log), INSECURE, "identity", "class flash-dev")
        self.accept(token(device, self.log), "--allow-insecure-identity")

    def test_class_that_is_not_certified(self):
        device = Device(klass=2)
        message = token(device, self.log, say={"claims": {-70004: 1}})
        self.refuse(message, INSECURE, "identity", "not protected")
        self.refuse(message, CRYPTO, "binding", "identity class", "--allow-insecure-identity")

    def test_44_development_root(self):
        device = Device(root_name="INSECURE DEVELOPMENT ROOT")
        message = token(device, self.log)
        self.refuse(message, INSECURE, "identity", "for development only",
                    root=device.root_pem())
        self.accept(message, "--allow-insecure-identity", root=device.root_pem())

    def test_44_development_root_unknown(self):
        device = Device(root=Key("dev"), root_name="INSECURE DEVELOPMENT ROOT")
        self.refuse(token(device, self.log), CRYPTO, "chain", "not certified by a root that you")

    def test_debug(self):
        for change in ({263: 0}, {263: 1}, {262: False}):
            message = token(self.device, self.log, say={"claims": change})
            self.refuse(message, POLICY, "debug", "")
            self.assertEqual(self.accept(message, "--allow-debug")["debug"][0], "WARN")

    def test_modes(self):
        for mode, why in ((0, "normal mode"), (2, "normal mode"), (3, "for recovery")):
            self.refuse(token(Device(mode=mode), self.log), POLICY, "debug", why)

    def test_requester(self):
        self.refuse(token(self.device, self.log, say={"claims": {-70001: 1}}), POLICY,
                    "requester", "requester 1")


class Contents(CordonCase):
    """Attack 43 and its like: what is measured against what is wanted."""

    def test_43_missing_component(self):
        good = claims(self.device, self.log)[2399]
        for index, entry in enumerate(good):
            rest = good[:index] + good[index + 1:]
            first = (CRYPTO, "binding") if entry[1] in ("M-MON", "M-POL") else \
                (REFERENCE, "components")
            self.refuse(token(self.device, self.log, say={"claims": {2399: rest}}), *first, "")

    def test_43_missing_reads_so(self):
        good = claims(self.device, self.log)[2399]
        self.refuse(token(self.device, self.log, say={"claims": {2399: good[1:]}}), REFERENCE,
                    "components", "M-VROM is missing")

    def test_43_extra_component(self):
        for drop in ("M-VROM", "VFW", "PAYLOAD"):
            self.refuse(self.good, REFERENCE, "components", drop + " is there, and no reference",
                        refs=corim(self.device, self.log, drop=[drop]))

    def test_43_reordered_policies(self):
        order = ["offload", "sandbox", "attest"]
        device, log = Device(policies=order), usual_log(policies=order)
        self.refuse(token(device, log), REFERENCE, "components", "M-POL has another digest")

    def test_43_reordered_in_the_claims_alone(self):
        good = claims(self.device, self.log)[-70005]
        self.refuse(token(self.device, self.log, say={"claims": {-70005: good[::-1]}}), CRYPTO,
                    "binding", "policies in the claims are not those")

    def test_policies_that_are_not_those_of_the_component(self):
        good = claims(self.device, self.log)[-70005]
        changed = [dict(p) for p in good]
        changed[0][2] = bytes(48)
        self.refuse(token(self.device, self.log, say={"claims": {-70005: changed}}), CRYPTO,
                    "binding", "M-POL is not the digest")

    def test_other_payload(self):
        log = usual_log(payload=b"evil")
        self.refuse(token(self.device, log, say={"payload": b"evil"}), REFERENCE, "components",
                    "PAYLOAD has another digest", log=log.data)

    def test_trusted_computing_base(self):
        good = [dict(c) for c in claims(self.device, self.log)[2399]]
        good[3][-1] = True
        self.refuse(token(self.device, self.log, say={"claims": {2399: good}}), REFERENCE,
                    "components", "VFW is in the trusted computing base")

    def test_svn(self):
        old = Device(svn=2)
        self.refuse(token(old, self.log), POLICY, "security version", "is 2; 3 is the least")
        self.refuse(self.good, POLICY, "security version", "4 is the least", "--min-svn", "4")
        low = token(self.device, self.log, say={"claims": {-70008: {1: True, 2: 1, 3: 2,
                                                                    4: False}}})
        self.refuse(low, POLICY, "security version", "below the device's counter")

    def test_policy_missing(self):
        self.refuse(self.good, POLICY, "policies", "failsafe is required", "--require-policy",
                    "failsafe")

    def test_policy_not_enforcing(self):
        say = {"enforcing": False}
        self.refuse(token(self.device, self.log, say=say), POLICY, "policies",
                    "does not enforce", refs=corim(self.device, self.log, say=say))

    def test_protections_switched_off(self):
        self.refuse(token(Device(switched_off=4), self.log), POLICY, "policies", "switched off")

    def test_registers(self):
        for reg in range(5):
            regs = list(self.log.regs)
            regs[reg] = bytes(48)
            self.refuse(token(self.device, self.log, say={"claims": {-70010: regs}}), REFERENCE,
                        "registers", f"register {reg} is not")

    def test_registers_without_reference(self):
        self.refuse(self.good, REFERENCE, "registers", "name no register",
                    refs=corim(self.device, self.log, registers=[]))

    def test_fw_cfg(self):
        isolation = {1: 16, 2: False, 3: "none", 4: "pass", 5: 2}
        self.refuse(token(self.device, self.log, say={"claims": {-70006: isolation}}), POLICY,
                    "isolation", "reaches fw_cfg")

    def test_behaviour(self):
        def counted(**more):
            names = {c: 0 for c in ("csr", "monitor", "firmware-deaths")}
            return token(self.device, self.log, say={"claims": {-70002: {**names, **more}}})

        self.assertEqual(self.accept(counted(csr=9))["behaviour"][0], "PASS")
        rows = self.accept(counted(monitor=1))
        self.assertIn("monitor 1", rows["behaviour"][1])
        self.assertEqual(self.accept(counted(**{"firmware-deaths": 1}))["behaviour"][0], "WARN")
        self.refuse(counted(csr=9), POLICY, "behaviour", "9 actions were denied",
                    "--max-denials", "8")
        self.refuse(counted(csr=2**64 - 1, monitor=2**64 - 1), POLICY, "behaviour",
                    "actions were denied", "--max-denials", str(2**64 - 2))


class Logs(CordonCase):
    """A log that is not what the registers say."""

    def logged(self, log, regs=None, **say):
        """A token for this log, and the log."""
        changed = {"claims": {-70003: {1: sha384(log.data), 2: log.count, 3: len(log.data), 4: 0,
                                       **say}, -70010: regs or list(log.regs)}}
        return token(self.device, log, say=changed)

    def test_replay(self):
        log = usual_log()
        regs = list(log.regs)
        regs[8] = sha384(b"other")
        self.refuse(self.logged(log, regs), REFERENCE, "log", "does not give register 8",
                    log=log.data)

    def test_datum_changed(self):
        log = usual_log()
        log.data = log.data.replace(b"sandbox", b"sandbax")
        self.refuse(self.logged(log), MALFORMED, "log", "event 1 of the log: its digest",
                    log=log.data)

    def test_count(self):
        log = usual_log()
        message = token(self.device, log, say={"claims": {-70003: {
            1: sha384(log.data), 2: log.count + 1, 3: len(log.data), 4: 0}}})
        self.refuse(message, REFERENCE, "log", "as many events", log=log.data)

    def test_misplaced(self):
        for reg, kind, data, why in ((8, 4, b"x", "does not belong"),
                                     (6, 0, bytes(4), "does not belong"),
                                     (1, 1, b"", "does not belong"),
                                     (2, 0, b"\0\0\0\1", "four zero bytes")):
            log = usual_log()
            log.add(reg, kind, data, event_digest(kind, data))
            self.refuse(self.logged(log, list(self.log.regs)), MALFORMED, "log", why,
                        log=log.data)

    def test_dropped(self):
        log = usual_log()
        log.add(6, 2, bytes([1, 0, 0, 0]))
        regs = list(log.regs)
        regs[9] = sha384(b"not recorded")
        message = token(self.device, log, say={"claims": {-70003: {
            1: sha384(log.data), 2: log.count, 3: len(log.data), 4: 1}, -70010: regs}})
        self.refuse(message, POLICY, "log", "1 events were measured but not recorded",
                    log=log.data)
        rows = self.accept(message, "--allow-dropped", log=log.data)
        self.assertEqual(rows["log"][0], "WARN")


class References(CordonCase):
    """Reference values that are not what they should be."""

    def refuse_refs(self, refs, code, why, **o):
        """A good token with other reference values."""
        rows = self.refuse(self.good, code, "reference values", why, refs=refs, **o)
        for step in ("components", "registers"):
            self.assertEqual(rows[step][0], "SKIP")

    def test_other_signer(self):
        self.refuse_refs(corim(self.device, self.log, key=Key("other")), CRYPTO,
                         "not signed by the key that you named")

    def test_changed(self):
        self.refuse_refs(self.refs.replace(b"test values", b"best values"), CRYPTO,
                         "not signed by the key")

    def test_not_a_corim(self):
        self.refuse_refs(b"", MALFORMED, "not a signed CoRIM")
        self.refuse_refs(self.refs[:-1], MALFORMED, "not a signed CoRIM")

    def test_key(self):
        self.refuse_refs(self.refs, CRYPTO, "no public key", ref_key="nothing")

    def test_unknown_component(self):
        self.refuse_refs(corim(self.device, self.log, add={"OTHER": bytes(48)}), MALFORMED,
                         "not those of the profile")

    def test_unprofiled(self):
        for old, new in ((b"rim+cbor", b"xim+cbor"),):
            self.refuse_refs(self.refs.replace(old, new), CRYPTO, "not signed by the key")


class Arguments(CordonCase):
    """Wrong calls: exit code 1 and a sentence."""

    def test_verify(self):
        good = self.verify_args(self.good)
        for args in (["verify"], good + ["x"], good[:3] + good[-1:], ["verify", "--nonse"],
                     ["verify", "--nonce"], [a if a != NONCE.hex() else "xy" for a in good],
                     ["nothing"], good[:-1] + [self.path("none")]):
            self.run_tool(*args, expect=USAGE)

    def test_root_is_needed(self):
        self.run_tool(*self.verify_args(self.good, root=None), expect=USAGE)

    def test_help(self):
        for command in ("verify", "decode", "challenge", "keygen", "replay", "diff"):
            self.assertIn("usage: cordon " + command, self.run_tool(command, "--help"))
        self.assertIn("exit codes", self.run_tool("--help"))


def main():
    """The command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--tool", required=True)
    parser.add_argument("--flip", required=True)
    options, rest = parser.parse_known_args()
    CordonCase.tool, CordonCase.flip = options.tool, options.flip
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
