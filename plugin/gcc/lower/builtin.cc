/* builtin.cc - calls that are values: builtins, and functions whose results follow from
 * their arguments.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/names.h"
#include "source/place.h"
#include "lower/arguments.h"
#include "lower/atomic.h"
#include "lower/builtin.h"
#include "lower/known.h"
#include "lower/memory.h"
#include "lower/opaque.h"
#include "lower/result.h"

tree
object_of_size (tree pointer, tree size)
{
	tree object = NULL_TREE;

	STRIP_NOPS (pointer);
	for (int i = 0; i < 8 && TREE_CODE (pointer) == SSA_NAME; i++) {
		gimple *stmt = SSA_NAME_DEF_STMT (pointer);

		if (!gimple_assign_single_p (stmt) && !gimple_assign_cast_p (stmt))
			break;
		tree from = gimple_assign_rhs1 (stmt);
		if ((TREE_CODE (from) != SSA_NAME && TREE_CODE (from) != ADDR_EXPR)
		    || !POINTER_TYPE_P (TREE_TYPE (from)))
			break;
		pointer = from;
	}
	if (TREE_CODE (pointer) == ADDR_EXPR)
		object = TREE_OPERAND (pointer, 0);
	else if (POINTER_TYPE_P (TREE_TYPE (pointer))
		 && RECORD_OR_UNION_TYPE_P (TREE_TYPE (TREE_TYPE (pointer))))
		object = build2 (MEM_REF, TREE_TYPE (TREE_TYPE (pointer)), pointer,
				 build_int_cst (TREE_TYPE (pointer), 0));
	if (!object || !AGGREGATE_TYPE_P (TREE_TYPE (object))
	    || !TYPE_SIZE_UNIT (TREE_TYPE (object))
	    || !tree_int_cst_equal (TYPE_SIZE_UNIT (TREE_TYPE (object)), size))
		return NULL_TREE;
	return object;
}

/* memset (&x, 0, sizeof x), memcpy (&x, &y, sizeof x): all of an object.  False if CALL
 * is something else. */
static bool
lower_block_move (function_lowering &l, gcall *call, bool is_set)
{
	tree object, from = NULL_TREE;

	if (gimple_call_num_args (call) < 3 || TREE_CODE (gimple_call_arg (call, 2)) != INTEGER_CST)
		return false;
	object = object_of_size (gimple_call_arg (call, 0), gimple_call_arg (call, 2));
	if (!object)
		return false;
	if (is_set && !integer_zerop (gimple_call_arg (call, 1)))
		return false;
	if (!is_set) {
		from = object_of_size (gimple_call_arg (call, 1), gimple_call_arg (call, 2));
		tree type = from ? TREE_TYPE (from) : NULL_TREE;
		if (!type || TYPE_MAIN_VARIANT (type) != TYPE_MAIN_VARIANT (TREE_TYPE (object)))
			return false;
	}
	lower_store_object (l, call, object, from);
	return true;
}

/* Arithmetic that -fsanitize=undefined checks, and that is what it was.  False if CALL is
 * something else. */
static bool
lower_checked_arithmetic (function_lowering &l, gcall *call)
{
	tree lhs = gimple_call_lhs (call);
	lockprog_expr expr;

	switch (gimple_call_internal_fn (call)) {
	case IFN_UBSAN_CHECK_ADD: expr = LOCKPROG_ADD; break;
	case IFN_UBSAN_CHECK_SUB: expr = LOCKPROG_SUB; break;
	case IFN_UBSAN_CHECK_MUL: expr = LOCKPROG_MUL; break;
	default: return false;
	}
	if (!lhs || TREE_CODE (lhs) != SSA_NAME || !is_word (TREE_TYPE (lhs)))
		return false;
	int a = l.operand (gimple_call_arg (call, 0)), b = l.operand (gimple_call_arg (call, 1));

	l.define (l.ssa_value (lhs), expr, a, b);
	return true;
}

/* Numbers of the parameters that variable arguments are: no call hands as many.  Lock
 * programs have none above the last. */
static const int first_variable_argument = 200, last_variable_argument = 1000;

/* True if BB may run more than once in one call of its function. */
static bool
repeats (basic_block bb)
{
	std::vector<basic_block> pending = { bb };
	std::set<basic_block> seen;

	while (!pending.empty ()) {
		basic_block from = pending.back ();
		edge e;
		edge_iterator i;

		pending.pop_back ();
		FOR_EACH_EDGE (e, i, from->succs)
			if (e->dest == bb)
				return true;
			else if (seen.insert (e->dest).second)
				pending.push_back (e->dest);
	}
	return false;
}

/* va_arg: the caller knows what it handed, as it knows other arguments.  False if CALL is
 * something else, or gives more than one. */
