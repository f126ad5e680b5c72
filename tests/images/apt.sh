# SPDX-License-Identifier: Apache-2.0
# A private apt root: any suite and architecture of Debian, without root, nothing installed.
# Sourced by fetch.sh.  apt checks signatures and hashes; a record of our own guards the cache.
#
#   $CACHE/apt/SUITE-ARCH/          lists and configuration of one private root
#   $CACHE/pool/SUITE-ARCH/NAME/    what one request brought, with SHA256SUMS written last
#
# The caller sets CACHE to an absolute path and may set MIRROR and REFRESH=1.

EXIT_USAGE=2
EXIT_NO_APT=3
EXIT_DOWNLOAD=5
EXIT_DAMAGED=6
EXIT_CONTENT=7

ATTEMPTS=5
LISTS_FRESH_MINUTES=720

say() {
	printf 'fetch: %s\n' "$*" >&2
}

fail() {
	fail_code=$1
	shift
	printf 'fetch: %s\n' "$*" >&2
	exit "$fail_code"
}

# The machine's own Debian mirror: from its package lists, or from its sources when it has read no
# lists yet (then only the name of the release tells Debian's sources from others).
mirror_configured() {
	mc_uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' \
		'Origin: Debian' 'Component: main' 2>/dev/null |
		grep -v -e security -e '^cdrom:' | head -n 1)
	if [ -z "$mc_uri" ] && grep -q '^ID=debian' /etc/os-release; then
		mc_suite=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-sid}")
		mc_uri=$(apt-get update --print-uris 2>/dev/null |
			sed -n "s,^'\(.*\)/dists/\($mc_suite\|stable\)/InRelease' .*,\1,p" |
			grep -v '^cdrom:' | head -n 1)
	fi
	printf '%s\n' "$mc_uri"
}

# mmdebstrap knows a mirror that suits every machine; a hook shows it and stops before any work.
mirror_default() {
	command -v mmdebstrap >/dev/null || return 0
	mmdebstrap --mode=chrootless --variant=extract \
		--setup-hook='cat "$1"/etc/apt/sources.list >&2; false' \
		trixie "$CACHE/apt/probe" 2>&1 |
		awk '$1 == "deb" && $NF == "main" { print $(NF - 2); exit }'
	rm -rf "$CACHE/apt/probe"
}

mirror_find() {
	[ -n "${MIRROR:-}" ] || MIRROR=$(mirror_configured)
	[ -n "$MIRROR" ] || MIRROR=$(mirror_default)
	[ -n "$MIRROR" ] || fail $EXIT_NO_APT "no Debian mirror is configured on this machine:" \
		"install mmdebstrap and debian-archive-keyring, or pass MIRROR=URI"
}

# Runs apt in the current private root, again after a pause when the mirror is mid-sync.
apt_retry() {
	ar_try=1
	ar_pause=3
	until APT_CONFIG="$APT_ROOT/apt.conf" "$@" >"$APT_ROOT/log" 2>&1 </dev/null; do
		if [ "$ar_try" -ge "$ATTEMPTS" ]; then
			tail -n 5 "$APT_ROOT/log" >&2
			return 1
		fi
		say "$SUITE/$ARCH: attempt $ar_try of $ATTEMPTS failed, next one in $ar_pause s"
		sleep "$ar_pause"
		ar_try=$((ar_try + 1))
		ar_pause=$((ar_pause * 2))
		[ "$2" = update ] || APT_CONFIG="$APT_ROOT/apt.conf" apt-get update \
			>"$APT_ROOT/log" 2>&1 </dev/null || :
	done
}

apt_write_config() {
	apt-config dump | grep -E '^Acquire::(http|https|ftp|tor|ForceIPv)' |
		grep -v '""' >"$APT_ROOT/apt.conf" || :
	# Suites that are still moving are signed, but their dates lapse on a lagging mirror.
	case $SUITE in forky | sid) aw_until=false ;; *) aw_until=true ;; esac
	cat >>"$APT_ROOT/apt.conf" <<-CONF
		APT::Architecture "$ARCH";
		APT::Architectures { "$ARCH"; };
		APT::Install-Recommends "false";
		APT::Sandbox::User "root";
		Acquire::Languages "none";
		Acquire::Retries "0";
		Acquire::Check-Valid-Until "$aw_until";
		Dir::State "$APT_ROOT/state";
		Dir::State::status "$APT_ROOT/status";
		Dir::Cache "$APT_ROOT/cache";
		Dir::Etc::sourcelist "$APT_ROOT/sources.list";
		Dir::Etc::sourceparts "/dev/null";
		Dir::Etc::main "/dev/null";
		Dir::Etc::parts "/dev/null";
		Dir::Etc::preferences "/dev/null";
		Dir::Etc::preferencesparts "/dev/null";
	CONF
	aw_key=/usr/share/keyrings/debian-archive-keyring.gpg
	[ -r "$aw_key" ] || fail $EXIT_NO_APT "the keys that Debian's suites are signed with are" \
		"missing: install debian-archive-keyring"
	printf 'deb [signed-by=%s] %s %s main\n' "$aw_key" "$MIRROR" "$SUITE" \
		>"$APT_ROOT/sources.list"
	printf 'deb-src [signed-by=%s] %s %s main\n' "$aw_key" "$MIRROR" "$SUITE" \
		>>"$APT_ROOT/sources.list"
}

