# SPDX-License-Identifier: Apache-2.0
"""The strangers: software that we did not write, each behind the same question. A verdict is "-"
if it accepts, else the step in which it refuses, and its words."""
import os
import re
import subprocess

import cbor2

import maker
from tampered import CHAIN, HEADER, LOG, PAYLOAD, REGISTERS, SIGNATURE, Message, replayed, sequence

ACCEPTED = "-", ""
TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TAGS = {"token": 18, "corim": 18, "manifest": 98}
NONCE_CLAIM = 10
EXTENDED = 1  # the type of events whose digest is of something that the log does not hold


class Refused(Exception):
    """Step, words."""


def run(*words, **more):
    """A finished process."""
    return subprocess.run(words, capture_output=True, timeout=120, check=False, **more)


class Stranger:
    """One that judges a case at a time."""

    def __init__(self, material):
        self.material = material

    def judge(self, kind, case):
        """Raises Refused."""
        raise NotImplementedError

    def verdicts(self, wanted):
        """Verdicts by (kind, name), of cases by the same."""
        made = {}
        for (kind, name), case in wanted.items():
            try:
                self.judge(kind, case)
                made[kind, name] = ACCEPTED
            except Refused as refusal:
                made[kind, name] = refusal.args
        return made


class Program(Stranger):
    """A program that gets all cases at once (go/main.go, npm/verify.cjs)."""

    JOBS = {"token": "token", "manifest": "sign", "corim": "sign1"}

    def __init__(self, material, *words):
        super().__init__(material)
        self.words = words

    def verdicts(self, wanted):
        """As above."""
        jobs = []
        for (kind, name), case in wanted.items():
            file = self.material.put(f"{kind}-{name}", case.data)
            trusted = self.material.put(f"{kind}-{name}.pem", case.trusted)
            more = [case.nonce.hex()] if kind == "token" else []
            jobs.append(" ".join([self.JOBS[kind], file, trusted, *more]))
        done = run(*self.words, input="\n".join(jobs) + "\n", text=True)
        lines = done.stdout.splitlines()
        if done.returncode != 0 or len(lines) != len(jobs):
            raise RuntimeError(f"{self.words}: exit code {done.returncode}, {len(lines)} of "
                               f"{len(jobs)} verdicts\n{done.stderr}")
        return dict(zip(wanted, map(self.verdict, lines)))

    @staticmethod
    def verdict(line):
        """Of a line of the program's."""
        if line == "accepted":
            return ACCEPTED
        return re.fullmatch(r"refused: (\w+): (.*)", line).groups()


class OpenSsl(Stranger):
    """The openssl command. It knows no COSE: cbor2 takes the message apart."""

    def judge(self, kind, case):
        message = Message(case.data)
        if kind == "manifest":
            header, _, signature = message.parts[SIGNATURE][0]
            self.verify(["Signature", message.parts[HEADER], header, b"", message.payload],
                        signature, self.material.put("openssl.pem", case.trusted))
            return
        key = self.material.put("openssl.pem", case.trusted)
        if kind == "token":
            key = self.leaf_key(message.parts[1][CHAIN], key)
        self.verify(["Signature1", message.parts[HEADER], b"", message.payload],
                    message.parts[SIGNATURE], key)

    def leaf_key(self, chain, roots):
        """The public key of the first certificate, if the roots certify it."""
        files = []
        for number, der in enumerate(chain):
            done = run("openssl", "x509", "-inform", "DER", input=der)
            if done.returncode != 0:
                raise Refused("chain", done.stderr.decode())
            files.append(self.material.put(f"openssl-{number}.pem", done.stdout))
        between = [word for file in files[1:] for word in ("-untrusted", file)]
        done = run("openssl", "verify", "-x509_strict", "-CAfile", roots, *between, files[0],
                   text=True)
        if done.returncode != 0:
            raise Refused("chain", done.stderr)
        done = run("openssl", "x509", "-in", files[0], "-noout", "-pubkey")
        return self.material.put("openssl.pub", done.stdout)

    def verify(self, signed, signature, key):
        """Is this signature of the Sig_structure under the key?"""
        half = len(signature) // 2
        whole = maker.der(0x30, *(maker.integer(int.from_bytes(part, "big"))
                                  for part in (signature[:half], signature[half:])))
        done = run("openssl", "dgst", "-sha384", "-verify", key,
                   "-signature", self.material.put("openssl.sig", whole),
                   self.material.put("openssl.tbs", cbor2.dumps(signed)), text=True)
        if done.returncode != 0:
            raise Refused("signature", done.stdout + done.stderr)


