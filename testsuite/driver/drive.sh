#!/bin/sh
# drive.sh - spinrule-drive: load a driver on Wine, drive it, unload it, and show what the runtime reported.
#
#   spinrule-drive [--json] [--keep] DRIVER.sys [OPTION VALUE | STEP]...
#
# See --help for options and steps.
#
# A prefix of Wine is made for this run alone and removed at its end.  Reports are printed after the
# verdict, with the functions and lines of callers.  The runtime writes them to files in that prefix, one for each
# driver, whose names Wine can open wherever the driver is and whatever it is called.  FILE of "--log FILE" gets them
# at the end of the run.
# Exit status, the first that is true:
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
spinrule=$here/../../tools/spinrule
# Installed, there are no such folders.
if [ ! -e "$here/../../Makefile" ]; then
	build=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/spinrule
	spinrule=$here/../../../bin/spinrule
fi
: "${DRIVE_CC:=x86_64-w64-mingw32-gcc}"
SPINRULE_PROGRAM='spinrule-drive'
export DRIVE_CC SPINRULE_PROGRAM

usage()
{
	cat <<'END'
Usage: spinrule-drive [--json] [--keep] DRIVER.sys [OPTION VALUE | STEP]...
Load a driver on Wine, drive it, unload it, and show what the runtime reported.

  --json      the runtime writes JSON lines
  --keep      keep the Wine prefix, and say where it is
  --version   the version
  --help      this text
END
	# The text of drive.exe without its first line.
	sed -n '/^static const char usage/,/;$/s/^\t"\(.*\)\\n".*/\1/p' "$here/drive.c" |
		sed '1d; s/\\\([\\"]\)/\1/g; s/^\(.*\):$/\n\1:\n/; s/^A CODE/\n&/'
	cat <<'END'

Exit status: 0 fine, 1 no verdict, 2 the driver is dead, 3 it hangs, 4 a step failed,
5 violations, 6 nothing was checked, 77 there is no Wine.
END
}

say()
{
	echo "spinrule-drive: $1"
}

fail()
{
	say "error: $1" >&2
	exit 1
}

json='' keep=''
while :; do
	case ${1:-} in
	--json) json=yes ;;
	--keep) keep=yes ;;
	--version) exec "$spinrule" --version ;;
	--help)
		usage
		exit ;;
	'')
		usage >&2
		exit 1 ;;
	-*) fail "unknown option '$1' before the driver; see --help" ;;
	*) break ;;
	esac
	shift
done
[ -e "$1" ] || fail "no driver '$1'"

mkdir -p "$build" && build=$(cd "$build" && pwd) || exit 1
drive=$build/drive.exe
if [ ! -e "$drive" ] || [ "$here/drive.c" -nt "$drive" ]; then
	command -v "$DRIVE_CC" >/dev/null || fail "no compiler '$DRIVE_CC', which makes the program that drives drivers; DRIVE_CC=CC names another"
	# Made under another name first: several runs may find it missing at the same time.
	"$DRIVE_CC" -O1 -o "$drive.$$" "$here/drive.c" -lntdll && mv "$drive.$$" "$drive" || exit 1
fi

prefix=$build/wine.$$
clean()
{
	sh "$here/wine-prefix.sh" stop "$prefix"
	if [ "$keep" ]; then
		say "the Wine prefix is $prefix"
	else
		rm -rf "$prefix"
	fi
}
trap clean EXIT
trap 'exit 1' HUP INT TERM
sh "$here/wine-prefix.sh" start "$prefix" || exit

# Each driver has a log of its own: on Wine two that write to one file may write over each other.
# A line of reports: the driver, the file that the user wants or nothing.
reports=$prefix/reports
: >"$reports"
count=1 options='' driver=$1 user_log=''
log_of_driver()
{
	printf '%s\n%s\n' "$driver" "$user_log" >>"$reports"
	[ -z "$user_log" ] || (: >>"$user_log") 2>/dev/null || fail "cannot write the log '$user_log'"
}
before=first
for word; do
	shift
	case $before in
	--log) user_log=$word ;;
	--options)
		[ ! "$json" ] || word=$word:format=json
		set -- "$@" "$word"
		options=yes ;;
	--also)
		log_of_driver
		count=$((count + 1)) driver=$word user_log='' options=
		set -- "$@" "$word" --log "c:\\spinrule-$count.log" ;;
	first) set -- "$@" "$word" --log "c:\\spinrule-1.log" ;;
	*) [ "$word" = --log ] || set -- "$@" "$word" ;;
	esac
	# A value is no option.
	case $before in
	--log | --options | --also) before= ;;
	*) before=$word ;;
	esac
done
[ "$before" != --log ] || fail "--log needs a file"
log_of_driver
[ ! "$json" ] || [ "$options" ] || set -- "$@" --options format=json

sh "$here/wine-prefix.sh" run "$prefix" "$drive" "$@" >"$prefix/said"
status=$?
cat "$prefix/said"
violations=0 is_checked='' is_silent='' number=0
while read -r driver && read -r user_log; do
	number=$((number + 1))
	log=$prefix/drive_c/spinrule-$number.log
	if [ ! -s "$log" ]; then
		# A text of the runtime: it is linked.
		! grep -aq 'no lock call was checked' "$driver" || is_silent=yes
		continue
	fi
	sh "$here/callers.sh" "$driver" <"$log" >"$prefix/resolved" || cp "$log" "$prefix/resolved"
	log=$prefix/resolved
	[ -z "$user_log" ] || cat "$log" >>"$user_log" || fail "cannot write the log '$user_log'"
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
	say "violations: $violations"
	exit 5
fi
if [ ! "$is_checked" ] && [ "$is_silent" ]; then
	say "nothing is known: the driver is instrumented, and its runtime wrote no log (summary=0, or it cannot write files here)"
	exit 6
fi
if [ ! "$is_checked" ]; then
	say "nothing was checked: instrument the driver, and link it with libspinrule-wdm.a"
	exit 6
fi
if grep -qE '^[^:]*: (failed|hang)' "$prefix/said"; then
	say "a step failed"
	exit 4
fi
exit 0
