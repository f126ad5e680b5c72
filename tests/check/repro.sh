#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds our files twice, in two directories whose names differ in length, and compares.
# usage: repro.sh "FILE-UNDER-BUILD ..." [make variable=value ...]
set -eu

what=${1:?usage: repro.sh "FILE-UNDER-BUILD ..." [variable=value ...]}
shift
base=$(mktemp -d "${TMPDIR:-/tmp}/repro.XXXXXX")
trap 'rm -rf "$base"' EXIT
trap 'exit 130' INT TERM

# build DIR [variable=value ...]: a copy of our files in DIR, and the files made there.
build() {
	dir=$1
	shift
	mkdir -p "$dir"
	git ls-files -coz --exclude-standard |
		tar -cf - --null -T - --ignore-failed-read 2>/dev/null | tar -xf - -C "$dir"
	for file in $what; do
		if ! (cd "$dir" && env -u MAKEFLAGS -u MAKELEVEL make B=build "$@" \
			"build/$file") >"$base/log" 2>&1 </dev/null; then
			tail -20 "$base/log"
			echo "FAIL repro: $file does not build in a copy of the tree, see above"
			exit 1
		fi
	done
}

one=$base/a
two=$base/a-second-directory/whose/name-is-much-longer-than-the-first
build "$one" "$@"
build "$two" "$@"
status=0
for file in $what; do
	if cmp "$one/build/$file" "$two/build/$file"; then
		echo "ok repro ($file: $(wc -c <"$one/build/$file") bytes, twice the same)"
	else
		echo "FAIL repro: $file differs between two directories; look for paths and" \
			"dates in it"
		status=1
	fi
done
exit $status
