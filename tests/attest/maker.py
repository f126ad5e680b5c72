# SPDX-License-Identifier: Apache-2.0
"""Makes tokens, chains, logs and reference values by the text of attest/cordon.cddl, for tests of
the verifier: right ones, and any wrong one that a test asks for."""
import base64
import hashlib
import struct

from p384 import Key


def sha384(data):
    """SHA-384."""
    return hashlib.sha384(data).digest()


# ---- CBOR (RFC 8949) ----

class Raw(bytes):
    """Bytes that are an encoding already."""


class Tag:
    """A tagged item."""

    def __init__(self, number, item):
        self.number, self.item = number, item


class Pairs(list):
    """A map whose pairs are written as they stand, in order or not."""


def head(major, value):
    """The shortest head."""
    if value < 24:
        return bytes([major << 5 | value])
    for info, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if value < 1 << 8 * size:
            return bytes([major << 5 | info]) + value.to_bytes(size, "big")
    raise ValueError(value)


def cbor(item):
    """Deterministic encoding (RFC 8949, 4.2.1)."""
    if isinstance(item, Raw):
        return bytes(item)
    if isinstance(item, bool):
        return b"\xf5" if item else b"\xf4"
    if isinstance(item, int):
        return head(0, item) if item >= 0 else head(1, -1 - item)
    if isinstance(item, bytes):
        return head(2, len(item)) + item
    if isinstance(item, str):
        return head(3, len(item.encode())) + item.encode()
    if isinstance(item, Pairs):
        return head(5, len(item)) + b"".join(cbor(k) + cbor(v) for k, v in item)
    if isinstance(item, list):
        return head(4, len(item)) + b"".join(map(cbor, item))
    if isinstance(item, dict):
        return head(5, len(item)) + b"".join(sorted(cbor(k) + cbor(v) for k, v in item.items()))
    if isinstance(item, Tag):
        return head(6, item.number) + cbor(item.item)
    raise TypeError(item)


# ---- DER and X.509 (RFC 5280) ----

def der(tag, *parts):
    """One element."""
    content = b"".join(parts)
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def oid(text):
    """An object identifier."""
    first, second, *rest = map(int, text.split("."))
    out = bytes([first * 40 + second])
    for arc in rest:
        groups = [arc & 127]
        while arc > 127:
            arc >>= 7
            groups.append(arc & 127 | 128)
        out += bytes(reversed(groups))
    return der(6, out)


