# said.awk - what GCC said of to-c's C, in the words of spinrule-check --brief --summary, for compare.awk.
#
#     awk -v dir=DIR -f said.awk SUMMARY WARNINGS
#
# SUMMARY is spinrule-check --summary of the plugin's dump, WARNINGS what GCC printed.  DIR is where the
# .lp files are.
#
# SPDX-License-Identifier: MIT

FNR == 1 { n_files++ }

# "spinrule:   p7_f1: unknown, because of ..."
n_files == 1 && /^spinrule:   p[0-9]+_/ && / unknown/ {
	match($2, /_.*:$/)
	number = substr($2, 2, RSTART - 2)
	unknown[number ".lp"] = unknown[number ".lp"] "spinrule:   " substr($2, RSTART + 1) " unknown\n"
	seen[number ".lp"] = 1
	next
}
n_files == 1 { next }

# "7.lp:f1:b5:2:1: warning: spin lock 'ext->A' is ... [spinrule-double-acquire] [CWE-764]"
/: warning: .*\[spinrule-/ {
	split($1, part, ":")
	match($0, /'[^']*'/)
	lock = substr($0, RSTART + 1, RLENGTH - 2)
	sub(/(\.|->)lock$/, "", lock)
	sub(/^.*\[0\]$/, "A", lock)
	sub(/^.*\[1\]$/, "B", lock)
	sub(/^.*(\.|->)/, "", lock)
	sub(/^p[0-9]+_/, "", lock)
	match($0, /\[spinrule-[-a-z]*\]/)
	id = substr($0, RSTART + 10, RLENGTH - 11)
	said[part[1]] = said[part[1]] part[2] " " part[3] ": " id " " lock ": GCC\n"
	seen[part[1]] = 1
}

END {
	for (file in seen)
		printf "%sspinrule: %s/%s: checked\n%s", said[file], dir, file, unknown[file]
}
