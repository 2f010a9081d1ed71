#!/bin/sh
# wine-prefix.sh - a Wine prefix that is just large enough to load drivers, made in a moment.
#
#   wine-prefix.sh start DIR [ARCH]     make the prefix DIR if it is not there, start its server
#   wine-prefix.sh run DIR PROGRAM...   run a Windows program in it; its standard output and exit status
#   wine-prefix.sh stop DIR             end everything that runs in DIR
#   wine-prefix.sh find [ARCH]          print the path of Wine's loader
#
# ARCH is x86_64 (the default) or i386.  Each DIR is a machine of its own: several can run at the same time.
#
# A full prefix takes Wine 18 seconds and 695 MB.  Legacy drivers need only the folders and Wine's own
# modules, for which links will do.  That no wine.inf is run is what ".update-timestamp" says.
#
# What drivers print (DbgPrint), and the bug checks with their parameters, are in DIR/kernel.log.
#
# No program of Wine may inherit a pipe: its services would keep it open for ever and whoever reads
# it waits for ever.  So outputs go to files, and are printed from there.
#
# Errors have the name SPINRULE_PROGRAM, if it is set: that of the command that a user typed.
#
# Exit status: that of the program for "run"; 77 where Wine is missing; 1 for other errors.
#
# SPDX-License-Identifier: MIT

set -u

missing=77
# An idle server ends after as many seconds even if nobody stops it.
linger=120

fail()
{
	status=$1
	shift
	echo "${SPINRULE_PROGRAM:-wine-prefix.sh}: error: $*" >&2
	exit "$status"
}

# Set LOADER, SERVER and MODULES (the folder of Wine's .dll, .exe and .sys files) for ARCH $1.
find_wine()
{
	arch=$1
	case $arch in
	x86_64) loaders="wine64 wine" package=wine64 ;;
	i386) loaders="wine" package=wine32 ;;
	*) fail 1 "unknown architecture '$arch': use x86_64 or i386" ;;
	esac

	LOADER='' SERVER='' MODULES=''
	for lib in /usr/lib/$arch-linux-gnu/wine /usr/lib64/wine /usr/lib/wine /usr/lib32/wine \
		/opt/wine-stable/lib64/wine /opt/wine-stable/lib/wine /usr/local/lib64/wine /usr/local/lib/wine; do
		if [ -e "$lib/$arch-windows/ntoskrnl.exe" ] && [ -e "$lib/$arch-unix/ntdll.so" ]; then
			MODULES=$lib/$arch-windows
			break
		fi
	done
	for name in $loaders; do
		# /usr/bin/wine of Debian is a script that chooses among these.
		for bin in /usr/lib/wine /opt/wine-stable/bin /usr/local/bin /usr/bin; do
			[ -z "$LOADER" ] && [ -x "$bin/$name" ] && LOADER=$bin/$name
		done
	done
	SERVER=$(command -v wineserver || command -v wineserver-stable || echo)
	[ -z "$SERVER" ] && [ -x /opt/wine-stable/bin/wineserver ] && SERVER=/opt/wine-stable/bin/wineserver

	if [ -z "$LOADER" ] || [ -z "$MODULES" ] || [ -z "$SERVER" ]; then
		fail $missing "no Wine for $arch on this machine: install the package $package (and wine), for instance 'apt-get install wine $package'"
	fi
}

# What every program of Wine gets: this prefix, no messages of Wine's own, nothing of the desktop.
use_prefix()
{
	[ -d "$1/drive_c" ] || fail 1 "'$1' is no Wine prefix of wine-prefix.sh, or a broken one"
	WINEPREFIX=$(cd "$1" && pwd)
	WINEARCH=win64
	[ "$(cat "$WINEPREFIX/arch")" = i386 ] && WINEARCH=win32
	WINEDEBUG=${WINEDEBUG:--all}
	WINEDLLOVERRIDES="mscoree,mshtml,winemenubuilder.exe="
	WINELOADER=$LOADER
	export WINEPREFIX WINEARCH WINEDEBUG WINEDLLOVERRIDES WINELOADER
	unset DISPLAY
}

make_prefix()
{
	system=$1/drive_c/windows/system32

	mkdir -p "$system/drivers" "$1/drive_c/windows/temp" "$1/dosdevices" || exit 1
	ln -s ../drive_c "$1/dosdevices/c:"
	ln -s / "$1/dosdevices/z:"
	ln -s "$MODULES"/* "$system/"
	mv "$system"/*.sys "$system/drivers/"
	echo "$arch" >"$1/arch"
	echo disable >"$1/.update-timestamp"
}

start()
{
	find_wine "${2:-$(cat "$1/arch" 2>/dev/null || echo x86_64)}"
	# Made under another name first: an interrupted start leaves nothing that looks whole.
	if [ ! -d "$1/drive_c" ]; then
		rm -rf "$1.new"
		make_prefix "$1.new"
		mkdir -p "$1"
		rmdir "$1"
		mv "$1.new" "$1" || exit 1
	fi
	use_prefix "$1"
	log=$WINEPREFIX/kernel.log
	[ -e "$log" ] || : >"$log"
	"$SERVER" -p$linger >>"$log" 2>&1 </dev/null ||
		fail 1 "Wine's server does not start: $(cat "$log")"
	# The first program starts the services, and with them everything that drivers inherit.
	WINEDEBUG=-all,err+ntoskrnl,warn+debugstr "$LOADER" cmd.exe /c exit >>"$log" 2>&1 </dev/null ||
		fail 1 "Wine does not start: $(cat "$log")"
}

run()
{
	prefix=$1
	shift
	find_wine "$(cat "$prefix/arch" 2>/dev/null || echo x86_64)"
	use_prefix "$prefix"
	out=$WINEPREFIX/out.$$
	"$LOADER" "$@" >"$out" 2>"$out.err" </dev/null
	status=$?
	# On a busy machine Wine ends one program in many thousands before its first
	# instruction, with this status and without a word.  No program here does so itself.
	if [ $status = 1 ] && [ ! -s "$out" ] && [ ! -s "$out.err" ]; then
		echo "wine-prefix.sh: $1 ended with status 1 and said nothing: started again" \
			>>"$WINEPREFIX/kernel.log"
		"$LOADER" "$@" >"$out" 2>"$out.err" </dev/null
		status=$?
	fi
	tr -d '\r' <"$out"
	tr -d '\r' <"$out.err" >&2
	rm -f "$out" "$out.err"
	exit $status
}

stop()
{
	[ -d "$1/drive_c" ] || exit 0
	find_wine "$(cat "$1/arch")"
	use_prefix "$1"
	"$SERVER" -k >/dev/null 2>&1 </dev/null
	# Wait until the last process is gone, so that the folder can be removed.
	"$SERVER" -w >/dev/null 2>&1 </dev/null
	exit 0
}

usage()
{
	sed -n '4,7s/^# *//p' "$0" >&2
	exit 1
}

command=${1:-}
[ $# = 0 ] || shift
case $command:$# in
start:[12]) start "$@" ;;
run:0 | run:1) usage ;;
run:*) run "$@" ;;
stop:1) stop "$1" ;;
find:[01]) find_wine "${1:-x86_64}"; echo "$LOADER" ;;
*) usage ;;
esac
