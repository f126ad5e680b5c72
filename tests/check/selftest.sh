#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Tests the checkers: each must accept a small good tree, and find every wrong thing planted in it.
# Prints "ok selftest" or what was not found; exit status 1 if a checker is blind or sees ghosts.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
PYTHON=${PYTHON:-python3}
CROSS=${CROSS:-riscv64-unknown-elf-}
HOSTCC=${HOSTCC:-cc}
export CHECK_BUILD=build CHECK_CROSS="$CROSS" CHECK_HOSTCC="$HOSTCC"
export CHECK_CFLAGS='-std=c11 -ffreestanding -Wall -Wextra -Isrc -I.'
export CHECK_HOST_CFLAGS='-std=c11 -Isrc -I.'
export CHECK_SRCS='' CHECK_OBJS='' CHECK_MAP=build/monitor.map
unset GIT_DIR GIT_WORK_TREE
spdx='SPDX-License-Identifier: Apache-2.0'

# Its name has a folder of its own, so that it counts as a path of this machine.
base=$(mktemp -d "${TMPDIR:-/tmp}/selftest.XXXXXX")
trap 'rm -rf "$base"' EXIT
trap 'exit 130' INT TERM
good=$base/good
tree=$base/tree
failures=0
seen=0

miss() {
	echo "FAIL selftest: $*"
	failures=$((failures + 1))
}

# put FILE: standard input becomes the file, in the tree, below a licence line.
put() {
	mkdir -p "$tree/$(dirname "$1")"
	case $1 in
	*.[chS]) echo "/* $spdx */" ;;
	*.md | *.txt | *.ld) ;;
	*) echo "# $spdx" ;;
	esac >"$tree/$1"
	cat >>"$tree/$1"
}

fresh() {
	rm -rf "$tree"
	cp -r "$good" "$tree"
}

# judge CHECKER...: run them over the tree; their answer is kept for found and passes.
judge() {
	name=$1
	status=0
	case $name in
	stack | size) set -- "$here/$name.py" --root "$tree" ;;
	*) set -- "$here/run.py" --root "$tree" "$@" ;;
	esac
	"$PYTHON" "$@" >"$base/answer" 2>&1 || status=$?
}

# found TEXT...: the last checker must have failed, and said each of these.
found() {
	[ "$status" -eq 1 ] || miss "$name accepts what is wrong (status $status)"
	for text in "$@"; do
		seen=$((seen + 1))
		grep "^FAIL $name: " "$base/answer" | grep -qF -e "$text" ||
			miss "$name does not report: $text; it said: $(head -20 "$base/answer")"
	done
}

# passes CHECKER...: all must accept the tree as it is.
passes() {
	judge "$@"
	for name in "$@"; do
		seen=$((seen + 1))
		grep -q "^ok $name" "$base/answer" || status=1
	done
	[ "$status" -eq 0 ] || miss "a good tree is rejected: $(head -20 "$base/answer")"
}

# link SOURCE...: an image for the target, as the Makefile would leave it under build/.
link() {
	for source in "$@"; do
		object=$tree/build/$(basename "${source%.*}").o
		mkdir -p "$tree/build"
		(cd "$tree" && "${CROSS}gcc" -march=rv64imac_zicsr -mabi=lp64 -mcmodel=medany -O1 \
			-ffreestanding -fcallgraph-info=su -Isrc -I. -c "$source" -o "$object")
	done
	(cd "$tree" && "${CROSS}gcc" -march=rv64imac_zicsr -mabi=lp64 -nostdlib -nostartfiles \
		-Wl,--emit-relocs,-Ttext=0x80000000,-Map=build/monitor.map,-e,0 \
		-o build/monitor.elf build/*.o)
}

for part in source image; do
	. "$here/selftest_$part.sh"
done

if [ "$failures" -ne 0 ]; then
	echo "FAIL selftest: $failures of $seen expectations not met"
	exit 1
fi
echo "ok selftest ($seen expectations)"
