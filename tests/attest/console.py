# SPDX-License-Identifier: Apache-2.0
"""What a machine says on its console, up to a word, and never for longer than it may."""
import os
import select
import subprocess
import time

MOST = 20000  # bytes: more is a machine that does not stop talking


def listen(argv, until, seconds, gently=False):
    """The console of the QEMU that argv starts, up to one of the words (bytes) of until.

    gently: QEMU is asked to end, so that it writes its flash.
    """
    qemu = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT)
    end = time.monotonic() + seconds
    said = b""
    try:
        while not any(word in said for word in until) and len(said) <= MOST:
            left = max(0, end - time.monotonic())
            if not select.select([qemu.stdout], [], [], left)[0]:
                break
            chunk = os.read(qemu.stdout.fileno(), 4096)
            if not chunk:
                break
            said += chunk
    finally:
        (qemu.terminate if gently else qemu.kill)()
        qemu.wait()
        qemu.stdout.close()
    return said.decode(errors="replace")