class Cddl(Stranger):
    """The cddl command and the definitions in attest/. Version 0.9 does not follow .cbor from
    inside an array, nor look at every member of one, so it gets frame, header and content, and
    each event, one by one; cbor2 takes them apart."""

    # What it fails at, and what it is given instead.
    UNFOLLOWED = [(r"bstr \.cbor (\{[^}]*\}|[\w-]+)", "bstr"),
                  (r"\[ \+ component-values / register-values \]", "[ + any ]")]

    def __init__(self, material, program):
        super().__init__(material)
        self.program = program

    def judge(self, kind, case):
        if kind == "log.cbor":
            for event in sequence(case.data):
                self.validate("cordon", "event", maker.cbor(event))
            return
        {"token": self.judge_token, "manifest": self.judge_manifest,
         "corim": self.judge_corim}[kind](Message(case.data))

    def judge_token(self, message):
        """Frame, header, claims."""
        self.validate("cordon", "evidence", message.data)
        self.validate("cordon", "evidence-protected", message.parts[HEADER])
        self.validate("cordon", "claims", message.payload)

    def judge_manifest(self, message):
        """Signatures and what is signed."""
        for signature in message.parts[SIGNATURE]:
            self.validate("manifest", "manifest-es384", maker.cbor(signature))
            self.validate("manifest", "{ 1 => -35, 4 => manifest-key-id }", signature[0])
        self.validate("manifest", "manifest-payload", message.payload)

    def judge_corim(self, message):
        """Frame, header, and reference values down to each triple."""
        comid = cbor2.loads(message.payload).value[1][0].value
        self.validate("corim", "corim", message.data)
        self.validate("corim", "corim-protected", message.parts[HEADER])
        self.validate("corim", "corim-meta", cbor2.loads(message.parts[HEADER])[8])
        self.validate("corim", "corim-values", message.payload)
        self.validate("corim", "comid", comid)
        for triple in cbor2.loads(comid)[4][0]:
            registers = triple[0][0][2] == "REGISTERS"
            self.validate("corim", "register-values" if registers else "component-values",
                          cbor2.dumps(triple, canonical=True))

    def validate(self, name, rule, data):
        """Does the data keep to a rule of the definition?"""
        with open(os.path.join(TOP, "attest", name + ".cddl"), encoding="utf-8") as file:
            text = file.read()
        for pattern, instead in self.UNFOLLOWED:
            text = re.sub(pattern, instead, text)
        schema = self.material.put("rule.cddl", f"asked = {rule}\n{text}".encode())
        done = run(self.program, "--ci", "validate", "--cddl", schema, "--cbor",
                   self.material.put("item.cbor", data), text=True)
        if done.returncode != 0:
            raise Refused("form", done.stderr)
        if "is successful" not in done.stdout:
            raise RuntimeError(f"cddl has validated nothing: {done.stdout}")


class Cbor2(Stranger):
    """python3-cbor2: one whole item, in the deterministic encoding; nonce and registers are
    compared, and logs replayed, by Python."""

    def judge(self, kind, case):
        try:
            if kind == "log.cbor":
                items = sequence(case.data)
                self.same(case.data, items)
            else:
                self.judge_message(kind, case)
        except (cbor2.CBORDecodeError, EOFError) as error:
            raise Refused("form", str(error)) from error
        if kind == "log.cbor":
            self.judge_events(items)

    @staticmethod
    def same(data, items):
        """These items, and nothing else, are the data, in their deterministic encoding."""
        again = b"".join(cbor2.dumps(item, canonical=True) for item in items)
        if again != data:
            raise Refused("form", "the deterministic encoding is another one")

    def judge_message(self, kind, case):
        """Frame, header and content, and the nonce of a token."""
        items = sequence(case.data)
        self.same(case.data, items)
        message = items[0]
        if len(items) != 1 or not isinstance(message, cbor2.CBORTag) \
                or message.tag != TAGS[kind] or not isinstance(message.value[PAYLOAD], bytes):
            raise Refused("form", "this is no such message")
        parts = message.value
        headers = [parts[HEADER]] if kind != "manifest" else [s[0] for s in parts[SIGNATURE]]
        for part in (*headers, parts[PAYLOAD]):
            self.same(part, sequence(part))
        if kind == "token" and cbor2.loads(parts[PAYLOAD])[NONCE_CLAIM] != case.nonce:
            raise Refused("nonce", "another nonce")

    def judge_events(self, events):
        """Digests are of their data, and replaying gives the registers in the token."""
        claims = cbor2.loads(Message(self.material["token"]).payload)
        if any(not isinstance(event, list) or len(event) != 5 for event in events):
            raise Refused("form", "this is no event")
        for _, _, kind, digest, data in events:
            if kind != EXTENDED and digest != maker.event_digest(kind, data):
                raise Refused("digest", "of other data")
        if any(event[1] >= len(claims[REGISTERS]) for event in events):
            raise Refused("registers", "there is no such register")
        if replayed(events[:claims[LOG][2]]) != claims[REGISTERS]:
            raise Refused("registers", "they are others in the token")


class Tpm2EventLog(Stranger):
    """tpm2_eventlog, whose registers must be those that the CBOR log makes. It does not hold data
    against digests."""

    def judge(self, kind, case):
        done = run("tpm2_eventlog", self.material.put("tpm2.log", case.data), text=True,
                   errors="replace")
        if done.returncode != 0:
            raise Refused("form", done.stderr)
        found = re.findall(r"^ +(\d+) *: 0x([0-9a-f]{96})$",
                           done.stdout[done.stdout.rfind("pcrs:"):], re.M)
        wanted = replayed(sequence(self.material["log.cbor"]))
        if {int(n): bytes.fromhex(v) for n, v in found} != {
                n: value for n, value in enumerate(wanted) if value != bytes(48)}:
            raise Refused("registers", "they are others in the CBOR log")
