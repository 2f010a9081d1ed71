/* baseline.h - which findings of a unit the baseline lists.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef BASELINE_H
#define BASELINE_H

#include "findings/finding.h"
#include "output/baseline.h"

/* Read the baseline of the arguments.  False if there is none, or after an error, which
 * was reported. */
bool baseline_open (baseline *entries);

/* Mark those of FINDINGS that ENTRIES list, and count their use. */
void baseline_match (baseline &entries, std::vector<finding> *findings);

/* True if E is of this unit's own file, so that it should have been used. */
bool baseline_names_unit (const baseline_entry &e);

/* What the reader should know of E, of which nothing was found. */
std::string baseline_stale_text (const baseline_entry &e);

/* Add to FILE what is shown of FINDINGS and not in FILE yet.  Errors are reported. */
void baseline_write (const char *file, const std::vector<finding> &findings);

#endif
