# compile.sh - Wine's files with and without the plugin.  Sourced by check-real.sh.
#
# SPDX-License-Identifier: MIT

# The drivers of Wine's tests, each with the Windows libraries it needs beside the kernel's.
# dinput's HID drivers take no lock; its test program needs them beside driver_bus.
ntoskrnl_drivers="driver driver2 driver3 driver_netio driver_pnp"
dinput_drivers="driver_bus driver_hid driver_hid_poll"

ntoskrnl_tests=dlls/ntoskrnl.exe/tests
dinput_tests=dlls/dinput/tests

# compile_with COMPILER FILE ARGUMENT...: compile FILE of Wine's source as Wine's own build does.
compile_with()
{
	cc=$1
	file=$2
	shift 2
	include=$WINE_DEV/usr/include/wine/wine
	# The folder of the file first: the message then names the file as Wine does.
	# A compile takes a second.  One that takes a minute of the processor has lost its way.
	(cd "$WINE_SOURCE" && ulimit -t "${WINE_CC_SECONDS:-60}" && timeout -k 5 $((5 * ${WINE_CC_SECONDS:-60})) "$cc" -D__WINESRC__ -D_MSVCR_VER=0 \
		-isystem "$include/msvcrt" -isystem "$include/windows" -Iinclude -Iinclude/wine -I"$(dirname "$file")" \
		"$@" "$file")
}

# wine_cc FILE ARGUMENT...: the same with the compiler of everything that is run.
wine_cc() { compile_with "$CC" "$@"; }

# The processor that COMPILER is for, by its name.
machine_of()
{
	machine=$(basename "$1")
	echo "${machine%%-*}"
}

kernel_flags="-fno-builtin -ffreestanding"

# ---- warnings ----

