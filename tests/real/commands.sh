#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What a user types: make run in its forms, and make debug, judged by status and console.
#   commands.sh [all]      B, CACHE and CROSS as for make; all: also make trace, and more machines
set -euo pipefail

B=${B:-build}
passed=0 failed=0
log=$B/real/commands.log
mkdir -p "$B/real"

# try SENTENCE INPUT EXPECTED... -- WORD...: make WORD... with INPUT on stdin must end with status
# 0, and print every EXPECTED in this order.
try() {
	try_sentence=$1 try_input=$2
	shift 2
	try_expected=()
	while [ "$1" != -- ]; do
		try_expected+=("$1")
		shift
	done
	shift
	try_status=0
	printf '%b' "$try_input" | make --no-print-directory "$@" "B=$B" ${CACHE:+"CACHE=$CACHE"} \
		${CROSS:+"CROSS=$CROSS"} >"$log" 2>&1 || try_status=$?
	try_wrong=
	[ "$try_status" -eq 0 ] || try_wrong="make ended with status $try_status"
	try_at=1
	for try_text in "${try_expected[@]}"; do
		try_line=$(awk -v from="$try_at" -v text="$try_text" \
			'NR >= from && index($0, text) { print NR; exit }' "$log")
		if [ -z "$try_line" ]; then
			try_wrong="$try_wrong${try_wrong:+; }no \"$try_text\" where it is due"
			break
		fi
		try_at=$try_line
	done
	if [ -z "$try_wrong" ]; then
		printf 'ok   %s\n' "$try_sentence"
		passed=$((passed + 1))
	else
		printf 'FAIL %s: %s\n' "$try_sentence" "$try_wrong"
		tail -n 25 "$log" | sed 's/^/     | /'
		failed=$((failed + 1))
	fi
}

linux=('OpenSBI v' 'Linux version' 'cordon: userspace reached')
new_qemu() {
	printf '%s/tools/qemu-%s/qemu-system-riscv64' "$B" "$1"
}

# No terminal, nothing to read: that is what a script has.
try 'make run boots Linux to its shell and ends, with the default policies' '' \
	'policies: sandbox offload failsafe' "${linux[@]}" 'Power down' -- run
try 'make run POLICY= boots Linux without any policy' '' \
	'policies: none' "${linux[@]}" 'Power down' -- run POLICY=
try 'make run evaluates what comes on stdin, with four harts' 'echo sum $((40 + 2))\n' \
	"${linux[@]}" 'userspace reached, 4 cpus' 'sum 42' -- run SMP=4
try 'make run says which device U-Boot in M-mode is denied' '' \
	'sandbox: firmware is denied virtio_mmio@' \
	-- run "FIRMWARE=$B/images/u-boot/m/u-boot.bin" PAYLOAD= MACHINE='virt -no-reboot'
try 'make run with U-Boot in M-mode answers and powers off' 'version\npoweroff\n' \
	'U-Boot 20' '=> version' 'U-Boot 20' '=> poweroff' \
	-- run "FIRMWARE=$B/images/u-boot/m/u-boot.bin" PAYLOAD= POLICY=
try 'make run with a firmware alone ends when it does' '' 'hello from hart 0' \
	-- run "FIRMWARE=$B/guests/hello.elf" PAYLOAD=
try 'make debug finds the monitor and a firmware' '' 'boot_main in section' '_start in section' \
	-- debug "FIRMWARE=$B/guests/link_81234000.elf" PAYLOAD=
try 'make debug finds OpenSBI below four harts' '' 'boot_main in section' 'at 0x80000000, priv 0' \
	-- debug SMP=4
if [ "${1:-quick}" = all ]; then
	try 'make run on a sifive-u54' 'echo sum $((40 + 2))\n' "${linux[@]}" 'sum 42' \
		-- run CPU=sifive-u54
	try "make run on a newer QEMU's largest CPU" 'echo sum $((40 + 2))\n' \
		"${linux[@]}" 'sum 42' -- run CPU=max "QEMU=$(new_qemu 10.0)"
	try 'make run with eight harts and OpenSBI 1.1' 'echo sum $((40 + 2))\n' \
		"${linux[@]}" 'sum 42' -- run SMP=8 "FIRMWARE=$B/images/opensbi-1.1/fw_jump.bin"
	try 'make run on the newest QEMU' 'echo sum $((40 + 2))\n' "${linux[@]}" 'sum 42' \
		-- run CPU=max SMP=4 "QEMU=$(new_qemu 11.1)"
	try 'make trace prints every exit' '' 'mret' 'hello from hart 0' \
		-- trace "FIRMWARE=$B/guests/hello.elf" PAYLOAD=
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
