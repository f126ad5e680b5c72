#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""cordon verify: genuine tokens that say something else than the relying party wants to hear.

    test_verifier_content.py --tool CORDON [unittest's options]
"""
import sys

sys.dont_write_bytecode = True

from cordon_case import (CRYPTO, INSECURE, MALFORMED, POLICY, REFERENCE, USAGE,  # noqa: E402
                         CordonCase, main)
from maker import (FIRMWARE, NONCE, Device, claims, corim, event_digest,  # noqa: E402
                   region, sha384, token, usual_log)
from p384 import Key  # noqa: E402


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

    def test_counter_that_can_be_put_back(self):
        """Attack 29, as far as a verifier sees it: the claim is passed on."""
        update = {1: 0, 2: False, 3: True, 4: True}
        message = token(self.device, self.log, say={"claims": {-70009: update}})
        self.assertIn("can be put back", self.accept(message)["security version"][1])

    def test_version_of_the_monitor(self):
        good = [dict(c) for c in claims(self.device, self.log)[2399]]
        good[1][4] = "9.9"
        self.refuse(token(self.device, self.log, say={"claims": {2399: good}}), CRYPTO, "binding",
                    "the version in the claims is not the one")

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
            names = {c: 0 for c in ("csr", "monitor", "memory", "firmware-deaths")}
            return token(self.device, self.log, say={"claims": {-70002: {**names, **more}}})

        self.assertEqual(self.accept(counted(csr=9))["behaviour"][0], "PASS")
        rows = self.accept(counted(monitor=1))
        self.assertIn("monitor 1", rows["behaviour"][1])
        for name in "monitor", "memory", "inject", "resume":
            rows = self.accept(counted(**{name: 1}))
            self.assertEqual(rows["behaviour"][0], "WARN")
            self.assertIn(f"the firmware misbehaved and was denied: {name} 1", rows["behaviour"][1])
        self.assertEqual(self.accept(counted(**{"firmware-deaths": 1}))["behaviour"][0], "WARN")
        self.refuse(counted(csr=9), POLICY, "behaviour", "9 actions were denied",
                    "--max-denials", "8")
        self.refuse(counted(csr=2**64 - 1, monitor=2**64 - 1), POLICY, "behaviour",
                    "actions were denied", "--max-denials", str(2**64 - 2))


class Code(CordonCase):
    """Attack 6: the firmware's code, digested again while the token was made."""

    FIRST, BOTH = (sha384(b"".join(region(*r) for r in FIRMWARE[:n])) for n in (1, 2))
    CHANGED = "The firmware's code is not what was measured at start"
    ONCE = "The firmware's code was once not what was measured at start, says the log"

    def looked(self, state, segments, digest, log=None, device=None):
        return token(device or self.device, log or self.log, say={
            "claims": {-70011: {1: state, 2: segments, 3: digest}}})

    def test_same(self):
        for segments, digest in (1, self.FIRST), (3, self.BOTH):
            for words in {}, {"log": self.log.data}:
                rows = self.accept(self.looked(1, segments, digest), "--require-recheck", **words)
                self.assertEqual(rows["firmware code"], (
                    "PASS", "when the token was made it was what was measured at start"))

    def test_06_changed(self):
        message = self.looked(2, 1, sha384(b"other"))
        for words in {}, {"log": self.log.data}:
            rows = self.refuse(message, REFERENCE, "firmware code", self.CHANGED, **words)
            self.assertEqual(rows["firmware code"][1], self.CHANGED)

    def test_06_changed_in_the_sandbox(self):
        """Whoever takes any firmware that is enclosed, takes one that changes itself."""
        message = self.looked(2, 1, sha384(b"other"))
        rows = self.accept(message, "--any-firmware")
        self.assertEqual(rows["firmware code"], ("WARN", self.CHANGED + "; sandbox encloses it"))
        bare = Device("open", policies=["attest"])
        log = usual_log(policies=["attest"])
        self.refuse(self.looked(2, 1, sha384(b"other"), log, bare), REFERENCE, "firmware code",
                    self.CHANGED, "--any-firmware", refs=corim(bare, log))

    def test_06_changed_once(self):
        """An earlier token has seen it, and the log keeps it."""
        log = usual_log()
        log.add(6, 17, sha384(b"other"))
        for message in token(self.device, log), self.looked(1, 1, self.FIRST, log):
            self.refuse(message, REFERENCE, "firmware code", self.ONCE, log=log.data)
            rows = self.accept(message, "--any-firmware", log=log.data)
            self.assertEqual(rows["firmware code"][0], "WARN")

    def test_not_looked_at(self):
        for message, why in (
                (self.good, "the firmware's code was not looked at again: the token was not asked "
                            "to"),
                (self.looked(0, 0, sha384(b"")), "the manifest lets the firmware write "
                                                 "everywhere, so nothing was looked at again")):
            self.assertEqual(self.accept(message, log=self.log.data)["firmware code"],
                             ("SKIP", why))
            self.refuse(message, POLICY, "firmware code", why + ", which you require",
                        "--require-recheck")

    def test_that_the_log_contradicts(self):
        for claim in ((1, 1, self.BOTH), (1, 2, self.FIRST), (1, 5, self.FIRST), (2, 1, self.FIRST),
                      (2, 1 << 63, self.FIRST), (0, 0, self.FIRST)):
            self.refuse(self.looked(*claim), REFERENCE, "log",
                        "not those that the token says were looked at", log=self.log.data)

    def test_of_a_wrong_form(self):
        for claim in ({1: 3, 2: 1, 3: self.FIRST}, {1: 0, 2: 1, 3: self.FIRST},
                      {1: 1, 2: 0, 3: self.FIRST}, {1: 1, 2: 1}, {1: 1, 2: 1, 3: b"short"},
                      {1: 1, 2: 1, 3: self.FIRST, 4: 0}, [1, 1, self.FIRST], {}):
            self.refuse(token(self.device, self.log, say={"claims": {-70011: claim}}), MALFORMED,
                        "profile", "its claims are not those of the profile")


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
                                     (3, 17, bytes(48), "does not belong"),
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


if __name__ == "__main__":
    main()
