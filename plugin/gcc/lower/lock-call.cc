/* lock-call.cc - calls of DDIs as lock operations.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/lockname.h"
#include "source/place.h"
#include "lower/arguments.h"
#include "lower/irql.h"
#include "lower/lock-call.h"
#include "lower/memory.h"
#include "lower/result.h"

bool
lower_ddi (function_lowering &l, gcall *call, const spinrule_ddi *ddi)
{
	lockprog_place place = place_at (place_of (call));
	int lock = -1, handle = -1, irql = -1, class_ = -1, value = -1, saved = -1;
	cell c;

	if (ddi->lock != SPINRULE_NO_ARG) {
		lock = l.operand (gimple_call_arg (call, ddi->lock));
		if (POINTER_TYPE_P (TREE_TYPE (gimple_call_arg (call, ddi->lock)))
		    && cell_at (gimple_call_arg (call, ddi->lock), &c) && c.is_known)
			class_ = class_number (l, c);
	}
	if (ddi->handle != SPINRULE_NO_ARG)
		handle = l.operand (gimple_call_arg (call, ddi->handle));
	if (ddi->irql_arg != SPINRULE_NO_ARG)
		irql = l.operand (gimple_call_arg (call, ddi->irql_arg));
	if (ddi->op == SPINRULE_OP_TRY || ddi->irql == SPINRULE_IRQL_RETURNED)
		value = call_result (l, call);
	/* If the program drops it, the checker knows that nobody has it. */
	if (ddi->op == SPINRULE_OP_ACQUIRE
	    && (ddi->irql == SPINRULE_IRQL_THROUGH
		|| (ddi->irql == SPINRULE_IRQL_RETURNED && value < 0)))
		saved = lockprog_add_value (l.program, NULL, NULL,
					    (lockprog_type) { 8, false, false }, LOCKPROG_UNKNOWN,
					    -1, -1);

	int before = ddi->op == SPINRULE_OP_ACQUIRE
		     && (saved >= 0 || value >= 0) ? irql_before (l) : -1;
	lockprog_op *op = lockprog_add_op (l.program, l.at, LOCKPROG_LOCKOP, place);
	op->ddi = ddi;
	op->text = lock_text (call, ddi);
	op->written = ddi_written (call, ddi);
	op->address = lock;
	op->class_ = class_;
	op->handle = handle;
	op->irql = irql;
	op->value = saved >= 0 ? saved : value;
	if (ddi->op != SPINRULE_OP_MOMENTARY && ddi->op != SPINRULE_OP_INIT
	    && ddi->group != SPINRULE_GROUP_DPC
	    && ddi->group != SPINRULE_GROUP_QUEUED_DPC)
		change_irql (l, ddi, before, op->value, irql, place);

	if (ddi->irql == SPINRULE_IRQL_THROUGH)
		lower_store_through (l, call, gimple_call_arg (call, ddi->irql_arg), saved);
	if (ddi->op == SPINRULE_OP_MOMENTARY)
		clobber_arguments (l, call, { ddi->lock });
	if (value >= 0)
		store_call_result (l, call, value);
	else
		define_call_result (l, call);
	return ddi->op != SPINRULE_OP_LEAVE;
}
