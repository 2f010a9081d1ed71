/* lower-irql.cc - the IRQL, as a cell of memory that a driver looks at.
 *
 * An acquire that raises saves the IRQL at which it is called.  Drivers ask for it before, to choose between two kinds of
 * acquire, and by what was saved they choose between two kinds of release:
 *
 *     v = KeGetCurrentIrql()         v = *the IRQL
 *     if (v < DISPATCH_LEVEL)        if (v < DISPATCH_LEVEL)
 *       q = acquire l                  before = *the IRQL; q = acquire l; assume q == before; clobber the IRQL
 *
 * So what is known of the one is known of the other.  Where nobody in the unit asks, nothing is said of it.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"

#include <string.h>

#include "lower/cell.h"
#include "source/lockname.h"
#include "lower/lower.h"
#include "lower/function.h"
#include "source/place.h"

static const char irql_name[] = "the IRQL";
static const lockprog_type irql_type = { 8, false, false };

static bool
is_called (tree fndecl, const char *name)
{
	return DECL_NAME (fndecl) && !strcmp (IDENTIFIER_POINTER (DECL_NAME (fndecl)), name);
}

/* True if some function of the unit asks for the IRQL; the headers' own do not count. */
static bool
is_asked_for ()
{
	static int known = -1;
	cgraph_node *node;

	if (known >= 0)
		return known;
	known = 0;
	FOR_EACH_FUNCTION (node)
		if (is_called (node->decl, "KeGetCurrentIrql"))
			for (cgraph_edge *edge = node->callers; edge; edge = edge->next_caller)
				if (!in_system_header_at (DECL_SOURCE_LOCATION (edge->caller->decl)))
					known = 1;
	return known;
}

/* Other threads have IRQLs of their own, and a function without a program returns at the IRQL at
 * which it was called. */
static cell
irql_cell ()
{
	cell c = {};

	c.class_name = irql_name;
	c.lifetime = LOCKPROG_SYSTEM;
	c.is_known = true;
	return c;
}

/* What the IRQL is now goes into VALUE. */
void
function_lowering::load_current_irql (int value)
{
	program->values[value].class_ = class_number (irql_cell ());
	define (value, LOCKPROG_LOAD, object (irql_name, false), -1);
}

/* The IRQL at which what comes next is called; -1 where nobody asks for it. */
int
function_lowering::irql_before ()
{
	if (!is_asked_for ())
		return -1;

	int before = lockprog_add_value (program, NULL, NULL, irql_type, LOCKPROG_UNKNOWN, -1, -1);
	load_current_irql (before);
	return before;
}

/* What was called has changed the IRQL.  It was called at BEFORE, of irql_before (), and has SAVED that: a value; or -1. */
void
function_lowering::change_irql (int before, int saved, lockprog_place place)
{
	if (!is_asked_for ())
		return;
	if (before >= 0 && saved >= 0) {
		int same = add ({ 1, false, false }, LOCKPROG_EQ, cast (saved, irql_type), before);

		lockprog_add_arg (lockprog_add_op (program, at, LOCKPROG_ASSUME, place), same);
	}
	clobber (irql_cell (), place);
}

/* A call that asks for the IRQL, or sets it.  True if that is all there is to it. */
bool
function_lowering::lower_irql_call (gcall *call)
{
	static const char *const setters[] = {
		"KeRaiseIrql", "KfRaiseIrql", "KeRaiseIrqlToDpcLevel", "KeRaiseIrqlToSynchLevel", "KeLowerIrql", "KfLowerIrql",
	};
	tree fndecl = gimple_call_fndecl (call), lhs = gimple_call_lhs (call);

	if (!fndecl || !is_asked_for ())
		return false;
	for (const char *name : setters)
		if (is_called (fndecl, name))
			clobber (irql_cell (), place_at (place_of (call)));
	if (!is_called (fndecl, "KeGetCurrentIrql") || !lhs || TREE_CODE (lhs) != SSA_NAME || !is_word (TREE_TYPE (lhs))
	    || word_type (TREE_TYPE (lhs)).bits != irql_type.bits)
		return false;
	load_current_irql (ssa_value (lhs));
	return true;
}
