#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# QEMU stopped at reset with gdb-multiarch attached, symbols where the code is.
#
#   debug.sh MONITOR.elf FIRMWARE FIRMWARE_ADDR QEMU-COMMAND...     (FIRMWARE_ADDR may be empty)
#
# The monitor's symbols are first at its load address. When it has moved they follow it, and the
# firmware's come to the addresses where it runs. The machine's console goes to a file. With no
# terminal on standard input, the debugger checks itself: it stops in the moved monitor and at the
# firmware's entry, and says where it is.
# Exit codes: the debugger's; 2 usage, 3 a file or QEMU is not there, 4 the check failed.
set -euo pipefail

say() {
	printf 'debug: %s\n' "$*" >&2
}

fail() {
	fail_status=$1
	shift
	say "$@"
	exit "$fail_status"
}

[ $# -ge 4 ] || fail 2 'usage: debug.sh MONITOR.elf FIRMWARE FIRMWARE_ADDR QEMU-COMMAND...'
monitor=$1 firmware=$2 firmware_addr=${3:-0x80000000}
shift 3
for file in "$monitor" "$firmware"; do
	[ -r "$file" ] || fail 3 "$file is not there; make image builds it"
done

dir=$(mktemp -d "${TMPDIR:-/tmp}/cordon-debug.XXXXXX")
console=$dir/console.log
qemu=
# shellcheck disable=SC2317
clean_up() {
	[ -z "$qemu" ] || kill "$qemu" 2>/dev/null || :
	wait 2>/dev/null || :
	rm -rf "$dir"
}
trap clean_up EXIT
trap 'exit 130' TERM HUP

# ---- where things are ----

# symbol_of FILE NAME: its address in the file
symbol_of() {
	LC_ALL=C gdb-multiarch -nx -q -batch -ex "info address $2" "$1" 2>/dev/null |
		sed -n 's/.* \(0x[0-9a-f]*\).*/\1/p'
}

# name_at FILE ADDRESS: the function there by the file's own symbols, nothing if it has none
name_at() {
	LC_ALL=C gdb-multiarch -nx -q -batch -ex "info symbol $2" "$1" 2>/dev/null |
		sed -n 's/^\([^ ]*\) \(+ [0-9]* \)*in section.*/\1/p'
}

# A position-independent firmware (ELF type 3) lies at the address given, any other where it says.
firmware_symbols=
entry=$firmware_addr
entry_name=
if [ "$(head -c 4 "$firmware" | tail -c 3)" = ELF ]; then
	offset=0
	[ "$(od -A n -t u2 -j 16 -N 2 "$firmware" | tr -d ' ')" != 3 ] || offset=$firmware_addr
	entry=$(od -A n -t u8 -j 24 -N 8 "$firmware" | tr -d ' ')
	entry_name=$(name_at "$firmware" "$entry")
	entry=$(printf '0x%x' $((entry + offset)))
	firmware_symbols="add-symbol-file $firmware -o $offset"
fi
link_base=$(symbol_of "$monitor" _start)
[ -n "$link_base" ] || fail 3 "$monitor has no symbols; make all builds it again"

# ---- the debugger's commands ----

cat >"$dir/attach.gdb" <<END
set confirm off
set pagination off
set verbose off
set architecture riscv:rv64
target remote $dir/gdb.sock
add-symbol-file $monitor -o 0

# The monitor tells its new address by what boot_place returns.
define cordon-symbols
	remove-symbol-file -a $link_base
	add-symbol-file $monitor -o \$cordon_slide
	$firmware_symbols
end
document cordon-symbols
Puts the monitor's and the firmware's symbols where they are after the move (automatic).
end
define cordon-firmware
	tbreak *$entry
	continue
end
document cordon-firmware
Runs to the firmware's first instruction.
end
tbreak *boot_place
commands
	silent
	tbreak *\$ra
	commands
		silent
		set \$cordon_slide = \$a0 - $link_base
		printf "debug: the monitor moves to 0x%lx\n", \$a0
		cordon-symbols
		continue
	end
	continue
end
END

cat >"$dir/check.gdb" <<END
tbreak boot_main
continue
printf "check: at 0x%lx, priv %d, slide 0x%lx: ", \$pc, \$priv, \$cordon_slide
info symbol \$pc
cordon-firmware
printf "check: at 0x%lx, priv %d: ", \$pc, \$priv
info symbol \$pc
kill
END

# ---- run ----

# In a session of its own, so that Ctrl-C reaches the debugger alone.
setsid "$@" -S -chardev "socket,id=cordon-gdb,path=$dir/gdb.sock,server=on,wait=off" \
	-gdb chardev:cordon-gdb </dev/null >"$console" 2>&1 &
qemu=$!
for ((i = 0; i < 100; i++)); do
	[ ! -S "$dir/gdb.sock" ] || break
	kill -0 "$qemu" 2>/dev/null || fail 3 "QEMU ended: $(tr '\n' ' ' <"$console")"
	sleep 0.1
done

if [ -t 0 ]; then
	say "the machine's console: tail -f $console"
	say 'stopped at reset; break boot_main, cordon-firmware, continue'
	status=0
	gdb-multiarch -nx -q -x "$dir/attach.gdb" || status=$?
	exit "$status"
fi

timeout 120 gdb-multiarch -nx -q -batch -x "$dir/attach.gdb" -x "$dir/check.gdb" \
	</dev/null >"$dir/log" 2>&1 || :
grep -E '^(debug|check): ' "$dir/log" || :
grep -q '^check: at 0x[0-9a-f]*, priv 3, slide 0x[0-9a-f]*: boot_main in section' "$dir/log" &&
	grep -q "^check: at $entry, priv 0: ${entry_name:-No symbol}" "$dir/log" || {
	cat "$dir/log" >&2
	fail 4 'the debugger did not find the monitor and the firmware, see above'
}
say 'the debugger finds the monitor after its move, and the firmware'
