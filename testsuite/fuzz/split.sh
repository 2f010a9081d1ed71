#!/bin/sh
# split.sh - random lock programs, split over files at random and linked: spinrule-check says
# of them what it says of the whole.
#
#   split.sh COUNT [SEED]        COUNT programs, the first made from SEED (1)
#
# GENERATE=--irqls and --queued are as for fuzz.sh.  The last line is "N programs, N
# failed"; exit status 1 if some failed.
#
# SPDX-License-Identifier: MIT

set -u

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
: "${CHECKER:=$top/build/spinrule-check}"
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

# What the checker says of the driver "all" that FILES are, whatever the order of functions.
said()
{
	"$CHECKER" --link --name=all --brief --summary "$@" >"$work/said" 2>&1
	status=$?
	sort "$work/said"
	[ $status -le 1 ] || echo "status $status"
}

failed=0
seed=${2:-1}
end=$((seed + $1))
while [ "$seed" -lt "$end" ]; do
	"$top/build/fuzz/generate" ${GENERATE:-} "$seed" >"$work/whole.lp"
	awk -v seed="$seed" -v files=3 -v out="$work/part" -f "$here/split.awk" "$work/whole.lp"
	said "$work/whole.lp" >"$work/whole"
	said "$work/part1.lp" "$work/part2.lp" "$work/part3.lp" >"$work/split"
	if ! cmp -s "$work/whole" "$work/split"; then
		echo "$seed: $(diff "$work/whole" "$work/split" | sed -n 's/^[<>]/&/p' | head -n 4)"
		failed=$((failed + 1))
	fi
	seed=$((seed + 1))
done
echo "$1 programs, $failed failed"
[ $failed = 0 ]
