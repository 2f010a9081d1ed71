/* code.c - reads what may be the code of a lock program (plugin/checker/link/code.h) from a file, for AFL++.
 *
 * It must neither crash nor break an assertion, whatever the file has.
 *
 * SPDX-License-Identifier: MIT
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "link/code.h"
#include "lockprog/alloc.h"

/* Larger files only take longer. */
enum { MAX_SIZE = 1 << 20 };

int main(int argc, char **argv)
{
	FILE *in = argc > 1 ? fopen(argv[1], "rb") : stdin, *out = fopen("/dev/null", "w");
	unsigned char *code = alloc_zeroed(MAX_SIZE);
	size_t size = in ? fread(code, 1, MAX_SIZE, in) : 0;
	struct lockprog_unit *unit = code_read(code, size);
	int n_bodies = 0;

	if (!unit || !out)
		return 1;
	for (int f = 0; f < unit->n_functions; f++)
		n_bodies += code_read_body(unit, unit->functions[f]);
	if (n_bodies == unit->n_functions) {
		lockprog_finish(unit);
		lockprog_print(out, unit);
	}
	lockprog_free_unit(unit);
	fclose(out);
	return 0;
}
