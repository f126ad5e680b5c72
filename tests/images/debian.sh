# SPDX-License-Identifier: Apache-2.0
# A full Debian userland on a disk image, and an initramfs that finds it. Sourced by fetch.sh.
#
#   images/NAME/root.img      ext4, to be used with snapshot=on; root logs in without a password
#   images/NAME/initrd.gz     busybox and the kernel modules on the way to that disk
#
# mmdebstrap unpacks and configures the packages, by way of qemu-user where this machine is not a
# riscv64 one. The modules are those of the kernel in images/linux-6.12.

DEBIAN_IMAGE_SIZE=1600M
# What the disk and its file system need; the rest is loaded by the system itself.
DEBIAN_MODULES='virtio_mmio virtio_blk crc32c_generic ext4'

# Whether programs of another architecture can be run; a fresh container has the handler's file
# system not yet mounted.
debian_can_run() {
	! arch-test "$1" >/dev/null 2>&1 || return 0
	[ "$(id -u)" = 0 ] || return 1
	[ -e /proc/sys/fs/binfmt_misc/register ] ||
		mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc 2>/dev/null || return 1
	update-binfmts --enable "qemu-$1" 2>/dev/null || :
	arch-test "$1" >/dev/null 2>&1
}

# The steps of a hook run with the new root as $1, outside of it.
debian_write_hook() {
	cat >"$WORK/hook" <<-'HOOK'
		#!/bin/sh
		set -eu
		root=$1 modules=$2 version=$(ls "$2")
		mkdir -p "$root/usr/lib/modules"
		cp -R "$modules/$version" "$root/usr/lib/modules/"
		chroot "$root" depmod "$version"
		chroot "$root" passwd --delete root >/dev/null
		echo cordon >"$root/etc/hostname"
		echo '127.0.0.1 localhost cordon' >"$root/etc/hosts"
		echo '/dev/vda / ext4 defaults 0 0' >"$root/etc/fstab"
		rm -f "$root/etc/resolv.conf"
	HOOK
	chmod 755 "$WORK/hook"
}

# debian_unpack SUITE ARCH PACKAGE...: the userland as $WORK/tree.tar
debian_unpack() {
	dn_suite=$1 dn_arch=$2
	shift 2
	mirror_find
	say "debian: setting up $# packages of Debian $dn_suite/$dn_arch, a few minutes"
	debian_write_hook
	printf 'deb %s %s main\n' "$MIRROR" "$dn_suite" |
		TMPDIR=$WORK mmdebstrap --variant=minbase --architectures="$dn_arch" \
			--include="$(echo "$*" | tr ' ' ',')" \
			--aptopt='APT::Install-Recommends "false"' \
			--dpkgopt='path-exclude=/usr/share/doc/*' \
			--dpkgopt='path-exclude=/usr/share/man/*' \
			--dpkgopt='path-exclude=/usr/share/locale/*' \
			--customize-hook="\"$WORK/hook\" \"\$1\" \"$WORK/deb/usr/lib/modules\"" \
			"$dn_suite" "$WORK/tree.tar" - >"$WORK/log" 2>&1 || {
		tail -n 15 "$WORK/log" >&2
		fail $EXIT_DOWNLOAD "mmdebstrap could not make a Debian $dn_suite: check the" \
			"network, then run this again"
	}
}

# debian_make_disk: tree.tar on a file system; owners are kept, so this needs root or fakeroot.
debian_make_disk() {
	mkdir "$WORK/tree"
	dm_as=
	[ "$(id -u)" = 0 ] || dm_as=fakeroot
	$dm_as sh -ec 'tar -x -f "$1/tree.tar" -C "$1/tree" --exclude "./dev/*"
		mke2fs -q -t ext4 -d "$1/tree" "$1/part/root.img" "$2"' \
		sh "$WORK" "$DEBIAN_IMAGE_SIZE" >"$WORK/log" 2>&1 || {
		tail -n 5 "$WORK/log" >&2
		fail $EXIT_CONTENT "the disk image could not be made (see above; without root," \
			"fakeroot must be installed)"
	}
}

