/* help.c - the pages of docs/ids, in the program.
 *
 * build/host/pages.inc is made from them by tools/pages.awk.
 *
 * SPDX-License-Identifier: MIT
 */

#include "output/help.h"

#include <stddef.h>

static const struct {
	const char *meaning, *page;
} pages[SPINRULE_VIOLATIONS] = {
#include "build/host/pages.inc"
};

static const struct {
	int number;
	const char *name;
} cwes[] = {
	{ 252, "Unchecked Return Value" },
	{ 667, "Improper Locking" },
	{ 764, "Multiple Locks of a Critical Resource" },
	{ 832, "Unlock of a Resource that is not Locked" },
	{ 833, "Deadlock" },
};

const char *help_meaning(enum spinrule_violation violation)
{
	return pages[violation].meaning;
}

const char *help_page(enum spinrule_violation violation)
{
	return pages[violation].page;
}

const char *help_cwe_name(int cwe)
{
	for (size_t i = 0; i < sizeof cwes / sizeof *cwes; i++)
		if (cwes[i].number == cwe)
			return cwes[i].name;
	return "";
}
