# man.awk - a man page of what a program prints for --help.
#
#   PROGRAM --help | awk -v name=PROGRAM -v version=1.1 -v about='one line' -f man.awk
#
# A line that starts with two blanks and a dash, or a name in capitals with '=', is an
# option; what follows two blanks or more is its text.
#
# SPDX-License-Identifier: MIT

function safe(text)
{
	gsub(/\\/, "\\e", text)
	gsub(/-/, "\\-", text)
	if (text ~ /^[.']/)
		text = "\\\&" text
	return text
}

BEGIN {
	printf ".TH %s 1 \"\" \"Spinrule %s\" \"User Commands\"\n", toupper(name), version
	printf ".SH NAME\n%s \\- %s\n.SH SYNOPSIS\n", safe(name), safe(about)
}

/^Usage: / {
	sub(/^Usage: /, "")
	printf ".B %s\n.SH DESCRIPTION\n", safe($0)
	next
}

/^  +(-|[A-Z_]+=)/ {
	sub(/^ +/, "")
	text = ""
	if (match($0, /   */)) {
		text = substr($0, RSTART + RLENGTH)
		$0 = substr($0, 1, RSTART - 1)
	}
	if (!options++)
		print ".SH OPTIONS"
	printf ".TP\n.B %s\n%s\n", safe($0), safe(text)
	in_option = 1
	next
}

/^Exit status: / {
	sub(/^Exit status: /, "")
	print ".SH EXIT STATUS"
}

/^ *$/ {
	print ".PP"
	next
}

{
	if (in_option && /^[^ ]/) {
		print ".PP"
		in_option = 0
	}
	sub(/^ +/, "")
	print safe($0)
}

END {
	print ".SH SEE ALSO\n.BR spinrule (7)"
}
