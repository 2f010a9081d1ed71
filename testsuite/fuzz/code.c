/* code.c - the code of lock programs (plugin/checker/link/code.h), alone.
 *
 *     code FILE              read what may be such code, for a fuzzer or a test
 *     code --write LP FILE   write the code of a lock program
 *
 * Reading must neither crash nor break an assertion, whatever the file has.  Exit status 1
 * if it is damaged.
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

static int write_code(const char *program, const char *name)
{
	FILE *in = fopen(program, "r"), *out = fopen(name, "wb");
	char *error = NULL;
	struct lockprog_unit *unit = in ? lockprog_read(in, program, &error) : NULL;
	unsigned char *code;
	size_t size;

	if (!unit || !out) {
		fprintf(stderr, "%s\n", error ? error : "no such file");
		return 2;
	}
	code = code_write(unit, &size);
	fwrite(code, 1, size, out);
	free(code);
	lockprog_free_unit(unit);
	fclose(in);
	return fclose(out) ? 2 : 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "--write"))
		return write_code(argv[2], argv[3]);

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
