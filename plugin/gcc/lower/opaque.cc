/* lower-opaque.cc - GIMPLE in SSA form to lock programs: what lock programs cannot compute.
 *
 * The same operator of the same operands gives the same result, whatever it is.  That is what
 * private memory does that nobody writes, so it is said with two loads: one that makes an
 * unknown of the left side, one at that plus the right side.
 *
 * Values that are no words (floating, complex, vectors, integers of more than 64 bits) are
 * unknown words, of which comparisons are said so.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "lower/function.h"

#include "tree-pretty-print.h"

static const lockprog_type wide = { 64, false, false };
static const lockprog_type truth = { 1, false, false };

/* Make VALUE A OP B. */
void
function_lowering::opaque (int value, const char *op, int a, int b)
{
	cell c = cell ();

	c.lifetime = LOCKPROG_PRIVATE;
	c.class_name = lockprog_string ((std::string ("left side of ") + op).c_str ());
	/* Not at A itself: it may be null. */
	int base = object (c.class_name, false);
	int from = add (wide, LOCKPROG_ADD, cast (base, wide), cast (a, wide));
	int left = lockprog_add_value (program, NULL, NULL, wide, LOCKPROG_LOAD, from, -1);
	program->values[left].class_ = class_number (c);
	lockprog_define (program, at, left, lockprog_place ());
	int both = add (wide, LOCKPROG_ADD, left, cast (b, wide));
	c.class_name = lockprog_string (op);
	program->values[value].class_ = class_number (c);
	define (value, LOCKPROG_LOAD, both, -1);
}

/* An object for each constant: its text says which. */
static const char *
constant_name (tree cst)
{
	char *text = print_generic_expr_to_str (cst);
	const char *name = lockprog_string ((std::string ("constant ") + text).c_str ());

	free (text);
	return name;
}

/* The word that stands for VALUE, which need not be one. */
int
function_lowering::opaque_operand (tree value)
{
	if (is_word (TREE_TYPE (value)))
		return operand (value);
	if (TREE_CODE (value) == SSA_NAME)
		return ssa_value (value);
	if (CONSTANT_CLASS_P (value))
		return object (constant_name (value), false);
	return unknown (wide);
}

/* The truth value of A CODE B in a type that is no word. */
int
function_lowering::opaque_comparison (tree_code code, tree a, tree b)
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
	int x = opaque_operand (a), y = opaque_operand (b);
	int value = lockprog_add_value (program, NULL, NULL, truth, LOCKPROG_UNKNOWN, -1, -1);
	opaque (value, get_tree_code_name (code), x, y);
	return is_negated ? add (truth, LOCKPROG_EQ, value, constant (truth, 0)) : value;
}

/* VALUE becomes what ASSIGN computes, of which something is no word. */
void
function_lowering::opaque_assign (int value, gassign *assign)
{
	tree rhs1 = gimple_assign_rhs1 (assign), rhs2 = gimple_assign_rhs2 (assign);
	tree_code code = gimple_assign_rhs_code (assign);
	std::string op = get_tree_code_name (code);

	if (gimple_assign_rhs3 (assign)) {
		define (value, LOCKPROG_UNKNOWN, -1, -1);
		return;
	}
	/* Parts have their operand inside. */
	if (code == BIT_FIELD_REF) {
		op += " " + std::to_string (tree_to_uhwi (TREE_OPERAND (rhs1, 1)));
		op += " " + std::to_string (tree_to_uhwi (TREE_OPERAND (rhs1, 2)));
	}
	if (code == BIT_FIELD_REF || code == REALPART_EXPR || code == IMAGPART_EXPR || code == VIEW_CONVERT_EXPR)
		rhs1 = TREE_OPERAND (rhs1, 0);
	if (!is_gimple_val (rhs1) || TREE_CODE (rhs1) == ADDR_EXPR || (rhs2 && !is_gimple_val (rhs2))) {
		define (value, LOCKPROG_UNKNOWN, -1, -1);
		return;
	}
	int a = opaque_operand (rhs1), b = rhs2 ? opaque_operand (rhs2) : a;
	if (gimple_assign_single_p (assign) && rhs1 == gimple_assign_rhs1 (assign)) {
		define (value, LOCKPROG_COPY, a, -1);
		return;
	}
	/* Conversions to different types differ. */
	tree type = TREE_TYPE (gimple_assign_lhs (assign));
	if (!rhs2)
		op += std::string (" to ") + get_tree_code_name (TREE_CODE (type))
		      + std::to_string (TYPE_SIZE (type) && tree_fits_uhwi_p (TYPE_SIZE (type)) ? tree_to_uhwi (TYPE_SIZE (type)) : 0);
	opaque (value, lockprog_string (op.c_str ()), a, b);
}

/* Make VALUE what REF holds: a private variable that is no word, or bits of one.  False if it is something else. */
bool
function_lowering::opaque_load (int value, tree ref)
{
	tree whole = TREE_CODE (ref) == BIT_FIELD_REF ? TREE_OPERAND (ref, 0) : ref;
	std::vector<cell> cells;

	if (TREE_THIS_VOLATILE (ref) || TREE_THIS_VOLATILE (whole) || !is_opaque (TREE_TYPE (whole)))
		return false;
	cells_of (whole, &cells);
	if (cells.size () != 1 || cells[0].lifetime != LOCKPROG_PRIVATE
	    || TYPE_MAIN_VARIANT (cells[0].type) != TYPE_MAIN_VARIANT (TREE_TYPE (whole)))
		return false;
	int from = address (whole), number = class_number (cells[0]);
	int loaded = whole == ref ? value : lockprog_add_value (program, NULL, NULL, wide, LOCKPROG_UNKNOWN, -1, -1);
	program->values[loaded].class_ = number;
	define (loaded, LOCKPROG_LOAD, from, -1);
	if (whole != ref) {
		std::string op = "bits " + std::to_string (tree_to_uhwi (TREE_OPERAND (ref, 1))) + " "
				 + std::to_string (tree_to_uhwi (TREE_OPERAND (ref, 2)));
		opaque (value, lockprog_string (op.c_str ()), loaded, loaded);
	}
	return true;
}

/* What STMT computes that is no word and that nothing more is said of. */
void
function_lowering::define_others (gimple *stmt)
{
	ssa_op_iter i;
	tree name;

	FOR_EACH_SSA_TREE_OPERAND (name, stmt, i, SSA_OP_DEF)
		if (is_opaque (TREE_TYPE (name)) && !defined.count (ssa_value (name)))
			define (ssa_value (name), LOCKPROG_UNKNOWN, -1, -1);
}
