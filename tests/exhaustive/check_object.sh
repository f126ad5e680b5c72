#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the decoder promises of its object file: small, no state, and tables that need no
# relocation, so that they stay right when the monitor moves itself.
# usage: check_object.sh CROSS OBJECT BYTES    exit: 0 kept, 1 broken, 2 called wrongly
set -eu

if [ $# -ne 3 ] || [ ! -r "$2" ]; then
	echo "check_object: call it with the cross prefix, a readable object and a limit." >&2
	exit 2
fi
cross=$1 object=$2 limit=$3

sections=$("${cross}size" -A "$object")
echo "$sections" | awk -v limit="$limit" '
	$1 ~ /^\.(text|rodata|srodata)/ { code += $2 }
	$1 ~ /^\.(data|sdata|bss|sbss)/ { state += $2 }
	END {
		printf "check_object: %d bytes of code and tables (limit %d), %d of state\n",
		       code, limit, state
		exit code == 0 || code > limit || state > 0
	}' || {
	echo "check_object: the decoder is too large or has state; see size -A $object." >&2
	exit 1
}
relocations=$("${cross}objdump" -r "$object" | awk '
	/^RELOCATION RECORDS/ { table = $4 ~ /rodata|data/ }
	table && / R_RISCV_(32|64) /')
if [ -n "$relocations" ]; then
	echo "check_object: a table holds addresses; use indices instead:" >&2
	echo "$relocations" >&2
	exit 1
fi
