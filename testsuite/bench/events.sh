# events.sh - what the runtime adds to events that are no plain pairs, in instructions.  Sourced by bench.sh.
#
# A program does one kind of event N times, and 2 N times; callgrind counts both, and the difference of the two is what N events take, in
# the program and in the runtime.  Raw is the same program with events.c not instrumented.  The program itself is never
# instrumented: it calls callbacks as a kernel does.
#
# SPDX-License-Identifier: MIT

events="callback callback-pair inside pair nested out-of-order try cancel queued queued-nested"
events_count=2000

events_instructions()
{
	for n in $events_count $((2 * events_count)); do
		timeout 100 valgrind --tool=callgrind --callgrind-out-file=/dev/null "$1" "$2" $n 2>&1 |
			sed -n 's/.*Collected : *//p'
	done | awk -v n=$events_count '{ i[NR] = $1 } END { if (NR == 2) printf "%.0f\n", (i[2] - i[1]) / n }'
}

build_events()
{
	flags="-O2 -g -w -I$top/testsuite/include -I$top/runtime -I$top/runtime/native -I$here"
	for side in raw checked; do
		plugin=
		[ $side = raw ] || plugin=$(instrumented gcc)
		# shellcheck disable=SC2086 # several flags
		gcc $flags $plugin -c "$here/events.c" -o "$build/events-$side.o" &&
			gcc $flags -o "$build/events-$side" "$here/events-main.c" "$build/events-$side.o" \
				"$top/build/gcc/libspinrule-posix.a" -pthread || give_up "events.c does not build"
	done
}

event_name()
{
	case $1 in
	callback) echo "a callback that does nothing" ;;
	callback-pair) echo "a callback with a pair" ;;
	inside) echo "a callback that does nothing, inside another" ;;
	pair) echo "a pair" ;;
	nested) echo "two locks, nested" ;;
	out-of-order) echo "two locks, the older one released first" ;;
	try) echo "a try and its release" ;;
	cancel) echo "the cancel spin lock" ;;
	queued) echo "an in-stack queued lock" ;;
	queued-nested) echo "two in-stack queued locks, nested" ;;
	esac
}

bench_events()
{
	build_events
	printf '| instructions | raw | checked | more | ratio |\n| --- | --- | --- | --- | --- |\n'
	for event in $events; do
		raw=$(events_instructions "$build/events-raw" "$event")
		checked=$(events_instructions "$build/events-checked" "$event")
		awk -v name="$(event_name "$event")" -v r="$raw" -v c="$checked" \
			'BEGIN { printf "| %s | %d | %d | %d | %.1f |\n", name, r, c, c - r, c / r }'
	done
}
