#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a machine (QEMU) on this terminal, or with a script of input from a pipe.

A machine that boots drops what is typed before its serial driver is up.  So when standard input is
not a terminal, it is held back until the machine says TEXT; at its end, END is sent.  The exit
status is the machine's, or 124 when the time is up, 125 when the input could never be sent.
"""

import argparse
import os
import signal
import subprocess
import sys
import threading

EXIT_TIME_UP = 124
EXIT_NEVER_READY = 125


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ready", metavar="TEXT", default="cordon: userspace reached",
                        help="hold the input back until the machine says TEXT (%(default)s)")
    parser.add_argument("--end", metavar="END", default="exit\n",
                        help=r"what to send at the end of the input, \n for a newline (default: exit\n)")
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


def copy_output(machine, ready_text, ready, log):
    """Shows the console, and sets `ready` once the text was seen."""
    wanted = ready_text.encode()
    seen = b""
    while True:
        chunk = os.read(machine.stdout.fileno(), 65536)
        if not chunk:
            return
        sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
        if log:
            log.write(chunk)
            log.flush()
        if not ready.is_set():
            seen = (seen + chunk)[-65536 - len(wanted):]
            if wanted in seen:
                ready.set()


def copy_input(machine, end, ready):
    """Sends standard input once the machine listens; the machine may end at any time."""
    ready.wait()
    try:
        while chunk := os.read(sys.stdin.fileno(), 4096):
            machine.stdin.write(chunk)
            machine.stdin.flush()
        machine.stdin.write(end.encode())
        machine.stdin.flush()
    except (BrokenPipeError, ValueError):
        pass


def run_piped(arguments):
    log = open(arguments.log, "wb") if arguments.log else None
    machine = subprocess.Popen(arguments.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    signal.signal(signal.SIGTERM, lambda *_: (machine.kill(), sys.exit(128 + signal.SIGTERM)))
    ready = threading.Event()
    threading.Thread(target=copy_input, args=(machine, arguments.end, ready), daemon=True).start()
    output = threading.Thread(target=copy_output, args=(machine, arguments.ready, ready, log),
                              daemon=True)
    output.start()
    try:
        status = machine.wait(arguments.timeout)
    except subprocess.TimeoutExpired:
        machine.kill()
        machine.wait()
        print(f"\nconsole: stopped after {arguments.timeout:g} s", file=sys.stderr)
        status = EXIT_TIME_UP
    output.join(5)
    if status == 0 and not ready.is_set():
        print(f"\nconsole: the machine ended without saying '{arguments.ready}'", file=sys.stderr)
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
