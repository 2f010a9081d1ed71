#!/bin/sh
# callers.sh - replace the callers in a driver's log, module and offset, by functions and lines.
#
#   callers.sh DRIVER.sys <LOG
#
# Text and JSON lines.  Callers of which the driver's debug information says nothing stay as they are, and
# so does all where there is no addr2line.  The module's name is not compared: a log is one driver's.
#
# SPDX-License-Identifier: MIT

set -u

driver=$1
: "${DRIVE_CC:=x86_64-w64-mingw32-gcc}"
tools=${DRIVE_CC%gcc*}
log=$(mktemp) || exit 1
trap 'rm -f "$log" "$log.lines"' EXIT
tr -d '\r' >"$log"

# Where the driver's own numbers begin.
base=$("${tools}objdump" -p "$driver" 2>/dev/null | sed -n 's/^ImageBase[[:space:]]*//p')
if [ "$base" ]; then
	{
		grep -oE '^    (which is|called at) [^ ]*\+0x[0-9A-F]+$' "$log"
		grep -oE '"offset":"0x[0-9A-F]+","lines":\[\]' "$log"
	} | grep -oE '0x[0-9A-F]+' | sort -u | while read -r offset; do
		printf '%s 0x%x\n' "$offset" $((0x$base + offset))
	done >"$log.lines"
fi
if [ ! -s "$log.lines" ]; then
	cat "$log"
	exit
fi

# shellcheck disable=SC2046 # one argument for each address
"${tools}addr2line" -e "$driver" -a -f -i -C $(sed 's/.* //' "$log.lines") 2>/dev/null |
awk -v offsets="$log.lines" '
	# The offset of each line "0x...", in the order of the questions.
	BEGIN { while ((getline line < offsets) > 0) { split(line, word, " "); order[++asked] = word[1] } }

	# What addr2line says: the address, then a line with a function and one with FILE:LINE, and again
	# for each function that this is inlined into.
	FILENAME == "-" && /^0x/ { offset = order[++answered]; next }
	FILENAME == "-" && !function_name { function_name = $0; next }
	FILENAME == "-" {
		place = $0
		sub(/ \(discriminator [0-9]+\)$/, "", place)
		if (place !~ /^\?/ && place !~ /:[0?]$/) {
			n = ++count[offset]
			functions[offset, n] = function_name
			places[offset, n] = place
		}
		function_name = ""
		next
	}

	# What all files have before the name under which they were compiled.
	function learn(offset, name,    file) {
		file = places[offset, 1]
		sub(/:[0-9]+$/, "", file)
		if (!folder && length(file) > length(name) &&
		    substr(file, length(file) - length(name) + 1) == name)
			folder = substr(file, 1, length(file) - length(name))
	}
	function plain(place) {
		return folder && index(place, folder) == 1 ? substr(place, length(folder) + 1) : place
	}
	function escaped(text) {
		gsub(/\\/, "\\\\", text)
		gsub(/"/, "\\\"", text)
		return text
	}

	# "  by thread 72 at ring.c:91:2 in ring_move": the place itself, or of the acquire.
	/^  (acquired |with .*)?by thread / {
		own = $NF
		own_file = $(NF - 2)
		sub(/:[0-9]+:[0-9]+$/, "", own_file)
	}
	/^    (which is|called at) [^ ]*\+0x[0-9A-F]+$/ {
		offset = $0
		sub(/.*\+/, "", offset)
		is_first = $1 == "which"
		if (is_first && count[offset])
			learn(offset, own_file)
		# Unless the function has jumped to the runtime, and this is its caller.
		for (i = is_first && functions[offset, 1] == own ? 2 : 1; i <= count[offset]; i++)
			print "    called at " plain(places[offset, i]) " in " functions[offset, i]
		if (!count[offset] && !is_first)
			print
		next
	}
	/^\{"type":"violation"/ {
		if (match($0, /"site":\{"file":"[^"]*"/)) {
			own_file = substr($0, RSTART + 16, RLENGTH - 17)
			if (match($0, /"callers":\[\{"module":"[^"]*","offset":"0x[0-9A-F]+"/)) {
				offset = substr($0, RSTART, RLENGTH - 1)
				sub(/.*"/, "", offset)
				if (count[offset])
					learn(offset, own_file)
			}
		}
		rest = $0
		said = ""
		while (match(rest, /"offset":"0x[0-9A-F]+","lines":\[\]/)) {
			offset = substr(rest, RSTART + 10, RLENGTH - 22)
			said = said substr(rest, 1, RSTART + RLENGTH - 2)
			for (i = 1; i <= count[offset]; i++) {
				file = plain(places[offset, i])
				line = file
				sub(/:[0-9]+$/, "", file)
				sub(/.*:/, "", line)
				said = said (i > 1 ? "," : "") "{\"function\":\"" escaped(functions[offset, i]) \
					"\",\"file\":\"" escaped(file) "\",\"line\":" line "}"
			}
			said = said "]"
			rest = substr(rest, RSTART + RLENGTH)
		}
		print said rest
		next
	}
	{ print }
' - "$log"
