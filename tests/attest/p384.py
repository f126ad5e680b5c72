# SPDX-License-Identifier: Apache-2.0
"""ECDSA on P-384 with SHA-384 for tests: neither OpenSSL nor the monitor's library."""
import hashlib
import hmac

P = 2**384 - 2**128 - 2**96 + 2**32 - 1
N = int("ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf"
        "581a0db248b0a77aecec196accc52973", 16)
G = (int("aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a38"
         "5502f25dbf55296c3a545e3872760ab7", 16),
     int("3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c0"
         "0a60b1ce1d7e819d7a431d7c90ea0e5f", 16))


def _double(p):
    """Jacobian coordinates; a = -3 (SEC 1, 2.2.1; any textbook)."""
    x, y, z = p
    delta, gamma = z * z % P, y * y % P
    beta, alpha = x * gamma % P, 3 * (x - delta) * (x + delta) % P
    nx = (alpha * alpha - 8 * beta) % P
    return nx, (alpha * (4 * beta - nx) - 8 * gamma * gamma) % P, 2 * y * z % P


def _add(p, q):
    """A point in Jacobian and one in affine coordinates; not twice the same one."""
    if p is None:
        return q[0], q[1], 1
    x, y, z = p
    zz = z * z % P
    h, r = (q[0] * zz - x) % P, (q[1] * zz * z - y) % P
    hh = h * h % P
    hhh, v = h * hh % P, x * hh % P
    nx = (r * r - hhh - 2 * v) % P
    return nx, (r * (v - nx) - y * hhh) % P, z * h % P


def multiply(k, point=G):
    """k times a point, 0 < k < N."""
    acc = None
    for bit in bin(k)[2:]:
        if acc is not None:
            acc = _double(acc)
        if bit == "1":
            acc = _add(acc, point)
    inverse = pow(acc[2], -1, P)
    return acc[0] * inverse**2 % P, acc[1] * inverse**3 % P


class Key:
    """A key pair out of a name, so that every run has the same ones."""

    def __init__(self, name, scalar=None):
        digest = hashlib.sha384(name.encode()).digest()
        self.d = scalar or int.from_bytes(digest, "big") % (N - 1) + 1
        x, y = multiply(self.d)
        self.point = b"\x04" + x.to_bytes(48, "big") + y.to_bytes(48, "big")
        self.id = hashlib.sha384(self.point).digest()[:20]

    def sign(self, message):
        """r and s of a signature; the nonce is a function of key and message."""
        digest = hashlib.sha384(message).digest()
        k = int.from_bytes(hmac.digest(self.d.to_bytes(48, "big"), digest, "sha384"), "big")
        k = k % (N - 1) + 1
        r = multiply(k)[0] % N
        return r, pow(k, -1, N) * (int.from_bytes(digest, "big") + r * self.d) % N

    def sign_raw(self, message):
        """r and s side by side, as COSE has them."""
        return b"".join(v.to_bytes(48, "big") for v in self.sign(message))
