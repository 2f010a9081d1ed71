/* matters.cc - whether anything in the translation unit can matter to a lock.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "lower/call.h"
#include "lower/guard.h"
#include "lower/matters.h"
#include "source/annotations.h"
#include "source/assume.h"
#include "source/ddi.h"
#include "source/roles.h"

bool
unit_matters ()
{
	cgraph_node *node;

	if (attributes_seen () || guards_matter ())
		return true;
	FOR_EACH_FUNCTION (node) {
		const spinrule_role *role = role_of (node->decl);

		if (ddi_of_decl (node->decl) || (role && role->enters_with_cancel_lock)
		    || is_assumption (node->decl) || attributes_has (node->decl))
			return true;
		for (tree parm = DECL_ARGUMENTS (node->decl); parm; parm = DECL_CHAIN (parm))
			if (attributes_has (parm))
				return true;
		for (cgraph_edge *call = node->indirect_calls; call; call = call->next_callee)
			if (call->call_stmt && calls_cancel_routine (call->call_stmt))
				return true;
	}
	return false;
}
