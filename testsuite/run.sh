#!/bin/sh
# run.sh - build, run the tests of the tools named, and sum up.
#
#   MAKE=make TESTS="branch-join.c ..." run.sh TOOL...
#
# TESTS limits the run to these test files, all files of these folders, or whole .exp
# files.  TOOL is core, plugin, runtime or driver; plugin and runtime run once for each
# compiler.  Each run has a folder of its own under build/check.
#
# What each run is at is printed when it starts and ends, and every minute in between.
# The last line is "N passed, N failed".  Failures are also: a test that passes although
# it is expected to fail, an error, an unresolved test, a run that dies, a run without
# tests, a failed build.  Expected failures and unsupported tests are listed and not
# counted.
#
# SPDX-License-Identifier: MIT

set -u

top=$(cd "$(dirname "$0")/.." && pwd)
check=$top/build/check
: "${MAKE:=make}" "${TESTS:=}"
export TESTS

# The name of the run of TOOL for COMPILER, and of its folder.
name_of()
{
	case $1 in
	core | driver) echo "$1" ;;
	*) echo "$1-${2##*/}" ;;
	esac
}

count() { grep -cE "^($1): " "$2"; }

passes='PASS'
failures='FAIL|XPASS|UNRESOLVED|ERROR|KPASS'
known='XFAIL|KFAIL'
left_out='UNSUPPORTED|UNTESTED'

# ---- one run of runtest: run.sh --one TOOL BOARD COMPILER ----

# A run that has not ended after so many seconds hangs: ten times what the longest takes
# on a busy machine.
hang=36000

# What the results in SUM come to.
results()
{
	[ -e "$1" ] || return
	printf '%d passed, %d failed' "$(count "$passes" "$1")" "$(count "$failures" "$1")"
}

# Every minute: which file JOB is at, and its results by then.
watch()
{
	minutes=0
	while sleep 60 >/dev/null 2>&1; do
		minutes=$((minutes + 1))
		at=$(sed -n 's|^Running .*/testsuite/\(.*\) \.\.\.$|\1|p' "$2" 2>/dev/null |
			tail -n 1)
		echo "$1: ${at:-starting}, $(results "$2"), $minutes min"
	done
}

if [ "${1:-}" = --one ]; then
	tool=$2 board=$3 compiler=$4
	job=$(name_of "$tool" "$compiler")
	rm -rf "${check:?}/$job"
	mkdir -p "$check/$job"
	cd "$check/$job" || exit 1

	# TESTS names test files, folders of them, or whole .exp files.
	files=
	set --
	for test in $TESTS; do
		case $test in
		*.exp) set -- "$@" "$test" ;;
		*.*) files="$files $test" ;;
		*) files="$files ${test%/}/*" ;;
		esac
	done
	tests=$top/testsuite/$tool
	[ -z "$files" ] || for exp in "$tests"/*.exp "$tests"/*/*.exp; do
		[ -e "$exp" ] || continue
		case " $TESTS " in
		*" ${exp##*/} "*) ;;
		*) set -- "$@" "${exp##*/}=${files# }" ;;
		esac
	done
	echo "$job: started"
	watch "$job" "$tool.sum" &
	watch=$!
	start=$(date +%s)
	# Nothing to read and no terminal: the same here as on a build farm.
	DEJAGNU=$top/testsuite/config/global.exp SPINRULE_COMPILER=$compiler LC_ALL=C \
		timeout -k 10 "$hang" runtest --srcdir "$top/testsuite" --outdir . --objdir . \
		--tool "$tool" --target_board "$board" "$@" >runtest.out 2>&1 </dev/null &
	# timeout has a process group of its own: whoever ends this script ends the tests
	# too.
	tests=$!
	trap 'kill $tests $watch; echo interrupted >status; exit 1' INT TERM HUP
	wait $tests
	status=$?
	kill $watch
	echo $status >status
	[ $status != 124 ] || echo "$job: ended after $hang seconds, the limit for runs that hang"
	echo "$job: ended, $(results "$tool.sum"), $(($(date +%s) - start)) s"
	exit 0
fi

# ---- all of them ----

mkdir -p "$check"
rm -f "$check/failures"
failed=0

