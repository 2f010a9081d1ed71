/* opaque.cc - what lock programs cannot compute.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "tree-pretty-print.h"
#include "lower/memory.h"
#include "lower/opaque.h"

void
lower_opaque (function_lowering &l, int value, const char *op, int a, int b)
{
	l.program->values[value].op = lockprog_string (op);
	l.define (value, LOCKPROG_OPAQUE, a, b);
}

/* The name of the object that stands for the constant CST: its text. */
static const char *
constant_name (tree cst)
{
	char *text = print_generic_expr_to_str (cst);
	const char *name = lockprog_string ((std::string ("constant ") + text).c_str ());

	free (text);
	return name;
}

int
opaque_operand (function_lowering &l, tree value)
{
	if (is_word (TREE_TYPE (value)))
		return l.operand (value);
	if (TREE_CODE (value) == SSA_NAME)
		return l.ssa_value (value);
	if (CONSTANT_CLASS_P (value))
		return l.object (constant_name (value), false);
	return l.unknown (opaque_type);
}

int
opaque_comparison (function_lowering &l, tree_code code, tree a, tree b)
{
	bool is_negated = false, is_swapped = false;

	/* Neither side is more, less or equal where one is no number. */
	switch (code) {
	case NE_EXPR: code = EQ_EXPR; is_negated = true; break;
	case LTGT_EXPR: code = UNEQ_EXPR; is_negated = true; break;
	case UNORDERED_EXPR: code = ORDERED_EXPR; is_negated = true; break;
	case LT_EXPR: code = GT_EXPR; is_swapped = true; break;
	case LE_EXPR: code = GE_EXPR; is_swapped = true; break;
	case UNLE_EXPR: code = GT_EXPR; is_negated = true; break;
	case UNLT_EXPR: code = GE_EXPR; is_negated = true; break;
	case UNGE_EXPR: code = GT_EXPR; is_negated = is_swapped = true; break;
	case UNGT_EXPR: code = GE_EXPR; is_negated = is_swapped = true; break;
	default: break;
	}
	if (code == GE_EXPR && !HONOR_NANS (TREE_TYPE (a))) {
		code = GT_EXPR;
		is_negated = !is_negated;
		is_swapped = !is_swapped;
	}
	if (is_swapped)
		std::swap (a, b);
	int x = opaque_operand (l, a), y = opaque_operand (l, b);
	int value = lockprog_add_value (l.program, NULL, NULL, truth_type, LOCKPROG_UNKNOWN, -1,
					-1);
	lower_opaque (l, value, get_tree_code_name (code), x, y);
	return is_negated ? l.add (truth_type, LOCKPROG_EQ, value, l.constant (truth_type, 0))
			  : value;
}

bool
opaque_load (function_lowering &l, int value, tree ref)
{
	tree whole = TREE_CODE (ref) == BIT_FIELD_REF ? TREE_OPERAND (ref, 0) : ref;
	std::vector<cell> cells;

	if (TREE_THIS_VOLATILE (ref) || TREE_THIS_VOLATILE (whole)
	    || !is_opaque (TREE_TYPE (whole)))
		return false;
	cells_of (whole, &cells);
	if (cells.size () != 1 || !is_private (cells[0])
	    || TYPE_MAIN_VARIANT (cells[0].type) != TYPE_MAIN_VARIANT (TREE_TYPE (whole)))
		return false;
	int from = l.address (whole), number = class_number (l, cells[0]);
	int loaded = value;
	if (whole != ref)
		loaded = lockprog_add_value (l.program, NULL, NULL, opaque_type, LOCKPROG_UNKNOWN,
					     -1, -1);
	l.program->values[loaded].class_ = number;
	l.define (loaded, LOCKPROG_LOAD, from, -1);
	if (whole != ref) {
		std::string op = "bits " + std::to_string (tree_to_uhwi (TREE_OPERAND (ref, 1)))
				 + " "
				 + std::to_string (tree_to_uhwi (TREE_OPERAND (ref, 2)));
		lower_opaque (l, value, lockprog_string (op.c_str ()), loaded, loaded);
	}
	return true;
}

void
opaque_assign (function_lowering &l, int value, gassign *assign)
{
	tree rhs1 = gimple_assign_rhs1 (assign), rhs2 = gimple_assign_rhs2 (assign);
	tree_code code = gimple_assign_rhs_code (assign);
	std::string op = get_tree_code_name (code);

	if (gimple_assign_rhs3 (assign)) {
		l.define (value, LOCKPROG_UNKNOWN, -1, -1);
		return;
	}
	/* Parts have their operand inside. */
	if (code == BIT_FIELD_REF) {
		op += " " + std::to_string (tree_to_uhwi (TREE_OPERAND (rhs1, 1)));
		op += " " + std::to_string (tree_to_uhwi (TREE_OPERAND (rhs1, 2)));
	}
	if (code == BIT_FIELD_REF || code == REALPART_EXPR || code == IMAGPART_EXPR
	    || code == VIEW_CONVERT_EXPR)
		rhs1 = TREE_OPERAND (rhs1, 0);
	if (!is_gimple_val (rhs1) || TREE_CODE (rhs1) == ADDR_EXPR
	    || (rhs2 && !is_gimple_val (rhs2))) {
		l.define (value, LOCKPROG_UNKNOWN, -1, -1);
		return;
	}
	int a = opaque_operand (l, rhs1), b = rhs2 ? opaque_operand (l, rhs2) : a;
	if (gimple_assign_single_p (assign) && rhs1 == gimple_assign_rhs1 (assign)) {
		l.define (value, LOCKPROG_COPY, a, -1);
		return;
	}
	/* Conversions to different types differ. */
	tree type = TREE_TYPE (gimple_assign_lhs (assign));
	if (!rhs2)
		op += std::string (" to ") + get_tree_code_name (TREE_CODE (type))
		      + std::to_string (TYPE_SIZE (type) && tree_fits_uhwi_p (TYPE_SIZE (type))
					? tree_to_uhwi (TYPE_SIZE (type)) : 0);
	lower_opaque (l, value, lockprog_string (op.c_str ()), a, b);
}

void
define_others (function_lowering &l, gimple *stmt)
{
	ssa_op_iter i;
	tree name;

	FOR_EACH_SSA_TREE_OPERAND (name, stmt, i, SSA_OP_DEF)
		if (is_opaque (TREE_TYPE (name)) && !l.is_defined (l.ssa_value (name)))
			l.define (l.ssa_value (name), LOCKPROG_UNKNOWN, -1, -1);
}
