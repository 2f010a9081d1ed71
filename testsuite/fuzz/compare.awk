# compare.awk - where reference (first file) and spinrule-check --brief --summary (second) disagree.
#
# Prints "FILE: FALSE ALARM: FUNCTION BLOCK ID LOCK" and "FILE: MISSED: ...".  What a function's
# verdict "unknown" leaves out is not missed.  A block "*" in the second file is any block.
# "FILE: MISCOUNTED: ...": the numbers of acyclic paths, all and violating ones, are not the reference's.
# To COUNTED, a file: how many functions with violations there are, of how many both know the numbers, how many have none in
# any run, and how many of these are "unknown".
#
# SPDX-License-Identifier: MIT

FNR == 1 { n_files++ }
{ gsub(/the cancel spin lock/, "cancel") }

n_files == 1 && $1 == "file" { file = $2; next }
n_files == 1 && $2 == "limit" { limit[file, $1] = 1; limits++; next }
n_files == 1 && $2 == "paths" { low[file, $1] = $3; high[file, $1] = $4; all[file, $1] = $5; next }
n_files == 1 && $2 == "mixed" { mixed[file, $1] = 1; next }
n_files == 1 {
	is_dirty[file, $1] = 1
	real[file, $1 " " $2 " " $3 " " $4] = real[file, $1 " " $2 " " $3] = 1
	real[file, $1 " * " $3 " " $4] = real[file, $1 " * " $3] = 1
	if ($5 != "doubtful")
		wanted[++n_wanted] = file SUBSEP $1 " " $2 " " $3 " " $4
	next
}

$1 == "dump" { next }

# What a file is said to do comes before its summary.
$1 == "spinrule:" && $2 ~ /:$/ && $0 !~ /^spinrule:  / {
	file = substr($2, 1, length($2) - 1)
	for (i = 1; i <= n_said; i++)
		claims[++n_claims] = file SUBSEP said[i]
	n_said = 0
	next
}
$1 == "spinrule:" && $2 !~ /:$/ { next }
$1 == "spinrule:" {
	name = substr($2, 1, length($2) - 1)
	only[file] = name
	if ($0 ~ /unknown, because of/)
		unknown[file, name] = 1
	if (!is_dirty[file, name] && !limit[file, name]) {
		n_clean++
		n_unknown += (file, name) in unknown
	}
	if ($3 ~ /^[0-9]+$/)
		n_violating++
	if (match($0, /, [0-9]+ of [0-9]+ paths?[,)]/) && (file, name) in low) {
		split(substr($0, RSTART + 2, RLENGTH - 3), number, " ")
		n_counted++
		if (number[1] + 0 < low[file, name] || number[1] + 0 > high[file, name] || number[3] != all[file, name])
			print file ": MISCOUNTED: " name " " number[1] " of " number[3] " paths, not " low[file, name] " to " high[file, name] " of " all[file, name]
	}
	next
}
$1 ~ /:$/ { $0 = "- " $0 }
{ said[++n_said] = $1 " " substr($2, 1, length($2) - 1) " " $3 " " substr($4, 1, length($4) - 1) }

function is_claimed(file, what, without_lock)
{
	return ((file, what) in claimed) || ((file, without_lock) in claimed)
}

END {
	if (counted)
		print n_violating + 0, n_counted + 0, n_clean + 0, n_unknown + 0 >>counted
	for (i = 1; i <= n_claims; i++) {
		split(claims[i], part, SUBSEP)
		split(part[2], word, " ")
		if (word[1] == "-")
			word[1] = only[part[1]]
		claim = word[1] " " word[2] " " word[3] " " (mixed[part[1], word[1]] ? "*" : word[4])
		# A lock that a callee touched first has the callee's name for it.
		if (word[4] ~ /^H?p[0-9]$/ && word[4] !~ "p" substr(word[1], 2) "$")
			claim = word[1] " " word[2] " " word[3]
		# One of several locks, or an element, has the name of the pointer.
		if (word[4] == "chosen")
			claim = word[1] " " word[2] " " word[3]
		claimed[part[1], claim] = 1
		if (!limit[part[1], word[1]] && !((part[1], claim) in real))
			print part[1] ": FALSE ALARM: " claim
	}
	for (i = 1; i <= n_wanted; i++) {
		split(wanted[i], part, SUBSEP)
		split(part[2], word, " ")
		if (is_claimed(part[1], part[2], word[1] " " word[2] " " word[3]) || unknown[part[1], word[1]])
			continue
		# What a handle does not release is said once, by the name of the handle or of the lock that it had.
		other = word[4] ~ /^H/ ? substr(word[4], 2) : "H" word[4]
		if (word[3] == "release-unheld" && is_claimed(part[1], word[1] " " word[2] " " word[3] " " other))
			continue
		if (!is_claimed(part[1], word[1] " * " word[3] " " word[4], word[1] " * " word[3]))
			print part[1] ": MISSED: " part[2]
	}
}