build_failed=
# As many compiles at once as there are processors, unless make was called with another
# number.  Its job server is for the makes that it starts itself.
jobs_flag=$(echo "${MAKEFLAGS:-}" | sed -n 's/^\(.* \)*\(-j[0-9]*\)\( .*\)*$/\2/p')
MAKEFLAGS=$(echo "${MAKEFLAGS:-}" | sed 's/ -j[0-9]*//g; s/ --jobserver-[a-z]*=[^ ]*//g')
export MAKEFLAGS
echo "build: started"
$MAKE "${jobs_flag:--j$(nproc 2>/dev/null || echo 1)}" -k all </dev/null || build_failed=yes
echo "build: ended${build_failed:+, and failed}"
compilers=$($MAKE -s --no-print-directory compilers) || compilers=
export SPINRULE_COMPILERS="$compilers"

board_of()
{
	case $("$1" -dumpmachine) in
	"$(gcc -dumpmachine)") echo native ;;
	x86_64-w64-mingw32) echo mingw-wine ;;
	i?86-w64-mingw32) echo mingw32-wine ;;
	*) echo cross ;;
	esac
}

jobs=
for tool in "$@"; do
	case $tool in
	core) jobs="$jobs core:native:gcc" ;;
	driver) jobs="$jobs driver:kernel-wine:x86_64-w64-mingw32-gcc" ;;
	plugin | runtime)
		for compiler in $compilers; do
			jobs="$jobs $tool:$(board_of "$compiler"):$compiler"
		done ;;
	*)
		echo "run.sh: error: unknown tool '$tool': use core, plugin, runtime or driver" >&2
		exit 1 ;;
	esac
done

# Two at a time: more would make the tests that watch the clock wait for each other.
echo $jobs | tr ' :' '\n ' | xargs -n 3 -P 2 sh "$0" --one

ran=0
passed=0
for job in $jobs; do
	tool=${job%%:*}
	name=$(name_of "$tool" "${job##*:}")
	dir=$check/$name
	sum=$dir/$tool.sum
	status=$(cat "$dir/status" 2>/dev/null || echo none)
	[ -f "$sum" ] || : >"$sum"

	p=$(count "$passes" "$sum")
	f=$(count "$failures" "$sum")
	x=$(count "$known" "$sum")
	u=$(count "$left_out" "$sum")
	grep -E "^($failures): " "$sum" | sed "s|^|$name: |" >>"$check/failures"
	case $status in
	0) ;;
	1)
		if [ "$f" = 0 ]; then
			f=1
			echo "$name: runtest ended with an error, see $dir/runtest.out" \
				>>"$check/failures"
		fi ;;
	*)
		f=$((f + 1))
		echo "$name: runtest died (status $status), see $dir/runtest.out" \
			>>"$check/failures" ;;
	esac
	if [ $((p + f + x)) = 0 ] && [ -z "$TESTS" ]; then
		f=1
		echo "$name: ran no tests, see $dir/runtest.out" >>"$check/failures"
	fi
	printf '%-34s %5d passed %4d failed %4d known misses %4d unsupported\n' \
		"$name" "$p" "$f" "$x" "$u"
	ran=$((ran + p + f + x))
	passed=$((passed + p))
	failed=$((failed + f))
done

# Print under TITLE the tests of RESULTS; BY_REASON 1: those of one reason (after the last
# ": ") in one line.
list()
{
	title=$1 results=$2 by_reason=$3
	for job in $jobs; do
		tool=${job%%:*}
		name=$(name_of "$tool" "${job##*:}")
		grep -hE "^($results): " "$check/$name/$tool.sum" | sed "s|^[A-Z]*: |$name: |"
	done | awk -v title="$title" -v by_reason="$by_reason" '
		NR == 1 { print title }
		{
			reason = $0
			if (by_reason)
				sub(/.*: /, "", reason)
			group = $1 " " reason
			if (!(group in n))
				order[++groups] = group
			n[group]++
			first[group] = $0
		}
		END {
			for (i = 1; i <= groups; i++)
				if (n[order[i]] == 1)
					print "  " first[order[i]]
				else {
					split(order[i], part, ": ")
					reason = substr(order[i], length(part[1]) + 3)
					print "  " part[1] ": " n[order[i]] " tests: " reason
				}
		}'
}

list "Unsupported here, and why:" "$left_out" 1
list "Known misses:" "$known" 0

if [ "$ran" = 0 ] && [ -n "$TESTS" ]; then
	failed=$((failed + 1))
	echo "no test ran: no file of $* is named by TESTS=$TESTS" >>"$check/failures"
fi
if [ -n "$build_failed" ]; then
	failed=$((failed + 1))
	echo "the build failed, see above" >>"$check/failures"
fi
if [ -s "$check/failures" ]; then
	echo "Failures:"
	sed 's/^/  /' "$check/failures"
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
