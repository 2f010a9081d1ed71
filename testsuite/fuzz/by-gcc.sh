#!/bin/sh
# by-gcc.sh - lock programs written as C and compiled with the plugin; says what
# spinrule-check --brief --summary says of the programs themselves.
#
#   by-gcc.sh LEVEL SCRATCH FILE.lp...      LEVEL: -O0, -O2; SCRATCH: start of the names of files it makes
#
# Where the plugin and spinrule-check, when it reads the plugin's dump, disagree, it says
# "dump FILE: only the plugin: ..." or "dump FILE: only spinrule-check: ...".  Exit status: 0; 2 when
# something fails, with "ERROR" and the reason.  GCC names the compiler (gcc), PLUGIN its plugin.
#
# SPDX-License-Identifier: MIT

set -u

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
: "${GCC:=gcc}"
: "${PLUGIN:=$top/build/$(basename "$GCC")/spinrule.so}"
level=$1 scratch=$2
shift 2

give_up()
{
	echo "ERROR: $*" >&2
	exit 2
}

rm -f "$scratch.dump"
"$top/build/fuzz/to-c" "$@" >"$scratch.c" || give_up "to-c ended with status $?"
# The messages are looked for in English.
LC_ALL=C "$GCC" "$level" -S -o /dev/null -isystem "$top/runtime/native" -fplugin="$PLUGIN" \
	-fplugin-arg-spinrule-dump="$scratch.dump" -fdiagnostics-column-unit=byte \
	-fno-diagnostics-show-caret -fdiagnostics-path-format=none "$scratch.c" 2>"$scratch.gcc" ||
	give_up "$(grep -m 1 -i error "$scratch.gcc" || head -n 1 "$scratch.gcc")"
"$top/build/spinrule-check" --summary "$scratch.dump" >"$scratch.check"
[ $? -le 1 ] || give_up "spinrule-check does not read the dump"
awk -f "$here/said.awk" "$scratch.c" "$scratch.check" "$scratch.gcc"
