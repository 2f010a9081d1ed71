/* source.h - the source lines around a place.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SOURCE_H
#define SOURCE_H

#include "model.h"

/* Where source files are looked for, and those that were read. */
struct source {
	struct store *store;
	struct texts folders;	/* real paths */
	void *files;
};

void source_start(struct source *source, struct store *store);
void source_end(struct source *source);

/* Look in FOLDER too.  False, with errno set: it is none. */
bool source_add_folder(struct source *source, const char *folder);

struct source_line {
	unsigned number;
	const char *text;	/* as it is in the file, not ended by a zero */
	size_t length;
};

/* The lines around PLACE, at most MAX, into LINES; returns how many there are: 0 when its file is not found, is not in
 * one of the folders, or is shorter. */
size_t source_lines(struct source *source, const struct place *place, struct source_line *lines,
		    size_t max);

#endif