static bool
lower_variable_argument (function_lowering &l, gcall *call)
{
	tree lhs = gimple_call_lhs (call);

	if (gimple_call_internal_fn (call) != IFN_VA_ARG || !lhs || TREE_CODE (lhs) != SSA_NAME
	    || !is_word (TREE_TYPE (lhs)) || repeats (gimple_bb (call)))
		return false;
	int value = l.ssa_value (lhs), number = MAX (l.program->n_params, first_variable_argument);

	if (number > last_variable_argument)
		return false;
	l.program->values[value].expr = LOCKPROG_PARAM;
	l.program->values[value].constant = number;
	l.program->n_params = number + 1;
	l.note_defined (value);
	return true;
}

bool
lower_builtin (function_lowering &l, gcall *call)
{
	tree fndecl = gimple_call_fndecl (call), lhs = gimple_call_lhs (call);
	lockprog_place place = place_at (place_of (call));

	if (gimple_call_internal_p (call)) {
		if (!lower_checked_arithmetic (l, call) && !lower_variable_argument (l, call))
			define_call_result (l, call);
		return true;
	}
	if (!fndecl || !fndecl_built_in_p (fndecl))
		return false;
	if (!fndecl_built_in_p (fndecl, BUILT_IN_NORMAL)) {
		define_call_result (l, call);
		return true;
	}

	if (is_atomic_builtin (fndecl)) {
		for (unsigned i = 0; i < gimple_call_num_args (call); i++)
			if (POINTER_TYPE_P (TREE_TYPE (gimple_call_arg (call, i)))) {
				std::vector<cell> cells;

				if (clobber_pointed (l, gimple_call_arg (call, i), place))
					continue;
				/* A cell of unknown origin. */
				tree mem = TREE_TYPE (TREE_TYPE (gimple_call_arg (call, i)));
				if (is_word (mem))
					lower_clobber (l, typed_cell (mem), place);
			}
		define_call_result (l, call);
		return true;
	}
	built_in_function code = DECL_FUNCTION_CODE (fndecl);
	switch (code) {
	case BUILT_IN_EXPECT: case BUILT_IN_EXPECT_WITH_PROBABILITY: case BUILT_IN_ASSUME_ALIGNED:
		if (!lhs || TREE_CODE (lhs) != SSA_NAME || !is_word (TREE_TYPE (lhs))
		    || !gimple_call_num_args (call))
			break;
		{
			int from = l.operand (gimple_call_arg (call, 0));

			l.define (l.ssa_value (lhs), LOCKPROG_COPY, from, -1);
		}
		return true;
	case BUILT_IN_MEMSET: case BUILT_IN_MEMCPY: case BUILT_IN_MEMMOVE:
	case BUILT_IN_MEMSET_CHK: case BUILT_IN_MEMCPY_CHK: case BUILT_IN_MEMMOVE_CHK:
		if (!lower_block_move (l, call, code == BUILT_IN_MEMSET
				       || code == BUILT_IN_MEMSET_CHK)
		    && (!gimple_call_num_args (call)
			|| !clobber_pointed (l, gimple_call_arg (call, 0), place)))
			return false;
		if (lhs && TREE_CODE (lhs) == SSA_NAME && is_word (TREE_TYPE (lhs))) {
			int from = l.operand (gimple_call_arg (call, 0));

			l.define (l.ssa_value (lhs), LOCKPROG_COPY, from, -1);
			return true;
		}
		break;
	case BUILT_IN_VA_START: case BUILT_IN_VA_COPY: case BUILT_IN_VA_END:
		clobber_arguments (l, call, {});
		break;
	default:
		if (!(gimple_call_flags (call) & (ECF_CONST | ECF_PURE | ECF_NOVOPS)))
			return false;
	}
	define_call_result (l, call);
	return true;
}

bool
lower_const_call (function_lowering &l, gcall *call)
{
	tree fndecl = gimple_call_fndecl (call), lhs = gimple_call_lhs (call);
	int operands[2] = { -1, -1 };

	if (!fndecl
	    || !(gimple_call_flags (call) & ECF_CONST
		 || known_function_of (fndecl) == KNOWN_NAMES_THREAD)
	    || (gimple_call_flags (call) & ECF_NORETURN)
	    || gimple_call_num_args (call) > 2 || !lhs || TREE_CODE (lhs) != SSA_NAME
	    || !is_word (TREE_TYPE (lhs)))
		return false;
	/* The address of an object: never null, and equal at each call. */
	if (known_function_of (fndecl) == KNOWN_NAMES_THREAD) {
		int thread = l.object (function_name (fndecl), false);

		l.unit->objects[l.program->values[thread].object].is_thread = true;
		l.define (l.ssa_value (lhs), LOCKPROG_COPY, thread, -1);
		return true;
	}
	for (unsigned i = 0; i < gimple_call_num_args (call); i++) {
		tree arg = gimple_call_arg (call, i);

		if (!is_word (TREE_TYPE (arg)) || !is_gimple_val (arg))
			return false;
		operands[i] = l.operand (arg);
	}
	for (int i = 0; i < 2; i++)
		if (operands[i] < 0)
			operands[i] = l.constant (word_type (sizetype), 0);
	lower_opaque (l, l.ssa_value (lhs), function_name (fndecl), operands[0], operands[1]);
	return true;
}
