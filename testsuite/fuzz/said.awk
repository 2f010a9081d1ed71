# said.awk - what GCC said of to-c's C, in the words of spinrule-check --brief --summary, for compare.awk.
#
#     awk -f said.awk SOURCE CHECKED WARNINGS
#
# SOURCE is the C, CHECKED is what spinrule-check --summary says of the plugin's dump, WARNINGS what
# GCC printed.  Where the last two differ, a line "dump FILE: only ...: ..." tells.
#
# SPDX-License-Identifier: MIT

FNR == 1 { n_files++ }

# "/* file 7.lp DIR/7.lp */"
n_files == 1 && $2 == "file" {
	path[$3] = $4
	next
}
n_files == 1 { next }

# "spinrule:   p7_f1: unknown, because of ..."
/^spinrule:   p[a-z0-9]+_/ && /unknown, because of/ {
	match($2, /_.*:$/)
	base = substr($2, 2, RSTART - 2) ".lp"
	unknown[base] = unknown[base] "spinrule:   " substr($2, RSTART + 1) " unknown, because of GCC\n"
	next
}

# "7.lp:f1:b5:2:1: warning: spin lock 'ext->A' is ... [CWE-764] [-Wspinrule-double-acquire]"
!/: warning: .*\[-Wspinrule-/ { next }
{
	sub(/ \[CWE-[0-9]+\]$/, "")
	split($1, part, ":")
	text[n_files, $0] = 1
	texts[$0] = part[1]
}
n_files == 3 {
	match($0, /'[^']*'/)
	lock = substr($0, RSTART + 1, RLENGTH - 2)
	sub(/(\.|->)lock$/, "", lock)
	sub(/^.*\[0\]$/, "A", lock)
	sub(/^.*\[1\]$/, "B", lock)
	sub(/^.*(\.|->)/, "", lock)
	sub(/^p[a-z0-9]+_/, "", lock)
	if (/the cancel spin lock/)
		lock = "cancel"
	else if (lock !~ /^H?([A-Z]|p[0-9])$/)
		lock = "chosen"
	match($0, /\[-Wspinrule-[-a-z]*\]/)
	id = substr($0, RSTART + 12, RLENGTH - 13)
	# GCC does not know where a return without a value is.
	block = part[4] == "void" && id == "held-at-return" ? "*" : part[3]
	said[part[1]] = said[part[1]] part[2] " " block ": " id " " lock ": GCC\n"
}

END {
	for (base in path)
		printf "%sspinrule: %s: checked\n%s", said[base], path[base], unknown[base]
	for (one in texts)
		if (text[2, one] != text[3, one])
			printf "dump %s: only %s: %s\n", path[texts[one]], (text[2, one] > text[3, one] ? "spinrule-check" : "the plugin"), one
}
