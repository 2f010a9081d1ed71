/* notes.h - what the user should know about how a driver was linked.
 *
 * What is so in many files is one note for each name: of the first two, and the number
 * of the others.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LINK_NOTES_H
#define LINK_NOTES_H

#include <stdbool.h>

#include "lockprog/name-map.h"

enum note_kind {
	NOTE_COPIES,	/* copies of an inline function differ */
	NOTE_TWICE,	/* a function has several definitions */
	NOTE_LAYOUTS,	/* a tag has several layouts */
	NOTE_OTHER,	/* TEXT says it */
	NOTE_KINDS
};

struct note {
	enum note_kind kind;
	const char *name, *first, *second;	/* of what; the names of the two files */
	int n_more, last;	/* other files; the number of the last one */
	char *text;
};

/* All zeros: none. */
struct notes {
	int n, max;
	struct note *list;
	struct name_map numbers[NOTE_KINDS];
};

/* Note that NAME, of KIND, is so in the files called FIRST and SECOND.  SECOND has the
 * number FILE. */
void notes_add(struct notes *notes, enum note_kind kind, const char *name, const char *first,
	       const char *second, int file);

/* Add a note in words. */
void notes_add_text(struct notes *notes, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Print them to standard error; of each kind a few, unless ALL. */
void notes_print(const struct notes *notes, bool all);

void notes_free(struct notes *notes);

#endif
