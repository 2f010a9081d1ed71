/* lower.cc - a translation unit to a unit of lock programs.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/names.h"
#include "lower/assumption.h"
#include "lower/external.h"
#include "lower/flow.h"
#include "lower/level.h"
#include "lower/lower.h"
#include "lower/promise.h"
#include "lower/scan.h"
#include "lower/symbols.h"
#include "lower/target.h"

std::vector<tree>
lower_bodies ()
{
	std::vector<tree> bodies;
	cgraph_node *node;

	FOR_EACH_FUNCTION_WITH_GIMPLE_BODY (node) {
		function *fun = DECL_STRUCT_FUNCTION (node->decl);

		if (fun && gimple_in_ssa_p (fun) && !only_calls_system (node->decl))
			bodies.push_back (node->decl);
	}
	/* GCC lists them last first.  */
	std::reverse (bodies.begin (), bodies.end ());
	return bodies;
}

lockprog_unit *
lower_unit (std::vector<tree> *decls, bool for_link)
{
	const char *name = main_input_filename ? main_input_filename : "unit";
	lockprog_unit *unit = lockprog_new_unit (name);
	cgraph_node *node;

	scan_begin (for_link);
	*decls = lower_bodies ();
	for (tree decl : *decls) {
		function *fun = DECL_STRUCT_FUNCTION (decl);

		push_cfun (fun);
		function_lowering lowering (unit, fun,
					    lockprog_add_function (unit, function_name (decl)));
		lower_function (lowering);
		pop_cfun ();
	}
	std::vector<tree> called;
	/* In the order of the first declaration, which is the same each time. */
	FOR_EACH_FUNCTION (node)
		if (!gimple_has_body_p (node->decl) && !node->alias)
			called.push_back (node->decl);
	std::reverse (called.begin (), called.end ());
	lower_externals (unit, called, decls);
	if (for_link)
		lower_role_entries (unit);
	lower_levels (unit);
	lockprog_finish (unit);
	if (for_link)
		lower_symbols (unit);
	else
		lower_note_assumptions (unit);
	scan_end ();
	return unit;
}