# The modules named and all they need, in the order of loading.
debian_module_files() {
	awk -v wanted="$DEBIAN_MODULES" '
	function base(path) {
		sub(/.*\//, "", path)
		sub(/\.ko.*/, "", path)
		gsub(/-/, "_", path)
		return path
	}
	{ sub(/:/, "", $1); name = base($1); file[name] = $1; needs[name] = $0 }
	function load(name,    list, count, i) {
		if (name in loaded)
			return
		loaded[name] = 1
		count = split(needs[name], list, " ")
		for (i = count; i > 1; i--)
			load(base(list[i]))
		print file[name]
	}
	END { n = split(wanted, want, " "); for (i = 1; i <= n; i++) load(want[i]) }
	' "$1"
}

debian_make_initrd() {
	di_version=$(ls "$WORK/deb/usr/lib/modules")
	mkdir -p "$WORK/initrd/bin" "$WORK/initrd/dev" "$WORK/initrd/modules" "$WORK/initrd/disk"
	cp "$B/images/busybox/busybox" "$WORK/initrd/bin/"
	cp "$HERE/debian-init" "$WORK/initrd/init"
	chmod 755 "$WORK/initrd/init"
	debian_module_files "$WORK/tree/usr/lib/modules/$di_version/modules.dep" \
		>"$WORK/modules"
	[ -s "$WORK/modules" ] || fail $EXIT_CONTENT "the kernel has no modules for the disk"
	di_number=10
	while read -r di_file; do
		xz --decompress --stdout "$WORK/deb/usr/lib/modules/$di_version/$di_file" \
			>"$WORK/initrd/modules/$di_number-$(basename "$di_file" .xz)"
		di_number=$((di_number + 1))
	done <"$WORK/modules"
	(cd "$WORK/initrd" && find . | LC_ALL=C sort |
		cpio --quiet --create --format newc --owner 0:0) | gzip -9n >"$WORK/part/initrd.gz"
}

# The modules of the very kernel that is in images.
debian_get_modules() {
	dg_kernel=$B/images/linux-6.12
	[ -e "$dg_kernel/.stamp" ] || (get_part linux-6.12)
	# shellcheck disable=SC2046
	linux_pool $(awk '$1 == "linux-6.12" { print $1, $3, $4, $5, $6 }' "$HERE/parts.txt")
	[ "$(deb_version "$POOL"/*.deb)" = "$(cat "$dg_kernel/VERSION")" ] ||
		fail $EXIT_CONTENT "Debian has a newer kernel than $dg_kernel: remove that" \
			"folder, then run this again"
	dpkg-deb --fsys-tarfile "$POOL"/*.deb |
		tar -x -f - -C "$WORK/deb" --no-same-owner ./usr/lib/modules ||
		fail $EXIT_CONTENT "the kernel's package has no usr/lib/modules"
}

get_debian() {
	gd_name=$1 gd_suite=$2 gd_arch=$3
	shift 3
	debian_can_run "$gd_arch" || fail $EXIT_NO_APT "programs for $gd_arch cannot be run here:" \
		"install qemu-user-static, binfmt-support and arch-test, and mount binfmt_misc"
	[ -e "$B/images/busybox/.stamp" ] || (get_part busybox)
	mkdir -p "$WORK/part" "$WORK/deb"
	debian_get_modules
	debian_unpack "$gd_suite" "$gd_arch" "$@"
	debian_make_disk
	debian_make_initrd
	echo "Debian $gd_suite, $(grep -c '^Package:' "$WORK/tree/var/lib/dpkg/status") packages" \
		>"$WORK/part/VERSION"
	rm -rf "$WORK/tree" "$WORK/tree.tar"
	part_finish "$WORK/part" "$B/images/$gd_name"
}
