# mutants.awk - writes the mutants of a lock program (third file): of each good_ function
# that passes, as the first file says, and is not in the second, copies in which one lock
# operation is left out, is there twice, or has moved.
#
# To OUT/NUMBER.lp, from FIRST on; for each it prints
# "VIOLATIONS NUMBER KIND FUNCTION ROLE PLACE: OPERATION".  VIOLATIONS: how many the program
# has; ROLE is "callback" or "function".  An operation moves before the lock operation that
# precedes it in its block, over the branch that follows it, or over the one that leads to
# it.
#
# SPDX-License-Identifier: MIT

FILENAME == ARGV[1] && /^spinrule:   [^ ]+: pass/ { passes[substr($2, 1, length($2) - 1)] = 1 }
FILENAME == ARGV[1] && !/^spinrule:/ { n_violations++ }
FILENAME == ARGV[2] { delete passes[$1] }
FILENAME != ARGV[3] { next }

{ line[++n_lines] = $0 }

/^function / {
	name = $2
	role = / callback / ? "callback" : "function"
	block = ""
}
/^function / || /^  / { of[n_lines] = name; role_of[n_lines] = role }
/^[A-Za-z_0-9.]+:$/ {
	block = substr($1, 1, length($1) - 1)
	start[name, block] = n_lines
	of[n_lines] = name
}
{ block_of[n_lines] = block }

/^  (if |switch |-> |return)/ { end[name, block] = n_lines }

function is_lock_op(n)
{
	return line[n] ~ /^  ([A-Za-z_][A-Za-z_0-9.$]*:[a-z0-9]+ = )?(acquire|release|try) /
}

# Write the program with line LEFT_OUT replaced by BY ("": left out), and TEXT before line
# BEFORE.
function write(kind, n, left_out, by, before, text,    out, i)
{
	out = OUT "/" number ".lp"
	for (i = 1; i <= n_lines; i++) {
		if (i == before)
			print text >out
		if (i == left_out) {
			if (by != "")
				print by >out
		} else if (i == 1 && line[i] ~ /^unit /) {
			print "unit '" number "'" >out
		} else {
			print line[i] >out
		}
	}
	close(out)
	what = line[n]
	place = match(what, / at [^ ]*$/) ? substr(what, RSTART + 4) : "?"
	sub(/ (class|by) .*/, "", what)
	sub(/^ */, "", what)
	print n_violations + 0, number, kind, of[n], role_of[n], place ": " what
	number++
}

# The first line of BLOCK of FUNCTION that is no PHI.
function after_phis(function_name, block_name,    i)
{
	for (i = start[function_name, block_name] + 1; line[i] ~ / = phi /; i++)
		;
	return i
}

END {
	number = FIRST
	for (n = 1; n <= n_lines; n++) {
		if (of[n] !~ /^good_/ || !(of[n] in passes) || !is_lock_op(n))
			continue
		result = ""
		if (match(line[n], /^  [^ ]+:[a-z0-9]+ = /))
			result = substr(line[n], 3, RLENGTH - 5)
		write("left-out", n, n, result == "" ? "" : "  " result " = ?", 0, "")
		twice = line[n]
		if (result != "")
			sub(/:/, ".again:", twice)
		write("doubled", n, 0, "", n + 1, twice)
		for (i = n - 1; of[i] == of[n] && block_of[i] == block_of[n] && line[i] ~ /^  /; i--)
			if (is_lock_op(i)) {
				write("moved", n, n, "", i, line[n])
				break
			}
		exit_line = line[end[of[n], block_of[n]]]
		if (result == "" && exit_line ~ /^  (if|switch)/ && match(exit_line, / -> .*/)) {
			split(substr(exit_line, RSTART + 4), to, " ")
			sub(/.*:/, "", to[1])
			write("moved", n, n, "", after_phis(of[n], to[1]), line[n])
		}
		for (i = 1; i <= n_lines && result == ""; i++)
			if (of[i] == of[n] && line[i] ~ /^  (if|switch) / &&
			    line[i] ~ "[ :]" block_of[n] "( |$)") {
				write("moved", n, n, "", i, line[n])
				break
			}
	}
}
