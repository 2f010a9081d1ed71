/* arguments.cc - memory that a call is handed the addresses of.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/place.h"
#include "lower/arguments.h"
#include "lower/memory.h"

void
clobber_arguments (function_lowering &l, gcall *call, const std::vector<int> &but)
{
	tree fntype = gimple_call_fntype (call);
	tree types = fntype ? TYPE_ARG_TYPES (fntype) : NULL_TREE;
	lockprog_place place = place_at (place_of (call));

	for (int i = 0; i < (int) gimple_call_num_args (call); i++) {
		tree arg = gimple_call_arg (call, i);
		tree type = types
			    && TREE_VALUE (types) != void_type_node ? TREE_VALUE (types)
			    : NULL_TREE;
		std::vector<cell> cells;

		types = types ? TREE_CHAIN (types) : NULL_TREE;
		if (std::count (but.begin (), but.end (), i) || !POINTER_TYPE_P (TREE_TYPE (arg))
		    || integer_zerop (arg)
		    || (type && POINTER_TYPE_P (type) && TYPE_READONLY (TREE_TYPE (type))))
			continue;
		/* Only where an address is made here: what a pointer from elsewhere leads
		 * to is the callee's own business. */
		known_cells_at (arg, &cells);
		if (!cells.empty ())
			clobber_pointed (l, arg, place);
	}
	if (tree chain = gimple_call_chain (call))
		clobber_pointed (l, chain, place);
}

/* The argument ARG is the address of VARIABLE, which has two names: its own here, and in
 * the callee the one that all memory of its type has which only a pointer leads to.
 * Before the call (IN) the one gets what the other holds, after it the other way
 * round. */
static void
pass_variable (function_lowering &l, tree arg, const cell &variable, bool in, lockprog_place place)
{
	cell typed = typed_cell (variable.type);
	int to = l.operand (arg), from_class = class_number (l, in ? variable : typed);
	int value = lockprog_add_value (l.program, NULL, NULL, word_type (variable.type),
					LOCKPROG_LOAD, to, -1);

	l.program->values[value].class_ = from_class;
	lockprog_define (l.program, l.at, value, place);
	int to_class = class_number (l, in ? typed : variable);
	lockprog_op *op = lockprog_add_op (l.program, l.at, LOCKPROG_STORE, place);
	op->address = to;
	op->class_ = to_class;
	op->value = value;
}

void
pass_variables (function_lowering &l, gcall *call, bool in)
{
	lockprog_place place = place_at (place_of (call));

	for (unsigned i = 0; i < gimple_call_num_args (call); i++) {
		tree arg = gimple_call_arg (call, i);
		std::vector<cell> cells;

		if (!POINTER_TYPE_P (TREE_TYPE (arg)))
			continue;
		known_cells_at (arg, &cells);
		for (size_t j = 0; j < cells.size (); j++) {
			/* Fields have one name everywhere. */
			if (cells[j].owner)
				continue;
			if (is_word (cells[j].type) && cells.size () == 1)
				pass_variable (l, arg, cells[j], in, place);
			else if (!in && !RECORD_OR_UNION_TYPE_P (cells[j].type))
				lower_clobber (l, cells[j], place);
		}
	}
}

void
pass_irqls (function_lowering &l, gcall *call, const std::vector<int> &args, bool in)
{
	lockprog_place place = place_at (place_of (call));

	for (int i : args) {
		std::vector<cell> cells;

		if (i >= (int) gimple_call_num_args (call))
			continue;
		known_cells_at (gimple_call_arg (call, i), &cells);
		if (cells.size () == 1 && is_word (cells[0].type)
		    && word_type (cells[0].type).bits == 8)
			pass_variable (l, gimple_call_arg (call, i), cells[0], in, place);
		else if (!in)
			for (const cell &c : cells)
				lower_clobber (l, c, place);
	}
}
