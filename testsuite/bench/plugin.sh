# plugin.sh - what the compile-time check costs, beside other compile-time checks.  Sourced by bench.sh.
#
# Instructions of the compiler proper at -O2, as callgrind counts them: the same at every run, however busy the
# machine is.  Where a compile takes seconds, processor time, the median of three runs, because callgrind takes
# fifty times as long; such numbers are marked "~".
#
# A tool that takes longer than its limit is shown as "> N": so many times the plain compile, at least.
#
# SPDX-License-Identifier: MIT

plugin_so=$top/build/gcc/spinrule.so
mingw=x86_64-w64-mingw32-gcc
files=$build/plugin
limit=${BENCH_LIMIT:-40}	# seconds of the processor for one compile

# ---- the files ----

generate_files()
{
	mkdir -p "$files"
	awk -v shape=lines -f "$here/generate.awk" >"$files/lines.c" &&
	awk -v shape=locks -f "$here/generate.awk" >"$files/locks.c" &&
	awk -v shape=ifs -v count=20 -f "$here/generate.awk" >"$files/ifs-20.c" &&
	awk -v shape=ifs -v count=200 -f "$here/generate.awk" >"$files/ifs-200.c" &&
	awk -v shape=ifs -v count=10000 -f "$here/generate.awk" >"$files/ifs-10000.c" &&
	awk -v shape=statements -v count=20000 -f "$here/generate.awk" >"$files/statements.c" &&
	for slow in pointers:2000 machine:200 jumps:1000 loops:60 helpers:25 ladder:2000 list:300 flags:100 conditions:6 asked:20 nothing:400; do
		awk -v shape="${slow%:*}" -v count="${slow#*:}" -f "$here/generate.awk" >"$files/${slow%:*}.c" || return
	done
}

# The functions of check-real that fetch and compile Wine's source want these.
real=$top/build/real
# shellcheck disable=SC2034 # used in compile.sh
WINE_SOURCE=$real/wine WINE_DEV=$real/dev

fetch_real_file()
{
	[ -e "$real/fetched" ] && return
	mkdir -p "$real"
	(
		give_up() { echo "notice: $*" >&2; exit 1; }
		. "$top/testsuite/real/fetch.sh"
		fetch_wine >/dev/null
	)
}

# ---- one compile ----

# compile COMPILER FILE FLAG...: FILE is one of ours, or a name in Wine's source.
compile()
{
	compiler=$1 file=$2
	shift 2
	case $file in
	/*) "$compiler" -O2 -w -S -o /dev/null -I"$here" -I"$top/testsuite/include" "$@" "$file" ;;
	*) (
		here=$top/testsuite/real CC=$compiler
		. "$top/testsuite/real/compile.sh"
		# shellcheck disable=SC2086,SC2154 # several flags, of compile.sh
		wine_cc "$file" $kernel_flags -O2 -w -S -o /dev/null "$@"
	) ;;
	esac
}

# A compiler as a program: what stands before it, and flags.  wrapper NAME COMMAND...
wrapper()
{
	printf '#!/bin/sh\nexec %s "$@"\n' "$2" >"$build/$1" && chmod +x "$build/$1"
}

# instructions COMPILER FILE FLAG...: the number; nothing when it does not compile.
instructions()
{
	wrapper counted "valgrind --tool=callgrind --trace-children=yes --callgrind-out-file=/dev/null $1"
	shift
	# The compiler proper is the largest of the processes.
	WINE_CC_SECONDS=600 compile "$build/counted" "$@" 2>&1 >/dev/null | sed -n 's/.*Collected : *//p' | sort -n | tail -n 1
}

# seconds COMPILER FILE FLAG...: of the processor; "over" beyond the limit; nothing when it does not compile.
seconds()
{
	rm -f "$build/seconds"
	(
		# Only the soft limit: compile.sh sets one of its own.
		ulimit -S -t "$limit"
		# The shell's own "times" counts children.
		WINE_CC_SECONDS=$limit compile "$@" >/dev/null 2>&1
		status=$?
		times >"$build/times"
		awk -v status=$status 'NR == 2 {
			split($1, user, /[ms]/)
			split($2, system_, /[ms]/)
			print status, user[1] * 60 + user[2] + system_[1] * 60 + system_[2]
		}' "$build/times" >"$build/seconds"
	)
	read -r status time <"$build/seconds" || return
	case $status in
	0) echo "$time" ;;
	*) awk -v time="$time" -v limit="$limit" 'BEGIN { if (time >= limit - 1) print "over" }' ;;
	esac
}

# ---- the table ----

