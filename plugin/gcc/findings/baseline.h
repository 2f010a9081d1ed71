/* baseline.h - the list of findings that are accepted for now.
 *
 * A text file, a finding a line, its parts between tabs, in any order:
 *
 *     fingerprint  id  file  function  lock
 *
 * Only the fingerprint and the file's base name count; the rest is for readers.  Lines
 * that start with # and empty ones are comments.  Many compiles may add to one file at
 * once.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef BASELINE_H
#define BASELINE_H

#include "findings/finding.h"

struct baseline_entry {
	std::string fingerprint, file, function, lock;
	spinrule_violation id;
	int line;		/* in the baseline */
	int used;		/* findings of this unit that it lists */
};

/* Read FILE.  False after an error, which was reported. */
bool baseline_read (const char *file, std::vector<baseline_entry> *entries);

/* Mark those of FINDINGS that ENTRIES list, and count their use. */
void baseline_match (std::vector<baseline_entry> *entries, std::vector<finding> *findings);

/* True if E is of this unit's own file, so that it should have been used. */
bool baseline_names_unit (const baseline_entry &e);

/* Add to FILE what is shown of FINDINGS and not in FILE yet.  Errors are reported. */
void baseline_write (const char *file, const std::vector<finding> &findings);

#endif
