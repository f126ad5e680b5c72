#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A wrong clause of the reference model must be found by running it beside a machine: each line of
# the list at the end breaks one in a copy, and the run must differ there, and only for that reason.
#   broken_model.sh BUILD CROSS STAGE HOSTCC FLAGS
# Exit: 0 all were found, 1 one was not, 2 a line of the list no longer fits the source.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=$1 cross=$2 stage=$3 hostcc=$4 flags=$5

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/tests"
cp -r tests/model "$work/tests/"
passed=0 failed=0

# broken FILE CPU PROGRAMS SED: the change, and where it shows
broken() {
	file=$work/tests/model/$1
	cp "$file" "$work/kept-source"
	sed -i "$4" "$file"
	if cmp -s "$file" "$work/kept-source"; then
		echo "broken_model.sh: $4 changes nothing in $1; adapt the list" >&2
		exit 2
	fi
	# The flags are words.
	# shellcheck disable=SC2086
	(cd "$work" && $hostcc $flags tests/model/*.c tests/model/machine/*.c -o model)
	python3 tests/differential/diff.py --build "$build" --cross "$cross" --stage "$stage" \
		--model "$work/model" --cpu "$2" --programs "$3" --no-shrink \
		>"$work/log" && found=0 || found=$?
	if [ "$found" -eq 1 ] && grep -q '[1-9][0-9]* differ ' "$work/log"; then
		echo "found: $4 in $1"
		passed=$((passed + 1))
	else
		echo "NOT FOUND: $4 in $1"
		tail -n 5 "$work/log"
		failed=$((failed + 1))
	fi
	mv "$work/kept-source" "$file"
}

broken model_trap.c u54 60 \
	's/MODEL_MPIE, h->mstatus & MODEL_MIE/MODEL_MPIE, h->mstatus \& MODEL_SIE/'
broken model_trap.c u54 60 \
	's/h->mstatus | MODEL_MPIE) & ~MODEL_MPP/h->mstatus | MODEL_MPIE)/'
broken model_trap.c u54 60 \
	's/h->mode <= MODEL_S && number/number/'
broken model_csr.c u54 60 \
	's/MODEL_CSR_SIE: \*value = h->mie & seen_from_s(h)/MODEL_CSR_SIE: *value = h->mie/'
broken model_pmp.c u54 400 \
	's/first >> 2 >= r.first && last >> 2 < r.end &&/1 \&\&/'
broken model_walk.c u54 200 \
	's/access == MODEL_FETCH || !(h->mstatus & MODEL_SUM)/access == MODEL_FETCH/'
broken model_walk.c u54 200 \
	's/mode == MODEL_U && !user/mode == MODEL_U \&\& user/'
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
