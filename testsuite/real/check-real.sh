#!/bin/sh
# check-real.sh - Spinrule on drivers that it was not written for: those of Wine's own tests.
#
#   check-real.sh          (through `make check-real`, which builds Spinrule first)
#
# 1. Takes Wine's source package through apt-get (once; kept in build/real).
# 2. Compiles every file of it that takes a spin lock, or belongs to a kernel module, with the plugin,
#    for x86-64 and for i386: no warning that is not a true violation, and the code is the same to the byte.
# 3. Links the lock programs of ntoskrnl.exe and of hidclass.sys and checks them as drivers: the true
#    violations, no other, and no more functions unknown than file by file.
# 4. Builds the drivers of Wine's ntoskrnl and dinput tests plainly and instrumented, and runs Wine's
#    own test programs on both, on Wine: no violation, and as many of Wine's checks pass.
#
# docs/real-code.md says what it showed; what of that is the same each time is compared with it.
#
# SPDX-License-Identifier: MIT

set -u

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
real=$top/build/real
rounds=${REAL_RUNS:-3}

CC=${REAL_CC:-x86_64-w64-mingw32-gcc}
# Compiled with, but not run: the headers give the DDIs other names for i386.
CC32=${REAL_CC32:-i686-w64-mingw32-gcc}
NM=${CC%gcc}nm
WINDRES=${CC%gcc}windres
RUNTIME=$top/build/$(basename "$CC")/libspinrule-wdm.a

passed=0
failed=0
compiled=0
violations=0

give_up()
{
	echo "check-real: error: $*" >&2
	exit 1
}

# The plugin that is built for COMPILER.
plugin_of() { echo "$top/build/$(basename "$1")/spinrule.so"; }

pass() { passed=$((passed + 1)); }

fail()
{
	failed=$((failed + 1))
	echo "  FAIL: $*"
}

. "$here/fetch.sh"
. "$here/compile.sh"
. "$here/whole.sh"
. "$here/run.sh"
. "$here/page.sh"

# ---- what is needed ----

case $rounds in
[1-9]) ;;
*) give_up "REAL_RUNS is the number of runs of each kind, 1 to 9, not '$rounds'" ;;
esac
for tool in "$CC" "$CC32" "$NM" "$WINDRES"; do
	command -v "$tool" >/dev/null 2>&1 ||
		give_up "'$tool' not found; install packages gcc-mingw-w64-x86-64-win32 and gcc-mingw-w64-i686-win32, or name the compilers: REAL_CC=... REAL_CC32=..."
done
for part in "$(plugin_of "$CC")" "$(plugin_of "$CC32")" "$RUNTIME"; do
	[ -f "$part" ] || give_up "$part is not built; run 'make check-real', or 'make' first"
done
wine_prefix 10 find >/dev/null || exit 1
mkdir -p "$real" || give_up "cannot write to $real"
exec 9>"$real/lock"
if command -v flock >/dev/null 2>&1; then
	flock -n 9 || give_up "another check-real runs in $real"
fi
fetch_wine

# ---- warnings ----

echo "compiling Wine's files with the plugin, at -O0 and -O2 ..."
rm -rf "$real/warn"
mkdir -p "$real/warn"
for file in $(files_to_check); do
	for compiler in "$CC" "$CC32"; do
		for level in -O0 -O2; do
			check_file "$file" "$compiler" $level
		done
	done
