# split-source.awk - a test file of C as a driver of two files: functions good_..., warn_... and todo_... in the one,
# their helpers in the other.
#
#   awk -v name=FILE -v out=PREFIX -f split-source.awk FILE        writes PREFIX-whole.c, PREFIX-a.c and PREFIX-b.c
#   awk -v by=turns ...                                            each second function in the other, whatever its name
#
# What is static becomes external, in PREFIX-whole.c too: that is what the two files are held against.  Where a
# function is in the other file, its declaration remains.  Inline functions and variables are in both, as if
# in a header; what is for C++ is in neither.  Lines keep their numbers, and are of file NAME.  The last line printed is the number of functions in each of the
# two.
#
# SPDX-License-Identifier: MIT

function to(part, text) { print text >(out "-" part ".c") }

function to_all(text) { to("whole", text); to("a", text); to("b", text) }

# TEXT without comments, strings and characters; what goes on in the next line is kept in mind.
function bare(text,  made, word)
{
	made = ""
	while (text != "") {
		if (in_comment) {
			if (!match(text, /\*\//))
				return made
			text = substr(text, RSTART + 2)
			in_comment = 0
		} else if (match(text, /^"([^"\\]|\\.)*"/) || match(text, /^'([^'\\]|\\.)*'/)) {
			word = substr(text, 1, RLENGTH)
			made = made (word ~ /[(){};]/ ? "0" : word)
			text = substr(text, RLENGTH + 1)
		} else if (text ~ /^\/\//) {
			return made
		} else if (text ~ /^\/\*/) {
			in_comment = 1
			text = substr(text, 3)
		} else {
			made = made substr(text, 1, 1)
			text = substr(text, 2)
		}
	}
	return made
}

# The function that HEAD, which ends before its body, defines: the last word before a parenthesis that no other encloses; "" if
# it is no function.
function function_name(head,  depth, word, i, c, found)
{
	if (head ~ /^[ \t]*(static |const |typedef )*(struct|union|enum)[ \t]*(__attribute__ *\(\(.*\)\))?[ \t]*[A-Za-z0-9_]*[ \t]*$/)
		return ""
	for (i = 1; i <= length(head); i++) {
		c = substr(head, i, 1)
		if (c ~ /[A-Za-z0-9_]/) {
			word = is_after ? c : word c
			is_after = 0
			continue
		}
		is_after = 1
		if (c == "=" && !depth)
			return ""
		if (c == "(" && !depth++ && word !~ /^(__attribute__|_[A-Z][a-z]\w*_|_When_|asm|__asm__)$/ && word !~ /^_.*_$/)
			found = word
		if (c == ")")
			depth--
	}
	return found
}

# Which file the function called NAME is in.
function part_of(name)
{
	if (by == "turns")
		return n_functions++ % 2 ? "b" : "a"
	return name ~ /^(good|warn|todo)_/ ? "a" : "b"
}

# The lines FIRST to NR are a declaration or a definition, as a whole.
function end_chunk(is_function,  part, i, text, rest)
{
	if (!is_function || head ~ /(^|[ \t])(__)?inline(__)?[ \t]|FORCEINLINE/) {
		for (i = first; i <= NR; i++)
			to_all(lines[i])
	} else {
		part = part_of(is_function)
		n[part]++
		for (i = first; i <= NR; i++) {
			to("whole", lines[i])
			to(part, lines[i])
			# The declaration is in the line where the function begins.
			to(part == "a" ? "b" : "a", i == first ? head ";" : "")
		}
	}
	first = 0
}

BEGIN { to_all("#line 1 \"" name "\"") }

{
	line = $0
	text = bare($0)
	if (!first) {
		if (text ~ /^#ifdef __cplusplus/)
			is_left_out = 1
		if (is_left_out) {
			to_all("")
			is_left_out = text !~ /^#endif/
			next
		}
		if (text ~ /^[ \t]*(#|$)/ || is_continued) {
			to_all(line)
			is_continued = (text ~ /^[ \t]*#/ || is_continued) && line ~ /\\$/
			next
		}
		first = NR
		head = body = ""
		depth = parens = 0
	}
	# An annotation may stand before it.
	if (!body && !depth && !parens) {
		sub(/^static /, "", line)
		sub(/^static /, "", text)
	}
	if (first == NR && line ~ /^(__)?inline(__)? |^FORCEINLINE/)
		line = "static " line
	lines[NR] = line
	if (text ~ /^[ \t]*#/)
		next
	for (i = 1; i <= length(text); i++) {
		c = substr(text, i, 1)
		if (c == "(")
			parens++
		else if (c == ")")
			parens--
		else if (c == "{" && !depth++ && !parens && !body) {
			body = 1
			defines = function_name(head)
		} else if (c == "}" && !--depth && !parens && defines) {
			end_chunk(defines)
			body = defines = ""
			next
		} else if (c == ";" && !depth && !parens) {
			end_chunk("")
			body = defines = ""
			next
		}
		if (!body)
			head = head c
	}
	if (!body)
		head = head " "
}

END {
	if (first)
		print "the file ends in the middle of something that begins in line " first
	print n["a"] + 0, n["b"] + 0
}
