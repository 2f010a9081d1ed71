/* input.h - the files that spinrule-check is given: lock programs, objects, archives.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef DRIVER_INPUT_H
#define DRIVER_INPUT_H

#include "link/link.h"

struct inputs {
	int n, max;
	struct link_input *list;
	/* Objects and members of archives without a lock program. */
	int n_without, max_without;
	const char **without;
	bool has_failed;	/* errors, which were printed */
	bool has_objects;	/* some file was no text */
};

/* Replace each @FILE in ARGV by the words in FILE, as GCC and ld do; words may be in
 * quotes.  Returns false after an error, which was printed. */
bool input_expand(int *argc, char ***argv);
/* Free the words that input_expand made. */
void input_free_words(int argc, char **argv);

/* True if FILE is the text of a lock program, not an object or archive. */
bool input_is_text(const char *file);

/* Read FILE, "-" for standard input, and add its lock programs. */
void input_read(struct inputs *inputs, const char *file);

/* Free the inputs with their units. */
void input_free(struct inputs *inputs);

#endif