def integer(value):
    """A positive INTEGER."""
    return der(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


ES384 = der(0x30, oid("1.2.840.10045.4.3.3"))


def name(cn, key_id, organisation=None):
    """CN, O if there is one, serialNumber."""
    parts = [("2.5.4.3", der(12, cn.encode()))]
    if organisation:
        parts.append(("2.5.4.10", der(12, organisation.encode())))
    parts.append(("2.5.4.5", der(19, key_id.hex().encode())))
    return der(0x30, *(der(0x31, der(0x30, oid(o), v)) for o, v in parts))


def public_info(key):
    """SubjectPublicKeyInfo."""
    algorithm = der(0x30, oid("1.2.840.10045.2.1"), oid("1.3.132.0.34"))
    return der(0x30, algorithm, der(3, b"\0" + key.point))


def pem(label, data):
    """PEM text."""
    text = base64.b64encode(data).decode()
    lines = [text[i:i + 64] for i in range(0, len(text), 64)]
    return f"-----BEGIN {label}-----\n" + "\n".join(lines) + f"\n-----END {label}-----\n"


def public_pem(key):
    """A public key as PEM."""
    return pem("PUBLIC KEY", public_info(key))


def private_pem(key):
    """A private key as PEM (RFC 5915)."""
    return pem("EC PRIVATE KEY", der(0x30, integer(1), der(4, key.d.to_bytes(48, "big")),
                                     der(0xa0, oid("1.3.132.0.34")),
                                     der(0xa1, der(3, b"\0" + key.point))))


def extension(number, value, critical=False):
    """One extension."""
    return der(0x30, oid(number), *([der(1, b"\xff")] if critical else []), der(4, value))


def certificate(subject, issuer, key, issuer_key, **o):
    """A certificate. Of o: ca, path, usage, extra, serial, skid, akid, after, before, alg."""
    ca, path = o.get("ca", True), o.get("path")
    basic = der(0x30, *([der(1, b"\xff")] if ca else []),
                *([integer(path)] if path is not None else []))
    usage = o.get("usage", 0x04 if ca else 0x80)
    bits = der(3, bytes([(usage & -usage).bit_length() - 1, usage]))
    extensions = [extension("2.5.29.14", der(4, o.get("skid", key.id))),
                  extension("2.5.29.35", der(0x30, der(0x80, o.get("akid", issuer_key.id)))),
                  extension("2.5.29.19", basic, True), extension("2.5.29.15", bits, True)]
    extensions += o.get("extra", [])
    serial = o.get("serial", bytes([key.id[0] & 0x7f or 1]) + key.id[1:])
    validity = der(0x30, der(23, o.get("before", b"260101000000Z")),
                   der(24, o.get("after", b"99991231235959Z")))
    algorithm = o.get("alg", ES384)
    tbs = der(0x30, der(0xa0, integer(2)), integer(int.from_bytes(serial, "big")), algorithm,
              issuer, validity, subject, public_info(key),
              der(0xa3, der(0x30, *extensions)))
    r, s = issuer_key.sign(tbs)
    return der(0x30, tbs, algorithm, der(3, b"\0" + der(0x30, integer(r), integer(s))))


# ---- a device ----

AUTHORITY = sha384(b"signers")
MONITOR = sha384(b"monitor")


class Device:
    """Keys and certificates of one device, on one monitor. o: what a test wants otherwise."""

    def __init__(self, tag="device", root=None, **o):
        self.root = root or Key("root")
        self.root_name = o.get("root_name", "Test root")
        self.o, self.tag = o, tag
        self.klass = o.get("klass", 1)
        self.uds, self.mon, self.ak = (Key(f"{tag} {what}") for what in ("uds", "mon", "ak"))
        self.policies = o.get("policies", ["sandbox", "offload", "attest"])
        self.chain = [self._ak(), self._mon(), self._uds()]

    def root_pem(self, **o):
        """The root's own certificate."""
        subject = name(self.root_name, self.root.id)
        return pem("CERTIFICATE", certificate(subject, subject, self.root, self.root, **o))

    def _names(self):
        return (name("Cordon attestation", self.ak.id), name("Cordon monitor", self.mon.id),
                name("Cordon UDS", self.uds.id, self.o.get("organisation")))

    def _uds(self):
        subject = self._names()[2]
        if self.o.get("self_made"):
            return certificate(subject, subject, self.uds, self.uds, path=1,
                               **self.o.get("uds", {}))
        return certificate(subject, name(self.root_name, self.root.id), self.uds, self.root,
                           **{"path": 1, **self.o.get("uds", {})})

    def dice(self):
        """OpenDiceInput."""
        config = cbor({1: "cordon-monitor", 2: "1.0", 3: self.o.get("svn", 3), 4: self.klass,
                       5: self.policies, 6: self.o.get("switched_off", 0)})
        digest = self.o.get("config_digest", sha384(config))
        fields = [(0, der(4, self.o.get("monitor", MONITOR))), (2, der(4, digest)),
                  (3, der(4, config)), (4, der(4, AUTHORITY)),
                  (6, integer(self.o.get("mode", 1)))]
        return der(0x30, *(der(0xa0 + n, v) for n, v in fields))

    def _mon(self):
        _, subject, issuer = self._names()
        extra = [extension("1.3.6.1.4.1.11129.2.1.24", self.dice())]
        return certificate(subject, issuer, self.mon, self.uds,
                           **{"path": 0, "extra": extra, **self.o.get("mon", {})})

    def _ak(self):
        subject, issuer, _ = self._names()
        return certificate(subject, issuer, self.ak, self.o.get("ak_issuer", self.mon),
                           **{"ca": False, "akid": self.mon.id, **self.o.get("ak", {})})


# ---- the log ----

def event_digest(kind, data):
    """docs/attestation.md, Events."""
    if kind == 0:
        return sha384(data)
    return sha384(struct.pack("<II", 0x43440000 + kind, len(data)) + data)


def region(base, data):
    """The datum of a region."""
    return struct.pack("<QQ", base, len(data)) + sha384(data)


class Log:
    """A log and the registers that it makes."""

    def __init__(self):
        self.data, self.count, self.regs = b"", 0, [bytes(48)] * 12

    def add(self, reg, kind, data=b"", digest=None):
        """One event."""
        digest = digest or event_digest(kind, data)
        self.data += cbor([self.count, reg, kind, digest, data])
        self.count += 1
        self.regs[reg] = sha384(self.regs[reg] + digest)


FIRMWARE = [(0x80000000, b"firmware text"), (0x80040000, b"firmware data")]


def usual_log(firmware=None, policies=("sandbox", "offload", "attest"), payload=b"a kernel"):
    """What a boot measures."""
    log = Log()
    log.add(1, 3, struct.pack("<IIII", 2, 16, 0, 1))
    for policy in policies:
        log.add(2, 4, policy.encode())
    for base, data in firmware or FIRMWARE:
        log.add(3, 6, region(base, data))
    log.add(5, 7, region(0x82000000, b"a tree"))
    log.add(5, 8, struct.pack("<QQ", 0, 0) + sha384(b""))
    log.add(5, 9, region(0x80200000, payload))
    for reg in range(6):
        log.add(reg, 0, bytes(4))
    log.add(6, 10, struct.pack("<Q", 0))
    log.add(8, 1, b"", sha384(b"by the payload"))
    return log


# ---- tokens ----

NONCE = bytes(range(32))
COUNTERS = ["csr", "call", "device", "inject", "memory", "resume", "monitor", "instruction",
            "firmware-deaths"]


def policies_claim(device, **o):
    """Claim -70005."""
    return [{1: p, 2: sha384(p.encode()), 3: o.get("enforcing", True)} for p in device.policies]


def components(device, log, **o):
    """Claim 2399, from what the log says."""
    firmware = b"".join(region(base, data) for base, data in o.get("firmware", FIRMWARE))
    monitor = device.o.get("monitor", MONITOR)
    rows = [("M-VROM", sha384(b"stage 0"), True), ("M-MON", monitor, True),
            ("M-POL", sha384(cbor(policies_claim(device, **o))), True),
            ("VFW", sha384(firmware), False),
            ("VFW-DTB", sha384(b"a tree"), False),
            ("PAYLOAD", sha384(o.get("payload", b"a kernel")), False)]
    out = []
    for kind, digest, tcb in rows:
        entry = {1: kind, 2: digest, -1: tcb}
        if kind == "M-MON":
            entry.update({4: "1.0", 5: AUTHORITY})
        out.append(entry)
    return out


def claims(device, log, **o):
    """All claims; o["claims"] replaces some, None leaves one out."""
    out = {
        10: NONCE, 256: b"\x01" + sha384(device.uds.point)[:32], 258: b"qemu-virt",
        259: b"qemu-virt", 261: 7, 262: True, 263: 3, 265: "tag:cordon,2026:vfm#1", 267: 5,
        268: sha384(b"seed")[:32], 2399: components(device, log, **o), -70001: 2,
        -70002: {c: 0 for c in COUNTERS},
        -70003: {1: sha384(log.data), 2: log.count, 3: len(log.data), 4: 0},
        -70004: device.klass, -70005: policies_claim(device, **o),
        -70006: {1: 16, 2: False, 3: "none", 4: "denied", 5: 2},
        -70007: {1: "zkr", 2: False}, -70008: {1: True, 2: 1, 3: 1, 4: False},
        -70009: {1: 0, 2: False, 3: True, 4: False}, -70010: list(log.regs),
    }
    out.update(o.get("claims", {}))
    return {k: v for k, v in out.items() if v is not None}


def sig_structure(protected, payload):
    """RFC 9052, 4.4."""
    return cbor(["Signature1", protected, b"", payload])


def sign1(key, protected, unprotected, payload, **o):
    """COSE_Sign1; tag=None leaves the tag out, a list puts more around it."""
    signature = o.get("signature") or key.sign_raw(sig_structure(protected, payload))
    message = [protected, unprotected, payload, signature]
    for tag in o.get("tags", [18]):
        message = Tag(tag, message)
    return cbor(message)


def token(device=None, log=None, **o):
    """A token. o: protected, chain, payload, key, tags, signature, claims and so on."""
    device = device or Device()
    log = log or usual_log(policies=device.policies)
    protected = o.get("protected", {1: -35, 3: 263, 4: device.ak.id})
    payload = o.get("payload") or cbor(claims(device, log, **o.get("say", {})))
    rest = {k: v for k, v in o.items() if k in ("tags", "signature")}
    return sign1(o.get("key", device.ak), protected if isinstance(protected, bytes)
                 else cbor(protected), o.get("unprotected", {33: o.get("chain", device.chain)}),
                 payload, **rest)


# ---- reference values ----

SIGNER = Key("reference signer")


def corim(device, log, **o):
    """Signed reference values for this device and log. o: drop, add, registers, min_svn, roots."""
    triples = []
    for entry in components(device, log, **o.get("say", {})):
        if entry[1] in o.get("drop", ()):
            continue
        digests = [[7, d] for d in o.get("digests", {}).get(entry[1], [entry[2]])]
        value = {2: digests, 3: {8: entry[-1]}}
        if entry[1] == "M-MON":
            value[1] = Tag(553, o.get("min_svn", 3))
        triples.append([{0: {1: "Cordon", 2: entry[1]}}, [{1: value}]])
    for kind, digest in o.get("add", {}).items():
        triples.append([{0: {1: "Cordon", 2: kind}}, [{1: {2: [[7, digest]]}}]])
    registers = {i: [[7, log.regs[i]]] for i in o.get("registers", range(5))}
    if registers:
        triples.append([{0: {1: "Cordon", 2: "REGISTERS"}}, [{1: {14: registers}}]])
    body = {0: triples}
    if o.get("roots"):
        body[3] = [[{0: {1: "Cordon"}}, [Tag(554, public_pem(k)) for k in o["roots"]]]]
    comid = cbor({1: {0: "test"}, 4: body})
    payload = cbor(Tag(501, {0: "test values", 1: [Tag(506, comid)],
                             3: Tag(32, "tag:cordon,2026:vfm#1")}))
    key = o.get("key", SIGNER)
    protected = cbor({1: -35, 3: "application/rim+cbor", 4: key.id,
                      8: cbor({0: {0: "tester"}})})
    return sign1(key, protected, {}, payload)
