# commands.awk - compile_commands.json from the commands that make would run.
#
#   make -Bn V=1 all | awk -v folder="$PWD" -f commands.awk
#
# SPDX-License-Identifier: MIT

function quoted(text)
{
	gsub(/\\/, "\\\\", text)
	gsub(/"/, "\\\"", text)
	return "\"" text "\""
}

BEGIN {
	printf "["
}

# A command may go on in the next line.
/\\$/ {
	command = command substr($0, 1, length($0) - 1)
	next
}

{
	command = command $0
	gsub(/[ \t]+/, " ", command)
	if (match(command, / -c [^ ]+\.(c|cc) -o /)) {
		split(substr(command, RSTART + 4), word, " ")
		printf "%s\n{ \"directory\": %s, \"file\": %s, \"command\": %s }", n++ ? "," : "",
			quoted(folder), quoted(word[1]), quoted(command)
	}
	command = ""
}

END {
	print "\n]"
}