# ratio KIND COMPILER FILE FLAG...: of compiling with FLAGS to compiling without.  KIND is instructions or seconds;
# "any" is instructions where that does not take long; "+" before it is for a tool that compiles nothing: its own cost comes on top.
ratio()
{
	kind=${1#+} plus=${1%"${1#+}"} compiler=$2 file=$3
	shift 3
	command -v "$compiler" >/dev/null 2>&1 || { echo "-"; return; }
	time=$(seconds "$compiler" "$file" "$@")
	case $kind:$time in
	*:) echo "-"; return ;;
	*:over)
		awk -v base="$(base seconds "$compiler" "$file")" -v limit="$limit" 'BEGIN { printf "> %.0f\n", limit / (base > 0.01 ? base : 0.01) }'
		return ;;
	any:0 | any:0.[0-4]*) kind=instructions ;;
	any:*) kind=seconds ;;
	esac
	case $kind in
	instructions) value=$(instructions "$compiler" "$file" "$@") ;;
	seconds) value=$({ echo "$time"; seconds "$compiler" "$file" "$@"; seconds "$compiler" "$file" "$@"; } | median) ;;
	esac
	awk -v value="$value" -v base="$(base $kind "$compiler" "$file")" -v kind="$kind" -v plus="$plus" 'BEGIN {
		if (base + 0 == 0) { print "-"; exit }
		r = value / base + (plus == "+")
		printf (r >= 10 ? "%s%.0f\n" : kind == "seconds" ? "%s%.2f\n" : "%s%.3f\n"), kind == "seconds" ? "~" : "", r
	}'
}

# base KIND COMPILER FILE: of the plain compile; measured once.
base()
{
	kept=$build/base.$(echo "$*" | tr '/ ' '__')
	if [ ! -e "$kept" ]; then
		case $1 in
		instructions) instructions "$2" "$3" ;;
		*) { seconds "$2" "$3"; seconds "$2" "$3"; seconds "$2" "$3"; } | median ;;
		esac >"$kept.new"
		mv "$kept.new" "$kept"
	fi
	cat "$kept"
}

# row TITLE KIND FILE GCC CLANG
row()
{
	title=$1 kind=$2 file=$3 gcc=$4 clang=$5
	printf '| %s | %s ' "$title" "$(ratio "$kind" "$gcc" "$file" -fplugin="$top/build/$gcc/spinrule.so")"
	printf '| %s ' "$(ratio any "$gcc" "$file" -fanalyzer)"
	case $file in
	# No annotations there, so it would look at nothing.
	/*) printf '| %s ' "$(ratio any "$clang" "$file" -Wthread-safety)" ;;
	*) printf '| - ' ;;
	esac
	printf '| %s |\n' "$(ratio +any "$clang" "$file" --analyze)"
}

bench_plugin()
{
	rm -f "$build"/base.*
	generate_files || exit 1
	echo "## Compile time"
	echo
	echo "Cost of compiling with the tool, at -O2, as a ratio to compiling without: instructions of the compiler, \`~\` processor time,"
	echo "\`>\` given up after $limit seconds."
	echo
	wrapper clang-mingw "clang --target=x86_64-w64-mingw32"
	clang=clang clang_mingw=$build/clang-mingw
	if ! command -v clang >/dev/null 2>&1; then
		clang_mingw=clang
		notice "clang's columns are left out: no clang on this machine; install package clang"
	fi
	echo "| file | Spinrule | gcc -fanalyzer | clang -Wthread-safety | clang's analyzer |"
	echo "| --- | --- | --- | --- | --- |"
	row "1,000 lines, 25 of 50 functions lock" instructions "$files/lines.c" gcc $clang
	row "150 functions that lock" instructions "$files/locks.c" gcc $clang
	row "a function with 20 ifs" instructions "$files/ifs-20.c" gcc $clang
	row "a function with 200 ifs" instructions "$files/ifs-200.c" gcc $clang
	row "a function with 10,000 ifs" seconds "$files/ifs-10000.c" gcc $clang
	row "a function of 20,000 statements" seconds "$files/statements.c" gcc $clang
	row "a file of 400 functions without a lock" instructions "$files/nothing.c" gcc $clang
	row "a lock 2,000 pointers away" instructions "$files/pointers.c" gcc $clang
	row "a state machine of 200 states" instructions "$files/machine.c" gcc $clang
	row "1,000 labels with jumps between them" instructions "$files/jumps.c" gcc $clang
	row "60 loops in each other, each with a lock" instructions "$files/loops.c" gcc $clang
	row "25 helpers, each calling the one before twice" instructions "$files/helpers.c" gcc $clang
	row "2,000 locks and a ladder of gotos" instructions "$files/ladder.c" gcc $clang
	row "a lock left in a list, then 300 branches" instructions "$files/list.c" gcc $clang
	row "100 tests of masked bits around lock calls" instructions "$files/flags.c" gcc $clang
	row "a helper with 6 conditions and a lock held on some ways" instructions "$files/conditions.c" gcc $clang
	row "a lock left held after one callee, of 20 that take some work" instructions "$files/asked.c" gcc $clang
	if fetch_real_file && command -v $mingw >/dev/null 2>&1; then
		row "Wine's driver.c, 2,800 lines" instructions dlls/ntoskrnl.exe/tests/driver.c $mingw "$clang_mingw"
		row "Wine's hidclass.sys, device.c, 800 lines" instructions dlls/hidclass.sys/device.c $mingw "$clang_mingw"
	else
		notice "the rows of real drivers are left out: Wine's source is not there; it is a Debian source package, fetched by 'make check-real'"
	fi
}
