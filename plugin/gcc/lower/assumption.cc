/* assumption.cc - what the programmer assumes, in lock programs.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/assume.h"
#include "source/place.h"
#include "lower/assumption.h"
#include "lower/memory.h"
#include "lower/promise.h"

static const char *
string_of (tree arg)
{
	STRIP_NOPS (arg);
	if (TREE_CODE (arg) != ADDR_EXPR)
		return NULL;
	arg = TREE_OPERAND (arg, 0);
	if (TREE_CODE (arg) == ARRAY_REF)
		arg = TREE_OPERAND (arg, 0);
	return TREE_CODE (arg) == STRING_CST ? lockprog_string (TREE_STRING_POINTER (arg)) : NULL;
}

bool
lower_assumption (function_lowering &l, gcall *call)
{
	lockprog_place place = place_at (place_of (call));
	assumption which = assumption_of (call);

	if (which == ASSUMPTION_NONE)
		return false;
	if (which == ASSUMPTION_FACT) {
		int value = l.operand (gimple_call_arg (call, 0));

		lockprog_add_arg (lockprog_add_op (l.program, l.at, LOCKPROG_ASSUME, place), value);
		return true;
	}

	const char *word = string_of (gimple_call_arg (call, 0)),
		*text = string_of (gimple_call_arg (call, 1));
	tree lock = gimple_call_arg (call, 3), object = NULL_TREE;
	int class_ = -1, to;
	std::vector<cell> cells;

	/* The lock is handed over itself, or its address is. */
	if (TREE_CODE (lock) == SSA_NAME && !POINTER_TYPE_P (TREE_TYPE (lock))
	    && gimple_assign_load_p (SSA_NAME_DEF_STMT (lock)))
		object = gimple_assign_rhs1 (SSA_NAME_DEF_STMT (lock));
	else if (TREE_CODE (lock) != SSA_NAME && !is_gimple_min_invariant (lock))
		object = lock;
	if (object) {
		to = l.address (object);
		cells_of (object, &cells);
	} else if (POINTER_TYPE_P (TREE_TYPE (lock))) {
		cell c;

		to = l.operand (lock);
		if (cell_at (lock, &c))
			cells.push_back (c);
	} else {
		return true;
	}
	if (cells.size () == 1 && cells[0].is_known)
		class_ = class_number (l, cells[0]);
	lockprog_op *op = lockprog_add_op (l.program, l.at, LOCKPROG_PROMISE, place);
	op->promise = LOCKPROG_ASSUMES;
	op->is_held = integer_nonzerop (gimple_call_arg (call, 2));
	op->address = to;
	op->class_ = class_;
	op->text = lock_words (text ? text : "lock");
	op->written = word;
	return true;
}

/* Note the assumptions in PROGRAM.  One in a function without locks is not used. */
static void
note_assumptions (const lockprog_function *program)
{
	bool has_locks = false;

	for (int pass = 0; pass < 2; pass++)
		for (int b = 0; b < program->n_blocks; b++)
			for (int i = 0; i < program->blocks[b].n_ops; i++) {
				const lockprog_op *op = &program->blocks[b].ops[i];
				bool is_lock_assumed = op->kind == LOCKPROG_PROMISE
						       && op->promise == LOCKPROG_ASSUMES;

				has_locks |= op->kind == LOCKPROG_LOCKOP
					     || op->kind == LOCKPROG_PROMISE
					     || (op->kind == LOCKPROG_CALL && !op->is_system);
				if (pass == 1 && (is_lock_assumed || op->kind == LOCKPROG_ASSUME))
					assumption_note_use (is_lock_assumed ? "assume-lock"
							     : "assume", op->place, has_locks);
			}
}

void
lower_note_assumptions (const lockprog_unit *unit)
{
	for (int f = 0; f < unit->n_functions; f++)
		note_assumptions (unit->functions[f]);
}
