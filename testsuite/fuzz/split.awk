# split.awk - the functions of a lock program, each put into one of several files at random.
#
#   awk -v seed=7 -v files=3 -v out=PREFIX -f split.awk FILE.lp     writes PREFIX1.lp ...
#
# Classes, variables, symbols, what stands before the first function, and functions that only annotations
# describe are in each of them.
#
# SPDX-License-Identifier: MIT

BEGIN {
	srand(seed)
	for (i = 1; i <= files; i++)
		printf "unit 'part%d.c'\n", i >(out i ".lp")
}

/^unit / { next }

/^function / { at = / external/ ? 0 : 1 + int(rand() * files) }

/^(class|object|symbol|parameter|silenced) / { at = 0 }

{
	for (i = 1; i <= files; i++)
		if (!at || at == i)
			print >(out i ".lp")
}
