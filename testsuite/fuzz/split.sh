#!/bin/sh
# split.sh - random lock programs, split over files at random and linked: spinrule-check says
# of them what it says of the whole, and of the whole what it says if nothing is linked.
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

# What OUTPUT says of functions, not of their driver.  Where files are linked, a mistake that
# several ways lead to is counted once.
functions()
{
	sed -e '/^spinrule: [^ ]/d' -e '/^spinrule:   0 callbacks found/d' -e 's/: [0-9]* violations*\([ ,]\)/: violation\1/' \
		-e '/^spinrule:/!s/^\([^:]*: [^:]*\):.*/\1/' "$1" | sort -u
}

failed=0
seed=${2:-1}
end=$((seed + $1))
while [ "$seed" -lt "$end" ]; do
	"$top/build/fuzz/generate" ${GENERATE:-} "$seed" >"$work/whole.lp"
	awk -v seed="$seed" -v files=3 -v out="$work/part" -f "$here/split.awk" "$work/whole.lp"
	said "$work/whole.lp" >"$work/whole"
	said "$work/part1.lp" "$work/part2.lp" "$work/part3.lp" >"$work/split"
	"$CHECKER" --brief --summary "$work/whole.lp" 2>&1 | sort >"$work/alone"
	functions "$work/alone" >"$work/alone.functions"
	functions "$work/whole" >"$work/whole.functions"
	if ! cmp -s "$work/alone.functions" "$work/whole.functions"; then
		echo "$seed, not linked: $(diff "$work/alone.functions" "$work/whole.functions" | sed -n 's/^[<>]/&/p' | head -n 4)"
		failed=$((failed + 1))
	elif ! cmp -s "$work/whole" "$work/split"; then
		echo "$seed: $(diff "$work/whole" "$work/split" | sed -n 's/^[<>]/&/p' | head -n 4)"
		failed=$((failed + 1))
	fi
	seed=$((seed + 1))
done
echo "$1 programs, $failed failed"
[ $failed = 0 ]
