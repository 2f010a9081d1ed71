# lines.awk - lines that are too long: code has 100 columns, a comment 90.
#
#   LC_ALL=C awk -f lines.awk FILE...
#
# A tab goes to the next multiple of eight, a character of UTF-8 is one column.  A line is
# a comment if nothing else is on it.  Three kinds of line may be as long as they need to
# be, since they cannot be broken: rows of a .def file, and the comments that head its
# columns; what a test expects on its line ("dg-"); and a line that has only one word.
#
# Prints FILE:LINE: how long it is.  Exit status 1 if it printed something.
#
# SPDX-License-Identifier: MIT

function columns(line,    n, i, part, parts)
{
	gsub(/[\200-\277]/, "", line)
	parts = split(line, part, "\t")
	for (i = 1; i < parts; i++)
		n = int((n + length(part[i])) / 8) * 8 + 8
	return n + length(part[parts])
}

# Whether the line is a comment and nothing else; keeps track of comments of several
# lines.
function is_comment_line(line,    was_inside, at)
{
	if (uses_hash)
		return line ~ /^[ \t]*#/ && FNR > 1
	was_inside = inside
	if (!was_inside && line !~ /^[ \t]*\/[*\/]/) {
		# A comment may begin after the code and go on.
		gsub(/"([^"\\]|\\.)*"/, "", line)
		gsub(/\/\*([^*]|\*+[^*\/])*\*+\//, "", line)
		inside = line ~ /\/\*/
		return 0
	}
	if (!was_inside && line ~ /^[ \t]*\/\//)
		return 1
	if (!was_inside)
		sub(/\/\*/, "", line)
	at = index(line, "*/")
	inside = !at
	return !at || substr(line, at + 2) ~ /^[ \t]*(\/\*.*\*\/)?[ \t]*$/
}

FNR == 1 {
	inside = 0
	uses_hash = FILENAME !~ /\.(c|cc|h|def)$/
	is_table = FILENAME ~ /\.def$/
}

{
	is_comment = is_comment_line($0)
	limit = is_comment ? 90 : 100
	if (length($0) <= limit && $0 !~ /\t/)
		next
	n = columns($0)
	if (n <= limit || NF == 1 || /dg-[a-z]/)
		next
	if (is_table && (/^SPINRULE_[A-Z_]+ *\(/ || (is_comment && /^\/\*.*[^ ]  .*\*\/$/)))
		next
	what = is_comment ? "comment" : "line"
	printf "%s:%d: %s of %d columns, more than %d\n", FILENAME, FNR, what, n, limit
	found = 1
}

END {
	exit found
}
