# SPDX-License-Identifier: Apache-2.0
"""The derivations of docs/attestation.md again, with nothing but Python's hashlib and hmac."""

import hashlib
import hmac

ORDER = int("ffffffffffffffffffffffffffffffffffffffffffffffff"
            "c7634d81f4372ddf581a0db248b0a77aecec196accc52973", 16)  # SP 800-186, 3.2.1.4


def sha384(data):
    return hashlib.sha384(data).digest()


def mac(key, data):
    return hmac.new(key, data, "sha384").digest()


def hkdf(key, salt, info):
    """RFC 5869 with one block of output: 48 bytes."""
    return mac(mac(salt, key), info + b"\1")


def private_key(seed):
    """The first number in 1..n-1 that HMAC_DRBG (SP 800-90A, 10.1.2) makes of the seed."""
    key, value = bytes(48), b"\1" * 48

    def update(data):
        nonlocal key, value
        key = mac(key, value + b"\0" + data)
        value = mac(key, value)
        if data:
            key = mac(key, value + b"\1" + data)
            value = mac(key, value)

    update(seed)
    while True:
        value = mac(key, value)
        if 0 < int.from_bytes(value, "big") < ORDER:
            return value
        update(b"")


def derive(uds, code, config, authority, mode, hidden):
    """Everything that is made of a device's secret, by name."""
    tail = bytes([mode]) + hidden
    cdi = hkdf(uds, sha384(code + config + authority + tail), b"cordon CDI_Attest")
    seal = hkdf(uds, sha384(authority + tail), b"cordon CDI_Seal")
    versions = {255: hkdf(seal, b"", b"cordon seal 255")}
    for version in range(254, -1, -1):
        versions[version] = hkdf(versions[version + 1], b"", b"cordon seal version")
    return {
        "attest": cdi, "seal": seal,
        "seal255": versions[255], "seal254": versions[254], "seal7": versions[7],
        "seal0": versions[0],
        "uds-key": private_key(hkdf(uds, b"", b"cordon UDS key")),
        "monitor-key": private_key(hkdf(cdi, b"", b"cordon monitor key")),
        "attestation-key": private_key(hkdf(cdi, b"", b"cordon attestation key")),
        "local": hkdf(cdi, b"", b"cordon local"),
        "blind": hkdf(cdi, b"", b"cordon blind"),
    }


def cbor_head(major, value):
    if value < 24:
        return bytes([major << 5 | value])
    for log in range(4):
        if value < 1 << (8 << log):
            return bytes([major << 5 | 24 + log]) + value.to_bytes(1 << log, "big")
    raise ValueError(value)


def config_descriptor(version, policies, svn, kind, off):
    def text(s):
        return cbor_head(3, len(s.encode())) + s.encode()

    return b"".join([cbor_head(5, 6), b"\1", text("cordon-monitor"), b"\2", text(version),
                     b"\3", cbor_head(0, svn), b"\4", cbor_head(0, kind), b"\5",
                     cbor_head(4, len(policies)), *map(text, policies), b"\6",
                     cbor_head(0, off)])
