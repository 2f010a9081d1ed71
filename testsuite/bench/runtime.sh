# runtime.sh - what the run-time check costs, beside other run-time checks.  Sourced by bench.sh.
#
# Raw and checked locks alternate within one program, in slices of about two milliseconds; a program's numbers are medians of
# these, and the table's the medians of $rounds runs in which all programs take turns.  Tools that watch a whole program are run
# beside the same program without them.
#
# SPDX-License-Identifier: MIT

rounds=${BENCH_ROUNDS:-3}
works="leaf own shared nested million list threads"
bench_cc="gcc -O2 -g -w -I$top/testsuite/include -I$here"
mingw_cc="x86_64-w64-mingw32-gcc -O2 -g -w -I$top/testsuite/include -I$here"

# side CC LOCKS SIDE OBJECT FLAG...: work.c with these locks.
side()
{
	cc=$1 locks=$2 name=$3 object=$4
	shift 4
	$cc "-DLOCKS=\"$locks\"" -DSIDE="$name" "$@" -c "$here/work.c" -o "$build/$object" || give_up "work.c does not build with $locks"
}

instrumented() { echo "-fplugin=$top/build/$1/spinrule.so -fplugin-arg-spinrule-instrument -fplugin-arg-spinrule-no-warn"; }

build_programs_of_gcc()
{
	side "$bench_cc" locks-ddi.h raw raw.o
	# shellcheck disable=SC2046 # several flags
	side "$bench_cc" locks-ddi.h checked checked.o $(instrumented gcc)
	side "$bench_cc" locks-errorcheck.h checked errorcheck.o
	side "$bench_cc" locks-table.h checked table.o
	for program in posix:checked.o errorcheck:errorcheck.o table:table.o; do
		set -- "$build/raw.o" "$build/${program#*:}"
		[ "$program" != table:table.o ] || set -- "$@" "$here/table.c"
		$bench_cc -o "$build/bench-${program%:*}" "$here/bench.c" "$here/measure.c" "$@" \
			"$top/build/gcc/libspinrule-posix.a" -pthread || give_up "bench.c does not build"
	done
	side "$bench_cc" locks-spin.h raw spin.o
	$bench_cc -DONE_SIDE -o "$build/bench-spin" "$here/bench.c" "$here/measure.c" "$build/spin.o" -pthread || give_up "bench.c does not build"
	$bench_cc -fsanitize=thread -DONE_SIDE '-DLOCKS="locks-spin.h"' -DSIDE=raw -o "$build/bench-tsan" \
		"$here/bench.c" "$here/measure.c" "$here/work.c" -pthread 2>"$build/tsan.err" ||
		notice "ThreadSanitizer's row is left out: this gcc has none; its package is libtsan"
}

# On Wine: a program, and a driver.
build_programs_of_mingw()
{
	command -v "${mingw_cc%% *}" >/dev/null 2>&1 && [ -f "$top/build/${mingw_cc%% *}/libspinrule-wdm.a" ] &&
		sh "$top/testsuite/driver/wine-prefix.sh" find >/dev/null 2>&1 || {
		notice "the rows of win32 and wdm are left out: they want ${mingw_cc%% *} (package gcc-mingw-w64-x86-64-win32) and Wine (wine64)"
		return 1
	}
	libraries=$top/build/${mingw_cc%% *}
	side "$mingw_cc" locks-ddi.h raw raw-mingw.o
	# shellcheck disable=SC2046
	side "$mingw_cc" locks-ddi.h checked checked-mingw.o $(instrumented "${mingw_cc%% *}")
	$mingw_cc -o "$build/bench-win32.exe" "$here/bench.c" "$here/measure.c" "$build/raw-mingw.o" "$build/checked-mingw.o" \
		"$libraries/libspinrule-win32.a" || give_up "bench.c does not build with mingw"
	for source in "$here/bench-driver.c" "$top/testsuite/driver/kernel.c"; do
		# shellcheck disable=SC2046
		$mingw_cc -ffreestanding '-DDRIVER_NAME="benchwdm"' $(instrumented "${mingw_cc%% *}") -c "$source" -o "$build/$(basename "$source").o" ||
			give_up "the driver does not build"
	done
	for source in measure bench-outside; do
		$mingw_cc -ffreestanding -c "$here/$source.c" -o "$build/$source-wdm.o" || give_up "the driver does not build"
	done
	$mingw_cc -shared -nostdlib -Wl,--subsystem,native -Wl,-e,DriverEntry -o "$build/benchwdm.sys" "$build/bench-driver.c.o" \
		"$build/kernel.c.o" "$build/measure-wdm.o" "$build/bench-outside-wdm.o" "$build/raw-mingw.o" "$build/checked-mingw.o" "$libraries/libspinrule-wdm.a" \
		-lntoskrnl -lhal -lgcc || give_up "the driver does not link"
}

