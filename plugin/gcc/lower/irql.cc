/* irql.cc - the IRQL, as a cell of memory that a driver looks at.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/ddi.h"
#include "source/place.h"
#include "lower/irql.h"
#include "lower/known.h"
#include "lower/memory.h"

static const char irql_name[] = LOCKPROG_IRQL;
static const lockprog_type irql_type = { 8, false, false };

/* True if some function of the unit reads the IRQL; the headers' own do not count. */
static bool
is_read ()
{
	static int known = -1;
	cgraph_node *node;

	if (known >= 0)
		return known;
	known = 0;
	FOR_EACH_FUNCTION (node) {
		if (known_function_of (node->decl) != KNOWN_READS_IRQL)
			continue;
		for (cgraph_edge *edge = node->callers; edge; edge = edge->next_caller)
			if (!in_system_header_at (DECL_SOURCE_LOCATION (edge->caller->decl)))
				known = 1;
	}
	return known;
}

/* Other threads have IRQLs of their own, and a function without a program returns at the
 * IRQL at which it was called. */
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
static void
load_current_irql (function_lowering &l, int value)
{
	l.program->values[value].class_ = class_number (l, irql_cell ());
	l.define (value, LOCKPROG_LOAD, l.object (irql_name, false), -1);
}

int
irql_before (function_lowering &l)
{
	if (!is_read ())
		return -1;

	int before = lockprog_add_value (l.program, NULL, NULL, irql_type, LOCKPROG_UNKNOWN, -1,
					 -1);
	load_current_irql (l, before);
	return before;
}

/* The IRQL is VALUE now, or, for -1, something unknown. */
static void
set_irql (function_lowering &l, int value, lockprog_place place)
{
	if (value < 0) {
		lower_clobber (l, irql_cell (), place);
		return;
	}
	value = l.cast (value, irql_type);
	int to = l.object (irql_name, false), number = class_number (l, irql_cell ());
	lockprog_op *op = lockprog_add_op (l.program, l.at, LOCKPROG_STORE, place);
	op->address = to;
	op->class_ = number;
	op->value = value;
}

/* The value of the IRQL after DDI, which is given GIVEN (-1: none); -1 if it is not
 * known. */
static int
irql_after (function_lowering &l, const spinrule_ddi *ddi, int given)
{
	if (ddi->irql == SPINRULE_IRQL_GIVEN)
		return given;
	if (ddi->op != SPINRULE_OP_ACQUIRE || spinrule_raises_to_synch (ddi)
	    || spinrule_group_level (ddi->group) != SPINRULE_RAISES)
		return -1;
	return l.constant (irql_type, SPINRULE_DISPATCH_LEVEL);
}

void
change_irql (function_lowering &l, const spinrule_ddi *ddi, int before, int saved, int given,
	     lockprog_place place)
{
	if (!is_read ())
		return;
	if (before >= 0 && saved >= 0) {
		int same = l.add (truth_type, LOCKPROG_EQ, l.cast (saved, irql_type), before);

		lockprog_add_arg (lockprog_add_op (l.program, l.at, LOCKPROG_ASSUME, place), same);
	}
	set_irql (l, irql_after (l, ddi, given), place);
}

/* The field CancelIrql of an IRP, which PARM points to; false if it is something else. */
static bool
find_cancel_irql (tree parm, member *found)
{
	std::vector<member> members;

	if (!parm || !POINTER_TYPE_P (TREE_TYPE (parm)))
		return false;
	members_named (TREE_TYPE (TREE_TYPE (parm)), "CancelIrql", &members);
	if (members.size () != 1 || members[0].bits != irql_type.bits)
		return false;
	*found = members[0];
	return true;
}

void
lower_cancel_irql (function_lowering &l)
{
	tree parm = DECL_ARGUMENTS (l.fun->decl);
	member m;
	int irp;

	parm = parm ? DECL_CHAIN (parm) : NULL_TREE;
	if (!l.program->enters_with_cancel_lock || !find_cancel_irql (parm, &m))
		return;
	tree name = ssa_default_def (l.fun, parm);
	if (name) {
		irp = l.ssa_value (name);
	} else {
		irp = lockprog_add_value (l.program, "irp.param", NULL, pointer_type (),
					  LOCKPROG_PARAM, -1, -1);
		l.program->values[irp].constant = 1;
	}
	l.program->cancel_irql = load_member_at (l, irp, m);
}

bool
lower_irql_call (function_lowering &l, gcall *call)
{
	tree fndecl = gimple_call_fndecl (call), lhs = gimple_call_lhs (call);

	if (!fndecl)
		return false;
	known_function does = known_function_of (fndecl);
	/* A release that left the IRQL raised is right if this follows. */
	if (does == KNOWN_LOWERS_IRQL && gimple_call_num_args (call) == 1)
		set_irql (l, l.operand (gimple_call_arg (call, 0)), place_at (place_of (call)));
	if (!is_read ())
		return false;
	if (does == KNOWN_SETS_IRQL)
		lower_clobber (l, irql_cell (), place_at (place_of (call)));
	if (does != KNOWN_READS_IRQL || !lhs || TREE_CODE (lhs) != SSA_NAME
	    || !is_word (TREE_TYPE (lhs))
	    || word_type (TREE_TYPE (lhs)).bits != irql_type.bits)
		return false;
	load_current_irql (l, l.ssa_value (lhs));
	return true;
}
