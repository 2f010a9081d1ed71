/* processor.cc - registers of the processor that a driver reads by asm.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/place.h"
#include "lower/memory.h"
#include "lower/processor.h"

static const lockprog_type address_type = { 64, false, false };

static cell
processor_cell ()
{
	cell c = {};

	c.class_name = "the processor";
	c.lifetime = LOCKPROG_PROCESSOR;
	c.is_known = true;
	return c;
}

static bool
names_segment (const char *text)
{
	return strstr (text, "gs:") || strstr (text, "fs:");
}

/* The one output of STMT is a register, it writes to no memory, and what it reads
 * depends on one input at most, which is no old value of the output. */
static bool
is_read (gasm *stmt)
{
	if (gimple_asm_noutputs (stmt) != 1 || gimple_asm_ninputs (stmt) > 1
	    || gimple_asm_nlabels (stmt) || gimple_asm_clobbers_memory_p (stmt)
	    || TREE_CODE (TREE_VALUE (gimple_asm_output_op (stmt, 0))) != SSA_NAME)
		return false;
	if (!gimple_asm_ninputs (stmt))
		return true;
	tree constraint = TREE_VALUE (TREE_PURPOSE (gimple_asm_input_op (stmt, 0)));
	return !strpbrk (TREE_STRING_POINTER (constraint), "0123456789[");
}

/* What tells the places apart that STMT reads at different times: its input, or the
 * address of an input in memory; or -1. */
static int
place_in_segment (function_lowering &l, gasm *stmt)
{
	if (!gimple_asm_ninputs (stmt))
		return l.constant (address_type, 0);
	tree input = TREE_VALUE (gimple_asm_input_op (stmt, 0));
	if (!is_gimple_val (input))
		return l.cast (l.address (input), address_type);
	return is_word (TREE_TYPE (input)) ? l.cast (l.operand (input), address_type) : -1;
}

bool
lower_processor_read (function_lowering &l, gasm *stmt, int value)
{
	const char *text = gimple_asm_string (stmt);

	if (!names_segment (text))
		return false;
	int where = value >= 0 && is_read (stmt) ? place_in_segment (l, stmt) : -1;
	if (where < 0) {
		lower_clobber (l, processor_cell (), place_at (place_of (stmt)));
		return false;
	}
	int at = lockprog_add_value (l.program, NULL, NULL, address_type, LOCKPROG_UNKNOWN, -1, -1);
	l.program->values[at].op = lockprog_string (text);
	l.define (at, LOCKPROG_OPAQUE, where, where);
	l.program->values[value].class_ = class_number (l, processor_cell ());
	l.define (value, LOCKPROG_LOAD, at, -1);
	return true;
}
