#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a machine (QEMU) on this terminal, or with a script of input from a pipe.

A machine that boots drops what is typed before its serial driver is up.  So when standard input is
not a terminal, it is held back until the machine says TEXT; at its end, END is sent.  An empty TEXT
stands for any prompt: a line is sent whenever the console has been quiet for a while.  The exit
status is the machine's, or 124 when the time is up, 125 when the input could never be sent.
"""

import argparse
import os
import select
import signal
import subprocess
import sys
import threading
import time

EXIT_TIME_UP = 124
EXIT_NEVER_READY = 125
QUIET_FIRST = 2.5  # seconds: longer than the ticks of a boot loader's countdown
QUIET_NEXT = 0.5   # seconds: an answer is complete


class Listener:
    """What the machine has said, as far as it tells whether the machine listens."""

    def __init__(self, text):
        self.text = text.encode()
        self.seen = b""
        self.ready = threading.Event()
        self.spoke = None  # when the machine said something last

    def hear(self, chunk):
        self.spoke = time.monotonic()
        if self.text and not self.ready.is_set():
            self.seen = (self.seen + chunk)[-65536 - len(self.text):]
            if self.text in self.seen:
                self.ready.set()

    def wait_for_quiet(self, seconds):
        while self.spoke is None or time.monotonic() - self.spoke < seconds:
            time.sleep(0.05)
        self.ready.set()


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ready", metavar="TEXT", default="cordon:~#",
                        help="hold the input back until the machine says TEXT; empty: until it "
                             "is quiet (%(default)s)")
    parser.add_argument("--end", metavar="END", default="exit\n",
                        help=r"what to send at the end of the input (default: exit\n)")
    parser.add_argument("--timeout", metavar="SECONDS", type=float, default=None,
                        help="stop the machine after so long")
    parser.add_argument("--log", metavar="FILE", help="also write the console to this file")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="the machine to run")
    arguments = parser.parse_args()
    arguments.end = arguments.end.encode().decode("unicode_escape")
    if arguments.command[:1] == ["--"]:
        del arguments.command[0]
    if not arguments.command:
        parser.error("name the command that runs the machine")
    return arguments


def copy_output(machine, listener, log):
    """Shows the console, and lets the listener know."""
    while chunk := os.read(machine.stdout.fileno(), 65536):
        sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
        if log:
            log.write(chunk)
            log.flush()
        listener.hear(chunk)


def send(machine, data):
    machine.stdin.write(data)
    machine.stdin.flush()


def copy_lines(machine, listener):
    """Sends standard input line by line, each when the machine has nothing more to say."""
    listener.wait_for_quiet(QUIET_FIRST)
    for line in sys.stdin.buffer:
        send(machine, line)
        listener.spoke = time.monotonic()
        listener.wait_for_quiet(QUIET_NEXT)


def copy_input(machine, end, listener):
    """Sends standard input once the machine listens; the machine may end at any time."""
    try:
        if listener.text:
            listener.ready.wait()
            while chunk := os.read(sys.stdin.fileno(), 4096):
                send(machine, chunk)
        else:
            copy_lines(machine, listener)
        send(machine, end.encode())
    except (BrokenPipeError, ValueError):
        pass


def what_was_not_sent(listener):
    """One sentence when the machine has ended before it took any input, or None."""
    if listener.ready.is_set():
        return None
    if listener.text:
        return f"the machine ended without saying '{listener.text.decode()}'"
    if select.select([sys.stdin], [], [], 0)[0] and os.read(sys.stdin.fileno(), 1):
        return "the machine ended before it took any input"
    return None


def run_piped(arguments):
    log = open(arguments.log, "wb") if arguments.log else None
    machine = subprocess.Popen(arguments.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    signal.signal(signal.SIGTERM, lambda *_: (machine.kill(), sys.exit(128 + signal.SIGTERM)))
    listener = Listener(arguments.ready)
    threading.Thread(target=copy_input, args=(machine, arguments.end, listener),
                     daemon=True).start()
    output = threading.Thread(target=copy_output, args=(machine, listener, log), daemon=True)
    output.start()
    try:
        status = machine.wait(arguments.timeout)
    except subprocess.TimeoutExpired:
        machine.kill()
        machine.wait()
        print(f"\nconsole: stopped after {arguments.timeout:g} s", file=sys.stderr)
        status = EXIT_TIME_UP
    output.join(5)
    unsent = what_was_not_sent(listener)
    if status == 0 and unsent:
        print(f"\nconsole: {unsent}", file=sys.stderr)
        status = EXIT_NEVER_READY
    return status if status >= 0 else 128 - status


def main():
    arguments = parse_arguments()
    if sys.stdin.isatty() and not arguments.log:
        os.execvp(arguments.command[0], arguments.command)
    try:
        status = run_piped(arguments)
    except FileNotFoundError:
        print(f"console: there is no program {arguments.command[0]}", file=sys.stderr)
        status = 127
    sys.stdout.flush()
    os._exit(status)


main()
