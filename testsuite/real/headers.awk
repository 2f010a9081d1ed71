# headers.awk - what KMDF's headers declare of locks and of callbacks, one fact a line.
#
#     function NAME PARAMETERS LOCK WORD   an inline function with an annotated lock: which
#                                          argument it is, and acquires or releases
#     function NAME PARAMETERS - -         one without
#     role NAME, pointer NAME              a type of functions, EVT_..., and of pointers to them
#     irql NAME requires|max|min LEVEL     what the annotation of a type of functions says
#
# With IRQLS=1 the last alone, of any header.
#
# SPDX-License-Identifier: MIT

# Comments are gone, so that a line of the input is a line of code.
{ text = text " " $0 }

# The text in the parentheses at AT in S; END is behind them.
function inside(s, at,    depth, i, c)
{
	for (i = at; i <= length(s); i++) {
		c = substr(s, i, 1)
		if (c == "(") depth++
		if (c == ")" && --depth == 0) break
	}
	end = i + 1
	return substr(s, at + 1, i - at - 1)
}

# Print what is known of function NAME with PARAMETERS, as text.
function describe(name, parameters,    i, c, depth, n, lock, word, one)
{
	n = 0
	lock = word = "-"
	parameters = parameters ","
	for (i = 1; i <= length(parameters); i++) {
		c = substr(parameters, i, 1)
		if (c == "(") depth++
		if (c == ")") depth--
		if (c != "," || depth) {
			one = one c
			continue
		}
		if (one ~ /_Acquires_(nonreentrant_)?lock_/) { lock = n; word = "acquires" }
		if (one ~ /_Releases_(nonreentrant_)?lock_/) { lock = n; word = "releases" }
		if (one !~ /^ *(VOID|void)? *$/) n++
		one = ""
	}
	print "function", name, n, lock, word
}

# Print the annotated IRQLs of the types of functions, which are called as their class.
function print_irqls(    n, i, name, one, statement, statements)
{
	n = split(text, statements, ";")
	for (i = 1; i <= n; i++) {
		statement = statements[i]
		if (statement !~ /typedef/ || !match(statement, /_Function_class_ ?\( ?[A-Z_0-9]+/))
			continue
		name = substr(statement, RSTART, RLENGTH)
		sub(/.*\( ?/, "", name)
		sub(/_Function_class_ ?\([^)]*\)/, "", statement)
		if (statement !~ "typedef.*[^A-Z_0-9]" name " ?[)(]")
			continue
		while (match(statement, /_IRQL_requires_(max_|min_)? ?\( ?[A-Z_]+/)) {
			one = substr(statement, RSTART, RLENGTH)
			statement = substr(statement, RSTART + RLENGTH)
			print "irql", name, one ~ /max_/ ? "max" : one ~ /min_/ ? "min" : "requires", \
				substr(one, match(one, /[A-Z_]+$/))
		}
	}
}

END {
	gsub(/[ \t\r]+/, " ", text)
	print_irqls()
	if (IRQLS)
		exit
	rest = text
	while (match(rest, /FORCEINLINE [A-Za-z_0-9 *]*[ *](Wdf[A-Za-z0-9]+) ?\(/)) {
		name = substr(rest, RSTART, RLENGTH)
		sub(/ ?\($/, "", name)
		sub(/.*[ *]/, "", name)
		parameters = inside(rest, RSTART + RLENGTH - 1)
		describe(name, parameters)
		rest = substr(rest, end)
	}
	rest = text
	while (match(rest, /\(?[ A-Z]*EVT_WDF[A-Z0-9_]+\)? ?\(|\* ?PFN_WDF[A-Z0-9_]+\)? ?[;(]/)) {
		name = substr(rest, RSTART, RLENGTH)
		rest = substr(rest, RSTART + RLENGTH - 1)
		if (name ~ /EVT_WDF/) {
			match(name, /EVT_WDF[A-Z0-9_]+/)
			print "role", substr(name, RSTART, RLENGTH)
		} else {
			match(name, /PFN_WDF[A-Z0-9_]+/)
			print "pointer", substr(name, RSTART, RLENGTH)
		}
	}
}
