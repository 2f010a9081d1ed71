# page.sh - what docs/real-code.md says, held against what was found.  Sourced by check-real.sh.
#
# Only the numbers that are the same in each run, and only for the version of Wine that the page is
# about.  How many checks of Wine's own pass, and how often locks are taken, differs from run to run.
#
# SPDX-License-Identifier: MIT

page=$top/docs/real-code.md

# Whether the page is about this version of Wine.
page_is_of_this_wine()
{
	version=$(sed -n 's/^Wine version //p' "$WINE_SOURCE/VERSION")
	grep -q "^Wine $version of Debian" "$page" && return
	echo "  docs/real-code.md is about another Wine than $version: its numbers are not compared"
	return 1
}

# page_has TEXT: one verdict: the page has TEXT.
page_has()
{
	if grep -qF -- "$1" "$page"; then
		pass
	else
		fail "docs/real-code.md does not say '$1'"
	fi
}

# The totals of MACHINE LEVEL: functions, callbacks, lock calls.
page_totals()
{
	cat "$real"/warn/*-"$1$2".summary | jq -s -r '[.[] | select(.type == "unit") | .totals] |
		"\(map(.functions) | add) \(map(.callbacks) | add) \(map(.lock_calls) | add)"'
}

# After the compiles: the table of "Compile time".
compare_page_compiled()
{
	page_is_of_this_wine || return
	files=$(ls "$real"/warn/*-"$(machine_of "$CC")-O2.plugin.s" | wc -l)
	# Words: three numbers each.
	# shellcheck disable=SC2046
	set -- $(page_totals "$(machine_of "$CC")" -O2) $(page_totals "$(machine_of "$CC32")" -O2)
	page_has "| files | $files, each for two processors at two levels: $compiled compiles; none is left out |"
	page_has "| functions, of them callbacks (found by role, nothing is annotated) | $1 ($4 for i386), $2 |"
	page_has "| lock calls | $3 |"
}

# After the checks of whole drivers: how many functions of how many files.
compare_page_whole()
{
	page_is_of_this_wine || return
	sizes=
	for driver in $whole_drivers; do
		said=$real/whole/$(basename "$driver")-$(machine_of "$CC")-O2/said
		sizes="$sizes $(sed -n 's/^spinrule: driver [^:]*: \([0-9]*\) files, \([0-9]*\) functions.*/\2 \1/p' "$said")"
	done
	# Words: two numbers of each driver.
	# shellcheck disable=SC2086
	set -- $sizes
	page_has "($1 functions of $2 files, $3 of $4)"
}
