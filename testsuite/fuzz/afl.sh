#!/bin/sh
# afl.sh - spinrule-check under AFL++: objects, the code in their sections, and lock programs as text.
#
#   afl.sh SECONDS     each of the three for that long; through `make fuzz-afl`
#
# What is damaged must be refused: a crash, a broken assertion or a hang is a finding.  The
# inputs are lock programs of testsuite/core, and objects that are made from them.  Findings
# are left in build/afl; a test for each is in testsuite/core/hostile.exp.
#
# SPDX-License-Identifier: MIT

set -u

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
work=$top/build/afl
libraries="-lgmp -lbfd -llzma -ljansson -liberty"
flags="-std=gnu11 -O1 -g -iquote $top -iquote $top/plugin/checker -iquote $top/build/host"

give_up()
{
	echo "fuzz-afl: error: $*" >&2
	exit 1
}

command -v afl-clang-fast >/dev/null || give_up "afl-clang-fast not found"
rm -rf "$work"
mkdir -p "$work/in-text" "$work/in-code" "$work/in-object" || exit 1
cd "$top" || exit 1
sources=$(find plugin/checker -name '*.c' ! -path '*/driver/*')
# Words of flags, sources and libraries are meant.
# shellcheck disable=SC2086
afl-clang-fast $flags -o "$work/check" plugin/checker/*/*.c output/*.c runtime/rule.c $libraries >"$work/build.log" 2>&1 &&
	afl-clang-fast $flags -o "$work/code" "$here/code.c" $sources output/*.c \
		runtime/rule.c -lgmp -llzma -ljansson -liberty >>"$work/build.log" 2>&1 ||
	give_up "it does not build; see $work/build.log"

# Small inputs are tried more often.
for file in testsuite/core/*.lp; do
	name=$(basename "$file" .lp)
	awk '/^function / { n++ } n < 4' "$file" >"$work/in-text/$name.lp"
	"$work/code" --write "$work/in-text/$name.lp" "$work/in-code/$name" 2>/dev/null || rm -f "$work/in-code/$name"
done
rm -f "$work"/in-text/many-*.lp "$work"/in-code/many-*
printf '#include <wdm.h>\nstatic KSPIN_LOCK lock;\nvoid take(void) { KIRQL irql; KeAcquireSpinLock(&lock, &irql); KeReleaseSpinLock(&lock, irql); }\n' >"$work/take.c"
gcc -fplugin=build/gcc/spinrule.so -fplugin-arg-spinrule-embed -Iruntime/native -c -o "$work/in-object/take.o" "$work/take.c" ||
	give_up "no object with a lock program"
ar cr "$work/in-object/take.a" "$work/in-object/take.o"
# Types under which addresses are kept.
gcc -O1 -fplugin=build/gcc/spinrule.so -fplugin-arg-spinrule-embed -fplugin-arg-spinrule-no-warn -Itestsuite/include \
	-c -o "$work/in-object/pointers.o" testsuite/plugin/link/pointers-b.c || give_up "pointers-b.c does not compile"
build/spinrule-check --print "$work/in-object/pointers.o" | sed '/^function enters_three/,$d' >"$work/in-text/pointers.lp"
"$work/code" --write "$work/in-text/pointers.lp" "$work/in-code/pointers" || give_up "pointers.lp is not read"

export AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_UI=1 AFL_NO_AFFINITY=1

# run KIND ARGUMENT...: the inputs of KIND, for so many seconds.
run()
{
	kind=$1
	shift
	afl-fuzz -V "$seconds" -m none -t 10000 -i "$work/in-$kind" -o "$work/out-$kind" "$@" >"$work/$kind.log" 2>&1
	stats=$work/out-$kind/default/fuzzer_stats
	[ -f "$stats" ] || give_up "afl-fuzz did not run; see $work/$kind.log"
	awk -F ' *: *' -v kind="$kind" '
		$1 == "edges_found" { edges = $2 } $1 == "execs_done" { done = $2 } $1 == "saved_crashes" { crashes = $2 } $1 == "saved_hangs" { hangs = $2 }
		# A program that reads nothing finds little.
		END { printf "%s: %d executions, %d edges, %d crashes, %d hangs\n", kind, done, edges, crashes, hangs; exit crashes + hangs > 0 || edges < 100 }' "$stats" ||
		status=1
}

seconds=$1
status=0
# With -f, the name stands for @@.
run text -f "$work/current.lp" -- "$work/check" --link --name=all "$work/current.lp"
run code -- "$work/code" @@
run object -- "$work/check" @@
exit $status
