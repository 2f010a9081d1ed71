/* contents.h - what is on the page.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef CONTENTS_H
#define CONTENTS_H

#include "page.h"

/* Write all that MODEL says, which is finished and joined, to PAGE under TITLE. */
void contents_write(struct page *page, struct model *model, const char *title);

/* True if a run broke the rule, or a warning is neither silenced nor in the baseline. */
bool contents_has_findings(const struct model *model);

#endif
