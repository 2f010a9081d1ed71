#!/bin/sh
# headers.sh - the rows of ddi.def and role.def against the public headers of KMDF and others.
#
#   headers.sh DIR [DIR...]     the first has wdf.h and the others of one version of KMDF
#
# The headers are Microsoft's, https://github.com/microsoft/Windows-Driver-Frameworks, in
# src/publicinc/wdf/kmdf/1.33 and its like; DIR is outside of this tree.  Each lock function that
# they declare has a row, or is listed as left out, and its row has their number of parameters,
# the argument that they annotate as the lock, and what they say happens to it; each type of
# callbacks has a row with its pointer type; no row of either kind is about something that they
# do not declare.  Where a type of callbacks has an annotated IRQL, there or in a header of the
# other folders (sdk/include/xdk and sdk/include/ddk of ReactOS), its row has that.  The last line
# is "N facts, N mistakes".
#
# SPDX-License-Identifier: MIT

set -u

here=$(cd "$(dirname "$0")" && pwd)
runtime=$here/../../runtime

if [ $# -lt 1 ] || [ ! -f "$1/wdf.h" ]; then
	echo "headers.sh: error: name the folder of KMDF's headers, which has wdf.h" >&2
	exit 2
fi

# FILE without comments.
code_of()
{
	sed 's|//.*||' "$1" | tr '\n' '\001' |
		sed 's|/\*[^*]*\*\+\([^/*][^*]*\*\+\)*/||g' | tr '\001' '\n'
}

# The rows of MACRO for names that start with PREFIX, in FILE: columns with a blank between.
rows_of()
{
	sed -n "s/^$1(\($2.*\))\$/\1/p" "$3" | sed 's/ *, */ /g'
}

{
	for header in "$1"/*.h; do
		code_of "$header" | awk -f "$here/headers.awk"
	done
	shift
	for folder in "$@"; do
		for header in "$folder"/*.h; do
			code_of "$header" | awk -v IRQLS=1 -f "$here/headers.awk"
		done
	done
	rows_of SPINRULE_FAMILY Wdf "$runtime/ddi.def" | sed 's/^/row /'
	rows_of SPINRULE_LEFT_OUT Wdf "$runtime/ddi.def" | sed 's/^/out /'
	rows_of SPINRULE_ROLE EVT_WDF "$runtime/role.def" | sed 's/^/callback /'
	rows_of SPINRULE_ROLE "" "$runtime/role.def" | sed 's/^/entry /'
} | awk '
function mistake(text) { print "headers.sh: " text; mistakes++ }
$1 == "function" { parameters[$2] = $3; lock[$2] = $4; word[$2] = $5; facts++ }
# An annotation with more than one: the exact one counts.
$1 == "irql" {
	level = $4
	sub(/_LEVEL$/, "", level)
	if ($3 == "min") level = level == "PASSIVE" ? "ANY" : ""
	if ($3 == "max" && level != "PASSIVE") level = "UPTO_" level
	if (level != "" && (!($2 in irql) || $3 == "requires")) irql[$2] = level
}
$1 == "entry" { row_irql[$2] = $5 }
$1 == "role" { is_role[$2] = 1; facts++ }
$1 == "pointer" { is_pointer[$2] = 1; facts++ }
$1 == "row" { row_op[$2] = $4; row_lock[$2] = $6; row_parameters[$2] = $11; row_release[$2] = $12 }
$1 == "out" { is_out[$2] = 1 }
$1 == "callback" { row_pointer[$2] = $3 }
END {
	for (name in word) {
		if (word[name] == "-" || name in row_op || name in is_out) continue
		base = name
		sub(/Release$/, "Acquire", base)	# left out with its acquire
		if (!(base in is_out)) mistake(name " " word[name] " a lock and has no row")
	}
	for (name in row_op) {
		if (!(name in parameters)) { mistake(name " is not declared"); continue }
		if (row_parameters[name] != parameters[name])
			mistake(name " has " parameters[name] " parameters, not " row_parameters[name])
		if (row_op[name] == "MOMENTARY") continue
		if (row_lock[name] != lock[name])
			mistake(name ": the lock is argument " lock[name] ", not " row_lock[name])
		if ((row_op[name] == "RELEASE") != (word[name] == "releases"))
			mistake(name " " word[name] " the lock")
		if (row_release[name] != "NONE" && word[row_release[name]] != "releases")
			mistake(name ": " row_release[name] " is no release")
	}
	for (name in is_role)
		if (!(name in row_pointer)) mistake(name " has no row")
	for (name in row_pointer) {
		if (!(name in is_role)) mistake(name " is not declared")
		if (!(row_pointer[name] in is_pointer)) mistake(row_pointer[name] " is not declared")
	}
	for (name in irql) {
		if (!(name in row_irql)) continue
		facts++
		# What an annotation has for DIRQL.
		if (irql[name] == "HIGH" && row_irql[name] == "DIRQL") continue
		if (row_irql[name] != irql[name])
			mistake(name " is entered at " irql[name] ", not " row_irql[name])
	}
	printf "%d facts, %d mistakes\n", facts, mistakes
	exit mistakes > 0 || facts < 100
}'
