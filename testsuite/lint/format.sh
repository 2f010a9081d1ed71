#!/bin/sh
# format.sh - lines that clang-format would write otherwise.
#
#   format.sh FILE...    files of C or C++ with one style, that of the first file's folder
#
# Prints FILE:LINE, the line, and below it what it should be.  Exit status 1 if it printed
# something.
#
# What is compared is the indentation of lines and the blanks in them.  These are left to
# the author: where a line is broken, the columns of tables and of comments after code,
# and what clang-format 14 reads wrongly: types of pointers to functions, a minus or an
# and after a cast in a macro.
#
# SPDX-License-Identifier: MIT

set -u

style=$(dirname "$1")
while [ "$style" != . ] && [ "$style" != / ] && [ ! -e "$style/.clang-format" ]; do
	style=$(dirname "$style")
done
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

# What is no difference becomes the same.
alike()
{
	sed 's|\([^ 	]\)[ 	]*/\*|\1 /*|
		s/; *\([;)]\)/;\1/g
		s/\([)}]\) {/\1{/g
		s/ (\([A-Za-z_]* \*\)/(\1/g
		s/) \([-&]\) */)\1/g
		s/operator *=/operator=/'
}

for file in "$@"; do
	alike <"$file" >"$work/is"
	clang-format --style="file:$style/.clang-format" "$file" | alike >"$work/wanted"
	diff "$work/is" "$work/wanted" | awk -v file="$file" '
		# Blanks inside a line are one blank; those at its start count.
		function squeeze(line,    start)
		{
			match(line, /^[ \t]*/)
			start = substr(line, 1, RLENGTH)
			line = substr(line, RLENGTH + 1)
			gsub(/[ \t]+/, " ", line)
			return start line
		}
		# A hunk with as many lines before as after has the same lines.
		function compare(    i)
		{
			for (i = 1; n_is == n_wanted && i <= n_is; i++)
				if (squeeze(is[i]) != squeeze(wanted[i])) {
					at = file ":" first + i - 1
					print at ": has  " is[i]
					print at ": want " wanted[i]
				}
			n_is = n_wanted = 0
		}
		/^[0-9]/ { compare(); first = $0 + 0 }
		/^</ { is[++n_is] = substr($0, 3) }
		/^>/ { wanted[++n_wanted] = substr($0, 3) }
		END { compare() }'
done >"$work/found"
cat "$work/found"
[ ! -s "$work/found" ]
