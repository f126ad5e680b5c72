#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The differential machine must find what is broken: each line of the list at the end breaks one
# place of a copy of the monitor, and the run on it must fail, and for that reason alone.
#   broken.sh BUILD CACHE CROSS DIFF_ARGUMENTS...
# Exit: 0 all were found, 1 one was not, 2 a line of the list no longer fits the source.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=$(realpath "$1") cache=$(realpath -m "$2") cross=$3
shift 3

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git ls-files -z | xargs -0 cp --parents -t "$work"
mkdir -p "$work/build"
ln -s "$build/third-party" "$work/build/third-party"
status=0

# broken FILE SED CPU PROGRAMS: the change, and where it shows
broken() {
	cp "$work/$1" "$work/kept-source"
	sed -i "$2" "$work/$1"
	if cmp -s "$work/$1" "$work/kept-source"; then
		echo "broken.sh: $2 changes nothing in $1; adapt the list" >&2
		exit 2
	fi
	make -s -C "$work" CACHE="$cache" CROSS="$cross" POLICY= build/monitor.elf
	python3 tests/differential/diff.py --build "$build" --cross "$cross" --harts 1 \
		--monitor "$work/build/monitor.elf" --cpu "$3" --programs "$4" "${@:5}" \
		>"$work/log" && found=0 || found=$?
	if [ "$found" -eq 1 ] && grep -q '[1-9][0-9]* differ ' "$work/log"; then
		echo "found: $2 in $1"
	else
		echo "NOT FOUND: $2 in $1"
		tail -n 5 "$work/log"
		status=1
	fi
	mv "$work/kept-source" "$work/$1"
}

broken src/hw/csr_list.h 's/scountovf, COUNTCTX/scountovf, LIVE/' max 60 "$@"
broken src/hw/csr_list.h 's/mvip, IRQCTX/mvip, LIVE/' max 60 "$@"
broken monitor/vpmp.c 's/(word >> entry % 8 \* 8 & PMP_A) == PMP_A_TOR/word == 1/' rv64 60 "$@"
broken monitor/vtrap.c 's/= status | MSTATUS_MPIE;/= status;/' rv64 100 "$@"
[ "$status" -eq 0 ] && echo '4 passed, 0 failed' || echo 'broken.sh: the machine missed something'
exit $status
