# SPDX-License-Identifier: Apache-2.0
"""Asks make how it compiles and links, and does it again with another source."""
import os
import shlex
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


class Trouble(Exception):
    """A judge cannot be asked."""


def run(words, **more):
    return subprocess.run(words, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, **more)


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def of_make(words):
    """The commands with an -o that make would run if it did everything again, as lists of words."""
    text = run(words + ["-n", "-B", "V=1"]).stdout.decode()
    for line in text.replace("\\\n", " ").split("\n"):
        if " -o " in line and (" -c " in line or "-lcmocka" in line or "-nostdlib" in line):
            yield shlex.split(line)


def compile_text(words, path, text, out):
    """Compiles as the Makefile does, but this text in place of the file; is the object there?"""
    old = words[words.index("-o") + 1]
    leave = {"-c", path, "-MMD", "-MP", "-fcallgraph-info=su", "-g", "--coverage", "-o", old}
    mine = [word for word in words if word not in leave] + [
        "-w", "-iquote", os.path.dirname(path), "-x", "c", "-c", "-", "-o", out]
    done = subprocess.run(mine, cwd=ROOT, check=False, input=f'# 1 "{path}"\n{text}'.encode(),
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return done.returncode == 0
