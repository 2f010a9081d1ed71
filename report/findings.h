/* findings.h - the violations and warnings, one by one and in one table.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef FINDINGS_H
#define FINDINGS_H

#include "page.h"

/* All that counts: the warnings shown, and the violations that no warning shown announced. */
void findings_overview(struct page *page, const struct model *model);

void findings_violations(struct page *page, const struct model *model);

/* The warnings that are shown, or those that are not. */
void findings_warnings(struct page *page, const struct model *model, bool is_shown);

/* The warnings that are silenced or in the baseline, as a table. */
void findings_silenced(struct page *page, const struct model *model);

/* "double-acquire" of rule.def, as its number; SPINRULE_NONE: not known here. */
int findings_id(const char *id);

#endif
