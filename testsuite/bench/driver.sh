# driver.sh - what the check of a large driver costs.  Sourced by bench.sh.
#
# driver.awk generates 2,000 files of fifty functions; what is checked of them at four sizes is measured, and once more
# after one file has changed.  To compile them takes minutes, and is done once for each build of the plugin.
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
	touch "$driver/compiled"
}

# check_driver N: seconds of the processor, megabytes, and what is said of the first N files.
check_driver()
{
	seq 0 $(($1 - 1)) | sed "s|.*|$driver/f&.o|" >"$driver/objects"
	/usr/bin/time -f '%U %S %M' -o "$driver/time" "$top/build/spinrule-check" --name=driver @"$driver/objects" >"$driver/said"
	tail -n 1 "$driver/time" | awk '{ printf "%.1f | %d", $1 + $2, $3 / 1024 }'
}

bench_driver()
{
	command -v /usr/bin/time >/dev/null 2>&1 || give_up "'/usr/bin/time' not found; install package time"
	compile_driver
	echo "## A whole driver"
	echo
	echo "| files | functions | with locks | seconds | MB | verdict |"
	echo "| --- | --- | --- | --- | --- | --- |"
	for n in $driver_sizes; do
		cost=$(check_driver "$n")
		echo "| $n | $((50 * n)) | $((10 * n)) | $cost | $(sed -n 's/.*DDIs: //p' "$driver/said") |"
	done
}
