#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every choice of policies in every order: the monitor is built with it, starts OpenSBI, and a
# payload gets the answers that it gets natively (the line "combination" of table.txt).
#   combinations.sh [POLICY...]    default: sandbox offload failsafe audit
# B, CACHE and CROSS as for make.
# Ends with "N passed, N failed"; the exit status is 0 if nothing failed, else 1.
set -euo pipefail
cd "$(dirname "$0")/../.."
exec </dev/null

B=${B:-build}
names=${*:-sandbox offload failsafe audit}
at=$B/combinations
passed=0 failed=0
mkdir -p "$at"
# We are not part of the make that may have called us.
unset MAKEFLAGS MAKELEVEL MFLAGS

run_make() {
	make --no-print-directory "B=$1" ${CACHE:+"CACHE=$CACHE"} ${CROSS:+"CROSS=$CROSS"} "${@:2}"
}

# One folder for all: of a monitor with other policies, few files are compiled anew.
[ -e "$at/third-party" ] || ln -s ../third-party "$at/third-party"

# try POLICY...: this choice in this order
try() {
	if run_make "$at" "POLICY=$*" "$at/monitor.elf" >"$at/log" 2>&1 &&
		python3 tests/qemu/run.py --build "$B" --filter combination@ \
			--bundle-cmd "$B/host/mkbundle -m MONITOR -f GUEST -o OUT" \
			--monitor "$at/monitor.elf" >"$at/log" 2>&1; then
		printf 'ok   POLICY="%s"\n' "$*"
		passed=$((passed + 1))
	else
		printf 'FAIL POLICY="%s"\n' "$*"
		tail -n 25 "$at/log" | sed 's/^/     | /'
		# What the monitor itself has said, failsafe for instance.
		cat "$B"/qemu/logs/combination@*.monitor | tr -d '\r' |
			sed -n 's/^\[cordon\]/     | &/p'
		failed=$((failed + 1))
	fi
}

# extend POLICY...: this one, then all that begin so
extend() {
	try "$@"
	local name
	for name in $names; do
		case " $* " in
		*" $name "*) ;;
		*) extend "$@" "$name" ;;
		esac
	done
}

run_make "$B" all guests
extend
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
