#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs the machine's packages that a group of targets needs (groups: build run test debug
# debian verifier guest serve fleet strangers).
#
#   packages.sh [--check] GROUP...      --check only says what is missing
#
# The table is packages.txt.  With nothing missing this takes no time, so make runs it every time.
# Exit codes: 2 usage, 3 not Debian or Ubuntu, 4 something is missing and we are not root (or were
# asked only to check), 5 the installation failed.
set -eu

EXIT_USAGE=2
EXIT_NO_APT=3
EXIT_MISSING=4
EXIT_INSTALL=5

HERE=$(cd "$(dirname "$0")" && pwd)
PATH=$PATH:/usr/sbin:/sbin

# The mark of the groups that count besides the plain ones.
ELSEWHERE=/
! grep -q '^ID=debian' /etc/os-release 2>/dev/null || ELSEWHERE=

say() {
	printf 'packages: %s\n' "$*" >&2
}

# is_there TEST: a command that can be run, or a pattern of which some file exists.
is_there() {
	case $1 in
	/*)
		for it_file in $1; do
			[ ! -e "$it_file" ] || return 0
		done
		return 1
		;;
	*) command -v "$1" >/dev/null ;;
	esac
}

has_candidate() {
	LC_ALL=C apt-cache policy "$1" 2>/dev/null | grep -q '^  Candidate: [^(]'
}

# choose ALTERNATIVES: the first that this release has; fails when it has none.
choose() {
	for ch_name in $(printf '%s' "$1" | tr '|' ' '); do
		! has_candidate "$ch_name" || { printf '%s\n' "$ch_name"; return 0; }
	done
	return 1
}

# list_missing GROUP...: the lines of the table that are not met, as "package reason".
list_missing() {
	for lm_group; do
		while read -r lm_of lm_package lm_test lm_why; do
			case $lm_of in
			"$lm_group" | "$lm_group$ELSEWHERE") ;;
			*) continue ;;
			esac
			is_there "$lm_test" || printf '%s %s\n' "$lm_package" "$lm_why"
		done <"$HERE/packages.txt"
	done
}

# choose_all: the names for the lines on stdin; fails when the release lacks one of them, or has
# not read its package lists yet.
choose_all() {
	ca_names=
	while read -r ca_package ca_why; do
		ca_names="$ca_names $(choose "$ca_package")" || return 1
	done
	printf '%s\n' "${ca_names# }"
}

# first_words: the packages that the lines on stdin begin with, on one line.
first_words() {
	awk '{ printf "%s%s", (NR > 1) ? " " : "", $1 }'
}

update_lists() {
	say "reading the package lists"
	apt-get update --quiet=2 </dev/null >&2 || :
}

install_packages() {
	ip_log=$(mktemp)
	DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends \
		-o DPkg::Lock::Timeout=120 "$@" </dev/null >"$ip_log" 2>&1 || {
		tail -n 20 "$ip_log" >&2
		rm -f "$ip_log"
		return 1
	}
	rm -f "$ip_log"
}

check_only=
if [ "${1:-}" = --check ]; then
	check_only=yes
	shift
fi
[ $# -gt 0 ] || {
	say "usage: packages.sh [--check] build|run|test|debug|debian|verifier|guest|serve|fleet|" \
		"strangers..."
	exit $EXIT_USAGE
}
for group; do
	grep -q "^$group " "$HERE/packages.txt" || {
		say "no group is called '$group'; there are:" \
			"build run test debug debian verifier guest serve fleet strangers"
		exit $EXIT_USAGE
	}
done

missing=$(list_missing "$@")
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null || ! command -v dpkg >/dev/null; then
	say "this system is not Debian or Ubuntu: install by hand what these packages hold," \
		"then run make again: $(printf '%s\n' "$missing" | first_words)"
	exit $EXIT_NO_APT
fi
if [ -n "$check_only" ] || [ "$(id -u)" -ne 0 ]; then
	names=$(printf '%s\n' "$missing" | choose_all) &&
		say "missing on this machine; install with: sudo apt-get install $names" ||
		say "missing on this machine: $(printf '%s\n' "$missing" | first_words);" \
			"install with: sudo sh $0 $*"
	exit $EXIT_MISSING
fi

names=$(printf '%s\n' "$missing" | choose_all) || {
	update_lists
	names=$(printf '%s\n' "$missing" | choose_all) || {
		say "this release has no package for some of these:" \
			"$(printf '%s\n' "$missing" | first_words); install by hand what" \
			"they hold, then run make again"
		exit $EXIT_INSTALL
	}
}
printf '%s\n' "$missing" | while read -r package why; do
	say "installing $(choose "$package"), which $why"
done
# shellcheck disable=SC2086
install_packages $names || {
	say "that failed; trying again with new package lists"
	update_lists
	install_packages $names || {
		say "could not install: $names; see above, then run make again"
		exit $EXIT_INSTALL
	}
}
still=$(list_missing "$@")
[ -z "$still" ] || {
	say "installed, but still not there: $(printf '%s\n' "$still" | first_words)"
	exit $EXIT_INSTALL
}
