# SPDX-License-Identifier: Apache-2.0
"""The cases of tampered.txt: each is made of what one real boot has given (material.py)."""
import hashlib
import io
import struct

import cbor2

import maker
from material import NONCE

HEADER, PAYLOAD, SIGNATURE, CHAIN = 0, 2, 3, 33
BOOTSEED, DEBUG, BOOTCOUNT, LOG, REGISTERS = 268, 263, 267, -70003, -70010
RECHECK, UNKNOWN = -70011, -70012
SVN, SEGMENTS, MONITOR = 4, 8, 6
ALGORITHM, ES256, TAG_SIGN = 1, -7, 98
SEGMENT, POLICY = 6, 4  # types of events (docs/attestation.md)
STRANGER = maker.Key("a stranger")


class Case:
    """What is judged, and what the judge knows: the PEM of whom he trusts, and his nonce."""

    def __init__(self, data, trusted=None, nonce=NONCE):
        self.data, self.trusted, self.nonce = data, trusted, nonce


def flip(data, at):
    """With one bit changed."""
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


def inside(data, part, at):
    """With one bit changed in the one place where this part of it is."""
    assert data.count(part) == 1, data.count(part)
    return flip(data, data.index(part) + at % len(part))


class Message:
    """A COSE message, taken apart to be put together otherwise."""

    def __init__(self, data):
        self.data, tag = data, cbor2.loads(data)
        self.tag, self.parts = tag.tag, list(tag.value)
        self.payload = self.parts[PAYLOAD]

    def with_part(self, number, part, tag=None):
        """Another message; nothing is signed again."""
        parts = [*self.parts]
        parts[number] = part
        return maker.cbor(maker.Tag(tag or self.tag, parts))

    def with_entries(self, changes):
        """With other entries in the map that is the payload; None: without this one."""
        entries = {**cbor2.loads(self.payload), **changes}
        return self.with_part(PAYLOAD, maker.cbor(
            {k: v for k, v in entries.items() if v is not None}))

    def with_text(self, old, new):
        """With other bytes in the first place in the payload that has the old ones."""
        assert old in self.payload and len(old) == len(new), old
        return self.with_part(PAYLOAD, self.payload.replace(old, new, 1))

    def with_long_head(self):
        """The length of the payload in four bytes instead of two."""
        short = maker.cbor(self.payload)
        assert self.data.count(short) == 1 and short[0] in (0x58, 0x59), short[0]
        return self.data.replace(short, b"\x5a" + struct.pack(">I", len(self.payload))
                                 + self.payload)


def es256(header):
    """The same header with another algorithm."""
    return maker.cbor({**cbor2.loads(header), ALGORITHM: ES256})


# ---- tokens ----

def token_claims(token):
    """Claims that are not as they should be."""
    claims = cbor2.loads(token.payload)
    pairs = [maker.cbor(k) + maker.cbor(v) for k, v in claims.items()]
    head, more = maker.head(5, len(pairs)), maker.head(5, len(pairs) + 1)
    assert head + b"".join(pairs) == token.payload

    def put(payload):
        return token.with_part(PAYLOAD, payload)
    return {
        "payload": inside(token.data, claims[BOOTSEED], 5),
        "claim-missing": token.with_entries({BOOTCOUNT: None}),
        "claim-unknown": token.with_entries({UNKNOWN: 1}),
        "claim-value": token.with_entries({DEBUG: 4}),
        "claim-size": token.with_entries({REGISTERS: claims[REGISTERS][:-1]}),
        "claim-twice": put(more + pairs[0] + b"".join(pairs)),
        "claim-order": put(head + pairs[1] + pairs[0] + b"".join(pairs[2:])),
        "indefinite": put(b"\xbf" + b"".join(pairs) + b"\xff"),
    }