# ---- runs ----

# results VARIANT ROUND COMMAND...: its lines "WORK RAW CHECKED RATIO" into the results.
results()
{
	variant=$1 round=$2
	shift 2
	timeout -k 5 "${BENCH_TIMEOUT:-120}" "$@" 2>>"$build/runtime.err" </dev/null | sed "s/^/$variant $round /" >>"$build/results"
}

# What a tool makes of pthread's spin locks: its time over that of the same program without it.
tool_results()
{
	variant=$1 round=$2
	shift 2
	timeout -k 5 "${BENCH_TIMEOUT:-120}" "$@" 2>>"$build/runtime.err" </dev/null | while read -r work time rest; do
		awk -v v="$variant" -v r="$round" -v w="$work" -v t="$time" '$1 == "spin" && $2 == r && $3 == w { print v, r, w, $4, t, t / $4 }' "$build/results"
	done >"$build/tool-results"
	cat "$build/tool-results" >>"$build/results"
}

wdm_results()
{
	steps=
	for n in 1 2 3 4 5 6 7 8; do steps="$steps --ioctl 0x80$n"; done
	# shellcheck disable=SC2086
	timeout -k 5 300 sh "$top/testsuite/driver/drive.sh" "$build/benchwdm.sys" --log "$build/benchwdm.log" --timeout 100 --options summary=0 $steps >"$build/wdm.out" 2>&1
	grep -q '^driver: fine' "$build/wdm.out" || notice "the driver did not end well; see $build/wdm.out"
	set -- $works outside
	sed -n 's/^ioctl 0x80\([0-9]\): ok, 4 bytes: \(..\)\(..\)\(..\)\(..\).*/\1 \3\2 \5\4/p' "$build/wdm.out" | while read -r n ratio raw; do
		eval "work=\${$n}"
		ratio=$((0x$ratio)) raw=$((0x$raw))
		[ $ratio = 0 ] || awk -v w="$work" -v q=$ratio -v t=$raw -v r="$1" 'BEGIN { printf "wdm 1 %s %.1f %.1f %.3f\n", w, t / 10, t / 10 * q / 1000, q / 1000 }'
	done >>"$build/results"
	said=$(tr -d '\r' <"$build/benchwdm.log" 2>/dev/null | sed -n 's/^spinrule: \(checking is incomplete.*\)/\1/p')
	[ -z "$said" ] || notice "wdm: $said"
}

# Each option that is a number and off or on, by the runtime's own help: "NAME VALUE" with the value that it has not.
options_to_try()
{
	SPINRULE_OPTIONS=help=1 "$build/bench-posix" turns=1 divisor=1000 locks=1 leaf 2>&1 |
		sed -n 's/^  \([a-z_-]*\)=\([0-9][0-9]*\)[[:space:]].*/\1 \2/p' |
		while read -r name value; do
			case $name in
			# What they do, they do at the start, at the end, or after a violation.
			help | halt | exitcode | summary | dedup | coverage) ;;
			*) echo "$name $([ "$value" = 0 ] && echo 1 || echo 0)" ;;
			esac
		done
}

# Instructions of one pair, as callgrind counts them: the difference of two runs.  pair_instructions PROGRAM SIDE
pair_instructions()
{
	for n in 100000 200000; do
		timeout 100 valgrind --tool=callgrind --callgrind-out-file=/dev/null "$1" count "$2" leaf $n locks=1 2>&1 | sed -n 's/.*Collected : *//p'
	done | awk '{ n[NR] = $1 } END { if (NR == 2) printf "%.0f\n", (n[2] - n[1]) / 100000 }'
}

# Bytes that a lock not held, and a thread, cost beyond what they cost without checking.
# memory_of WHAT PROGRAM SIDE COMMAND...
per_lock()
{
	program=$1 which=$2 size=$3
	shift 3
	for n in 100000 1000000; do
		timeout 200 "$@" "$program" memory "$which" million "$n" locks=$n 2>/dev/null
	done | awk -v size="$size" '{ n[NR] = $1 } END { if (NR == 2) { b = (n[2] - n[1]) * 1024 / 900000 - size; printf "%.0f\n", b < 1 ? 0 : b } }'
}

per_thread()
{
	program=$1 which=$2
	for n in 100 1000; do
		timeout 100 "$program" memory "$which" threads 10 threads=$n locks=1 2>/dev/null
	done | awk '{ n[NR] = $1 } END { if (NR == 2) printf "%.0f\n", (n[2] - n[1]) * 1024 / 900 }'
}

# ---- the table ----

