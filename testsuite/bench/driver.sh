# driver.sh - what the check of a large driver costs.  Sourced by bench.sh.
#
# driver.awk generates 2,000 files of fifty functions; what is checked of them at four sizes is measured, and what the check
# takes with a cache after one file has changed.  To compile them takes minutes, and is done once for each build of the plugin.
#
# SPDX-License-Identifier: MIT

driver=$build/driver
driver_sizes="240 480 960 2000"

compile_driver()
{
	mkdir -p "$driver" || give_up "cannot write to $driver"
	[ "$driver/compiled" -nt "$plugin_so" ] && return
	awk -v into="$driver" -v first=0 -v last=1999 -f "$here/driver.awk" || give_up "driver.awk fails"
	seq 0 1999 | xargs -P "$(nproc)" -I N gcc -O0 -w -I"$here" -I"$top/testsuite/include" \
		-fplugin="$plugin_so" -fplugin-arg-spinrule-embed -fplugin-arg-spinrule-no-warn \
		-c "$driver/fN.c" -o "$driver/fN.o" || give_up "the generated driver does not compile"
	sed 's/status = work41_34/mode++, status = work41_34/' "$driver/f41.c" >"$driver/f41-before.c"
	! cmp -s "$driver/f41.c" "$driver/f41-before.c" || give_up "file 41 has not changed"
	gcc -O0 -w -I"$here" -I"$top/testsuite/include" -fplugin="$plugin_so" -fplugin-arg-spinrule-embed -fplugin-arg-spinrule-no-warn \
		-c "$driver/f41-before.c" -o "$driver/f41-before.o" || give_up "the changed file does not compile"
	touch "$driver/compiled"
}

# time_driver ARGUMENT...: seconds of the processor, and megabytes, that a check takes.
time_driver()
{
	/usr/bin/time -f '%U %S %M' -o "$driver/time" "$top/build/spinrule-check" --name=driver @"$driver/objects" "$@" >"$driver/said"
	tail -n 1 "$driver/time" | awk '{ printf "%.1f | %d", $1 + $2, $3 / 1024 }'
}

# check_driver N: the same of the first N files; and seconds with a cache that was made before the last function of file 41
# got another statement.
check_driver()
{
	seq 0 $(($1 - 1)) | sed "s|.*|$driver/f&.o|" >"$driver/objects"
	rm -rf "$driver/cache"
	sed 's|/f41.o|/f41-before.o|' "$driver/objects" >"$driver/objects-before"
	"$top/build/spinrule-check" --name=driver --cache="$driver/cache" @"$driver/objects-before" >"$driver/said"
	changed=$(time_driver --cache="$driver/cache")
	echo "$(time_driver) | ${changed%% *}"
}

bench_driver()
{
	command -v /usr/bin/time >/dev/null 2>&1 || give_up "'/usr/bin/time' not found; install package time"
	compile_driver
	echo "## A whole driver"
	echo
	echo "| files | functions | with locks | seconds | MB | seconds with a cache, one file changed | verdict |"
	echo "| --- | --- | --- | --- | --- | --- | --- |"
	for n in $driver_sizes; do
		cost=$(check_driver "$n")
		echo "| $n | $((50 * n)) | $((10 * n)) | $cost | $(sed -n 's/.*DDIs: //p' "$driver/said") |"
	done
}
