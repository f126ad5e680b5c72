# SPDX-License-Identifier: Apache-2.0
"""One QEMU process: started, read until it ends or time is up, and stopped again."""
import os
import select
import subprocess
import tempfile
import time


class Outcome:
    """What came of one run: the text on the serial line, how it ended, and how long it took."""

    def __init__(self, text, status, reason, seconds):
        self.text = text          # decoded serial output
        self.status = status      # exit status of QEMU, None when it was killed
        self.reason = reason      # None, or one sentence on why the run did not end well
        self.seconds = seconds


class Machine:
    def __init__(self, argv, timeout):
        self.deadline = time.monotonic() + timeout
        self.timeout = timeout
        self.started = time.monotonic()
        self.data = b""
        self.eof = False
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors)

    def read_some(self):
        """Wait for output; False when QEMU closed its output or time is up."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            return False
        ready, _, _ = select.select([self.process.stdout], [], [], left)
        if not ready:
            return False
        chunk = os.read(self.process.stdout.fileno(), 65536)
        if not chunk:
            self.eof = True
            return False
        self.data += chunk
        return True

    def send(self, text):
        try:
            self.process.stdin.write(text.encode())
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # QEMU has ended; whoever waits for its answer will say so

    def stop(self):
        """End the process (our own child only) and return its status, None when killed."""
        killed = False
        if self.eof:
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                killed = True
        else:
            killed = self.process.poll() is None
        if killed:
            self.process.kill()
        status = self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
        return None if killed else status

    def finish(self, reason=None):
        """Stop the machine and describe the run."""
        timed_out = not self.eof and time.monotonic() >= self.deadline
        status = self.stop()
        self.errors.seek(0)
        errors = self.errors.read().decode("utf-8", "backslashreplace")
        self.errors.close()
        if reason is None and timed_out:
            reason = f"still running after {self.timeout:g} s"
        elif reason is None and status:
            reason = f"QEMU ended with status {status}: {errors.strip()}".replace("\n", "; ")
        elif status:
            reason += f" (QEMU: {errors.strip()})".replace("\n", "; ")
        text = self.data.decode("utf-8", "backslashreplace").replace("\r", "")
        return Outcome(text, status, reason, time.monotonic() - self.started)


def run_to_end(argv, timeout):
    """Run until QEMU ends by itself, with an empty standard input."""
    machine = Machine(argv, timeout)
    machine.process.stdin.close()
    machine.process.stdin = open(os.devnull, "wb")
    while machine.read_some():
        pass
    return machine.finish()


def run_script(argv, timeout, script):
    """Run with expect/send steps; the run is good when every step was met in order."""
    machine = Machine(argv, timeout)
    position = 0
    reason = None
    for word, text in script:
        if word == "send":
            machine.send(text)
        elif word == "end":
            while machine.read_some():
                pass
            if not machine.eof:
                reason = f"still running after {timeout:g} s, where it should have ended"
        else:
            while (at := machine.data.find(text.encode(), position)) < 0:
                if not machine.read_some():
                    reason = f"did not print \"{text}\" within {timeout:g} s"
                    if machine.eof:
                        reason = f"ended without printing \"{text}\""
                    break
            position = at + len(text)
        if reason:
            break
    stopped_early = reason is None and not (script and script[-1][0] == "end")
    outcome = machine.finish(reason)
    if stopped_early:
        outcome.reason = None
    return outcome
