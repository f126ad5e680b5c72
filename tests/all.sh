#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs the suites one after the other and adds up what they count. Called by make test and test-all.
#   all.sh quick|all       B, CACHE and CROSS as for make; JOBS: machines at a time (default 2)
# Ends with one line "N passed, N failed" or "N passed, N failed, N skipped". The exit status is 0
# if nothing failed, 1 if something did, 2 for a wrong call, 3 if the real parts cannot be had.
set -euo pipefail
cd "$(dirname "$0")/.."
exec </dev/null

extent=${1:-}
case $extent in
quick | all) ;;
*) echo 'all.sh: say quick or all' >&2; exit 2 ;;
esac
export B=${B:-build} CROSS=${CROSS:-riscv64-unknown-elf-}
export CACHE=${CACHE:-$B/cache}
jobs=${JOBS:-2}
logs=$B/test-logs
mkdir -p "$logs"
# We are not part of the make that called us: its job server is not ours.
unset MAKEFLAGS MAKELEVEL MFLAGS

passed=0 failed=0 skipped=0
summary=()

run_make() {
	make --no-print-directory "B=$B" "CACHE=$CACHE" "CROSS=$CROSS" "$@"
}

# run_several TARGET...: as many at a time as there are jobs, each one's output in one piece
run_several() {
	run_make -j "$jobs" --output-sync=target --keep-going "$@"
}

