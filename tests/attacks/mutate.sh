#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds a monitor with one patch on its sources, out of the objects of the monitor without it.
#   mutate.sh PATCH DIR CC OBJECTS TARGET LDFLAGS OUT
# DIR: scratch; TARGET: the folder that OBJECTS lie in by their sources' names. Exit status 1: the
# patch does not apply or the result does not compile.
set -euo pipefail
patch_file=$1 dir=$2 cc=$3 objects=$4 target=$5 ldflags=$6 out=$7

rm -rf "$dir"
mkdir -p "$dir"
sources=$(sed -n 's,^+++ b/\([^[:blank:]]*\).*,\1,p' "$patch_file")
[ -n "$sources" ] || { echo "mutate.sh: $patch_file changes no file" >&2; exit 1; }
for source in $sources; do
	mkdir -p "$dir/$(dirname "$source")"
	cp "$source" "$dir/$source"
done
patch -s -p1 -d "$dir" -i "$(realpath "$patch_file")" >&2 ||
	{ echo "mutate.sh: $patch_file no longer applies: adapt it" >&2; exit 1; }
for source in $sources; do
	case $source in
	*.c | *.S) ;;
	*) echo "mutate.sh: $patch_file may change .c and .S files only" >&2; exit 1 ;;
	esac
	object=$dir/${source%.*}.o
	$cc -Wno-error -I"$(dirname "$source")" -c "$dir/$source" -o "$object"
	objects=${objects/"$target/${source%.*}.o"/"$object"}
done
# shellcheck disable=SC2086 # lists of words
$cc $ldflags $objects -o "$out"
