# whole.sh - Wine's drivers of several files, each checked as one.  Sourced by check-real.sh.
#
# SPDX-License-Identifier: MIT

whole_drivers="dlls/ntoskrnl.exe dlls/hidclass.sys"

# files_of_driver FOLDER: its C files for Windows.
files_of_driver()
{
	(cd "$WINE_SOURCE" && grep -L '^#pragma makedep unix' "$1"/*.c)
}

# assemble COMPILER OBJECT: make OBJECT of OBJECT.s.  Wine's assembler code is for ELF where its configuration
# does not say otherwise: what COFF has no word for is left out.
assemble()
{
	sed -e '/^[[:space:]]*\.size /d' -e '/^[[:space:]]*\.type .*@function/d' "$2.s" >"$2.coff.s" && "$1" -c -o "$2" "$2.coff.s"
}

# check_whole FOLDER COMPILER LEVEL: compile the driver's files with their lock programs in the objects, and
# check the objects as one driver.  One verdict: it finds the true violations of its files and no other, and
# no more functions are undecided than when each file is checked alone.
check_whole()
{
	machine=$(machine_of "$2")
	said="$1 as a driver, $machine $3"
	work=$real/whole/$(basename "$1")-$machine$3
	mkdir -p "$work"
	: >"$work/expected"
	objects=
	alone=0
	for file in $(files_of_driver "$1"); do
		object=$work/$(basename "$file" .c).o
		if ! LC_ALL=C compile_with "$2" "$file" $kernel_flags "$3" -fplugin="$(plugin_of "$2")" -fplugin-arg-spinrule-embed \
			-fplugin-arg-spinrule-no-warn -fplugin-arg-spinrule-summary="$object.summary" -S -o "$object.s" >"$object.err" 2>&1 ||
			! assemble "$2" "$object" >>"$object.err" 2>&1; then
			fail "$said: $file does not compile; see $object.err"
			return
		fi
		objects="$objects $object"
		true_violations_in "$file" >>"$work/expected"
		alone=$((alone + $(jq -s 'map(.totals.unknown // 0) | add' "$object.summary")))
	done
	# Words of objects are meant.
	# shellcheck disable=SC2086
	LC_ALL=C "$top/build/spinrule-check" --name="$(basename "$1")" $objects >"$work/said" 2>&1
	status=$?
	warnings_in "$work/said" | sort -u >"$work/warnings"
	sort -u "$work/expected" -o "$work/expected"
	unknown=$(sed -n 's/^spinrule: driver .*, \([0-9]*\) unknown.*/\1/p' "$work/said")
	if [ $status -gt 1 ] || [ -z "$unknown" ]; then
		fail "$said: status $status; see $work/said"
	elif ! cmp -s "$work/expected" "$work/warnings"; then
		fail "$said: not what true-violations lists; compare $work/expected and $work/warnings"
	elif [ "$unknown" -gt "$alone" ]; then
		fail "$said: $unknown functions unknown, $alone where each file is checked alone; see $work/said"
	else
		pass
		sed -n "s/^spinrule: driver /  $machine $3: /p" "$work/said"
	fi
}
