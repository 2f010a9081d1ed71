/* chosen.cc - calls of one of several DDIs, through a pointer.
 *
 *     (write ? NdisAcquireRWLockWrite : NdisAcquireRWLockRead) (lock, &state, 0);
 *
 * is a branch on the value of the pointer, as a switch over the functions would be.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/ddi.h"
#include "source/place.h"
#include "lower/chosen.h"
#include "lower/lock-call.h"
#include "lower/result.h"
#include "lower/target.h"

bool
is_of_chosen_ddi (gcall *call)
{
	std::vector<tree> functions = chosen_functions (call);

	for (tree function : functions)
		if (!ddi_of_call_of (call, function))
			return false;
	return !functions.empty ();
}

/* The result of CALL on one way, which takes the place of the SSA name's value.  -1: it
 * has none, or is stored. */
static int
result_of_way (function_lowering &l, gcall *call)
{
	tree lhs = gimple_call_lhs (call);

	if (!lhs || TREE_CODE (lhs) != SSA_NAME || !is_word (TREE_TYPE (lhs)))
		return -1;
	const lockprog_value *whole = &l.program->values[l.ssa_value (lhs)];
	return lockprog_add_value (l.program, NULL, whole->text, whole->type, LOCKPROG_UNKNOWN, -1,
				   -1);
}

bool
lower_chosen_ddi (function_lowering &l, gcall *call, bool *comes_back)
{
	if (!is_of_chosen_ddi (call))
		return false;

	struct way {
		int end, result;
	};
	std::vector<tree> functions = chosen_functions (call);
	std::vector<way> ways;
	lockprog_place place = place_at (place_of (call));
	int pointer = l.operand (gimple_call_fn (call));

	for (tree function : functions) {
		int on_true = -1, otherwise = -1, result = result_of_way (l, call);

		if (function != functions.back ()) {
			int address = l.operand (build_fold_addr_expr (function));
			l.branch_on (l.add (truth_type, LOCKPROG_EQ, pointer, address), place,
				     &on_true, &otherwise);
			l.at = on_true;
		}
		l.result_of_way = result;
		if (lower_ddi (l, call, ddi_of_call_of (call, function)))
			ways.push_back (way { l.at, result });
		l.result_of_way = -1;
		if (otherwise >= 0)
			l.at = otherwise;
	}
	*comes_back = !ways.empty ();
	if (ways.empty ())
		return true;
	l.at = lockprog_add_block (l.program);
	for (const way &one : ways)
		lockprog_add_edge (l.program, one.end, l.at);
	if (ways[0].result >= 0) {
		int value = l.ssa_value (gimple_call_lhs (call));

		l.define (value, LOCKPROG_PHI, -1, -1);
		for (const way &one : ways)
			lockprog_add_phi_arg (l.program, value, one.end, one.result);
	}
	return true;
}
