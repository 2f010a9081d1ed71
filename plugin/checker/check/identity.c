/* identity.c - what makes a violation the same one in another version of the source.
 *
 * SPDX-License-Identifier: MIT
 */

#include "check/identity.h"

#include <stdlib.h>

#include "lockprog/alloc.h"

char *identity_make(const struct check_violation *violation, const struct check_path *path,
		    const char *function, identity_code *code, void *context)
{
	static const struct lockprog_place nowhere;
	/* Many leaks have one return: their acquires and branches differ. */
	const bool is_leak = violation->violation == SPINRULE_HELD_AT_RETURN;
	const struct path_event *branch =
		is_leak ? check_last_branch(path->events, path->n_events) : NULL;
	char *here = code(context, &violation->place);
	char *since = code(context, is_leak ? &violation->since : &nowhere);
	char *deciding = code(context, branch ? &branch->place : &nowhere);
	char *identity = alloc_text("%s\n%s\n%s\n%s\n%s\n%s\n%s\n",
				    spinrule_id(violation->violation), function,
				    violation->lock ? violation->lock : "",
				    violation->written ? violation->written : "", here, since,
				    deciding);

	free(here);
	free(since);
	free(deciding);
	return identity;
}
