/* lock-call.cc - calls of DDIs as lock operations.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/lockname.h"
#include "source/place.h"
#include "source/storport.h"
#include "source/typename.h"
#include "lower/arguments.h"
#include "lower/irql.h"
#include "lower/level.h"
#include "lower/lock-call.h"
#include "lower/memory.h"
#include "lower/result.h"

/* No pointer of the driver leads to a lock that the system keeps in an object of its own:
   those of the objects that handles of TYPE stand for are a class.  -1: TYPE is none of
   handles.  */
int
class_of_handle (function_lowering &l, tree type)
{
	tree object = type && POINTER_TYPE_P (type) ? TREE_TYPE (type) : NULL_TREE;

	if (!object || TREE_CODE (object) != RECORD_TYPE
	    || (COMPLETE_TYPE_P (object) && !is_handle (object)))
		return -1;
	return class_number (l, typed_cell (object));
}

/* The same for the locks of a StorPort adapter.  */
int
class_of_adapter_locks (function_lowering &l)
{
	cell c = typed_cell (ptr_type_node);

	c.name = c.class_name = "StorPort lock";
	return class_number (l, c);
}

/* OBJECT's lock number NUMBER, a value, of those from FIRST on.  */
static int
numbered_lock (function_lowering &l, int object, long long first, int number)
{
	lockprog_type word = word_type (size_type_node);
	int index = l.add (word, LOCKPROG_COPY, number, -1);
	int at = l.add (word, LOCKPROG_MUL, index, l.constant (word, storport_lock_size));
	int base = l.add (pointer_type (), LOCKPROG_ADD, object,
			  l.constant (pointer_type (), first));

	return l.add (pointer_type (), LOCKPROG_ADD, base, at);
}

int
lock_of_kind (function_lowering &l, int object, int kind)
{
	return l.add (pointer_type (), LOCKPROG_ADD, object,
		      l.constant (pointer_type (),
				  storport_first_kind + kind * storport_lock_size));
}

int
lock_of_message (function_lowering &l, int object, int number)
{
	return numbered_lock (l, object, storport_first_message, number);
}

/* The value that is the address of the lock that CALL of DDI names by an object and a
   kind, and its *CLASS_.  A lock of a DPC is that DPC's, which the argument after the
   kind names.  */
static int
lock_by_kind (function_lowering &l, gcall *call, const spinrule_ddi *ddi, int *class_)
{
	tree kind = gimple_call_arg (call, ddi->kind);

	*class_ = class_of_adapter_locks (l);

	if (ddi->group == SPINRULE_GROUP_STORPORT_MSI)
		return lock_of_message (l, l.operand (gimple_call_arg (call, ddi->lock)),
					l.operand (kind));
	tree context = gimple_call_arg (call, ddi->kind + 1);
	/* A kind that is no constant, in a wrapper, with the context of no DPC.  */
	if (!tree_fits_shwi_p (kind) && is_word (TREE_TYPE (kind)) && integer_zerop (context))
		return numbered_lock (l, l.operand (gimple_call_arg (call, ddi->lock)),
				      storport_first_kind, l.operand (kind));
	if (!tree_fits_shwi_p (kind) || tree_to_shwi (kind) < 0
	    || tree_to_shwi (kind) >= storport_kinds) {
		int unknown = lockprog_add_value (l.program, NULL, NULL, pointer_type (),
						  LOCKPROG_UNKNOWN, -1, -1);

		l.define (unknown, LOCKPROG_UNKNOWN, -1, -1);
		return unknown;
	}
	long long number = tree_to_shwi (kind);
	if (storport_is_of_dpc (number) && !integer_zerop (context))
		return l.operand (context);
	return lock_of_kind (l, l.operand (gimple_call_arg (call, ddi->lock)), number);
}

/* The type of parameter NUMBER of what CALL calls, or NULL.  */
static tree
parameter_type (gcall *call, int number)
{
	tree types = TYPE_ARG_TYPES (gimple_call_fntype (call));

	while (types && number--)
		types = TREE_CHAIN (types);
	return types ? TREE_VALUE (types) : NULL_TREE;
}

bool
lower_ddi (function_lowering &l, gcall *call, const spinrule_ddi *ddi)
{
	lockprog_place place = place_at (place_of (call));
	int lock = -1, handle = -1, irql = -1, class_ = -1, value = -1, saved = -1;
	cell c;

	if (ddi->global) {
		lock = l.object (ddi->global, false);
	} else if (ddi->kind != SPINRULE_NO_ARG) {
		lock = lock_by_kind (l, call, ddi, &class_);
	} else if (ddi->lock != SPINRULE_NO_ARG) {
		lock = l.operand (gimple_call_arg (call, ddi->lock));
		if (POINTER_TYPE_P (TREE_TYPE (gimple_call_arg (call, ddi->lock)))
		    && cell_at (gimple_call_arg (call, ddi->lock), &c) && c.is_known)
			class_ = class_number (l, c);
		else
			class_ = class_of_handle (l, parameter_type (call, ddi->lock));
	}
	if (ddi->handle != SPINRULE_NO_ARG)
		handle = l.operand (gimple_call_arg (call, ddi->handle));
	if (ddi->irql_arg != SPINRULE_NO_ARG)
		irql = l.operand (gimple_call_arg (call, ddi->irql_arg));
	if (spinrule_is_try (ddi) || ddi->irql == SPINRULE_IRQL_RETURNED)
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
	/* The name at the call is not that of the function which was chosen before. */
	op->written = gimple_call_fndecl (call) ? ddi_written (call, ddi) : ddi->written;
	op->address = lock;
	op->class_ = class_;
	if (!ddi->global && ddi->kind == SPINRULE_NO_ARG && ddi->lock != SPINRULE_NO_ARG)
		op->level = level_of_argument (gimple_call_arg (call, ddi->lock));
	op->handle = handle;
	op->irql = irql;
	op->value = saved >= 0 ? saved : value;
	if (ddi->op != SPINRULE_OP_MOMENTARY && ddi->op != SPINRULE_OP_INIT
	    && ddi->op != SPINRULE_OP_CONVERT
	    && (spinrule_group_level (ddi->group) != SPINRULE_STAYS
		|| ddi->group == SPINRULE_GROUP_ANY))
		change_irql (l, ddi, before, op->value, irql, place);

	if (ddi->irql == SPINRULE_IRQL_THROUGH)
		lower_store_through (l, call, gimple_call_arg (call, ddi->irql_arg), saved);
	if (ddi->op == SPINRULE_OP_MOMENTARY)
		clobber_arguments (l, call, { ddi->lock });
	if (spinrule_returns_status (ddi))
		define_call_result_as (l, call, 0);
	else if (value >= 0)
		store_call_result (l, call, value);
	else
		define_call_result (l, call);
	return ddi->op != SPINRULE_OP_LEAVE;
}