def token_frames(token):
    """What is around the claims is not as it should be."""
    header, _, _, signature = token.parts
    signed = maker.sig_structure(header, token.payload)
    return {
        "untouched": token.data,
        "header": token.with_part(HEADER, inside(header, cbor2.loads(header)[4], 3)),
        "signature": flip(token.data, len(token.data) - 40),
        "signature-zero": token.with_part(SIGNATURE, bytes(len(signature))),
        "signature-short": token.with_part(SIGNATURE, signature[:-1]),
        "other-key": token.with_part(SIGNATURE, STRANGER.sign_raw(signed)),
        "long-head": token.with_long_head(),
        "no-payload": token.with_part(PAYLOAD, maker.Raw(b"\xf6")),
        "other-tag": token.with_part(PAYLOAD, token.payload, tag=TAG_SIGN),
        "trailing": token.data + b"\0",
        "cut": token.data[:-1],
    }


def token_chains(token):
    """Certificates that are not as they should be."""
    leaf, monitor, device = token.parts[1][CHAIN]
    digest = next(c[2] for c in cbor2.loads(token.payload)[2399] if c[1] == "M-MON")
    at = monitor.index(digest)

    def put(chain):
        return token.with_part(1, {CHAIN: chain})
    return {
        "leaf": put([flip(leaf, len(leaf) - 3), monitor, device]),
        "monitor": put([leaf, flip(monitor, at + 7), device]),
        "device": put([leaf, monitor, flip(device, len(device) - 3)]),
        "missing-monitor": put([leaf, device]),
    }


def token_others(material, token):
    """Tokens of somebody else, and verifiers that want another one."""
    device = maker.Device("a device of the test")
    root = device.root_pem().encode()
    header = es256(token.parts[HEADER])
    made = maker.token(device, payload=token.payload, protected=header)
    return {
        "other-device": Case(maker.token(device, payload=token.payload), material["root.pem"]),
        "algorithm": Case(made, root),
        "other-root": Case(token.data, material["other-root.pem"]),
        "nonce": Case(token.data, material["root.pem"], bytes(64)),
    }


def token_cases(material):
    """Cases by name."""
    token, root = Message(material["token"]), material["root.pem"]
    rechecked = Message(material["token.rechecked"])
    found = cbor2.loads(rechecked.payload)[RECHECK]
    made = {**token_claims(token), **token_frames(token), **token_chains(token),
            "rechecked": rechecked.data,
            "recheck-value": rechecked.with_entries({RECHECK: {**found, 1: 3}})}
    return {**{name: Case(data, root) for name, data in made.items()},
            **token_others(material, token)}


# ---- manifests and reference values ----

def manifest_signed_as(manifest, header, key):
    """The same payload with one signature under this header."""
    signed = maker.cbor(["Signature", manifest.parts[HEADER], header, b"", manifest.payload])
    return manifest.with_part(SIGNATURE, [[header, {}, key.sign_raw(signed)]])


def manifest_cases(material):
    """Cases by name."""
    manifest, signer = Message(material["manifest"]), material["signer.pem"]
    entries = cbor2.loads(manifest.payload)
    header, _, signature = manifest.parts[SIGNATURE][0]
    made = {
        "untouched": manifest.data,
        "payload": inside(manifest.data, entries[MONITOR], 9),
        "version": manifest.with_entries({SVN: entries[SVN] + 1}),
        "version-large": manifest.with_entries({SVN: 256}),
        "segment-missing": manifest.with_entries({SEGMENTS: []}),
        "header": inside(manifest.data, cbor2.loads(header)[4], 3),
        "signature": inside(manifest.data, signature, 60),
        "long-head": manifest.with_long_head(),
        "trailing": manifest.data + b"\0",
    }
    cases = {name: Case(data, signer) for name, data in made.items()}
    cases["algorithm"] = Case(manifest_signed_as(manifest, es256(header), STRANGER),
                              maker.public_pem(STRANGER).encode())
    cases["other-key"] = Case(manifest.data, material["other.pem"])
    return cases


def corim_cases(material):
    """Cases by name."""
    corim, signer = Message(material["corim"]), material["values.pem"]
    digest = next(c[2] for c in cbor2.loads(Message(material["token"]).payload)[2399]
                  if c[1] == "VFW")
    made = {
        "untouched": corim.data,
        "payload": inside(corim.data, digest, 9),
        "header": inside(corim.data, cbor2.loads(corim.parts[HEADER])[4], 3),
        "signature": inside(corim.data, corim.parts[SIGNATURE], 60),
        "component": corim.with_text(b"M-VROM", b"M-VRAM"),
        "profile": corim.with_text(b"vfm#1", b"vfm#2"),
        "digest": corim.with_text(b"\x82\x07\x58\x30", b"\x82\x01\x58\x30"),
        "trailing": corim.data + b"\0",
    }
    cases = {name: Case(data, signer) for name, data in made.items()}
    cases["other-key"] = Case(corim.data, material["other.pem"])
    return cases


