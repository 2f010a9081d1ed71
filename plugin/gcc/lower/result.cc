/* result.cc - what a call gives, and where it goes.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/names.h"
#include "source/place.h"
#include "lower/memory.h"
#include "lower/result.h"
#include "lower/target.h"

int
call_result (function_lowering &l, gcall *call)
{
	tree lhs = gimple_call_lhs (call);

	if (!lhs || !is_word (TREE_TYPE (lhs)))
		return -1;
	if (l.result_of_way >= 0)
		return l.result_of_way;
	if (TREE_CODE (lhs) == SSA_NAME) {
		int value = l.ssa_value (lhs);

		l.note_defined (value);
		return value;
	}
	return lockprog_add_value (l.program, NULL, NULL, word_type (TREE_TYPE (lhs)),
				   LOCKPROG_UNKNOWN, -1, -1);
}

void
store_call_result (function_lowering &l, gcall *call, int value)
{
	tree lhs = gimple_call_lhs (call);

	if (lhs && TREE_CODE (lhs) != SSA_NAME)
		lower_store (l, call, lhs, value);
}

void
define_call_result (function_lowering &l, gcall *call)
{
	int value = call_result (l, call);

	if (value >= 0)
		lockprog_define (l.program, l.at, value, lockprog_place ());
	store_call_result (l, call, value);
}

void
define_call_result_as (function_lowering &l, gcall *call, long long number)
{
	int value = call_result (l, call);

	if (value >= 0)
		l.define (value, LOCKPROG_COPY,
			  l.constant (l.program->values[value].type, number), -1);
	store_call_result (l, call, value);
}

/* True if LHS is a struct that a call returns. */
static bool
is_struct (tree lhs)
{
	return lhs && RECORD_OR_UNION_TYPE_P (TREE_TYPE (lhs)) && TYPE_SIZE (TREE_TYPE (lhs))
	       && tree_fits_shwi_p (TYPE_SIZE (TREE_TYPE (lhs)));
}

bool
take_struct_elsewhere (function_lowering &l, gcall *call)
{
	tree fndecl = callee_of (call), lhs = gimple_call_lhs (call);

	if (!is_struct (lhs))
		return false;
	const char *name = handed_name (fndecl, -1);
	int first = l.program->blocks[l.at].n_ops;
	lower_forget_struct (l, name, TREE_TYPE (lhs), place_at (place_of (call)));
	l.mark_unless_seen (first, function_name (fndecl));
	lower_take_struct (l, call, lhs, name);
	return true;
}

bool
take_struct (function_lowering &l, gcall *call)
{
	tree lhs = gimple_call_lhs (call);
	tree result = DECL_RESULT (program_of (callee_of (call)));

	if (!result || !is_struct (lhs))
		return false;
	lower_take_struct (l, call, lhs, object_name (result));
	return true;
}
