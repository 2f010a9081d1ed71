#!/bin/sh
# fuzz.sh - holds spinrule-check against reference.c on random lock programs.
#
#   fuzz.sh COUNT [SEED]         COUNT programs, the first made from SEED (1)
#   fuzz.sh --one FILE.lp        what is wrong about one file
#
# FALSE ALARM: spinrule-check says it, and no run of the program does it.  MISSED: a run
# does it, and spinrule-check does not say it, nor that the function is "unknown".  CRASH:
# it ends with another status than 0 and 1, or takes more than 20 seconds of processor
# time for fifty programs. MISCOUNTED: it knows how many acyclic paths are violated, and
# the runs say something else. DIFFERS, INVENTED, LOST: the runtime, which executes the
# program path by path, does not agree with the rule or with reference.c; see execute.c.
#
# DUMP: the plugin says something else than spinrule-check does when it reads the plugin's
# dump.
#
# Programs that fail are left in KEEP (build/fuzz/failed), cut down, with what is wrong in
# a comment.  CHECKERS names the programs to try (build/spinrule-check); gcc-O0 and gcc-O2
# stand for the plugin, which gets the programs as C.  EXECUTE is the program that
# executes.  CUT=no leaves failing ones whole. GENERATE=--irqls makes programs whose kinds
# of release and IRQLs go wrong too, GENERATE=--queued such with in-stack queued locks,
# GENERATE=--driver such with more of what drivers do.
# The last line is "N programs, N failed".
#
# SPDX-License-Identifier: MIT

set -u

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
build=$top/build/fuzz
: "${CHECKERS:=$top/build/spinrule-check}" "${EXECUTE:=$build/execute}"
: "${CUT:=yes}" "${KEEP:=$build/failed}"
mistakes='FALSE ALARM|MISSED|MISCOUNTED|DUMP|DIFFERS|INVENTED|LOST'
# What has not ended after so many seconds hangs: ten times what it takes on a busy
# machine.
hang=3600
# Leaks are told when a process ends; what matters here is the rest.
export ASAN_OPTIONS=detect_leaks=0:exitcode=99 UBSAN_OPTIONS=halt_on_error=1:exitcode=99

# compare CHECKER SCRATCH FILE...: what is wrong, one line each.
compare()
{
	checker=$1 scratch=$2
	shift 2
	if ! timeout $hang "$build/reference" ${VALUES:-} "$@" \
		>"$scratch.ref" 2>"$scratch.err"; then
		cat "$scratch.err"
		echo "$1: REFERENCE: it does not end well"
		return
	fi
	case $checker in
	gcc-O*) timeout $hang sh "$here/by-gcc.sh" "${checker#gcc}" "$scratch" "$@" ;;
	*) (ulimit -t 20; exec timeout $hang "$checker" --brief --summary "$@") ;;
	esac >"$scratch.said" 2>"$scratch.err"
	status=$?
	if [ $status -gt 1 ]; then
		why=$(grep -m 1 -e 'ERROR' -e 'runtime error' "$scratch.err" ||
			head -n 1 "$scratch.err")
		echo "$1: CRASH: status $status, $why"
		return
	fi
	awk -v counted="$scratch.counted" -f "$here/compare.awk" "$scratch.ref" "$scratch.said"
	sed -n 's/^dump \([^:]*\): /\1: DUMP: /p' "$scratch.said"
	# Once is enough: the runtime has nothing to do with which checker it is.
	[ "$checker" = "${CHECKERS%% *}" ] || return
	SPINRULE_OPTIONS=exitcode=0:summary=0 timeout $hang \
		"$EXECUTE" "$scratch.ref" ${VALUES:-} "$@" >"$scratch.ran" 2>"$scratch.err"
	status=$?
	if [ $status -gt 1 ]; then
		echo "$1: REFERENCE: execute ends with status $status: $(head -n 1 "$scratch.err")"
		return
	fi
	sed '$d' "$scratch.ran"
	# For the totals.
	[ "$scratch" != "${totals_of:-}" ] || sed -n '$p' "$scratch.ran" >>"$work/totals"
}

