/* help.h - the pages of docs/ids, in the program.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef OUTPUT_HELP_H
#define OUTPUT_HELP_H

#include "runtime/rule.h"

/* What the page of VIOLATION says it means, in one line, and the whole page as Markdown
 * without links to other pages. */
const char *help_meaning(enum spinrule_violation violation);
const char *help_page(enum spinrule_violation violation);

/* MITRE's name of CWE number CWE. */
const char *help_cwe_name(int cwe);

#endif