# counts_of LOG: "passed failed skipped" by the closing lines in it, ours or those of Python's
# unittest; nothing if there is none.
counts_of() {
	awk '
	/^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$/ { p += $1; f += $3; s += $5; any = 1 }
	/^Ran [0-9]+ tests? in / { ran = $2 }
	/^OK( \(skipped=[0-9]+\))?$/ || /^FAILED \(/ {
		bad = number("failures=") + number("errors=")
		left_out = number("skipped=")
		p += ran - bad - left_out; f += bad; s += left_out; any = 1
	}
	function number(word,    at) {
		at = index($0, word)
		return at ? substr($0, at + length(word)) + 0 : 0
	}
	END { if (any) print p, f, s }
	' "$1"
}

# suite NAME KIND HEADING COMMAND...: a suite of the kind "counted" prints its counts; one of the
# kind "single" is one test, which its exit status decides.
suite() {
	suite_name=$1 suite_kind=$2 suite_heading=$3
	shift 3
	printf '\n==== %s\n' "$suite_heading"
	suite_start=$SECONDS suite_status=0
	"$@" 2>&1 | tee "$logs/$suite_name.log" || suite_status=$?
	suite_counts=$(counts_of "$logs/$suite_name.log")
	if [ "$suite_kind" = single ]; then
		suite_counts="$((suite_status == 0)) $((suite_status != 0)) 0"
	elif [ -z "$suite_counts" ]; then
		echo "FAIL $suite_name: ended with status $suite_status and no count"
		suite_counts='0 1 0'
	fi
	read -r suite_p suite_f suite_s <<<"$suite_counts"
	if [ "$suite_status" -ne 0 ] && [ "$suite_f" -eq 0 ]; then
		echo "FAIL $suite_name: ended with status $suite_status, though nothing failed"
		suite_f=1
	fi
	passed=$((passed + suite_p)) failed=$((failed + suite_f)) skipped=$((skipped + suite_s))
	summary+=("$(printf '%4d s  %5d passed %3d failed %3d skipped  %s' \
		$((SECONDS - suite_start)) "$suite_p" "$suite_f" "$suite_s" "$suite_heading")")
	echo "---- ${summary[-1]}"
}

linux_log() {
	python3 tests/real/linux_log.py --build "$B" --jobs "$jobs" "$@"
}

# on_target WORD...: the table of tests/qemu, each line with the monitor that it names
on_target() {
	python3 tests/qemu/run.py --build "$B" --jobs "$jobs" \
		--bundle-cmd "$B/host/mkbundle -m MONITOR -f GUEST -o OUT" "$@"
}

killed() {
	python3 tests/real/killed.py --build "$B" --cross "$CROSS" --jobs "$jobs" "$@"
}

# A full Debian; the disk image takes minutes to make, and stays.
debian() {
	run_make "$B/images/debian/.stamp" &&
		python3 tests/real/debian.py --build "$B" --policy 'sandbox offload failsafe' \
			--qemu "$B/tools/qemu-10.0/qemu-system-riscv64" --minutes 5
}

# Our tables against the database that SPEC_DATA names; without it they are skipped.
spec() {
	if [ -z "${SPEC_DATA:-}" ]; then
		run_make check-spec
		echo '0 passed, 0 failed, 2 skipped'
	elif run_make check-spec "SPEC_DATA=$SPEC_DATA"; then
		echo '2 passed, 0 failed'
	else
		echo '0 passed, 1 failed'
	fi
}

bad_input() {
	python3 tests/real/bad_input.py --build "$B" --cache "$CACHE" --cross "$CROSS" \
		--jobs "$jobs" "$@"
}

# The monitor by another compiler, in a build folder of its own, must run the guests, too.
other_compiler() {
	oc_cross=$PWD/$B/tools/gcc-14/bin/riscv64-unknown-elf-
	make --no-print-directory "B=$B/gcc-14" "CACHE=$CACHE" "CROSS=$oc_cross" POLICY= all \
		>"$logs/gcc-14.build" || return
	python3 tests/qemu/run.py --build "$B" --jobs "$jobs" --filter @rv64 \
		--bundle-cmd "$B/gcc-14/host/mkbundle -m MONITOR -f GUEST -o OUT" \
		--monitor "$B/gcc-14/monitor.elf"
}

# ---- what the suites need: the machine's packages, the real parts, our own programs ----

parts="images/linux-6.12/.stamp images/initramfs.cpio.gz images/opensbi-1.1/.stamp
	images/opensbi-1.6/.stamp images/opensbi-1.9/.stamp images/u-boot/.stamp
	tools/qemu-10.0/.stamp tools/cbmc-6.6/.stamp tools/cddl-0.9/.stamp
	tools/npm-cose/.stamp"
if [ "$extent" = all ]; then
	parts="$parts images/u-boot-2025.01/.stamp tools/qemu-11.1/.stamp tools/gcc-14/.stamp
		tools/go-cose/.stamp"
fi
[ "$extent" = all ] && model_programs=10000 || model_programs=200
run_make packages-build packages-run packages-test packages-debug packages-verifier \
	packages-serve packages-strangers || exit 3
for part in $parts; do
	run_make "$B/$part" || exit 3
done

suite build single 'The monitor, the tools and the guests are built' \
	run_make -j "$jobs" all guests policy-monitors
suite check single 'Layers, style, registers, stack and the like' run_make check
suite unit counted 'Unit tests on the host' run_make -j "$jobs" test-unit
suite bundle counted 'Bundles: each byte of what a start depends on counts; cryptography' \
	run_several test-flips test-mkbundle test-signing test-bundle-target \
	test-crypto-openssl test-crypto-target
suite attest counted 'Measurements and identity, judged by other software' \
	run_several test-attest test-evidence test-identity test-stage0
suite verified counted 'What is changed, old or forged is refused on the machine; a TPM' \
	run_several test-verified-boot test-slots test-rollback test-tpm test-negatives
suite verifier counted 'Evidence, judged by cordon and by software that is not ours' \
	run_several test-verifier test-strangers
suite fuzz-smoke counted 'Every fuzzer for a few seconds' run_several fuzz-smoke
suite stats counted 'What make stats and make bench read and draw' \
	run_make test-stats test-bench
suite bench counted 'No operation costs more than in the baseline' run_make bench-check
suite model counted 'The model is run beside a machine' run_make diff-model "N=$model_programs"
suite proofs counted 'The emulation is proved against the model, in part' \
	run_make proofs-quick
suite decoder single 'All 2^32 instruction words' run_make exhaustive
suite decoder-asm single 'The decoder against the assembler' run_make check-asm
suite decoder-size single 'The decoder is small and stateless' run_make check-decode
suite spec counted 'Decoder and CSRs against a database of the specification' spec
if [ "$extent" = all ]; then
	suite crypto-boot counted 'A monitor that tries its cryptography' run_make test-crypto-boot
fi
if [ "$extent" = quick ]; then
	suite target counted 'Guests, firmware and Linux on QEMU' on_target
	suite differential counted 'Random programs, natively and on the monitor' \
		run_make diff N=200
	suite linux-log counted "Linux's log is the native one" linux_log
	suite killed counted 'Linux outlives its firmware' \
		killed --filter 'loop(, and its poweroff|$)'
	suite attacks counted 'Attacks are stopped, and succeed without the protection' \
		run_make attacks-quick
	suite bad-input counted 'Wrong input and damaged bundles' bad_input
	suite commands counted 'make run and make debug' bash tests/real/commands.sh quick
else
	suite target counted 'Guests, firmware and Linux on QEMU 7.2' on_target --all
	for version in 10.0 11.1; do
		suite "target-$version" counted "Guests, firmware and Linux on QEMU $version" \
			on_target --all --qemu-version "$version"
	done
	suite differential counted 'Random programs, natively and on the monitor' \
		run_make diff N=10000
	suite combinations counted 'Every choice and order of policies' \
		bash tests/qemu/combinations.sh
	suite model-broken counted 'A wrong clause of the model is found' \
		run_make diff-model-broken
	suite linux-log counted "Linux's log is the native one" linux_log --all
	suite killed counted 'Linux outlives its firmware' killed
	suite attacks counted 'Attacks are stopped, and succeed without the protection' \
		run_make attacks
	suite update counted 'The payload updates what is started' \
		run_make test-update test-tpm-update
	suite negatives-fail counted 'They succeed without the protection' \
		run_make test-negatives-fail
	suite strangers-go counted 'The same by go-cose' run_make test-strangers-go
	suite debian counted 'A full Debian under load' debian
	suite dying-cpu counted 'What Linux warns of without a monitor' run_make test-dying-cpu
	suite guest counted "Module and program in Debian's Linux" run_make test-linux-guest
	suite serve counted 'A server for a fleet' run_make test-serve
	suite bad-input counted 'Wrong input and damaged bundles' bad_input --all
	suite commands counted 'make run, make debug and make trace' bash tests/real/commands.sh all
	suite stats-boot single 'make stats counts a boot of Linux' run_make stats
	suite gcc-14 counted 'The monitor by gcc 14 runs the guests' other_compiler
	suite repro single 'Two builds in two folders are identical' run_make check-repro
	suite fuzz single 'Every parser is fuzzed' run_make fuzz
	suite proofs-all counted 'Everything that is proved' run_make proofs
	suite mutants counted 'Deliberate bugs are noticed' run_make mutants
fi

printf '\n==== What ran\n'
printf '%s\n' "${summary[@]}"
echo "$SECONDS s in all"
if [ "$skipped" -gt 0 ]; then
	echo "$passed passed, $failed failed, $skipped skipped"
else
	echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ]
