#!/bin/sh
# demo.sh - the whole way on examples/ring.c: warned about, instrumented, loaded on Wine, caught, fixed.
#
# `make demo` calls it when plugin and runtime are built.  It shows each command as a user would type it, and
# then what that command prints.  Exit status 0 if each step ended as it should.
#
#   demo.sh --plain    paths, addresses and thread numbers of this machine replaced, for examples/demo.expected
#
# SPDX-License-Identifier: MIT

set -u

cd "$(dirname "$0")/.." || exit 1
CC=x86_64-w64-mingw32-gcc
out=build/demo
mkdir -p $out

# Addresses and thread numbers differ from run to run.
plain()
{
	if [ "$plain" ]; then
		sed -E 's/\(0x[0-9a-fA-F]+\)/(ADDRESS)/g; s/thread [0-9a-fx]+/thread N/g'
	else
		cat
	fi
}

plain=
[ "${1:-}" = --plain ] && plain=yes

say()
{
	printf '# %s\n' "$1"
}

# Show the command WORDS, run it, and expect exit status $1.
run()
{
	expected=$1
	shift
	# A line that is too long to read is broken where a user would break it.
	echo "\$ $*" | sed 's| \(-c examples\)| \\\n      \1|; s| \('$out'/[-a-z]*\.o build\)| \\\n      \1|
		s| \(--write\)| \\\n      \1|'
	LC_ALL=C "$@" >$out/output 2>&1 </dev/null
	status=$?
	plain <$out/output
	echo
	rm -f $out/output
	if [ $status != "$expected" ]; then
		echo "demo.sh: error: that ended with status $status instead of $expected" >&2
		exit 1
	fi
}

compile()
{
	run 0 $CC -O2 -g -fplugin=build/$CC/spinrule.so -fplugin-arg-spinrule-instrument -c examples/$1.c -o $out/$1.o
	run 0 $CC -shared -nostdlib -Wl,--subsystem,native -Wl,-e,DriverEntry -o $out/$1.sys \
		$out/$1.o build/$CC/libspinrule-wdm.a -lntoskrnl -lhal
}

drive()
{
	run "$1" testsuite/driver/drive.sh $out/$2.sys $3 --write 616263 --ioctl 0x801:0001 --ioctl 0x801:0101
}

say "examples/ring.c is a driver with two mistakes. Compiling it finds one of them."
compile ring

say "The other depends on what it is asked for. Load it, write \"abc\", move from ring 0 to ring 1, from ring 1 to ring 1."
drive 2 ring ""

say "Without the mistakes: no warning, no report; the last request is refused."
compile ring-fixed
drive 0 ring-fixed "--device Ring"
