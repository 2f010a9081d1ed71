#!/bin/sh
# second-host.sh - run a command on one host that has a second one to compile on.
#
#   second-host.sh LOG COMPILER HIDDEN COMMAND...
#
# The second host is a network namespace with a name of its own, joined to that of COMMAND
# by a veth pair.  There distccd runs COMPILER, and there the folder HIDDEN is empty: what
# is in it can come from the first host only.  COMMAND has DISTCC_HOSTS with the second host
# alone.  LOG is what distccd says.
#
#     first host, 10.88.0.1                second host, 10.88.0.2
#     COMMAND, HIDDEN ---- veth pair ----- distccd, COMPILER, HIDDEN is empty
#
# Both are in namespaces of this script's: nothing of the machine's network or mounts
# changes, and all of it is gone when the script ends.
#
# Exit status: that of COMMAND, or 77 with a line that says why this machine cannot have a
# second host.
#
# SPDX-License-Identifier: MIT

set -u

cannot()
{
	echo "no second host: $1"
	exit 77
}

# $@ must work, or this machine cannot do what is needed.  What it said is the reason.
needed()
{
	said=$("$@" 2>&1) || cannot "$*: $(echo "$said" | head -n 1)"
}

if [ "${1:-}" != --inside ]; then
	for tool in unshare ip distcc distccd; do
		command -v $tool >/dev/null 2>&1 || cannot "$tool is not installed"
	done
	[ "$(id -u)" = 0 ] || cannot "namespaces need root"
	needed unshare --net --mount --uts --pid --fork true
	# Process 1 of its own namespace: when it ends, so do all that it has started.
	exec unshare --net --mount --uts --pid --fork --kill-child --mount-proc sh "$0" --inside "$@"
fi
log=$2 compiler=$3 hidden=$4
shift 4

needed mkdir -p /run/netns
needed mount -t tmpfs tmpfs /run/netns
needed ip netns add second
needed ip link add veth-first type veth peer name veth-second netns second
needed ip addr add 10.88.0.1/24 dev veth-first
needed ip link set veth-first up
needed ip link set lo up
needed ip -n second addr add 10.88.0.2/24 dev veth-second
needed ip -n second link set veth-second up
needed ip -n second link set lo up

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
echo "$compiler" >"$work/commands"
: >"$log"
# distccd runs as a user of its own.
chmod 666 "$log"
chmod 755 "$work"
chmod 644 "$work/commands"
# The arguments of the inner shell are meant.
# shellcheck disable=SC2016
ip netns exec second unshare --uts --mount sh -c '
	hostname second && mount -t tmpfs tmpfs "$1" && exec env DISTCC_CMDLIST="$2/commands" \
		PATH="$(dirname "$3"):$PATH" distccd --daemon --no-detach --verbose --jobs 2 \
		--listen 10.88.0.2 --allow 10.88.0.1 --log-file "$4"' \
	sh "$hidden" "$work" "$compiler" "$log" >"$work/said" 2>&1 &
server=$!

# It listens when it says so; when it cannot it ends.
until grep -q 'listening on' "$log"; do
	kill -0 $server 2>/dev/null || cannot "distccd ended: $(cat "$work/said" "$log" | head -n 3)"
	sleep 0.1
done
DISTCC_HOSTS=10.88.0.2 DISTCC_FALLBACK=0 DISTCC_BACKOFF_PERIOD=0 DISTCC_DIR=$work \
	PATH=$(dirname "$compiler"):$PATH "$@"
