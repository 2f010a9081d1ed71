#!/bin/sh
# drive.sh - load a driver on Wine, drive it, unload it, and show what the runtime reported.
#
#   drive.sh [--json] [--keep] DRIVER.sys [OPTION VALUE | STEP]...
#
# See drive.c for options and steps, or run it without arguments.
#
#   --json    the runtime writes JSON lines, to DRIVER.json
#   --keep    keep the Wine prefix, and say where it is
#
# A prefix of Wine is made for this run alone and removed at its end.  The reports go to DRIVER.log
# beside the driver, those of another driver ("--also") to OTHER.log beside that, and are printed after the
# verdict, with the functions and lines of callers.  Exit status, the first that is true:
#
#   1   no verdict: wrong arguments, the driver cannot be loaded
#   2   the driver is dead: a bug check, also that of the runtime with halt=1, or a crash
#   3   the driver hangs
#   5   the runtime reported violations
#   6   nothing was checked: the driver is not instrumented, or no lock call was executed
#   4   a step failed
#   0   none of these
#   77  there is no Wine
#
# The last line says which of 4 to 6 it is.  With summary=0 a driver without violations is not told from
# one in which nothing was checked.
#
# SPDX-License-Identifier: MIT

set -u

here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
build=$here/../../build
# Installed, there is no such folder.
[ -e "$here/../../Makefile" ] || build=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/spinrule
: "${DRIVE_CC:=x86_64-w64-mingw32-gcc}"
export DRIVE_CC

usage()
{
	cat <<'END'
Usage: spinrule-drive [--json] [--keep] DRIVER.sys [OPTION VALUE | STEP]...
Load a driver on Wine, drive it, unload it, and show what the runtime reported.
Without arguments it lists the options of drivers and the steps.

  --json      the runtime writes JSON lines, to DRIVER.json
  --keep      keep the Wine prefix, and say where it is
  --help      this text

Exit status: 0 fine, 1 no verdict, 2 the driver is dead, 3 it hangs, 4 a step failed,
5 violations, 6 nothing was checked, 77 there is no Wine.
END
}

json='' keep=''
while :; do
	case ${1:-} in
	--json) json=yes ;;
	--keep) keep=yes ;;
	--help)
		usage
		exit ;;
	*) break ;;
	esac
	shift
done

mkdir -p "$build" && build=$(cd "$build" && pwd) || exit 1
drive=$build/drive.exe
if [ ! -e "$drive" ] || [ "$here/drive.c" -nt "$drive" ]; then
	# Made under another name first: several runs may find it missing at the same time.
	"$DRIVE_CC" -O1 -o "$drive.$$" "$here/drive.c" -lntdll && mv "$drive.$$" "$drive" || exit 1
fi

prefix=$build/wine.$$
clean()
{
	sh "$here/wine-prefix.sh" stop "$prefix"
	if [ "$keep" ]; then
		echo "drive.sh: the Wine prefix is $prefix"
	else
		rm -rf "$prefix"
	fi
}
trap clean EXIT
trap 'exit 1' HUP INT TERM
sh "$here/wine-prefix.sh" start "$prefix" || exit

if [ $# = 0 ]; then
	sh "$here/wine-prefix.sh" run "$prefix" "$drive"
	exit
fi
# Each driver has a log of its own: on Wine two that write to one file may write over each other.
reports=$prefix/reports
: >"$reports"
suffix=${json:+.json}
suffix=${suffix:-.log}
options=
next=--also
for word; do
	shift
	if [ "$next" = --options ] && [ "$json" ]; then
		word=$word:format=json
	fi
	if [ "$next" != --options ] || [ "$word" ]; then
		set -- "$@" "$word"
	fi
	if [ "$next" = --also ]; then
		log=${word%.sys}$suffix
		rm -f "$log"
		printf '%s\n%s\n' "$word" "$log" >>"$reports"
		set -- "$@" --log "$log"
		options=
	fi
	[ "$word" != --options ] || options=yes
	next=$word
done
[ ! "$json" ] || [ "$options" ] || set -- "$@" --options format=json

sh "$here/wine-prefix.sh" run "$prefix" "$drive" "$@" >"$prefix/said"
status=$?
cat "$prefix/said"
violations=0 is_checked=
while read -r driver && read -r log; do
	[ -e "$log" ] || continue
	sh "$here/callers.sh" "$driver" <"$log" >"$prefix/resolved" && cat "$prefix/resolved" >"$log"
	cat "$log"
	count=$(grep -cE '^spinrule: .* \[spinrule-[a-z-]+\]$|^\{"type":"violation"' "$log")
	violations=$((violations + count))
	if grep -qE '^spinrule: .* lock calls? checked|"type":"summary",.*"calls":[1-9]' "$log" ||
		! grep -qE '^spinrule: no lock call was checked|"type":"summary"' "$log"; then
		is_checked=yes
	fi
done <"$reports"
[ $status = 0 ] || exit $status
if [ $violations != 0 ]; then
	echo "drive.sh: violations: $violations"
	exit 5
fi
if [ ! "$is_checked" ]; then
	echo "drive.sh: nothing was checked: instrument the driver, and link it with libspinrule-wdm.a"
	exit 6
fi
if grep -qE '^[^:]*: (failed|hang)' "$prefix/said"; then
	echo "drive.sh: a step failed"
	exit 4
fi
exit 0
