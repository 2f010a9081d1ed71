/* invariant.c - the end of a test build in which spinrule_assert fails.
 *
 * SPDX-License-Identifier: MIT
 */

#include "invariant.h"

#include "port.h"
#include "text.h"

#ifdef SPINRULE_ASSERT

enum { BUG_CHECK = 0xE2 };	/* MANUALLY_INITIATED_CRASH: no mistake of the driver */

void invariant_broken(const char *condition, const char *file, unsigned line)
{
	char buffer[400];
	struct text text = text_in(buffer, sizeof buffer);

	text_add(&text, "spinrule: internal error: ");
	text_add(&text, condition);
	text_add(&text, " is false at ");
	text_add(&text, file);
	text_add(&text, ":");
	text_add_number(&text, line);
	text_add(&text, "\n");
	text_end_line(&text);
	port_write(buffer, text.length);
	port_bug_check(BUG_CHECK, (uintptr_t)file, line, 0, 0);
}

#endif
