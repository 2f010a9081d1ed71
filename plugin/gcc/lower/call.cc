/* call.cc - calls.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/ddi.h"
#include "source/functype.h"
#include "source/lockname.h"
#include "source/names.h"
#include "source/place.h"
#include "source/roles.h"
#include "source/typename.h"
#include "lower/arguments.h"
#include "lower/assumption.h"
#include "lower/atomic.h"
#include "lower/builtin.h"
#include "lower/call.h"
#include "lower/chosen.h"
#include "lower/escape.h"
#include "lower/external.h"
#include "lower/irql.h"
#include "lower/known.h"
#include "lower/memory.h"
#include "lower/lock-call.h"
#include "lower/promise.h"
#include "lower/result.h"
#include "lower/target.h"

bool
calls_cancel_routine (gcall *call)
{
	const char *name;
	const spinrule_role *role = role_of_pointer (call, &name);

	return role && role->enters_with_cancel_lock;
}

/* A call of a cancel routine through a pointer, or of one that another file defines: the
 * caller holds the cancel spin lock, and the routine releases it. */
static void
lower_cancel_contract (function_lowering &l, gcall *call)
{
	const char *name = NULL;
	tree fndecl = gimple_call_fndecl (call);
	const spinrule_role *role = fndecl ? role_of (fndecl) : role_of_pointer (call, &name);

	if (!role || !role->enters_with_cancel_lock || (fndecl && program_of (fndecl)))
		return;
	if (fndecl)
		name = function_name (fndecl);

	const spinrule_ddi *ddi = spinrule_ddi_by_name ("IoReleaseCancelSpinLock");
	gcc_assert (ddi);
	const char *text = fndecl ? NULL : expr_text (gimple_call_fn (call));
	lockprog_op *op = lockprog_add_op (l.program, l.at, LOCKPROG_LOCKOP,
					   place_at (place_of (call)));
	op->ddi = ddi;
	op->text = LOCKPROG_CANCEL_LOCK;
	op->written = text ? text : lockprog_string (name);
	/* Another file may have its program. */
	op->unless_seen = fndecl && is_for_link ();
}

/* True if TYPE is a pointer to a spin lock by its own name or that of what it points to:
   <wdm.h> has "typedef ULONG_PTR KSPIN_LOCK, *PKSPIN_LOCK".  */
static bool
points_to_lock (tree type)
{
	if (!POINTER_TYPE_P (type))
		return false;
	for (tree named : { type, TREE_TYPE (type) })
		if (names_spin_lock (named))
			return true;
	return false;
}

/* Which parameters of a call by FNTYPE are declared as pointers to spin locks, a bit
 * each. */
static unsigned long long
lock_parameters (tree fntype)
{
	function_args_iterator i;
	unsigned long long bits = 0;
	unsigned n = 0;
	tree type;

	FOREACH_FUNCTION_ARGS (fntype, type, i) {
		if (n < 64 && points_to_lock (type))
			bits |= 1ull << n;
		n++;
	}
	return bits;
}

/* The class of the lock that CALL hands over, by the one bit in PARAMETERS; -1 if it is
 * not known, or if there are several. */
static int
class_of_lock (function_lowering &l, gcall *call, unsigned long long parameters)
{
	cell c;

	if (!parameters || (parameters & (parameters - 1)))
		return -1;
	unsigned i = ctz_hwi (parameters);
	if (i >= gimple_call_num_args (call)
	    || !POINTER_TYPE_P (TREE_TYPE (gimple_call_arg (call, i)))
	    || !cell_at (gimple_call_arg (call, i), &c) || !c.is_known)
		return -1;
	return class_number (l, c);
}

/* VALUE, the pointer ARG of a call, has the words in which the caller names what the
 * callee reaches through it. */
static void
name_argument (function_lowering &l, int value, tree arg)
{
	if (value >= 0 && !l.program->values[value].text)
		l.program->values[value].text = expr_text (arg);
}

/* True if BB is the way of a condition that is stated, and goes on where the other way
 * does:
 *
 *     if (!expression)
 *         RtlAssert (...);
 *
 * A way that the program itself goes on from, as ASSERT (FALSE); return; is not. */
static bool
is_way_of_assertion (basic_block bb)
{
	edge e;
	edge_iterator i;

	if (!single_succ_p (bb))
		return false;
	FOR_EACH_EDGE (e, i, bb->preds) {
		gimple_stmt_iterator last = gsi_last_nondebug_bb (e->src);
		edge on_true, on_false;

		if (gsi_end_p (last) || gimple_code (gsi_stmt (last)) != GIMPLE_COND)
			return false;
		extract_true_false_edges_from_block (e->src, &on_true, &on_false);
		basic_block other = on_true->dest == bb ? on_false->dest : on_true->dest;
		if (other != single_succ (bb) && !find_edge (other, bb))
			return false;
	}
	return true;
}

