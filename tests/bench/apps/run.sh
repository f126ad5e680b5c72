#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Inside a Debian on four harts: one application, once. Sent there by apps.py.
#   run.sh NAME SECONDS URL      how long it takes; where the host serves sources.tar
# Prints "app: NAME VALUE UNIT"; larger is better, but for seconds.
set -eu

name=$1 seconds=$2 url=$3
threads=$(nproc)
cd /var/tmp

# bench COMMAND...: sysbench's events in each second
bench() {
	sysbench --threads="$threads" --time="$seconds" "$@" run >log
	echo "app: $name $(awk '
		/events per second:/ { rate = $NF }
		/total time:/ { time = $NF + 0 }
		/total number of events:/ { events = $NF }
		END { print rate ? rate : events / time }' log) events/s"
}

redis() {
	redis-cli ping >/dev/null 2>&1 || redis-server --save '' --daemonize yes >/dev/null
	until redis-cli ping >/dev/null 2>&1; do sleep 0.2; done
	redis-benchmark -t "$1" -n "$((seconds * 1500))" -c 20 --csv >log
	echo "app: $name $(awk -F '","' -v test="$1" '
		tolower($1) == "\"" test { print $2 }' log) requests/s"
}

fileio() {
	sysbench fileio --file-total-size=32M --file-num=4 prepare >/dev/null
	bench fileio --file-total-size=32M --file-num=4 --file-test-mode=rndrw
	sysbench fileio --file-total-size=32M --file-num=4 cleanup >/dev/null
}

compile() {
	[ -e sources.tar ] || busybox wget -q -O sources.tar "$url/sources.tar"
	rm -rf src
	mkdir src
	tar -x -f sources.tar -C src
	start=$(cut -d ' ' -f 1 /proc/uptime)
	make -s -j "$threads" -C src all
	echo "app: compile $(cut -d ' ' -f 1 /proc/uptime |
		awk -v s="$start" '{ print $1 - s }') seconds"
}

case $name in
redis-set | redis-get) redis "${name#redis-}" ;;
cpu) bench cpu --cpu-max-prime=2000 ;;
memory) bench memory --memory-total-size=1T ;;
threads) bench threads --thread-locks=4 ;;
fileio | compile) "$name" ;;
*)
	echo "run.sh: no application is called '$name': look into run.sh" >&2
	exit 2
	;;
esac
