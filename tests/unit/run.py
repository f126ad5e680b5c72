#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs unit test programs (cmocka), one line each, then the sum.

usage: run.py PROGRAM...
Status 0: all passed; 1: some failed, or a program ended early; 2: wrong usage.
"""
import concurrent.futures
import os
import re
import subprocess
import sys
import time

LIMIT_SECONDS = 240
PLAN = re.compile(r"^1\.\.(\d+)", re.M)
RESULT = re.compile(r"^(ok|not ok) \d+ - (\S+)", re.M)


def run(program):
    """Returns (name, passed, names of failures, seconds, output)."""
    name = os.path.basename(program).removeprefix("test_")
    begin = time.monotonic()
    env = dict(os.environ, CMOCKA_MESSAGE_OUTPUT="TAP")
    try:
        done = subprocess.run([program], env=env, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, errors="replace", timeout=LIMIT_SECONDS)
        output, status = done.stdout + done.stderr, done.returncode
    except subprocess.TimeoutExpired as end:
        output, status = f"{end.stdout or ''}\nno end within {LIMIT_SECONDS} seconds", -1
    results = RESULT.findall(output)
    passed = sum(1 for word, _ in results if word == "ok")
    failed = [test for word, test in results if word != "ok"]
    plan = sum(int(n) for n in PLAN.findall(output))
    if plan == 0 or passed + len(failed) != plan or (status != 0 and not failed):
        failed.append(f"(ended with status {status} after {passed + len(failed)} tests)")
    return name, passed, failed, time.monotonic() - begin, output


def main(programs):
    if not programs:
        print("run.py: name the test programs to run", file=sys.stderr)
        return 2
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for name, good, bad, seconds, output in pool.map(run, programs):
            passed += good
            failed += len(bad)
            print(f"{'ok  ' if not bad else 'FAIL'} {name:<12} {good:3d} passed, "
                  f"{len(bad)} failed, {seconds:.1f} s")
            if bad:
                print(f"     failed: {', '.join(bad)}")
                print("     " + output.replace("\n", "\n     "))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