/* False if FNDECL, which CALL calls, stops the machine or says that the path is none; one
 * that this file has does what its body says. */
static bool
may_come_back (gcall *call, tree fndecl)
{
	known_function known = fndecl ? known_function_of (fndecl) : KNOWN_NOTHING;

	if (known != KNOWN_STOPS && known != KNOWN_ASSERTS)
		return true;
	return program_of (fndecl)
	       || (known == KNOWN_ASSERTS && !is_way_of_assertion (gimple_bb (call)));
}

bool
lower_call (function_lowering &l, gcall *call)
{
	tree fndecl = callee_of (call);
	bool comes_back = !(gimple_call_flags (call) & ECF_NORETURN)
			  && may_come_back (call, fndecl);
	lockprog_place place = place_at (place_of (call));
	std::vector<int> args;

	if (lower_assumption (l, call))
		return true;
	if (const spinrule_ddi *ddi = ddi_of_call (call))
		return lower_ddi (l, call, ddi);
	if (lower_chosen_ddi (l, call, &comes_back))
		return comes_back;
	if (lower_atomic (l, call) || lower_builtin (l, call) || lower_const_call (l, call)
	    || lower_irql_call (l, call))
		return comes_back;
	const char *name = "*";
	tree annotated = annotated_callee (call, &name);
	if (!annotated)
		lower_cancel_contract (l, call);
	/* Its own program has the stores of a function of this unit. */
	bool has_own_program = fndecl && program_of (fndecl);
	/* The callee's program names its locks by its parameters. */
	bool is_seen = annotated || has_own_program || (fndecl && is_for_link ());
	for (unsigned i = 0; i < gimple_call_num_args (call); i++) {
		tree arg = gimple_call_arg (call, i);
		bool is_value = is_word (TREE_TYPE (arg)) && is_gimple_val (arg);

		args.push_back (is_value ? l.operand (arg) : -1);
		if (is_seen && is_value && POINTER_TYPE_P (TREE_TYPE (arg))
		    && !CONSTANT_CLASS_P (arg))
			name_argument (l, args.back (), arg);
	}
	/* The function that a nested one lies in is its last argument. */
	if (tree chain = gimple_call_chain (call))
		args.push_back (is_gimple_val (chain) ? l.operand (chain) : -1);
	bool may_be_linked = fndecl && !has_own_program && !annotated && is_for_link ();
	bool may_pass = may_be_linked && !is_of_system (fndecl);
	if (has_own_program)
		pass_structs (l, call);
	else if (may_pass)
		pass_structs_elsewhere (l, call);
	int value = call_result (l, call);
	if (fndecl) {
		cgraph_node *node = cgraph_node::get (fndecl);

		name = function_name (node ? node->ultimate_alias_target ()->decl : fndecl);
	}
	bool is_table = !fndecl && is_of_system (l.fun->decl) && is_through_table_of_system (call);
	unsigned long long lock_args = lock_parameters (gimple_call_fntype (call));
	int class_ = is_seen ? class_of_lock (l, call, lock_args) : -1;
	lockprog_op *op = lockprog_add_op (l.program, l.at, LOCKPROG_CALL, place);
	op->text = lockprog_string (name);
	op->value = value;
	op->is_system = fndecl ? is_of_system (fndecl) : is_table;
	op->lock_args = lock_args;
	op->class_ = class_;
	if (!fndecl && !annotated && !is_table && is_for_link ())
		op->type = type_of_call (call);
	for (size_t i = 0; i < args.size (); i++)
		lockprog_add_arg (op, args[i]);
	if (!fndecl && !annotated && !is_table)
		for (tree target : targets_of (call))
			lockprog_add_target (op, function_name (target));

	if (!has_own_program) {
		int first = l.program->blocks[l.at].n_ops;
		std::vector<int> irqls;

		if (annotated)
			irqls = irql_parameters (annotated);
		clobber_arguments (l, call, irqls);
		/* The function's own program, in another file, tells what it changes. */
		if (may_be_linked)
			l.mark_unless_seen (first, lockprog_string (name));
	}
	bool takes = has_own_program ? take_struct (l, call)
				     : may_pass && take_struct_elsewhere (l, call);
	if (!takes)
		store_call_result (l, call, value);
	return comes_back;
}
