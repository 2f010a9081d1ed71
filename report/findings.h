/* findings.h - the violations and warnings, one by one and in one table.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef FINDINGS_H
#define FINDINGS_H

#include "page.h"

/* A table of the warnings that are shown, and of the violations that none of them
 * announced. */
void findings_overview(struct page *page, const struct model *model);

/* Each warning that is shown and each violation, by file and function. */
void findings_all(struct page *page, const struct model *model);

/* Write to PAGE how many of these there are, and of which ids. */
void findings_count(struct page *page, const struct model *model);

/* What the baseline lists and nothing is found of, as a table. */
void findings_fixed(struct page *page, const struct model *model);

/* Each warning that is silenced or in the baseline. */
void findings_hidden(struct page *page, const struct model *model);

/* The warnings that are silenced or in the baseline, as a table. */
void findings_silenced(struct page *page, const struct model *model);

/* The violation of rule.def that has ID; SPINRULE_NONE if none has. */
int findings_id(const char *id);

#endif