done
[ "$compiled" -gt 0 ] || fail "no file of Wine compiles with $CC; see $real/warn"
for driver in $ntoskrnl_drivers driver_bus; do
	ls "$real"/warn/*-tests-"$driver.c-$(machine_of "$CC")"-O2.summary >/dev/null 2>&1 || fail "$driver.c was not checked"
done
printf '  %-11s %9s %9s %9s %9s %9s %9s\n' "checked" files functions callbacks "lock calls" violations unknown
for compiler in "$CC" "$CC32"; do
	for level in -O0 -O2; do
		summary_totals "$(machine_of "$compiler")" $level
	done
done
echo "  $compiled compiles, $violations warnings, each a true violation listed in testsuite/real/true-violations"

compare_page_compiled

# ---- whole drivers ----

echo "checking Wine's drivers of several files as drivers ..."
rm -rf "$real/whole"
for driver in $whole_drivers; do
	for compiler in "$CC" "$CC32"; do
		for level in -O0 -O2; do
			check_whole "$driver" "$compiler" $level
		done
	done
done

compare_page_whole

# ---- instrumented ----

echo "building Wine's test drivers, plain and instrumented ..."
for kind in plain instrumented; do
	rm -rf "${real:?}/$kind"
	mkdir -p "$real/$kind"
	for driver in $ntoskrnl_drivers; do
		build_driver $kind $ntoskrnl_tests $driver || give_up "$driver.c does not build ($kind); see $real/$kind/$driver.err"
	done
	for driver in $dinput_drivers; do
		build_driver $kind $dinput_tests $driver || give_up "$driver.c does not build ($kind); see $real/$kind/$driver.err"
	done
	build_programs $kind >"$real/$kind/programs.err" 2>&1 || give_up "Wine's test programs do not build; see $real/$kind/programs.err"
done
for driver in $ntoskrnl_drivers $dinput_drivers; do
	if [ -n "$(left_over "$real/instrumented/$driver.o")" ]; then
		fail "$driver.o, instrumented, still calls $(left_over "$real/instrumented/$driver.o" | tr '\n' ' ')"
	else
		pass
	fi
done

# ---- run ----

trap 'stop_prefix' EXIT
trap 'exit 1' INT TERM HUP
start_prefix

# run_rounds FIRST LAST: by turns, so that a busy machine slows both kinds alike.
run_rounds()
{
	round=$1
	while [ "$round" -le "$2" ]; do
		echo "running Wine's test programs, round $round ..."
		for kind in plain instrumented; do
			run_program $kind $round ntoskrnl_test.exe ntoskrnl
			run_program $kind $round dinput_test.exe hid
			run_program $kind $round dinput_test.exe hotplug
		done
		round=$((round + 1))
	done
}

run_rounds 1 "$rounds"
{ compare_counts; compare_failures "$rounds"; } >"$real/verdicts"
if grep -q ' worse$' "$real/verdicts"; then
	echo "the two kinds differ; running as often again to tell a race from a fault"
	run_rounds $((rounds + 1)) $((2 * rounds))
	rounds=$((2 * rounds))
fi

table
compare_counts >"$real/verdicts"
while read -r part verdict; do
	case $verdict in
	same) pass ;;
	races) pass; echo "  $part: runs differ; the best instrumented one is as good as a plain one" ;;
	polls) pass; echo "  $part: how many checks it makes is chance; none failed when instrumented" ;;
	*) fail "$part: instrumented, fewer of Wine's checks pass; see $real/plain and $real/instrumented" ;;
	esac
done <"$real/verdicts"
compare_failures "$rounds" >"$real/verdicts"
while read -r test check plain instrumented verdict; do
	echo "  Wine's check at $check ($test) failed in $plain of $rounds plain and $instrumented of $rounds instrumented runs"
	[ "$verdict" = races ] || fail "$check ($test) fails when instrumented; see $real/instrumented"
done <"$real/verdicts"

printf '  %-16s %5s %17s %11s %11s\n' "at run time" runs "drivers unloaded" "lock calls" violations
for test in ntoskrnl hid hotplug; do
	runtime_totals $test >"$real/totals"
	read -r logs loads violations calls incomplete <"$real/totals"
	printf '  %-16s %5d %17d %11d %11d\n' $test "$logs" "$loads" "$calls" "$violations"
	if [ "$logs" -ne "$rounds" ]; then
		fail "$test: $logs of $rounds instrumented runs left a log of the runtime: was it instrumented?"
	elif [ "$calls" -eq 0 ]; then
		fail "$test: the runtime saw no lock call: was it instrumented?"
	elif [ "$violations" -ne 0 ]; then
		fail "$test: violations at run time:"
		sed 's/^/    /' "$real"/instrumented/$test-*.spinrule | grep -A 4 -F '[spinrule-' | head -n 20
	elif [ "$incomplete" -ne 0 ]; then
		fail "$test: the runtime says that its checking was incomplete; see $real/instrumented"
	else
		pass
	fi
done

# More hangs than without the runtime, or a report before one, are the runtime's business.
hangs() { cat "$real/$1/cut" 2>/dev/null | wc -l; }
if [ "$(hangs instrumented)" -gt $(($(hangs plain) + 1)) ]; then
	fail "$(hangs instrumented) instrumented and $(hangs plain) plain runs were cut off; see $real/instrumented"
elif cat "$real"/instrumented/*.cut-spinrule 2>/dev/null | grep -F '[spinrule-'; then
	fail "a run that was cut off had a violation"
else
	pass
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
