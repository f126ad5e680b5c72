#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Gets the real parts (kernel, firmware, tools, library sources) that parts.txt lists.
#
#   fetch.sh PART...      brings each part to $B (default build); a part that is there is verified
#   fetch.sh --list       the parts, one a line
#
# Environment: B (build folder), CACHE (download cache, default $B/cache), MIRROR (a Debian
# mirror, default the machine's own), REFRESH=1 (ask the mirror again for what is cached).
# Exit codes: 2 usage, 3 not possible on this system, 5 download, 6 damage, 7 unexpected content.
set -eu

HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/apt.sh"
. "$HERE/debian.sh"

mkdir -p "${B:-build}"
B=$(cd "${B:-build}" && pwd)
mkdir -p "${CACHE:=$B/cache}"
CACHE=$(cd "$CACHE" && pwd)

# The parts are as they would be for anybody: no umask or time zone of the caller's gets in.
umask 022

# part_seal DIR: the record of a finished part; the files come out newer than it, for make.
part_seal() {
	(cd "$1" && find . -type f ! -name .stamp -exec sha256sum {} + | LC_ALL=C sort -k 2 \
		>.stamp && find . -type f ! -name .stamp -exec touch {} +)
}

part_is_good() {
	[ -s "$1/.stamp" ] && (cd "$1" && sha256sum --check --status .stamp)
}

# part_finish TMP DIR: moves a finished part into place as a whole.
part_finish() {
	part_seal "$1"
	rm -rf "$2"
	mkdir -p "$(dirname "$2")"
	mv "$1" "$2"
	say "${2#"$B"/}: ready ($(cat "$2/VERSION"))"
}

# deb_unpack DIR DEB...
deb_unpack() {
	du_dir=$1
	shift
	mkdir -p "$du_dir"
	for du_deb; do
		dpkg-deb --fsys-tarfile "$du_deb" |
			tar -x -f - -C "$du_dir" --no-same-owner --exclude './usr/share/doc' \
				--exclude './usr/share/man' --exclude './usr/share/locale' \
				--exclude './lib/modules' --exclude './usr/lib/modules' ||
			fail $EXIT_DAMAGED "cannot unpack $du_deb: remove it and run this again"
	done
}

deb_version() {
	dpkg-deb --show --showformat '${Package} ${Version}\n' "$1"
}

# source_pick PACKAGE PATTERN...: what is wanted of the unpacked source.
source_pick() {
	sp_package=$1
	shift
	mkdir "$WORK/part"
	for sp_pick; do
		for sp_path in "$WORK/source"/$sp_pick; do
			[ -e "$sp_path" ] ||
				fail $EXIT_CONTENT "the source of $sp_package has no $sp_pick"
			cp -R "$sp_path" "$WORK/part/"
		done
	done
}

get_source() {
	gs_name=$1 gs_suite=$2 gs_package=$4
	shift 4
	pool_get source "$gs_suite" source "$gs_name" "$gs_package"
	dpkg-source --no-check --extract "$POOL"/*.dsc "$WORK/source" >"$WORK/log" 2>&1 || {
		cat "$WORK/log" >&2
		fail $EXIT_DAMAGED "cannot unpack the source of $gs_package (dpkg-dev, bzip2 and" \
			"xz-utils must be installed)"
	}
	source_pick "$gs_package" "$@"
	sed -n 's/^Version: //p' "$POOL"/*.dsc | head -n 1 >"$WORK/part/VERSION"
	part_finish "$WORK/part" "$B/third-party/$gs_name"
}

get_upstream() {
	gu_name=$1 gu_suite=$2 gu_package=$4
	shift 4
	pool_get upstream "$gu_suite" source "$gu_name" "$gu_package"
	mkdir "$WORK/source"
	tar -x -f "$POOL"/*.orig.tar.* -C "$WORK/source" --strip-components 1 --no-same-owner ||
		fail $EXIT_DAMAGED "cannot unpack $gu_package's source: is xz-utils installed?"
	source_pick "$gu_package" "$@"
	basename "$POOL"/*.orig.tar.* | sed 's/.*_\(.*\)\.orig\.tar.*/\1/' >"$WORK/part/VERSION"
	part_finish "$WORK/part" "$B/third-party/$gu_name"
}

