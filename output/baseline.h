/* baseline.h - the list of findings that are accepted for now.
 *
 * A text file, a finding a line, its parts between tabs, in any order:
 *
 *     fingerprint  id  file  function  lock
 *
 * Only the fingerprint and the file's base name count; the rest is for readers.  Lines
 * that start with # and empty ones are comments.  Many processes may add to one file at
 * once.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef OUTPUT_BASELINE_H
#define OUTPUT_BASELINE_H

#include <stdbool.h>

#include "runtime/rule.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { FINGERPRINT_DIGITS = 16 };

struct baseline_entry {
	char fingerprint[FINGERPRINT_DIGITS + 1];
	enum spinrule_violation id;
	char *file, *function, *lock;
	int line;		/* in the baseline */
	int used;		/* findings that it lists */
};

struct baseline {
	int n, max;
	struct baseline_entry *entries;
};

/* Read FILE into BASELINE, which is empty.  Returns NULL, or what is wrong, malloc'ed. */
char *baseline_read(const char *file, struct baseline *baseline);
void baseline_free(struct baseline *baseline);

/* True if BASELINE lists a finding with FINGERPRINT in FILE, which its entries then count
 * as used.  It does so in a copy of the tree and after a move, but not for a file of
 * another name. */
bool baseline_lists(struct baseline *baseline, const char *fingerprint, const char *file);

/* FILE as entries name it: with its folder, since an absolute name differs between copies
 * of a tree, and a relative one between builds; malloc'ed. */
char *baseline_short_name(const char *file);

/* The line of a finding; malloc'ed. */
char *baseline_line(const char *fingerprint, enum spinrule_violation id, const char *file,
		    const char *function, const char *lock);

/* Add the N LINES, sorted and each once, to FILE.  Returns NULL, or what is wrong,
 * malloc'ed. */
char *baseline_add(const char *file, char **lines, int n);

/* The fingerprint of finding number NUMBER of those that have IDENTITY. */
void baseline_fingerprint(const char *identity, int number,
			  char fingerprint[FINGERPRINT_DIGITS + 1]);

#ifdef __cplusplus
}
#endif

#endif
