#!/bin/sh
# bench.sh - what Spinrule costs, beside what others cost, as tables.
#
#   bench.sh [compile] [run] [events] [driver] [page]   the first three when nothing is named
#
# Through `make bench`, which builds what is needed.  The tables go to standard output, and to build/bench/tables.md; what
# is left out, and why, to standard error.
#
# SPDX-License-Identifier: MIT

set -u

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
build=$top/build/bench

give_up()
{
	echo "bench: error: $*" >&2
	exit 1
}

notice() { echo "bench: notice: $*" >&2; }

# The median of the numbers, one in a line.
median() { sort -g | awk '{ n[NR] = $1 } END { if (NR) print n[int((NR + 1) / 2)] }'; }

. "$here/plugin.sh"
. "$here/runtime.sh"
. "$here/events.sh"
. "$here/driver.sh"
. "$here/page.sh"

[ -f "$top/build/gcc/libspinrule-posix.a" ] || give_up "gcc's runtime is not built; run 'make bench'"
command -v valgrind >/dev/null 2>&1 || give_up "'valgrind' not found: instructions are counted with it; install package valgrind"
mkdir -p "$build" || give_up "cannot write to $build"
: >"$build/tables.md"

[ $# -gt 0 ] || set -- compile run events
for part in "$@"; do
	case $part in
	compile) bench_plugin ;;
	run) bench_runtime ;;
	events) bench_events ;;
	driver) bench_driver ;;
	page) bench_page ;;
	*) give_up "unknown part '$part': use compile, run, events, driver or page" ;;
	esac | tee -a "$build/tables.md"
	echo | tee -a "$build/tables.md"
done
