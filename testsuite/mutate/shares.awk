# shares.awk - of the mutants (first file, as mutants.awk prints them): how many the checker
# reports (second file), by kind, and those that pass.
#
# SPDX-License-Identifier: MIT

FNR == 1 { n_files++ }

n_files == 1 {
	number = $2
	violations[number] = $1
	kind[number] = $3
	name[number] = $4
	role[number] = $5
	$1 = $2 = $3 = $4 = $5 = ""
	sub(/^ */, "")
	text[number] = $0
	next
}

# What a mutant is said to do comes before its summary.
/^spinrule: [0-9]+: / {
	number = substr($2, 1, length($2) - 1)
	is_known = number in kind
	more = n_said > violations[number]
	n_said = 0
	next
}
/^spinrule:   / && is_known && substr($2, 1, length($2) - 1) == name[number] {
	verdict = more || / violations? \(/ ? "reported" : / unknown, / ? "unknown" : "passes"
	count[kind[number], verdict]++
	all[kind[number]]++
	if (verdict == "passes")
		passing[role[number], ++n_passing[role[number]]] = \
			kind[number] " in " name[number] ": " text[number]
	is_known = 0
	next
}
/^spinrule:/ { next }
{ n_said++ }

function share(k, verdict)
{
	return sprintf("%d %s (%.1f %%)", count[k, verdict], verdict, 100 * count[k, verdict] / all[k])
}

END {
	for (i = 1; i <= n_passing["function"]; i++)
		print "passes: " passing["function", i]
	for (i = 1; i <= n_passing["callback"]; i++)
		print "passes, callback: " passing["callback", i]
	n = split("left-out doubled moved", kinds, " ")
	for (i = 1; i <= n; i++)
		if (all[kinds[i]])
			print kinds[i] ": " all[kinds[i]] " mutants, " share(kinds[i], "reported") ", " \
				share(kinds[i], "unknown") ", " share(kinds[i], "passes")
}
