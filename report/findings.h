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

void findings_violations(struct page *page, const struct model *model);

/* What the baseline lists and nothing is found of, as a table. */
void findings_fixed(struct page *page, const struct model *model);

/* Each warning that is shown, or, if !IS_SHOWN, each that is not. */
void findings_warnings(struct page *page, const struct model *model, bool is_shown);

/* The warnings that are silenced or in the baseline, as a table. */
void findings_silenced(struct page *page, const struct model *model);

/* The violation of rule.def that has ID; SPINRULE_NONE if none has. */
int findings_id(const char *id);

#endif