# linux_pool NAME SUITE ARCH METAPACKAGE SERIES: sets POOL to a folder with the kernel's package.
# The metapackage names the kernel of the suite; a kernel of another series is not taken for it.
linux_pool() {
	lp_name=$1 lp_suite=$2 lp_arch=$3 lp_package=$4 lp_series=$5
	if ! pool_is_good "$CACHE/pool/$lp_suite-$lp_arch/$lp_name"; then
		apt_open "$lp_suite" "$lp_arch"
		lp_package=$(apt_show "$lp_package" Depends | tr ',' '\n' |
			sed -n "s/^ *\(linux-image-${lp_series}[^ ]*\).*/\1/p" | head -n 1)
		[ -n "$lp_package" ] || lp_package=$(apt_names "linux-image-$lp_series" |
			grep -v -e dbg -e unsigned | sort -V | tail -n 1)
		[ -n "$lp_package" ] ||
			fail $EXIT_CONTENT "Debian $lp_suite has no Linux $lp_series any more"
	fi
	pool_get deb "$lp_suite" "$lp_arch" "$lp_name" "$lp_package"
}

get_linux() {
	gl_name=$1 gl_package=$4
	linux_pool "$@"
	deb_unpack "$WORK/deb" "$POOL"/*.deb
	mkdir "$WORK/part"
	cp "$WORK"/deb/boot/vmlinu[xz]-* "$WORK/part/Image" ||
		fail $EXIT_CONTENT "$gl_package has no kernel in boot/"
	# A "Linux Image" for riscv says so in byte 56 of its header (kernel's boot-image-header).
	[ "$(dd if="$WORK/part/Image" bs=1 skip=56 count=3 2>/dev/null)" = RSC ] ||
		fail $EXIT_CONTENT "the kernel of $gl_package is not a plain riscv Image"
	deb_version "$POOL"/*.deb >"$WORK/part/VERSION"
	part_finish "$WORK/part" "$B/images/$gl_name"
}

get_busybox() {
	pool_get deb "$2" "$3" "$1" "$4"
	deb_unpack "$WORK/deb" "$POOL"/*.deb
	mkdir "$WORK/part"
	cp "$WORK/deb/usr/bin/busybox" "$WORK/part/" 2>/dev/null ||
		cp "$WORK/deb/bin/busybox" "$WORK/part/" ||
		fail $EXIT_CONTENT "$4 has no bin/busybox"
	deb_version "$POOL"/*.deb >"$WORK/part/VERSION"
	part_finish "$WORK/part" "$B/images/$1"
}

# The archive depends on its content alone: fixed owner, times and order.  make builds the program
# lawful of tests/real before it asks for the archive.
get_initramfs() {
	[ -x "$B/real/lawful" ] ||
		fail $EXIT_USAGE "$B/real/lawful is not there: make $B/images/initramfs.cpio.gz"
	[ -e "$B/images/busybox/.stamp" ] || (get_part busybox)
	mkdir -p "$WORK/tree/bin" "$WORK/tree/dev" "$WORK/tree/proc" "$WORK/tree/sys" "$WORK/part"
	cp "$B/images/busybox/busybox" "$WORK/tree/bin/"
	cp "$B/real/lawful" "$WORK/tree/bin/"
	cp "$HERE/init" "$WORK/tree/init"
	chmod 755 "$WORK/tree/init" "$WORK/tree/bin/busybox" "$WORK/tree/bin/lawful"
	find "$WORK/tree" -exec touch -h -d @0 {} +
	(cd "$WORK/tree" && find . | LC_ALL=C sort |
		cpio --quiet --create --format newc --owner 0:0 --reproducible) |
		gzip -9n >"$WORK/initramfs.cpio.gz"
	mv "$WORK/initramfs.cpio.gz" "$B/images/initramfs.cpio.gz"
	say "images/initramfs.cpio.gz: ready (init and $(cat "$B/images/busybox/VERSION"))"
}

get_opensbi() {
	pool_get deb "$2" "$3" "$1" "$4"
	deb_unpack "$WORK/deb" "$POOL"/*.deb
	mkdir "$WORK/part"
	for go_file in fw_dynamic.bin fw_dynamic.elf fw_jump.bin fw_jump.elf; do
		cp "$WORK/deb/usr/lib/riscv64-linux-gnu/opensbi/generic/$go_file" "$WORK/part/" ||
			fail $EXIT_CONTENT "opensbi of Debian $2 has no generic/$go_file"
	done
	deb_version "$POOL"/*.deb >"$WORK/part/VERSION"
	case $(cat "$WORK/part/VERSION") in
	"opensbi ${1#opensbi-}"[-+~]*) ;;
	*) say "$1: Debian $2 has moved on; taking $(cat "$WORK/part/VERSION") in its place" ;;
	esac
	part_finish "$WORK/part" "$B/images/$1"
}

get_uboot() {
	pool_get deb "$2" "$3" "$1" "$4"
	deb_unpack "$WORK/deb" "$POOL"/*.deb
	mkdir "$WORK/part"
	cp -R "$WORK/deb/usr/lib/u-boot/qemu-riscv64" "$WORK/part/m" &&
		cp -R "$WORK/deb/usr/lib/u-boot/qemu-riscv64_smode" "$WORK/part/s" ||
		fail $EXIT_CONTENT "the package u-boot-qemu of Debian $2 has no riscv64 images"
	deb_version "$POOL"/*.deb >"$WORK/part/VERSION"
	part_finish "$WORK/part" "$B/images/$1"
}

# tree_unpack PACKAGE...: a root with the packages and all they depend on, and its loader.
tree_unpack() {
	tu_name=$1 tu_suite=$2 tu_arch=$3
	shift 3
	pool_get tree "$tu_suite" "$tu_arch" "$tu_name" "$@"
	say "$tu_name: unpacking $(ls "$POOL"/*.deb | wc -l) packages"
	deb_unpack "$WORK/part/tree" "$POOL"/*.deb
	LOADER=$(cd "$WORK/part" && find tree/usr/lib* tree/lib* -name 'ld-linux*.so.*' \
		2>/dev/null | head -n 1)
	[ -n "$LOADER" ] || fail $EXIT_CONTENT "the packages of $tu_name bring no loader"
	LIBRARIES=$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null)
	for tu_deb in "$POOL/$1"_*.deb; do
		deb_version "$tu_deb" >"$WORK/part/VERSION"
	done
}

# wrap_program AT ROOT PROGRAM [ARGUMENT...]: a script at AT that runs PROGRAM of the private root
# with that root's own loader and libraries.  ROOT is the way from the script to the root.
wrap_program() {
	wp_at=$1 wp_root=$2 wp_program=$3
	shift 3
	mkdir -p "$(dirname "$wp_at")"
	cat >"$wp_at" <<-SCRIPT
		#!/bin/sh
		here=\$(cd "\$(dirname "\$(readlink -f "\$0")")/$wp_root" && pwd) || exit 127
		exec "\$here/${LOADER#tree/}" --argv0 "\$here/${wp_program%.real}" \\
			--library-path "\$here/usr/lib/$LIBRARIES:\$here/usr/lib" \\
			"\$here/$wp_program" $* "\$@"
	SCRIPT
	chmod 755 "$wp_at"
}

# An ELF file with an interpreter's name in it; a script, a static program or data has none.
elf_is_dynamic() {
	[ "$(head -c 4 "$1" | tail -c 3)" = ELF ] && head -c 4096 "$1" | grep -qa '/ld-linux'
}

get_tool() {
	gt_name=$1 gt_suite=$2 gt_arch=$3 gt_program=$4
	shift 4
	tree_unpack "$gt_name" "$gt_suite" "$gt_arch" "$@"
	case $gt_program in
	qemu-system-*) gt_data='-L "$here/usr/share/qemu"' ;;
	*) gt_data= ;;
	esac
	wrap_program "$WORK/part/$gt_program" tree "usr/bin/$gt_program" "$gt_data"
	"$WORK/part/$gt_program" --version >"$WORK/log" 2>&1 || {
		cat "$WORK/log" >&2
		fail $EXIT_CONTENT "$gt_program of Debian $gt_suite does not run on this machine"
	}
	part_finish "$WORK/part" "$B/tools/$gt_name"
}

# A compiler starts programs of its own (cc1, as, ld), which need their loader just the same: in
# the private root each of them becomes NAME.real behind a script.
get_gcc() {
	gg_name=$1 gg_suite=$2 gg_arch=$3 gg_target=$4
	shift 4
	tree_unpack "$gg_name" "$gg_suite" "$gg_arch" "$@"
	gg_list=$(cd "$WORK/part/tree" && find usr/bin usr/lib/gcc usr/libexec/gcc \
		usr/lib/gcc-cross usr/libexec/gcc-cross "usr/lib/$gg_target" \
		-type f -perm -100 2>/dev/null |
		grep -v -e '\.so' -e '\.o$' -e '\.a$')
	for gg_file in $gg_list; do
		elf_is_dynamic "$WORK/part/tree/$gg_file" || continue
		mv "$WORK/part/tree/$gg_file" "$WORK/part/tree/$gg_file.real"
		gg_up=$(dirname "$gg_file" | sed 's,[^/]*,..,g')
		wrap_program "$WORK/part/tree/$gg_file" "$gg_up" "$gg_file.real"
	done
	mkdir -p "$WORK/part/bin"
	for gg_file in "$WORK/part/tree/usr/bin/$gg_target"-*; do
		case $gg_file in *.real) continue ;; esac
		gg_base=$(basename "$gg_file")
		cat >"$WORK/part/bin/$gg_base" <<-SCRIPT
			#!/bin/sh
			exec "\$(dirname "\$(readlink -f "\$0")")/../tree/usr/bin/$gg_base" "\$@"
		SCRIPT
		chmod 755 "$WORK/part/bin/$gg_base"
	done
	gcc_try "$WORK/part/bin/$gg_target-gcc" "$gg_suite"
	part_finish "$WORK/part" "$B/tools/$gg_name"
}

# The compiler must build a freestanding program, and with the programs of its own root.
gcc_try() {
	printf 'void _start(void);\nvoid _start(void)\n{\n\tfor (;;)\n\t\t;\n}\n' >"$WORK/try.c"
	"$1" -O2 -ffreestanding -nostdlib -march=rv64imac_zicsr_zifencei -mabi=lp64 \
		-mcmodel=medany -o "$WORK/try.elf" "$WORK/try.c" >"$WORK/log" 2>&1 &&
		[ -s "$WORK/try.elf" ] || {
		cat "$WORK/log" >&2
		fail $EXIT_CONTENT "the compiler of Debian $2 does not work on this machine"
	}
	for gy_program in cc1 as ld; do
		case $(readlink -f "$("$1" -print-prog-name=$gy_program)") in
		"$WORK/part/"*) ;;
		*) fail $EXIT_CONTENT "the gcc of Debian $2 would run this machine's $gy_program" ;;
		esac
	done
}

# kbuild_wrap DIR: the programs of kbuild below DIR of the part, each behind a script as in get_gcc.
kbuild_wrap() {
	kw_list=$(cd "$WORK/part/tree" && find "$1" -type f -perm -100)
	for kw_file in $kw_list; do
		elf_is_dynamic "$WORK/part/tree/$kw_file" || continue
		mv "$WORK/part/tree/$kw_file" "$WORK/part/tree/$kw_file.real"
		kw_up=$(dirname "$kw_file" | sed 's,[^/]*,..,g')
		wrap_program "$WORK/part/tree/$kw_file" "$kw_up" "$kw_file.real"
	done
}

# What a module for the kernel in images is built against: its headers, and kbuild for this machine.
# The link "build" of the part is the folder that is named to kbuild.
get_headers() {
	gh_name=$1 gh_suite=$2 gh_arch=$3 gh_kernel=$B/images/$4
	[ -e "$gh_kernel/.stamp" ] || (get_part "$4")
	gh_release=$(sed 's/^linux-image-\([^ ]*\)-riscv64 .*/\1/' "$gh_kernel/VERSION")
	tree_unpack "$gh_name" "$gh_suite" host "linux-kbuild-$gh_release"
	pool_get deb "$gh_suite" "$gh_arch" "$gh_name" "linux-headers-$gh_release-common" \
		"linux-headers-$gh_release-riscv64"
	deb_unpack "$WORK/part/tree" "$POOL"/*.deb
	kbuild_wrap "usr/lib/linux-kbuild-$gh_release"
	gh_dir=$WORK/part/tree/usr/src/linux-headers-$gh_release
	[ -s "$gh_dir-riscv64/Module.symvers" ] && [ -s "$gh_dir-common/Makefile" ] ||
		fail $EXIT_CONTENT "Debian $gh_suite has no headers for Linux $gh_release: remove" \
			"$gh_kernel, then run this again"
	# Debian's file names the other folder from the top of the file system.
	printf 'include $(dir $(lastword $(MAKEFILE_LIST)))../%s/Makefile\n' \
		"linux-headers-$gh_release-common" >"$gh_dir-riscv64/Makefile"
	# It serves debuggers of modules only, and would have pahole run.
	rm -f "$gh_dir-riscv64/vmlinux"
	ln -s "tree/usr/src/linux-headers-$gh_release-riscv64" "$WORK/part/build"
	echo "linux-headers-$gh_release-riscv64 $(sed 's/.* //' "$gh_kernel/VERSION")" \
		>"$WORK/part/VERSION"
	part_finish "$WORK/part" "$B/tools/$gh_name"
}

# Some of the modules of the kernel in images, unpacked, for an initramfs.
get_modules() {
	gm_name=$1
	shift 4
	mkdir -p "$WORK/part" "$WORK/deb"
	debian_get_modules
	for gm_module; do
		gm_file=$(find "$WORK/deb" -name "$gm_module.ko.xz")
		[ -n "$gm_file" ] || fail $EXIT_CONTENT "Debian's kernel has no module $gm_module"
		xz --decompress --stdout "$gm_file" >"$WORK/part/$gm_module.ko"
	done
	cp "$B/images/linux-6.12/VERSION" "$WORK/part/VERSION"
	part_finish "$WORK/part" "$B/images/$gm_name"
}

# A compiler for Go, and libraries as packages have them; both are used where they are unpacked.
get_golang() {
	gl_name=$1 gl_suite=$2 gl_arch=$3
	shift 3
	pool_get deb "$gl_suite" "$gl_arch" "$gl_name" "$@"
	deb_unpack "$WORK/part" "$POOL"/*.deb
	gl_root=$(cd "$WORK/part" && echo usr/lib/go-*)
	# Tests of the compiler and lists for its authors: most of the files.
	rm -rf "$WORK/part"/usr/share/go-*/test "$WORK/part"/usr/share/go-*/api
	"$WORK/part/$gl_root/bin/go" version >"$WORK/log" 2>&1 || {
		cat "$WORK/log" >&2
		fail $EXIT_CONTENT "the Go of Debian $gl_suite does not run on this machine"
	}
	mkdir "$WORK/part/bin"
	ln -s "../$gl_root/bin/go" "$WORK/part/bin/go"
	for gl_deb in "$POOL"/*.deb; do
		deb_version "$gl_deb"
	done | paste -s -d ' ' >"$WORK/part/VERSION"
	part_finish "$WORK/part" "$B/tools/$gl_name"
}

# npm_missing LIST: what the cache lacks of it, or has otherwise than the list says.
npm_missing() {
	while read -r nm_package nm_version nm_sum; do
		case $nm_package in '' | '#'*) continue ;; esac
		printf '%s  %s\n' "$nm_sum" "$(npm_archive "$nm_package" "$nm_version")" |
			sha256sum --check --status 2>/dev/null ||
			printf '%s@%s\n' "$nm_package" "$nm_version"
	done <"$1"
}

npm_archive() {
	printf '%s/%s-%s.tgz' "$CACHE/pool/npm" "$(printf '%s' "${1#@}" | tr / -)" "$2"
}

# npm brings the archives that a list names, each of which must be the one that is known here.  They
# are only unpacked: no script of theirs is run, and nothing that the list does not name is taken.
get_npm() {
	gn_name=$1 gn_list=$HERE/../$4
	mkdir -p "$CACHE/pool/npm"
	gn_missing=$(npm_missing "$gn_list")
	if [ -n "$gn_missing" ]; then
		say "npm: downloading" $gn_missing
		# shellcheck disable=SC2086
		npm pack --ignore-scripts --cache "$WORK/npm" \
			--pack-destination "$CACHE/pool/npm" \
			$gn_missing >"$WORK/log" 2>&1 </dev/null || {
			tail -n 5 "$WORK/log" >&2
			fail $EXIT_DOWNLOAD "npm cannot bring packages: check the network, and" \
				"that npm is installed, then run this again"
		}
		gn_missing=$(npm_missing "$gn_list")
		# shellcheck disable=SC2086
		[ -z "$gn_missing" ] ||
			fail $EXIT_DAMAGED "npm brings others than $4 names:" $gn_missing
	fi
	while read -r gn_package gn_version gn_sum; do
		case $gn_package in '' | '#'*) continue ;; esac
		mkdir -p "$WORK/part/node_modules/$gn_package"
		tar -x -z -f "$(npm_archive "$gn_package" "$gn_version")" --strip-components 1 \
			--no-same-owner -C "$WORK/part/node_modules/$gn_package"
	done <"$gn_list"
	awk '!/^#/ && NF { print $1, $2; exit }' "$gn_list" >"$WORK/part/VERSION"
	part_finish "$WORK/part" "$B/tools/$gn_name"
}

get_part() {
	gp_line=$(awk -v part="$1" '$1 == part' "$HERE/parts.txt")
	[ -n "$gp_line" ] || fail $EXIT_USAGE "no part is called '$1'; there are:" \
		$(awk '!/^#/ { print $1 }' "$HERE/parts.txt")
	set -f
	# shellcheck disable=SC2086
	set -- $gp_line
	set +f
	gp_kind=$2
	case $gp_kind in
	source | upstream) gp_dir=$B/third-party/$1 ;;
	tool | gcc | headers | golang | npm) gp_dir=$B/tools/$1 ;;
	*) gp_dir=$B/images/$1 ;;
	esac
	if [ -z "${REFRESH:-}" ] && part_is_good "$gp_dir"; then
		say "${gp_dir#"$B"/}: already there, verified"
		return 0
	fi
	WORK=$(mktemp -d "$B/fetch.XXXXXX")
	trap 'rm -rf "$WORK"' EXIT
	trap 'exit 130' INT TERM HUP
	gp_name=$1
	shift 2
	"get_$gp_kind" "$gp_name" "$@"
	rm -rf "$WORK"
}

command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null ||
	fail $EXIT_NO_APT "this system is not Debian: pass your own parts instead, with" \
		"FIRMWARE= (OpenSBI), PAYLOAD= (a riscv64 Linux Image), INITRD= and QEMU=, and" \
		"unpack libfdt and mbedTLS 3.6 into $B/third-party"

case ${1:-} in
--list) awk '!/^#/ { print $1 }' "$HERE/parts.txt"; exit 0 ;;
'' | -*) fail $EXIT_USAGE "usage: fetch.sh [--list] PART..." ;;
esac
for part; do
	get_part "$part"
done