# apt_open SUITE ARCH: makes the private root current; its lists are read once in twelve hours.
apt_open() {
	SUITE=$1
	ARCH=$2
	APT_ROOT=$CACHE/apt/$SUITE-$ARCH
	mkdir -p "$APT_ROOT/state/lists/partial" "$APT_ROOT/cache/archives/partial"
	: >"$APT_ROOT/status"
	if [ -z "${REFRESH:-}" ] && [ -n "$(find "$APT_ROOT/fresh" \
		-mmin -$LISTS_FRESH_MINUTES 2>/dev/null)" ]; then
		return 0
	fi
	mirror_find
	apt_write_config
	say "$SUITE/$ARCH: reading the package lists"
	apt_retry apt-get update --error-on=any ||
		fail $EXIT_DOWNLOAD "cannot read the package lists of Debian $SUITE: check the" \
			"network and the mirror (MIRROR=URI names another one), then run this again"
	touch "$APT_ROOT/fresh"
}

# apt_show PACKAGE FIELD: one field of the newest version.
apt_show() {
	APT_CONFIG="$APT_ROOT/apt.conf" apt-cache show --no-all-versions "$1" 2>/dev/null |
		sed -n "s/^$2: //p" | head -n 1
}

# apt_names PREFIX: the packages whose names begin so.
apt_names() {
	APT_CONFIG="$APT_ROOT/apt.conf" apt-cache pkgnames "$1" 2>/dev/null
}

pool_is_good() {
	[ -z "${REFRESH:-}" ] && [ -s "$1/SHA256SUMS" ] || return 1
	(cd "$1" && sha256sum --check --status SHA256SUMS) && return 0
	say "$1: damaged in the cache, fetching it again"
	return 1
}

pool_seal() {
	(cd "$1" && find . -type f ! -name 'SHA256SUMS*' ! -path './partial*' -exec sha256sum {} + |
		LC_ALL=C sort -k 2 >SHA256SUMS.new && [ -s SHA256SUMS.new ] &&
		mv SHA256SUMS.new SHA256SUMS)
}

# pool_get HOW SUITE ARCH NAME PACKAGE...: sets POOL to a folder with the wanted files.
# HOW: deb (the packages alone), tree (with all they depend on), source, upstream (its archive).
# A run that was cut short leaves whole files in the folder, and the next one goes on from there.
pool_get() {
	pg_how=$1
	case $3 in
	all) pg_arch=amd64 ;;
	host) pg_arch=$(dpkg --print-architecture) ;;
	*) pg_arch=$3 ;;
	esac
	POOL=$CACHE/pool/$2-$pg_arch/$4
	mkdir -p "$CACHE/apt" "$POOL/partial"
	exec 9>"$CACHE/apt/$2-$pg_arch.lock"
	flock 9
	if ! pool_is_good "$POOL"; then
		apt_open "$2" "$pg_arch"
		shift 4
		pool_download "$@" || fail $EXIT_DOWNLOAD "cannot download $* from Debian $SUITE:" \
			"check the network, then run this again (whole files are kept)"
		pool_seal "$POOL"
	fi
	exec 9>&-
}

pool_download() {
	say "$SUITE/$ARCH: downloading $*"
	rm -f "$POOL/SHA256SUMS"
	case $pg_how in
	deb)
		(cd "$POOL" && rm -f ./*.deb && apt_retry apt-get download "$@")
		;;
	source)
		(cd "$POOL" && apt_retry apt-get source --download-only --only-source "$@")
		;;
	upstream)
		(cd "$POOL" &&
			apt_retry apt-get source --download-only --only-source --tar-only "$@")
		;;
	tree)
		apt_retry apt-get install --yes --download-only \
			-o "Dir::Cache::archives=$POOL" "$@" && rm -f "$POOL/lock"
		;;
	esac
}