table_row()
{
	title=$1 variant=$2
	grep -q "^$variant " "$build/results" || return
	printf '| %s ' "$title"
	for work in $works; do
		value=$(awk -v v="$variant" -v w="$work" '$1 == v && $3 == w { print $6 }' "$build/results" | median)
		awk -v value="$value" 'BEGIN { if (value == "") printf "| - "; else printf (value >= 10 ? "| %.0f " : "| %.2f "), value }'
	done
	printf '| %s |\n' "${3:--}"
}

bench_runtime()
{
	: >"$build/results"
	: >"$build/runtime.err"
	build_programs_of_gcc
	has_mingw=no
	build_programs_of_mingw && has_mingw=yes
	options_to_try >"$build/options"
	prefix=$build/wine
	if [ $has_mingw = yes ]; then
		trap 'sh "$top/testsuite/driver/wine-prefix.sh" stop "$prefix"; rm -rf "$prefix"' EXIT
		sh "$top/testsuite/driver/wine-prefix.sh" start "$prefix" || has_mingw=no
	fi
	round=1
	while [ $round -le "$rounds" ]; do
		results posix $round env SPINRULE_OPTIONS=summary=0 "$build/bench-posix"
		while read -r name value; do
			results "posix:$name" $round env SPINRULE_OPTIONS="summary=0:$name=$value" "$build/bench-posix"
		done <"$build/options"
		results errorcheck $round env SPINRULE_OPTIONS=summary=0 "$build/bench-errorcheck"
		results table $round env SPINRULE_OPTIONS=summary=0 "$build/bench-table" turns=5 divisor=4
		results spin $round "$build/bench-spin"
		[ -x "$build/bench-tsan" ] && tool_results tsan $round "$build/bench-tsan" turns=5 divisor=8 locks=100000
		[ $has_mingw = yes ] && results win32 $round sh "$top/testsuite/driver/wine-prefix.sh" run "$prefix" "$build/bench-win32.exe" turns=21
		round=$((round + 1))
	done
	# These need no second round: their numbers are in the hundreds.
	for tool in helgrind drd; do
		for work in leaf own nested million list; do
			tool_results $tool 1 valgrind --tool=$tool "$build/bench-spin" turns=1 divisor=20 locks=20000 $work
		done
	done
	[ $has_mingw = yes ] && wdm_results

	echo "## Run time"
	echo
	echo "Cost of a pair of acquire and release, as a ratio to the raw pair in the same run; a raw pair of gcc's own program takes"
	echo "$(awk '$1 == "posix" && $3 == "leaf" { print $4 }' "$build/results" | median) ns and $(pair_instructions "$build/bench-posix" raw) instructions here."
	echo
	echo "| | one thread | two threads, two locks | two threads, one lock | four nested | a million locks | list | 1,000 threads | instructions |"
	echo "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
	table_row "Spinrule, program (posix)" posix "$(pair_instructions "$build/bench-posix" checked)"
	while read -r name value; do
		table_row "the same, \`$name=$value\`" "posix:$name" "$(SPINRULE_OPTIONS="$name=$value" pair_instructions "$build/bench-posix" checked)"
	done <"$build/options"
	table_row "Spinrule, program on Wine (win32)" win32
	table_row "Spinrule, driver on Wine (wdm)" wdm
	table_row "error-checking pthread mutex" errorcheck "$(pair_instructions "$build/bench-errorcheck" checked)"
	table_row "one table of all locks" table "$(pair_instructions "$build/bench-table" checked)"
	table_row "ThreadSanitizer" tsan
	table_row "DRD" drd
	table_row "Helgrind" helgrind
	awk '$1 == "wdm" && $3 == "outside" { printf "\nIn a driver, a pair outside of any callback takes %.2f times the raw one, of %.2f ns.\n", $6, $4 }' "$build/results"
	echo
	echo "ThreadSanitizer, DRD and Helgrind watch pthread's spin locks, which take" \
		"$(awk '$1 == "spin" && $3 == "leaf" { print $4 }' "$build/results" | median) ns raw; of the million locks they get 100,000 and 20,000."
	echo
	echo "| memory, in bytes | a lock that is not held | a thread |"
	echo "| --- | --- | --- |"
	thread=$(per_thread "$build/bench-posix" raw)
	# What is left of a thread's stack and the like is a few hundred bytes, up or down.
	beyond() { echo $(($1 > thread + 100 ? $1 - thread : 0)); }
	echo "| Spinrule | $(per_lock "$build/bench-posix" checked 8) | $(beyond "$(per_thread "$build/bench-posix" checked)") |"
	echo "| error-checking pthread mutex | $(per_lock "$build/bench-errorcheck" checked 8) | $(beyond "$(per_thread "$build/bench-errorcheck" checked)") |"
	echo "| ThreadSanitizer | $(per_lock "$build/bench-tsan" raw 4) | $(beyond "$(per_thread "$build/bench-tsan" raw)") |"
	echo "| Helgrind | $(per_lock "$build/bench-spin" raw 4 valgrind --tool=helgrind) | - |"
}
