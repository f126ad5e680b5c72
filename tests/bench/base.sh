#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the monitors of another revision in a work tree of its own. Called by make bench BASE=REV.
#   base.sh REVISION FOLDER THIRD_PARTY POLICIES...     CACHE and CROSS as for make
# Exit status: 0 done, 2 no such revision, else what git or make said.
set -euo pipefail

revision=$1 folder=$2 third_party=$3
shift 3
git rev-parse --verify --quiet "$revision^{commit}" >/dev/null || {
	echo "base.sh: '$revision' is no revision: name a commit, a tag or a branch" >&2
	exit 2
}
git worktree remove --force "$folder" 2>/dev/null || rm -rf "$folder"
git worktree prune
git worktree add --quiet --detach "$folder" "$revision"
cd "$folder"
unset MAKEFLAGS MAKELEVEL MFLAGS
mkdir -p build
cp -Rl "$third_party" build/third-party
run_make() {
	make --no-print-directory "CACHE=$CACHE" "CROSS=$CROSS" "$@"
}
for policies; do
	home=build/policies/$policies
	mkdir -p "$home"
	ln -s ../../third-party "$home/third-party"
	words=$(echo "$policies" | tr + ' ')
	[ "$words" != none ] || words=
	run_make "B=$home" "POLICY=$words" "$home/monitor.elf"
done
run_make build/host/mkbundle
