#!/bin/sh
# drive.sh - load a driver on Wine, drive it, unload it, and show what the runtime reported.
#
#   drive.sh DRIVER.sys [OPTION VALUE | STEP]...     see drive.c, or run it without arguments
#
# A prefix of Wine is made for this run alone and removed at its end.  The reports go to DRIVER.log
# beside the driver, those of another driver ("--also") to OTHER.log beside that, and are printed after the verdict.  Exit status as drive.c says, 77 without Wine.
#
# SPDX-License-Identifier: MIT

set -u

here=$(cd "$(dirname "$0")" && pwd)
build=$here/../../build
: "${DRIVE_CC:=x86_64-w64-mingw32-gcc}"

mkdir -p "$build" && build=$(cd "$build" && pwd) || exit 1
drive=$build/drive.exe
if [ ! -e "$drive" ] || [ "$here/drive.c" -nt "$drive" ]; then
	# Made under another name first: several runs may find it missing at the same time.
	"$DRIVE_CC" -O1 -o "$drive.$$" "$here/drive.c" -lntdll && mv "$drive.$$" "$drive" || exit 1
fi

prefix=$build/wine.$$
trap 'sh "$here/wine-prefix.sh" stop "$prefix"; rm -rf "$prefix"' EXIT
trap 'exit 1' HUP INT TERM
sh "$here/wine-prefix.sh" start "$prefix" || exit

if [ $# = 0 ]; then
	sh "$here/wine-prefix.sh" run "$prefix" "$drive"
	exit
fi
# Each driver has a log of its own: on Wine two that write to one file may write over each other.
reports=$prefix/reports
: >"$reports"
next=--also
for word; do
	shift
	set -- "$@" "$word"
	if [ "$next" = --also ]; then
		rm -f "${word%.sys}.log"
		echo "${word%.sys}.log" >>"$reports"
		set -- "$@" --log "${word%.sys}.log"
	fi
	next=$word
done
sh "$here/wine-prefix.sh" run "$prefix" "$drive" "$@"
status=$?
while read -r log; do
	[ ! -e "$log" ] || tr -d '\r' <"$log"
done <"$reports"
exit $status
