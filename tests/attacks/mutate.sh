#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds a monitor that is broken on purpose, out of the objects of the one that is not.
#   mutate.sh MUTANT DIR CC OBJECTS TARGET LDFLAGS OUT
# MUTANT has lines "SOURCE: SED COMMAND"; DIR: scratch; TARGET: the folder that OBJECTS lie in by
# their sources' names. Exit status 1: a command changes nothing, or the result does not compile.
set -euo pipefail
mutant=$1 dir=$2 cc=$3 objects=$4 target=$5 ldflags=$6 out=$7

rm -rf "$dir"
mkdir -p "$dir"
while IFS= read -r line; do
	case $line in
	'' | '#'*) continue ;;
	esac
	source=${line%%: *}
	case $source in
	*.c | *.S) ;;
	*) echo "mutate.sh: $mutant may change .c and .S files only" >&2; exit 1 ;;
	esac
	mkdir -p "$dir/$(dirname "$source")"
	[ -e "$dir/$source" ] || cp "$source" "$dir/$source"
	sed "${line#*: }" "$dir/$source" >"$dir/changed"
	if cmp -s "$dir/changed" "$dir/$source"; then
		echo "mutate.sh: $mutant no longer finds its place in $source: adapt it" >&2
		exit 1
	fi
	mv "$dir/changed" "$dir/$source"
	case " ${sources:-} " in
	*" $source "*) ;;
	*) sources="${sources:-} $source" ;;
	esac
done <"$mutant"

for source in $sources; do
	object=$dir/${source%.*}.o
	$cc -Wno-error -w -I"$(dirname "$source")" -c "$dir/$source" -o "$object"
	objects=${objects/"$target/${source%.*}.o"/"$object"}
done
# shellcheck disable=SC2086 # lists of words
$cc $ldflags $objects -o "$out"