# ---- logs ----

def sequence(data):
    """The items of a CBOR sequence (RFC 8742)."""
    file, items = io.BytesIO(data), []
    while file.tell() != len(data):
        items.append(cbor2.load(file))
    return items


def log_of(events):
    """A log of these events, numbered as they come."""
    return b"".join(maker.cbor([n, *event[1:]]) for n, event in enumerate(events))


def exchanged(events, one, other):
    """These two in the other order."""
    events = [*events]
    events[one], events[other] = events[other], events[one]
    return events


def places(kinds, wanted):
    """Where events of this type are."""
    return [n for n, kind in enumerate(kinds) if kind == wanted]


def cbor_log_cases(material):
    """Cases by name."""
    data = material["log.cbor"]
    events = sequence(data)
    assert log_of(events) == data
    at = places([e[2] for e in events], SEGMENT)[0]
    first, second = places([e[2] for e in events], POLICY)[:2]
    register, kind, digest, datum = events[at][1:]

    def put(*event):
        return log_of([*events[:at], [at, *event], *events[at + 1:]])
    wrong = flip(datum, 20)
    return {name: Case(made) for name, made in {
        "untouched": data,
        "digest": put(register, kind, flip(digest, 20), datum),
        "data": put(register, kind, digest, wrong),
        "data-and-digest": put(register, kind, maker.event_digest(kind, wrong), wrong),
        "dropped": log_of([*events[:at], *events[at + 1:]]),
        "swapped": log_of(exchanged(events, first, second)),
        "register": put(12, kind, digest, datum),
        "data-long": put(register, kind, maker.event_digest(kind, bytes(65)), bytes(65)),
        "long-head": b"\x98\x05" + data[1:],
        "trailing": data + b"\0",
        "cut": data[:-1],
    }.items()}


class TcgLog:
    """A log in the TCG's crypto-agile form: its head, and its events as bytes."""

    def __init__(self, data):
        size, = struct.unpack_from("<I", data, 28)
        at = 32 + size
        self.head, self.events = data[:at], []
        while at < len(data):
            count, algorithm = struct.unpack_from("<IH", data, at + 8)
            assert (count, algorithm) == (1, 0x0c)
            size, = struct.unpack_from("<I", data, at + 14 + 48)
            self.events.append(data[at:at + 66 + size])
            at += 66 + size
        assert at == len(data)

    def bytes(self, events):
        """The log with other events."""
        return self.head + b"".join(events)


def tcg_log_cases(material):
    """Cases by name; its events are those of the CBOR form."""
    data = material["log.tcg"]
    log = TcgLog(data)
    kinds = [e[2] for e in sequence(material["log.cbor"])]
    assert len(kinds) == len(log.events) and log.bytes(log.events) == data
    at = places(kinds, SEGMENT)[0]
    first, second = places(kinds, POLICY)[:2]
    event = log.events[at]

    def put(*instead):
        return log.bytes([*log.events[:at], *instead, *log.events[at + 1:]])
    return {name: Case(made) for name, made in {
        "untouched": data,
        "digest": put(flip(event, 14 + 20)),
        "dropped": put(),
        "swapped": log.bytes(exchanged(log.events, first, second)),
        "register": put(struct.pack("<I", 4) + event[4:]),
        "size": put(event[:62] + struct.pack("<I", len(data)) + event[66:]),
        "trailing": data + b"\0",
        "cut": data[:-1],
    }.items()}


def cases_of(material):
    """Cases by object and name."""
    return {"token": token_cases(material), "manifest": manifest_cases(material),
            "corim": corim_cases(material), "log.cbor": cbor_log_cases(material),
            "log.tcg": tcg_log_cases(material)}


def replayed(events):
    """The registers that these events make."""
    registers = [bytes(48)] * 12
    for event in events:
        registers[event[1]] = hashlib.sha384(registers[event[1]] + event[3]).digest()
    return registers
