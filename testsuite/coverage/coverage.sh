#!/bin/sh
# coverage.sh - how many lines of the checker and of the runtime the tests execute.
#
#   coverage.sh
#
# Builds a copy of the sources with gcov's counters, in build/coverage/tree, and runs
# there the tests of the checker and, as programs of this machine, those of the runtime.
# Where the tests load the plugin, the checker inside it counts too.  The page is
# build/coverage/index.html, the last line the one number.  MAKE is the make that builds.
#
# SPDX-License-Identifier: MIT

set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
build=$top/build/coverage
tree=$build/tree
: "${MAKE:=make}"

give_up()
{
	echo "coverage: error: $*" >&2
	exit 1
}

# A copy, since the counters are kept beside the objects; -p: what did not change is not
# compiled again.
mkdir -p "$tree"
cd "$top" || exit 1
for part in Makefile plugin runtime output report tools testsuite docs examples; do
	rm -rf "${tree:?}/$part"
	cp -Rp "$part" "$tree" || give_up "cannot copy $part"
done

# Counters in one another's way would lose some: threads count atomically.
count='-O0 -g --coverage -fprofile-update=atomic'
export CFLAGS="$count" RUNTIME_CFLAGS="$count" CXXFLAGS='-O0 -g0' LDFLAGS=--coverage COMPILERS=gcc
unset MAKEFLAGS MFLAGS MAKELEVEL

cd "$tree" || exit 1
find build -name '*.gcda' -exec rm -f {} + 2>/dev/null
echo "coverage: building"
$MAKE "-j$(nproc 2>/dev/null || echo 1)" all || give_up "the build failed"

# Programs that are linked with the runtime know nothing of gcov: the library brings it
# along.
objects=$build/gcov
rm -rf "$objects"
mkdir -p "$objects"
(cd "$objects" && ar x "$(gcc -print-file-name=libgcov.a)" &&
	ar r "$tree/build/gcc/libspinrule-posix.a" ./*.o) ||
	give_up "cannot add gcov to the library"

failed=
TESTS=core.exp sh testsuite/run.sh core || failed=yes
$MAKE fuzz-programs || give_up "the build failed"
for kind in "" --irqls --queued; do
	echo "coverage: random programs $kind"
	CUT=no GENERATE=$kind sh testsuite/fuzz/fuzz.sh 100 || failed=yes
done
TESTS="runtime.exp runs.exp shared.exp" sh testsuite/run.sh runtime || failed=yes

gcovr --root . --object-directory build --filter plugin/checker/ --filter runtime/ \
	--sort-percentage \
	--html-details "$build/index.html" --html-title "Spinrule: lines that the tests execute" \
	--json-summary "$build/summary.json" build >"$build/lines.txt" 2>"$build/gcovr.err" ||
	give_up "gcovr failed: $(tail -n 1 "$build/gcovr.err")"
cat "$build/lines.txt"
[ -z "$failed" ] || echo "coverage: tests failed, see above: the number is not that of a good build"
echo "coverage: see build/coverage/index.html"
jq -r '"coverage: \(.line_percent)% of \(.line_total) lines"' "$build/summary.json"
[ -z "$failed" ]