# The same, with the range of numbers that no program leaves by chance, where that makes a
# difference.
judge()
{
	compare "$@" >"$2.verdict"
	if grep -qE 'FALSE ALARM|MISCOUNTED' "$2.verdict"; then
		VALUES=--values=-9..17 compare "$@" >"$2.verdict"
	fi
	cat "$2.verdict"
}

case ${1:-} in
--one)
	file=$2
	for checker in $CHECKERS; do
		judge "$checker" "$file.one" "$file"
	done
	rm -f "$file".one.*
	exit 0 ;;
--still)
	# fuzz.sh --still CHECKER KIND FILE: for cut.  What it made may go on for ever.
	ulimit -t 20
	judge "$2" "$4.still" "$4" | grep -q ": $3"
	status=$?
	rm -f "$4".still.*
	exit $status ;;
'' | *[!0-9]*)
	echo "fuzz.sh: error: usage: fuzz.sh COUNT [SEED], or fuzz.sh --one FILE.lp" >&2
	exit 2 ;;
esac

count=$1
first=${2:-1}
work=$build/work.$$
totals_of=$work/all
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
mkdir -p "$work" "$KEEP"
: >"$work/totals"
failed=0
known=" "

# fails CHECKER FILE: FILE is to be kept if anything is wrong with it.
fails()
{
	judge "$1" "$work/judge" "$2" >"$work/why"
	[ -s "$work/why" ] || return
	kept=$KEEP/$(basename "$2")
	# One of several checkers is enough.
	case $known in *" $2 "*) return ;; esac
	known="$known$2 "
	failed=$((failed + 1))
	sed 's|^.*/||' "$work/why"
	cp "$2" "$kept"
	kind=$(sed -n '1s/^[^:]*: \([A-Z ]*: [^ ]*\).*/\1/p' "$work/why")
	case $kind in
	FALSE* | MISSED*)
		id=$(sed -n '1s/^.*: [^ ]* [^ ]* \([-a-z]*\).*/\1/p' "$work/why")
		kind="${kind%%: *}: [^ ]* [^ ]* $id" ;;
	esac
	if [ "$CUT" = yes ]; then
		timeout $hang "$build/cut" "$kept" sh "$here/fuzz.sh" --still "$1" "$kind"
		judge "$1" "$work/judge" "$kept" >"$work/why"
	fi
	sed 's|^[^:]*:|#|' "$work/why" >"$work/kept"
	cat "$kept" >>"$work/kept"
	mv "$work/kept" "$kept"
}

seed=$first
while [ "$seed" -lt $((first + count)) ]; do
	rm -f "$work"/*.lp
	n=0
	while [ $n -lt 50 ] && [ "$seed" -lt $((first + count)) ]; do
		"$build/generate" ${GENERATE:-} "$seed" >"$work/$seed.lp" || {
			echo "fuzz.sh: error: program $seed was not made"
			exit 2
		}
		seed=$((seed + 1))
		n=$((n + 1))
	done
	for checker in $CHECKERS; do
		# Fifty at once; one by one if anything is wrong with them.
		compare "$checker" "$work/all" "$work"/*.lp >"$work/wrong"
		if grep -qE ': (CRASH|REFERENCE):' "$work/wrong"; then
			wrong=$(echo "$work"/*.lp)
		else
			wrong=$(grep -E ": ($mistakes): " "$work/wrong" |
				sed 's/: [A-Z ]*: .*//' | sort -u)
		fi
		for file in $wrong; do
			fails "$checker" "$file"
		done
	done
done
awk '{ functions += $1; paths += $3; violations += $5; all += $7 }
	END {
		printf "%d functions executed on %d paths, ", functions, paths
		printf "%d of them on all paths, %d violations\n", all, violations
	}' "$work/totals"
# Through gcc only what is said is compared.
case $CHECKERS in gcc-*) rm -f "$totals_of.counted" ;; esac
[ ! -e "$totals_of.counted" ] ||
	awk '{ violating += $1; counted += $2; clean += $3; unknown += $4 }
		END {
			printf "%d functions with violations, ", violating
			printf "the paths of %d counted twice\n", counted
			printf "%d functions without, %d of them unknown (%.1f %%)\n", clean,
				unknown, clean ? 100 * unknown / clean : 0
		}' "$totals_of.counted"
echo "$count programs, $failed failed"
[ "$failed" = 0 ]
