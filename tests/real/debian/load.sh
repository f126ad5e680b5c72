#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Mixed load inside a Debian: compile, network, disk, stress-ng, CPUs unplugged and plugged.
#   load.sh SECONDS URL       URL: where the host serves sources.tar, blob and blob.sha256
# Each kind of load is a loop until time is up. The last line for each is "load: KIND: N rounds", or
# "load: KIND: FAILED ..." when a round went wrong; then comes "load: end".
set -u

seconds=$1 url=$2
dir=$(mktemp -d /var/tmp/load.XXXXXX)
end=$(($(date +%s) + seconds))
cd "$dir" || exit 1

# repeat KIND: runs round_KIND until time is up, and says how often it went well.
repeat() {
	kind=$1 rounds=0
	mkdir "$kind" && cd "$kind" || return
	while [ "$(date +%s)" -lt "$end" ]; do
		if ! "round_$kind" >log 2>&1; then
			echo "load: $kind: FAILED after $rounds rounds: $(tail -n 3 log |
				tr '\n' ' ')"
			return
		fi
		rounds=$((rounds + 1))
	done
	echo "load: $kind: $rounds rounds"
}

# The same sources give the same program, and it says what it said before all this.
round_compile() {
	rm -rf src
	mkdir src && tar -x -f ../sources.tar -C src && make -s -C src all &&
		{ [ -e first ] || cp src/program first; } && cmp src/program first
}

# There and back; wget sends text only.
round_network() {
	busybox wget -q -O blob "$url/blob" && [ "$(sha256sum <blob)" = "$(cat ../blob.sha256)" ] &&
		base64 blob >text &&
		busybox wget -q -O answer --post-file=text "$url/check" &&
		[ "$(sha256sum <text)" = "$(cat answer)" ]
}

round_disk() {
	dd if=/dev/urandom of=data bs=64k count=128 status=none && sum=$(sha256sum <data) &&
		cp data copy && sync && echo 3 >/proc/sys/vm/drop_caches &&
		[ "$(sha256sum <copy)" = "$sum" ] && rm copy
}

round_stress() {
	left=$((end - $(date +%s)))
	[ "$left" -lt 30 ] || left=30
	[ "$left" -ge 1 ] || return 0
	stress-ng --quiet --verify --temp-path . --cpu 1 --vm 1 --vm-bytes 48M --switch 1 \
		--timer 1 --fp 1 --timeout "$left"
}

round_hotplug() {
	for cpu in /sys/devices/system/cpu/cpu[1-9]*; do
		[ -e "$cpu/online" ] || continue
		echo 0 >"$cpu/online" && [ "$(cat "$cpu/online")" = 0 ] && sleep 1 &&
			echo 1 >"$cpu/online" && [ "$(cat "$cpu/online")" = 1 ] && sleep 1 || return
	done
}

for file in sources.tar blob.sha256; do
	busybox wget -q -O "$file" "$url/$file" || { echo "load: no $file"; exit 1; }
done
for kind in compile network disk stress hotplug; do
	repeat "$kind" &
done
wait
cd / && rm -rf "$dir"
echo 'load: end'
