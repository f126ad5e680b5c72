#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the header with the authorised keys (attest/keys.h) from public keys: P-384 in PEM as
# `openssl ec -pubout` writes them, or the 60 bytes of an HSS public key (RFC 8554, 6.1).
#
# usage: mkkeys.sh TEST-KEY OUT [KEY...]
# Without a KEY it is the TEST key. Exit codes: 2 usage, 3 a key that cannot be used.
set -eu

refuse() { echo "mkkeys: $1" >&2; exit 3; }

[ $# -ge 2 ] || { echo "usage: mkkeys.sh TEST-KEY OUT [KEY...]" >&2; exit 2; }
test_key=$1
out=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

hex() { od -An -v -tx1 "$1" | tr -d ' \n'; }
as_c() { od -An -v -tx1 "$1" | awk '{ for (i = 1; i <= NF; i++) printf "0x%s,", $i }'; }

# SEQUENCE { SEQUENCE { id-ecPublicKey, secp384r1 }, BIT STRING (RFC 5480, 2)
spki=3076301006072a8648ce3d020106052b8104002203620004

# Writes the bytes of the key in file $1 to $work/key; prints its kind.
take_key() {
	[ -r "$1" ] || refuse "cannot read $1; name a file with a public key in KEYS="
	if grep -q PRIVATE "$1"; then
		refuse "$1 is a private key; give its public half in KEYS="
	fi
	if [ "$(wc -c < "$1")" -eq 60 ]; then
		cp "$1" "$work/key"
		case $(hex "$work/key") in
		000000010000000600000004*) echo 2; return ;;
		esac
	fi
	sed -n '/-----BEGIN PUBLIC KEY-----/,/-----END PUBLIC KEY-----/p' "$1" | grep -v -e ----- |
		base64 -d > "$work/der" 2>/dev/null || : > "$work/der"
	case $(hex "$work/der") in
	"$spki"*) [ "$(wc -c < "$work/der")" -eq 120 ] ||
		refuse "$1 is not a public key of P-384 and nothing else" ;;
	*) refuse "$1 is neither a public key of P-384 in PEM nor 60 bytes of HSS (H10, W8)" ;;
	esac
	tail -c 97 "$work/der" > "$work/key"
	echo 1
}

take_key "$test_key" > /dev/null
test_hex=$(hex "$work/key")
is_test=0
[ $# -ne 0 ] || { is_test=1; set -- "$test_key"; }
[ $# -le 4 ] || refuse "KEYS= names $# keys, and there is room for 4"

count=0
seen=
for file in "$@"; do
	kind=$(take_key "$file") || exit 3
	key=$(hex "$work/key")
	if [ "$key" = "$test_hex" ] && [ $is_test -eq 0 ]; then
		refuse "$file is the TEST key, which everybody has; leave it out of KEYS="
	fi
	[ $count -ne 0 ] || [ "$kind" -eq 1 ] || refuse "the first of KEYS= must be a key of P-384"
	case $seen in *"$key"*) refuse "$file is in KEYS= twice; leave one out" ;; esac
	seen="$seen $key"
	sha384sum < "$work/key" | cut -c1-40 | sed 's/../0x&,/g' | tr -d '\n' > "$work/kid"
	printf '\t{ .kind = %s, .kid = { %s }, .bytes = { %s } }, \\\n' "$kind" \
		"$(cat "$work/kid")" "$(as_c "$work/key")" >> "$work/keys"
	count=$((count + 1))
done
{
	echo "/* made by attest/keys/mkkeys.sh */"
	echo "#define MANIFEST_KEYS_TEST $is_test"
	echo "#define MANIFEST_KEYS_COUNT $count"
	echo "#define MANIFEST_KEYS { \\"; cat "$work/keys"; echo "}"
} > "$out.tmp"
mv "$out.tmp" "$out"
