#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""cordon verify: what is right passes; what is not genuine or not fresh fails in its step, for its
reason.

    test_verifier.py --tool CORDON --flip FLIP [unittest's options]
"""
import json
import subprocess
import sys

sys.dont_write_bytecode = True

from cordon_case import (CRYPTO, MALFORMED, OK, REFERENCE, STALE, STEPS,  # noqa: E402
                         CordonCase, main)
from maker import (NONCE, Device, Pairs, cbor, claims, corim, der, extension, head,  # noqa: E402
                   oid, region, sha384, sig_structure, token, usual_log)
from p384 import N, Key  # noqa: E402


def replace(data, old, new):
    """Bytes with the one place of old changed."""
    assert data.count(old) == 1, data.count(old)
    return data.replace(old, new)


class Good(CordonCase):
    """Tokens that pass."""

    def test_all_pass(self):
        rows = self.accept(self.good, log=self.log.data)
        self.assertEqual({step for step, (v, _) in rows.items() if v != "PASS"}, {"firmware code"})

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
        rows = [map(int, line.split()) for line in done.stdout.splitlines()]
        return {code: count for code, count in rows if count}

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
                       {265: "tag:other"}, {1: "issuer"}, {-70012: 1}, {-70010: [bytes(48)] * 11},
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


if __name__ == "__main__":
    main()
