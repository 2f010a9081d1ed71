/* source.h - the source lines around a place.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SOURCE_H
#define SOURCE_H

#include "model.h"

/* The folders that are searched for source files, and the files that were read. */
struct source {
	struct store *store;
	struct texts folders;	/* real paths */
	struct texts missing;	/* names that were looked for in vain */
	void *files;
};

/* FILE without what leads out of the folder of a build: "driver.c" of
 * "../../driver.c". */
const char *source_below(const char *file);

void source_start(struct source *source, struct store *store);
void source_end(struct source *source);

/* Search FOLDER too.  Returns false, with errno set, if it is no folder. */
bool source_add_folder(struct source *source, const char *folder);

struct source_line {
	unsigned number;
	const char *text;	/* as in the file, without a zero at its end */
	size_t length;
};

/* Write the lines around PLACE, at most MAX, to LINES.  Returns their number: 0 if the
 * file is not found, is not in one of the folders, or is shorter. */
size_t source_lines(struct source *source, const struct place *place, struct source_line *lines,
		    size_t max);

/* Write lines FIRST to LAST of FILE to LINES, which has room for them.  Returns their
 * number: 0 if the file is not shown. */
size_t source_range(struct source *source, const char *file, unsigned first, unsigned last,
		    struct source_line *lines);

#endif
