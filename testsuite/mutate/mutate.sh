#!/bin/sh
# mutate.sh - clean functions with one mistake each: how many of these does the checker report?
#
#   mutate.sh [FILE.c...]        the files of testsuite/plugin, or these
#
# The lock programs of good_ functions are changed in one lock operation: it is left out,
# doubled or moved.  Prints the share of mutants that are reported, are "unknown", or pass, by
# kind, and each one that passes.  Not each mutant is a mistake: a function that is no
# callback may return with its lock held on every path, and an operation may move to where
# it is as good.  CHECKER names another checker than build/spinrule-check.
#
# SPDX-License-Identifier: MIT

set -u

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
: "${CHECKER:=$top/build/spinrule-check}" "${PLUGIN:=$top/build/gcc/spinrule.so}"
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP

[ $# -gt 0 ] || set -- "$top"/testsuite/plugin/*/*.c
mkdir "$work/mutants"
number=1
for file; do
	rm -f "$work/whole.lp"
	gcc -O2 -w -S -o /dev/null -I"$top/testsuite/include" -isystem "$top/runtime/native" \
		-fplugin="$PLUGIN" -fplugin-arg-spinrule-dump="$work/whole.lp" \
		"$file" 2>"$work/err"
	[ -s "$work/whole.lp" ] || continue
	# As callbacks they start and end without locks: more of what is changed is a mistake.
	sed '/^function good_[^ ]* callback /!s/^function good_[^ ]*/& callback DRIVER_DISPATCH/' \
		"$work/whole.lp" >"$work/callbacks.lp"
	: >"$work/done"
	for program in callbacks whole; do
		"$CHECKER" --brief --summary "$work/$program.lp" >"$work/said"
		awk -v OUT="$work/mutants" -v FIRST="$number" -f "$here/mutants.awk" \
			"$work/said" "$work/done" "$work/$program.lp" >"$work/list"
		[ -s "$work/list" ] || continue
		cat "$work/list" >>"$work/all"
		awk '{ print $4 }' "$work/list" >>"$work/done"
		number=$(awk 'END { print $2 + 1 }' "$work/list")
	done
done
[ "$number" -gt 1 ] || { echo "mutate.sh: error: no good_ function with locks" >&2; exit 2; }
# A mutant that uses a value before it is defined is no program.
# shellcheck disable=SC2016 # the inner shell expands it
find "$work/mutants" -name '*.lp' -exec sh -c \
	'checker=$0; for f; do timeout 20 "$checker" --brief --summary "$f"; done' "$CHECKER" {} + \
	>"$work/said" 2>/dev/null
awk -f "$here/shares.awk" "$work/all" "$work/said"
