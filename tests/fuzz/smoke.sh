#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs fuzzers one after the other, each with the same inputs every time, and counts.
#   smoke.sh RUNS SEEDS PROGRAM...
# A fuzzer has failed if it ends with anything but 0; its last lines are printed.
runs=$1
seeds=$2
shift 2
passed=0
failed=0
for program in "$@"; do
	name=${program##*/fuzz_}
	log=${program}.log
	mkdir -p "$seeds/$name"
	if "$program" -runs="$runs" -seed=1 -max_len=1024 -len_control=0 -print_final_stats=0 \
		-artifact_prefix="${program}-" "$seeds/$name" >"$log" 2>&1 </dev/null; then
		passed=$((passed + 1))
		echo "ok   $name: $(tail -n 1 "$log")"
	else
		failed=$((failed + 1))
		echo "FAIL $name:"
		tail -n 25 "$log"
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
