# pages.awk - the pages of docs/ids as rows of C: what an id means, and its page.
#
# SPDX-License-Identifier: MIT

function quoted(text) {
	gsub(/\\/, "\\\\", text)
	gsub(/"/, "\\\"", text)
	gsub(/\t/, "\\t", text)
	return text
}

# The row of the page before.
function print_row() {
	if (name != "")
		printf "\t[SPINRULE_%s] = { \"%s\",\n%s\t},\n", name, quoted(meaning), page
}

FNR == 1 {
	print_row()
	name = toupper(substr($0, 3))
	gsub(/-/, "_", name)
	meaning = page = ""
	paragraph = 0
}

{
	# Links lead to pages that a reader of a log does not have.
	while (match($0, /\[[^]]*\]\(\.\.?\/?[^)]*\.md[^)]*\)/)) {
		link = substr($0, RSTART, RLENGTH)
		text = substr(link, 2, index(link, "](") - 2)
		$0 = substr($0, 1, RSTART - 1) text substr($0, RSTART + RLENGTH)
	}
	page = page sprintf("\t  \"%s\\n\"\n", quoted($0))
}

# The title, the words of the message, what it means.
$0 == "" { paragraph++; next }
paragraph == 2 { meaning = meaning (meaning == "" ? "" : " ") $0 }

END { print_row() }
