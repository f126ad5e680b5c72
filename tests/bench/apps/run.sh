#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Inside a Debian on four harts: one round of each application. Sent there by apps.py.
#   run.sh SECONDS URL      how long each takes; where the host serves sources.tar
# Prints "app: NAME VALUE UNIT" for each; larger is better, but for seconds.
set -eu

seconds=$1 url=$2
threads=$(nproc)
cd /var/tmp

# bench NAME COMMAND...: sysbench's events in each second
bench() {
	name=$1
	shift
	sysbench --threads="$threads" --time="$seconds" "$@" run >log
	echo "app: $name $(awk '
		/events per second:/ { rate = $NF }
		/total time:/ { time = $NF + 0 }
		/total number of events:/ { events = $NF }
		END { print rate ? rate : events / time }' log) events/s"
}

redis-cli ping >/dev/null 2>&1 || redis-server --save '' --daemonize yes >/dev/null
until redis-cli ping >/dev/null 2>&1; do sleep 0.2; done
for test in set get; do
	redis-benchmark -t "$test" -n "$((seconds * 1500))" -c 20 --csv >log
	echo "app: redis-$test $(awk -F '","' -v test="$test" '
		tolower($1) == "\"" test { print $2 }' log) requests/s"
done
bench cpu cpu --cpu-max-prime=2000
bench memory memory --memory-total-size=1T
bench threads threads --thread-locks=4
sysbench fileio --file-total-size=32M --file-num=4 prepare >/dev/null
bench fileio fileio --file-total-size=32M --file-num=4 --file-test-mode=rndrw
sysbench fileio --file-total-size=32M --file-num=4 cleanup >/dev/null

[ -e sources.tar ] || busybox wget -q -O sources.tar "$url/sources.tar"
rm -rf src
mkdir src
tar -x -f sources.tar -C src
start=$(cut -d ' ' -f 1 /proc/uptime)
make -s -j "$threads" -C src all
echo "app: compile $(cut -d ' ' -f 1 /proc/uptime | awk -v s="$start" '{ print $1 - s }') seconds"