# Every C file that names a DDI of the table, and every other one of a kernel module.
files_to_check()
{
	sed -n 's/^SPINRULE_DDI(\([A-Za-z]*\),.*/\1/p' "$top/runtime/ddi.def" >"$real/ddis"
	(
		cd "$WINE_SOURCE" || exit 1
		grep -rlwFf "$real/ddis" --include='*.c' .
		ls dlls/*.sys/*.c dlls/hal/*.c dlls/ntoskrnl.exe/*.c $ntoskrnl_tests/driver*.c $dinput_tests/driver*.c
	) | sed 's|^\./||' | sort -u | while read -r file; do
		# The Unix half of a module is no code for Windows.
		grep -q '^#pragma makedep unix' "$WINE_SOURCE/$file" || echo "$file"
	done
}

# warnings_in ERR: "FILE:LINE ID LOCK" for each of the plugin's warnings.
warnings_in()
{
	sed -e '/\(warning\|error\): .*\[-Wspinrule-/!d' \
		-e "s/^\([^:]*:[0-9]*\):.*spin lock '\([^']*\)'.*\[-Wspinrule-\([a-z-]*\)\].*/\1 \3 \2/" -e t \
		-e 's/^\([^:]*:[0-9]*\):.*\[-Wspinrule-\([a-z-]*\)\].*/\1 \2 -/' "$1"
}

# What true-violations lists for FILE and this version of Wine.
true_violations_in()
{
	version=$(sed -n 's/^Wine version //p' "$WINE_SOURCE/VERSION")
	awk -v version="$version" -v file="$1" '!/^#/ && $1 == version && index($2, file ":") == 1 { sub(/^[^ ]* /, ""); print }' "$here/true-violations"
}

# check_file FILE COMPILER LEVEL: compile FILE with and without the plugin at optimisation LEVEL.
# One verdict: no warning but for true violations, and not a byte of code changed.
check_file()
{
	file=$1
	level=$3
	machine=$(machine_of "$2")
	said="$file $machine $level"
	work=$real/warn/$(echo "$file" | tr / -)-$machine$level

	# The messages are read below: in English, without quotes of other languages.
	if ! LC_ALL=C compile_with "$2" "$file" $kernel_flags $level -S -o "$work.plain.s" >"$work.plain.err" 2>&1; then
		grep -q error "$work.plain.err" || fail "$said: the compile without the plugin did not end; see $work.plain.err"
		[ $level = -O0 ] && grep -m 1 error "$work.plain.err" | sed "s|.*error: |  not compiled, nor without the plugin: $file, $machine: |"
		return
	fi
	compiled=$((compiled + 1))
	LC_ALL=C compile_with "$2" "$file" $kernel_flags $level -fplugin="$(plugin_of "$2")" -fplugin-arg-spinrule-summary="$work.summary" \
		-S -o "$work.plugin.s" >"$work.plugin.err" 2>&1
	status=$?
	warnings_in "$work.plugin.err" >"$work.warnings"
	true_violations_in "$file" >"$work.expected"
	violations=$((violations + $(grep -xFf "$work.expected" "$work.warnings" | wc -l)))

	if [ $status -ge 124 ] || grep -q -e 'CPU time limit' -e 'signal terminated' "$work.plugin.err"; then
		fail "$said: the compile does not come to an end with the plugin; see $work.plugin.err"
	elif [ $status -ne 0 ]; then
		fail "$said: the compile fails with the plugin; see $work.plugin.err"
	elif grep -vxFf "$work.expected" "$work.warnings" >"$work.alarms"; then
		fail "$said: not known as a true violation: $(head -n 1 "$work.alarms"); see $work.plugin.err"
	elif grep -vxFf "$work.warnings" "$work.expected" >"$work.missed"; then
		fail "$said: a true violation is not reported: $(head -n 1 "$work.missed")"
	elif [ ! -s "$work.expected" ] && ! cmp -s "$work.plain.err" "$work.plugin.err"; then
		fail "$said: the plugin speaks: $(head -n 1 "$work.plugin.err")"
	elif ! cmp -s "$work.plain.s" "$work.plugin.s"; then
		fail "$said: the plugin changes the code; compare $work.plain.s and $work.plugin.s"
	elif [ ! -s "$work.summary" ]; then
		fail "$said: the plugin says nothing about what it checked"
	else
		pass
	fi
}

# summary_totals MACHINE LEVEL: what the plugin says it checked in all files, as a line of a table, and
# below it each function of which nothing is claimed.  One verdict: every compile told what it
# checked, and there were locks to check.
summary_totals()
{
	cat "$real"/warn/*-$1$2.summary | jq -s -r --arg row "$1 $2" '
		map(select(.type == "unit") | .file as $file | .totals.unknown_functions =
			[.functions[] | select(.verdict == "unknown") | "\($file): \(.name): \(.why)"]) |
		([length] + ([.[].totals] | [(map(.functions) | add), (map(.callbacks) | add), (map(.lock_calls) | add), (map(.shown) | add),
			(map(.unknown) | add)]) | map(. // 0 | tostring) | $row + " " + join(" ")),
		(.[].totals.unknown_functions[] | "unknown " + .)' >"$real/totals"
	awk '$1 == "unknown" { sub(/^unknown /, "    unknown: "); print; next }
		{ printf "  %-11s %9d %9d %9d %9d %9d %9d\n", $1 " " $2, $3, $4, $5, $6, $7, $8 }' "$real/totals"
	read -r row_machine row_level units functions callbacks calls others <"$real/totals"
	if [ "${units:-0}" -ne "$(ls "$real"/warn/*-$1$2.plugin.s | wc -l)" ]; then
		fail "$1 $2: ${units:-0} files have a summary that can be read; see $real/warn"
	elif [ "$calls" -eq 0 ] || [ "$callbacks" -eq 0 ]; then
		fail "$1 $2: $calls lock calls and $callbacks callbacks found: was Wine's code seen?"
	else
		pass
	fi
}

# ---- drivers and test programs ----

# The names that the plugin redirects: none may be left in an instrumented object.
left_over()
{
	"$NM" -u "$1" | sed 's/^ *U \(__imp_\)\{0,1\}//' | grep -xFf "$real/ddis"
}

# Wine's import libraries first; MinGW's has the names that Wine's kernel leaves out and that the runtime
# asks for, such as ExRaiseStatus.
#
# build_driver KIND FOLDER DRIVER: KIND is plain or instrumented; the result is build/real/KIND/DRIVER.sys.
build_driver()
{
	kind=$1
	source=$2/$3.c
	out=$real/$kind/$3
	libraries=$WINE_DEV/usr/lib/$(cd "$WINE_DEV/usr/lib" && ls -d ./*-linux-gnu/wine | head -n 1)/x86_64-windows
	plugin=
	set --
	if [ "$kind" = instrumented ]; then
		plugin="-fplugin=$(plugin_of "$CC") -fplugin-arg-spinrule-instrument"
		set -- "$here/options.c" -Wl,--wrap=options_start "$RUNTIME"
	fi
	wine_cc "$source" $kernel_flags -O2 -w $plugin -c -o "$out.o" >"$out.err" 2>&1 &&
		"$CC" -shared -nostdlib -ffreestanding -O2 -Wl,--subsystem,native -Wl,-e,DriverEntry -o "$out.sys" "$out.o" "$@" \
			"$libraries"/libntoskrnl.a "$libraries"/libhal.a "$libraries"/libnetio.a "$libraries"/libhidclass.a \
			-lntoskrnl -lgcc >>"$out.err" 2>&1
}

# The drivers are resources of the test program that loads them: LIST of names into OUT.
drivers_as_resource()
{
	for driver in $1; do
		echo "$driver.dll TESTDLL \"$driver.sys\""
	done >"$2.rc"
	(cd "$(dirname "$2")" && "$WINDRES" "$(basename "$2").rc" "$2.o")
}

# build_programs KIND: Wine's two test programs around the drivers of KIND.
build_programs()
{
	out=$real/$1
	winecrt0=$libraries/libwinecrt0.a

	drivers_as_resource "$ntoskrnl_drivers" "$out/ntoskrnl-drivers" &&
		wine_cc $ntoskrnl_tests/ntoskrnl.c -DSTANDALONE -O2 -w -c -o "$out/ntoskrnl.o" &&
		"$CC" -o "$out/ntoskrnl_test.exe" "$out/ntoskrnl.o" "$out/ntoskrnl-drivers.o" \
			-ladvapi32 -lcrypt32 -lnewdev -lsetupapi -luser32 -lwintrust -lws2_32 -lhid "$winecrt0" -lntdll || return 1

	cat >"$out/list.c" <<-END
	#include <windows.h>
	#define STANDALONE
	#include "wine/test.h"
	extern void func_hid(void), func_hotplug(void);
	const struct test winetest_testlist[] = { { "hid", func_hid }, { "hotplug", func_hotplug }, { 0, 0 } };
	END
	drivers_as_resource "$dinput_drivers" "$out/dinput-drivers" || return 1
	wine_cc "$out/list.c" -O2 -w -c -o "$out/list.o" || return 1
	for part in hid hotplug; do
		wine_cc $dinput_tests/$part.c -O2 -w -c -o "$out/$part.o" || return 1
	done
	"$CC" -o "$out/dinput_test.exe" "$out/list.o" "$out/hid.o" "$out/hotplug.o" "$out/dinput-drivers.o" \
		"$libraries/libdinput.a" -ldinput8 -lole32 -loleaut32 -lversion -luser32 -ladvapi32 -lhid -lcrypt32 \
		-lnewdev -lsetupapi -lwintrust -lwinmm "$libraries/libuuid.a" "$winecrt0" -lntdll
}
